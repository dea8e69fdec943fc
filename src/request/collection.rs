//! Tasks of many calls in one request: up to 200 records, each of which fails by itself.

use serde::Serialize;
use serde_json::Value;

use super::failure::Failure;
use super::{Method, Request, composite, is_success, path, to_json};
use crate::plan::{Action, Create, Plan};
use crate::salesforce::body::Fields;
use crate::salesforce::{BodyValue, Id, Object};

/// The number of records that one request can write.
///
/// Source: Salesforce's REST API Developer Guide, sObject Collections.
const LIMIT: usize = 200;

/// A request for several plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// The request.
    pub request: Request,
    /// The indices of the request's plans in the list that was given to [`collect`], in the order
    /// of the request's records.
    pub plans: Vec<usize>,
}

/// Sorts plans by the way in which they are written.
///
/// Returns the requests that create Tasks, then the requests that update Tasks, and the indices of
/// the plans that need [`Writing`](super::Writing): plans that also create a record or a Case, or
/// change an owner. Plans that write nothing are in no list.
#[must_use]
pub fn collect<'p>(plans: impl IntoIterator<Item = &'p Plan<'p>>) -> (Vec<Collection>, Vec<usize>) {
    let (mut creates, mut updates, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    let record = |id, fields: Vec<_>| Record { attributes: TASK, id, fields: Fields(fields.into_iter()) };
    for (index, plan) in plans.into_iter().enumerate() {
        match &plan.action {
            Action::Create(Create { new_record: None, new_case: None, owner_change: None, task }) => {
                creates.push((index, record(None, task.fields().collect())));
            }
            Action::Create(_) => alone.push(index),
            Action::Update { task_id, task } => {
                updates.push((index, record(Some(*task_id), task.fields().collect())));
            }
            Action::Unchanged { .. } | Action::Skip(_) => {}
        }
    }
    let creates = creates.chunks(LIMIT).map(|chunk| collection(Method::Post, chunk));
    let updates = updates.chunks(LIMIT).map(|chunk| collection(Method::Patch, chunk));
    (creates.chain(updates).collect(), alone)
}

impl Collection {
    /// Returns the result of each of the collection's plans: the id of the Task, or the reason why
    /// the Task was not written.
    ///
    /// # Errors
    ///
    /// Fails if Salesforce rejected the whole request, or if the response does not belong to this
    /// collection. In the second case it is unknown which Tasks were written.
    pub fn results(&self, status: u16, body: &str) -> Result<Vec<Result<Id, Failure>>, Failure> {
        if !is_success(status) {
            return Err(Failure::read(status, body));
        }
        // A response of another length cannot say which Task has which result.
        let records = match serde_json::from_str(body) {
            Ok(Value::Array(records)) if records.len() == self.plans.len() => records,
            _ => return Err(Failure::new(status)),
        };
        let result = |record: &Value| match composite::created_id(record, Object::Task) {
            Some(id) if record.get("success") == Some(&Value::Bool(true)) => Ok(id),
            _ => Err(Failure::of_value(status, record.get("errors").unwrap_or(&Value::Null))),
        };
        Ok(records.iter().map(result).collect())
    }
}

/// The body of a collection request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CollectionBody<'p> {
    all_or_none: bool,
    records: Vec<&'p Record<'p>>,
}

/// A record in the form that collections require.
#[derive(Serialize)]
struct Record<'p> {
    attributes: Attributes,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    #[serde(flatten)]
    fields: Fields<std::vec::IntoIter<(&'p str, BodyValue<'p>)>>,
}

#[derive(Clone, Copy, Serialize)]
struct Attributes {
    r#type: &'static str,
}

const TASK: Attributes = Attributes { r#type: Object::Task.name() };

fn collection(method: Method, chunk: &[(usize, Record<'_>)]) -> Collection {
    let (plans, records) = chunk.iter().map(|(index, record)| (*index, record)).unzip();
    // Each record fails by itself: one bad call must not hold up the 199 others.
    let body = to_json(&CollectionBody { all_or_none: false, records });
    Collection { request: Request { method, path: path("composite/sobjects"), body }, plans }
}
