//! The standard fields of Salesforce's objects: their names, types, and when they can be written.
//!
//! The fields of Task are complete. Of Contact, Lead, Account and Case, the usual fields are listed.
//! If no source states the length of a field, the field has no length here. Custom fields are not
//! listed; their names end in `__c`.

mod records;
mod task;

use super::id::Object;

/// One field of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The API name.
    pub name: &'static str,
    /// The type of the value.
    pub field_type: FieldType,
    /// Whether a body that creates a record can contain the field.
    pub on_create: bool,
    /// Whether a body that updates a record can contain the field.
    pub on_update: bool,
    /// Whether an update can empty the field.
    pub nillable: bool,
}

/// The type of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// One line of text, with its length. Picklists to which an org can add values are lines too.
    Line(Option<usize>),
    /// Text with line breaks, with its length.
    Area(Option<usize>),
    /// One of these texts.
    Picklist(&'static [&'static str]),
    /// A whole number that is not negative.
    Int {
        /// The greatest number of digits.
        digits: u32,
    },
    /// Any number.
    Number,
    /// A checkbox.
    Flag,
    /// A day without a time.
    Date,
    /// A point in time.
    DateTime,
    /// The id of a record.
    Reference {
        /// The objects that the field accepts.
        to: &'static [Object],
        /// Whether the field also accepts objects that the mapping does not know.
        others: bool,
    },
    /// A type that the sources do not state.
    Any,
}

/// The operations that can write a field, as the tables in this module list them.
#[derive(Clone, Copy)]
enum Writes {
    Both,
    Create,
    Update,
    /// Salesforce writes the field.
    Never,
}

const fn field(name: &'static str, field_type: FieldType, writes: Writes, nillable: bool) -> Field {
    let (on_create, on_update) = match writes {
        Writes::Both => (true, true),
        Writes::Create => (true, false),
        Writes::Update => (false, true),
        Writes::Never => (false, false),
    };
    Field { name, field_type, on_create, on_update, nillable }
}

/// Returns the standard fields of an object. Objects that the mapping never writes have no fields
/// here.
#[must_use]
pub const fn of(object: Object) -> &'static [Field] {
    match object {
        Object::Task => task::FIELDS,
        Object::Contact => records::CONTACT,
        Object::Lead => records::LEAD,
        Object::Account => records::ACCOUNT,
        Object::Case => records::CASE,
        Object::User | Object::Group | Object::Opportunity | Object::RecordType => &[],
    }
}

/// Returns the field of this name, in any case: Salesforce ignores the case of field names.
///
/// ```
/// use aircall_salesforce::salesforce::Object;
/// use aircall_salesforce::salesforce::fields::{FieldType, find};
///
/// let subject = find(Object::Task, "subject").map(|field| field.field_type);
/// assert_eq!(subject, Some(FieldType::Line(Some(255))));
/// ```
#[must_use]
pub fn find(object: Object, name: &str) -> Option<&'static Field> {
    of(object).iter().find(|field| field.name.eq_ignore_ascii_case(name))
}

/// Returns the names of the fields that a new record needs.
pub(super) const fn required(object: Object) -> &'static [&'static str] {
    match object {
        Object::Contact => &["LastName"],
        Object::Lead => &["LastName", "Company"],
        Object::Account => &["Name"],
        Object::Task | Object::Case | Object::User | Object::Group | Object::Opportunity | Object::RecordType => &[],
    }
}

/// Returns whether a text can be the name of a custom field: letters, digits and underscores that
/// end in `__c`.
pub(crate) fn is_custom_name(name: &str) -> bool {
    let stem = name.strip_suffix("__c").or_else(|| name.strip_suffix("__C"));
    stem.is_some_and(|stem| {
        stem.starts_with(|first: char| first.is_ascii_alphabetic())
            && stem.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
    })
}
