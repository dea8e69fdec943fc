//! Formats times as Salesforce does: in UTC and with a fixed length, so that their texts sort by
//! time.

use chrono::{DateTime, Utc};

pub(crate) fn text(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

/// Returns the current time in whole seconds, as Salesforce stores it.
pub(crate) fn now() -> String {
    Utc::now().format("%Y-%m-%dT%H:%M:%S.000+0000").to_string()
}

/// Converts a time to this form; a text that is not a time stays unchanged.
pub(crate) fn normal(time: &str) -> String {
    let read = DateTime::parse_from_rfc3339(time).or_else(|_| DateTime::parse_from_str(time, "%Y-%m-%dT%H:%M:%S%.f%z"));
    read.map_or_else(|_| time.to_owned(), |read| text(read.to_utc()))
}
