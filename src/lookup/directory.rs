//! A ready [`Lookup`]: lists of what Salesforce returned, each with its indexes.

use std::cmp::Ordering;

use serde::de::{Deserialize, Deserializer};

use super::phone_book::PhoneBook;
use super::read;
use super::{LoggedTask, Lookup, NumberNeed, Record, Related, TaskKey, User};
use crate::json::{self, ReadError};
use crate::salesforce::Id;
use crate::salesforce::text::{self, SANDBOX};

/// The lists that Salesforce returned, in Salesforce's order.
///
/// The JSON below contains every key. The lists and the keys `owner`, `account`, `phones`,
/// `duplicate`, `active`, `standard`, `open`, `fields`, `wrote` and `sent` can be missing. Unknown
/// keys are rejected.
///
/// ```
/// # use aircall_salesforce::Directory;
/// let all = r#"{
///     "records": [{"type": "Contact", "id": "003000000000001AAA", "name": "Ada Example",
///                  "owner": "005000000000002AAA", "account": "001000000000001AAA",
///                  "phones": ["+1 212-555-0123"], "duplicate": false}],
///     "users": [{"id": "005000000000002AAA", "email": "agent@example.com",
///                "created_at": "2025-01-01T08:00:00Z", "active": true, "standard": true}],
///     "cases": [{"id": "500000000000001AAA", "contact": "003000000000001AAA", "open": true}],
///     "opportunities": [{"id": "006000000000001AAA", "contact": "003000000000001AAA",
///                        "open": true}],
///     "tasks": [{"id": "00T000000000001EAA", "call": 780836754,
///                "fields": {"Subject": "Missed call", "Description": "Called back."},
///                "wrote": {"Subject": "Missed call"}, "sent": {"Subject": "Missed call"}},
///               {"id": "00T000000000002EAA", "message": "0b7f2c1e-4f0d-4c6e-9b57-3d2a6f1c8e01"}]
/// }"#;
/// Directory::from_json(all)?;
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectoryLists {
    /// The Contacts, Leads, Accounts and Person Accounts.
    pub records: Vec<Record>,
    /// The users of the org.
    pub users: Vec<User>,
    /// The cases of the Contacts.
    #[serde(deserialize_with = "read::cases")]
    pub cases: Vec<Related>,
    /// The opportunities of the Contacts.
    #[serde(deserialize_with = "read::opportunities")]
    pub opportunities: Vec<Related>,
    /// The Tasks of calls and messages.
    pub tasks: Vec<LoggedTask>,
}

/// The lists that Salesforce returned, with indexes: a [`Lookup`] whose cost hardly grows with its
/// size.
///
/// ```
/// use aircall_salesforce::{Directory, Lookup};
///
/// let directory = Directory::from_json(
///     r#"{"cases": [{"id": "500000000000001AAA", "contact": "003000000000001AAA"}]}"#,
/// )?;
/// assert_eq!(directory.cases("003000000000001AAA".parse()?).len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Directory {
    lists: DirectoryLists,
    phones: PhoneBook,
    records: Index<Id>,
    duplicates: Vec<usize>,
    users: Index<Id>,
    emails: Index<String>,
    cases: Index<Id>,
    opportunities: Index<Id>,
    tasks: Index<TaskKey>,
}

impl From<DirectoryLists> for Directory {
    fn from(lists: DirectoryLists) -> Self {
        let emails = lists.users.iter().enumerate();
        let emails = emails.flat_map(|(index, user)| user_emails(&user.email).map(move |email| (email, index)));
        let phones = lists.records.iter().enumerate();
        let phones = phones.flat_map(|(index, record)| record.phones.iter().map(move |phone| (index, phone.as_str())));
        let duplicates = lists.records.iter().enumerate().filter(|(_, record)| record.duplicate);
        Self {
            phones: PhoneBook::new(phones),
            records: Index::new(lists.records.iter().map(|record| record.id)),
            duplicates: duplicates.map(|(index, _)| index).collect(),
            users: Index::new(lists.users.iter().map(|user| user.id)),
            emails: Index::of_pairs(emails),
            cases: Index::new(lists.cases.iter().map(|case| case.contact)),
            opportunities: Index::new(lists.opportunities.iter().map(|opportunity| opportunity.contact)),
            tasks: Index::new(lists.tasks.iter().map(|task| task.key.clone())),
            lists,
        }
    }
}

impl<'de> Deserialize<'de> for Directory {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::object::<D, DirectoryLists>(deserializer).map(Self::from)
    }
}

impl Directory {
    /// Reads the JSON that [`DirectoryLists`] describes.
    ///
    /// # Errors
    ///
    /// Fails on text that is not JSON, an unknown key or value, a wrong id, and a time that cannot
    /// be read. The error names the field and its position, and never contains a value.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        json::from_str(text)
    }
}

impl Lookup for Directory {
    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record> {
        self.phones.find(number).filter_map(|index| self.lists.records.get(index)).collect()
    }

    fn record(&self, id: Id) -> Option<&Record> {
        self.records.find(&self.lists.records, |key| key.cmp(&id)).next()
    }

    fn duplicates(&self) -> Vec<&Record> {
        self.duplicates.iter().filter_map(|&index| self.lists.records.get(index)).collect()
    }

    fn users_by_email(&self, email: &str) -> Vec<&User> {
        let wanted = text::email_key(email);
        self.emails.find(&self.lists.users, |key| key.as_str().cmp(&wanted)).collect()
    }

    fn user(&self, id: Id) -> Option<&User> {
        self.users.find(&self.lists.users, |key| key.cmp(&id)).next()
    }

    fn cases(&self, contact: Id) -> Vec<&Related> {
        self.cases.find(&self.lists.cases, |key| key.cmp(&contact)).collect()
    }

    fn opportunities(&self, contact: Id) -> Vec<&Related> {
        self.opportunities.find(&self.lists.opportunities, |key| key.cmp(&contact)).collect()
    }

    fn task(&self, key: &TaskKey) -> Option<&LoggedTask> {
        self.tasks.find(&self.lists.tasks, |other| other.cmp(key)).next()
    }
}

/// Returns the addresses by which a user is found: the user's address, and the address to which a
/// sandbox appended `.invalid` (OWN-8).
fn user_emails(email: &str) -> impl Iterator<Item = String> {
    let email = text::email_key(email).into_owned();
    let original = email.strip_suffix(SANDBOX).map(str::to_owned);
    std::iter::once(email).chain(original)
}

/// The indices of a list's elements, sorted by key. Elements of one key keep the list's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index<K>(Vec<(K, usize)>);

// A derived `Default` would require that the key has a default.
impl<K> Default for Index<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord> Index<K> {
    pub(super) fn new(keys: impl Iterator<Item = K>) -> Self {
        // A sorted list is built once and takes less memory than a map of lists. Elements of one
        // key are sorted by index, so they keep their order (REC-2).
        Self::of_pairs(keys.zip(0..))
    }

    fn of_pairs(pairs: impl Iterator<Item = (K, usize)>) -> Self {
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_unstable();
        Self(pairs)
    }

    /// Returns the elements with the wanted key. `order` compares a key with the wanted key.
    pub(super) fn find<'l, T>(&'l self, list: &'l [T], order: impl Fn(&K) -> Ordering) -> impl Iterator<Item = &'l T> {
        let from = self.0.partition_point(|(key, _)| order(key).is_lt());
        let run = self.0.iter().skip(from).take_while(move |(key, _)| order(key).is_eq());
        run.filter_map(|&(_, index)| list.get(index))
    }
}
