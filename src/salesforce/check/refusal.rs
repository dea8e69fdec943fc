//! The result of a check: the field that Salesforce would reject, and the reason.

/// A field that Salesforce would reject, or would store with another value.
///
/// The message never repeats the value: values are people's names and numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {reason}")]
pub struct Refusal<'b> {
    /// The field's name, as the body spells it.
    pub field: &'b str,
    /// The reason.
    pub reason: Reason,
}

/// The reason for a [`Refusal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// The object has no such field, and the name is not the name of a custom field.
    #[error("is not a field of this object, and not the name of a custom field")]
    NoSuchField,
    /// The body contains the field twice: Salesforce ignores the case of field names.
    #[error("appears twice; the case of a field name does not count")]
    Twice,
    /// The field cannot be written at all, or cannot be written at this time.
    #[error("{0}")]
    NotWritable(&'static str),
    /// A new record needs the field.
    #[error("is missing; a new record needs this field")]
    Missing,
    /// The field must have a value.
    #[error("cannot be emptied")]
    NotNillable,
    /// The field is null on create. Salesforce accepts null, but does not apply its default.
    #[error("is null on create; leave the field out")]
    NullOnCreate,
    /// The value has another type than the field, or is not written in the way that the field
    /// requires.
    #[error("must be {0}")]
    Shape(&'static str),
    /// Salesforce would not store the text as it is.
    #[error("{0}")]
    NotStored(&'static str),
    /// The text is longer than the field.
    #[error("has a length of {length}, and the limit is {limit}")]
    TooLong {
        /// The length of the text. A Description is counted in
        /// [`CheckContext::count`](super::CheckContext::count), every other text in UTF-16 units.
        length: usize,
        /// The length of the field.
        limit: usize,
    },
    /// The picklist does not have the value, and an org cannot add a value.
    #[error("is not a value of the picklist")]
    NotInPicklist,
    /// The number is negative or has too many digits.
    #[error("must be a whole number from 0 to {0}")]
    OutOfRange(u64),
    /// Salesforce stores the years 1700 to 4000 only.
    #[error("is not in the years 1700 to 4000")]
    Year,
    /// The text is not an id.
    #[error("is not an id: {0}")]
    NotAnId(&'static str),
    /// The id belongs to an object that the field does not accept.
    #[error("is the id of an object that this field does not accept")]
    WrongObject,
    /// The text is `@{…}`, but the plan does not create that record.
    #[error("refers to a record that the plan does not create")]
    DanglingReference,
    /// A Task of a lead cannot be related to another record.
    #[error("must be empty because `WhoId` is a lead")]
    LeadWithWhat,
}

impl Reason {
    /// Returns the `errorCode` with which Salesforce rejects the field.
    ///
    /// `None` if Salesforce accepts the field and stores another value, or if no source names the
    /// code.
    #[must_use]
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Self::NoSuchField => Some("INVALID_FIELD"),
            Self::NotWritable(_) => Some("INVALID_FIELD_FOR_INSERT_UPDATE"),
            Self::Missing | Self::NotNillable => Some("REQUIRED_FIELD_MISSING"),
            Self::Shape(_) => Some("JSON_PARSER_ERROR"),
            Self::TooLong { .. } => Some("STRING_TOO_LONG"),
            Self::NotInPicklist => Some("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
            Self::OutOfRange(_) => Some("NUMBER_OUTSIDE_VALID_RANGE"),
            Self::NotAnId(_) => Some("MALFORMED_ID"),
            Self::WrongObject | Self::LeadWithWhat => Some("FIELD_INTEGRITY_EXCEPTION"),
            Self::Twice | Self::NullOnCreate | Self::NotStored(_) | Self::Year | Self::DanglingReference => None,
        }
    }
}
