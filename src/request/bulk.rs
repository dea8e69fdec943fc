//! The CSV of ingest jobs of Bulk API 2.0, for thousands of calls.
//!
//! A job has one object and one operation. The first line of its CSV names the columns. [`Columns`]
//! derives the columns from the settings and writes the first line and a row for each record, all
//! into a buffer that can be used again.
//!
//! ```
//! use aircall_salesforce::request::bulk::Columns;
//! use aircall_salesforce::{Action, Directory, Settings, Webhook, plan_webhook};
//!
//! let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?;
//! let webhook = Webhook::from_json(
//!     r#"{"id": 1, "direction": "outbound", "started_at": 1772457500, "ended_at": 1772457525}"#,
//! )?;
//! let directory = Directory::default();
//! let plan = plan_webhook(&webhook, &directory, &settings);
//!
//! let columns = Columns::of_creates(&settings);
//! let mut csv = Vec::new();
//! columns.write_header(&mut csv);
//! if let Action::Create(create) = &plan.action {
//!     columns.write_create(&create.task, &mut csv)?;
//! }
//! assert!(csv.starts_with(b"Subject,Status,Type,TaskSubtype,CallType,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A row cannot refer to another row. Create a new record in a job of its own first, and write the
//! Task's row when the record's id is known.
//!
//! # Format
//!
//! The encoding is UTF-8, the delimiter a comma and the line ending LF: the defaults of a job.
//!
//! | cell | meaning |
//! |---|---|
//! | empty | the field keeps its value |
//! | `#N/A` | the field is emptied |
//! | `#N/A` and a blank | the text `#N/A`: Salesforce does not store outer blanks |
//!
//! A cell with a quote, a comma or a line break is quoted, and quotes in the cell are doubled.
//! Other cells are not quoted, because a blank beside a quote makes the row an error.
//!
//! Source: Salesforce's Bulk API 2.0 Developer Guide, "Prepare CSV Files" and the limits of Bulk
//! API.

use std::borrow::Cow;
use std::io::Write;
use std::iter::{once, repeat_n};

use crate::salesforce::bytes;
use crate::salesforce::task::{RecordRef, field};
use crate::salesforce::{BodyValue, Id, NewCase, NewRecord, OwnerChange, RecordType, TaskCreate, TaskUpdate};
use crate::settings::Settings;

/// The number of bytes of CSV that a job can have.
///
/// Salesforce's limit is 150 MB after encoding in base64; its guide advises this number.
pub const JOB_LIMIT: usize = 100_000_000;
/// The number of characters that a cell can have.
pub const FIELD_LIMIT: usize = 131_072;

/// The cell that empties a field.
const NULL: &str = "#N/A";
/// The cell for the text `#N/A`.
const NOT_NULL: &str = "#N/A ";

const ID: &str = "Id";

/// The columns of a job, in the order in which a plan's bodies write their fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(Vec<Cow<'static, str>>);

/// The reason why a body cannot be a row of a job. The buffer is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The field refers to a new record of the same plan. Only a composite request can do so.
    #[error("`{0}` is a record that has yet to be made; its row can be written when its id is known")]
    Reference(&'static str),
    /// The job has no such column, or the fields are not in the order of the columns.
    #[error("`{0}` is not among the job's columns, or not in their order")]
    NoColumn(String),
    /// The text has more than [`FIELD_LIMIT`] characters.
    #[error("`{0}` has more than {FIELD_LIMIT} characters")]
    TooLong(String),
}

impl Columns {
    /// Returns the columns of a job that inserts Tasks: every field that a [`TaskCreate`] can have
    /// with these settings.
    #[must_use]
    pub fn of_creates(settings: &Settings) -> Self {
        let task_type = settings.write_type.then_some(field::TYPE);
        let standard = [field::SUBJECT, field::STATUS].into_iter().chain(task_type).chain([
            field::TASK_SUBTYPE,
            field::CALL_TYPE,
            field::CALL_DISPOSITION,
            field::CALL_DURATION_IN_SECONDS,
            field::ACTIVITY_DATE,
            field::OWNER_ID,
            field::WHO_ID,
            field::WHAT_ID,
            field::DESCRIPTION,
        ]);
        Self::with_named(standard, settings)
    }

    /// Returns the columns of a job that updates Tasks: `Id` and every field that a [`TaskUpdate`]
    /// can have.
    #[must_use]
    pub fn of_updates(settings: &Settings) -> Self {
        let standard = [
            ID,
            field::SUBJECT,
            field::STATUS,
            field::CALL_DISPOSITION,
            field::CALL_DURATION_IN_SECONDS,
            field::DESCRIPTION,
        ];
        Self::with_named(standard, settings)
    }

    /// Returns the columns of a job that inserts the new records of plans.
    #[must_use]
    pub fn of_records(record_type: RecordType) -> Self {
        Self::fixed(match record_type {
            RecordType::Contact => &["FirstName", "LastName", "Phone", "OwnerId"],
            RecordType::Lead => &["FirstName", "LastName", "Company", "Phone", "OwnerId"],
            RecordType::Account | RecordType::PersonAccount => &["Name", "Phone", "OwnerId"],
        })
    }

    /// Returns the columns of a job that inserts Cases.
    #[must_use]
    pub fn of_cases() -> Self {
        Self::fixed(&["ContactId", "Origin", "Subject", "OwnerId"])
    }

    /// Returns the columns of a job that changes the owners of one object's records.
    #[must_use]
    pub fn of_owners() -> Self {
        Self::fixed(&[ID, field::OWNER_ID])
    }

    fn fixed(names: &[&'static str]) -> Self {
        Self(names.iter().copied().map(Cow::Borrowed).collect())
    }

    fn with_named(standard: impl IntoIterator<Item = &'static str>, settings: &Settings) -> Self {
        let named = settings.field_names.all().map(|name| Cow::Owned(name.as_str().to_owned()));
        Self(standard.into_iter().map(Cow::Borrowed).chain(named).collect())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Appends the line that names the columns.
    pub fn write_header(&self, out: &mut Vec<u8>) {
        for name in self.names() {
            out.extend_from_slice(name.as_bytes());
            out.push(b',');
        }
        end_line(out);
    }

    /// Appends the row of a new Task.
    ///
    /// # Errors
    ///
    /// Fails if the Task refers to a new record or Case of the same plan, if the plan has other
    /// settings than the columns, or if a text is longer than [`FIELD_LIMIT`].
    pub fn write_create(&self, task: &TaskCreate<'_>, out: &mut Vec<u8>) -> Result<(), RowError> {
        must_exist(task.who_id, field::WHO_ID)?;
        must_exist(task.what_id, field::WHAT_ID)?;
        self.write(task.fields(), out)
    }

    /// Appends the row of an updated Task.
    ///
    /// # Errors
    ///
    /// Fails if the plan has other settings than the columns, or if a text is longer than
    /// [`FIELD_LIMIT`].
    pub fn write_update(&self, id: Id, task: &TaskUpdate<'_>, out: &mut Vec<u8>) -> Result<(), RowError> {
        self.write(once((ID, BodyValue::Text(id.as_str()))).chain(task.fields()), out)
    }

    /// Appends the row of a new record.
    ///
    /// # Errors
    ///
    /// Fails if the columns are for another type of record.
    pub fn write_record(&self, record: &NewRecord<'_>, out: &mut Vec<u8>) -> Result<(), RowError> {
        self.write(record.fields(), out)
    }

    /// Appends the row of a new Case.
    ///
    /// # Errors
    ///
    /// Fails if the Case refers to a new Contact of the same plan.
    pub fn write_case(&self, case: &NewCase<'_>, out: &mut Vec<u8>) -> Result<(), RowError> {
        must_exist(Some(case.contact_id), "ContactId")?;
        self.write(case.fields(), out)
    }

    /// Appends the row of a record's new owner.
    ///
    /// # Errors
    ///
    /// Fails if the columns are not those of [`Columns::of_owners`].
    pub fn write_owner(&self, change: &OwnerChange, out: &mut Vec<u8>) -> Result<(), RowError> {
        self.write(once((ID, BodyValue::Text(change.id.as_str()))).chain(change.fields()), out)
    }

    fn write<'b>(
        &self,
        fields: impl Iterator<Item = (&'b str, BodyValue<'b>)>,
        out: &mut Vec<u8>,
    ) -> Result<(), RowError> {
        let before = out.len();
        let written = self.write_cells(fields, out);
        if written.is_err() {
            out.truncate(before);
        }
        written
    }

    fn write_cells<'b>(
        &self,
        fields: impl Iterator<Item = (&'b str, BodyValue<'b>)>,
        out: &mut Vec<u8>,
    ) -> Result<(), RowError> {
        // Bodies write their fields in the order of the columns, so the search for a field starts
        // behind the cell before it.
        let mut rest = self.0.as_slice();
        for (name, value) in fields {
            let place = rest.iter().position(|column| column == name);
            let behind = place.and_then(|place| Some((place, rest.get(place + 1..)?)));
            let (skipped, behind) = behind.ok_or_else(|| RowError::NoColumn(name.to_owned()))?;
            out.extend(repeat_n(b',', skipped));
            write_value(name, value, out)?;
            out.push(b',');
            rest = behind;
        }
        out.extend(repeat_n(b',', rest.len()));
        end_line(out);
        Ok(())
    }
}

fn must_exist(record: Option<RecordRef>, name: &'static str) -> Result<(), RowError> {
    match record {
        Some(RecordRef::NewRecord | RecordRef::NewCase) => Err(RowError::Reference(name)),
        Some(RecordRef::Id(_)) | None => Ok(()),
    }
}

/// Replaces the comma after the last cell by a line break.
fn end_line(out: &mut [u8]) {
    if let Some(comma) = out.last_mut() {
        *comma = b'\n';
    }
}

fn write_value(name: &str, value: BodyValue<'_>, out: &mut Vec<u8>) -> Result<(), RowError> {
    match value {
        BodyValue::Text(text) if text.len() > FIELD_LIMIT && text.chars().count() > FIELD_LIMIT => {
            return Err(RowError::TooLong(name.to_owned()));
        }
        BodyValue::Text(NULL) => out.extend_from_slice(NOT_NULL.as_bytes()),
        BodyValue::Text(text) => quote(text.as_bytes(), out),
        // Writing to a `Vec` cannot fail.
        BodyValue::Number(number) => drop(write!(out, "{number}")),
        BodyValue::Flag(flag) => drop(write!(out, "{flag}")),
        BodyValue::Date(date) => drop(write!(out, "{date}")),
        BodyValue::Null => out.extend_from_slice(NULL.as_bytes()),
    }
    Ok(())
}

fn quote(text: &[u8], out: &mut Vec<u8>) {
    if !bytes::any(text, |byte| bytes::is_in(byte, [(b'\n', b'\r'), (b'"', b'"'), (b',', b',')])) {
        return out.extend_from_slice(text);
    }
    out.push(b'"');
    for part in text.split_inclusive(|&byte| byte == b'"') {
        out.extend_from_slice(part);
        if part.ends_with(b"\"") {
            out.push(b'"');
        }
    }
    out.push(b'"');
}
