//! Records of many calls in one request, each of which fails by itself.

use std::iter;

use serde_json::{Value, json};

use super::failure::Failure;
use super::graph::{Node, created_id};
use super::to_json;
use crate::salesforce::body::Fields;
use crate::salesforce::{BodyValue, Id, Object};

/// The number of records that one request can write.
///
/// Source: Salesforce's REST API Developer Guide, sObject Collections.
pub(super) const LIMIT: usize = 200;

/// The status of a record's failure: the status of the whole response. A record has no status of
/// its own.
const STATUS: u16 = 200;

/// Returns the JSON of a record, which is new if it has no id.
pub(super) fn record<'b>(
    object: Object,
    id: Option<Id>,
    fields: impl Iterator<Item = (&'b str, BodyValue<'b>)> + Clone,
) -> String {
    let attributes = ("attributes", json!({"type": object.name()}));
    let id = id.map(|id| ("id", json!(id)));
    let fields = fields.map(|(name, value)| (name, Value::from(value)));
    to_json(&Fields(iter::once(attributes).chain(id).chain(fields)))
}

/// Returns the body of a request with several records.
pub(super) fn body<'r>(records: impl Iterator<Item = &'r str>) -> String {
    // Each record fails by itself: one bad call must not hold up the 199 others.
    format!(r#"{{"allOrNone":false,"records":[{}]}}"#, records.collect::<Vec<_>>().join(","))
}

/// Returns the result of each record: the id of a new record, or why the record was not written.
/// `None` for a response of another length, which cannot say which record has which result.
pub(super) fn results(body: &str, created: &[&[Node]]) -> Option<Vec<Result<Vec<Id>, Failure>>> {
    let results: Vec<Value> = serde_json::from_str(body).ok()?;
    let result = |(result, created): (&Value, &&[Node])| {
        if result.get("success") != Some(&Value::Bool(true)) {
            let errors = result.get("errors").unwrap_or(&Value::Null);
            return Some(Err(Failure::from_json(STATUS, errors)));
        }
        created.iter().map(|node| created_id(result, node.object)).collect::<Option<_>>().map(Ok)
    };
    if results.len() == created.len() { results.iter().zip(created).map(result).collect() } else { None }
}
