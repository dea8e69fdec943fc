//! Records that are created together: all of them or none.
//!
//! Each call has a graph of its own, so no call's failure touches another call. A later part of the
//! graph refers to the id of an earlier part as `@{record.id}`.
//!
//! **Assumed**, because no public source says otherwise: Salesforce takes `@{` for such a reference
//! in any text of a body. So a text that contains `@{` is sent with another bracket of the same
//! length, and a request of its own writes the true text afterwards.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::failure::Failure;
use super::{Method, is_success, path, to_json};
use crate::plan::Create;
use crate::salesforce::task::field::{WHAT_ID, WHO_ID};
use crate::salesforce::{BodyValue, Id, Object};

/// The number of graphs that one request can have.
pub(super) const LIMIT: usize = 75;

/// The characters that open a reference.
pub(super) const OPENING: &str = "@{";
/// The characters that replace [`OPENING`] until the true text is written.
const REPLACEMENT: &str = "@(";

/// The fields that can refer to an earlier part.
pub(super) const REFERENCE_FIELDS: [&str; 3] = [WHO_ID, WHAT_ID, "ContactId"];

/// A record of a graph.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) object: Object,
    /// The fields whose true texts are written afterwards, by name.
    pub(super) texts: Vec<(String, String)>,
}

/// The object of a part and the fields of its body.
type PartBody<'b> = (Object, Vec<(&'b str, BodyValue<'b>)>);

impl Part {
    fn new((object, fields): &PartBody<'_>) -> Self {
        let texts = fields.iter().filter_map(|(name, value)| {
            let text = misread_text(name, *value)?;
            Some(((*name).to_owned(), text.to_owned()))
        });
        Self { object: *object, texts: texts.collect() }
    }
}

/// Returns the text of a field if Salesforce would take the text for a reference.
fn misread_text<'b>(name: &str, value: BodyValue<'b>) -> Option<&'b str> {
    match value {
        BodyValue::Text(text) if text.contains(OPENING) && !REFERENCE_FIELDS.contains(&name) => Some(text),
        _ => None,
    }
}

/// Returns the text that a graph contains in place of a text that Salesforce would misread.
pub(super) fn sent_text(text: &str) -> String {
    text.replace(OPENING, REPLACEMENT)
}

/// Returns the name of a part, in references and in the response.
const fn reference_id(object: Object) -> &'static str {
    match object {
        Object::Task => "task",
        Object::Case => "case",
        _ => "record",
    }
}

/// A record of a graph as Salesforce reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Node<'b> {
    method: Method,
    url: String,
    reference_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_headers: Option<SaveDuplicate>,
    #[serde(serialize_with = "without_references")]
    body: &'b [(&'b str, BodyValue<'b>)],
}

/// The header that saves a record although a duplicate rule warns (REC-10). Nodes do not inherit
/// the headers of the request.
#[derive(Clone, Copy, Serialize)]
struct SaveDuplicate {
    #[serde(rename = "Sforce-Duplicate-Rule-Header")]
    rule: &'static str,
}

fn without_references<S: Serializer>(body: &[(&str, BodyValue<'_>)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(body.iter().map(|(name, value)| match misread_text(name, *value) {
        Some(text) => (name, sent_text(text).into()),
        None => (name, Value::from(*value)),
    }))
}

/// Returns the nodes of a plan that creates a record or a case beside its Task, as JSON, and what
/// is needed to read the response.
pub(super) fn nodes(create: &Create<'_>) -> (String, Vec<Part>) {
    let Create { new_record, new_case, task, owner_change: _ } = create;
    // The order matters: a part can only refer to a part before it.
    let record = new_record.iter().map(|record| (record.record_type.object(), record.fields().collect()));
    let case = new_case.iter().map(|case| (Object::Case, case.fields().collect()));
    let bodies: Vec<PartBody<'_>> = record.chain(case).chain([(Object::Task, task.fields().collect())]).collect();
    // Only the new record can be a duplicate, but the header does no harm to the others.
    let save_duplicate = new_record.as_ref().is_some_and(|record| record.save_duplicate);
    let http_headers = save_duplicate.then_some(SaveDuplicate { rule: "allowSave=true" });
    let nodes = bodies.iter().map(|(object, fields)| Node {
        method: Method::Post,
        url: path(format_args!("sobjects/{}", object.name())),
        reference_id: reference_id(*object),
        http_headers,
        body: fields,
    });
    (to_json(&nodes.collect::<Vec<_>>()), bodies.iter().map(Part::new).collect())
}

/// Returns the body of a request with several graphs, each given by its nodes.
pub(super) fn body<'n>(graphs: impl Iterator<Item = &'n str>) -> String {
    let graphs = graphs.zip(0_usize..).map(|(nodes, id)| format!(r#"{{"graphId":"{id}","compositeRequest":{nodes}}}"#));
    format!(r#"{{"graphs":[{}]}}"#, graphs.collect::<Vec<_>>().join(","))
}

/// Returns the ids of the new records of each graph, in the order of its parts.
///
/// The status of the response is 200 even if Salesforce created nothing: each part has a status of
/// its own.
pub(super) fn results(body: &str, graphs: &[&[Part]]) -> Option<Vec<Result<Vec<Id>, Failure>>> {
    let body: Value = serde_json::from_str(body).ok()?;
    let responses = body.get("graphs")?.as_array().filter(|responses| responses.len() == graphs.len())?;
    responses.iter().zip(graphs).map(|(response, parts)| result(response, parts)).collect()
}

fn result(graph: &Value, parts: &[Part]) -> Option<Result<Vec<Id>, Failure>> {
    let responses = graph.get("graphResponse")?.get("compositeResponse")?.as_array()?;
    let mut failure: Option<Failure> = None;
    let mut ids = Vec::new();
    for (response, part) in responses.iter().zip(parts) {
        let status = response.get("httpStatusCode").and_then(Value::as_u64);
        // A part without a status is a failure: 0 is not a status of success.
        let status = status.and_then(|status| u16::try_from(status).ok()).unwrap_or(0);
        let body = response.get("body").unwrap_or(&Value::Null);
        if let Some(id) = created_id(body, part.object).filter(|_| is_success(status)) {
            ids.push(id);
            continue;
        }
        let of_part = Failure::of_value(status, body);
        failure = Some(match failure {
            Some(before) => before.and(of_part),
            None => of_part,
        });
    }
    match failure {
        Some(failure) => Some(Err(failure)),
        None if ids.len() == parts.len() => Some(Ok(ids)),
        None => None,
    }
}

/// Returns the id in the response to a request that creates a record of this object.
pub(super) fn created_id(body: &Value, object: Object) -> Option<Id> {
    body.get("id")?.as_str()?.parse::<Id>().ok()?.of(&[object]).ok()
}
