//! The records that a Task can be logged on, and the records that a plan creates.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::body::{BodyValue, Fields};
use super::id::{Id, Object};
use super::task::RecordRef;
use super::task::field::OWNER_ID;
use crate::json::words;
use crate::phone::E164;

words! {
    /// The types of record whose phone fields can contain the other party's number (REC-1).
    pub enum RecordType {
        /// A person at a customer.
        Contact = "Contact",
        /// A person who is not yet a customer.
        Lead = "Lead",
        /// A company.
        Account = "Account",
        /// An Account that is a person.
        PersonAccount = "PersonAccount",
    }
}

impl RecordType {
    /// Returns the type of a record with this id. The id of a person account is that of an Account,
    /// so the type is then `Account`.
    pub(crate) fn from_id(id: Id) -> Option<Self> {
        [Self::Contact, Self::Lead, Self::Account]
            .into_iter()
            .find(|record_type| Some(record_type.object()) == id.object())
    }

    /// Returns the object; a person account is an Account.
    #[must_use]
    pub const fn object(self) -> Object {
        match self {
            Self::Contact => Object::Contact,
            Self::Lead => Object::Lead,
            Self::Account | Self::PersonAccount => Object::Account,
        }
    }
}

/// A record that is created before the Task (REC-6, NEW-1 to NEW-3).
///
/// It serialises as `{"type":…,"fields":{…}}`. [`NewRecord::fields`] is the body of the request.
/// Salesforce fills every other field (LOG-6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord<'a> {
    /// The type of the record.
    pub record_type: RecordType,
    /// `FirstName` of a Contact or Lead.
    pub first_name: Option<Cow<'a, str>>,
    /// `LastName` of a Contact or Lead, `Name` of an Account.
    pub name: Cow<'a, str>,
    /// `Company` of a Lead; required in orgs without person accounts.
    pub company: Option<Cow<'a, str>>,
    /// `Phone` in E.164.
    pub phone: E164,
    /// `OwnerId`
    pub owner: Id,
    /// Whether Salesforce is asked to save the record although a duplicate rule warns (REC-10).
    pub save_duplicate: bool,
}

impl NewRecord<'_> {
    /// Returns the fields of the body that creates the record, in the order in which they are sent.
    pub fn fields(&self) -> impl Iterator<Item = (&str, BodyValue<'_>)> + Clone {
        let Self { record_type, first_name, name, company, phone, owner, save_duplicate: _ } = self;
        let name_field = match record_type {
            RecordType::Contact | RecordType::Lead => "LastName",
            RecordType::Account | RecordType::PersonAccount => "Name",
        };
        texts([
            ("FirstName", first_name.as_deref()),
            (name_field, Some(name)),
            ("Company", company.as_deref()),
            ("Phone", Some(phone.as_str())),
            (OWNER_ID, Some(owner.as_str())),
        ])
    }
}

/// Leaves out the fields without a text.
fn texts<'b, const N: usize>(
    fields: [(&'static str, Option<&'b str>); N],
) -> impl Iterator<Item = (&'b str, BodyValue<'b>)> + Clone {
    // On create, null would keep Salesforce from applying the field's default.
    fields.into_iter().filter_map(|(name, text)| Some((name, BodyValue::Text(text?))))
}

impl Serialize for NewRecord<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("type", &self.record_type)?;
        map.serialize_entry("fields", &Fields(self.fields()))?;
        map.end()
    }
}

/// A Case that is created before the Task (REC-4, NEW-4).
///
/// Its `Origin` is `Phone`. It serialises as `{"fields":{…}}`. [`NewCase::fields`] is the body of
/// the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase<'a> {
    /// `ContactId`: an existing Contact, or the Contact of the same plan.
    pub contact_id: RecordRef,
    /// `Subject`, the same as the Task's.
    pub subject: Option<Cow<'a, str>>,
    /// `OwnerId`, the same as the Task's.
    pub owner_id: Option<Id>,
}

impl NewCase<'_> {
    /// Returns the fields of the body that creates the Case, in the order in which they are sent.
    pub fn fields(&self) -> impl Iterator<Item = (&str, BodyValue<'_>)> + Clone {
        let Self { contact_id, subject, owner_id } = self;
        texts([
            ("ContactId", Some(contact_id.as_str())),
            ("Origin", Some("Phone")),
            ("Subject", subject.as_deref()),
            (OWNER_ID, owner_id.as_ref().map(Id::as_str)),
        ])
    }
}

impl Serialize for NewCase<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("fields", Fields(self.fields()))])
    }
}

/// The new owner of an existing record (OWN-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerChange {
    /// `Contact`, `Lead` or `Account`; a person account is an `Account`.
    #[serde(rename = "type")]
    pub object: Object,
    /// The record's id.
    pub id: Id,
    /// The new `OwnerId`.
    pub owner: Id,
}

impl OwnerChange {
    /// Returns the field of the body that changes the owner.
    pub fn fields(&self) -> impl Iterator<Item = (&str, BodyValue<'_>)> + Clone {
        texts([(OWNER_ID, Some(self.owner.as_str()))])
    }
}
