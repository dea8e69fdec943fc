//! Reads what Salesforce contains, from CSV exports of its objects or from the library's JSON form
//! of a directory.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use aircall_salesforce::lookup::{DirectoryLists, LoggedTask, Related};
use aircall_salesforce::rules::fields::call_of;
use aircall_salesforce::salesforce::Object;
use aircall_salesforce::salesforce::task::field::DESCRIPTION;
use aircall_salesforce::{Directory, Id, Settings, read_json};
use anyhow::{Context, Result, anyhow, bail};
use csv::StringRecord;
use serde_json::{Map, Value, json};

use crate::input::files;

/// The phone fields of Contact, Lead and Account. A person account's fields have the prefix
/// `Person`.
const PHONES: [&str; 5] = ["phone", "mobilephone", "homephone", "assistantphone", "otherphone"];
/// The id prefix of `OpportunityContactRole`, which connects an opportunity with a contact.
const CONTACT_ROLE: &str = "00K";

/// Reads all files, including those in folders.
pub(crate) fn read(paths: &[PathBuf], settings: &Settings) -> Result<Directory> {
    let mut lists = DirectoryLists::default();
    for file in files::list(paths)? {
        let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let read = if is_json { add_json(&file, &mut lists) } else { add_csv(&file, settings, &mut lists) };
        read.with_context(|| file.display().to_string())?;
    }
    Ok(Directory::from(lists))
}

fn add_json(file: &Path, lists: &mut DirectoryLists) -> Result<()> {
    let DirectoryLists { records, users, cases, opportunities, tasks } = read_json(&fs::read(file)?)?;
    lists.records.extend(records);
    lists.users.extend(users);
    lists.cases.extend(cases);
    lists.opportunities.extend(opportunities);
    lists.tasks.extend(tasks);
    Ok(())
}

fn add_csv(file: &Path, settings: &Settings, lists: &mut DirectoryLists) -> Result<()> {
    let mut csv = csv::Reader::from_reader(File::open(file)?);
    let names: Vec<String> = csv.headers()?.iter().map(|name| name.trim().to_owned()).collect();
    if !names.iter().any(|name| name.eq_ignore_ascii_case("Id")) {
        bail!("the file has no column `Id`; an export must use API names as column names");
    }
    for cells in csv.records() {
        let cells = cells?;
        let line = cells.position().map_or(0, csv::Position::line);
        let row = Row { names: &names, cells: &cells };
        add(&row, settings, lists).with_context(|| format!("line {line}"))?;
    }
    Ok(())
}

/// A row of an export.
struct Row<'r> {
    names: &'r [String],
    cells: &'r StringRecord,
}

impl<'r> Row<'r> {
    fn cells(&self) -> impl Iterator<Item = (&'r str, &'r str)> {
        self.names.iter().map(String::as_str).zip(self.cells)
    }

    /// Returns a cell's text, or `None` if the column is missing or the cell is empty.
    fn get(&self, name: &str) -> Option<&'r str> {
        let mut cells = self.cells();
        let cell = cells.find(|(column, _)| column.eq_ignore_ascii_case(name)).map(|(_, cell)| cell.trim());
        cell.filter(|cell| !cell.is_empty())
    }

    fn id(&self, name: &str) -> Result<Id> {
        let id = self.get(name).with_context(|| format!("`{name}` is missing"))?;
        id.parse().map_err(|error| anyhow!("`{name}`: {error}"))
    }

    /// Returns the value of a checkbox, or `None` if the column is missing or the cell is empty.
    fn is(&self, name: &str) -> Option<bool> {
        self.get(name).map(|cell| cell.eq_ignore_ascii_case("true") || cell == "1")
    }

    fn name(&self) -> String {
        let parts =
            || [self.get("FirstName"), self.get("LastName")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.get("Name").map_or_else(parts, str::to_owned)
    }

    fn phones(&self) -> Vec<&'r str> {
        let is_phone = |name: &str| {
            let name = name.to_ascii_lowercase();
            PHONES.contains(&name.strip_prefix("person").unwrap_or(&name))
        };
        self.cells().filter(|(name, cell)| is_phone(name) && !cell.trim().is_empty()).map(|(_, cell)| cell).collect()
    }
}

/// Adds a row to the list of its object, which the id's prefix determines.
fn add(row: &Row<'_>, settings: &Settings, lists: &mut DirectoryLists) -> Result<()> {
    if row.get("Id").is_some_and(|id| id.starts_with(CONTACT_ROLE)) {
        let is_closed = row.is("Opportunity.IsClosed").or_else(|| row.is("IsClosed")).unwrap_or_default();
        let role = Related { id: row.id("OpportunityId")?, contact: row.id("ContactId")?, open: !is_closed };
        lists.opportunities.push(role);
        return Ok(());
    }
    let id = row.id("Id")?;
    match id.object() {
        Some(object @ (Object::Contact | Object::Lead | Object::Account)) => {
            if row.is("IsConverted") == Some(true) {
                return Ok(());
            }
            let is_person = object == Object::Account && row.is("IsPersonAccount") == Some(true);
            let record_type = if is_person { "PersonAccount" } else { object.name() };
            lists.records.push(serde_json::from_value(json!({
                "type": record_type, "id": id, "name": row.name(), "owner": row.get("OwnerId"), "phones": row.phones(),
            }))?);
        }
        Some(Object::User) => lists.users.push(serde_json::from_value(json!({
            "id": id, "email": row.get("Email").unwrap_or_default(), "active": row.is("IsActive").unwrap_or(true),
            "created_at": row.get("CreatedDate").context("`CreatedDate` is missing")?,
        }))?),
        Some(object @ (Object::Case | Object::Opportunity)) => {
            let open = !row.is("IsClosed").unwrap_or_default();
            if row.get("ContactId").is_some() {
                let list = if object == Object::Case { &mut lists.cases } else { &mut lists.opportunities };
                list.push(Related { id, contact: row.id("ContactId")?, open });
            }
        }
        Some(Object::Task) => lists.tasks.extend(task(id, row, settings)?),
        Some(Object::Group) | None => bail!("`Id` belongs to an object that this program does not read"),
    }
    Ok(())
}

/// Returns the Task of a logged call, or `None` if the field for the call's id contains no call id.
fn task(id: Id, row: &Row<'_>, settings: &Settings) -> Result<Option<LoggedTask>> {
    let field =
        settings.field_names.call_id().context("Tasks can only be read if the setting `call_id_field` is set")?;
    let has = |wanted: &str| row.names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    if !has(field.as_str()) {
        bail!("the file has no column `{}`, which contains the id of the Task's call", field.as_str());
    }
    if !has(DESCRIPTION) {
        bail!("the file has no column `{DESCRIPTION}`; without it, an update would overwrite what people typed");
    }
    let Some(call) = row.get(field.as_str()).and_then(call_of) else {
        return Ok(None);
    };
    let value = |cell: &str| match cell {
        "" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        text => Value::String(text.to_owned()),
    };
    let fields: Map<_, _> = row
        .cells()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("Id"))
        .map(|(name, cell)| (name.to_owned(), value(cell)))
        .collect();
    Ok(Some(LoggedTask { id, call, fields: Some(fields), wrote: None, sent: None }))
}
