//! The standard fields that follow from the call alone.
//!
//! - FIELD-1: `CallType` is `Inbound` or `Outbound`.
//! - FIELD-2: `ActivityDate` is the UTC date of `started_at`. If the setting `activity_date` is
//!   `line` and the time zone of the company's number is known, it is the date in that zone.
//! - FIELD-3: `CallDurationInSeconds` is `ended_at` − `answered_at`, so neither the caller's wait
//!   nor the ringing of an outbound call is in it. It is 0 if nobody answered and absent while the
//!   call runs. It is limited to 0 to 99,999,999, with a notice if the limit changed it.
//! - FIELD-4: `Status` is the picklist value for the workflow's action: a closed status for
//!   `completed`, an open status for `in_progress`.
//!   [`StatusNames`](crate::settings::StatusNames) has the values.
//! - LIMIT-5: the call id is written as `aircall:<id>`.
//!
//! Source: Aircall's help article. To leave ringing out of outbound calls is this project's
//! decision; Aircall's newer `duration` leaves ringing out too. `duration` itself is not read: its
//! meaning changed over the years.

use chrono::NaiveDate;

use super::package;
use crate::aircall::Direction;
use crate::facts::Facts;
use crate::notice::{Notice, rule};
use crate::salesforce::task::{CallType, field};
use crate::salesforce::text::CALL_DURATION_LIMIT;
use crate::settings::{ActivityDate, Settings};

pub(crate) const fn call_type(direction: Direction) -> CallType {
    match direction {
        Direction::Inbound => CallType::Inbound,
        Direction::Outbound => CallType::Outbound,
    }
}

/// Returns the day of a call (FIELD-2).
#[must_use]
pub fn activity_date(facts: &Facts<'_>, settings: &Settings) -> NaiveDate {
    let started_at = facts.call.started_at.date_time();
    let zone = match settings.activity_date {
        ActivityDate::Utc => None,
        ActivityDate::Line => package::zone(facts),
    };
    zone.map_or_else(|| started_at.date_naive(), |zone| started_at.with_timezone(&zone).date_naive())
}

/// Returns the seconds from the answer to the end (FIELD-3); `None` while the call runs.
#[must_use]
pub fn call_duration(facts: &Facts<'_>, notices: &mut Vec<Notice<'_>>) -> Option<u32> {
    let ended_at = facts.call.ended_at?;
    let talked = facts.call.answered_at.map_or(0, |answered_at| ended_at.seconds() - answered_at.seconds());
    let seconds = u32::try_from(talked.max(0)).unwrap_or(u32::MAX).min(CALL_DURATION_LIMIT);
    if i64::from(seconds) != talked {
        let message = "the time stamps give a duration that is out of range; the nearest one was taken";
        notices.push(Notice::new(rule::FIELD_3, field::CALL_DURATION_IN_SECONDS, message));
    }
    Some(seconds)
}

/// The text before the call's id.
const CALL_ID: &str = "aircall:";

/// Returns the text by which a call's Task is found again (LIMIT-5), from Aircall's id of the call.
#[must_use]
pub fn call_id(id: u64) -> String {
    [CALL_ID, &id.to_string()].concat()
}

/// Returns Aircall's id of the call from the text that [`call_id`] makes; `None` for other texts.
///
/// ```
/// use aircall_salesforce::rules::fields::{call_id, call_of};
///
/// assert_eq!(call_of(&call_id(780_836_754)), Some(780_836_754));
/// assert_eq!(call_of("780836754"), None);
/// assert_eq!(call_of("aircall:+5"), None);
/// ```
#[must_use]
pub fn call_of(call_id: &str) -> Option<u64> {
    call_id.strip_prefix(CALL_ID)?.parse().ok().filter(|id| self::call_id(*id) == call_id)
}
