//! The Task that logs a call or message: the body that creates the Task, and the body that updates
//! it.

use std::borrow::Cow;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use super::body::{self, BodyValue};
use super::fields;
use super::id::Id;
use crate::json::words;

/// The API names of the standard fields that the mapping writes.
pub mod field {
    /// The urgency of the Task, which is written only if the setting `extra_fields` names it.
    pub const PRIORITY: &str = "Priority";
    /// The record type, which is written only if the setting `extra_fields` names it.
    pub const RECORD_TYPE_ID: &str = "RecordTypeId";
    /// The text that lists of Tasks show.
    pub const SUBJECT: &str = "Subject";
    /// The field that Salesforce labels "Comments".
    pub const DESCRIPTION: &str = "Description";
    /// The field that Salesforce labels "Call Result".
    pub const CALL_DISPOSITION: &str = "CallDisposition";
    /// The seconds from the answer to the end of the call.
    pub const CALL_DURATION_IN_SECONDS: &str = "CallDurationInSeconds";
    /// A field for the integration's own use; the mapping can write the call id there.
    pub const CALL_OBJECT: &str = "CallObject";
    /// `Inbound` or `Outbound`.
    pub const CALL_TYPE: &str = "CallType";
    /// The due date: the day on which the call began.
    pub const ACTIVITY_DATE: &str = "ActivityDate";
    /// The state of the Task, open or closed.
    pub const STATUS: &str = "Status";
    /// `Call`, or the setting `message_type` of a message; many orgs hide the field.
    pub const TYPE: &str = "Type";
    /// `Call`; only a create can set the field.
    pub const TASK_SUBTYPE: &str = "TaskSubtype";
    /// The user or queue that owns the Task.
    pub const OWNER_ID: &str = "OwnerId";
    /// The Contact or Lead of the Task.
    pub const WHO_ID: &str = "WhoId";
    /// The record that the Task is related to: an Account, a Case or an Opportunity.
    pub const WHAT_ID: &str = "WhatId";
}

/// The standard fields that an update may write (UPD-2, UPD-4), in the order of the body.
pub(crate) const ON_UPDATE: [&str; 5] =
    [field::SUBJECT, field::STATUS, field::CALL_DISPOSITION, field::CALL_DURATION_IN_SECONDS, field::DESCRIPTION];

/// The standard fields that only the Tasks of calls have (MSG-8).
pub(crate) const OF_CALLS: [&str; 2] = [field::CALL_DISPOSITION, field::CALL_DURATION_IN_SECONDS];

/// The standard fields that the setting `extra_fields` can name; only a create writes them
/// (FIELD-5).
pub(crate) const CREATE_ONLY: [&str; 2] = [field::PRIORITY, field::RECORD_TYPE_ID];

/// A record that the Task, or a new Case, refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordRef {
    /// A record that exists.
    Id(Id),
    /// The record that the same plan creates: `@{record.id}`, the notation of composite requests.
    NewRecord,
    /// The Case that the same plan creates: `@{case.id}`.
    NewCase,
}

const NEW_RECORD: &str = "@{record.id}";
const NEW_CASE: &str = "@{case.id}";

impl RecordRef {
    /// Returns the id, or the reference in place of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Id(id) => id.as_str(),
            Self::NewRecord => NEW_RECORD,
            Self::NewCase => NEW_CASE,
        }
    }

    /// Parses a reference to a record that the same plan creates.
    pub(super) fn parse_new(text: &str) -> Option<Self> {
        match text {
            NEW_RECORD => Some(Self::NewRecord),
            NEW_CASE => Some(Self::NewCase),
            _ => None,
        }
    }
}

words! {
    /// The direction of a call, as `CallType` spells it.
    pub enum CallType {
        /// The other party called a company number.
        Inbound = "Inbound",
        /// A company number called the other party.
        Outbound = "Outbound",
    }
}

/// The API name of a field that the settings name: a custom field, `CallObject`, `Priority` or
/// `RecordTypeId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldName<'a>(&'a str);

impl<'a> FieldName<'a> {
    /// Returns the name of a custom field or `CallObject`; `None` for every other text.
    #[must_use]
    pub fn new(name: &'a str) -> Option<Self> {
        (name == field::CALL_OBJECT || fields::is_custom_name(name)).then_some(Self(name))
    }

    /// Wraps a name that the settings have checked the same way.
    pub(crate) const fn checked(name: &'a str) -> Self {
        Self(name)
    }

    /// Returns the name.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

/// The value of a field whose name is a setting, or of a field in a [`TaskUpdate`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue<'a> {
    /// A text that is not empty.
    Text(Cow<'a, str>),
    /// A whole number.
    Number(i64),
    /// A number from the setting `extra_fields`.
    Decimal(serde_json::Number),
    /// The state of a checkbox.
    Flag(bool),
}

/// `Type` and `TaskSubtype` of a logged call (LOG-3), and by default of a message (MSG-8).
pub(crate) const CALL: &str = "Call";

/// The body that creates a Task.
///
/// - **LOG-3**: `Type` and `TaskSubtype` are `Call`; MSG-8 describes the `Type` of a message. If
///   `Type` is hidden from the integration's user, Salesforce refuses the whole Task. The setting
///   `write_type: false` leaves `Type` out. `TaskSubtype` can only be set on create.
/// - **LOG-6**: Salesforce fills the other fields. `CreatedById` and `LastModifiedById` are never
///   written: they are the admin, who therefore needs access to the API. `Priority` (`Normal`) and
///   `RecordTypeId` (the admin's default record type) are written only if the setting
///   `extra_fields` names them. A new record has none of the four fields.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TaskCreate<'a> {
    /// `Subject`
    pub subject: Option<Cow<'a, str>>,
    /// `Status`
    pub status: &'a str,
    /// `Type`; many orgs hide the field.
    pub task_type: Option<&'a str>,
    /// `CallType`
    pub call_type: CallType,
    /// `CallDisposition`; `None` for a message.
    pub call_disposition: Option<Cow<'a, str>>,
    /// `CallDurationInSeconds`; `None` while the call is running, and for a message.
    pub call_duration_in_seconds: Option<u32>,
    /// `ActivityDate`
    pub activity_date: NaiveDate,
    /// `OwnerId`
    pub owner_id: Option<Id>,
    /// `WhoId`
    pub who_id: Option<RecordRef>,
    /// `WhatId`
    pub what_id: Option<RecordRef>,
    /// `Description`
    pub description: Option<Cow<'a, str>>,
    /// The package's fields, the call id and fields of your own, under the names in the settings. A
    /// field whose value is `None` is not in the body: the call has no value for the field.
    pub named: Vec<(FieldName<'a>, Option<FieldValue<'a>>)>,
}

impl TaskCreate<'_> {
    /// Returns the fields of the body, in the order in which they are sent.
    pub fn fields(&self) -> impl Iterator<Item = (&str, BodyValue<'_>)> + Clone {
        self.all_fields().filter_map(|(name, value)| Some((name, value?)))
    }

    /// Returns every field that the body can have, `None` for a field that it leaves out.
    pub(crate) fn all_fields(&self) -> impl Iterator<Item = (&str, Option<BodyValue<'_>>)> + Clone {
        // Destructured without `..`, so that the compiler reports a field that is added later.
        let Self {
            subject,
            status,
            task_type,
            call_type,
            call_disposition,
            call_duration_in_seconds,
            activity_date,
            owner_id,
            who_id,
            what_id,
            description,
            named,
        } = self;
        let duration = call_duration_in_seconds.map(|seconds| BodyValue::Number(seconds.into()));
        let standard = [
            (field::SUBJECT, subject.as_deref().map(BodyValue::Text)),
            (field::STATUS, Some(BodyValue::Text(status))),
            (field::TYPE, task_type.map(BodyValue::Text)),
            (field::TASK_SUBTYPE, Some(BodyValue::Text(CALL))),
            (field::CALL_TYPE, Some(BodyValue::Text(call_type.as_str()))),
            (field::CALL_DISPOSITION, call_disposition.as_deref().map(BodyValue::Text)),
            (field::CALL_DURATION_IN_SECONDS, duration),
            (field::ACTIVITY_DATE, Some(BodyValue::Date(*activity_date))),
            (field::OWNER_ID, owner_id.as_ref().map(|id| BodyValue::Text(id.as_str()))),
            (field::WHO_ID, who_id.as_ref().map(|id| BodyValue::Text(id.as_str()))),
            (field::WHAT_ID, what_id.as_ref().map(|id| BodyValue::Text(id.as_str()))),
            (field::DESCRIPTION, description.as_deref().map(BodyValue::Text)),
        ];
        let named = named.iter().map(|(name, value)| (name.as_str(), value.as_ref().map(FieldValue::to_body)));
        standard.into_iter().chain(named)
    }

    /// Appends the body's JSON to a buffer that can be used again.
    ///
    /// The bytes are those of `serde_json::to_writer`, which takes about three times as long.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        body::write_json(self.fields(), out);
    }
}

impl FieldValue<'_> {
    pub(crate) fn to_body(&self) -> BodyValue<'_> {
        match self {
            Self::Text(text) => BodyValue::Text(text),
            Self::Number(number) => BodyValue::Number(*number),
            Self::Decimal(number) => BodyValue::Decimal(number),
            Self::Flag(flag) => BodyValue::Flag(*flag),
        }
    }
}

/// The body that updates a Task: only the fields that change (UPD-3).
///
/// ```
/// use aircall_salesforce::TaskUpdate;
/// use aircall_salesforce::salesforce::FieldValue;
///
/// let subject = FieldValue::Text("Call with Ada".into());
/// let update = TaskUpdate::new(vec![("Subject", Some(subject)), ("Description", None)])
///     .ok_or("a name that is no API name")?;
/// let body = serde_json::to_string(&update)?;
/// assert_eq!(body, r#"{"Subject":"Call with Ada","Description":null}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskUpdate<'a>(Vec<(&'a str, Option<FieldValue<'a>>)>);

impl<'a> TaskUpdate<'a> {
    /// Builds the body from API names and values, where `None` empties a field. Returns `None` if a
    /// name contains anything but letters, digits and underscores.
    #[must_use]
    pub fn new(changes: Vec<(&'a str, Option<FieldValue<'a>>)>) -> Option<Self> {
        // A name is written without escapes.
        let is_plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        changes.iter().all(|(name, _)| is_plain(name)).then_some(Self(changes))
    }

    /// Builds the body from names that the settings or this library have checked.
    pub(crate) const fn checked(changes: Vec<(&'a str, Option<FieldValue<'a>>)>) -> Self {
        Self(changes)
    }

    /// Returns whether the update changes nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the fields of the body, in the order in which they are sent.
    pub fn fields(&self) -> impl Iterator<Item = (&str, BodyValue<'_>)> + Clone {
        self.0.iter().map(|(name, value)| (*name, value.as_ref().map_or(BodyValue::Null, FieldValue::to_body)))
    }

    /// Appends the body's JSON to a buffer that can be used again, as
    /// [`TaskCreate::write_json`] does.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        body::write_json(self.fields(), out);
    }
}

impl Serialize for TaskCreate<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields())
    }
}

impl Serialize for TaskUpdate<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields())
    }
}
