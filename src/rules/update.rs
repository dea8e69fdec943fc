//! Updating the Task that a call already has.
//!
//! - UPD-1: a call that has a Task never gets a second Task, record or case, and hands nothing
//!   over. If a call has several Tasks, the first is updated.
//! - UPD-2: an update writes the fields that follow from the call itself: `Subject`,
//!   `CallDisposition`, `CallDurationInSeconds`, `Description`, the fields of the package, the field
//!   for the call id, and custom fields of your own. `Status` (except UPD-4), `OwnerId`, `WhoId`,
//!   `WhatId`, `ActivityDate`, `CallType` and `Type` are set on create and belong to people
//!   afterwards: a Task that somebody has completed or reassigned stays so if a tag arrives late.
//! - UPD-3: only fields that differ are sent. If no field differs, the plan is `unchanged`.
//!   - Texts are compared after cleaning and cutting (DESC-6, LIMIT-1), numbers by value. Null,
//!     absent and empty are equal. DESC-7 decides about the Description.
//!   - A value that the Task has and the call no longer has becomes null, but only once the call
//!     has ended: a snapshot from the middle of a call removes nothing.
//!   - If the Task's fields are not known, every value except the Description is sent, and no null.
//!     The plan is then an `update`, even if it sends nothing new.
//! - UPD-4: a voicemail often becomes known only after the missed call was logged. If the kind is
//!   `voicemail` and the Task still has the status of missed calls, the Task gets the status of
//!   voicemails. The workflow must log both kinds.
//! - UPD-5: `{record}` is the record that the Task is on.
//!
//!   | the Task's WhoId and WhatId | `{record}` |
//!   |---|---|
//!   | one has an id (WhoId counts first) | the record with this id; not looked up: not known |
//!   | both are known to be null | no record (SUBJ-9) |
//!   | both are empty, one is not known | the record that the lookup finds now; none: not known |
//!
//!   If the record is not known, Subject is not sent.
//! - UPD-6: a field that a person changed since the integration wrote it is kept until its value
//!   equals the call's. [`LoggedTask::wrote`] has the values that the integration wrote. A key that
//!   `wrote` lacks is not known, and the field is written as UPD-3 says.
//!   - A field that a person emptied stays empty until the call has a new value.
//!   - If a field is kept although the call has a new value, there is a notice.
//!   - A text equals a number or boolean if it is spelled as JSON spells the value.
//!   - [`LoggedTask::sent`] has the values of a plan whose response was lost. If a field has the
//!     value in `sent`, the integration wrote it. Every other field is judged by `wrote`.
//! - UPD-7: the plan names the fields that were kept, and reports that record and owner are left to
//!   people.
//!
//! Source: this project's decisions; the article says only that later changes update the same Task.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::record::find;
use crate::facts::{Facts, Kind};
use crate::lookup::{LoggedTask, Lookup};
use crate::notice::Notice;
use crate::salesforce::Id;
use crate::salesforce::task::{FieldValue, field};
use crate::salesforce::text::{self, LINE_LIMIT, LengthUnit};
use crate::settings::Settings;

/// What an update does to one field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FieldUpdate<'a> {
    /// Sends a value, or null.
    Send(Option<FieldValue<'a>>),
    /// Sends nothing: the field has the call's value. For the Description this is the call's own
    /// text.
    Equal(Option<FieldValue<'a>>),
    /// Sends nothing, because the update has no value for the field. The value here was written
    /// last, as far as is known.
    Leave(Option<&'a Value>),
    /// Sends nothing, because a person changed the field. The value here was written last.
    Keep(Option<&'a Value>),
}

/// The Task to update, and what the integration wrote to it before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Present<'t> {
    logged: &'t LoggedTask,
    has_ended: bool,
}

impl<'t> Present<'t> {
    pub(crate) fn new(logged: &'t LoggedTask, facts: &Facts<'_>) -> Self {
        Self { logged, has_ended: facts.has_ended() }
    }

    fn get(&self, field: &str) -> Option<&'t Value> {
        value_of(self.logged.fields.as_ref()?, field)
    }

    /// Returns what was written last to a field, if that is known.
    ///
    /// If a response was lost, `sent` counts if the field has this value: then the request arrived.
    fn wrote(&self, field: &str) -> Option<&'t Value> {
        let of = |kept: &'t Option<Map<_, _>>| value_of(kept.as_ref()?, field);
        let arrived =
            of(&self.logged.sent).filter(|sent| Comparable::new(Some(sent)) == Comparable::new(self.get(field)));
        arrived.or_else(|| of(&self.logged.wrote))
    }

    /// Returns what becomes of a field for which the call has the value `wanted` (UPD-3, UPD-6).
    pub(crate) fn update(
        &self,
        name: &'t str,
        wanted: Option<FieldValue<'t>>,
        notices: &mut Vec<Notice<'t>>,
    ) -> FieldUpdate<'t> {
        let wrote = self.wrote(name);
        if self.logged.fields.is_none() {
            return if wanted.is_some() { FieldUpdate::Send(wanted) } else { FieldUpdate::Leave(wrote) };
        }
        let present = Comparable::new(self.get(name));
        let call_value = wanted.as_ref().map_or(Comparable::Empty, Comparable::from);
        // A call in progress may lack a value that an earlier snapshot had.
        let lacks = wanted.is_none() && !self.has_ended;
        // Equality is tested first: a typed value that equals the call's is ours again (UPD-6).
        if present == call_value {
            return if lacks && wrote.is_some() { FieldUpdate::Leave(wrote) } else { FieldUpdate::Equal(wanted) };
        }
        let before = wrote.map(|wrote| Comparable::new(Some(wrote)));
        let is_new = wanted.is_some() && before.as_ref() != Some(&call_value);
        // A person who emptied the field rejected the old value, but not a new value of the call.
        let is_theirs = before.is_some_and(|before| before != present);
        if is_theirs && !(present == Comparable::Empty && is_new) {
            if is_new {
                let message = "a person changed the field, so it was kept, although the call says something new";
                notices.push(Notice::new("UPD-6", name, message));
            }
            return FieldUpdate::Keep(wrote);
        }
        if lacks { FieldUpdate::Leave(wrote) } else { FieldUpdate::Send(wanted) }
    }

    /// Returns what becomes of a field for which this update has no value.
    pub(crate) fn leave(&self, name: &str) -> FieldUpdate<'t> {
        FieldUpdate::Leave(self.wrote(name))
    }

    /// Returns what becomes of Status: it changes if a voicemail was logged as a missed call
    /// (UPD-4).
    pub(crate) fn status(&self, kind: Kind, settings: &'t Settings, notices: &mut Vec<Notice<'t>>) -> FieldUpdate<'t> {
        let Settings { workflow, status, .. } = settings;
        let wanted = || {
            let present = self.get(field::STATUS)?.as_str()?;
            let (missed, voicemail) = (status.value(workflow.missed)?, status.value(workflow.voicemail)?);
            (kind == Kind::Voicemail && present == missed && voicemail != missed).then_some(voicemail)
        };
        match wanted() {
            Some(status) => self.update(field::STATUS, Some(FieldValue::Text(Cow::Borrowed(status))), notices),
            None => self.leave(field::STATUS),
        }
    }

    /// Returns the record whose name the Subject contains (UPD-5).
    pub(crate) fn record<'l>(&self, facts: &Facts<'_>, lookup: &'l dyn Lookup, settings: &Settings) -> TaskRecord<'l> {
        let [who, what] = [field::WHO_ID, field::WHAT_ID].map(|name| self.get(name));
        match (record_id(self.logged), who, what) {
            (Some(id), ..) => {
                let record = id.as_str().and_then(|id| lookup.record(Id::from_first_15(id)?));
                record.map_or(TaskRecord::Unknown, |record| TaskRecord::Named(&record.name))
            }
            // Both are known to be null: the Task has lost its record, or never had one.
            (None, Some(_), Some(_)) => TaskRecord::None,
            (None, ..) => match find(facts, lookup, settings).target {
                Some(target) => target.name().map_or(TaskRecord::None, TaskRecord::Named),
                None => TaskRecord::Unknown,
            },
        }
    }
}

/// The record that a logged Task is on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TaskRecord<'l> {
    Named(&'l str),
    /// No record, or an Account of which only the id is known (REC-9): `{record}` is the other
    /// party's number (SUBJ-9).
    None,
    /// A record whose name is not known, so Subject is not sent.
    Unknown,
}

impl<'l> TaskRecord<'l> {
    /// Returns the record's name, if it is known.
    pub(crate) const fn name(self) -> Option<&'l str> {
        match self {
            Self::Named(name) => Some(name),
            Self::None | Self::Unknown => None,
        }
    }
}

/// Returns the id of the record that a Task is on, as the Task spells it: WhoId, else WhatId
/// (UPD-5).
pub(crate) fn record_id(logged: &LoggedTask) -> Option<&Value> {
    let fields = logged.fields.as_ref()?;
    let mut ids = [field::WHO_ID, field::WHAT_ID].into_iter().filter_map(|name| value_of(fields, name));
    ids.find(|id| Comparable::new(Some(id)) != Comparable::Empty)
}

/// Returns the value of a field, ignoring the case of its name (LIMIT-6).
pub(crate) fn value_of<'t>(fields: &'t Map<String, Value>, field: &str) -> Option<&'t Value> {
    let (name, value) = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(field))?;
    // A map of a caller can have the name twice; what a plan wrote has the exact name.
    if name == field { Some(value) } else { fields.get(field).or(Some(value)) }
}

/// Returns the text of a field with several lines, cleaned; `None` if it is not known.
pub(crate) fn text_of<'t>(fields: &'t Map<String, Value>, field: &str) -> Option<Cow<'t, str>> {
    value_of(fields, field).map(|value| text::text_area(value.as_str().unwrap_or_default()))
}

/// Returns the call's own text when its Description was last written, if known (DESC-7).
///
/// If a response was lost, this is `sent` if the request arrived, else `wrote`.
pub(crate) fn written_description(logged: &LoggedTask, present: &str) -> Option<String> {
    let of = |kept: &Option<Map<_, _>>| Some(text_of(kept.as_ref()?, field::DESCRIPTION)?.into_owned());
    let (wrote, sent) = (of(&logged.wrote), of(&logged.sent));
    sent.filter(|sent| has_arrived(wrote.as_deref().unwrap_or_default(), sent, present)).or(wrote)
}

/// Returns whether the request that replaces `wrote` by `sent` has arrived, as far as the lines of
/// the present text show:
///
/// - If `sent` has lines that `wrote` lacks, all of these lines must be present.
/// - Else, if `sent` lacks lines of `wrote`, all of these lines must be absent.
/// - Else the texts repeat the same lines a different number of times, and these numbers decide.
fn has_arrived(wrote: &str, sent: &str, present: &str) -> bool {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (place, text) in [wrote, sent, present].into_iter().enumerate() {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            counts.entry(line).or_default().get_mut(place).into_iter().for_each(|count| *count += 1);
        }
    }
    let mut new = counts.values().filter(|[wrote, sent, _]| *wrote == 0 && *sent > 0).peekable();
    let mut gone = counts.values().filter(|[wrote, sent, _]| *wrote > 0 && *sent == 0).peekable();
    if new.peek().is_some() {
        // Removed lines prove less, because somebody may have pasted them again.
        return new.all(|[.., present]| *present > 0);
    }
    if gone.peek().is_some() {
        return gone.all(|[.., present]| *present == 0);
    }
    counts.values().any(|[wrote, sent, present]| sent != wrote && sent.cmp(wrote) == present.cmp(wrote))
}

/// A field's value in the form in which values are compared (UPD-3).
#[derive(Debug)]
enum Comparable<'v> {
    /// Null, absent, or a text that is empty after cleaning.
    Empty,
    Text(Cow<'v, str>),
    Number(f64),
    Flag(bool),
    /// A list or an object, which is never the value of a field that the integration writes.
    Other,
}

impl<'v> Comparable<'v> {
    fn new(value: Option<&'v Value>) -> Self {
        match value {
            None | Some(Value::Null) => Self::Empty,
            Some(Value::String(text)) => Self::text(text),
            Some(Value::Number(number)) => number.as_f64().map_or(Self::Other, Self::Number),
            Some(Value::Bool(flag)) => Self::Flag(*flag),
            Some(Value::Array(_) | Value::Object(_)) => Self::Other,
        }
    }

    fn from(value: &'v FieldValue<'_>) -> Self {
        match value {
            FieldValue::Text(text) => Self::text(text),
            // Salesforce sends whole numbers through JSON's floating point as well.
            #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^53")]
            FieldValue::Number(number) => Self::Number(*number as f64),
            FieldValue::Decimal(number) => number.as_f64().map_or(Self::Other, Self::Number),
            FieldValue::Flag(flag) => Self::Flag(*flag),
        }
    }

    fn text(text: &'v str) -> Self {
        let (clean, _) = text::clip(text::line(text), LINE_LIMIT, LengthUnit::Salesforce);
        if clean.is_empty() { Self::Empty } else { Self::Text(clean) }
    }

    /// Returns whether a text is this number or boolean in JSON's spelling (UPD-6).
    fn is_spelled(&self, text: &str) -> bool {
        match self {
            Self::Number(number) => serde_json::from_str(text).ok() == Some(*number),
            Self::Flag(flag) => serde_json::from_str(text).ok() == Some(*flag),
            Self::Empty | Self::Text(_) | Self::Other => false,
        }
    }
}

impl PartialEq for Comparable<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Empty, Self::Empty) => true,
            (Self::Text(one), Self::Text(other)) => one == other,
            // Exact equality is right: JSON returns the nearest `f64` of both numbers.
            (Self::Number(one), Self::Number(other)) => one == other,
            (Self::Flag(one), Self::Flag(other)) => one == other,
            (Self::Text(text), other) | (other, Self::Text(text)) => other.is_spelled(text),
            _ => false,
        }
    }
}
