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
pub(super) trait StrictValue: Sized {
    /// The valid values, as an error message lists them.
    const EXPECTED: &'static str;

    fn read(value: &Json<'_>) -> Strict<Self>;
}

impl<T: StrictValue> Wire<'_> for Strict<T> {
    #[expect(clippy::inline_always, reason = "hot, and shared by two kinds of deserializers")]
    #[inline(always)]
    fn take_value(&mut self, value: Json<'_>, _: &mut Report) {
        *self = T::read(&value);
    }
}

impl<T: StrictValue> Strict<T> {
    /// Returns the value, or `None` if the field is absent.
    pub(super) fn optional(self, key: &'static str) -> Result<Option<T>, WireError> {
        match self {
            Self::Absent => Ok(None),
            Self::Unreadable(found) => Err(WireError::wrong_shape(key, found, T::EXPECTED)),
            Self::OutOfRange => Err(WireError::unusable(key, "out of range", T::EXPECTED)),
            Self::Read(value) => Ok(Some(value)),
        }
    }

    /// Returns the value, which must be present.
    pub(super) fn required(self, key: &'static str) -> Result<T, WireError> {
        self.optional(key)?.ok_or_else(|| WireError::unusable(key, "missing", T::EXPECTED))
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

    /// Returns the value of a field that need not be readable. Reports an unreadable value.
    #[inline]
    pub(super) fn or_report(self, value: &Json<'_>, report: &mut Report) -> Option<T> {
        match self {
            Self::Absent => None,
            Self::Unreadable(_) => report.unusable(value),
            Self::OutOfRange => report.add(Shape::OutOfRange),
            Self::Read(value) => Some(value),
        }
    }
}

impl StrictValue for u64 {
    const EXPECTED: &'static str = "a whole number from 0 to 18446744073709551615, or the same as text";

    #[inline]
    fn read(value: &Json<'_>) -> Strict<Self> {
        match value {
            Json::Whole(number) => Strict::Read(*number),
            // A blank text is an absent value in every field, so the field is missing.
            Json::Text(text) if is_blank(text) => Strict::Absent,
            Json::Text(text) => digits(text).map_or(Strict::Unreadable(Shape::Text), Strict::Read),
            other => Strict::unreadable(other),
        }
    }
}
