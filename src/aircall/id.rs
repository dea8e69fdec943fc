//! Aircall's ids.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::lenient::{Json, Wire, digits, is_blank};
use super::unusable::Report;

/// The id of a user, tag, comment or other object of Aircall.
///
/// Most endpoints send ids as numbers, some as text (`participants[].id`): `123` and `"123"` are
/// the same id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AircallId<'a>(Repr<'a>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
enum Repr<'a> {
    /// A number, or a text of digits.
    Number(u64),
    /// Any other text.
    Text(Cow<'a, str>),
}

impl<'a> From<Cow<'a, str>> for AircallId<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        // Comparing ids must not depend on how an endpoint spells them.
        Self(digits(&text).map_or(Repr::Text(text), Repr::Number))
    }
}

impl AircallId<'_> {
    /// Returns the id if it is a number.
    pub(super) const fn number(&self) -> Option<u64> {
        match self.0 {
            Repr::Number(number) => Some(number),
            Repr::Text(_) => None,
        }
    }
}

impl fmt::Display for AircallId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Number(number) => write!(f, "{number}"),
            Repr::Text(text) => f.write_str(text),
        }
    }
}

impl<'a> Wire<'a> for Option<AircallId<'a>> {
    #[expect(clippy::inline_always, reason = "hot, and shared by two kinds of deserializers")]
    #[inline(always)]
    fn take_value(&mut self, value: Json<'a>, report: &mut Report) {
        *self = match value {
            Json::Whole(number) => Some(AircallId(Repr::Number(number))),
            Json::Text(text) if !is_blank(&text) => Some(text.into()),
            other => report.unusable(&other),
        };
    }
}
