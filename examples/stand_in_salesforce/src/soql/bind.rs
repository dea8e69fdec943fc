//! Binds a query to the org's schema: names become columns, and literals become values of the
//! columns' types.

use std::borrow::Cow;

use aircall_salesforce::salesforce::Id;
use aircall_salesforce::salesforce::fields::FieldType;
use serde_json::{Value, json};

use super::compare::{Operand, holds, pattern};
use super::parse::{Condition, Literal, Operator, Select, Selection};
use super::run;
use crate::fault::Fault;
use crate::org::{Org, referenced_id};
use crate::schema::{Column, Table};
use crate::store::Row;

/// A field of the record or of a record that it refers to.
#[derive(Debug, Clone)]
pub(crate) struct Path<'o> {
    /// The reference columns that lead to the record.
    pub(crate) hops: Vec<&'o Column>,
    pub(crate) column: &'o Column,
}

/// A condition that can be evaluated for a row.
pub(crate) enum Filter<'o> {
    All(Vec<Filter<'o>>),
    Any(Vec<Filter<'o>>),
    Not(Box<Filter<'o>>),
    Compare { path: Path<'o>, operator: Operator, operand: Operand },
    In { path: Path<'o>, negated: bool, operand: Vec<Operand> },
}

impl<'o> Path<'o> {
    /// Resolves a name with dots.
    pub(crate) fn new(org: &'o Org, table: Table, name: &str) -> Result<Self, Fault> {
        let mut tables = vec![table];
        let mut hops: Vec<&Column> = Vec::new();
        let mut names = name.split('.').peekable();
        while let Some(name) = names.next() {
            let table_name = tables.first().map_or("Name", |table| table.name());
            if names.peek().is_none() {
                let column = match hops.last() {
                    Some(hop) if hop.is_polymorphic() => org.schema.name_column(name),
                    _ => tables.iter().find_map(|&table| org.column(table, name)),
                };
                return Ok(Self { hops, column: column.ok_or_else(|| no_column(name, table_name))? });
            }
            let hop = tables.iter().find_map(|&table| org.schema.relationship(table, name));
            let hop = hop.ok_or_else(|| {
                let message = format!(
                    "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom \
                     relationship, be sure to append the '__r' after the custom relationship name."
                );
                Fault::request("INVALID_FIELD", message)
            })?;
            tables = if hop.is_polymorphic() { Vec::new() } else { hop.targets() };
            hops.push(hop);
        }
        Err(no_column(name, table.name()))
    }

    /// Returns the value of a row; a checkbox always has a value.
    pub(crate) fn value(&self, org: &'o Org, row: &'o Row) -> Option<Cow<'o, Value>> {
        let (mut row, mut named) = (row, None);
        for hop in &self.hops {
            let (table, id) = referenced_id(row, hop)?;
            row = org.store.get(table, id)?;
            named = hop.is_polymorphic().then_some(table);
        }
        value(row, self.column, named)
    }
}

/// Returns the value of a column. `named` is the table of a record that the query sees as `Name`.
fn value<'o>(row: &'o Row, column: &Column, named: Option<Table>) -> Option<Cow<'o, Value>> {
    match (named, column.name.as_str()) {
        (Some(table), "Type") => Some(Cow::Owned(table.name().into())),
        // The number of a case is its name.
        (Some(Table::Case), "Name") => row.get("CaseNumber").map(Cow::Borrowed),
        (_, name) => {
            let empty = (column.kind == FieldType::Flag).then_some(Cow::Owned(Value::Bool(false)));
            row.get(name).map(Cow::Borrowed).or(empty)
        }
    }
}

fn no_column(name: &str, table: &str) -> Fault {
    let message = format!(
        "No such column '{name}' on entity '{table}'. If you are attempting to use a custom field, be sure to append the \
         '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
    );
    Fault::request("INVALID_FIELD", message)
}

/// Returns the table of a FROM or RETURNING.
pub(crate) fn table(name: &str) -> Result<Table, Fault> {
    Table::named(name).ok_or_else(|| {
        let message = format!(
            "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the \
             '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
        );
        Fault::request("INVALID_TYPE", message)
    })
}

impl<'o> Filter<'o> {
    pub(crate) fn new(org: &'o Org, table: Table, condition: &Condition) -> Result<Self, Fault> {
        let each = |conditions: &[Condition]| -> Result<Vec<_>, _> {
            conditions.iter().map(|each| Self::new(org, table, each)).collect()
        };
        Ok(match condition {
            Condition::All(conditions) => Self::All(each(conditions)?),
            Condition::Any(conditions) => Self::Any(each(conditions)?),
            Condition::Not(condition) => Self::Not(Box::new(Self::new(org, table, condition)?)),
            Condition::Compare { field, operator, literal } => {
                let path = filterable(org, table, field)?;
                let operand = operand(&path, *operator, literal)?;
                Self::Compare { path, operator: *operator, operand }
            }
            Condition::In { field, negated, literals } => {
                let path = filterable(org, table, field)?;
                let operand = literals.iter().map(|literal| operand(&path, Operator::Equal, literal));
                Self::In { operand: operand.collect::<Result<_, _>>()?, path, negated: *negated }
            }
            Condition::InSubquery { field, negated, select } => {
                let path = filterable(org, table, field)?;
                Self::In { operand: subquery_values(org, select)?, path, negated: *negated }
            }
        })
    }

    pub(crate) fn holds(&self, org: &'o Org, row: &'o Row) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(org, row)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(org, row)),
            Self::Not(test) => !test.holds(org, row),
            Self::Compare { path, operator, operand } => holds(path.value(org, row).as_deref(), *operator, operand),
            Self::In { path, negated, operand } => {
                let value = path.value(org, row);
                operand.iter().any(|operand| holds(value.as_deref(), Operator::Equal, operand)) != *negated
            }
        }
    }
}

fn filterable<'o>(org: &'o Org, table: Table, name: &str) -> Result<Path<'o>, Fault> {
    let path = Path::new(org, table, name)?;
    if path.column.is_filterable() {
        return Ok(path);
    }
    Err(Fault::request("INVALID_FIELD", format!("field '{name}' can not be filtered in a query call")))
}

/// Returns the values of the one field that a subquery selects.
fn subquery_values(org: &Org, select: &Select) -> Result<Vec<Operand>, Fault> {
    let found = run::matching_rows(org, select, false)?;
    let Selection::Fields(fields) = &select.selection else {
        return Err(Fault::request("MALFORMED_QUERY", "a query in brackets selects one field"));
    };
    let [field] = fields.as_slice() else {
        return Err(Fault::request("MALFORMED_QUERY", "a query in brackets selects one field"));
    };
    let path = Path::new(org, table(&select.from)?, field)?;
    let values = found.into_iter().filter_map(|(_, row)| path.value(org, row));
    let operand = values.filter_map(|value| match value.as_ref() {
        Value::String(text) if path.column.is_id() => Some(Operand::Exact(text.clone())),
        Value::String(text) => Some(Operand::Text(text.to_lowercase())),
        Value::Number(number) => number.as_f64().map(Operand::Number),
        _ => None,
    });
    Ok(operand.collect())
}

fn operand(path: &Path<'_>, operator: Operator, literal: &Literal) -> Result<Operand, Fault> {
    let name = &path.column.name;
    let mismatch = |kind: &str| {
        let message = format!("value of filter criterion for field '{name}' must be of type {kind}");
        Fault::request("INVALID_FIELD", message)
    };
    if operator == Operator::Like {
        return match (path.column.kind, literal) {
            (FieldType::Line(_) | FieldType::Picklist(_), Literal::Text(quoted)) => Ok(Operand::Like(pattern(quoted))),
            _ => Err(Fault::request("INVALID_QUERY_FILTER_OPERATOR", "invalid operator LIKE for this field")),
        };
    }
    match (path.column.kind, literal) {
        (_, Literal::Null) => Ok(Operand::Null),
        (FieldType::Reference { .. }, Literal::Text(quoted)) => {
            let id: Result<Id, _> = quoted.text.parse();
            let invalid =
                |_| Fault::request("INVALID_QUERY_FILTER_OPERATOR", format!("invalid ID field: {}", quoted.text));
            id.map(|id| Operand::Exact(id.to_string())).map_err(invalid)
        }
        (FieldType::Reference { .. }, _) => Err(mismatch("string and should be enclosed in quotes")),
        (FieldType::Date, Literal::Date(date)) => Ok(Operand::Exact(date.clone())),
        (FieldType::Date, _) => Err(mismatch("date and should not be enclosed in quotes")),
        (FieldType::DateTime, Literal::Time(time)) => Ok(Operand::Exact(time.clone())),
        (FieldType::DateTime, _) => Err(mismatch("dateTime and should not be enclosed in quotes")),
        (FieldType::Flag, Literal::Flag(flag)) => Ok(Operand::Flag(*flag)),
        (FieldType::Flag, _) => Err(mismatch("boolean and should not be enclosed in quotes")),
        (FieldType::Int { .. } | FieldType::Number, Literal::Number(number)) => Ok(Operand::Number(*number)),
        (FieldType::Int { .. } | FieldType::Number, _) => Err(mismatch("double and should not be enclosed in quotes")),
        (_, Literal::Text(quoted)) => Ok(Operand::Text(quoted.text.to_lowercase())),
        _ => Err(mismatch("string and should be enclosed in quotes")),
    }
}

/// Resolves the selected fields and rejects duplicates.
pub(crate) fn paths<'o>(org: &'o Org, table: Table, names: &[String]) -> Result<Vec<Path<'o>>, Fault> {
    for (n, name) in names.iter().enumerate() {
        if names.iter().take(n).any(|before| before.eq_ignore_ascii_case(name)) {
            return Err(Fault::request("INVALID_FIELD", format!("duplicate field selected: {name}")));
        }
    }
    names.iter().map(|name| Path::new(org, table, name)).collect()
}

/// Returns the JSON of a record with the selected fields.
pub(crate) fn record_json(org: &Org, version: &str, table: Table, id: Id, row: &Row, paths: &[Path<'_>]) -> Value {
    let mut record = attributes(version, table.name(), table, id);
    for path in paths {
        put(org, version, &mut record, row, None, &path.hops, path.column);
    }
    Value::Object(record)
}

fn put(org: &Org, version: &str, record: &mut Row, row: &Row, named: Option<Table>, hops: &[&Column], column: &Column) {
    let Some((hop, after)) = hops.split_first() else {
        let value = value(row, column, named).map_or(Value::Null, Cow::into_owned);
        record.insert(column.name.clone(), value);
        return;
    };
    let Some(name) = hop.relationship() else { return };
    let target = referenced_id(row, hop).and_then(|(table, id)| Some((table, id, org.store.get(table, id)?)));
    let Some((table, id, target)) = target else {
        record.insert(name.to_owned(), Value::Null);
        return;
    };
    let named = hop.is_polymorphic().then_some(table);
    let kind = if named.is_some() { "Name" } else { table.name() };
    let inner = record.entry(name).or_insert_with(|| Value::Object(attributes(version, kind, table, id)));
    if let Value::Object(inner) = inner {
        put(org, version, inner, target, named, after, column);
    }
}

/// Returns the attributes with which every record begins; `kind` is the object as which the query
/// sees the record.
fn attributes(version: &str, kind: &str, table: Table, id: Id) -> Row {
    let url = format!("/services/data/{version}/sobjects/{}/{id}", table.name());
    Row::from_iter([("attributes".to_owned(), json!({"type": kind, "url": url}))])
}
