//! The fields of Aircall's package, and the field for the call id.
//!
//! They must be activated and visible to the integration's user: one hidden field makes Salesforce
//! refuse the whole Task. So each name is a setting, and each field can be left out.
//!
//! - PKG-1: the whole seconds that the caller of an answered inbound call waited, from `started_at`
//!   to `answered_at`, never below 0. It is 0 on an outbound call, and absent on an inbound call
//!   that nobody answered.
//! - PKG-2: the name of the agent who took the call, or made it; absent if nobody answered.
//! - PKG-3: the company's number in E.164, without `+`: `e164_digits`, else `digits` as dialled in
//!   the country of the company's number. It is absent if neither is a number by REC-7.
//! - PKG-4: the name of the other party's country in the wording's language, even for a number that
//!   cannot be dialled from abroad. A wording of your own has the names of its `base`. The name is
//!   absent if libphonenumber finds no country. [`wording`](crate::wording) has its source.
//! - PKG-5: the link that [`recording`] chooses. A link is never cut: if it is longer than the
//!   field, only the Description has it, and there is a notice.
//! - PKG-6: the name of the user to whom the call was transferred, even if the user did not answer.
//! - PKG-7: the time zone of the company's number, as Aircall names it.
//! - PKG-8: the hour in which the call began, in that time zone: `0` to `23`, as text. If the IANA
//!   database lacks a zone of exactly this name, the field is empty and there is a notice. Old
//!   aliases such as `US/Pacific` are in the database. `Factory`, the database's name for "no zone
//!   set", counts as unknown.
//! - PKG-9: the wording's "connected" or "not connected" for an inbound call; absent on an outbound
//!   call.
//! - PKG-10: true only if PKG-9 is "connected", so never on an outbound call.
//! - LIMIT-5: the id of the call or message, if the settings name a field for it; see
//!   [`key_text`](super::fields::key_text).
//! - MSG-9: a message has PKG-3, PKG-4, PKG-7 and PKG-8 (by the time of the message), and two
//!   fields that calls lack: `sms_direction` (`Inbound` or `Outbound`) and `number_name` (the name
//!   of the company's number). Both are written only if the settings name them: older packages lack
//!   them, and a missing field makes Salesforce refuse the Task. An update of a message leaves the
//!   other fields of the package alone.
//!
//! Source: Aircall's help article on the fields of a logged call. It writes the names of PKG-5 and
//! PKG-6 with single underscores; Salesforce's names have double underscores. These are this
//! project's decisions: the absent values of PKG-1 and PKG-2, the language of PKG-4, PKG-5's order
//! and length, PKG-6 without an answer, and the time zone of PKG-8. The zones are those of
//! `chrono-tz`: a change that a country decides later comes with the crate's next version, and the
//! crate knows no clock changes after 2099.

use std::borrow::Cow;

use chrono::{Offset, TimeZone};
use chrono_tz::Tz;

use super::{fields, line, recording};
use crate::aircall::Direction;
use crate::facts::{Facts, Source};
use crate::notice::Notice;
use crate::salesforce::task::{FieldName, FieldValue};
use crate::salesforce::text::{self, LINE_LIMIT, LengthUnit};
use crate::settings::{PackageField, Settings};

/// Returns every field of a call or message whose name is a setting, in the order of the rules;
/// `None` if the call or message has no value for the field.
#[must_use]
pub fn package_fields<'a>(
    facts: &Facts<'a>,
    settings: &'a Settings,
    notices: &mut Vec<Notice<'a>>,
) -> Vec<(FieldName<'a>, Option<FieldValue<'a>>)> {
    let names = &settings.field_names;
    let wanted = match facts.source {
        Source::Call(_) => PackageField::OF_CALLS,
        Source::Message(_) => PackageField::OF_MESSAGES,
    };
    let mut fields = Vec::with_capacity(PackageField::OF_CALLS.len() + 1);
    for &field in wanted {
        if let Some(name) = names.package(field) {
            fields.push((name, value(field, name, facts, settings, notices)));
        }
    }
    if let Some(name) = names.call_id() {
        let key = Cow::Owned(fields::whole_key_text(&facts.source.key()));
        let key = match facts.source {
            // The text of a call's id is short ASCII: it needs no cleaning and fits.
            Source::Call(_) => Some(key),
            Source::Message(_) => line(key, name.as_str(), LINE_LIMIT, notices),
        };
        fields.push((name, key.map(FieldValue::Text)));
    }
    fields
}

fn value<'a>(
    field: PackageField,
    name: FieldName<'a>,
    facts: &Facts<'a>,
    settings: &'a Settings,
    notices: &mut Vec<Notice<'a>>,
) -> Option<FieldValue<'a>> {
    let wording = &settings.wording;
    let text = match field {
        PackageField::WaitingTime => return waiting_time(facts).map(FieldValue::Number),
        PackageField::HasConnected => {
            return Some(FieldValue::Flag(facts.direction == Direction::Inbound && facts.is_answered()));
        }
        // These texts are made by this library or checked: they need no cleaning and fit.
        PackageField::PhoneNumber => return phone_number(facts).map(FieldValue::Text),
        PackageField::Country => return Some(FieldValue::Text(wording.country(facts.party.region()?)?.into())),
        PackageField::HourOfTheDay => return Some(FieldValue::Text(hour_of_the_day(facts, name, notices)?.into())),
        PackageField::CallRecording => return call_recording(facts, settings, name, notices).map(FieldValue::Text),
        PackageField::AnsweredBy => facts.agent_name().filter(|_| facts.is_answered())?,
        PackageField::TransferredTo => facts.call()?.transferred_to.as_ref()?.name.as_deref()?,
        PackageField::TimeZone => facts.number?.time_zone.as_deref()?,
        PackageField::SmsDirection => fields::call_type(facts.direction).as_str(),
        PackageField::NumberName => facts.number?.name.as_deref()?,
        PackageField::ConnectionStatus => match (facts.direction, facts.is_answered()) {
            (Direction::Outbound, _) => return None,
            (Direction::Inbound, true) => &wording.connected,
            (Direction::Inbound, false) => &wording.not_connected,
        },
    };
    line(Cow::Borrowed(text), name.as_str(), LINE_LIMIT, notices).map(FieldValue::Text)
}

fn waiting_time(facts: &Facts<'_>) -> Option<i64> {
    match facts.direction {
        Direction::Outbound => Some(0),
        // The clocks of two machines can put the answer before the start.
        Direction::Inbound => Some((facts.answered_at?.seconds() - facts.time.seconds()).max(0)),
    }
}

/// Returns the company's number, borrowed from Aircall's own E.164 text if both are the same.
fn phone_number<'a>(facts: &Facts<'a>) -> Option<Cow<'a, str>> {
    let number = facts.company_number.as_ref()?;
    let spelled = facts.number.and_then(|number| number.e164_digits.as_deref());
    let spelled = spelled.filter(|spelled| number.is_spelled(spelled)).and_then(|spelled| spelled.strip_prefix('+'));
    Some(spelled.map_or_else(|| Cow::Owned(number.digits().to_owned()), Cow::Borrowed))
}

/// The hours of a day as text: customers' schemas have a text field.
const HOURS: [&str; 24] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20",
    "21", "22", "23",
];

const SECONDS_AN_HOUR: i64 = 3_600;
const SECONDS_A_DAY: i64 = 24 * SECONDS_AN_HOUR;

/// The IANA database's name for "no zone set".
const NO_ZONE: &str = "Factory";

/// Returns the time zone of the company's number, if the IANA database has it.
pub(super) fn zone(facts: &Facts<'_>) -> Option<Tz> {
    let name = text::trim(facts.number?.time_zone.as_deref()?);
    name.parse().ok().filter(|_| name != NO_ZONE)
}

/// Returns the hour in which a call began or a message was sent, in the time zone of the company's
/// number (PKG-8).
pub(super) fn hour(facts: &Facts<'_>) -> Option<&'static str> {
    let time = facts.time;
    let offset = zone(facts)?.offset_from_utc_datetime(&time.date_time().naive_utc()).fix().local_minus_utc();
    let hour = (time.seconds() + i64::from(offset)).rem_euclid(SECONDS_A_DAY) / SECONDS_AN_HOUR;
    HOURS.get(usize::try_from(hour).ok()?).copied()
}

fn hour_of_the_day<'a>(facts: &Facts<'_>, name: FieldName<'a>, notices: &mut Vec<Notice<'a>>) -> Option<&'static str> {
    // Only a zone that is there can be unknown.
    facts.number?.time_zone.as_deref()?;
    let hour = hour(facts);
    if hour.is_none() {
        let message = "the time zone of the company's number is not in the IANA database, so the hour is not known";
        notices.push(Notice::new("PKG-8", name.as_str(), message));
    }
    hour
}

/// Returns the link, unless it is too long: a link that is cut does not work (PKG-5).
fn call_recording<'a>(
    facts: &Facts<'a>,
    settings: &Settings,
    name: FieldName<'a>,
    notices: &mut Vec<Notice<'a>>,
) -> Option<Cow<'a, str>> {
    let link = recording::link(facts, settings)?;
    let fits = LengthUnit::Salesforce.fits(&link.url, LINE_LIMIT);
    let expires = link.is_last_resort.then_some("the link expires within hours; Aircall gave no other");
    let too_long = (!fits).then_some("the link is longer than the field and was left out of it");
    let messages = expires.into_iter().chain(too_long);
    notices.extend(messages.map(|message| Notice::new("PKG-5", name.as_str(), message)));
    fits.then_some(link.url)
}
