//! Aircall's ids.

use std::borrow::Cow;

use serde::Serialize;

use super::lenient::{Shape, Wire, digits, is_blank};

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
    fn take_shape(&mut self, _: Shape) {
        *self = None;
    }

    fn take_text(&mut self, text: Cow<'a, str>) {
        *self = match digits(&text) {
            Some(number) => Some(AircallId::Number(number)),
            None if is_blank(&text) => None,
            None => Some(AircallId::Text(text)),
        };
    }

    fn take_whole(&mut self, number: u64) {
        *self = Some(AircallId::Number(number));
    }
}
