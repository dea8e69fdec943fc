//! Writes the fields that Salesforce sets itself: defaults, and fields that depend on others.

use aircall_salesforce::salesforce::Id;
use serde_json::Value;

use super::{Org, time};
use crate::schema::Table;
use crate::store::Row;

/// The stages of a closed opportunity; the first one is won.
const CLOSED_STAGES: [&str; 2] = ["Closed Won", "Closed Lost"];
const CLOSED_CASE: &str = "Closed";

/// Sets the defaults of a new record.
pub(super) fn defaults(org: &Org, table: Table, id: Id, row: &mut Row) {
    let now = time::now();
    let mut default = |name: &str, value: Value| {
        if org.schema.column(table, name).is_some() {
            row.entry(name).or_insert(value);
        }
    };
    default("CreatedDate", now.into());
    default("CreatedById", org.running_user.to_string().into());
    default("OwnerId", org.running_user.to_string().into());
    default("IsDeleted", false.into());
    match table {
        Table::Task => {
            default("Status", "Not Started".into());
            default("Priority", "Normal".into());
            default("TaskSubtype", "Task".into());
        }
        Table::Case => {
            default("Status", "New".into());
            default("Priority", "Medium".into());
            default("CaseNumber", format!("{:08}", org.store.count(table) + 1).into());
        }
        Table::Lead => default("Status", "Open - Not Contacted".into()),
        Table::User => {
            default("IsActive", true.into());
            default("UserType", "Standard".into());
        }
        Table::Group => default("Type", "Queue".into()),
        Table::Account | Table::Contact | Table::Opportunity | Table::OpportunityContactRole => {}
    }
    row.insert("Id".to_owned(), id.to_string().into());
}

/// Sets the fields that depend on other fields.
pub(super) fn dependent_fields(org: &Org, table: Table, row: &mut Row) {
    let text = |row: &Row, name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    match table {
        Table::Contact | Table::Lead | Table::User => {
            let name = format!("{} {}", text(row, "FirstName"), text(row, "LastName"));
            row.insert("Name".to_owned(), name.trim().into());
        }
        Table::Account if row.get("IsPersonAccount") == Some(&Value::Bool(true)) => {
            let name = format!("{} {}", text(row, "FirstName"), text(row, "LastName"));
            row.insert("Name".to_owned(), name.trim().into());
        }
        Table::Task => {
            let closed = org.closed_statuses.contains(&text(row, "Status"));
            row.insert("IsClosed".to_owned(), closed.into());
            row.insert("IsHighPriority".to_owned(), (text(row, "Priority") == "High").into());
            match org.account_of(row) {
                Some(account) => row.insert("AccountId".to_owned(), account),
                None => row.remove("AccountId"),
            };
            if closed {
                row.entry("CompletedDateTime").or_insert_with(|| time::now().into());
            } else {
                row.remove("CompletedDateTime");
            }
        }
        Table::Case => {
            let closed = text(row, "Status") == CLOSED_CASE;
            row.insert("IsClosed".to_owned(), closed.into());
        }
        Table::Opportunity => {
            let stage = text(row, "StageName");
            row.insert("IsClosed".to_owned(), CLOSED_STAGES.contains(&stage.as_str()).into());
            row.insert("IsWon".to_owned(), CLOSED_STAGES.first().is_some_and(|won| *won == stage).into());
        }
        Table::Account | Table::Group | Table::OpportunityContactRole => {}
    }
}

/// Sets the user and the time of the last change.
pub(super) fn stamp(org: &Org, table: Table, row: &mut Row) {
    let now = time::now();
    let stamps = [
        ("LastModifiedDate", now.clone()),
        ("SystemModstamp", now),
        ("LastModifiedById", org.running_user.to_string()),
    ];
    for (name, value) in stamps {
        if org.schema.column(table, name).is_some() {
            row.insert(name.to_owned(), value.into());
        }
    }
}
