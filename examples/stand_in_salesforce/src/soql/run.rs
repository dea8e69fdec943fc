//! Runs queries.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use aircall_salesforce::salesforce::Id;
use serde_json::Value;

use super::bind::{Filter, Path, paths, record_json, table};
use super::compare::{Operand, sorted};
use super::parse::{Operator, Order, Select, Selection, Tail, select};
use crate::fault::Fault;
use crate::org::Org;
use crate::schema::Table;
use crate::store::Row;

/// The largest OFFSET.
const OFFSET_LIMIT: usize = 2000;

/// The result of a query.
pub(crate) struct QueryResult {
    pub(crate) total: usize,
    /// The records; empty for `COUNT()`.
    pub(crate) records: Vec<Value>,
}

/// Runs a query; `with_deleted` includes deleted records and archived Tasks.
pub(crate) fn query(org: &Org, version: &str, statement: &str, with_deleted: bool) -> Result<QueryResult, Fault> {
    let select = select(statement)?;
    let table = table(&select.from)?;
    let paths = match &select.selection {
        Selection::Count => Vec::new(),
        Selection::Fields(names) => paths(org, table, names)?,
    };
    let matching_rows = matching_rows(org, &select, with_deleted)?;
    let total = matching_rows.len();
    let records = match &select.selection {
        Selection::Count => Vec::new(),
        Selection::Fields(_) => {
            matching_rows.into_iter().map(|(id, row)| record_json(org, version, table, id, row, &paths)).collect()
        }
    };
    Ok(QueryResult { total, records })
}

/// Returns the matching rows in the query's order and within its limits.
pub(crate) fn matching_rows<'o>(
    org: &'o Org,
    select: &Select,
    with_deleted: bool,
) -> Result<Vec<(Id, &'o Row)>, Fault> {
    let table = table(&select.from)?;
    let test = select.tail.condition.as_ref().map(|condition| Filter::new(org, table, condition)).transpose()?;
    let candidates = test.as_ref().and_then(|test| candidates(org, table, test));
    let rows: Vec<_> = match candidates {
        Some(ids) => ids.into_iter().filter_map(|id| Some((id, org.store.get(table, id)?))).collect(),
        None => org.store.all(table).collect(),
    };
    let passing = rows
        .into_iter()
        .filter(|(_, row)| with_deleted || !is_deleted(row) && !org.is_archived(table, row))
        .filter(|(_, row)| test.as_ref().is_none_or(|test| test.holds(org, row)));
    finish(org, table, passing.collect(), &select.tail)
}

/// Sorts the rows and applies OFFSET and LIMIT.
pub(crate) fn finish<'o>(
    org: &'o Org,
    table: Table,
    mut rows: Vec<(Id, &'o Row)>,
    tail: &Tail,
) -> Result<Vec<(Id, &'o Row)>, Fault> {
    if tail.offset > OFFSET_LIMIT {
        return Err(Fault::request("NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000"));
    }
    let order: Vec<(Path<'_>, &Order)> = tail
        .order
        .iter()
        .map(|order| Ok((sortable(org, table, &order.field)?, order)))
        .collect::<Result<_, Fault>>()?;
    rows.sort_by(|(_, one), (_, other)| {
        let orders = order
            .iter()
            .map(|(path, order)| compare(path.value(org, one).as_deref(), path.value(org, other).as_deref(), order));
        orders.fold(Ordering::Equal, Ordering::then)
    });
    let limit = tail.limit.unwrap_or(usize::MAX);
    Ok(rows.into_iter().skip(tail.offset).take(limit).collect())
}

pub(crate) fn is_deleted(row: &Row) -> bool {
    row.get("IsDeleted") == Some(&Value::Bool(true))
}

fn sortable<'o>(org: &'o Org, table: Table, name: &str) -> Result<Path<'o>, Fault> {
    let path = Path::new(org, table, name)?;
    if path.column.is_filterable() {
        return Ok(path);
    }
    Err(Fault::request("INVALID_FIELD", format!("field '{name}' can not be sorted in a query call")))
}

fn compare(one: Option<&Value>, other: Option<&Value>, order: &Order) -> Ordering {
    let nulls = if order.nulls_last { Ordering::Greater } else { Ordering::Less };
    match (one, other) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => nulls,
        (Some(_), None) => nulls.reverse(),
        (Some(one), Some(other)) if order.descending => sorted(other, one),
        (Some(one), Some(other)) => sorted(one, other),
    }
}

/// Returns the ids from an index if one applies. They include all matching rows.
fn candidates(org: &Org, table: Table, test: &Filter<'_>) -> Option<BTreeSet<Id>> {
    match test {
        Filter::All(tests) => tests.iter().find_map(|test| candidates(org, table, test)),
        Filter::Any(tests) => {
            let each: Option<Vec<_>> = tests.iter().map(|test| candidates(org, table, test)).collect();
            Some(each?.into_iter().flatten().collect())
        }
        Filter::Compare { path, operator: Operator::Equal, operand } => holding(org, table, path, operand),
        Filter::In { path, negated: false, operand } => {
            let each: Option<Vec<_>> = operand.iter().map(|operand| holding(org, table, path, operand)).collect();
            Some(each?.into_iter().flatten().collect())
        }
        Filter::Compare { .. } | Filter::In { .. } | Filter::Not(_) => None,
    }
}

fn holding(org: &Org, table: Table, path: &Path<'_>, operand: &Operand) -> Option<BTreeSet<Id>> {
    match operand {
        Operand::Text(value) | Operand::Exact(value) if path.hops.is_empty() && !value.is_empty() => {
            if path.column.name == "Id" {
                return Some(value.parse().into_iter().collect());
            }
            org.store.holding(table, &path.column.name, value)
        }
        _ => None,
    }
}
