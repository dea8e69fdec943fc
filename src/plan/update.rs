//! The Task that a call already has, brought up to date.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::content::{Content, subject_line};
use super::{Action, Because, Plan};
use crate::facts::{Facts, Kind};
use crate::lookup::{LoggedTask, Lookup};
use crate::notice::{Notice, Rule};
use crate::rules::description::{Known, Merged, merge};
use crate::rules::record::{Match, find};
use crate::rules::update::{
    Present, SubjectRecord, is_same_area, is_same_number, late_voicemail, line_change, named_changes, subject_record,
    value_of,
};
use crate::salesforce::task::{Change, field};
use crate::salesforce::text::{self, DESCRIPTION_LIMIT};
use crate::salesforce::{TaskStatus, TaskUpdate};
use crate::settings::Settings;

pub(super) fn update<'a, L: Lookup>(
    facts: &Facts<'a>,
    kind: Kind,
    logged: &'a LoggedTask,
    lookup: &'a L,
    settings: &'a Settings,
) -> Plan<'a> {
    let mut notices = Vec::new();
    let present = Present::new(logged.fields.as_ref(), facts.call.ended_at.is_some());
    let found = || match find(facts, lookup, settings) {
        Match::Found(record) => Some(record),
        Match::Unknown(_) | Match::Unusable(_) => None,
    };
    let record = match subject_record(&present, lookup, found) {
        SubjectRecord::Record(record) => Some(Some(record.name.as_str())),
        SubjectRecord::None => Some(None),
        SubjectRecord::NotKnown => None,
    };
    let subject = match record {
        Some(record) => {
            let subject = subject_line(facts, kind, record, settings, &mut notices);
            line_change(&present, field::SUBJECT, subject)
        }
        None => Change::Keep,
    };
    let Content { call_disposition, call_duration_in_seconds, description, named } =
        Content::new(facts, kind, settings, &mut notices);
    let task = TaskUpdate {
        subject,
        status: late_voicemail(kind, &present, settings).and_then(TaskStatus::new).map_or(Change::Keep, Change::Set),
        call_disposition: line_change(&present, field::CALL_DISPOSITION, Some(call_disposition)),
        call_duration_in_seconds: present.change(
            field::CALL_DURATION_IN_SECONDS,
            call_duration_in_seconds,
            |present, &wanted| is_same_number(present, i64::from(wanted)),
        ),
        description: description_change(facts, kind, description, logged, settings, &mut notices),
        named: named_changes(&present, named),
    };
    let task_id = logged.id;
    let because = Because { kind: Some(kind), ..Because::default() };
    if present.is_known() && task.is_empty() {
        return Plan { action: Action::Unchanged { task_id }, because, notices: Vec::new() };
    }
    Plan { action: Action::Update { task_id, task }, because, notices }
}

/// The Description that says what the call says, and keeps what people typed (DESC-7).
fn description_change<'a>(
    facts: &Facts<'a>,
    kind: Kind,
    wanted: Option<Cow<'a, str>>,
    logged: &LoggedTask,
    settings: &Settings,
    notices: &mut Vec<Notice<'a>>,
) -> Change<Cow<'a, str>> {
    let ended = facts.call.ended_at.is_some();
    let standing = area_of(logged.fields.as_ref()).unwrap_or_default();
    // What is all in the new text needs no reading: so it is of most Tasks that nobody edited.
    let is_in = wanted.as_ref().is_some_and(|wanted| wanted.starts_with(&*standing));
    let plain = Present::new(logged.fields.as_ref(), ended)
        .change(field::DESCRIPTION, wanted, |present, wanted| is_same_area(present, wanted, settings.count));
    if plain.is_keep() || is_in || standing.is_empty() {
        return plain;
    }
    let known = Known::new(facts.call, kind, settings);
    // Of what a create wrote, a Description that is not there was not written.
    let made_it = |wrote: &&Map<String, Value>| wrote.contains_key(field::TASK_SUBTYPE);
    let none_written = logged.wrote.as_ref().filter(made_it).map(|_| Cow::Borrowed(""));
    let wrote = area_of(logged.wrote.as_ref()).or(none_written);
    let (change, dropped) = match merge(&standing, wrote.as_deref(), &known, ended, settings.count) {
        Merged::Plain => return plain,
        Merged::Keep { dropped } => (Change::Keep, dropped),
        Merged::Text { text, dropped } => (Change::Set(Cow::Owned(text)), dropped),
    };
    notices.retain(|notice| notice.rule != Rule::Desc5);
    if dropped > 0 {
        notices.push(Notice::cut(Rule::Desc5, field::DESCRIPTION, DESCRIPTION_LIMIT, dropped));
    }
    change
}

/// The Description among a Task's fields, cleaned; `None` where it is not known.
fn area_of(fields: Option<&Map<String, Value>>) -> Option<Cow<'_, str>> {
    match value_of(fields?, field::DESCRIPTION)? {
        Value::String(text) => Some(text::area(text)),
        Value::Null => Some(Cow::Borrowed("")),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
