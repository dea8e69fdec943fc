//! Reads what Salesforce contains, from CSV exports of its objects or from the library's JSON form
//! of a directory.

use std::fs;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aircall_salesforce::lookup::{DirectoryLists, LoggedTask, Related};
use aircall_salesforce::rules::fields::key_of;
use aircall_salesforce::salesforce::Object;
use aircall_salesforce::{Directory, Id, Settings, read_json};
use anyhow::{Context, Error, Result, anyhow, ensure};
use csv::StringRecord;
use memchr::memchr_iter;
use serde_json::{Map, Value, json};

use crate::columns::{self, found, is_phone};
use crate::input::files;
use crate::tally::Counts;

/// The objects of the exports.
const OBJECTS: [Object; 7] =
    [Object::Contact, Object::Lead, Object::Account, Object::User, Object::Case, Object::Opportunity, Object::Task];
/// The id prefix of `OpportunityContactRole`, which connects an opportunity with a contact.
const CONTACT_ROLE: &str = "00K";

/// Reads all files, including those in folders, and counts each file's records: a file without
/// records may be a mistake.
pub(crate) fn read(paths: &[PathBuf], settings: &Settings) -> Result<(Directory, Counts)> {
    let (mut lists, mut counts) = (DirectoryLists::default(), Counts::new());
    for file in files::list(paths)? {
        let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        let read = if is_json { add_json(&file, &mut lists) } else { add_csv(&file, settings, &mut lists) };
        let name = file.display().to_string();
        counts.insert(name.clone(), read.context(name)?);
    }
    Ok((Directory::from(lists), counts))
}

fn add_json(file: &Path, lists: &mut DirectoryLists) -> Result<u64> {
    let DirectoryLists { records, users, cases, opportunities, tasks } = read_json(&fs::read(file)?)?;
    let count = records.len() + users.len() + cases.len() + opportunities.len() + tasks.len();
    lists.records.extend(records);
    lists.users.extend(users);
    lists.cases.extend(cases);
    lists.opportunities.extend(opportunities);
    lists.tasks.extend(tasks);
    Ok(count as u64)
}

/// Reads an export and returns how many rows it has.
fn add_csv(file: &Path, settings: &Settings, lists: &mut DirectoryLists) -> Result<u64> {
    let mut text = files::open(file, 0, &Arc::default())?;
    let mut csv = csv::ReaderBuilder::new().delimiter(separator(text.fill_buf()?)).from_reader(text);
    let name = |cell: &str| cell.split_whitespace().collect::<Vec<_>>().join(" ");
    let names: Vec<String> = csv.headers().map_err(fault)?.iter().map(name).collect();
    let line = csv.headers()?.position().map_or(1, csv::Position::line);
    let header = || format!("line {line}");
    let check = || {
        ensure!(!names.is_empty(), "the file is empty; expected the names of the columns");
        let has_id = names.iter().any(|name| name.eq_ignore_ascii_case("Id"));
        ensure!(
            has_id,
            "the file has no column `Id`; an export must use API names as column names; found {}",
            found(&names)
        );
        Ok(())
    };
    check().with_context(header)?;
    let (mut count, mut checked) = (0, None);
    for cells in csv.records() {
        let cells = cells.map_err(fault)?;
        let line = cells.position().map_or(0, csv::Position::line);
        let row = Row { names: &names, cells: &cells };
        let (id, object) = row.id_and_object().with_context(|| format!("line {line}"))?;
        if checked != Some(object) {
            columns::check(&names, object, settings).with_context(header)?;
            checked = Some(object);
        }
        add(&row, id, object, settings, lists).with_context(|| format!("line {line}"))?;
        count += 1;
    }
    Ok(count)
}

/// Returns the separator of an export: Excel writes `;` or a tab in many countries.
fn separator(start: &[u8]) -> u8 {
    let first = start.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty()).unwrap_or_default();
    let count = |separator: &u8| memchr_iter(*separator, first).count();
    // Of several with the same count, the last one is returned.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Describes what is wrong with a file as a table, in the form of the other errors.
fn fault(error: csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => anyhow!("line {line}: the file is not text in UTF-8"),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            anyhow!("line {line}: expected {expected_len} cells, as in the header, got {len}")
        }
        _ => Error::new(error).context(format!("line {line}")),
    }
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

    /// Returns the row's id and its object, which the id's prefix determines; `None` is
    /// `OpportunityContactRole`.
    fn id_and_object(&self) -> Result<(Id, Option<Object>)> {
        let id = self.id("Id")?;
        let object = id.object().filter(|object| OBJECTS.contains(object));
        let is_read = object.is_some() || id.as_str().starts_with(CONTACT_ROLE);
        ensure!(is_read, "`Id` belongs to an object that this program does not read");
        Ok((id, object))
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
        self.cells().filter(|(name, cell)| is_phone(name) && !cell.trim().is_empty()).map(|(_, cell)| cell).collect()
    }
}

/// Adds a row to the list of its object.
fn add(row: &Row<'_>, id: Id, object: Option<Object>, settings: &Settings, lists: &mut DirectoryLists) -> Result<()> {
    // An export with archived Tasks also has the rows that somebody deleted.
    if row.is("IsDeleted") == Some(true) {
        return Ok(());
    }
    match object {
        None => {
            let is_closed = row.is("Opportunity.IsClosed").or_else(|| row.is("IsClosed")).unwrap_or_default();
            let role = Related { id: row.id("OpportunityId")?, contact: row.id("ContactId")?, open: !is_closed };
            lists.opportunities.push(role);
        }
        Some(object @ (Object::Contact | Object::Lead | Object::Account)) => {
            if row.is("IsConverted") == Some(true) {
                return Ok(());
            }
            let is_person = object == Object::Account && row.is("IsPersonAccount") == Some(true);
            let record_type = if is_person { "PersonAccount" } else { object.name() };
            // Only a Contact has an Account (REC-9).
            let account = row.get("AccountId").filter(|_| object == Object::Contact);
            let account = account.map(|_| row.id("AccountId")).transpose()?;
            let record = serde_json::from_value(json!({
                "type": record_type, "id": id, "name": row.name(), "owner": row.get("OwnerId"), "account": account,
                "phones": row.phones(),
            }));
            lists.records.push(record.context("`OwnerId`")?);
        }
        Some(Object::User) => {
            let user = serde_json::from_value(json!({
                "id": id, "email": row.get("Email").unwrap_or_default(), "active": row.is("IsActive").unwrap_or(true),
                "standard": row.get("UserType").is_none_or(|user_type| user_type == "Standard"),
                "created_at": row.get("CreatedDate").context("`CreatedDate` is missing")?,
            }));
            lists.users.push(user.context("`CreatedDate`")?);
        }
        Some(object @ (Object::Case | Object::Opportunity)) => {
            let open = !row.is("IsClosed").unwrap_or_default();
            if row.get("ContactId").is_some() {
                let list = if object == Object::Case { &mut lists.cases } else { &mut lists.opportunities };
                list.push(Related { id, contact: row.id("ContactId")?, open });
            }
        }
        Some(Object::Task) => lists.tasks.extend(task(id, row, settings)),
        Some(_) => {}
    }
    Ok(())
}

/// Returns the Task of a logged call, or `None` if the field for the call's id contains no call id.
fn task(id: Id, row: &Row<'_>, settings: &Settings) -> Option<LoggedTask> {
    let key = row.get(settings.field_names.call_id()?.as_str()).and_then(key_of)?;
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
    Some(LoggedTask { id, key, fields: Some(fields), wrote: None, sent: None })
}
