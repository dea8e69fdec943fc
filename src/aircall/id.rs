//! Aircall's ids.

use std::borrow::Cow;

use serde::Serialize;

use super::lenient::{Shape, Wire, digits};

/// An id that Aircall gave to a user, a tag, a comment and the like.
///
/// Numbers in most places, text in some (`participants[].id`): `123` and `"123"` are the same id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum AircallId<'a> {
    /// A number, or text that is one.
    Number(u64),
    /// Any other text.
    Text(Cow<'a, str>),
}

impl<'a> Wire<'a> for Option<AircallId<'a>> {
    fn from_shape(_: Shape) -> Self {
        None
    }

    fn from_text(text: Cow<'a, str>) -> Self {
        match digits(&text) {
            Some(number) => Some(AircallId::Number(number)),
            None if text.trim().is_empty() => None,
            None => Some(AircallId::Text(text)),
        }
    }

    fn from_whole(number: u64) -> Self {
        Some(AircallId::Number(number))
    }
}
