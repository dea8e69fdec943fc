//! The Task that logs a call: a body to create it, and a body to update it.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::body::{self, Body, Entries, Sink};
use super::fields;
use super::id::Id;
use crate::json::words;

/// The API names of the standard fields that the mapping writes.
pub mod field {
    /// The text people see first.
    pub const SUBJECT: &str = "Subject";
    /// Shown as "Comments".
    pub const DESCRIPTION: &str = "Description";
    /// Shown as "Call Result".
    pub const CALL_DISPOSITION: &str = "CallDisposition";
    /// Seconds from the answer to the end.
    pub const CALL_DURATION_IN_SECONDS: &str = "CallDurationInSeconds";
    /// Free for the integration's own use; here the call id.
    pub const CALL_OBJECT: &str = "CallObject";
    /// `Inbound` or `Outbound`.
    pub const CALL_TYPE: &str = "CallType";
    /// The due date, in UTC.
    pub const ACTIVITY_DATE: &str = "ActivityDate";
    /// Open or closed.
    pub const STATUS: &str = "Status";
    /// `Call`; hidden in many orgs.
    pub const TYPE: &str = "Type";
    /// `Call`; only on create.
    pub const TASK_SUBTYPE: &str = "TaskSubtype";
    /// Whose Task it is.
    pub const OWNER_ID: &str = "OwnerId";
    /// A Contact or Lead.
    pub const WHO_ID: &str = "WhoId";
    /// Anything but a person.
    pub const WHAT_ID: &str = "WhatId";
}

/// A record that the Task, or a new Case, points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordRef {
    /// One that exists.
    Id(Id),
    /// The record made in the same plan: `@{record.id}`, the notation of composite requests.
    NewRecord,
    /// The Case made in the same plan: `@{case.id}`.
    NewCase,
}

impl Serialize for RecordRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

const NEW_RECORD: &str = "@{record.id}";
const NEW_CASE: &str = "@{case.id}";

impl RecordRef {
    /// The id, or the reference that stands for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Id(id) => id.as_str(),
            Self::NewRecord => NEW_RECORD,
            Self::NewCase => NEW_CASE,
        }
    }

    /// The same; all of it ASCII.
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Id(id) => id.as_bytes(),
            made => made.as_str().as_bytes(),
        }
    }

    /// The record made in the same plan that a text refers to.
    pub(super) fn made(text: &str) -> Option<Self> {
        match text {
            NEW_RECORD => Some(Self::NewRecord),
            NEW_CASE => Some(Self::NewCase),
            _ => None,
        }
    }
}

words! {
    /// The values of `CallType` that calls have.
    pub enum CallType {
        /// From the other party to a line.
        Inbound = "Inbound",
        /// From a line to the other party.
        Outbound = "Outbound",
    }
}

/// The API name of a field whose name is a setting: of one that an org or a package added, or `CallObject`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldName<'a>(&'a str);

impl<'a> FieldName<'a> {
    /// `None` for anything else.
    #[must_use]
    pub fn new(name: &'a str) -> Option<Self> {
        (name == field::CALL_OBJECT || fields::is_custom_name(name)).then_some(Self(name))
    }

    /// Of a name that has been checked so.
    pub(crate) const fn checked(name: &'a str) -> Self {
        Self(name)
    }

    /// The name.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

/// The value of a field whose name is a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FieldValue<'a> {
    /// A text, never empty.
    Text(Cow<'a, str>),
    /// A whole number.
    Number(i64),
    /// A checkbox.
    Flag(bool),
}

/// The body that creates a Task.
///
/// Never in it: `Priority`, `CreatedById`, `LastModifiedById`, `RecordTypeId`; Salesforce fills them (LOG-6).
#[derive(Debug, Clone, PartialEq)]
pub struct TaskCreate<'a> {
    /// `Subject`
    pub subject: Option<Cow<'a, str>>,
    /// `Status`
    pub status: &'a str,
    /// `Type`, which many orgs hide.
    pub task_type: Option<&'static str>,
    /// `TaskSubtype`
    pub task_subtype: &'static str,
    /// `CallType`
    pub call_type: CallType,
    /// `CallDisposition`
    pub call_disposition: Cow<'a, str>,
    /// `CallDurationInSeconds`; `None` while the call runs.
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
    /// The package's fields and the call id, under the names that the settings give them.
    pub named: Vec<(FieldName<'a>, Option<FieldValue<'a>>)>,
}

impl Body for TaskCreate<'_> {
    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), S::Error> {
        let Self {
            subject,
            status,
            task_type,
            task_subtype,
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
        if let Some(subject) = subject {
            sink.text(field::SUBJECT, subject)?;
        }
        sink.text(field::STATUS, status)?;
        if let Some(task_type) = task_type {
            sink.text(field::TYPE, task_type)?;
        }
        sink.text(field::TASK_SUBTYPE, task_subtype)?;
        sink.plain(field::CALL_TYPE, call_type.as_str().as_bytes())?;
        sink.text(field::CALL_DISPOSITION, call_disposition)?;
        if let Some(seconds) = call_duration_in_seconds {
            sink.number(field::CALL_DURATION_IN_SECONDS, i64::from(*seconds))?;
        }
        sink.plain(field::ACTIVITY_DATE, &day(*activity_date))?;
        if let Some(owner_id) = owner_id {
            sink.plain(field::OWNER_ID, owner_id.as_bytes())?;
        }
        if let Some(who_id) = who_id {
            sink.plain(field::WHO_ID, who_id.as_bytes())?;
        }
        if let Some(what_id) = what_id {
            sink.plain(field::WHAT_ID, what_id.as_bytes())?;
        }
        if let Some(description) = description {
            sink.text(field::DESCRIPTION, description)?;
        }
        named.iter().try_for_each(|(name, value)| match value {
            Some(value) => value.write(name.as_str(), sink),
            None => Ok(()),
        })
    }
}

impl FieldValue<'_> {
    fn write<S: Sink>(&self, name: &str, sink: &mut S) -> Result<(), S::Error> {
        match self {
            Self::Text(text) => sink.text(name, text),
            Self::Number(number) => sink.number(name, *number),
            Self::Flag(flag) => sink.flag(name, *flag),
        }
    }
}

/// A date as `YYYY-MM-DD`.
fn day(date: NaiveDate) -> [u8; 10] {
    let year = date.year().unsigned_abs();
    let (month, day) = (date.month(), date.day());
    let digit = |number: u32| char::from_digit(number % 10, 10).unwrap_or('0') as u8;
    [
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(day / 10),
        digit(day),
    ]
}

/// The body that updates a Task: only the fields that change (UPD-3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskUpdate<'a> {
    changes: Vec<(&'a str, Option<FieldValue<'a>>)>,
}

impl<'a> TaskUpdate<'a> {
    /// Returns the body with these fields; `None` empties a field.
    #[must_use]
    pub const fn new(changes: Vec<(&'a str, Option<FieldValue<'a>>)>) -> Self {
        Self { changes }
    }

    /// Returns the fields that change, by API name; `None` empties a field.
    pub fn changes(&self) -> impl Iterator<Item = (&'a str, Option<&FieldValue<'a>>)> {
        self.changes.iter().map(|(name, value)| (*name, value.as_ref()))
    }

    /// Returns whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl Body for TaskUpdate<'_> {
    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), S::Error> {
        self.changes().try_for_each(|(name, value)| match value {
            Some(value) => value.write(name, sink),
            None => sink.null(name),
        })
    }
}

/// A body writes its fields once, for serde and for [`TaskCreate::write_json`] alike.
macro_rules! body {
    ($($body:ident)*) => {$(
        impl Serialize for $body<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                self.write(&mut Entries(&mut map))?;
                map.end()
            }
        }

        impl $body<'_> {
            /// Appends the body's JSON, the bytes that serde would give, to a buffer that can be used again: about three times as fast.
            pub fn write_json(&self, out: &mut Vec<u8>) {
                body::append(self, out);
            }
        }
    )*};
}

body! { TaskCreate TaskUpdate }
