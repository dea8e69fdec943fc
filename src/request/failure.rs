//! The classification of error responses.

use std::error::Error;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// `Failure` classifies an error response and says how to recover.
///
/// It does not contain Salesforce's message: messages repeat values, which are people's names and
/// numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The HTTP status of the response, or of one part of a composite response.
    pub status: u16,
    /// Salesforce's code, such as `UNABLE_TO_LOCK_ROW`; `None` if the response has no code.
    pub code: Option<String>,
    /// The API names of the fields that caused the failure.
    pub fields: Vec<String>,
}

impl Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        if let Some(code) = &self.code {
            write!(f, ", `{code}`")?;
        }
        for (index, field) in self.fields.iter().enumerate() {
            write!(f, "{}`{field}`", if index == 0 { " of " } else { ", " })?;
        }
        Ok(())
    }
}

/// The way to recover from a [`Failure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Remedy {
    /// The failure is temporary: retry later. Before you create a Task again, look for the Task:
    /// the request may have succeeded and only the response was lost.
    TryAgain,
    /// The looked-up data is out of date: look up again, then map again. If the failure persists
    /// after a few retries, a person must look.
    LookUpAgain,
    /// The org does not match the settings: a field is hidden, or a value is not allowed. A person
    /// must look.
    Settings,
    /// The record exists already: look up again, then map again. If the failure persists, the org's
    /// duplicate rule matches on more than the phone number, and a person must look.
    Duplicate,
    /// The session has expired, or the credentials are wrong: sign in again.
    SignIn,
    /// The failure is unknown: a person must look.
    Unknown,
}

/// Returns the remedy for a code that is known.
#[rustfmt::skip] // as many codes as fit a line
fn remedy_of(code: &str) -> Option<Remedy> {
    Some(match code {
        "UNABLE_TO_LOCK_ROW" | "SERVER_UNAVAILABLE" | "REQUEST_LIMIT_EXCEEDED" | "REQUEST_RUNNING_TOO_LONG"
        | "QUERY_TIMEOUT" | "UNKNOWN_EXCEPTION" => Remedy::TryAgain,
        "CANNOT_UPDATE_CONVERTED_LEAD" | "ENTITY_IS_DELETED" | "NOT_FOUND" | "INVALID_CROSS_REFERENCE_KEY"
        | "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" | "INACTIVE_OWNER_OR_USER" => Remedy::LookUpAgain,
        "INVALID_FIELD" | "INVALID_TYPE" | "INVALID_FIELD_FOR_INSERT_UPDATE" | "REQUIRED_FIELD_MISSING"
        | "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" | "FIELD_CUSTOM_VALIDATION_EXCEPTION"
        | "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" | "INSUFFICIENT_ACCESS_OR_READONLY" | "API_DISABLED_FOR_ORG" => {
            Remedy::Settings
        }
        "DUPLICATES_DETECTED" | "DUPLICATE_VALUE" => Remedy::Duplicate,
        // The codes in small letters are those of the sign-in, which follows OAuth.
        "INVALID_SESSION_ID" | "INVALID_AUTH_HEADER" | "invalid_grant" | "invalid_client" => Remedy::SignIn,
        _ => return None,
    })
}

/// The length of the longest name that is kept. Salesforce's codes and field names are shorter.
const LONGEST_CODE: usize = 80;

impl Failure {
    /// Reads a response whose status is not one of success.
    ///
    /// It cannot fail: an HTML page or an empty body is a failure without a code.
    #[must_use]
    pub fn read(status: u16, body: &str) -> Self {
        serde_json::from_str(body).map_or(Self::new(status), |body| Self::of_value(status, &body))
    }

    /// Returns a failure without a code.
    pub(super) const fn new(status: u16) -> Self {
        Self { status, code: None, fields: Vec::new() }
    }

    /// Reads a body that is a list of errors or a single error.
    pub(super) fn of_value(status: u16, body: &Value) -> Self {
        #[derive(Deserialize)]
        struct ErrorEntry {
            // Most resources send `errorCode`, collections `statusCode`, the sign-in `error`.
            #[serde(alias = "errorCode", alias = "statusCode")]
            error: String,
            #[serde(default)]
            fields: Option<Vec<String>>,
            #[serde(default)]
            message: Option<String>,
        }
        // Salesforce can list several errors of a record. The first one decides.
        let first = match body {
            Value::Array(errors) => errors.first().unwrap_or(&Value::Null),
            single => single,
        };
        let Ok(ErrorEntry { error, fields, message }) = ErrorEntry::deserialize(first) else {
            return Self::new(status);
        };
        let mut fields = fields.unwrap_or_default();
        if fields.is_empty() {
            fields.extend(message.as_deref().and_then(hidden_field).map(str::to_owned));
        }
        // A text that is not an API name could be personal data.
        fields.retain(|name| is_name(name));
        Self { status, code: is_name(&error).then_some(error), fields }
    }

    /// Returns the way to recover.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        // A code is more precise than a status: a busy lock and a wrong field both have status 400.
        match (self.code.as_deref().and_then(remedy_of), self.status) {
            (Some(remedy), _) => remedy,
            (None, 401) => Remedy::SignIn,
            (None, 408 | 429 | 500..) => Remedy::TryAgain,
            (None, _) => Remedy::Unknown,
        }
    }
}

/// Returns the field that only the message names: the user cannot see it, or the org does not have
/// it.
fn hidden_field(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("No such column '")?;
    rest.split_once('\'').map(|(name, _)| name)
}

/// Returns whether a text is an API name. Other texts could be personal data and are dropped.
fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty() && text.len() <= LONGEST_CODE && text.bytes().all(is_plain)
}
