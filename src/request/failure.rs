//! The classification of error responses.

use std::error::Error;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use super::ask::RECORDS;
use crate::json::ReadError;
use crate::rules::once;
use crate::salesforce::Id;

/// Classifies an error response and says how to recover.
///
/// A response can contain several errors. The gravest error decides: waiting does not help if
/// another error of the same response needs a person.
///
/// `Display` and `Debug` contain no message of Salesforce: messages repeat values, which are
/// people's names and numbers. [`Failure::message`] returns the messages that an admin wrote.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The HTTP status of the response, or of one part of it; 0 if there was no response.
    pub status: u16,
    /// The code of the gravest error, such as `UNABLE_TO_LOCK_ROW`; `None` if the response has no
    /// code.
    pub code: Option<String>,
    /// The API names of the fields that caused the failure, those of the gravest error first.
    pub fields: Vec<String>,
    /// The Contacts, Leads and Accounts that a duplicate rule named (REC-10).
    pub duplicates: Vec<Id>,
    remedy: Remedy,
    message: Option<String>,
    /// Why a response could not be read.
    unreadable: Option<ReadError>,
    /// Whether fewer records in one request could succeed.
    pub(super) exceeds_limit: bool,
}

impl Error for Failure {}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, code, fields, duplicates, remedy, unreadable, .. } = self;
        let mut debug = f.debug_struct("Failure");
        debug.field("status", status).field("code", code).field("fields", fields).field("unreadable", unreadable);
        debug.field("duplicates", duplicates).field("remedy", remedy).finish_non_exhaustive()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            NO_RESPONSE => f.write_str("no response")?,
            status => write!(f, "status {status}")?,
        }
        if let Some(error) = &self.unreadable {
            write!(f, ", unreadable: {error}")?;
        }
        if let Some(code) = &self.code {
            write!(f, ", `{code}`")?;
        }
        for (index, field) in self.fields.iter().enumerate() {
            write!(f, "{}`{field}`", if index == 0 { " of " } else { ", " })?;
        }
        Ok(())
    }
}

/// The way to recover from a [`Failure`]. The variants are in the order of gravity: the last
/// variant needs a person most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Remedy {
    /// The failure is temporary: retry later. Before you create a Task again, look for the Task:
    /// the request may have succeeded and only the response was lost.
    TryAgain,
    /// The session has expired, or the credentials are wrong: sign in again.
    SignIn,
    /// The looked-up data is out of date: look up again, then map again. If the failure persists
    /// after a few retries, a person must look.
    LookUpAgain,
    /// The record exists already: look up again, then map again. If the failure persists, a person
    /// must look.
    Duplicate,
    /// The failure is unknown: a person must look.
    Unknown,
    /// The org does not match the settings: a field is hidden, or a value is not allowed. A person
    /// must look.
    Settings,
}

/// The codes that are known, by their remedies.
#[rustfmt::skip] // as many codes as fit a line
const CODES: [(Remedy, &[&str]); 5] = [
    (Remedy::TryAgain, &[
        "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED", "REQUEST_RUNNING_TOO_LONG",
        "QUERY_TIMEOUT", "UNKNOWN_EXCEPTION", "ENTITY_IS_LOCKED", HALTED, ROLLED_BACK,
    ]),
    // The codes in small letters are those of the sign-in, which follows OAuth.
    (Remedy::SignIn, &["INVALID_SESSION_ID", "INVALID_AUTH_HEADER", "invalid_grant", "invalid_client"]),
    (Remedy::LookUpAgain, &[
        "CANNOT_UPDATE_CONVERTED_LEAD", "ENTITY_IS_DELETED", "NOT_FOUND", "INVALID_CROSS_REFERENCE_KEY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "INACTIVE_OWNER_OR_USER",
        "OP_WITH_INVALID_USER_TYPE_EXCEPTION", "FIELD_INTEGRITY_EXCEPTION", "TRANSFER_REQUIRES_READ",
    ]),
    (Remedy::Duplicate, &["DUPLICATES_DETECTED", "DUPLICATE_VALUE"]),
    (Remedy::Settings, &[
        "INVALID_FIELD", "INVALID_TYPE", "INVALID_FIELD_FOR_INSERT_UPDATE", "REQUIRED_FIELD_MISSING",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", VALIDATION_RULE, "FIELD_FILTER_VALIDATION_EXCEPTION",
        "STRING_TOO_LONG", "STORAGE_LIMIT_EXCEEDED", "MALFORMED_ID", TRIGGER, FLOW,
        "INSUFFICIENT_ACCESS_OR_READONLY", "API_DISABLED_FOR_ORG",
    ]),
];

/// The codes of a record that was not written because another record of the request failed.
const HALTED: &str = "PROCESSING_HALTED";
const ROLLED_BACK: &str = "ALL_OR_NONE_OPERATION_ROLLED_BACK";
/// The code of a validation rule, whose message an admin wrote.
const VALIDATION_RULE: &str = "FIELD_CUSTOM_VALIDATION_EXCEPTION";
const TRIGGER: &str = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY";
const FLOW: &str = "CANNOT_EXECUTE_FLOW_TRIGGER";

/// Returns the remedy for one error of a response.
fn remedy(status: u16, code: Option<&str>, message: &str) -> Remedy {
    let of_code = |code: &str| CODES.iter().find(|(_, codes)| codes.contains(&code)).map(|(remedy, _)| *remedy);
    let mut words = message.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
    // A trigger, flow or roll-up that met a lock reports a code of its own and names the lock in
    // the message. Apex can also report it as a validation rule does. Other messages repeat values,
    // so their words prove nothing.
    let names_code = code.is_some_and(|code| [TRIGGER, FLOW, VALIDATION_RULE].contains(&code));
    if names_code && words.any(|word| of_code(word) == Some(Remedy::TryAgain)) {
        return Remedy::TryAgain;
    }
    // A code is more precise than a status: a busy lock and a wrong field both have status 400.
    code.and_then(of_code).unwrap_or(match status {
        401 => Remedy::SignIn,
        NO_RESPONSE | 408 | 429 | 500.. => Remedy::TryAgain,
        _ => Remedy::Unknown,
    })
}

/// The status of a failure without a response. Salesforce may have carried out the request.
pub(super) const NO_RESPONSE: u16 = 0;
/// The error of a trigger that exceeded a limit of its transaction, which all records of a
/// collection share.
const LIMIT_ERROR: &str = "System.LimitException";

/// The length of the longest name that is kept. Salesforce's codes and field names are shorter.
const LONGEST_NAME: usize = 80;

impl Failure {
    /// Reads a response whose status is not one of success.
    ///
    /// It cannot fail: an HTML page or an empty body is a failure without a code.
    #[must_use]
    pub fn read(status: u16, body: &str) -> Self {
        serde_json::from_str(body).map_or(Self::new(status), |body| Self::from_json(status, &body))
    }

    /// Returns a failure without a code.
    pub(super) fn new(status: u16) -> Self {
        Self {
            status,
            code: None,
            fields: Vec::new(),
            duplicates: Vec::new(),
            remedy: remedy(status, None, ""),
            message: None,
            unreadable: None,
            exceeds_limit: false,
        }
    }

    /// Returns the failure of a request whose response has the status of a success and cannot be
    /// read. It can come from a proxy, or from an org under maintenance. Salesforce may have
    /// carried out the request.
    pub(super) fn unreadable(status: u16, unreadable: Option<ReadError>) -> Self {
        Self { remedy: Remedy::TryAgain, unreadable, ..Self::new(status) }
    }

    /// Reads a body that is a list of errors or a single error.
    pub(super) fn from_json(status: u16, body: &Value) -> Self {
        let errors = match body {
            Value::Array(errors) => errors.as_slice(),
            single => std::slice::from_ref(single),
        };
        let errors = errors.iter().map(|error| Self::from_error(status, error));
        errors.reduce(Self::and).unwrap_or_else(|| Self::new(status))
    }

    fn from_error(status: u16, body: &Value) -> Self {
        #[derive(Deserialize)]
        struct ErrorEntry {
            // Most resources send `errorCode`, collections `statusCode`, the sign-in `error`.
            #[serde(alias = "errorCode", alias = "statusCode")]
            error: String,
            fields: Option<Vec<String>>,
            message: Option<String>,
        }
        let Ok(ErrorEntry { error, fields, message }) = ErrorEntry::deserialize(body) else {
            return Self::new(status);
        };
        let text = message.as_deref().unwrap_or_default();
        let mut fields = fields.unwrap_or_default();
        if fields.is_empty() {
            fields.extend(hidden_field(text).map(str::to_owned));
        }
        // A text that is not an API name could be personal data.
        fields.retain(|name| is_name(name));
        let code = is_name(&error).then_some(error);
        let (remedy, exceeds_limit) = (remedy(status, code.as_deref(), text), text.contains(LIMIT_ERROR));
        let message = message.filter(|_| code.as_deref() == Some(VALIDATION_RULE));
        let duplicates = duplicates(body);
        Self { code, fields, duplicates, remedy, message, exceeds_limit, ..Self::new(status) }
    }

    /// Joins two failures of one response. If both are equally grave, the first decides.
    pub(super) fn and(self, other: Self) -> Self {
        let (mut decisive, lesser) = if other.gravity() > self.gravity() { (other, self) } else { (self, other) };
        extend(&mut decisive.fields, lesser.fields);
        extend(&mut decisive.duplicates, lesser.duplicates);
        decisive.exceeds_limit |= lesser.exceeds_limit;
        let messages: Vec<_> = decisive.message.into_iter().chain(lesser.message).collect();
        Self { message: (!messages.is_empty()).then(|| messages.join("\n")), ..decisive }
    }

    /// Returns a key that orders failures by how much they need a person.
    fn gravity(&self) -> impl Ord {
        // A failure that only follows from another failure comes last. An unknown failure without a
        // code may follow from an unknown failure with a code.
        let is_consequence = matches!(self.code.as_deref(), Some(HALTED | ROLLED_BACK));
        (!is_consequence, self.remedy, self.remedy == Remedy::Unknown && self.code.is_some())
    }

    /// Returns the way to recover.
    #[must_use]
    pub const fn remedy(&self) -> Remedy {
        self.remedy
    }

    /// Returns whether Salesforce certainly did not carry out the request. After any other failure
    /// of a write, the records may have been written.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self.status {
            408 => false,
            400..=499 => true,
            status => self.code.is_some() && status < 500,
        }
    }

    /// Returns whether the record was not written only because too many other records failed.
    pub(super) fn is_halted(&self) -> bool {
        self.code.as_deref() == Some(HALTED)
    }

    /// Returns the messages of the validation rules that refused the record, one a line.
    ///
    /// An admin of the org wrote them, and a rule without a field has nothing else that says which
    /// rule it was. Show them to an admin on request, and keep them out of logs: a rule can repeat
    /// what a person typed.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

/// Appends the elements that a list lacks.
fn extend<T: PartialEq>(list: &mut Vec<T>, others: Vec<T>) {
    for other in others {
        if !list.contains(&other) {
            list.push(other);
        }
    }
}

/// Returns the records that a duplicate rule named in an error, in Salesforce's order.
fn duplicates(error: &Value) -> Vec<Id> {
    fn list<'v>(of: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
        of.get(name).and_then(Value::as_array).into_iter().flatten()
    }
    // Some versions of the API misspell the name.
    let result = error.get("duplicateResult").or_else(|| error.get("duplicateResut")).unwrap_or(&Value::Null);
    let matches = list(result, "matchResults").flat_map(|result| list(result, "matchRecords"));
    let ids = matches.filter_map(|found| {
        let id: Id = found.get("record")?.get("Id")?.as_str()?.parse().ok()?;
        id.of(&RECORDS).ok()
    });
    once(ids)
}

/// Returns the field that only the message names: the user cannot see the field, or the org lacks
/// the field.
fn hidden_field(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("No such column '")?;
    rest.split_once('\'').map(|(name, _)| name)
}

/// Returns whether a text is an API name. Other texts could be personal data and are dropped.
fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty() && text.len() <= LONGEST_NAME && text.bytes().all(is_plain)
}
