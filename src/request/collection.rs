//! Tasks of many calls in one request: up to 200, each for itself.

use serde_json::{Value, json};

use super::failure::Failure;
use super::{Method, Request, composite, is_success, path};
use crate::plan::{Action, Create, Plan};
use crate::salesforce::{Id, Object};

/// How many records a request takes. Source: Salesforce's REST API Developer Guide, sObject Collections.
pub const LIMIT: usize = 200;

/// A request for several plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// The request.
    pub request: Request,
    /// The places of its plans among those given, in the order of the request's records.
    pub plans: Vec<usize>,
}

/// Many plans, sorted by how they are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Collected {
    /// Requests that create Tasks, then requests that update them.
    pub collections: Vec<Collection>,
    /// The places of the plans that need [`Writing`](super::Writing): those that make a record or case, or hand one over.
    pub alone: Vec<usize>,
}

/// Sorts plans by how they are written. Those that write nothing are in none of the lists.
#[must_use]
pub fn collect<'p>(plans: impl IntoIterator<Item = &'p Plan<'p>>) -> Collected {
    let (mut creates, mut updates, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for (place, plan) in plans.into_iter().enumerate() {
        match &plan.action {
            Action::Create(Create { new_record: None, new_case: None, owner_change: None, task }) => {
                creates.push((place, record(None, serde_json::to_value(task))));
            }
            Action::Create(_) => alone.push(place),
            Action::Update { task_id, task } => {
                updates.push((place, record(Some(*task_id), serde_json::to_value(task))));
            }
            Action::Unchanged { .. } | Action::Skip(_) => {}
        }
    }
    let requests = |method, records: Vec<(usize, Value)>| {
        let chunks: Vec<_> = records.chunks(LIMIT).map(|chunk| of_chunk(method, chunk)).collect();
        chunks
    };
    let mut collections = requests(Method::Post, creates);
    collections.extend(requests(Method::Patch, updates));
    Collected { collections, alone }
}

/// What became of one plan: its Task, or why there is none.
pub type Outcome = Result<Id, Failure>;

impl Collection {
    /// What became of each plan, by its place.
    ///
    /// # Errors
    ///
    /// The request as a whole was refused, or the answer is none to this collection: then nobody knows what was written.
    pub fn results(&self, status: u16, body: &str) -> Result<Vec<(usize, Outcome)>, Failure> {
        if !is_success(status) {
            return Err(Failure::read(status, body));
        }
        let records = match serde_json::from_str(body) {
            Ok(Value::Array(records)) if records.len() == self.plans.len() => records,
            _ => return Err(Failure::new(status)),
        };
        let result = |record: &Value| match composite::made(record, Object::Task) {
            Some(id) if record.get("success") == Some(&Value::Bool(true)) => Ok(id),
            _ => Err(Failure::of_value(status, record.get("errors").unwrap_or(&Value::Null))),
        };
        Ok(self.plans.iter().copied().zip(records.iter().map(result)).collect())
    }
}

/// A record in the form that collections want.
fn record(id: Option<Id>, body: Result<Value, serde_json::Error>) -> Value {
    let mut record = json!({"attributes": {"type": Object::Task.name()}});
    if let (Some(record), Ok(Value::Object(body))) = (record.as_object_mut(), body) {
        if let Some(id) = id {
            record.insert("id".to_owned(), json!(id));
        }
        record.extend(body);
    }
    record
}

fn of_chunk(method: Method, chunk: &[(usize, Value)]) -> Collection {
    let records: Vec<_> = chunk.iter().map(|(_, record)| record).collect();
    let body = json!({"allOrNone": false, "records": records}).to_string();
    let request = Request { method, path: path("composite/sobjects"), body };
    Collection { request, plans: chunk.iter().map(|&(place, _)| place).collect() }
}
