//! What an org begins with.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::schema::{CustomField, Table};
use crate::switches::Switches;

/// What an org begins with: who may sign in, its own fields, its records.
///
/// ```
/// let seed = stand_in_salesforce::Seed::from_json(
///     r#"{"records": {"Contact": [{"Id": "003000000000001AAA", "LastName": "Lovelace", "Phone": "+33 1 99 00 12 34"}]}}"#,
/// )?;
/// let stand_in = stand_in_salesforce::StandIn::new(seed)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seed {
    /// Fields that the org added, beside those of Aircall's package.
    pub custom_fields: Vec<CustomField>,
    /// Whether accounts can be persons.
    pub person_accounts: bool,
    /// Who may sign in.
    pub credentials: Credentials,
    /// The values of a Task's `Status` that close it.
    pub closed_statuses: Vec<String>,
    /// Records by object. An `Id` is minted where none stands; fields that only Salesforce writes can be set here. The first user is the one
    /// who signs in, and writes.
    pub records: BTreeMap<Table, Vec<Map<String, Value>>>,
    /// How it behaves at first.
    pub switches: Switches,
}

impl Default for Seed {
    /// An org without anything but an admin.
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

/// Who may sign in. They guard nothing: whoever can reach a stand-in can read them here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    /// For the client-credentials and password flows.
    pub client_id: String,
    /// The same.
    pub client_secret: String,
    /// For the password flow and SOAP.
    pub username: String,
    /// The same, with the security token, if any, at its end.
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

/// Why an org cannot begin with a seed.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// No JSON, or not of this form.
    #[error("the seed cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A record that cannot be.
    #[error("record {} of {}: {reason}", place + 1, table.name())]
    Record {
        /// Its object.
        table: Table,
        /// Its place in the list.
        place: usize,
        /// What is wrong with it.
        reason: RecordError,
    },
    /// Ids are out.
    #[error("there are no more ids")]
    Full,
}

/// What is wrong with a record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The object has no such field.
    #[error("there is no field `{0}`")]
    NoSuchField(String),
    /// No id, or that of another object.
    #[error("`Id` is no id of this object")]
    Id,
}

impl RecordError {
    pub(crate) fn at(self, table: Table, place: usize) -> SeedError {
        SeedError::Record { table, place, reason: self }
    }
}

impl Seed {
    /// Reads a seed.
    ///
    /// # Errors
    ///
    /// Text that is not JSON, unknown keys, objects that the stand-in does not keep.
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        Ok(serde_json::from_str(text)?)
    }

    /// A small company with agents, customers, open cases and opportunities; all of them invented.
    ///
    /// # Errors
    ///
    /// None, unless the file beside this one was spoilt.
    pub fn demonstration() -> Result<Self, SeedError> {
        Self::from_json(include_str!("demonstration.json"))
    }

    /// The same with so many more contacts, for load tests: `Customer 00000` has the number +33 1 99 00 00 00, the next one +33 1 99 00 00 01,
    /// each in one of several spellings. Numbers that are reserved for fiction end with 10,000; from there on they repeat.
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
