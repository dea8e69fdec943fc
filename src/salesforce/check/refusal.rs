//! What is wrong with a body.

/// A field that Salesforce would refuse, or not store as it is. It never repeats a value: those are people's names and numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {reason}")]
pub struct Refusal<'b> {
    /// The field's name, as the body spells it.
    pub field: &'b str,
    /// Why.
    pub reason: Reason,
}

/// Why Salesforce would refuse a field, or not store it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The object has no such field, and an org cannot have added it.
    #[error("is no field of this object, and no custom field's name")]
    NoSuchField,
    /// Salesforce's names do not differ by case.
    #[error("stands twice; names do not differ by case")]
    Twice,
    /// Nobody can write it.
    #[error("is written by Salesforce itself")]
    ReadOnly,
    /// It can only be written later.
    #[error("cannot be set on create")]
    NotCreateable,
    /// It can only be written once.
    #[error("can only be set on create")]
    NotUpdateable,
    /// A new record of this kind needs it.
    #[error("is missing, a new record needs it")]
    Missing,
    /// A record of this kind cannot be without it.
    #[error("cannot be emptied")]
    NotNillable,
    /// Salesforce takes it; but it says nothing, and a default would be lost.
    #[error("is null on create, leave it out")]
    NullOnCreate,
    /// Text where a number should stand, or the like.
    #[error("must be {0}")]
    Shape(&'static str),
    /// Salesforce stores null.
    #[error("is an empty text; leave it out, or set it to null in an update")]
    Empty,
    /// Salesforce does not store them.
    #[error("begins or ends with a blank")]
    OuterBlanks,
    /// What Salesforce does with them is documented nowhere.
    #[error("holds a control character")]
    ControlCharacter,
    /// A line break in a field of one line.
    #[error("holds a line break, it has one line")]
    LineBreak,
    /// A text that is longer than the field.
    #[error("is {length} long, at most {limit} fit")]
    TooLong {
        /// How long it is: a Description in what [`CheckContext::count`](super::CheckContext::count) says, all else in UTF-16 units.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// None of a picklist's values, where an org cannot add any.
    #[error("is none of the picklist's values")]
    NotInPicklist,
    /// A number with too many digits, or a negative one.
    #[error("must be a whole number from 0 to {0}")]
    OutOfRange(u64),
    /// No day, or not written `YYYY-MM-DD`.
    #[error("is no day written YYYY-MM-DD")]
    NotADay,
    /// No point in time, or not in ISO 8601.
    #[error("is no ISO 8601 time")]
    NotATime,
    /// Salesforce stores the years 1700 to 4000.
    #[error("is not in the years 1700 to 4000")]
    Year,
    /// Not 15 or 18 letters and digits.
    #[error("is no id: 15 or 18 letters and digits")]
    NotAnId,
    /// A letter's case was lost, or a character mistyped.
    #[error("is no id: the last three characters do not fit the rest")]
    Checksum,
    /// An account in `WhoId`, a person in `WhatId`, a contact for an owner.
    #[error("is the id of something that cannot stand here")]
    WrongObject,
    /// `@{…}` without that record beside it.
    #[error("refers to a record that is not made beside it")]
    DanglingReference,
    /// A lead's Task can be related to nothing.
    #[error("must be empty, because `WhoId` is a lead")]
    LeadWithWhat,
}

impl Reason {
    /// The `errorCode` with which Salesforce refuses it; `None` where it takes it and stores something else, or where no source names
    /// the code.
    #[must_use]
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Self::NoSuchField => Some("INVALID_FIELD"),
            Self::ReadOnly | Self::NotCreateable | Self::NotUpdateable => Some("INVALID_FIELD_FOR_INSERT_UPDATE"),
            Self::Missing | Self::NotNillable => Some("REQUIRED_FIELD_MISSING"),
            Self::Shape(_) | Self::NotADay | Self::NotATime => Some("JSON_PARSER_ERROR"),
            Self::TooLong { .. } => Some("STRING_TOO_LONG"),
            Self::NotInPicklist => Some("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
            Self::OutOfRange(_) => Some("NUMBER_OUTSIDE_VALID_RANGE"),
            Self::NotAnId | Self::Checksum => Some("MALFORMED_ID"),
            Self::WrongObject | Self::LeadWithWhat => Some("FIELD_INTEGRITY_EXCEPTION"),
            Self::Twice
            | Self::NullOnCreate
            | Self::Empty
            | Self::OuterBlanks
            | Self::ControlCharacter
            | Self::LineBreak
            | Self::Year
            | Self::DanglingReference => None,
        }
    }
}
