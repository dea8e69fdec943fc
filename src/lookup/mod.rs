//! The lookups in Salesforce: which of them a call or message needs, and how the mapping reads
//! their results.
//!
//! 1. [`needs`] returns what to fetch.
//! 2. The caller fetches it. [`Batch`](crate::request::Batch) writes the queries and reads
//!    Salesforce's responses.
//! 3. [`plan`](crate::plan()) reads the responses through [`Lookup`]. [`Directory`] implements
//!    `Lookup` for plain lists.

mod directory;
mod needs;
mod phone_book;
mod read;

use serde_json::{Map, Value};

pub use crate::facts::TaskKey;
use crate::json::{self, json_object};
use crate::salesforce::{Id, RecordType, id};
pub use directory::{Directory, DirectoryLists};
pub use needs::{Needs, NumberNeed, needs};
pub(crate) use read::time;

json_object! {
    /// A Contact, Lead, Account or Person Account.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Record {
        /// The type of the record.
        #[serde(rename = "type")]
        pub record_type: RecordType,
        /// The record's `Id`. For a Person Account, the id of its Account (`001…`).
        #[serde(deserialize_with = "id::record")]
        pub id: Id,
        /// The record's `Name`.
        pub name: String,
        /// The record's `OwnerId`.
        #[serde(default, deserialize_with = "id::owner_or_null")]
        pub owner: Option<Id>,
        /// A Contact's `AccountId`, if it is known (REC-9).
        #[serde(default, deserialize_with = "id::account_or_null")]
        pub account: Option<Id>,
        /// The contents of the record's phone fields, as they are written there.
        #[serde(default)]
        pub phones: Vec<String>,
        /// Whether a duplicate rule named the record when the call's record was to be created
        /// (REC-10).
        #[serde(default)]
        pub duplicate: bool,
    }
    with {}
    finish read::record
}

json_object! {
    /// A Salesforce user.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct User {
        /// The user's `Id`.
        #[serde(deserialize_with = "id::user")]
        pub id: Id,
        /// The user's `Email`.
        pub email: String,
        /// The user's `CreatedDate`.
        #[serde(deserialize_with = "read::time")]
        pub created_at: chrono::DateTime<chrono::Utc>,
        /// The user's `IsActive`.
        #[serde(default = "json::yes")]
        pub active: bool,
        /// Whether the user's `UserType` is `Standard`. No other user can own Tasks (OWN-8).
        #[serde(default = "json::yes")]
        pub standard: bool,
    }
}

/// A Case or an Opportunity of a Contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Related {
    /// The `Id` of the Case or Opportunity.
    pub id: Id,
    /// The Contact's `Id`.
    pub contact: Id,
    /// Whether the Case or Opportunity is open.
    pub open: bool,
}

json_object! {
    /// The Task of a call or message.
    ///
    /// In JSON the key `call` is Aircall's id of the call, as a number or as text. The Task of a
    /// message has the key `message` instead, a text.
    #[derive(Debug, Clone, PartialEq)]
    pub struct LoggedTask {
        /// The Task's `Id`.
        #[serde(deserialize_with = "id::task")]
        pub id: Id,
        /// The key that identifies the Task.
        #[serde(skip, default = "read::no_key")]
        pub key: TaskKey,
        /// The Task's present fields by API name; `None` if they were not fetched. A field that is
        /// not in the map is not known.
        #[serde(default)]
        pub fields: Option<Map<String, Value>>,
        /// The values that the integration wrote last, as [`Plan::wrote`](crate::Plan::wrote)
        /// returned them (UPD-6); `None` if the caller did not keep them.
        ///
        /// With these values, an update distinguishes people's changes from the integration's and
        /// keeps people's changes (DESC-7). Without them, an update recognises only the
        /// integration's text that the Description still contains letter by letter (DESC-8).
        #[serde(default)]
        pub wrote: Option<Map<String, Value>>,
        /// The values of a later plan whose response was lost (UPD-6); `None` if no response was
        /// lost.
        ///
        /// If a field's present value is the value here, that plan wrote the field. Every other
        /// field is compared with `wrote`.
        #[serde(default)]
        pub sent: Option<Map<String, Value>>,
    }
    with {
        #[serde(default, deserialize_with = "read::call_id")]
        call: Option<u64>,
        #[serde(default, deserialize_with = "read::message_id")]
        message: Option<String>,
    }
    finish read::task
}

/// The results of the lookups. The mapping takes the first element that matches, so every list
/// keeps the order in which Salesforce returned it.
///
/// An empty list means that Salesforce found nothing. The methods cannot fail: fetch first, then
/// map.
pub trait Lookup {
    /// Returns the records that have the number in a phone field, in any spelling, and among words
    /// and other numbers (REC-1).
    ///
    /// [`NumberNeed::is_in`] decides this for a field. An implementation that narrows down the
    /// records with an index of its own must find every record for which `is_in` returns `true`,
    /// and return no other record.
    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record>;

    /// Returns the record with an id. Updates read a Task's record (UPD-5), and REC-9 reads the
    /// Account of several Contacts.
    fn record(&self, id: Id) -> Option<&Record>;

    /// Returns the records that a duplicate rule named when the call's record was to be created, in
    /// Salesforce's order (REC-10). Other calls must not see them.
    fn duplicates(&self) -> Vec<&Record>;

    /// Returns the users with an e-mail address, ignoring ASCII case and outer blanks (OWN-8). A
    /// sandbox appends `.invalid` to the addresses of its users: such a user is also found by the
    /// address without `.invalid`.
    fn users_by_email(&self, email: &str) -> Vec<&User>;

    /// Returns the user with an id.
    fn user(&self, id: Id) -> Option<&User>;

    /// Returns a Contact's cases, open or closed.
    fn cases(&self, contact: Id) -> Vec<&Related>;

    /// Returns a Contact's opportunities, open or closed.
    fn opportunities(&self, contact: Id) -> Vec<&Related>;

    /// Returns the first Task of a call or message.
    fn task(&self, key: &TaskKey) -> Option<&LoggedTask>;
}
