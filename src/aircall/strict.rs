//! Fields that must be readable (LOG-8, LIMIT-3): without them the call cannot be logged.

use super::error::WireError;
use super::lenient::{Json, Wire, digits, is_blank};
use super::unusable::{Report, Shape};

/// The content of a payload at a field that must be readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Strict<T> {
    #[default]
    Absent,
    /// A value of this shape.
    Unreadable(Shape),
    /// A time that Salesforce cannot store, for example milliseconds.
    OutOfRange,
    Read(T),
}

/// A type of strict fields.
pub(super) trait Expected {
    /// The valid values, as an error message lists them.
    const EXPECTED: &'static str;
    /// The value of a required field in a draft.
    const PLACEHOLDER: Self;

    /// Returns whether the value means that an optional field is absent.
    fn is_none(&self) -> bool {
        false
    }
}

/// Turns what was found in a field into the field's value.
pub(super) trait Finish<T> {
    const PLACEHOLDER: T;

    fn finish(self, field: &'static str) -> Result<T, WireError>;
}

/// An optional field may be absent. A value that is present must be readable.
impl<T: Expected> Finish<Option<T>> for Strict<T> {
    const PLACEHOLDER: Option<T> = None;

    fn finish(self, field: &'static str) -> Result<Option<T>, WireError> {
        Ok(self.value(field)?.filter(|value| !value.is_none()))
    }
}

/// A required field must be present and readable.
// `Finish` is a trait and not a method, because the declared type of a field chooses between the
// two: the macro that declares the fields cannot see whether a type is an `Option`.
impl<T: Expected> Finish<T> for Strict<T> {
    const PLACEHOLDER: T = T::PLACEHOLDER;

    fn finish(self, field: &'static str) -> Result<T, WireError> {
        self.value(field)?.ok_or_else(|| WireError::unusable(field, "missing", T::EXPECTED))
    }
}

impl<T: Expected> Strict<T> {
    /// Returns the value, or `None` if the field is absent.
    fn value(self, field: &'static str) -> Result<Option<T>, WireError> {
        match self {
            Self::Absent => Ok(None),
            Self::Unreadable(found) => Err(WireError::wrong_shape(field, found, T::EXPECTED)),
            Self::OutOfRange => Err(WireError::unusable(field, "out of range", T::EXPECTED)),
            Self::Read(value) => Ok(Some(value)),
        }
    }
}

impl<T> Strict<T> {
    pub(super) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Judges a value whose shape the field does not accept: `null` is absent, any other value is
    /// unreadable.
    pub(super) const fn unreadable(value: &Json<'_>) -> Self {
        match value {
            Json::Null => Self::Absent,
            other => Self::Unreadable(other.shape()),
        }
    }
}

impl<T> From<Option<T>> for Strict<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::OutOfRange, Self::Read)
    }
}

impl Expected for u64 {
    const EXPECTED: &'static str = "a whole number from 0 to 18446744073709551615, or the same as text";
    const PLACEHOLDER: Self = 0;
}

impl Wire<'_> for Strict<u64> {
    #[inline]
    fn take_value(&mut self, value: Json<'_>, _: &mut Report) {
        *self = match value {
            Json::Whole(number) => Self::Read(number),
            // A blank text is an absent value in every field, so the field is missing.
            Json::Text(text) if is_blank(&text) => Self::Absent,
            Json::Text(text) => digits(&text).map_or(Self::Unreadable(Shape::Text), Self::Read),
            other => Self::unreadable(&other),
        };
    }
}
