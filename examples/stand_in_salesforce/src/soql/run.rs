//! The rows that a query finds.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use aircall_salesforce::salesforce::Id;
use serde_json::Value;

use super::bind::{Path, Test, paths, shown, table};
use super::compare::{Wanted, sorted};
use super::parse::{Operator, Order, Select, Tail, What, select};
use crate::fault::Fault;
use crate::org::Org;
use crate::schema::Table;
use crate::store::Row;

/// The greatest OFFSET.
const OFFSET_LIMIT: usize = 2000;

/// What a query is answered with.
pub(crate) struct Answer {
    pub(crate) total: usize,
    /// None for `COUNT()`.
    pub(crate) records: Vec<Value>,
}

/// Answers a query; with the deleted records, if they are wanted.
pub(crate) fn answer(org: &Org, version: &str, statement: &str, with_deleted: bool) -> Result<Answer, Fault> {
    let select = select(statement)?;
    let table = table(&select.from)?;
    let paths = match &select.what {
        What::Count => Vec::new(),
        What::Fields(names) => paths(org, table, names)?,
    };
    let found = found(org, &select, with_deleted)?;
    let total = found.len();
    let records = match &select.what {
        What::Count => Vec::new(),
        What::Fields(_) => found.into_iter().map(|(id, row)| shown(org, version, table, id, row, &paths)).collect(),
    };
    Ok(Answer { total, records })
}

/// The rows of a query, in its order and within its limits.
pub(crate) fn found<'o>(org: &'o Org, select: &Select, with_deleted: bool) -> Result<Vec<(Id, &'o Row)>, Fault> {
    let table = table(&select.from)?;
    let test = select.tail.condition.as_ref().map(|condition| Test::new(org, table, condition)).transpose()?;
    let candidates = test.as_ref().and_then(|test| candidates(org, table, test));
    let rows: Vec<_> = match candidates {
        Some(ids) => ids.into_iter().filter_map(|id| Some((id, org.store.get(table, id)?))).collect(),
        None => org.store.all(table).collect(),
    };
    let passing = rows
        .into_iter()
        .filter(|(_, row)| (with_deleted || !is_deleted(row)) && test.as_ref().is_none_or(|test| test.holds(org, row)));
    finish(org, table, passing.collect(), &select.tail)
}

/// Puts what was found into order, and cuts it.
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
        let orders = order.iter().map(|(path, order)| compare(path.value(org, one), path.value(org, other), order));
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

/// The ids that an index names, if one can: all rows that pass are among them.
fn candidates(org: &Org, table: Table, test: &Test<'_>) -> Option<BTreeSet<Id>> {
    match test {
        Test::All(tests) => tests.iter().find_map(|test| candidates(org, table, test)),
        Test::Any(tests) => {
            let each: Option<Vec<_>> = tests.iter().map(|test| candidates(org, table, test)).collect();
            Some(each?.into_iter().flatten().collect())
        }
        Test::Compare { path, operator: Operator::Equal, wanted } => holding(org, table, path, wanted),
        Test::In { path, negated: false, wanted } => {
            let each: Option<Vec<_>> = wanted.iter().map(|wanted| holding(org, table, path, wanted)).collect();
            Some(each?.into_iter().flatten().collect())
        }
        Test::Compare { .. } | Test::In { .. } | Test::Not(_) => None,
    }
}

fn holding(org: &Org, table: Table, path: &Path<'_>, wanted: &Wanted) -> Option<BTreeSet<Id>> {
    match wanted {
        Wanted::Text(value) | Wanted::Exact(value) if path.hops.is_empty() && !value.is_empty() => {
            if path.column.name == "Id" {
                return Some(value.parse().into_iter().collect());
            }
            org.store.holding(table, &path.column.name, value)
        }
        _ => None,
    }
}
