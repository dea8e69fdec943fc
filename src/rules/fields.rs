//! The standard fields that follow from the call alone.
//!
//! - FIELD-1: `CallType` is `Inbound` or `Outbound`.
//! - FIELD-2: `ActivityDate` is the UTC date of `started_at`, whatever the line's time zone.
//! - FIELD-3: `CallDurationInSeconds` is `ended_at` − `answered_at`: neither the caller's wait nor an outbound call's ringing is in
//!   it. 0 if nobody answered; absent while the call runs; kept within 0 to 99,999,999.
//! - LIMIT-5: the call id is written as `aircall:<id>`.
//!
//! Source: Aircall's help article; that ringing is left out of outbound calls is this project's decision, as Aircall's newer `duration`
//! does. `duration` itself is not read: its meaning changed over the years.

use chrono::NaiveDate;

use crate::aircall::{Call, Direction};
use crate::salesforce::task::CallType;
use crate::salesforce::text::CALL_DURATION_LIMIT;

/// FIELD-1
#[must_use]
pub const fn call_type(direction: Direction) -> CallType {
    match direction {
        Direction::Inbound => CallType::Inbound,
        Direction::Outbound => CallType::Outbound,
    }
}

/// FIELD-2
#[must_use]
pub fn activity_date(call: &Call<'_>) -> NaiveDate {
    call.started_at.date_time().date_naive()
}

/// A duration within Salesforce's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallDuration {
    /// Whole seconds.
    pub seconds: u32,
    /// Whether the time stamps gave another, which Salesforce would refuse.
    pub brought_into_range: bool,
}

/// FIELD-3; `None` while the call runs.
#[must_use]
pub fn call_duration(call: &Call<'_>) -> Option<CallDuration> {
    let ended_at = call.ended_at?;
    let talked = call.answered_at.map_or(0, |answered_at| ended_at.seconds() - answered_at.seconds());
    let seconds = talked.clamp(0, i64::from(CALL_DURATION_LIMIT));
    Some(CallDuration {
        seconds: u32::try_from(seconds).unwrap_or(CALL_DURATION_LIMIT),
        brought_into_range: seconds != talked,
    })
}

/// What stands before the call's id.
const CALL_ID: &str = "aircall:";

/// What tells a call's Task from others (LIMIT-5), by Aircall's id of the call.
#[must_use]
pub fn call_id(id: u64) -> String {
    format!("{CALL_ID}{id}")
}

/// Aircall's id of the call whose Task this text tells; `None` for every other text.
///
/// ```
/// use aircall_salesforce::rules::fields::{call_id, call_of};
///
/// assert_eq!(call_of(&call_id(780_836_754)), Some(780_836_754));
/// assert_eq!(call_of("780836754"), None);
/// ```
#[must_use]
pub fn call_of(call_id: &str) -> Option<u64> {
    call_id.strip_prefix(CALL_ID)?.parse().ok()
}
