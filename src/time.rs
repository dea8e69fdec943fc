//! The years that Salesforce can store, and the spellings of ISO 8601 that are read.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

/// The first second that Salesforce stores: 1700-01-01T00:00:00Z.
const EARLIEST: i64 = -8_520_336_000;
/// The last second that Salesforce stores: 4000-12-31T23:59:59Z.
const LATEST: i64 = 64_092_211_199;

/// The years of [`is_storable`], for error messages.
macro_rules! storable {
    () => {
        "between 1700-01-01 and 4000-12-31"
    };
}
pub(crate) use storable;

/// Returns whether Salesforce can store a second: it stores the years 1700 to 4000 (LIMIT-3).
pub(crate) const fn is_storable(seconds: i64) -> bool {
    EARLIEST <= seconds && seconds <= LATEST
}

/// Parses an ISO 8601 time with an offset.
///
/// Aircall sends `2020-01-02T11:41:01Z`, `…01.000Z` and `…01+00:00`. Salesforce sends
/// `…01.000+0000`. Databases write `2020-01-02 11:41:01 UTC`, `…01+00` and `…01 +0000`.
pub(crate) fn iso(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let text = text.strip_suffix("UTC").map_or(Cow::Borrowed(text), |time| Cow::Owned(format!("{time}Z")));
    // A blank in the format stands for any number of blanks, and `%#z` for an offset with or
    // without a colon or minutes.
    let formats = ["%Y-%m-%dT%H:%M:%S%.f %#z", "%Y-%m-%d %H:%M:%S%.f %#z"];
    formats.iter().find_map(|format| DateTime::parse_from_str(&text, format).ok()).map(|time| time.to_utc())
}
