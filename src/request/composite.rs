//! One request for records that are made together: all of them or none.
//!
//! A later part names an earlier one's result as `@{record.id}`. **Assumed**, for nothing public says otherwise: Salesforce takes `@{` in
//! any text of a body for such a reference. So a text that holds it is sent with another bracket, as long as before, and the true text
//! follows in a request of its own.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::failure::Failure;
use super::{Method, Request, is_success, path};
use crate::salesforce::task::field::{WHAT_ID, WHO_ID};
use crate::salesforce::{Id, Object};

/// What opens a reference, and what stands for it meanwhile.
const OPENING: &str = "@{";
const MEANWHILE: &str = "@(";

/// The fields that can refer to an earlier part.
const REFERRING: [&str; 3] = [WHO_ID, WHAT_ID, "ContactId"];

/// A record that is made by a composite request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) object: Object,
    pub(super) body: Map<String, Value>,
    /// The fields whose texts have to follow.
    pub(super) texts: Map<String, Value>,
}

impl Part {
    pub(super) fn new(object: Object, body: &impl Serialize) -> Self {
        let mut body = match serde_json::to_value(body) {
            Ok(Value::Object(body)) => body,
            Ok(_) | Err(_) => Map::new(),
        };
        let mut texts = Map::new();
        for (name, value) in &mut body {
            match value {
                Value::String(text) if text.contains(OPENING) && !REFERRING.contains(&name.as_str()) => {
                    let meanwhile = text.replace(OPENING, MEANWHILE);
                    texts.insert(name.clone(), Value::String(std::mem::replace(text, meanwhile)));
                }
                _ => {}
            }
        }
        Self { object, body, texts }
    }

    /// By what other parts, and the answer, name it.
    const fn reference(&self) -> &'static str {
        match self.object {
            Object::Task => "task",
            Object::Case => "case",
            _ => "record",
        }
    }
}

/// The request that makes the parts, in their order.
pub(super) fn request(parts: &[Part]) -> Request {
    let parts: Vec<_> = parts
        .iter()
        .map(|part| {
            json!({
                "method": Method::Post,
                "url": path(format_args!("sobjects/{}", part.object.name())),
                "referenceId": part.reference(),
                "body": part.body,
            })
        })
        .collect();
    let body = json!({"allOrNone": true, "compositeRequest": parts}).to_string();
    Request { method: Method::Post, path: path("composite"), body }
}

/// The ids of what was made, in the order of the parts.
///
/// The answer's status is 200 even where nothing was made: each part has its own. Those that failed only because another did say
/// `PROCESSING_HALTED`; the first that says something else is the reason.
pub(super) fn answer(status: u16, body: &str, parts: &[Part]) -> Result<Vec<Id>, Failure> {
    let body: Value = serde_json::from_str(body).map_err(|_| Failure::new(status))?;
    let answers =
        body.get("compositeResponse").and_then(Value::as_array).ok_or_else(|| Failure::of_value(status, &body))?;
    let mut halted = None;
    let mut ids = Vec::new();
    for (number, answer) in answers.iter().enumerate() {
        let status = answer.get("httpStatusCode").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let status = status.unwrap_or_default();
        let body = answer.get("body").unwrap_or(&Value::Null);
        let made = parts.get(number).and_then(|part| made(body, part.object));
        if let Some(id) = made.filter(|_| is_success(status)) {
            ids.push(id);
            continue;
        }
        let failure = Failure::of_value(status, body);
        if failure.code.as_deref() != Some("PROCESSING_HALTED") {
            return Err(failure);
        }
        halted = Some(failure);
    }
    match halted {
        Some(failure) => Err(failure),
        None if ids.len() == parts.len() => Ok(ids),
        None => Err(Failure::new(status)),
    }
}

/// The id in the answer to a request that makes a record of this object.
pub(super) fn made(body: &Value, object: Object) -> Option<Id> {
    let id: Id = body.get("id")?.as_str()?.parse().ok()?;
    id.of(&[object]).ok()
}
