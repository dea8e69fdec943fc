//! What it means that Salesforce did not do as asked.

use serde::Deserialize;
use serde_json::Value;

/// An answer that is no success. Salesforce's own message is not kept: it repeats values, and those are people's names and numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("status {status}{}{}", .code.as_deref().map(|code| format!(", `{code}`")).unwrap_or_default(), of(.fields))]
pub struct Failure {
    /// The HTTP status of the answer, or of its part.
    pub status: u16,
    /// Salesforce's code, such as `UNABLE_TO_LOCK_ROW`; `None` where the answer has none.
    pub code: Option<String>,
    /// The API names of the fields that it is about.
    pub fields: Vec<String>,
}

/// What to do about a [`Failure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remedy {
    /// Passing: try again later. Where a Task was to be made, look for it first: the request may have arrived, and only its answer been
    /// lost.
    TryAgain,
    /// What was looked up is no longer so: look up again, then map again. If that does not help a few times, a person must look.
    LookUpAgain,
    /// The org is not as the settings say: a field is hidden, a value not allowed. A person must look.
    Settings,
    /// It is there already: look up again, then map again. If that does not help, a rule of the org's counts others as the same than the number
    /// tells, and a person must look.
    Duplicate,
    /// The session has ended, or the credentials are wrong: sign in again.
    SignIn,
    /// Nothing known: a person must look.
    Unknown,
}

/// What to do about each code.
const REMEDIES: [(&str, Remedy); 27] = [
    ("UNABLE_TO_LOCK_ROW", Remedy::TryAgain),
    ("SERVER_UNAVAILABLE", Remedy::TryAgain),
    ("REQUEST_LIMIT_EXCEEDED", Remedy::TryAgain),
    ("REQUEST_RUNNING_TOO_LONG", Remedy::TryAgain),
    ("QUERY_TIMEOUT", Remedy::TryAgain),
    ("UNKNOWN_EXCEPTION", Remedy::TryAgain),
    ("CANNOT_UPDATE_CONVERTED_LEAD", Remedy::LookUpAgain),
    ("ENTITY_IS_DELETED", Remedy::LookUpAgain),
    ("NOT_FOUND", Remedy::LookUpAgain),
    ("INVALID_CROSS_REFERENCE_KEY", Remedy::LookUpAgain),
    ("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", Remedy::LookUpAgain),
    ("INACTIVE_OWNER_OR_USER", Remedy::LookUpAgain),
    ("INVALID_FIELD", Remedy::Settings),
    ("INVALID_TYPE", Remedy::Settings),
    ("INVALID_FIELD_FOR_INSERT_UPDATE", Remedy::Settings),
    ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", Remedy::Settings),
    ("REQUIRED_FIELD_MISSING", Remedy::Settings),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", Remedy::Settings),
    ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", Remedy::Settings),
    ("INSUFFICIENT_ACCESS_OR_READONLY", Remedy::Settings),
    ("API_DISABLED_FOR_ORG", Remedy::Settings),
    ("DUPLICATES_DETECTED", Remedy::Duplicate),
    ("DUPLICATE_VALUE", Remedy::Duplicate),
    ("INVALID_SESSION_ID", Remedy::SignIn),
    ("INVALID_AUTH_HEADER", Remedy::SignIn),
    ("invalid_grant", Remedy::SignIn),
    ("invalid_client", Remedy::SignIn),
];

/// A code as long as this is none of Salesforce's.
const LONGEST_CODE: usize = 80;

impl Failure {
    /// Reads an answer whose status is not one of success. It cannot fail: a page of HTML, or nothing at all, has no code.
    #[must_use]
    pub fn read(status: u16, body: &str) -> Self {
        serde_json::from_str(body).map_or(Self::new(status), |body| Self::of_value(status, &body))
    }

    /// One that says nothing.
    pub(super) const fn new(status: u16) -> Self {
        Self { status, code: None, fields: Vec::new() }
    }

    /// From the errors in a body: a list of them, or a single one.
    pub(super) fn of_value(status: u16, body: &Value) -> Self {
        /// `errorCode` of most resources, `statusCode` of collections, `error` of the sign-in.
        #[derive(Deserialize)]
        struct Told {
            #[serde(alias = "errorCode", alias = "statusCode")]
            error: String,
            #[serde(default)]
            fields: Option<Vec<String>>,
            #[serde(default)]
            message: Option<String>,
        }
        let first = match body {
            Value::Array(errors) => errors.first().unwrap_or(&Value::Null),
            single => single,
        };
        let Ok(Told { error, fields, message }) = Told::deserialize(first) else {
            return Self::new(status);
        };
        let mut fields = fields.unwrap_or_default();
        if fields.is_empty() {
            fields.extend(message.as_deref().and_then(hidden).map(str::to_owned));
        }
        fields.retain(|name| is_name(name));
        Self { status, code: is_name(&error).then_some(error), fields }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        let known = |code: &str| REMEDIES.iter().find(|(known, _)| *known == code).map(|&(_, remedy)| remedy);
        match (self.code.as_deref().and_then(known), self.status) {
            (Some(remedy), _) => remedy,
            (None, 401) => Remedy::SignIn,
            (None, 408 | 429 | 500..) => Remedy::TryAgain,
            (None, _) => Remedy::Unknown,
        }
    }
}

/// The field of which a message alone says that the user does not see it, or that the org does not have it.
fn hidden(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("No such column '")?;
    rest.split_once('\'').map(|(name, _)| name)
}

/// Names only: what else stands where a name should is not passed on.
fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty() && text.len() <= LONGEST_CODE && text.bytes().all(is_plain)
}

fn of(fields: &[String]) -> String {
    if fields.is_empty() { String::new() } else { format!(" of `{}`", fields.join("`, `")) }
}
