//! Fields that must be readable (LOG-8, LIMIT-3): without them the call cannot be logged.

use std::borrow::Cow;

use super::lenient::{Shape, Wire, digits, is_blank};
use super::time::OutOfRange;

/// The content of a payload at a field that must be readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Strict<T> {
    #[default]
    Absent,
    Unreadable(Shape),
    OutOfRange,
    Read(T),
}

/// The reason why a strict field has no value.
///
/// The message names the field and the shape that was found, never the value: values are personal
/// data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum FieldError {
    #[error("`{field}` is missing, expected {expected}")]
    Missing { field: &'static str, expected: &'static str },
    #[error("`{field}` is {found} where {expected} was expected")]
    Unreadable { field: &'static str, found: Shape, expected: &'static str },
    /// A time that Salesforce cannot store, for example milliseconds.
    #[error("`{field}` is out of range, expected {expected}")]
    OutOfRange { field: &'static str, expected: &'static str },
}

impl FieldError {
    /// Returns the key of the field.
    pub(super) const fn field(&self) -> &'static str {
        match self {
            Self::Missing { field, .. } | Self::OutOfRange { field, .. } | Self::Unreadable { field, .. } => field,
        }
    }
}

/// A type of strict fields.
pub(super) trait Expected {
    /// The valid values, as an error message lists them.
    const EXPECTED: &'static str;
    /// The value of a required field in a draft.
    const PLACEHOLDER: Self;
}

/// Turns what was found in a field into the field's value.
pub(super) trait Finish<T> {
    const PLACEHOLDER: T;

    fn finish(self, field: &'static str) -> Result<T, FieldError>;
}

/// An optional field may be absent. A value that is present must be readable.
impl<T: Expected> Finish<Option<T>> for Strict<T> {
    const PLACEHOLDER: Option<T> = None;

    fn finish(self, field: &'static str) -> Result<Option<T>, FieldError> {
        let expected = T::EXPECTED;
        match self {
            Self::Absent => Ok(None),
            Self::Unreadable(found) => Err(FieldError::Unreadable { field, found, expected }),
            Self::OutOfRange => Err(FieldError::OutOfRange { field, expected }),
            Self::Read(value) => Ok(Some(value)),
        }
    }
}

/// A required field must be present and readable.
impl<T: Expected> Finish<T> for Strict<T> {
    const PLACEHOLDER: T = T::PLACEHOLDER;

    fn finish(self, field: &'static str) -> Result<T, FieldError> {
        // The errors of a value that is present are those of an optional field.
        let value: Option<T> = self.finish(field)?;
        value.ok_or(FieldError::Missing { field, expected: T::EXPECTED })
    }
}

impl<T> Strict<T> {
    /// Returns the value, and treats everything else as absent.
    pub(super) fn read(self) -> Option<T> {
        match self {
            Self::Read(value) => Some(value),
            Self::Absent | Self::Unreadable(_) | Self::OutOfRange => None,
        }
    }

    pub(super) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns what a value means whose shape cannot be read.
    pub(super) const fn of_shape(shape: Shape) -> Self {
        match shape {
            Shape::Null => Self::Absent,
            other => Self::Unreadable(other),
        }
    }
}

impl<T> From<Result<T, OutOfRange>> for Strict<T> {
    fn from(value: Result<T, OutOfRange>) -> Self {
        value.map_or(Self::OutOfRange, Self::Read)
    }
}

impl Expected for u64 {
    const EXPECTED: &'static str = "a whole number from 0 to 18446744073709551615, or the same as text";
    const PLACEHOLDER: Self = 0;
}

impl Wire<'_> for Strict<u64> {
    fn take_shape(&mut self, shape: Shape) {
        *self = Self::of_shape(shape);
    }

    fn take_text(&mut self, text: Cow<'_, str>) {
        *self = match digits(&text) {
            Some(number) => Self::Read(number),
            // A blank text is an absent value in every field, so the field is missing.
            None if is_blank(&text) => Self::Absent,
            None => Self::Unreadable(Shape::Text),
        };
    }

    fn take_whole(&mut self, number: u64) {
        *self = Self::Read(number);
    }
}
