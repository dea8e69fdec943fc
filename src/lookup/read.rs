//! How the elements of a directory are read from JSON.

use chrono::{DateTime, Utc};
use serde::de::{Deserialize, Deserializer};

use super::{LoggedTask, Record, Related, TaskKey};
use crate::aircall::{OUT_OF_RANGE, Timestamp, digits};
use crate::json::{self, Object, Scalar};
use crate::salesforce::{Id, id};
use crate::time::iso;

/// An element of `cases`, or of `opportunities`: they differ in the ids that they accept.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RelatedOf<const IS_CASE: bool> {
    #[serde(deserialize_with = "related_id::<_, IS_CASE>")]
    id: Id,
    #[serde(deserialize_with = "id::contact")]
    contact: Id,
    #[serde(default = "json::yes")]
    open: bool,
}

fn related_id<'de, D: Deserializer<'de>, const IS_CASE: bool>(deserializer: D) -> Result<Id, D::Error> {
    if IS_CASE { id::case(deserializer) } else { id::opportunity(deserializer) }
}

fn related<'de, D: Deserializer<'de>, const IS_CASE: bool>(deserializer: D) -> Result<Vec<Related>, D::Error> {
    let list = Vec::<Object<RelatedOf<IS_CASE>>>::deserialize(deserializer)?;
    Ok(list.into_iter().map(|Object(RelatedOf { id, contact, open })| Related { id, contact, open }).collect())
}

pub(super) fn cases<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Related>, D::Error> {
    related::<D, true>(deserializer)
}

pub(super) fn opportunities<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Related>, D::Error> {
    related::<D, false>(deserializer)
}

/// Checks that a record's id is an id of the record's type (LIMIT-2).
pub(super) fn record(record: Record) -> Result<Record, String> {
    match record.id.of(&[record.record_type.object()]) {
        Ok(_) => Ok(record),
        Err(error) => Err(format!("`id`: {error}")),
    }
}

/// Reads an ISO 8601 time with an offset, as Salesforce writes it, or UNIX seconds (LIMIT-3).
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    json::scalar(deserializer, "an ISO 8601 time with an offset, or UNIX seconds", |found| match found {
        Scalar::Text(text) => Some(match iso(text.trim()) {
            Some(time) => Timestamp::new(time.timestamp()).map(|_| time).ok_or(OUT_OF_RANGE),
            None => Err("a text that cannot be read, expected an ISO 8601 time with an offset"),
        }),
        Scalar::Whole(seconds) => {
            let time = i64::try_from(seconds).ok().and_then(Timestamp::new);
            Some(time.map(Timestamp::date_time).ok_or(OUT_OF_RANGE))
        }
        _ => None,
    })
}

/// Reads Aircall's id of a call: a number, or the same number as text.
pub(super) fn call_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    json::scalar(deserializer, "a call's id", |found| match found {
        Scalar::Text(text) => Some(digits(text).ok_or("a text that is no number, expected a call's id").map(Some)),
        Scalar::Whole(number) => u64::try_from(number).ok().map(|number| Ok(Some(number))),
        _ => None,
    })
}

/// Reads Aircall's id of a message.
pub(super) fn message_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    json::text(deserializer, "a message's id", |id| match id {
        "" => Err("an empty text where a message's id was expected"),
        id => Ok(Some(id.to_owned())),
    })
}

/// Returns a placeholder: [`task`] replaces it after the keys `call` and `message` have been read.
pub(super) fn no_key() -> TaskKey {
    TaskKey::Call(0)
}

/// Adds the key of the Task. Fails unless the JSON has exactly one of `call` and `message`.
pub(super) fn task(task: LoggedTask, call: Option<u64>, message: Option<String>) -> Result<LoggedTask, &'static str> {
    match (call, message) {
        (Some(call), None) => Ok(LoggedTask { key: TaskKey::Call(call), ..task }),
        (None, Some(message)) => Ok(LoggedTask { key: TaskKey::Message(message), ..task }),
        (None, None) => Err("missing field `call` or `message`"),
        (Some(_), Some(_)) => Err("a Task has one of `call` and `message`, not both"),
    }
}
