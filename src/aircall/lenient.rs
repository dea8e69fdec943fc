//! Reads whatever Aircall sends, in any shape.
//!
//! Aircall's payloads differ by endpoint and year:
//!
//! - An absent person is `null`, `{}` or a missing key.
//! - An id is a number in one endpoint and text in another.
//! - A list can be `null`.
//!
//! Every value is therefore read through [`Wire`], which accepts all shapes. A field treats a shape
//! that it cannot use as absent (LOG-8). Only the fields that a Task needs reject a wrong shape:
//! see [`strict`](super::strict).

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A JSON value, without the content of a list or an object.
pub(super) enum Json<'de> {
    Null,
    Boolean,
    /// A number with a fraction or an exponent.
    Fraction,
    Whole(u64),
    Negative(i64),
    Text(Cow<'de, str>),
    List,
    Object,
}

impl Json<'_> {
    /// Returns the shape of the value: error messages must not repeat the value itself.
    pub(super) const fn shape(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Fraction | Self::Whole(_) | Self::Negative(_) => "a number",
            Self::Text(_) => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// A variable that accepts any JSON value without failing.
///
/// A value is written into the variable instead of being returned: a call takes some 900 bytes, and
/// each return would copy them.
pub(super) trait Wire<'de> {
    fn take_value(&mut self, value: Json<'de>);

    // Most values are texts. A type that keeps the text overrides this method, so that the text is
    // not wrapped in the enum and unwrapped again.
    fn take_text(&mut self, text: Cow<'de, str>) {
        self.take_value(Json::Text(text));
    }

    fn take_object<A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        // serde fails if the entries of an object are left unread.
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.take_value(Json::Object);
        Ok(())
    }

    fn take_list<A: SeqAccess<'de>>(&mut self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.take_value(Json::List);
        Ok(())
    }
}

/// Reads a value into a variable.
pub(super) struct ReadInto<'p, T>(pub(super) &'p mut T);

impl<'de, T: Wire<'de>> DeserializeSeed<'de> for ReadInto<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Wire<'de>> Visitor<'de> for ReadInto<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.0.take_text(Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        // In JSON text this is a text with escapes. serde's buffer holds it, so it must be copied.
        self.0.take_text(Cow::Owned(text.to_owned()));
        Ok(())
    }

    fn visit_string<E>(self, text: String) -> Result<(), E> {
        self.0.take_text(Cow::Owned(text));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.take_value(Json::Whole(number));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        // Some deserializers deliver every integer as `i64`, positive numbers too.
        self.0.take_value(u64::try_from(number).map_or(Json::Negative(number), Json::Whole));
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.0.take_value(Json::Fraction);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.0.take_value(Json::Boolean);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.take_value(Json::Null);
        Ok(())
    }

    // `null` arrives as a unit from JSON text, and as `None` from other deserializers.
    fn visit_none<E>(self) -> Result<(), E> {
        self.0.take_value(Json::Null);
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.take_object(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        self.0.take_list(list)
    }
}

/// The fields of an object, chosen by key.
pub(super) trait Field {
    /// Returns the field that a key belongs to.
    fn of(key: &str) -> Self;
}

/// Reads a key as a field, without keeping the key's text.
pub(super) struct Key<F>(pub(super) F);

impl<'de, F: Field> Deserialize<'de> for Key<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor<F>(PhantomData<F>);
        impl<F: Field> Visitor<'_> for KeyVisitor<F> {
            type Value = Key<F>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<F>, E> {
                Ok(Key(F::of(key)))
            }
        }
        // The visitor borrows the key, so that no key is copied, whether known or unknown.
        deserializer.deserialize_str(KeyVisitor(PhantomData))
    }
}

/// Reads a text. A blank text is absent: Rails sends `""` for a field that nobody filled in.
impl<'de> Wire<'de> for Option<Cow<'de, str>> {
    fn take_value(&mut self, _: Json<'de>) {
        *self = None;
    }

    fn take_text(&mut self, text: Cow<'de, str>) {
        *self = (!is_blank(&text)).then_some(text);
    }
}

/// Returns whether a text is empty or only white space.
pub(super) fn is_blank(text: &str) -> bool {
    // Almost every text begins with a visible ASCII character: this test is cheaper than `trim`.
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.trim().is_empty()
}

/// Reads a list. Elements that are absent (`null`, `{}` or of a wrong shape) are left out.
impl<'de, T> Wire<'de> for Vec<T>
where
    Option<T>: Wire<'de>,
{
    #[inline]
    fn take_value(&mut self, _: Json<'de>) {
        self.clear();
    }

    fn take_list<A: SeqAccess<'de>>(&mut self, mut list: A) -> Result<(), A::Error> {
        // If a key is repeated, the last list counts.
        self.clear();
        let mut element = None;
        while list.next_element_seed(ReadInto(&mut element))?.is_some() {
            self.extend(element.take());
        }
        Ok(())
    }
}

/// Parses a whole number that was sent as text.
pub(crate) fn digits(text: &str) -> Option<u64> {
    let text = text.trim();
    // `parse` alone would accept a leading `+`.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
