//! Points in time as Salesforce writes them: in UTC, of one length, so that their order is that of their texts.

use chrono::{DateTime, Utc};

pub(crate) fn text(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

/// Salesforce stores whole seconds.
pub(crate) fn now() -> String {
    Utc::now().format("%Y-%m-%dT%H:%M:%S.000+0000").to_string()
}

/// The same point in time in that form; as it is, if it is none.
pub(crate) fn normal(time: &str) -> String {
    let read = DateTime::parse_from_rfc3339(time).or_else(|_| DateTime::parse_from_str(time, "%Y-%m-%dT%H:%M:%S%.f%z"));
    read.map_or_else(|_| time.to_owned(), |read| text(read.to_utc()))
}
