//! Implements SOSL: finds records by words and numbers.

pub(crate) mod parse;
pub(crate) mod phone;

use std::collections::BTreeSet;

use aircall_salesforce::salesforce::Id;
use aircall_salesforce::salesforce::fields::FieldType;
use serde_json::Value;

use crate::fault::Fault;
use crate::org::Org;
use crate::schema::{Column, Table};
use crate::soql::bind::{Filter, paths, record_json, table};
use crate::soql::run::{finish, is_deleted};
use crate::store::Row;
use parse::{Group, Query, Returning};

/// The largest number of records of a search, over all objects.
const RECORDS_LIMIT: usize = 2000;

/// The objects that a search without RETURNING includes.
const SEARCHED: [Table; 7] =
    [Table::Contact, Table::Lead, Table::Account, Table::Case, Table::Opportunity, Table::User, Table::Task];

/// Runs a search and returns the records in the order of RETURNING.
pub(crate) fn search(org: &Org, version: &str, statement: &str) -> Result<Vec<Value>, Fault> {
    let mut search = parse::search(statement)?;
    if search.returning.is_empty() {
        search.returning.extend(SEARCHED.map(|table| Returning::id_of(table.name())));
    }
    let mut records = Vec::new();
    for returning in &search.returning {
        records.extend(returned(org, version, &search.query, search.group, returning)?);
    }
    records.truncate(search.limit.unwrap_or(RECORDS_LIMIT).min(RECORDS_LIMIT));
    Ok(records)
}

fn returned(org: &Org, version: &str, query: &Query, group: Group, returning: &Returning) -> Result<Vec<Value>, Fault> {
    let table = table(&returning.object)?;
    let paths = paths(org, table, &returning.fields)?;
    let test = returning.tail.condition.as_ref().map(|condition| Filter::new(org, table, condition)).transpose()?;
    let searched: Vec<&Column> = org
        .schema
        .columns(table)
        .iter()
        .filter(|column| is_searched(column, group) && !org.is_hidden(table, column))
        .collect();
    let rows: Vec<(Id, &Row)> = match candidates(org, table, query, group) {
        Some(ids) => ids.into_iter().filter_map(|id| Some((id, org.store.get(table, id)?))).collect(),
        None => org.store.all(table).collect(),
    };
    let found = rows.into_iter().filter(|(_, row)| {
        !is_deleted(row) && finds(query, &searched, row) && test.as_ref().is_none_or(|test| test.holds(org, row))
    });
    let found = finish(org, table, found.collect(), &returning.tail)?;
    Ok(found.into_iter().map(|(id, row)| record_json(org, version, table, id, row, &paths)).collect())
}

fn is_searched(column: &Column, group: Group) -> bool {
    match group {
        Group::Phone => column.is_phone(),
        Group::Email => column.is_email(),
        Group::Name => matches!(column.name.as_str(), "Name" | "Subject" | "Company" | "Website"),
        Group::All => matches!(column.kind, FieldType::Line(_) | FieldType::Area(_) | FieldType::Picklist(_)),
    }
}

/// Returns the records whose numbers may match, if the search only contains numbers.
fn candidates(org: &Org, table: Table, query: &Query, group: Group) -> Option<BTreeSet<Id>> {
    match query {
        _ if group != Group::Phone => None,
        Query::Words { text, prefix: false } => Some(org.store.with_phone(table, &phone::digits(text))),
        Query::Words { .. } | Query::Not(_) => None,
        Query::All(queries) => queries.iter().find_map(|query| candidates(org, table, query, group)),
        Query::Any(queries) => {
            let each: Option<Vec<_>> = queries.iter().map(|query| candidates(org, table, query, group)).collect();
            Some(each?.into_iter().flatten().collect())
        }
    }
}

fn finds(query: &Query, columns: &[&Column], row: &Row) -> bool {
    match query {
        Query::All(queries) => queries.iter().all(|query| finds(query, columns, row)),
        Query::Any(queries) => queries.iter().any(|query| finds(query, columns, row)),
        Query::Not(query) => !finds(query, columns, row),
        Query::Words { text, prefix } => columns.iter().any(|column| match row.get(&column.name) {
            Some(Value::String(value)) if column.is_phone() => is_number(text, *prefix, value),
            Some(Value::String(value)) => has_words(text, *prefix, value),
            _ => false,
        }),
    }
}

fn is_number(wanted: &str, prefix: bool, value: &str) -> bool {
    if wanted.chars().any(char::is_alphabetic) {
        return false;
    }
    let wanted = phone::digits(wanted);
    if prefix { phone::digits(value).starts_with(&wanted) } else { phone::finds(&wanted, value) }
}

/// Returns whether the value contains every word; with `prefix`, the last may be the beginning of a
/// word.
fn has_words(wanted: &str, prefix: bool, value: &str) -> bool {
    let (wanted, value) = (words(wanted), words(value));
    let last = wanted.len().saturating_sub(1);
    wanted
        .iter()
        .enumerate()
        .all(|(n, word)| value.iter().any(|own| own == word || (prefix && n == last && own.starts_with(word.as_str()))))
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
