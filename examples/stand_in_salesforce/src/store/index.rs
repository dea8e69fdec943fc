//! Indexes records by the columns that call loggers query, and by the last digits of phone numbers.

use std::collections::{BTreeSet, HashMap};

use aircall_salesforce::salesforce::Id;
use serde_json::Value;

use super::Row;
use crate::schema::{Schema, Table};
use crate::sosl::phone;

/// The indexed columns, in addition to unique columns and external ids.
const INDEXED: [(Table, &str); 11] = [
    (Table::Task, "CallObject"),
    (Table::Task, "WhoId"),
    (Table::User, "Email"),
    (Table::User, "Username"),
    (Table::Contact, "AccountId"),
    (Table::Contact, "Email"),
    (Table::Lead, "Email"),
    (Table::Case, "ContactId"),
    (Table::Opportunity, "AccountId"),
    (Table::OpportunityContactRole, "ContactId"),
    (Table::OpportunityContactRole, "OpportunityId"),
];

type Holders = HashMap<String, BTreeSet<Id>>;

pub(super) struct Index {
    columns: HashMap<Table, HashMap<String, Holders>>,
    phone_columns: HashMap<Table, Vec<String>>,
    phones: HashMap<(Table, String), BTreeSet<Id>>,
}

impl Index {
    pub(super) fn new(schema: &Schema) -> Self {
        let mut columns: HashMap<_, HashMap<_, _>> = HashMap::new();
        for (table, column) in INDEXED {
            columns.entry(table).or_default().insert(column.to_owned(), Holders::new());
        }
        let mut phone_columns: HashMap<_, Vec<_>> = HashMap::new();
        for table in Table::ALL {
            for column in schema.columns(table) {
                if column.unique || column.external_id {
                    columns.entry(table).or_default().insert(column.name.clone(), Holders::new());
                }
                if column.is_phone() {
                    phone_columns.entry(table).or_default().push(column.name.clone());
                }
            }
        }
        Self { columns, phone_columns, phones: HashMap::new() }
    }

    pub(super) fn add(&mut self, table: Table, id: Id, row: &Row) {
        self.each(table, row, |ids| {
            ids.insert(id);
        });
    }

    pub(super) fn remove(&mut self, table: Table, id: Id, row: &Row) {
        self.each(table, row, |ids| {
            ids.remove(&id);
        });
    }

    /// Calls `change` for every index entry of a record.
    fn each(&mut self, table: Table, row: &Row, change: impl Fn(&mut BTreeSet<Id>)) {
        for (column, holders) in self.columns.get_mut(&table).into_iter().flatten() {
            if let Some(key) = row.get(column).and_then(key) {
                change(holders.entry(key).or_default());
            }
        }
        for column in self.phone_columns.get(&table).into_iter().flatten() {
            let tails = row.get(column).and_then(Value::as_str).map(phone::tails);
            for tail in tails.into_iter().flatten() {
                change(self.phones.entry((table, tail)).or_default());
            }
        }
    }

    pub(super) fn holding(&self, table: Table, column: &str, value: &str) -> Option<BTreeSet<Id>> {
        let holders = self.columns.get(&table)?.get(column)?;
        Some(holders.get(&value.to_lowercase()).cloned().unwrap_or_default())
    }

    pub(super) fn with_phone(&self, table: Table, digits: &str) -> BTreeSet<Id> {
        let tail = phone::tail(digits).map(|tail| (table, tail.to_owned()));
        tail.and_then(|key| self.phones.get(&key).cloned()).unwrap_or_default()
    }
}

/// Returns the index key of a value; the key ignores case, as Salesforce does.
fn key(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
