//! Updating the Task that a call already has.
//!
//! - UPD-1: a call that has a Task is never given a second one, nor a second record or case.
//! - UPD-2: an update writes what the call itself says. Status, owner, WhoId, WhatId, date, CallType and Type are set on create and belong
//!   to people afterwards.
//! - UPD-3: only fields that differ are sent. Equal means: the same text after cleaning and cutting, numbers by value; null, absent and
//!   empty are the same. What the Task has and the call no longer says becomes null, but only once the call has ended: a snapshot
//!   from its middle takes nothing away. Where the Task's fields are not known, all that has a value is sent, and no null.
//! - UPD-4: a voicemail often becomes known only after the missed call was logged: if the Task still has the status of missed calls,
//!   it gets that of voicemails.
//! - UPD-5: `{record}` is the record that the Task is on. WhoId counts, and WhatId where WhoId is empty. Set, but not among the
//!   records: Subject is not sent, its name is not known. Neither set: none, if both are known to be null; else the record that
//!   the lookup finds now, and without one Subject is not sent.
//!
//! Source: this project's decisions; the article says only that later changes update the same Task.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::facts::Kind;
use crate::lookup::{Lookup, Record};
use crate::salesforce::Id;
use crate::salesforce::task::{Change, FieldName, FieldValue, field};
use crate::salesforce::text::{self, DESCRIPTION_LIMIT, LINE_LIMIT, LengthUnit};
use crate::settings::{Settings, WorkflowAction};

/// The present fields of a logged Task, as far as they are known.
#[derive(Debug, Clone, Copy)]
pub struct Present<'t> {
    fields: Option<&'t Map<String, Value>>,
    /// Whether what the call no longer says is emptied.
    clears: bool,
}

impl<'t> Present<'t> {
    /// `ended`: whether the call has ended.
    #[must_use]
    pub const fn new(fields: Option<&'t Map<String, Value>>, ended: bool) -> Self {
        Self { fields, clears: ended }
    }

    /// Whether anything is known of the Task's fields.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.fields.is_some()
    }

    fn get(&self, field: &str) -> Option<&'t Value> {
        value_of(self.fields?, field)
    }

    /// What is to be done to a field, for it to hold `wanted` (UPD-3).
    pub fn change<T>(&self, field: &str, wanted: Option<T>, is_equal: impl Fn(&Value, &T) -> bool) -> Change<T> {
        let present = self.get(field).filter(|value| !is_empty(value));
        match (wanted, present) {
            (None, Some(_)) if self.clears => Change::Clear,
            (None, _) => Change::Keep,
            (Some(wanted), Some(present)) if is_equal(present, &wanted) => Change::Keep,
            (Some(wanted), _) => Change::Set(wanted),
        }
    }
}

/// A field's value, whatever case a setting or an export spells its name in (LIMIT-6).
pub(crate) fn value_of<'t>(fields: &'t Map<String, Value>, field: &str) -> Option<&'t Value> {
    let in_any_case = || fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(field)).map(|(_, value)| value);
    fields.get(field).or_else(in_any_case)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text::is_blank(text),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Whether a one-line field holds this text.
#[must_use]
pub fn is_same_line(present: &Value, wanted: &str) -> bool {
    match present {
        Value::String(text) => *text::clip(text::line(text), LINE_LIMIT, LengthUnit::Salesforce).text == *wanted,
        Value::Number(number) => number.to_string() == wanted,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Whether Description holds this text.
#[must_use]
pub fn is_same_area(present: &Value, wanted: &str, count: LengthUnit) -> bool {
    let Value::String(text) = present else {
        return false;
    };
    *text::clip(text::area(text), DESCRIPTION_LIMIT, count).text == *wanted
}

/// Whether a number field holds this number; Salesforce writes whole numbers of decimal fields as `15.0`.
#[must_use]
pub fn is_same_number(present: &Value, wanted: i64) -> bool {
    let number = match present {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    // A number that came through JSON's floating point is the same if it is the nearest one.
    #[expect(
        clippy::cast_precision_loss,
        clippy::float_cmp,
        reason = "seconds are far below 2^53, where both are exact"
    )]
    number.is_some_and(|number| number == wanted as f64)
}

/// Whether a field whose name is a setting holds this value.
#[must_use]
pub fn is_same_value(present: &Value, wanted: &FieldValue<'_>) -> bool {
    match wanted {
        FieldValue::Text(text) => is_same_line(present, text),
        FieldValue::Number(number) => is_same_number(present, *number),
        FieldValue::Flag(flag) => present == flag,
    }
}

/// UPD-4: the status of a voicemail that was logged as a missed call.
#[must_use]
pub fn late_voicemail<'s>(kind: Kind, present: &Present<'_>, settings: &'s Settings) -> Option<&'s str> {
    if kind != Kind::Voicemail || settings.workflow.voicemail == WorkflowAction::DoNothing {
        return None;
    }
    let missed = settings.status.of(settings.workflow.missed)?;
    let voicemail = settings.status.of(settings.workflow.voicemail)?;
    let present = present.get(field::STATUS)?.as_str()?;
    (present == missed && voicemail != missed).then_some(voicemail)
}

/// Whose name stands in the Subject of an update (UPD-5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectRecord<'l> {
    /// This record's.
    Record(&'l Record),
    /// Nobody's: the Task is on no record.
    None,
    /// It is not known; Subject is not sent.
    NotKnown,
}

/// The record that the Task is on; `find` looks for the one that the number leads to now.
pub fn subject_record<'l, L: Lookup>(
    present: &Present<'_>,
    lookup: &'l L,
    find: impl FnOnce() -> Option<&'l Record>,
) -> SubjectRecord<'l> {
    let [who, what] = [field::WHO_ID, field::WHAT_ID].map(|field| present.get(field));
    let set = [who, what].into_iter().flatten().find(|id| !is_empty(id));
    let record = match (set, who, what) {
        (Some(id), ..) => id.as_str().and_then(|id| lookup.record(Id::from_first_15(id)?)),
        (None, Some(_), Some(_)) => return SubjectRecord::None,
        (None, ..) => find(),
    };
    record.map_or(SubjectRecord::NotKnown, SubjectRecord::Record)
}

/// Changes of the fields whose names are settings; those that stay are left out.
#[must_use]
pub fn named_changes<'a>(
    present: &Present<'_>,
    named: Vec<(FieldName<'a>, Option<FieldValue<'a>>)>,
) -> Vec<(FieldName<'a>, Option<FieldValue<'a>>)> {
    let change = |(name, wanted): (FieldName<'a>, _)| match present.change(name.as_str(), wanted, is_same_value) {
        Change::Keep => None,
        Change::Clear => Some((name, None)),
        Change::Set(value) => Some((name, Some(value))),
    };
    named.into_iter().filter_map(change).collect()
}

/// Changes of a one-line text.
#[must_use]
pub fn line_change<'a>(present: &Present<'_>, field: &str, wanted: Option<Cow<'a, str>>) -> Change<Cow<'a, str>> {
    present.change(field, wanted, |present, wanted| is_same_line(present, wanted))
}
