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
//!     columns.write_row(None, create.task.fields(), &mut csv)?;
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

use std::io::Write;

use super::graph::{OPENING, REFERENCE_FIELDS};
use crate::salesforce::task::{ON_UPDATE, field};
use crate::salesforce::{BodyValue, FieldName, Id, Object, bytes};
use crate::settings::Settings;

/// The number of bytes of CSV that a job can have.
///
/// Salesforce's limit is 150 MB after encoding in base64; its guide advises this number.
pub const JOB_LIMIT: usize = 100_000_000;
/// The number of characters that a cell can have.
const FIELD_LIMIT: usize = 131_072;

/// The cell that empties a field.
const NULL: &str = "#N/A";
/// The cell for the text `#N/A`.
const NOT_NULL: &str = "#N/A ";

const ID: &str = "Id";

/// The columns of a job, in the order in which a plan's bodies write their fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(Vec<String>);

/// The reason why a body cannot be a row of a job. The buffer is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// The field refers to a new record of the same plan. Only a composite request can contain such
    /// a reference.
    #[error("`{0}` refers to a record that does not exist yet; the row can be written once its id is known")]
    Reference(String),
    /// Another error of the field: the job has no such column, the fields are not in the order of
    /// the columns, or the text has more than 131,072 characters.
    #[error("`{0}` {1}")]
    Field(String, &'static str),
}

const NO_COLUMN: &str = "is not among the job's columns, or not in their order";
const TOO_LONG: &str = "has more than 131072 characters";

impl Columns {
    /// Returns the columns of a job that inserts Tasks: every field that a
    /// [`TaskCreate`](crate::TaskCreate) can have with these settings.
    #[must_use]
    pub fn of_creates(settings: &Settings) -> Self {
        let standard = [
            field::SUBJECT,
            field::STATUS,
            field::TYPE,
            field::TASK_SUBTYPE,
            field::CALL_TYPE,
            field::CALL_DISPOSITION,
            field::CALL_DURATION_IN_SECONDS,
            field::ACTIVITY_DATE,
            field::OWNER_ID,
            field::WHO_ID,
            field::WHAT_ID,
            field::DESCRIPTION,
        ];
        // A column that the org hides is an error of the job, even if all its cells are empty.
        let standard = standard.into_iter().filter(|name| settings.write_type || *name != field::TYPE);
        Self::new(standard.chain(settings.names_on_create().map(FieldName::as_str)))
    }

    /// Returns the columns of a job that updates Tasks: `Id` and every field that a
    /// [`TaskUpdate`](crate::TaskUpdate) can have.
    #[must_use]
    pub fn of_updates(settings: &Settings) -> Self {
        Self::new([ID].into_iter().chain(ON_UPDATE).chain(settings.names_on_update().map(FieldName::as_str)))
    }

    /// Returns the columns of a job that inserts the new records of plans: Contacts, Leads,
    /// Accounts or Cases. There are no columns for other objects.
    #[must_use]
    pub fn of_records(object: Object) -> Self {
        let names: &[_] = match object {
            Object::Contact => &["FirstName", "LastName", "Phone", field::OWNER_ID],
            Object::Lead => &["FirstName", "LastName", "Company", "Phone", field::OWNER_ID],
            Object::Account => &["Name", "Phone", field::OWNER_ID],
            Object::Case => &["ContactId", "Origin", field::SUBJECT, field::OWNER_ID],
            Object::User | Object::Group | Object::Opportunity | Object::Task | Object::RecordType => &[],
        };
        Self::new(names.iter().copied())
    }

    /// Returns the columns of a job that changes the owners of one object's records.
    #[must_use]
    pub fn of_owners() -> Self {
        Self::new([ID, field::OWNER_ID])
    }

    fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self(names.into_iter().map(str::to_owned).collect())
    }

    /// Appends the line that names the columns.
    pub fn write_header(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.join(",").as_bytes());
        out.push(b'\n');
    }

    /// Appends the row of a body, such as [`TaskCreate::fields`](crate::TaskCreate::fields).
    ///
    /// `id` is the id of the record that the row updates.
    ///
    /// # Errors
    ///
    /// Fails if the body refers to a new record or Case of the same plan, if the body has fields
    /// that are not columns, or if a text has more than 131,072 characters.
    pub fn write_row<'b>(
        &self,
        id: Option<&'b Id>,
        fields: impl Iterator<Item = (&'b str, BodyValue<'b>)>,
        out: &mut Vec<u8>,
    ) -> Result<(), RowError> {
        let before = out.len();
        let id = id.map(|id| (ID, BodyValue::Text(id.as_str())));
        let written = self.write_cells(id.into_iter().chain(fields), out);
        // A caller writes the other rows of the job into the same buffer.
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
        // Bodies write their fields in the order of the columns.
        let mut fields = fields.peekable();
        for (place, column) in self.0.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            if let Some((name, value)) = fields.next_if(|(name, _)| name == column) {
                write_value(name, value, out)?;
            }
        }
        out.push(b'\n');
        let left_over = fields.next().map(|(name, _)| RowError::Field(name.to_owned(), NO_COLUMN));
        left_over.map_or(Ok(()), Err)
    }
}

fn write_value(name: &str, value: BodyValue<'_>, out: &mut Vec<u8>) -> Result<(), RowError> {
    match value {
        // Only a composite request resolves such a reference; a job would take it for an id.
        BodyValue::Text(text) if text.starts_with(OPENING) && REFERENCE_FIELDS.contains(&name) => {
            return Err(RowError::Reference(name.to_owned()));
        }
        BodyValue::Text(text) if text.len() > FIELD_LIMIT && text.chars().count() > FIELD_LIMIT => {
            return Err(RowError::Field(name.to_owned(), TOO_LONG));
        }
        BodyValue::Text(NULL) => out.extend_from_slice(NOT_NULL.as_bytes()),
        BodyValue::Text(text) if !bytes::any(text.as_bytes(), is_quoted) => out.extend_from_slice(text.as_bytes()),
        BodyValue::Text(text) => drop(write!(out, "\"{}\"", text.replace('"', "\"\""))),
        // Writing to a `Vec` cannot fail.
        BodyValue::Number(number) => drop(write!(out, "{number}")),
        BodyValue::Decimal(number) => drop(write!(out, "{number}")),
        BodyValue::Flag(flag) => drop(write!(out, "{flag}")),
        BodyValue::Date(date) => drop(write!(out, "{date}")),
        BodyValue::Null => out.extend_from_slice(NULL.as_bytes()),
    }
    Ok(())
}

fn is_quoted(byte: u8) -> bool {
    bytes::is_in(byte, [(b'\n', b'\r'), (b'"', b'"'), (b',', b',')])
}
