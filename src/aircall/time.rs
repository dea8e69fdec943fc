//! The times of a call.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::{Deserialize, DeserializeSeed, Deserializer};

use super::error::WireError;
use super::lenient::{Json, ReadInto, Wire};
use super::strict::{Strict, StrictValue};
use super::unusable::{Report, Shape};
use crate::json;
use crate::time::{is_storable, iso, storable};

/// A second between the years 1700 and 4000, which Salesforce can store (LIMIT-3).
///
/// It is read from UNIX seconds as a number or text, or from ISO 8601 (LOG-8). It is written as
/// UNIX seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// The message about a second that is not a timestamp.
pub(crate) const OUT_OF_RANGE: &str = concat!("a time lies ", storable!());
/// The valid times, as a notice about an unusable time names them.
pub(super) const TIME: &str = concat!("a time ", storable!());

impl Timestamp {
    /// The first second of UNIX time.
    pub(crate) const EPOCH: Self = Self(0);

    /// Returns the timestamp of UNIX seconds, or `None` if the second lies outside the years 1700
    /// to 4000. Today's time in milliseconds lies outside them.
    #[must_use]
    pub const fn new(seconds: i64) -> Option<Self> {
        if is_storable(seconds) { Some(Self(seconds)) } else { None }
    }

    /// Returns the UNIX seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Returns the date and time.
    #[must_use]
    pub fn date_time(self) -> DateTime<Utc> {
        // `new` is the only constructor, and chrono's years go far beyond 1700 to 4000, so the
        // fallback is unreachable.
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut time = None;
        ReadInto(&mut time, &mut Report::default()).deserialize(deserializer)?;
        time.ok_or_else(|| json::refused(OUT_OF_RANGE))
    }
}

impl StrictValue for Timestamp {
    const EXPECTED: &'static str = concat!("UNIX seconds or an ISO 8601 time ", storable!());

    #[inline]
    fn read(value: &Json<'_>) -> Strict<Self> {
        match value {
            // Only an empty text is absent. A blank text was meant as a time.
            Json::Text(text) if text.is_empty() => Strict::Absent,
            Json::Text(text) => read_text(text.trim()),
            Json::Whole(number) => in_range(i64::try_from(*number).ok()),
            Json::Negative(number) => in_range(Some(*number)),
            Json::Fraction(number) => read_fraction(*number, Shape::Number),
            other => Strict::unreadable(other),
        }
    }
}

impl Strict<Timestamp> {
    /// Returns the time of an event that may not have happened.
    pub(super) fn unless_zero(self, key: &'static str) -> Result<Option<Timestamp>, WireError> {
        // Exports write 0 for a call that was never answered, and for a call that has not ended.
        Ok(self.optional(key)?.filter(|time| *time != Timestamp::EPOCH))
    }
}

#[inline]
fn in_range(seconds: Option<i64>) -> Strict<Timestamp> {
    seconds.and_then(Timestamp::new).map_or(Strict::OutOfRange, Strict::Read)
}

fn read_text(text: &str) -> Strict<Timestamp> {
    // The characters are tested because `parse` accepts `inf`.
    let is_number = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
    match text.parse() {
        Ok(number) if is_number => read_fraction(number, Shape::Text),
        _ => iso(text).map_or(Strict::Unreadable(Shape::Text), |time| in_range(Some(time.timestamp()))),
    }
}

/// Reads whole seconds that were written as a fraction: table software writes `1772457500.0` if the
/// column has empty cells.
#[cold]
fn read_fraction(seconds: f64, shape: Shape) -> Strict<Timestamp> {
    // A text of too many digits is parsed as infinity. It is out of range, like any large number.
    if seconds.is_finite() && seconds.fract() != 0.0 {
        return Strict::Unreadable(shape);
    }
    in_range(Some(whole(seconds)))
}

#[expect(clippy::cast_possible_truncation, reason = "a number that is too large stays out of range")]
const fn whole(number: f64) -> i64 {
    number as i64
}

/// Reads a time that may be absent. A time that cannot be read is absent too.
impl Wire<'_> for Option<Timestamp> {
    #[expect(clippy::inline_always, reason = "hot, and shared by two kinds of deserializers")]
    #[inline(always)]
    fn take_value(&mut self, value: Json<'_>, report: &mut Report) {
        *self = Timestamp::read(&value).or_report(&value, report);
    }
}

/// A time that was sent in seconds or in milliseconds: Aircall's messages have both (MSG-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct AnyTime {
    pub(super) time: Timestamp,
    pub(super) is_milliseconds: bool,
}

impl Wire<'_> for Option<AnyTime> {
    fn take_value(&mut self, value: Json<'_>, report: &mut Report) {
        let seconds = Timestamp::read(&value);
        let milliseconds = if seconds == Strict::OutOfRange { milliseconds(&value) } else { None };
        let time = milliseconds.or_else(|| seconds.or_report(&value, report));
        *self = time.map(|time| AnyTime { time, is_milliseconds: milliseconds.is_some() });
    }
}

/// Reads milliseconds as the second that contains them.
#[cold]
fn milliseconds(value: &Json<'_>) -> Option<Timestamp> {
    let milliseconds = match value {
        Json::Whole(number) => i64::try_from(*number).ok()?,
        Json::Negative(number) => *number,
        Json::Text(text) => whole(text.trim().parse().ok()?),
        Json::Fraction(number) => whole(*number),
        Json::Null | Json::Boolean | Json::List { .. } | Json::Object { .. } => return None,
    };
    Timestamp::new(milliseconds.div_euclid(1_000))
}
