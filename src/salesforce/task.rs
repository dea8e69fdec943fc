//! The Task that logs a call: a body to create it, and a body to update it.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::id::Id;

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

/// The names of all standard fields of Task (Object Reference v67): no setting may name one of them (LIMIT-6).
pub const STANDARD_FIELDS: [&str; 46] = [
    "AccountId",
    "ActivityDate",
    "CallDisposition",
    "CallDurationInSeconds",
    "CallObject",
    "CallType",
    "CompletedDateTime",
    "CreatedById",
    "CreatedDate",
    "CurrencyIsoCode",
    "Description",
    "Division",
    "Id",
    "IsArchived",
    "IsClosed",
    "IsDeleted",
    "IsHighPriority",
    "IsRecurrence",
    "IsReminderSet",
    "IsVisibleInSelfService",
    "LastModifiedById",
    "LastModifiedDate",
    "OwnerId",
    "Priority",
    "RecurrenceActivityId",
    "RecurrenceDayOfMonth",
    "RecurrenceDayOfWeekMask",
    "RecurrenceEndDateOnly",
    "RecurrenceInstance",
    "RecurrenceInterval",
    "RecurrenceMonthOfYear",
    "RecurrenceRegeneratedType",
    "RecurrenceStartDateOnly",
    "RecurrenceTimeZoneSidKey",
    "RecurrenceType",
    "ReminderDateTime",
    "Status",
    "Subject",
    "SystemModstamp",
    "TaskSubtype",
    "TaskWhoIds",
    "Type",
    "WhatCount",
    "WhatId",
    "WhoCount",
    "WhoId",
];

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
        serializer.serialize_str(match self {
            Self::Id(id) => id.as_str(),
            Self::NewRecord => "@{record.id}",
            Self::NewCase => "@{case.id}",
        })
    }
}

/// The values of `CallType` that calls have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum CallType {
    /// From the other party to a line.
    Inbound,
    /// From a line to the other party.
    Outbound,
}

/// The value of a field whose name is a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum PackageValue<'a> {
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
    pub named: Vec<(&'a str, PackageValue<'a>)>,
}

impl Serialize for TaskCreate<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
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
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, field::SUBJECT, subject.as_ref())?;
        map.serialize_entry(field::STATUS, status)?;
        optional(&mut map, field::TYPE, task_type.as_ref())?;
        map.serialize_entry(field::TASK_SUBTYPE, task_subtype)?;
        map.serialize_entry(field::CALL_TYPE, call_type)?;
        map.serialize_entry(field::CALL_DISPOSITION, call_disposition)?;
        optional(&mut map, field::CALL_DURATION_IN_SECONDS, call_duration_in_seconds.as_ref())?;
        map.serialize_entry(field::ACTIVITY_DATE, &Day(*activity_date))?;
        optional(&mut map, field::OWNER_ID, owner_id.as_ref())?;
        optional(&mut map, field::WHO_ID, who_id.as_ref())?;
        optional(&mut map, field::WHAT_ID, what_id.as_ref())?;
        optional(&mut map, field::DESCRIPTION, description.as_ref())?;
        for (name, value) in named {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn optional<M: SerializeMap, T: Serialize>(map: &mut M, name: &'static str, value: Option<&T>) -> Result<(), M::Error> {
    value.map_or(Ok(()), |value| map.serialize_entry(name, value))
}

/// A date as `YYYY-MM-DD`.
struct Day(NaiveDate);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let year = self.0.year().unsigned_abs();
        let (month, day) = (self.0.month(), self.0.day());
        let digit = |number: u32| char::from_digit(number % 10, 10).unwrap_or('0') as u8;
        let text = [
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
        ];
        serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// What an update does to one field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// Nothing: the field is not in the body.
    #[default]
    Keep,
    /// Empties it: `null`.
    Clear,
    /// Gives it a value.
    Set(T),
}

impl<T> Change<T> {
    /// Whether the field stays as it is.
    #[must_use]
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

/// The body that updates a Task: only the fields that change (UPD-3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskUpdate<'a> {
    /// `Subject`
    pub subject: Change<Cow<'a, str>>,
    /// `Status`, for a voicemail that became known late (UPD-4).
    pub status: Change<&'a str>,
    /// `CallDisposition`
    pub call_disposition: Change<Cow<'a, str>>,
    /// `CallDurationInSeconds`
    pub call_duration_in_seconds: Change<u32>,
    /// `Description`
    pub description: Change<Cow<'a, str>>,
    /// The package's fields and the call id; those that stay are not in the list. `None` empties the field.
    pub named: Vec<(&'a str, Option<PackageValue<'a>>)>,
}

impl TaskUpdate<'_> {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { subject, status, call_disposition, call_duration_in_seconds, description, named } = self;
        subject.is_keep()
            && status.is_keep()
            && call_disposition.is_keep()
            && call_duration_in_seconds.is_keep()
            && description.is_keep()
            && named.is_empty()
    }
}

impl Serialize for TaskUpdate<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { subject, status, call_disposition, call_duration_in_seconds, description, named } = self;
        let mut map = serializer.serialize_map(None)?;
        change(&mut map, field::SUBJECT, subject)?;
        change(&mut map, field::STATUS, status)?;
        change(&mut map, field::CALL_DISPOSITION, call_disposition)?;
        change(&mut map, field::CALL_DURATION_IN_SECONDS, call_duration_in_seconds)?;
        change(&mut map, field::DESCRIPTION, description)?;
        for (name, value) in named {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn change<M: SerializeMap, T: Serialize>(map: &mut M, name: &'static str, change: &Change<T>) -> Result<(), M::Error> {
    match change {
        Change::Keep => Ok(()),
        Change::Clear => map.serialize_entry(name, &()),
        Change::Set(value) => map.serialize_entry(name, value),
    }
}
