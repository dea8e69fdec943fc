//! The values of the placeholders in Subjects and in fields of your own (SUBJ-9, SUBJ-10).
//!
//! Aircall's own Subjects use `{record}`, `{number}` and `{user}`, which have a fallback. Any other
//! placeholder can have no value. Then an optional part that contains the placeholder is left out,
//! and outside of optional parts nothing is written.

use std::borrow::Cow;

use super::{fields, package, transfer};
use crate::facts::{Facts, Source};
use crate::phone::E164;
use crate::salesforce::text::non_blank;
use crate::settings::Settings;
use crate::wording::Template;

/// Renders a template for a call; `record` is the name of the record that the call is logged on.
pub(super) fn render(template: &Template, facts: &Facts<'_>, record: Option<&str>, settings: &Settings) -> String {
    /// Most texts need no more bytes.
    const CAPACITY: usize = 128;

    let mut text = String::with_capacity(CAPACITY);
    template.render(&mut text, &settings.wording.unknown, |name| value(name, facts, record, settings));
    text
}

/// Returns the value of a placeholder; `None` if it has none.
pub(crate) fn value<'v>(
    name: &str,
    facts: &'v Facts<'_>,
    record: Option<&'v str>,
    settings: &'v Settings,
) -> Option<Cow<'v, str>> {
    let (number, unknown) = (facts.number, || settings.wording.unknown.as_ref());
    let text = match name {
        "record" => {
            let shown = || facts.party.shown().and_then(non_blank);
            return Some(record.and_then(non_blank).or_else(shown).unwrap_or_else(unknown).into());
        }
        "number" => {
            let name = number.and_then(|number| non_blank(number.name.as_deref()?));
            let digits = || number.and_then(|number| non_blank(number.digits.as_deref()?));
            return Some(name.or_else(digits).unwrap_or_else(unknown).into());
        }
        "user" => facts.agent_name()?,
        "user_email" => facts.agent_email()?,
        "caller" => facts.party.shown()?,
        "caller_e164" => return Some(facts.party.number()?.to_string().into()),
        "line_e164" => return facts.company_number.as_ref().map(E164::as_str).map(Cow::Borrowed),
        "country" => settings.wording.country(facts.party.region()?)?,
        "direction" => fields::call_type(facts.direction).as_str(),
        "kind" => facts.kind.as_str(),
        "tags" => return joined(transfer::logged_tags(facts), ", "),
        "teams" => return joined(facts.call()?.teams.iter().filter_map(|team| team.name.as_deref()), ", "),
        "missed_reason" => facts.call()?.missed_call_reason.as_deref()?,
        "contact" => {
            let names = facts.contact.map(|contact| [&contact.first_name, &contact.last_name]);
            return joined(names.into_iter().flatten().filter_map(Option::as_deref), " ");
        }
        "company" => facts.contact?.company_name.as_deref()?,
        "call_id" => return Some(facts.call()?.id.to_string().into()),
        "duration" => return Some(fields::call_duration(facts, &mut Vec::new())?.to_string().into()),
        "date" => return Some(fields::activity_date(facts, settings).to_string().into()),
        "hour" => package::hour(facts)?,
        "time_zone" => number?.time_zone.as_deref()?,
        "channel" => channel(facts)?,
        _ => return None,
    };
    non_blank(text).map(Cow::Borrowed)
}

/// The service of a message whose `channel` is this name in any case (MSG-3).
const WHATSAPP: &str = "WhatsApp";
/// The service of every other message.
const SMS: &str = "SMS";

/// Returns the name of the service that carried a message; `None` for a call.
fn channel(facts: &Facts<'_>) -> Option<&'static str> {
    let Source::Message(message) = facts.source else { return None };
    let is_whatsapp = message.channel.as_ref().is_some_and(|channel| channel.trim().eq_ignore_ascii_case(WHATSAPP));
    Some(if is_whatsapp { WHATSAPP } else { SMS })
}

/// Joins the texts that are not blank; `None` if there is none.
fn joined<'t>(texts: impl Iterator<Item = &'t str>, separator: &str) -> Option<Cow<'t, str>> {
    let texts: Vec<_> = texts.filter_map(non_blank).collect();
    (!texts.is_empty()).then(|| texts.join(separator).into())
}
