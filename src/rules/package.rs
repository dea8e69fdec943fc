//! The fields of Aircall's package, PKG-1 to PKG-10. They must be activated and visible to the integration's user: one hidden field
//! refuses the whole Task. So each name is a setting, and each field can be left out.
//!
//! Source: Aircall's help article on the fields of a logged call. It writes two of the names with single underscores; Salesforce's
//! form has two.

use chrono::Timelike;
use chrono_tz::Tz;

use crate::aircall::{Call, Direction};
use crate::facts::Facts;
use crate::phone::E164;
use crate::salesforce::text;
use crate::wording::Wording;

/// PKG-1: whole seconds that the caller of an answered inbound call waited; 0 on an outbound call; `None` on an inbound call that
/// nobody answered, there is no answer to wait for.
#[must_use]
pub fn waiting_time(call: &Call<'_>) -> Option<i64> {
    match call.direction {
        Direction::Outbound => Some(0),
        Direction::Inbound => {
            let answered_at = call.answered_at?;
            Some((answered_at.seconds() - call.started_at.seconds()).max(0))
        }
    }
}

/// PKG-2: the name of the agent who took the call, or made it; `None` if nobody answered.
#[must_use]
pub fn answered_by<'c>(facts: &Facts<'c>) -> Option<&'c str> {
    facts.agent_name().filter(|_| facts.is_answered())
}

/// PKG-3: the line's number in E.164, without `+`.
#[must_use]
pub fn phone_number<'f>(facts: &'f Facts<'_>) -> Option<&'f str> {
    facts.line_number.as_ref().map(E164::digits)
}

/// PKG-4: the name of the other party's country in the wording's language, also of a number that cannot be dialled from abroad.
#[must_use]
pub fn country(facts: &Facts<'_>, wording: &Wording) -> Option<&'static str> {
    wording.country(facts.party.region()?)
}

/// PKG-6: the name of the user that the call was transferred to, also when they did not answer.
#[must_use]
pub fn transferred_to<'c>(call: &'c Call<'c>) -> Option<&'c str> {
    call.transferred_to.as_ref()?.name.as_deref()
}

/// PKG-7: the line's time zone as Aircall names it.
#[must_use]
pub fn time_zone<'c>(call: &'c Call<'c>) -> Option<&'c str> {
    call.number.as_ref()?.time_zone.as_deref()
}

/// The hours of a day as text: customers' schemas have a text field.
const HOURS: [&str; 24] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "23",
];

/// A time zone that the IANA database does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the line's time zone is not in the IANA database")]
pub struct UnknownTimeZone;

/// PKG-8: the hour in which the call began, in the line's time zone, `0` to `23`; `None` where the line has no zone.
///
/// # Errors
///
/// A zone that is not in the IANA database under exactly this name; old aliases such as `US/Pacific` are. The database is the one that
/// `chrono-tz` ships; what countries have decided since is in its next version, and it knows no clock changes after 2099.
pub fn hour_of_the_day(call: &Call<'_>) -> Result<Option<&'static str>, UnknownTimeZone> {
    let Some(name) = time_zone(call) else {
        return Ok(None);
    };
    let zone: Tz = text::trim(name).parse().map_err(|_| UnknownTimeZone)?;
    let hour = call.started_at.date_time().with_timezone(&zone).hour();
    Ok(usize::try_from(hour).ok().and_then(|hour| HOURS.get(hour).copied()))
}

/// PKG-9: of an inbound call, the wording's "connected" or "not connected".
#[must_use]
pub fn connection_status<'w>(facts: &Facts<'_>, wording: &'w Wording) -> Option<&'w str> {
    match (facts.call.direction, facts.is_answered()) {
        (Direction::Outbound, _) => None,
        (Direction::Inbound, true) => Some(&wording.connected),
        (Direction::Inbound, false) => Some(&wording.not_connected),
    }
}

/// PKG-10: true only where PKG-9 says connected, so never on an outbound call.
#[must_use]
pub fn has_connected(facts: &Facts<'_>) -> bool {
    facts.call.direction == Direction::Inbound && facts.is_answered()
}
