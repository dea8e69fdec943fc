//! The standard fields that follow from the call or message alone.
//!
//! - FIELD-1: `CallType` is `Inbound` or `Outbound`.
//! - FIELD-2: `ActivityDate` is the UTC date of `started_at`. If the setting `activity_date` is
//!   `line` and the time zone of the company's number is known (PKG-8), it is the date in that
//!   zone. Otherwise an evening call in California is dated on the next day.
//! - FIELD-3: `CallDurationInSeconds` is `ended_at` − `answered_at`, so neither the caller's wait
//!   nor the ringing of an outbound call is in it. It is 0 if nobody answered and absent while the
//!   call runs. It is limited to 0 to 99,999,999, with a notice if the limit changed it.
//! - FIELD-4: `Status` is the picklist value for the workflow's action: a closed status for
//!   `completed`, which is shown under past activities, and an open status for `in_progress`, which
//!   is shown under next steps. The setting `status` has the values, by default `Completed` and
//!   `In Progress`. [`StatusNames`](crate::settings::StatusNames) describes them.
//! - LIMIT-5, MSG-2: if the setting `call_id_field` names a field, the id of a call is written to
//!   it as `aircall:<id>`, and the id of a message as `aircall:message:<id>`. Then the Task can be
//!   found again. By default no field is named.
//! - MSG-8: `Type` of a message is the setting `message_type`, by default `Call`, as for calls.
//!   `CallType` is the direction, and `ActivityDate` the date of the message. A message has no
//!   duration and no `CallDisposition`, and an update leaves both fields alone.
//!
//! Source: Aircall's help article. To leave ringing out of outbound calls is this project's
//! decision; Aircall's newer `duration` leaves ringing out too. `duration` itself is not read: its
//! meaning changed over the years.

use chrono::NaiveDate;

use super::package;
use crate::aircall::Direction;
use crate::facts::{Facts, Source, TaskKey};
use crate::notice::Notice;
use crate::salesforce::task::{CALL, CallType, field};
use crate::salesforce::text::{self, CALL_DURATION_LIMIT, LINE_LIMIT, LengthUnit};
use crate::settings::{ActivityDate, Settings};

pub(crate) const fn call_type(direction: Direction) -> CallType {
    match direction {
        Direction::Inbound => CallType::Inbound,
        Direction::Outbound => CallType::Outbound,
    }
}

/// Returns `Type`, unless the settings leave it out (LOG-3, MSG-8).
pub(crate) fn task_type<'s>(facts: &Facts<'_>, settings: &'s Settings) -> Option<&'s str> {
    let task_type = match facts.source {
        Source::Call(_) => CALL,
        Source::Message(_) => &settings.message_type,
    };
    settings.write_type.then_some(task_type)
}

/// Returns the day of a call or message (FIELD-2).
#[must_use]
pub fn activity_date(facts: &Facts<'_>, settings: &Settings) -> NaiveDate {
    let time = facts.time.date_time();
    let zone = match settings.activity_date {
        ActivityDate::Utc => None,
        ActivityDate::Line => package::zone(facts),
    };
    zone.map_or_else(|| time.date_naive(), |zone| time.with_timezone(&zone).date_naive())
}

/// Returns the seconds from the answer to the end (FIELD-3); `None` while the call runs, and for a
/// message.
#[must_use]
pub fn call_duration(facts: &Facts<'_>, notices: &mut Vec<Notice<'_>>) -> Option<u32> {
    let ended_at = facts.call()?.ended_at?;
    let talked = facts.answered_at.map_or(0, |answered_at| ended_at.seconds() - answered_at.seconds());
    let seconds = u32::try_from(talked.max(0)).unwrap_or(u32::MAX).min(CALL_DURATION_LIMIT);
    if i64::from(seconds) != talked {
        let message = "the time stamps give a duration that is out of range; the nearest one was taken";
        notices.push(Notice::new("FIELD-3", field::CALL_DURATION_IN_SECONDS, message));
    }
    Some(seconds)
}

/// The text before the id of a call.
const CALL_PREFIX: &str = "aircall:";
/// The text before the id of a message.
const MESSAGE_PREFIX: &str = "aircall:message:";

/// Returns the text by which a Task is found again (LIMIT-5), as Salesforce stores it.
#[must_use]
pub fn key_text(key: &TaskKey) -> String {
    let text = text::line(whole_key_text(key));
    LengthUnit::Salesforce.clip(&text, LINE_LIMIT).to_owned()
}

/// Returns the text of [`key_text`] before cleaning and cutting. The id of a message is any text.
pub(super) fn whole_key_text(key: &TaskKey) -> String {
    match key {
        TaskKey::Call(id) => [CALL_PREFIX, &id.to_string()].concat(),
        TaskKey::Message(id) => format!("{MESSAGE_PREFIX}{id}"),
    }
}

/// Returns the key from the text that [`key_text`] makes; `None` for other texts.
///
/// ```
/// use aircall_salesforce::lookup::TaskKey;
/// use aircall_salesforce::rules::fields::{key_of, key_text};
///
/// assert_eq!(key_of(&key_text(&TaskKey::Call(780_836_754))), Some(TaskKey::Call(780_836_754)));
/// assert_eq!(key_of("aircall:message:SM123"), Some(TaskKey::Message("SM123".to_owned())));
/// assert_eq!(key_of("780836754"), None);
/// assert_eq!(key_of("aircall:+5"), None);
/// ```
#[must_use]
pub fn key_of(text: &str) -> Option<TaskKey> {
    let key = match text.strip_prefix(MESSAGE_PREFIX) {
        Some(id) => TaskKey::Message(id.to_owned()),
        None => TaskKey::Call(text.strip_prefix(CALL_PREFIX)?.parse().ok()?),
    };
    // A number can also be parsed from other spellings, such as `+5`.
    Some(key).filter(|key| key_text(key) == text)
}
