//! Finds the position of a value in a payload.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Reads a payload and stops at the end of the value to which a path of keys leads.
///
/// It stops with an error, because only an error of `serde_json` has a line and column. If an
/// object lacks the next key of the path, the error is at the end of that object.
pub(super) struct Stop<'p>(pub(super) &'p [&'p str]);

impl<'de> DeserializeSeed<'de> for Stop<'_> {
    type Value = Infallible;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Infallible, D::Error> {
        deserializer.deserialize_any(self)
    }
}

fn here<E: de::Error>() -> Result<Infallible, E> {
    Err(E::custom("here"))
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
        here()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Infallible, A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match self.0.split_first() {
                Some((first, rest)) if *first == key => return map.next_value_seed(Stop(rest)),
                _ => map.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        here()
    }
}
