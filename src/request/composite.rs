//! One request for records that are created together: all of them or none.
//!
//! A later part of the request refers to the id of an earlier part as `@{record.id}`.
//!
//! **Assumed**, because no public source says otherwise: Salesforce takes `@{` for such a reference
//! in any text of a body. So a text that contains `@{` is sent with another bracket of the same
//! length, and a request of its own writes the true text afterwards.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::failure::Failure;
use super::{Method, Request, is_success, path, to_json};
use crate::salesforce::task::field::{WHAT_ID, WHO_ID};
use crate::salesforce::{BodyValue, Id, Object};

/// The characters that open a reference.
pub(super) const OPENING: &str = "@{";
/// The characters that replace [`OPENING`] until the true text is written.
const REPLACEMENT: &str = "@(";

/// The fields that can refer to an earlier part.
pub(super) const REFERENCE_FIELDS: [&str; 3] = [WHO_ID, WHAT_ID, "ContactId"];

/// A record of a composite request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) object: Object,
    /// The fields whose true texts are written afterwards, by name.
    pub(super) texts: Vec<(String, String)>,
}

/// The object of a part and the fields of its body.
pub(super) type PartBody<'b> = (Object, Vec<(&'b str, BodyValue<'b>)>);

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

/// Returns the name of a part, in references and in the response.
const fn reference_id(object: Object) -> &'static str {
    match object {
        Object::Task => "task",
        Object::Case => "case",
        _ => "record",
    }
}

/// The body of a composite request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CompositeBody<'b> {
    all_or_none: bool,
    composite_request: Vec<Subrequest<'b>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subrequest<'b> {
    method: Method,
    url: String,
    reference_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_headers: Option<SaveDuplicate>,
    #[serde(serialize_with = "without_references")]
    body: &'b [(&'b str, BodyValue<'b>)],
}

/// The header that saves a record although a duplicate rule warns (REC-10). The parts of a
/// composite request do not inherit the headers of the request.
#[derive(Clone, Copy, Serialize)]
struct SaveDuplicate {
    #[serde(rename = "Sforce-Duplicate-Rule-Header")]
    rule: &'static str,
}

fn without_references<S: Serializer>(body: &[(&str, BodyValue<'_>)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(body.iter().map(|(name, value)| match misread_text(name, *value) {
        Some(text) => (name, text.replace(OPENING, REPLACEMENT).into()),
        None => (name, Value::from(*value)),
    }))
}

/// Returns the request that creates the records in this order, and what is needed to read the
/// response.
pub(super) fn request(bodies: &[PartBody<'_>], save_duplicate: bool) -> (Request, Vec<Part>) {
    let http_headers = save_duplicate.then_some(SaveDuplicate { rule: "allowSave=true" });
    let subrequests = bodies.iter().map(|(object, fields)| Subrequest {
        method: Method::Post,
        url: path(format_args!("sobjects/{}", object.name())),
        reference_id: reference_id(*object),
        http_headers,
        body: fields,
    });
    let body = CompositeBody { all_or_none: true, composite_request: subrequests.collect() };
    let request = Request { method: Method::Post, path: path("composite"), body: to_json(&body) };
    (request, bodies.iter().map(Part::new).collect())
}

/// Returns the ids of the new records, in the order of the parts.
///
/// The status of the response is 200 even if Salesforce created nothing: each part has a status of
/// its own.
pub(super) fn read_response(status: u16, body: &str, parts: &[Part]) -> Result<Vec<Id>, Failure> {
    let body: Value = serde_json::from_str(body).map_err(|_| Failure::new(status))?;
    let responses =
        body.get("compositeResponse").and_then(Value::as_array).ok_or_else(|| Failure::of_value(status, &body))?;
    let mut failure: Option<Failure> = None;
    let mut ids = Vec::new();
    for (number, response) in responses.iter().enumerate() {
        let status = response.get("httpStatusCode").and_then(Value::as_u64);
        // A part without a status is a failure: 0 is not a status of success.
        let status = status.and_then(|status| u16::try_from(status).ok()).unwrap_or(0);
        let body = response.get("body").unwrap_or(&Value::Null);
        let id = parts.get(number).and_then(|part| created_id(body, part.object));
        if let Some(id) = id.filter(|_| is_success(status)) {
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
        Some(failure) => Err(failure),
        None if ids.len() == parts.len() => Ok(ids),
        None => Err(Failure::new(status)),
    }
}

/// Returns the id in the response to a request that creates a record of this object.
pub(super) fn created_id(body: &Value, object: Object) -> Option<Id> {
    body.get("id")?.as_str()?.parse::<Id>().ok()?.of(&[object]).ok()
}
