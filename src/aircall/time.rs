//! When a call began, was answered and ended.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{Deserialize, DeserializeSeed, Deserializer};
use serde::{Serialize, Serializer};

use super::lenient::{Into, Shape, Wire};
use crate::json::refused;
use crate::time::{is_storable, iso};

/// A second between 1700 and 4000, the years that Salesforce can store (LIMIT-3).
///
/// Read from UNIX seconds, the same as text, or ISO 8601 (LOG-8); written as UNIX seconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A time before 1700-01-01 or after 4000-12-31 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time lies between 1700-01-01 and 4000-12-31")]
pub struct OutOfRange;

impl Timestamp {
    /// 1970-01-01T00:00:00Z
    pub const EPOCH: Self = Self(0);

    /// From UNIX seconds.
    ///
    /// # Errors
    ///
    /// Outside the years 1700 to 4000; so are milliseconds taken for seconds.
    pub const fn new(seconds: i64) -> Result<Self, OutOfRange> {
        if is_storable(seconds) { Ok(Self(seconds)) } else { Err(OutOfRange) }
    }

    /// UNIX seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The same as a date and time.
    #[must_use]
    pub fn date_time(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({})", self.0)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut time = None;
        Into(&mut time).deserialize(deserializer)?;
        time.ok_or_else(|| refused(OutOfRange))
    }
}

/// What was found where a time should stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeField {
    Absent,
    Unreadable(Shape),
    OutOfRange,
    Read(Timestamp),
}

impl From<Result<Timestamp, OutOfRange>> for TimeField {
    fn from(time: Result<Timestamp, OutOfRange>) -> Self {
        time.map_or(Self::OutOfRange, Self::Read)
    }
}

impl Wire<'_> for TimeField {
    fn take_shape(&mut self, shape: Shape) {
        *self = match shape {
            Shape::Null => Self::Absent,
            other => Self::Unreadable(other),
        };
    }

    fn take_text(&mut self, text: Cow<'_, str>) {
        *self = if text.is_empty() { Self::Absent } else { Self::read_text(text.trim()) };
    }

    fn take_whole(&mut self, number: u64) {
        *self = i64::try_from(number).map_or(Self::OutOfRange, |seconds| Timestamp::new(seconds).into());
    }

    fn take_negative(&mut self, number: i64) {
        *self = Timestamp::new(number).into();
    }
}

fn is_whole_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where a time may be missing, one that cannot be read is.
impl Wire<'_> for Option<Timestamp> {
    fn take_shape(&mut self, _: Shape) {
        *self = None;
    }

    fn take_text(&mut self, text: Cow<'_, str>) {
        let mut field = TimeField::Absent;
        field.take_text(text);
        *self = field.read();
    }

    fn take_whole(&mut self, number: u64) {
        let mut field = TimeField::Absent;
        field.take_whole(number);
        *self = field.read();
    }

    fn take_negative(&mut self, number: i64) {
        *self = Timestamp::new(number).ok();
    }
}

impl TimeField {
    fn read_text(text: &str) -> Self {
        if is_whole_number(text) {
            // More digits than an i64 has are out of range all the same.
            return text.parse().map_or(Self::OutOfRange, |seconds| Timestamp::new(seconds).into());
        }
        iso(text).map_or(Self::Unreadable(Shape::Text), |time| Timestamp::new(time.timestamp()).into())
    }

    fn read(self) -> Option<Timestamp> {
        match self {
            Self::Read(time) => Some(time),
            Self::Absent | Self::Unreadable(_) | Self::OutOfRange => None,
        }
    }
}
