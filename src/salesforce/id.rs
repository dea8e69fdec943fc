//! Record ids: 15 characters that identify the record, and a checksum of their case in 3 characters
//! (LIMIT-2).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json;

/// The length of the part that identifies the record.
const SHORT: usize = 15;
/// The length of an id with its checksum.
pub(super) const LONG: usize = 18;
/// The letters of the checksum. The index has one bit for each of five characters: 1 for a capital.
const CHECKSUM: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The objects whose ids the mapping reads: the first three characters of an id show its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Object {
    /// `003`
    Contact,
    /// `00Q`
    Lead,
    /// `001`, also for person accounts
    Account,
    /// `005`
    User,
    /// `00G`, a queue
    Group,
    /// `500`
    Case,
    /// `006`
    Opportunity,
    /// `00T`
    Task,
    /// `012`
    RecordType,
}

impl Object {
    /// Every object.
    pub const ALL: [Self; 9] = [
        Self::Contact,
        Self::Lead,
        Self::Account,
        Self::User,
        Self::Group,
        Self::Case,
        Self::Opportunity,
        Self::Task,
        Self::RecordType,
    ];

    /// Returns the first three characters of the object's ids.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        self.names().0
    }

    /// Returns the object's API name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.names().1
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Contact => ("003", "Contact"),
            Self::Lead => ("00Q", "Lead"),
            Self::Account => ("001", "Account"),
            Self::User => ("005", "User"),
            Self::Group => ("00G", "Group"),
            Self::Case => ("500", "Case"),
            Self::Opportunity => ("006", "Opportunity"),
            Self::Task => ("00T", "Task"),
            Self::RecordType => ("012", "RecordType"),
        }
    }
}

/// A Salesforce record id, always written with 18 characters.
///
/// - **LIMIT-2**: an id has 15 characters, or 18 with a checksum that must be right. Ids with the
///   same first 15 characters are equal, because the other three follow from these. Settings and
///   directories refuse an id whose prefix is that of another object than the field accepts, even
///   if no plan uses the id.
///
/// ```
/// use aircall_salesforce::salesforce::{Id, Object};
///
/// let short: Id = "0038Z00003aegKp".parse()?;
/// let long: Id = "0038Z00003aegKpQAI".parse()?;
/// assert_eq!(short, long);
/// assert_eq!(short.as_str(), "0038Z00003aegKpQAI");
/// assert_eq!(short.object(), Some(Object::Contact));
/// assert!("0038Z00003aegKpQAM".parse::<Id>().is_err());
/// # Ok::<(), aircall_salesforce::salesforce::IdError>(())
/// ```
// Aligned, because the standard library checks the encoding of aligned text word by word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(align(8))]
pub struct Id([u8; LONG]);

/// The reason why a text is not an id of the wanted object.
///
/// The message does not repeat the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct IdError(Cow<'static, str>);

impl Id {
    /// Returns the 18 characters of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // `from_str` is the only constructor and accepts ASCII only, so the fallback is
        // unreachable.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Parses the first 15 characters of a text and ignores the rest, the checksum too.
    ///
    /// It is meant for ids in Salesforce's own responses, which need no second check.
    pub(crate) fn from_first_15(text: &str) -> Option<Self> {
        text.get(..SHORT)?.parse().ok()
    }

    /// Returns the object of the id; `None` for an object that the mapping does not know.
    #[must_use]
    pub fn object(&self) -> Option<Object> {
        Object::ALL.into_iter().find(|object| self.as_str().starts_with(object.prefix()))
    }

    /// Returns the id if it belongs to one of these objects.
    pub(crate) fn of(self, objects: &[Object]) -> Result<Self, IdError> {
        if self.object().is_some_and(|object| objects.contains(&object)) {
            return Ok(self);
        }
        let expected: Vec<_> =
            objects.iter().map(|object| format!("{} (`{}…`)", object.name(), object.prefix())).collect();
        Err(IdError(format!("an id of another object where {} was expected", expected.join(" or ")).into()))
    }
}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let bytes = text.as_bytes();
        // The characters are checked first, so that the length below counts characters, not bytes.
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(IdError("an id consists of letters and digits only".into()));
        }
        let (Some((short, checksum)), SHORT | LONG) = (bytes.split_at_checked(SHORT), bytes.len()) else {
            return Err(IdError(format!("an id has 15 or 18 characters, this has {}", bytes.len()).into()));
        };
        let capitals = short
            .chunks(5)
            .map(|five| five.iter().rev().fold(0, |bits, byte| 2 * bits + usize::from(byte.is_ascii_uppercase())));
        let letters = capitals.filter_map(|bits| CHECKSUM.get(bits));
        let mut id = [0; LONG];
        for (to, from) in id.iter_mut().zip(short.iter().chain(letters)) {
            *to = *from;
        }
        // A text of 15 characters has no checksum, so a change of its case cannot be detected.
        if checksum.is_empty() || id.ends_with(checksum) {
            return Ok(Self(id));
        }
        Err(IdError("the last three characters of an id fit the rest, these do not".into()))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.as_str())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::text(deserializer, "a Salesforce id", str::parse)
    }
}

/// Declares readers for `#[serde(deserialize_with = "…")]` that accept ids of certain objects.
macro_rules! id_of {
    ($($name:ident -> $type:ty = $read:path: $($object:ident)|+;)*) => {$(
        pub(crate) fn $name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
            $read(deserializer, "a Salesforce id", |text| text.parse::<Id>()?.of(&[$(Object::$object),+]))
        }
    )*};
}

id_of! {
    record -> Id = json::text: Contact | Lead | Account;
    contact -> Id = json::text: Contact;
    user -> Id = json::text: User;
    case -> Id = json::text: Case;
    opportunity -> Id = json::text: Opportunity;
    task -> Id = json::text: Task;
    record_type -> Id = json::text: RecordType;
    account_or_null -> Option<Id> = json::text_or_null: Account;
    owner_or_null -> Option<Id> = json::text_or_null: User | Group;
}
