//! What differs between the plans of two settings for one call.

use std::collections::{BTreeMap, BTreeSet};

use aircall_salesforce::Plan;
use anyhow::Result;
use serde_json::{Map, Value};

use crate::sheets::Rows;
use crate::tally::{Tally, count};

/// What is done at all; the names of what is no field stand in brackets.
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
    let (before, after) = (told(before)?, told(after)?);
    let fields: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    // Of a Task that is written by one of them only, every field would differ.
    let is_other = before.get(ACTION) != after.get(ACTION);
    for field in fields.into_iter().filter(|field| !is_other || field.starts_with('(')) {
        let (before, after) = (before.get(field), after.get(field));
        if before != after {
            let text = |value: Option<&String>| value.cloned().unwrap_or_default();
            rows.write([&call.to_string(), field, &text(before), &text(after)])?;
            tally.count_change(field, call);
        }
    }
    Ok(())
}

/// All that a plan does, by field: the Task's by their names, those of other objects after the object's.
fn told(plan: &Plan<'_>) -> Result<BTreeMap<String, String>> {
    let mut told = BTreeMap::new();
    let Value::Object(mut plan) = serde_json::to_value(plan)? else { return Ok(told) };
    for key in ["because", "notices", "task_id"] {
        plan.remove(key);
    }
    for (key, value) in plan {
        match (key.as_str(), value) {
            ("task", Value::Object(fields)) => add(&mut told, "", fields),
            ("new_record", Value::Object(mut record)) => {
                let object = record.remove("type").map(text).unwrap_or_default();
                if let Some(Value::Object(fields)) = record.remove("fields") {
                    add(&mut told, &format!("new {object}."), fields);
                }
            }
            ("new_case", Value::Object(mut case)) => {
                if let Some(Value::Object(fields)) = case.remove("fields") {
                    add(&mut told, "new Case.", fields);
                }
            }
            ("owner_change", Value::Object(change)) => add(&mut told, "hand-over ", change),
            (_, value) => drop(told.insert(format!("({key})"), text(value))),
        }
    }
    Ok(told)
}

fn add(told: &mut BTreeMap<String, String>, before: &str, fields: Map<String, Value>) {
    told.extend(fields.into_iter().map(|(name, value)| (format!("{before}{name}"), text(value))));
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
