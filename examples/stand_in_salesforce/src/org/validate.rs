//! Validates writes with the library's checker and with what only the org knows.

use aircall_salesforce::salesforce::Id;
use aircall_salesforce::salesforce::check::{CheckContext, Refusal, Write, check};
use aircall_salesforce::salesforce::fields::{self, Field, FieldType};
use aircall_salesforce::salesforce::text::{self, LINE_LIMIT};
use serde_json::{Map, Value};

use super::{Org, derive, time};
use crate::fault::{Fault, Problem};
use crate::schema::{Column, Table};
use crate::soql::run::is_deleted;
use crate::store::Row;

/// Returns the fields of a body by their columns' names, in the form in which Salesforce stores
/// them. Null clears a field.
pub(super) fn changes(org: &Org, table: Table, write: Write, body: &Map<String, Value>) -> Result<Row, Fault> {
    let mut changes = Row::new();
    for (name, value) in body {
        if name == "attributes" {
            continue;
        }
        if name.eq_ignore_ascii_case("Id") {
            let message = "The Id field should not be specified in the sobject data.";
            return Err(Fault::request("INVALID_FIELD", message));
        }
        let Some(column) = org.column(table, name) else {
            let message = format!("No such column '{name}' on sobject of type {}", table.name());
            return Err(Fault::request("INVALID_FIELD", message));
        };
        let value = stored(column, value);
        if changes.insert(column.name.clone(), value).is_some() {
            return Err(Fault::request("JSON_PARSER_ERROR", format!("Duplicate field '{name}'")));
        }
    }
    if write == Write::Create {
        changes.retain(|_, value| !value.is_null());
    }
    check_with_library(table, write, &changes)?;
    for (name, value) in &changes {
        if let Some(column) = org.column(table, name) {
            check_type(table, write, column, value)?;
            check_reference(org, column, value)?;
        }
    }
    Ok(changes)
}

/// Normalises a value: trims blanks, removes line breaks from one-line fields and turns an empty
/// text into null.
fn stored(column: &Column, value: &Value) -> Value {
    let Value::String(value) = value else { return value.clone() };
    let clean = match column.kind {
        FieldType::Area(_) => text::text_area(value),
        FieldType::Date | FieldType::DateTime | FieldType::Reference { .. } => value.trim().into(),
        _ => text::line(value),
    };
    if clean.is_empty() { Value::Null } else { Value::String(clean.into_owned()) }
}

/// Validates the fields that the library knows.
fn check_with_library(table: Table, write: Write, changes: &Row) -> Result<(), Fault> {
    let Some(object) = table.object() else { return Ok(()) };
    let known = |name: &str| fields::find(object, name).is_some() || name.ends_with("__c");
    let body: Map<_, _> =
        changes.iter().filter(|(name, _)| known(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    let refusals = check(object, write, &body, CheckContext::default());
    let unreadable = refusals.iter().find(|refusal| refusal.code == Some("JSON_PARSER_ERROR"));
    if let Some(refusal) = unreadable {
        return Err(Fault::request("JSON_PARSER_ERROR", format!("Cannot deserialize the value of {refusal}")));
    }
    let problems: Vec<_> = refusals.iter().map(|refusal| problem(refusal, table, &body)).collect();
    if problems.is_empty() { Ok(()) } else { Err(Fault { status: 400, problems }) }
}

/// Formats a refusal with Salesforce's message and code.
fn problem(refusal: &Refusal<'_>, table: Table, body: &Row) -> Problem {
    let Refusal { field, code, .. } = refusal;
    let value = body.get(*field).and_then(Value::as_str).unwrap_or_default();
    // The library's checker names no code for a reference to a record that no plan creates.
    let code = code.or(value.starts_with("@{").then_some("MALFORMED_ID"));
    let message = match code {
        Some("INVALID_FIELD_FOR_INSERT_UPDATE") => format!(
            "Unable to create/update fields: {field}. Please check the security settings of this field and verify that it is \
             read/write for your profile or permission set."
        ),
        Some("REQUIRED_FIELD_MISSING") => format!("Required fields are missing: [{field}]"),
        Some("STRING_TOO_LONG") => {
            let limit = table.object().and_then(|object| fields::find(object, field)).and_then(limit);
            format!("{field}: data value too large: {value} (max length={})", limit.unwrap_or(LINE_LIMIT))
        }
        Some("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST") => {
            format!("{field}: bad value for restricted picklist field: {value}")
        }
        Some("NUMBER_OUTSIDE_VALID_RANGE") => format!("{field}: value outside of valid range"),
        Some("MALFORMED_ID") => format!("{field}: id value of incorrect type: {value}"),
        _ => refusal.to_string(),
    };
    let code = code.unwrap_or("FIELD_INTEGRITY_EXCEPTION");
    Problem::new(code, message, Some(vec![(*field).to_owned()]))
}

fn limit(field: &Field) -> Option<usize> {
    match field.field_type {
        FieldType::Line(limit) | FieldType::Area(limit) => limit,
        _ => None,
    }
}

/// Validates the types of custom fields and of fields that the library does not know.
fn check_type(table: Table, write: Write, column: &Column, value: &Value) -> Result<(), Fault> {
    let known = table.object().is_some_and(|object| fields::find(object, &column.name).is_some());
    let name = column.name.as_str();
    let writable = if write == Write::Create { column.on_create } else { column.on_update };
    if !known && !writable {
        let message = format!("Unable to create/update fields: {name}.");
        return Err(Fault::write("INVALID_FIELD_FOR_INSERT_UPDATE", message, &[name]));
    }
    let is_accepted = known
        || match column.kind {
            _ if value.is_null() => column.nillable,
            FieldType::Flag => value.is_boolean(),
            FieldType::Number | FieldType::Int { .. } => value.is_number(),
            _ => value.is_string(),
        };
    if is_accepted {
        Ok(())
    } else {
        Err(Fault::request("JSON_PARSER_ERROR", format!("Cannot deserialize the value of `{name}`")))
    }
}

/// Validates a reference: the record must exist, an owner must be active, and a lead must not be
/// converted.
fn check_reference(org: &Org, column: &Column, value: &Value) -> Result<(), Fault> {
    let (true, Some(text)) = (column.is_id(), value.as_str()) else { return Ok(()) };
    let name = column.name.as_str();
    let unknown = || Fault::write("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]);
    let id: Id = text.parse().map_err(|_| unknown())?;
    let table = Table::of(id).ok_or_else(unknown)?;
    let row = org.store.get(table, id).ok_or_else(unknown)?;
    if is_deleted(row) {
        return Err(Fault::write("ENTITY_IS_DELETED", "entity is deleted", &[]));
    }
    if name == "OwnerId" && table == Table::User && row.get("IsActive") == Some(&Value::Bool(false)) {
        let message = "operation performed with inactive user as owner of record";
        return Err(Fault::write("INACTIVE_OWNER_OR_USER", message, &[name]));
    }
    if table == Table::Lead && row.get("IsConverted") == Some(&Value::Bool(true)) {
        return Err(Fault::write("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", &[]));
    }
    Ok(())
}

/// Validates the whole record as it would be after the write.
pub(super) fn check_record(org: &Org, table: Table, id: Option<Id>, row: &Row) -> Result<(), Fault> {
    let target = |name: &str| {
        let id = row.get(name).and_then(Value::as_str).and_then(|text| text.parse().ok());
        id.and_then(Table::of)
    };
    if table == Table::Task && target("WhoId") == Some(Table::Lead) && row.contains_key("WhatId") {
        let message = "Related To ID: a task of a lead cannot be related to anything";
        return Err(Fault::write("FIELD_INTEGRITY_EXCEPTION", message, &["WhatId"]));
    }
    for column in org.schema.columns(table).iter().filter(|column| column.unique) {
        let Some(value) = row.get(&column.name).and_then(Value::as_str) else { continue };
        let holders = org.store.holding(table, &column.name, value).unwrap_or_default();
        let other = holders
            .into_iter()
            .find(|&other| Some(other) != id && org.store.get(table, other).is_some_and(|row| !is_deleted(row)));
        if let Some(other) = other {
            let message = format!("duplicate value found: {} duplicates value on record with id: {other}", column.name);
            return Err(Fault::write("DUPLICATE_VALUE", message, &[]));
        }
    }
    Ok(())
}

/// Applies the errors of the switches, and the duplicate rule to a new record.
pub(super) fn check_rules(org: &Org, table: Table, id: Option<Id>, row: &Row) -> Result<(), Fault> {
    let refusals = org.switches.refusals.iter().filter(|refusal| refusal.object == table).cloned();
    let problems: Vec<_> =
        refusals.map(|refusal| Problem::new(refusal.code, refusal.message, Some(refusal.fields))).collect();
    if !problems.is_empty() {
        return Err(Fault { status: 400, problems });
    }
    if id.is_some() || org.saves_duplicates || !org.switches.duplicate_rules.contains(&table) {
        return Ok(());
    }
    let name = |row: &Row| row.get("Name").and_then(Value::as_str).map(str::to_lowercase);
    let mut new = row.clone();
    derive::dependent_fields(org, table, &mut new);
    let others = org.store.all(table).filter(|(_, row)| !is_deleted(row) && name(row) == name(&new));
    let others: Vec<_> = others.map(|(id, _)| id).collect();
    if others.is_empty() { Ok(()) } else { Err(Fault::duplicates(table, &others)) }
}

/// Converts times to the form in which rows store them.
pub(super) fn normal_times(org: &Org, table: Table, row: &mut Row) {
    for (name, value) in row.iter_mut() {
        let is_time = org.schema.column(table, name).is_some_and(|column| column.kind == FieldType::DateTime);
        if let (true, Value::String(text)) = (is_time, &*value) {
            *value = Value::String(time::normal(text));
        }
    }
}

/// Converts ids to 18 characters.
pub(super) fn long_ids(org: &Org, table: Table, row: &mut Row) {
    for (name, value) in row.iter_mut() {
        let is_id = org.schema.column(table, name).is_some_and(Column::is_id);
        if let (true, Some(Ok(id))) = (is_id, value.as_str().map(str::parse::<Id>)) {
            *value = Value::String(id.to_string());
        }
    }
}
