//! Defines the initial content of an org.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::schema::{CustomField, Table};
use crate::switches::Switches;

/// The initial content of an org: its credentials, its custom fields and its records.
///
/// ```
/// let seed = stand_in_salesforce::Seed::from_json(
///     r#"{"records": {"Contact": [{"LastName": "Lovelace", "Phone": "+33 1 99 00 12 34"}]}}"#,
/// )?;
/// let stand_in = stand_in_salesforce::StandIn::new(seed)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seed {
    /// The org's custom fields, in addition to those of Aircall's package.
    pub custom_fields: Vec<CustomField>,
    /// Whether accounts can be persons.
    pub person_accounts: bool,
    /// The credentials that the org accepts.
    pub credentials: Credentials,
    /// The values of a Task's `Status` that close the Task.
    pub closed_statuses: Vec<String>,
    /// The records by object. A record without an `Id` gets one. Records may have fields that only
    /// Salesforce writes. The first user is the one who signs in and writes.
    pub records: BTreeMap<Table, Vec<Map<String, Value>>>,
    /// The initial switches.
    pub switches: Switches,
}

impl Default for Seed {
    /// Returns an org that contains only an admin.
    fn default() -> Self {
        Self {
            custom_fields: Vec::new(),
            person_accounts: false,
            credentials: Credentials::default(),
            closed_statuses: vec!["Completed".to_owned()],
            records: BTreeMap::new(),
            switches: Switches::default(),
        }
    }
}

/// The credentials that the org accepts. They are not secret: everybody who can reach a stand-in
/// can read them here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    /// The client's id, for the client-credentials and password flows.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: String,
    /// The user's name, for the password flow and SOAP.
    pub username: String,
    /// The user's password, followed by the security token if the org uses one.
    pub password: String,
}

impl Default for Credentials {
    fn default() -> Self {
        Self {
            client_id: "stand-in".to_owned(),
            client_secret: "stand-in".to_owned(),
            username: "admin@example.com".to_owned(),
            password: "stand-in".to_owned(),
        }
    }
}

/// The reason why a seed is invalid.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The text is not JSON or has another structure.
    #[error("the seed could not be parsed: {0}")]
    Json(#[from] serde_json::Error),
    /// A record is invalid.
    #[error("record {} of {}: {reason}", index + 1, table.name())]
    Record {
        /// The record's object.
        table: Table,
        /// The record's index in the list.
        index: usize,
        /// The error of the record.
        reason: RecordError,
    },
    /// No more ids are available.
    #[error("no more ids are available")]
    Full,
}

/// The error of a record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The object does not have the field.
    #[error("the object has no field `{0}`")]
    NoSuchField(String),
    /// The value is not an id, or it is an id of another object.
    #[error("`Id` is not an id of this object")]
    Id,
}

impl RecordError {
    pub(crate) fn at(self, table: Table, index: usize) -> SeedError {
        SeedError::Record { table, index, reason: self }
    }
}

impl Seed {
    /// Parses a seed.
    ///
    /// # Errors
    ///
    /// The text is not JSON, has unknown keys or contains objects that the stand-in does not store.
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        Ok(serde_json::from_str(text)?)
    }

    /// Returns a small company with invented agents, customers, open cases and opportunities.
    ///
    /// # Errors
    ///
    /// The bundled file is invalid; the tests exclude this.
    pub fn demonstration() -> Result<Self, SeedError> {
        Self::from_json(include_str!("demonstration.json"))
    }

    /// Adds `count` contacts, for load tests. `Customer 00000` has the number +33 1 99 00 00 00,
    /// the next one +33 1 99 00 00 01, each in one of several spellings. Only 10,000 numbers are
    /// reserved for fiction, so they repeat after 10,000 contacts.
    #[must_use]
    pub fn with_contacts(mut self, count: u32) -> Self {
        let contacts = (0..count).map(|n| {
            let (high, low) = (n / 100 % 100, n % 100);
            let phone = match n % 3 {
                0 => format!("+33 1 99 00 {high:02} {low:02}"),
                1 => format!("01 99 00 {high:02} {low:02}"),
                _ => format!("+331 9900-{high:02}{low:02}"),
            };
            let fields = [("LastName", format!("Customer {n:05}")), ("Phone", phone)];
            fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
        });
        self.records.entry(Table::Contact).or_default().extend(contacts);
        self
    }
}
