//! The ready-made [`Lookup`]: lists of what Salesforce answered, indexed.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde_json::{Map, Value};

use super::phone_book::PhoneBook;
use super::{LoggedTask, Lookup, NumberNeed, Record, Related, User};
use crate::aircall::Timestamp;
use crate::json::{self, Object, ReadError};
use crate::salesforce::id::IdKey;
use crate::salesforce::{Id, RecordType, id, text};
use crate::time::iso;

/// Everything that Salesforce answered, in Salesforce's order.
///
/// In JSON, with every key there is; lists, `owner`, `phones`, `active`, `open`, `fields` and `wrote` may be left out, unknown keys are refused:
///
/// ```
/// # use aircall_salesforce::Directory;
/// let all = r#"{
///     "records": [{"type": "Contact", "id": "003000000000001AAA", "name": "Ada Example", "owner": "005000000000002AAA",
///                  "phones": ["+1 212-555-0123"]}],
///     "users": [{"id": "005000000000002AAA", "email": "agent@example.com", "created_at": "2025-01-01T08:00:00Z", "active": true}],
///     "cases": [{"id": "500000000000001AAA", "contact": "003000000000001AAA", "open": true}],
///     "opportunities": [{"id": "006000000000001AAA", "contact": "003000000000001AAA", "open": true}],
///     "tasks": [{"id": "00T000000000001EAA", "call": 780836754,
///                "fields": {"Subject": "Missed call", "Description": "Called back."}, "wrote": {"Subject": "Missed call"}}]
/// }"#;
/// Directory::from_json(all)?;
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DirectoryLists {
    /// Contacts, Leads, Accounts and Person Accounts.
    pub records: Vec<Record>,
    /// Users.
    pub users: Vec<User>,
    /// Cases.
    #[serde(deserialize_with = "cases")]
    pub cases: Vec<Related>,
    /// Opportunities.
    #[serde(deserialize_with = "opportunities")]
    pub opportunities: Vec<Related>,
    /// Tasks that calls have been logged as.
    pub tasks: Vec<LoggedTask>,
}

/// Answers from Salesforce, held in memory: a [`Lookup`] whose cost does not grow with its size.
///
/// ```
/// use aircall_salesforce::Directory;
///
/// let directory = Directory::from_json(
///     r#"{"users": [{"id": "005000000000002AAA", "email": "agent@example.com", "created_at": "2025-01-01T08:00:00Z"}]}"#,
/// )?;
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Directory {
    lists: DirectoryLists,
    phones: PhoneBook,
    records: Index<IdKey>,
    users: Index<IdKey>,
    emails: Index<u64>,
    cases: Index<IdKey>,
    opportunities: Index<IdKey>,
    tasks: Index<u64>,
}

impl From<DirectoryLists> for Directory {
    fn from(lists: DirectoryLists) -> Self {
        let phones = lists.records.iter().enumerate();
        let phones = phones.flat_map(|(place, record)| record.phones.iter().map(move |phone| (place, phone.as_str())));
        Self {
            phones: PhoneBook::new(phones),
            records: Index::new(lists.records.iter().map(|record| record.id.key())),
            users: Index::new(lists.users.iter().map(|user| user.id.key())),
            emails: Index::new(lists.users.iter().map(|user| email_key(&user.email))),
            cases: Index::new(lists.cases.iter().map(|case| case.contact.key())),
            opportunities: Index::new(lists.opportunities.iter().map(|opportunity| opportunity.contact.key())),
            tasks: Index::new(lists.tasks.iter().map(|task| task.call)),
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
    /// Reads the JSON format of this library.
    ///
    /// # Errors
    ///
    /// Text that is not JSON, an unknown key or value, a wrong id, a time that cannot be read. The error names the field and its place,
    /// never its value.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        json::from_str(text)
    }
}

impl Lookup for Directory {
    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record> {
        let places = self.phones.places(number.e164, number.home);
        places.into_iter().filter_map(|place| self.lists.records.get(place)).collect()
    }

    fn record(&self, id: Id) -> Option<&Record> {
        self.records.of(&self.lists.records, id.key()).next()
    }

    fn users_by_email(&self, email: &str) -> Vec<&User> {
        let users = self.emails.of(&self.lists.users, email_key(email));
        users.filter(|user| is_same_email(&user.email, email)).collect()
    }

    fn user(&self, id: Id) -> Option<&User> {
        self.users.of(&self.lists.users, id.key()).next()
    }

    fn cases(&self, contact: Id) -> Vec<&Related> {
        self.cases.of(&self.lists.cases, contact.key()).collect()
    }

    fn opportunities(&self, contact: Id) -> Vec<&Related> {
        self.opportunities.of(&self.lists.opportunities, contact.key()).collect()
    }

    fn task(&self, call: u64) -> Option<&LoggedTask> {
        self.tasks.of(&self.lists.tasks, call).next()
    }
}

/// E-mail addresses compare without regard to ASCII case and outer blanks (OWN-8).
fn is_same_email(one: &str, other: &str) -> bool {
    text::trim(one).eq_ignore_ascii_case(text::trim(other))
}

/// A number that all spellings of an e-mail address share, and hardly any other address has: FNV-1a. To find an address so, no other has
/// to be read.
fn email_key(email: &str) -> u64 {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let bytes = text::trim(email).bytes().map(|byte| byte.to_ascii_lowercase());
    bytes.fold(START, |key, byte| (key ^ u64::from(byte)).wrapping_mul(PRIME))
}

/// The places of a list's elements by key, those of one key in the list's order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Index<K>(Vec<(K, usize)>);

impl<K> Default for Index<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord + Copy> Index<K> {
    fn new(keys: impl Iterator<Item = K>) -> Self {
        let mut places: Vec<_> = keys.zip(0..).collect();
        places.sort_unstable();
        Self(places)
    }

    fn of<'l, T>(&'l self, list: &'l [T], key: K) -> impl Iterator<Item = &'l T> {
        let from = self.0.partition_point(|(other, _)| *other < key);
        let run = self.0.get(from..).unwrap_or_default().iter().take_while(move |(other, _)| *other == key);
        run.filter_map(|&(_, place)| list.get(place))
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRecord {
    r#type: RecordType,
    #[serde(deserialize_with = "id::record")]
    id: Id,
    name: String,
    #[serde(default, deserialize_with = "id::owner_or_null")]
    owner: Option<Id>,
    #[serde(default)]
    phones: Vec<String>,
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let RawRecord { r#type: record_type, id, name, owner, phones } = json::object(deserializer)?;
        Ok(Self {
            record_type,
            id: id.of(&[record_type.object()]).map_err(|error| de::Error::custom(format_args!("`id`: {error}")))?,
            name,
            owner,
            phones,
        })
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUser {
    #[serde(deserialize_with = "id::user")]
    id: Id,
    email: String,
    #[serde(deserialize_with = "time")]
    created_at: DateTime<Utc>,
    #[serde(default = "yes")]
    active: bool,
}

impl<'de> Deserialize<'de> for User {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let RawUser { id, email, created_at, active } = json::object(deserializer)?;
        Ok(Self { id, email, created_at, active })
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    #[serde(deserialize_with = "id::case")]
    id: Id,
    #[serde(deserialize_with = "id::contact")]
    contact: Id,
    #[serde(default = "yes")]
    open: bool,
}

fn cases<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Related>, D::Error> {
    let cases = Vec::<Object<RawCase>>::deserialize(deserializer)?;
    let related = |Object(RawCase { id, contact, open })| Related { id, contact, open };
    Ok(cases.into_iter().map(related).collect())
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOpportunity {
    #[serde(deserialize_with = "id::opportunity")]
    id: Id,
    #[serde(deserialize_with = "id::contact")]
    contact: Id,
    #[serde(default = "yes")]
    open: bool,
}

fn opportunities<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Related>, D::Error> {
    let opportunities = Vec::<Object<RawOpportunity>>::deserialize(deserializer)?;
    let related = |Object(RawOpportunity { id, contact, open })| Related { id, contact, open };
    Ok(opportunities.into_iter().map(related).collect())
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTask {
    #[serde(deserialize_with = "id::task")]
    id: Id,
    #[serde(deserialize_with = "call_id")]
    call: u64,
    #[serde(default)]
    fields: Option<Map<String, Value>>,
    #[serde(default)]
    wrote: Option<Map<String, Value>>,
    #[serde(default)]
    sent: Option<Map<String, Value>>,
}

impl<'de> Deserialize<'de> for LoggedTask {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let RawTask { id, call, fields, wrote, sent } = json::object(deserializer)?;
        Ok(Self { id, call, fields, wrote, sent })
    }
}

fn yes() -> bool {
    true
}

/// A time as Salesforce writes it: ISO 8601 with an offset (LIMIT-3).
pub(super) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    struct TimeVisitor;
    impl Visitor<'_> for TimeVisitor {
        type Value = DateTime<Utc>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an ISO 8601 time with an offset, or UNIX seconds")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<DateTime<Utc>, E> {
            let unreadable = || E::custom("a text that cannot be read, expected an ISO 8601 time with an offset");
            let time = iso(text.trim()).ok_or_else(unreadable)?;
            Timestamp::new(time.timestamp()).map_err(E::custom)?;
            Ok(time)
        }

        fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<DateTime<Utc>, E> {
            Timestamp::new(seconds).map(Timestamp::date_time).map_err(E::custom)
        }

        fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<DateTime<Utc>, E> {
            self.visit_i64(i64::try_from(seconds).unwrap_or(i64::MAX))
        }
    }
    deserializer.deserialize_any(TimeVisitor)
}

/// Aircall's id of a call: a number, or the same as text.
fn call_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct CallIdVisitor;
    impl Visitor<'_> for CallIdVisitor {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a call's id")
        }

        fn visit_u64<E: de::Error>(self, id: u64) -> Result<u64, E> {
            Ok(id)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
            let digits = text.trim();
            let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
            let id = whole.then(|| digits.parse().ok()).flatten();
            id.ok_or_else(|| E::custom("a text that is no number, expected a call's id"))
        }
    }
    deserializer.deserialize_any(CallIdVisitor)
}
