//! Points in time that Aircall and Salesforce share.

use chrono::{DateTime, Utc};

/// 1700-01-01T00:00:00Z
const EARLIEST: i64 = -8_520_336_000;
/// 4000-12-31T23:59:59Z
const LATEST: i64 = 64_092_211_199;

/// Returns whether Salesforce can store a second: it stores the years 1700 to 4000 (LIMIT-3).
pub(crate) const fn is_storable(seconds: i64) -> bool {
    EARLIEST <= seconds && seconds <= LATEST
}

/// Parses an ISO 8601 time with an offset.
///
/// Aircall sends `2020-01-02T11:41:01Z`, `…01.000Z` and `…01+00:00`. Salesforce sends
/// `…01.000+0000`.
pub(crate) fn iso(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text)
        // RFC 3339 requires a colon in the offset, which Salesforce leaves out.
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .ok()
        .map(|time| time.to_utc())
}
