//! The records a call can be logged on, and those that are made for it.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::body::{Body, Entries, Sink};
use super::id::{Id, Object};
use super::task::RecordRef;
use crate::json::words;
use crate::phone::E164;

words! {
    /// The kinds of record whose phone fields can hold the other party's number (REC-1).
    pub enum RecordType {
        /// A person at a customer's.
        Contact = "Contact",
        /// A person who is not yet a customer.
        Lead = "Lead",
        /// A company.
        Account = "Account",
        /// A consumer: an Account that is a person.
        PersonAccount = "PersonAccount",
    }
}

impl RecordType {
    /// Every type, in the order in which they are tried unless the settings say otherwise.
    pub const ALL: [Self; 4] = [Self::Contact, Self::Lead, Self::Account, Self::PersonAccount];

    /// The object whose record it is; a person account's is Account.
    #[must_use]
    pub const fn object(self) -> Object {
        match self {
            Self::Contact => Object::Contact,
            Self::Lead => Object::Lead,
            Self::Account | Self::PersonAccount => Object::Account,
        }
    }
}

/// A record to be created before the Task (REC-6, NEW-1 to NEW-3).
///
/// It serialises as `{"type":…,"fields":{…}}`; [`NewRecord::fields`] alone is the body of the request that creates it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewRecord<'a> {
    /// A new Contact.
    Contact(NewPerson<'a>),
    /// A new Lead.
    Lead {
        /// Its person.
        person: NewPerson<'a>,
        /// `Company`, required where person accounts are off.
        company: Cow<'a, str>,
    },
    /// A new Account.
    Account {
        /// `Name`
        name: Cow<'a, str>,
        /// `Phone`, in E.164.
        phone: E164,
        /// `OwnerId`
        owner: Id,
    },
}

/// What a new Contact and a new Lead have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson<'a> {
    /// `FirstName`
    pub first_name: Option<Cow<'a, str>>,
    /// `LastName`
    pub last_name: Cow<'a, str>,
    /// `Phone`, in E.164.
    pub phone: E164,
    /// `OwnerId`
    pub owner: Id,
}

impl NewRecord<'_> {
    /// What kind of record it is.
    #[must_use]
    pub const fn record_type(&self) -> RecordType {
        match self {
            Self::Contact(_) => RecordType::Contact,
            Self::Lead { .. } => RecordType::Lead,
            Self::Account { .. } => RecordType::Account,
        }
    }

    /// The body of the request that creates it.
    #[must_use]
    pub fn fields(&self) -> NewRecordFields<'_> {
        NewRecordFields(self)
    }
}

impl Serialize for NewRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("type", &self.record_type())?;
        map.serialize_entry("fields", &self.fields())?;
        map.end()
    }
}

/// The body of the request that creates a [`NewRecord`].
#[derive(Debug, Clone, Copy)]
pub struct NewRecordFields<'a>(&'a NewRecord<'a>);

impl Serialize for NewRecordFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut Entries(&mut map))?;
        map.end()
    }
}

impl Body for NewRecordFields<'_> {
    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), S::Error> {
        let (phone, owner) = match self.0 {
            NewRecord::Contact(person) | NewRecord::Lead { person, .. } => {
                if let Some(first_name) = &person.first_name {
                    sink.text("FirstName", first_name)?;
                }
                sink.text("LastName", &person.last_name)?;
                (person.phone, person.owner)
            }
            NewRecord::Account { name, phone, owner } => {
                sink.text("Name", name)?;
                (*phone, *owner)
            }
        };
        if let NewRecord::Lead { company, .. } = self.0 {
            sink.text("Company", company)?;
        }
        sink.text("Phone", phone.as_str())?;
        sink.text("OwnerId", owner.as_str())
    }
}

/// A Case to be created before the Task (REC-4, NEW-4). It serialises as `{"fields":{…}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewCase<'a> {
    /// The body of the request that creates it.
    pub fields: NewCaseFields<'a>,
}

/// The body of the request that creates a Case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCaseFields<'a> {
    /// The Contact it belongs to, found or made for this call.
    pub contact_id: RecordRef,
    /// Always `Phone`.
    pub origin: &'static str,
    /// The Task's.
    pub subject: Option<Cow<'a, str>>,
    /// The Task's.
    pub owner_id: Option<Id>,
}

impl Serialize for NewCaseFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut Entries(&mut map))?;
        map.end()
    }
}

impl Body for NewCaseFields<'_> {
    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), S::Error> {
        let Self { contact_id, origin, subject, owner_id } = self;
        sink.text("ContactId", contact_id.as_str())?;
        sink.text("Origin", origin)?;
        if let Some(subject) = subject {
            sink.text("Subject", subject)?;
        }
        match owner_id {
            Some(owner_id) => sink.text("OwnerId", owner_id.as_str()),
            None => Ok(()),
        }
    }
}

/// An existing record's new owner (OWN-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OwnerChange {
    /// `Contact`, `Lead` or `Account`, the last for person accounts too.
    #[serde(rename = "type")]
    pub object: Object,
    /// The record.
    pub id: Id,
    /// Its `OwnerId` from now on.
    pub owner: Id,
}
