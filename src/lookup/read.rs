//! How the elements of a directory are read from JSON.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::{Record, Related};
use crate::aircall::Timestamp;
use crate::json::{Object, refused};
use crate::salesforce::{Id, IdError, id};
use crate::time::iso;

/// An element of `cases`, or of `opportunities`: they differ in the ids that they accept.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RelatedOf<const IS_CASE: bool> {
    #[serde(deserialize_with = "related_id::<_, IS_CASE>")]
    id: Id,
    #[serde(deserialize_with = "id::contact")]
    contact: Id,
    #[serde(default = "yes")]
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
    let fits: Result<Id, IdError> = record.id.of(&[record.record_type.object()]);
    fits.map_err(|error| format!("`id`: {error}")).map(|_| record)
}

pub(super) fn yes() -> bool {
    true
}

/// Reads a time as Salesforce writes it: ISO 8601 with an offset (LIMIT-3).
pub(crate) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    struct TimeVisitor;
    impl Visitor<'_> for TimeVisitor {
        type Value = DateTime<Utc>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an ISO 8601 time with an offset, or UNIX seconds")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<DateTime<Utc>, E> {
            let unreadable = || refused("a text that cannot be read, expected an ISO 8601 time with an offset");
            let time = iso(text.trim()).ok_or_else(unreadable)?;
            Timestamp::new(time.timestamp()).map_err(refused)?;
            Ok(time)
        }

        fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<DateTime<Utc>, E> {
            Timestamp::new(seconds).map(Timestamp::date_time).map_err(refused)
        }

        fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<DateTime<Utc>, E> {
            // A number that `i64` cannot hold is out of range, as its greatest one is.
            self.visit_i64(i64::try_from(seconds).unwrap_or(i64::MAX))
        }
    }
    deserializer.deserialize_any(TimeVisitor)
}

/// Reads Aircall's id of a call: a number, or the same number as text.
pub(super) fn call_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct CallIdVisitor;
    impl Visitor<'_> for CallIdVisitor {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a call's id")
        }

        fn visit_u64<E: de::Error>(self, id: u64) -> Result<u64, E> {
            Ok(id)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
            let digits = text.trim();
            // `parse` alone would accept a sign.
            let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
            let id = is_whole.then(|| digits.parse().ok()).flatten();
            id.ok_or_else(|| refused("a text that is no number, expected a call's id"))
        }
    }
    deserializer.deserialize_any(CallIdVisitor)
}
