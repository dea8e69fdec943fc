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

/// A place that takes any JSON value without failing. Values are read into their places: a call is some 900 bytes, too many to be
/// handed around while it is being read.
pub(super) trait Wire<'de> {
    /// Takes a shape that has no better reading.
    fn take_shape(&mut self, shape: Shape);

    fn take_text(&mut self, _text: Cow<'de, str>) {
        self.take_shape(Shape::Text);
    }

    fn take_whole(&mut self, _number: u64) {
        self.take_shape(Shape::Number);
    }

    fn take_negative(&mut self, _number: i64) {
        self.take_shape(Shape::Number);
    }

    fn take_object<A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.take_shape(Shape::Object);
        Ok(())
    }

    fn take_list<A: SeqAccess<'de>>(&mut self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.take_shape(Shape::List);
        Ok(())
    }
}

/// Reads a value into its place.
pub(super) struct Into<'p, T>(pub(super) &'p mut T);

impl<'de, T: Wire<'de>> DeserializeSeed<'de> for Into<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Wire<'de>> Visitor<'de> for Into<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.0.take_text(Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.take_text(Cow::Owned(text.to_owned()));
        Ok(())
    }

    fn visit_string<E>(self, text: String) -> Result<(), E> {
        self.0.take_text(Cow::Owned(text));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.take_whole(number);
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        match u64::try_from(number) {
            Ok(number) => self.0.take_whole(number),
            Err(_) => self.0.take_negative(number),
        }
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.0.take_shape(Shape::Number);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.0.take_shape(Shape::Boolean);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.take_shape(Shape::Null);
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.0.take_shape(Shape::Null);
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

/// The fields that an object is read for.
pub(super) trait Field {
    /// The field of a key.
    fn of(key: &str) -> Self;
}

/// Reads a key.
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
        deserializer.deserialize_str(KeyVisitor(PhantomData))
    }
}

/// A text; blank ones are nothing, as Rails sends `""` for a field nobody filled in.
impl<'de> Wire<'de> for Option<Cow<'de, str>> {
    fn take_shape(&mut self, _: Shape) {
        *self = None;
    }

    fn take_text(&mut self, text: Cow<'de, str>) {
        *self = (!is_blank(&text)).then_some(text);
    }
}

/// Whether a text says nothing.
pub(super) fn is_blank(text: &str) -> bool {
    !text.starts_with(|first: char| first.is_ascii_graphic()) && text.trim().is_empty()
}

/// A count; text of digits too.
impl Wire<'_> for Option<u64> {
    fn take_shape(&mut self, _: Shape) {
        *self = None;
    }

    fn take_text(&mut self, text: Cow<'_, str>) {
        *self = digits(&text);
    }

    fn take_whole(&mut self, number: u64) {
        *self = Some(number);
    }
}

/// A list, or nothing; `null` elements and `{}` are passed over, as is anything that is no element at all.
impl<'de, T> Wire<'de> for Vec<T>
where
    Option<T>: Wire<'de>,
{
    fn take_shape(&mut self, _: Shape) {
        self.clear();
    }

    fn take_list<A: SeqAccess<'de>>(&mut self, mut list: A) -> Result<(), A::Error> {
        self.clear();
        let mut element = None;
        while list.next_element_seed(Into(&mut element))?.is_some() {
            self.extend(element.take());
        }
        Ok(())
    }
}

/// A whole number written as text.
pub(super) fn digits(text: &str) -> Option<u64> {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Declares the fields that an object is read for, each with its keys.
macro_rules! fields {
    ($visibility:vis $name:ident { $($field:ident = $($key:literal)|+,)* }) => {
        $visibility enum $name {
            $($field,)*
            Unknown,
        }

        impl $crate::aircall::lenient::Field for $name {
            fn of(key: &str) -> Self {
                match key {
                    $($($key)|+ => Self::$field,)*
                    _ => Self::Unknown,
                }
            }
        }
    };
}
pub(super) use fields;

/// Declares an object of the wire: a struct whose fields each have the key they are read from.
///
/// `Option` of it reads an object; `{}` and every other shape as `None`. Unknown keys are passed over; of a repeated key the last counts,
/// and of two keys for one field the last that says something.
macro_rules! wire_object {
    (@read $map:ident, $place:expr) => {
        $map.next_value_seed($crate::aircall::lenient::Into(&mut $place))?
    };
    (@read $map:ident, $place:expr, $alias:literal) => {{
        let before = $place.take();
        wire_object!(@read $map, $place);
        $place = $place.take().or(before);
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

        const _: () = {
            #[expect(non_camel_case_types, reason = "the fields' own names")]
            enum Key {
                $($field,)*
                Unknown,
            }

            impl $crate::aircall::lenient::Field for Key {
                fn of(key: &str) -> Self {
                    match key {
                        $($key $(| $alias)? => Self::$field,)*
                        _ => Self::Unknown,
                    }
                }
            }

            impl<'a> $crate::aircall::lenient::Wire<'a> for Option<$name<'a>> {
                fn take_shape(&mut self, _: $crate::aircall::lenient::Shape) {
                    *self = None;
                }

                fn take_object<A: serde::de::MapAccess<'a>>(&mut self, mut map: A) -> Result<(), A::Error> {
                    *self = None;
                    while let Some($crate::aircall::lenient::Key(key)) = map.next_key()? {
                        let object = self.get_or_insert_default();
                        match key {
                            $(Key::$field => wire_object!(@read map, object.$field $(, $alias)?),)*
                            Key::Unknown => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(())
                }
            }
        };

        impl<'de: 'a, 'a> serde::Deserialize<'de> for $name<'a> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut read: Option<$name<'de>> = None;
                serde::de::DeserializeSeed::deserialize($crate::aircall::lenient::Into(&mut read), deserializer)?;
                Ok(read.unwrap_or_default())
            }
        }
    };
}
pub(super) use wire_object;
