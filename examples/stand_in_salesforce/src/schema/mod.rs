//! Defines the objects and their fields: the library's field table, additional standard fields, and
//! the org's custom fields.

mod more;

use std::collections::HashMap;

use aircall_salesforce::salesforce::fields::{self, Field, FieldType};
use aircall_salesforce::salesforce::text::LINE_LIMIT;
use aircall_salesforce::salesforce::{Id, Object};
use aircall_salesforce::settings::{FieldNames, PackageField};
use serde::{Deserialize, Serialize};

/// An object that the stand-in stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Table {
    /// A user of the org.
    User,
    /// A queue.
    Group,
    /// A company; in an org with person accounts, also a person.
    Account,
    /// A person at a company.
    Contact,
    /// A person who may become a customer.
    Lead,
    /// A customer's problem.
    Case,
    /// A possible sale.
    Opportunity,
    /// The role of a contact in an opportunity.
    OpportunityContactRole,
    /// A Task; here, a logged call.
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

    /// Returns the library's object; the library does not have `OpportunityContactRole`.
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
    /// The object of the field.
    pub object: Table,
    /// The API name, ending in `__c`.
    pub name: String,
    /// The field's type.
    #[serde(rename = "type", default)]
    pub kind: CustomType,
    /// Whether the values are unique.
    #[serde(default)]
    pub unique: bool,
    /// Whether the field can identify records in an upsert.
    #[serde(default)]
    pub external_id: bool,
}

/// The type of a custom field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomType {
    /// A text of up to 255 characters in one line.
    #[default]
    Text,
    /// A number.
    Number,
    /// True or false.
    Checkbox,
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the properties that Salesforce describes, by their names")]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: FieldType,
    pub(crate) on_create: bool,
    pub(crate) on_update: bool,
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

    /// Returns whether a query can filter and sort by the field; long texts cannot be used.
    pub(crate) fn is_filterable(&self) -> bool {
        !matches!(self.kind, FieldType::Area(_))
    }

    /// Returns the name by which a query reaches the referenced record.
    pub(crate) fn relationship(&self) -> Option<&str> {
        self.is_id().then(|| self.name.strip_suffix("Id")).flatten().filter(|name| !name.is_empty())
    }

    /// Returns the tables to which the field can refer.
    pub(crate) fn targets(&self) -> Vec<Table> {
        let FieldType::Reference { to, .. } = self.kind else { return Vec::new() };
        Table::ALL.into_iter().filter(|table| table.object().is_some_and(|object| to.contains(&object))).collect()
    }

    /// Returns whether the field can refer to records of several objects.
    pub(crate) fn is_polymorphic(&self) -> bool {
        matches!(self.kind, FieldType::Reference { to, .. } if to.len() > 1)
    }
}

impl From<&Field> for Column {
    fn from(field: &Field) -> Self {
        Self {
            name: field.name.to_owned(),
            kind: field.field_type,
            on_create: field.on_create,
            on_update: field.on_update,
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
            on_create: true,
            on_update: true,
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
    /// The columns of `Name`, as which a query sees the record of a polymorphic reference.
    name_columns: Vec<Column>,
    /// The index of each column, by table and lower-case name.
    indexes: HashMap<(Table, String), usize>,
}

impl Schema {
    pub(crate) fn new(custom: &[CustomField], person_accounts: bool) -> Self {
        let name_columns = more::NAME.iter().map(Column::from).collect();
        let mut schema = Self { columns: HashMap::new(), name_columns, indexes: HashMap::new() };
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

    /// Adds a column or replaces it: the org's definition has priority over the built-in one.
    fn add(&mut self, table: Table, column: Column) {
        let columns = self.columns.entry(table).or_default();
        let index = *self.indexes.entry((table, column.name.to_ascii_lowercase())).or_insert(columns.len());
        match columns.get_mut(index) {
            Some(existing) => *existing = column,
            None => columns.push(column),
        }
    }

    pub(crate) fn columns(&self, table: Table) -> &[Column] {
        self.columns.get(&table).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the column with this name, ignoring case as Salesforce does.
    pub(crate) fn column(&self, table: Table, name: &str) -> Option<&Column> {
        let index = *self.indexes.get(&(table, name.to_ascii_lowercase()))?;
        self.columns(table).get(index)
    }

    pub(crate) fn name_column(&self, name: &str) -> Option<&Column> {
        self.name_columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// Returns the column that refers to the record of a relationship.
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
