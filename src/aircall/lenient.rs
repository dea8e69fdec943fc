//! Reading what Aircall sends, whatever its shape.
//!
//! Aircall's payloads differ by place and year: an absent person is `null`, `{}` or no key at all; an id is a number in
//! one place and text in another; a list can be `null`. So every value is read through [`Wire`]: a shape that a field has
//! no use for reads as its absence (LOG-8), and only the few fields that a Task cannot do without remember what they saw.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The shape of a JSON value, for error messages that must not repeat the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number that does not fit.
    Number,
    /// A text that does not fit.
    Text,
    /// `[…]`
    List,
    /// `{…}`
    Object,
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::List => "a list",
            Self::Object => "an object",
        })
    }
}

/// A type that reads any JSON value without failing.
pub(super) trait Wire<'de>: Sized {
    /// From a shape that has no better reading.
    fn from_shape(shape: Shape) -> Self;

    fn from_text(_text: Cow<'de, str>) -> Self {
        Self::from_shape(Shape::Text)
    }

    fn from_whole(_number: u64) -> Self {
        Self::from_shape(Shape::Number)
    }

    fn from_negative(_number: i64) -> Self {
        Self::from_shape(Shape::Number)
    }

    fn from_object<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::from_shape(Shape::Object))
    }

    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::from_shape(Shape::List))
    }
}

/// Reads the value of a map's current entry.
pub(super) fn value<'de, T: Wire<'de>, A: MapAccess<'de>>(map: &mut A) -> Result<T, A::Error> {
    map.next_value_seed(Reader(PhantomData))
}

/// Reads a whole value.
pub(super) fn read<'de, T: Wire<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(Reader(PhantomData))
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Wire<'de>> DeserializeSeed<'de> for Reader<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Wire<'de>> Visitor<'de> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<T, E> {
        Ok(T::from_text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::from_text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<T, E> {
        Ok(T::from_text(Cow::Owned(text)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::from_whole(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(u64::try_from(number).map_or_else(|_| T::from_negative(number), T::from_whole))
    }

    fn visit_f64<E>(self, _: f64) -> Result<T, E> {
        Ok(T::from_shape(Shape::Number))
    }

    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::from_shape(Shape::Boolean))
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::from_shape(Shape::Null))
    }

    fn visit_none<E>(self) -> Result<T, E> {
        Ok(T::from_shape(Shape::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::from_object(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::from_list(list)
    }
}

/// A key of an object, borrowed where the JSON spells it without escapes.
pub(super) struct Key<'de>(pub(super) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// A text; blank ones are nothing, as Rails sends `""` for a field nobody filled in.
impl<'de> Wire<'de> for Option<Cow<'de, str>> {
    fn from_shape(_: Shape) -> Self {
        None
    }

    fn from_text(text: Cow<'de, str>) -> Self {
        (!text.trim().is_empty()).then_some(text)
    }
}

/// A count; text of digits too.
impl Wire<'_> for Option<u64> {
    fn from_shape(_: Shape) -> Self {
        None
    }

    fn from_text(text: Cow<'_, str>) -> Self {
        digits(&text)
    }

    fn from_whole(number: u64) -> Self {
        Some(number)
    }
}

/// A list, or nothing; `null` elements and `{}` are passed over, as is anything that is no element at all.
impl<'de, T> Wire<'de> for Vec<T>
where
    Option<T>: Wire<'de>,
{
    fn from_shape(_: Shape) -> Self {
        Self::new()
    }

    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut elements = Self::new();
        while let Some(element) = list.next_element_seed(Reader(PhantomData::<Option<T>>))? {
            elements.extend(element);
        }
        Ok(elements)
    }
}

/// A whole number written as text.
pub(super) fn digits(text: &str) -> Option<u64> {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Declares an object of the wire: a struct whose fields each have the keys they are read from.
///
/// `Option` of it reads an object; `{}` and every other shape as `None`. Unknown keys are passed over; of a repeated key the
/// last counts, and of two keys for one field the last that says something.
macro_rules! wire_object {
    (@set $place:expr, $value:expr) => {
        $place = $value
    };
    (@set $place:expr, $value:expr, $alias:literal) => {{
        let value: Option<_> = $value;
        $place = value.or($place.take());
    }};
    (
        $(#[$meta:meta])*
        pub struct $name:ident<'a> {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty = $key:literal $(| $alias:literal)?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
        pub struct $name<'a> {
            $($(#[$field_meta])* #[serde(rename = $key)] pub $field: $type,)*
        }

        impl<'a> $crate::aircall::lenient::Wire<'a> for Option<$name<'a>> {
            fn from_shape(_: $crate::aircall::lenient::Shape) -> Self {
                None
            }

            fn from_object<A: serde::de::MapAccess<'a>>(mut map: A) -> Result<Self, A::Error> {
                use $crate::aircall::lenient::{Key, value};

                let mut read = None;
                while let Some(Key(key)) = map.next_key()? {
                    let object: &mut $name<'a> = read.get_or_insert_default();
                    match &*key {
                        $($key $(| $alias)? => wire_object!(@set object.$field, value(&mut map)? $(, $alias)?),)*
                        _ => {
                            map.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok(read)
            }
        }

        impl<'de: 'a, 'a> serde::Deserialize<'de> for $name<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::aircall::lenient::read::<Option<$name<'de>>, D>(deserializer).map(Option::unwrap_or_default)
            }
        }
    };
}
pub(super) use wire_object;
