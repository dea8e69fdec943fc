//! Compares the plans that two settings make for one call.

use std::collections::{BTreeMap, BTreeSet};

use aircall_salesforce::Plan;
use anyhow::Result;
use serde_json::{Map, Value};

use crate::sheets::Rows;
use crate::tally::{Tally, count};

/// The name of the plan's action. A name in brackets is not a field.
const ACTION: &str = "(action)";

/// Writes a row for each field that differs.
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
    let fields: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    // If only one of the plans writes a Task, all of its fields would differ; the row of the action
    // is enough.
    let is_other_action = before.get(ACTION) != after.get(ACTION);
    for field in fields.into_iter().filter(|field| !is_other_action || field.starts_with('(')) {
        let (before, after) = (before.get(field), after.get(field));
        if before != after {
            let text = |value: Option<&String>| value.cloned().unwrap_or_default();
            rows.write([&call.to_string(), field, &text(before), &text(after)])?;
            tally.count_change(field, call);
        }
    }
    Ok(())
}

/// Returns everything that a plan writes, by field name. Fields of other objects have the object's
/// name as a prefix.
fn values(plan: &Plan<'_>) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    let Value::Object(mut plan) = serde_json::to_value(plan)? else { return Ok(values) };
    for key in ["because", "notices", "task_id"] {
        plan.remove(key);
    }
    for (key, value) in plan {
        match (key.as_str(), value) {
            ("task", Value::Object(fields)) => add(&mut values, "", fields),
            ("new_record", Value::Object(mut record)) => {
                let object = record.remove("type").map(text).unwrap_or_default();
                if let Some(Value::Object(fields)) = record.remove("fields") {
                    add(&mut values, &format!("new {object}."), fields);
                }
            }
            ("new_case", Value::Object(mut case)) => {
                if let Some(Value::Object(fields)) = case.remove("fields") {
                    add(&mut values, "new Case.", fields);
                }
            }
            ("owner_change", Value::Object(change)) => add(&mut values, "owner change ", change),
            (_, value) => drop(values.insert(format!("({key})"), text(value))),
        }
    }
    Ok(values)
}

fn add(values: &mut BTreeMap<String, String>, before: &str, fields: Map<String, Value>) {
    values.extend(fields.into_iter().map(|(name, value)| (format!("{before}{name}"), text(value))));
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
