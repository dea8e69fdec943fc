//! Which objects there are, and which fields they have: the library's field table, what it lacks, and what an org added.

mod more;

use std::collections::HashMap;

use aircall_salesforce::salesforce::fields::{self, Field, FieldType, Writes};
use aircall_salesforce::salesforce::text::LINE_LIMIT;
use aircall_salesforce::salesforce::{Id, Object};
use aircall_salesforce::settings::{FieldNames, PackageField};
use serde::Deserialize;

/// The objects that the stand-in keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Table {
    /// Who works with the org.
    User,
    /// A queue.
    Group,
    /// A company, or with person accounts a person.
    Account,
    /// A person at a company.
    Contact,
    /// Somebody who may become a customer.
    Lead,
    /// Something to be solved.
    Case,
    /// Something to be sold.
    Opportunity,
    /// Who has to do with an opportunity.
    OpportunityContactRole,
    /// Here: a call.
    Task,
}

impl Table {
    pub(crate) const ALL: [Self; 9] = [
        Self::User,
        Self::Group,
        Self::Account,
        Self::Contact,
        Self::Lead,
        Self::Case,
        Self::Opportunity,
        Self::OpportunityContactRole,
        Self::Task,
    ];

    /// The library's name for it; it does not know the last kind.
    pub(crate) const fn object(self) -> Option<Object> {
        Some(match self {
            Self::User => Object::User,
            Self::Group => Object::Group,
            Self::Account => Object::Account,
            Self::Contact => Object::Contact,
            Self::Lead => Object::Lead,
            Self::Case => Object::Case,
            Self::Opportunity => Object::Opportunity,
            Self::Task => Object::Task,
            Self::OpportunityContactRole => return None,
        })
    }

    pub(crate) const fn name(self) -> &'static str {
        match self.object() {
            Some(object) => object.name(),
            None => "OpportunityContactRole",
        }
    }

    pub(crate) const fn prefix(self) -> &'static str {
        match self.object() {
            Some(object) => object.prefix(),
            None => "00K",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name().eq_ignore_ascii_case(name))
    }

    pub(crate) fn of(id: Id) -> Option<Self> {
        Self::ALL.into_iter().find(|table| id.as_str().starts_with(table.prefix()))
    }
}

/// A field that an org or a package added.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomField {
    /// The object that has it.
    pub object: Table,
    /// Its API name, ending in `__c`.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type", default)]
    pub kind: CustomType,
    /// Whether no two records may hold the same.
    #[serde(default)]
    pub unique: bool,
    /// Whether records can be upserted by it.
    #[serde(default)]
    pub external_id: bool,
}

/// What a custom field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomType {
    /// A line of up to 255 characters.
    #[default]
    Text,
    /// A number.
    Number,
    /// True or false.
    Checkbox,
}

/// A field of an object, whoever made it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "what Salesforce says of a field, by Salesforce's names")]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: FieldType,
    pub(crate) writes: Writes,
    pub(crate) nillable: bool,
    pub(crate) custom: bool,
    pub(crate) unique: bool,
    pub(crate) external_id: bool,
}

impl Column {
    pub(crate) fn is_phone(&self) -> bool {
        self.name.ends_with("Phone") || self.name.ends_with("Fax")
    }

    pub(crate) fn is_email(&self) -> bool {
        self.name.ends_with("Email")
    }

    pub(crate) fn is_id(&self) -> bool {
        matches!(self.kind, FieldType::Reference { .. })
    }

    /// Whether a query can ask and sort by it: not by long texts.
    pub(crate) fn is_filterable(&self) -> bool {
        !matches!(self.kind, FieldType::Area(_))
    }

    /// The name by which a query goes to the record that the field points at.
    pub(crate) fn relationship(&self) -> Option<&str> {
        self.is_id().then(|| self.name.strip_suffix("Id")).flatten().filter(|name| !name.is_empty())
    }

    /// The tables that the field can point at.
    pub(crate) fn targets(&self) -> Vec<Table> {
        let FieldType::Reference { to, .. } = self.kind else { return Vec::new() };
        Table::ALL.into_iter().filter(|table| table.object().is_some_and(|object| to.contains(&object))).collect()
    }
}

impl From<&Field> for Column {
    fn from(field: &Field) -> Self {
        Self {
            name: field.name.to_owned(),
            kind: field.field_type,
            writes: field.writes,
            nillable: field.nillable,
            custom: false,
            unique: false,
            external_id: false,
        }
    }
}

impl From<&CustomField> for Column {
    fn from(field: &CustomField) -> Self {
        Self {
            name: field.name.clone(),
            kind: match field.kind {
                CustomType::Text => FieldType::Line(Some(LINE_LIMIT)),
                CustomType::Number => FieldType::Number,
                CustomType::Checkbox => FieldType::Flag,
            },
            writes: Writes::Both,
            nillable: field.kind != CustomType::Checkbox,
            custom: true,
            unique: field.unique,
            external_id: field.external_id,
        }
    }
}

/// The columns of every table.
pub(crate) struct Schema {
    columns: HashMap<Table, Vec<Column>>,
    /// By table and the name in lower case.
    places: HashMap<(Table, String), usize>,
}

impl Schema {
    pub(crate) fn new(custom: &[CustomField], person_accounts: bool) -> Self {
        let mut schema = Self { columns: HashMap::new(), places: HashMap::new() };
        for table in Table::ALL {
            let own = table.object().map(fields::of).unwrap_or_default();
            let persons = if person_accounts { more::of_persons(table) } else { &[] };
            for field in own.iter().chain(more::of(table)).chain(persons) {
                schema.add(table, Column::from(field));
            }
        }
        for field in package_fields().iter().chain(custom) {
            schema.add(field.object, Column::from(field));
        }
        schema
    }

    /// A column that is there already is replaced: an org says more of its own than we do.
    fn add(&mut self, table: Table, column: Column) {
        let columns = self.columns.entry(table).or_default();
        let place = *self.places.entry((table, column.name.to_ascii_lowercase())).or_insert(columns.len());
        match columns.get_mut(place) {
            Some(known) => *known = column,
            None => columns.push(column),
        }
    }

    pub(crate) fn columns(&self, table: Table) -> &[Column] {
        self.columns.get(&table).map(Vec::as_slice).unwrap_or_default()
    }

    /// The column of this name; Salesforce's names do not differ by case.
    pub(crate) fn column(&self, table: Table, name: &str) -> Option<&Column> {
        let place = *self.places.get(&(table, name.to_ascii_lowercase()))?;
        self.columns(table).get(place)
    }

    /// The column that points at the record of a relationship.
    pub(crate) fn relationship(&self, table: Table, name: &str) -> Option<&Column> {
        self.columns(table)
            .iter()
            .find(|column| column.relationship().is_some_and(|own| own.eq_ignore_ascii_case(name)))
    }
}

/// Returns the fields of Aircall's package.
fn package_fields() -> Vec<CustomField> {
    let names = FieldNames::default();
    let fields = PackageField::ALL.iter().filter_map(|field| {
        let kind = match field {
            PackageField::WaitingTime => CustomType::Number,
            PackageField::HasConnected => CustomType::Checkbox,
            _ => CustomType::Text,
        };
        let name = names.package(*field)?.as_str().to_owned();
        Some(CustomField { object: Table::Task, name, kind, unique: false, external_id: false })
    });
    fields.collect()
}
