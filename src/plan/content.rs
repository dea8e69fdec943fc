//! What the call itself says: the fields that a create and an update have in common (UPD-2).

use std::borrow::Cow;

use crate::aircall::MissedCallReason;
use crate::facts::{Facts, Kind};
use crate::notice::{Notice, Rule};
use crate::rules::disposition::{Elements, disposition};
use crate::rules::recording::Link;
use crate::rules::{description, fields, line, package, recording, subject, transfer};
use crate::salesforce::task::{FieldName, FieldValue, field};
use crate::salesforce::text::{DESCRIPTION_LIMIT, LINE_LIMIT, LengthUnit};
use crate::settings::{PackageField, Settings};

/// The fields that follow from the call and the settings alone.
pub(super) struct Content<'a> {
    pub(super) call_disposition: Cow<'a, str>,
    pub(super) call_duration_in_seconds: Option<u32>,
    pub(super) description: Option<Cow<'a, str>>,
    /// Every field whose name is a setting, `None` where the call has nothing for it.
    pub(super) named: Vec<(FieldName<'a>, Option<FieldValue<'a>>)>,
}

impl<'a> Content<'a> {
    pub(super) fn new(facts: &Facts<'a>, kind: Kind, settings: &'a Settings, notices: &mut Vec<Notice<'a>>) -> Self {
        let link = recording::link(facts.call, kind, settings.recording_link);
        Self {
            call_disposition: call_disposition(facts, settings, notices),
            call_duration_in_seconds: call_duration_in_seconds(facts, notices),
            description: description(facts, kind, link.as_ref(), settings, notices),
            named: named(facts, link, settings, notices),
        }
    }
}

/// The Subject within its limit.
pub(super) fn subject_line<'a>(
    facts: &Facts<'a>,
    kind: Kind,
    record: Option<&str>,
    settings: &'a Settings,
    notices: &mut Vec<Notice<'a>>,
) -> Option<Cow<'a, str>> {
    let wording = &settings.wording;
    let names = subject::Names::new(facts, record, wording);
    let subject = subject::subject(kind, &names, wording);
    line(Cow::Owned(subject), field::SUBJECT, LINE_LIMIT, notices)
}

fn call_disposition<'a>(facts: &Facts<'a>, settings: &'a Settings, notices: &mut Vec<Notice<'a>>) -> Cow<'a, str> {
    let elements = Elements {
        direction: facts.call.direction,
        answered: facts.is_answered(),
        line: facts.line_number,
        missed_call_reason: facts.call.missed_call_reason.as_ref().map(MissedCallReason::as_str),
        order: settings.disposition_order,
    };
    let list = disposition(transfer::logged_tags(facts), &elements);
    let dropped = list.dropped_tags + usize::from(list.dropped_reason);
    if dropped > 0 {
        let tags = match list.dropped_tags {
            0 => None,
            1 => Some("1 tag".to_owned()),
            tags => Some(format!("{tags} tags")),
        };
        let reason = list.dropped_reason.then(|| "the missed reason".to_owned());
        let gone: Vec<_> = tags.into_iter().chain(reason).collect();
        let message = format!("{} left out to fit {LINE_LIMIT} characters", gone.join(" and "));
        notices.push(Notice {
            rule: Rule::Disp6,
            field: field::CALL_DISPOSITION,
            message: Cow::Owned(message),
            dropped: Some(dropped),
        });
    }
    Cow::Owned(list.text)
}

fn call_duration_in_seconds(facts: &Facts<'_>, notices: &mut Vec<Notice<'_>>) -> Option<u32> {
    let duration = fields::call_duration(facts.call)?;
    if duration.brought_into_range {
        notices.push(Notice::new(
            Rule::Field3,
            field::CALL_DURATION_IN_SECONDS,
            "the time stamps give a duration that is out of range; the nearest one was taken",
        ));
    }
    Some(duration.seconds)
}

fn description<'a>(
    facts: &Facts<'a>,
    kind: Kind,
    link: Option<&Link<'a>>,
    settings: &'a Settings,
    notices: &mut Vec<Notice<'a>>,
) -> Option<Cow<'a, str>> {
    let description = description::description(kind, link, &facts.call.comments, &settings.wording, settings.count);
    if description.dropped > 0 {
        notices.push(Notice::cut(Rule::Desc5, field::DESCRIPTION, DESCRIPTION_LIMIT, description.dropped));
    }
    (!description.text.is_empty()).then_some(Cow::Owned(description.text))
}

/// The package's fields and the call id, under the names that the settings give them.
fn named<'a>(
    facts: &Facts<'a>,
    link: Option<Link<'a>>,
    settings: &'a Settings,
    notices: &mut Vec<Notice<'a>>,
) -> Vec<(FieldName<'a>, Option<FieldValue<'a>>)> {
    let Facts { call, .. } = facts;
    let (names, wording) = (&settings.field_names, &settings.wording);
    let mut out = Named { fields: Vec::with_capacity(11), notices };
    let add = |field| names.package(field);
    if let Some(name) = add(PackageField::WaitingTime) {
        out.value(name, package::waiting_time(call).map(FieldValue::Number));
    }
    if let Some(name) = add(PackageField::AnsweredBy) {
        out.text(name, package::answered_by(facts).map(Cow::Borrowed));
    }
    if let Some(name) = add(PackageField::PhoneNumber) {
        out.known(name, phone_number(facts));
    }
    if let Some(name) = add(PackageField::Country) {
        out.known(name, package::country(facts, wording).map(Cow::Borrowed));
    }
    out.recording(add(PackageField::CallRecording), link);
    if let Some(name) = add(PackageField::TransferredTo) {
        out.text(name, package::transferred_to(call).map(Cow::Borrowed));
    }
    if let Some(name) = add(PackageField::TimeZone) {
        out.text(name, package::time_zone(call).map(Cow::Borrowed));
    }
    if let Some(name) = add(PackageField::HourOfTheDay) {
        let hour = package::hour_of_the_day(call).unwrap_or_else(|_| {
            out.notices.push(Notice::new(
                Rule::Pkg8,
                name.as_str(),
                "the line's time zone is not in the IANA database, so the hour is not known",
            ));
            None
        });
        out.known(name, hour.map(Cow::Borrowed));
    }
    if let Some(name) = add(PackageField::ConnectionStatus) {
        out.text(name, package::connection_status(facts, wording).map(Cow::Borrowed));
    }
    if let Some(name) = add(PackageField::HasConnected) {
        out.value(name, Some(FieldValue::Flag(package::has_connected(facts))));
    }
    if let Some(name) = names.call_id() {
        out.known(name, Some(Cow::Owned(fields::call_id(call.id))));
    }
    out.fields
}

/// Borrowed where Aircall spells it so.
fn phone_number<'a>(facts: &Facts<'a>) -> Option<Cow<'a, str>> {
    let number = package::phone_number(facts)?;
    let spelled = facts.call.number.as_ref().and_then(|line| line.e164_digits.as_deref()?.strip_prefix('+'));
    let spelled = spelled.filter(|spelled| *spelled == number).map(Cow::Borrowed);
    Some(spelled.unwrap_or_else(|| Cow::Owned(number.to_owned())))
}

struct Named<'a, 'n> {
    fields: Vec<(FieldName<'a>, Option<FieldValue<'a>>)>,
    notices: &'n mut Vec<Notice<'a>>,
}

impl<'a> Named<'a, '_> {
    fn value(&mut self, name: FieldName<'a>, value: Option<FieldValue<'a>>) {
        self.fields.push((name, value));
    }

    /// A text of ours, which needs no cleaning and fits.
    fn known(&mut self, name: FieldName<'a>, text: Option<Cow<'a, str>>) {
        self.value(name, text.map(FieldValue::Text));
    }

    fn text(&mut self, name: FieldName<'a>, text: Option<Cow<'a, str>>) {
        let text = text.and_then(|text| line(text, name.as_str(), LINE_LIMIT, self.notices));
        self.value(name, text.map(FieldValue::Text));
    }

    /// A link is never cut: half a link leads nowhere (PKG-5).
    fn recording(&mut self, name: Option<FieldName<'a>>, link: Option<Link<'a>>) {
        let Some(name) = name else { return };
        if link.as_ref().is_some_and(|link| link.is_last_resort) {
            self.notices.push(Notice::new(
                Rule::Pkg5,
                name.as_str(),
                "the link expires within hours; Aircall gave no other",
            ));
        }
        let url = link.map(|link| link.url);
        let (fits, too_long) = match url {
            Some(url) if LengthUnit::Salesforce.fits(&url, LINE_LIMIT) => (Some(url), false),
            Some(_) => (None, true),
            None => (None, false),
        };
        if too_long {
            self.notices.push(Notice::new(
                Rule::Pkg5,
                name.as_str(),
                "the link is longer than the field and was left out of it",
            ));
        }
        self.value(name, fits.map(FieldValue::Text));
    }
}
