//! Errors about a payload, and their position in it.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::unusable::Shape;
use crate::json::ReadError;

/// The reason why a payload was not read.
///
/// The message names fields and shapes, never a value: values are personal data.
#[derive(Debug)]
pub(super) struct WireError {
    /// The keys that lead to the value that is wrong.
    path: Vec<&'static str>,
    message: String,
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl WireError {
    /// Makes an error about the payload as a whole.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { path: Vec::new(), message: message.into() }
    }

    /// Makes the error about a payload that is an error response of Aircall.
    pub(super) fn refusal(expected: &str) -> Self {
        Self::new(format!(
            "an error answer of Aircall (`error`, `message`, `troubleshoot`) where {expected} was expected"
        ))
    }

    /// Makes the error about a value of a wrong shape.
    pub(super) fn wrong_shape(key: &'static str, found: Shape, expected: &str) -> Self {
        Self::new(format!("`{key}` is {found} where {expected} was expected")).under(key)
    }

    /// Makes the error about a field that is unusable for another reason than its shape, such as
    /// `missing`.
    pub(super) fn unusable(key: &'static str, reason: &str, expected: &str) -> Self {
        Self::new(format!("`{key}` is {reason}, expected {expected}")).under(key)
    }

    /// Puts a key before the path: the error was about the value of this key, and becomes an error
    /// about the object that contains the key.
    pub(super) fn under(mut self, key: &'static str) -> Self {
        self.path.insert(0, key);
        self
    }

    /// Adds the position in the payload.
    ///
    /// The payload is parsed a second time to find it, so that reading a valid payload does not
    /// have to keep positions.
    pub(super) fn located(&self, text: &str) -> ReadError {
        let mut payload = serde_json::Deserializer::from_str(text);
        match Stop(&self.path).deserialize(&mut payload) {
            Err(stopped) => ReadError::at(&stopped, self),
            Ok(never) => match never {},
        }
    }
}

/// Reads a payload and stops at the end of the value to which a path of keys leads.
///
/// It stops with an error, because only an error of `serde_json` has a line and column. If an
/// object lacks the next key of the path, the error is at the end of that object.
struct Stop<'p>(&'p [&'p str]);

impl<'de> DeserializeSeed<'de> for Stop<'_> {
    type Value = Infallible;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Infallible, D::Error> {
        deserializer.deserialize_any(self)
    }
}

fn stop<E: de::Error>() -> Result<Infallible, E> {
    Err(E::custom("stopped"))
}

impl<'de> Visitor<'de> for Stop<'_> {
    type Value = Infallible;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing")
    }

    // Lists and objects off the path are read to their end, where the error's position belongs.
    // For all other values serde's default methods fail, which stops the reading at the value.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Infallible, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        stop()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Infallible, A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match self.0.split_first() {
                Some((first, rest)) if *first == key => return map.next_value_seed(Stop(rest)),
                _ => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        stop()
    }
}
