//! Compares the plans that two settings make for one call.

use std::collections::{BTreeMap, BTreeSet};

use aircall_salesforce::Plan;
use anyhow::Result;
use serde_json::Value;

use crate::sheets::Rows;
use crate::tally::{Tally, count};

/// The names of the plan's action and of the reason to write nothing. Names in brackets are
/// decisions; all others are fields.
const ACTION: &str = "(action)";
const SKIP: &str = "(skip)";

/// Writes a row for each field that differs, and for each decision if a field differs.
pub(crate) fn compare(
    call: u64,
    before: &Plan<'_>,
    after: &Plan<'_>,
    rows: &mut Rows,
    tally: &mut Tally,
) -> Result<()> {
    if before.action == after.action {
        count(&mut tally.calls, "same");
        return Ok(());
    }
    count(&mut tally.calls, "changed");
    let (before, after) = (values(before)?, values(after)?);
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    // If only one of the plans writes a Task, everything else would differ, too; the rows of the
    // action are enough.
    let is_other_action = before.get(ACTION) != after.get(ACTION);
    for name in names.into_iter().filter(|name| !is_other_action || [ACTION, SKIP].contains(&name.as_str())) {
        let value = |values: &BTreeMap<_, String>| values.get(name).cloned().unwrap_or_default();
        let (before, after) = (value(&before), value(&after));
        if before != after {
            rows.write([&call.to_string(), name, &before, &after])?;
            // Decisions have few values, so that each change of a decision can have a count.
            let change = format!("{name} {before} -> {after}").replace("  ", " ");
            tally.count_change(if name.starts_with('(') { change.trim_end() } else { name }, call);
        }
    }
    Ok(())
}

/// Returns everything that a plan writes, by field name, and its decisions. Fields of other objects
/// have their key in the plan as a prefix.
fn values(plan: &Plan<'_>) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    let Value::Object(plan) = serde_json::to_value(plan)? else { return Ok(values) };
    for (key, value) in plan {
        match (key.as_str(), value) {
            ("notices" | "task_id", _) => {}
            ("because", Value::Object(decisions)) => {
                values.extend(decisions.into_iter().map(|(name, value)| (format!("({name})"), text(value))));
            }
            ("task", fields) => add(&mut values, "", fields),
            (_, fields @ Value::Object(_)) => add(&mut values, &format!("{key}."), fields),
            (_, value) => drop(values.insert(format!("({key})"), text(value))),
        }
    }
    Ok(values)
}

/// Adds the fields of an object and of the objects in it.
fn add(values: &mut BTreeMap<String, String>, before: &str, fields: Value) {
    let Value::Object(fields) = fields else { return };
    for (name, value) in fields {
        match value {
            Value::Object(_) => add(values, before, value),
            value => drop(values.insert(format!("{before}{name}"), text(value))),
        }
    }
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
