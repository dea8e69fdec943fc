//! What Salesforce says of its own fields: which there are, who may write them, what they hold.
//!
//! Task's are all that an org without custom fields has. Contact's, Lead's, Account's and Case's are the usual ones; where no source
//! settles a length, none stands here. What an org itself adds ends in `__c`, and is not here.

mod records;
mod task;

use super::id::Object;

/// One field of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its API name.
    pub name: &'static str,
    /// What it holds.
    pub field_type: FieldType,
    /// When it can be written.
    pub writes: Writes,
    /// Whether it can be emptied.
    pub nillable: bool,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// One line of text, with its length; so are picklists to which an org can add values.
    Line(Option<usize>),
    /// Text with line breaks, with its length.
    Area(Option<usize>),
    /// One of these texts, and no other.
    Picklist(&'static [&'static str]),
    /// A whole number that is not negative.
    Int {
        /// How many digits it has at most.
        digits: u32,
    },
    /// Any number.
    Number,
    /// A checkbox.
    Flag,
    /// A day.
    Date,
    /// A point in time.
    DateTime,
    /// The id of a record.
    Reference {
        /// Of these objects.
        to: &'static [Object],
        /// Or of any that the mapping does not know.
        others: bool,
    },
    /// The sources do not say.
    Any,
}

/// When a field can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// When a record is created and when it is updated.
    Both,
    /// When a record is created, never again.
    Create,
    /// Only when a record is updated.
    Update,
    /// Salesforce writes it.
    Never,
}

impl Writes {
    /// Whether a body that creates a record may hold the field.
    #[must_use]
    pub const fn on_create(self) -> bool {
        matches!(self, Self::Both | Self::Create)
    }

    /// Whether a body that updates a record may hold the field.
    #[must_use]
    pub const fn on_update(self) -> bool {
        matches!(self, Self::Both | Self::Update)
    }
}

const fn field(name: &'static str, field_type: FieldType, writes: Writes, nillable: bool) -> Field {
    Field { name, field_type, writes, nillable }
}

/// The fields of an object; none of those that nothing is written to, and of which the mapping knows ids only.
#[must_use]
pub const fn of(object: Object) -> &'static [Field] {
    match object {
        Object::Task => task::FIELDS,
        Object::Contact => records::CONTACT,
        Object::Lead => records::LEAD,
        Object::Account => records::ACCOUNT,
        Object::Case => records::CASE,
        Object::User | Object::Group | Object::Opportunity => &[],
    }
}

/// The field of this name; Salesforce's names do not differ by case.
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

/// The fields that a new record has to be given.
#[must_use]
pub const fn required(object: Object) -> &'static [&'static str] {
    match object {
        Object::Contact => &["LastName"],
        Object::Lead => &["LastName", "Company"],
        Object::Account => &["Name"],
        Object::Task | Object::Case | Object::User | Object::Group | Object::Opportunity => &[],
    }
}

/// Whether this can be the name of a field that an org or a package added: letters, digits and underscores, ending in `__c`.
#[must_use]
pub fn is_custom_name(name: &str) -> bool {
    let Some((stem, end)) = name.split_at_checked(name.len().saturating_sub(CUSTOM.len())) else {
        return false;
    };
    end.eq_ignore_ascii_case(CUSTOM)
        && stem.starts_with(|first: char| first.is_ascii_alphabetic())
        && stem.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// What the name of an added field ends in.
const CUSTOM: &str = "__c";
