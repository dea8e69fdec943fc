//! The objects of the wire: how they are read key by key, and the macros that declare them.
//!
//! A declaration has one line per field, with the field's key. Each line generates the struct's
//! field, the match on the key, the reading and the writing.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::lenient::{Field, Json, Key, ReadInto, Wire, is_nothing, read_json};
use super::unusable::{Report, Shape};

/// An object that is read key by key.
///
/// - If a key is repeated, the last value counts.
/// - If a field has two keys, the last value that is present counts.
pub(super) trait Object<'a>: Default {
    type Key: Field;

    /// Reads the value of one key. The value of an unknown key is ignored.
    fn read_value<A: MapAccess<'a>>(
        &mut self,
        key: Self::Key,
        map: &mut A,
        report: &mut Report,
    ) -> Result<(), A::Error>;

    /// Makes the object from a text in its place, or returns a text that cannot be used.
    fn from_text(text: Cow<'a, str>) -> Result<Self, Cow<'a, str>> {
        Err(text)
    }
}

/// Reads an object without errors. `{}` and every other shape are absent. A text that is the JSON
/// of the object is read as the object.
impl<'a, T: Object<'a>> Wire<'a> for Option<T> {
    fn take_value(&mut self, value: Json<'a>, report: &mut Report) {
        *self = report.unusable(&value);
    }

    fn take_text(&mut self, text: Cow<'a, str>, report: &mut Report) {
        if !read_json(self, &text, '{', report) {
            let text = if is_nothing(&text) { Err(Json::Null) } else { T::from_text(text).map_err(Json::Text) };
            *self = text.map_or_else(|unusable| report.unusable(&unusable), Some);
        }
    }

    fn take_object<A: MapAccess<'a>>(&mut self, mut map: A, report: &mut Report) -> Result<(), A::Error> {
        *self = None;
        while let Some(Key(key)) = map.next_key()? {
            // The first key makes the object, so that `{}` stays `None`.
            self.get_or_insert_default().read_value(key, &mut map, report)?;
        }
        Ok(())
    }
}

/// Reads an object that must be present. For any other value, the result is the value's shape.
impl<'a, T: Object<'a>> Wire<'a> for Result<T, Shape> {
    #[inline]
    fn take_value(&mut self, value: Json<'a>, _: &mut Report) {
        *self = Err(value.shape());
    }

    fn take_object<A: MapAccess<'a>>(&mut self, mut map: A, report: &mut Report) -> Result<(), A::Error> {
        *self = Ok(T::default());
        // The object is filled in place, because moving a full object would copy it.
        if let Ok(object) = self {
            while let Some(Key(key)) = map.next_key()? {
                object.read_value(key, &mut map, report)?;
            }
        }
        Ok(())
    }
}

/// Reads the value of a field that has several keys. An absent value under one key leaves the value
/// that another key had.
#[expect(clippy::inline_always, reason = "hot, and shared by two kinds of deserializers")]
#[inline(always)]
pub(super) fn read_either<'de, A, T>(map: &mut A, value: &mut T, report: &mut Report) -> Result<(), A::Error>
where
    A: MapAccess<'de>,
    T: Wire<'de> + Default + PartialEq,
{
    let before = std::mem::take(value);
    map.next_value_seed(ReadInto(value, report))?;
    if *value == T::default() {
        *value = before;
    }
    Ok(())
}

/// Declares an enum of the keys that are read from an object. Any other key is `Unknown`.
macro_rules! fields {
    ($(#[$inline:meta])* $name:ident { $($field:ident = $($key:literal)|+,)* }) => {
        #[expect(non_camel_case_types, reason = "a variant has the name of its field or key")]
        pub(super) enum $name {
            $($field,)*
            Unknown,
        }

        impl $crate::aircall::lenient::Field for $name {
            $(#[$inline])*
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

/// Reads the value of one key into its field. Then it calls the method after `then` with the
/// argument and the key's name.
macro_rules! read_key {
    ($key:ident of $map:ident, $report:ident: $keys:ident {
        $($field:ident: $value:expr, $name:literal $(, $other:ident = $alias:literal)?;)*
    } then $receiver:expr, $method:ident($argument:expr)) => {
        match $key {
            $(
                $keys::$field => {
                    $crate::aircall::object::read_key!($map, $value, $report $(, $alias)?)?;
                    $receiver.$method($argument, $name);
                }
                $($keys::$other => {
                    $crate::aircall::object::read_either($map, &mut $value, $report)?;
                    $receiver.$method($argument, $alias);
                })?
            )*
            $keys::Unknown => {
                $map.next_value::<serde::de::IgnoredAny>()?;
            }
        }
    };
    ($map:ident, $value:expr, $report:ident) => {
        $map.next_value_seed($crate::aircall::lenient::ReadInto(&mut $value, $report))
    };
    ($map:ident, $value:expr, $report:ident, $alias:literal) => {
        $crate::aircall::object::read_either($map, &mut $value, $report)
    };
}
pub(super) use read_key;

/// Declares an object that is read without errors.
///
/// `or text` names the field that is filled by a text in place of the object. Without it, such a
/// text is of a wrong shape.
macro_rules! wire_object {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident<'a> {
            $(
                $(#[$field_meta:meta])*
                $field_visibility:vis $field:ident: $type:ty = $key:literal $(| $other:ident = $alias:literal)?,
            )*
        }
        $(or text: $text:ident)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
        #[non_exhaustive]
        $visibility struct $name<'a> {
            $($(#[$field_meta])* #[serde(rename = $key)] $field_visibility $field: $type,)*
        }

        // A scope of its own, so that every object can call its keys `Key`.
        const _: () = {
            use $crate::aircall::unusable::Report;

            $crate::aircall::object::fields! {
                // Hot, and shared by two kinds of deserializers.
                #[inline(always)]
                Key { $($field = $key, $($other = $alias,)?)* }
            }

            impl<'a> $crate::aircall::object::Object<'a> for $name<'a> {
                type Key = Key;

                fn read_value<A: serde::de::MapAccess<'a>>(
                    &mut self,
                    key: Key,
                    map: &mut A,
                    report: &mut Report,
                ) -> Result<(), A::Error> {
                    let before = report.len();
                    $crate::aircall::object::read_key!(key of map, report: Key {
                        $($field: self.$field, $key $(, $other = $alias)?;)*
                    } then report, name(before));
                    Ok(())
                }

                $(fn from_text(text: std::borrow::Cow<'a, str>) -> Result<Self, std::borrow::Cow<'a, str>> {
                    Ok(Self { $text: Some(text), ..Self::default() })
                })?
            }
        };
    };
}
pub(super) use wire_object;

/// Declares an object in which some fields must be readable, and the types that read it:
///
/// - `keys`: the fields by key.
/// - `draft`: the object while it is being read.
/// - `found`: what was found in the strict fields.
///
/// Each strict field has the type that reads it, the method that judges what was found, and a
/// placeholder. One of the other fields must be `unusable`.
///
/// A strict field is judged only after the whole object has been read, because a later key can
/// repeat an earlier one. The draft contains the object with placeholders in its strict fields, so
/// that the object is copied only once, as a block. Returning it in a `Result`, or moving it field
/// by field, costs some 300 instructions more for each call.
macro_rules! strict_object {
    (
        keys $keys:ident, draft $draft:ident, found $found:ident;
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident<'a>;
        strict {
            $(
                $(#[$strict_meta:meta])*
                pub $strict:ident: $type:ty = $strict_key:literal as $found_type:ty, $judge:ident or $placeholder:expr;
            )*
        }
        lenient {
            $(
                $(#[$field_meta:meta])*
                $field_visibility:vis $field:ident: $field_type:ty = $key:literal $(| $other:ident = $alias:literal)?,
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[non_exhaustive]
        $visibility struct $name<'a> {
            $($(#[$strict_meta])* #[serde(rename = $strict_key)] pub $strict: $type,)*
            $($(#[$field_meta])* #[serde(rename = $key)] $field_visibility $field: $field_type,)*
        }

        #[derive(Default)]
        struct $found {
            $($strict: $found_type,)*
        }

        pub(super) struct $draft<'a> {
            found: $found,
            /// The object, which is complete after [`check`](Self::check).
            pub(super) object: $name<'a>,
        }

        $crate::aircall::object::fields! {
            $keys { $($strict = $strict_key,)* $($field = $key, $($other = $alias,)?)* }
        }

        impl Default for $draft<'_> {
            fn default() -> Self {
                let object = $name { $($strict: $placeholder,)* $($field: Default::default(),)* };
                Self { found: $found::default(), object }
            }
        }

        impl<'a> $crate::aircall::object::Object<'a> for $draft<'a> {
            type Key = $keys;

            fn read_value<A: serde::de::MapAccess<'a>>(
                &mut self,
                key: $keys,
                map: &mut A,
                report: &mut Report,
            ) -> Result<(), A::Error> {
                let Self { found, object } = self;
                $crate::aircall::object::read_key!(key of map, report: $keys {
                    $($strict: found.$strict, $strict_key;)*
                    $($field: object.$field, $key $(, $other = $alias)?;)*
                } then object.unusable, take_from(report));
                Ok(())
            }
        }

        impl $draft<'_> {
            /// Replaces the placeholders, or returns the error about the first strict field that is
            /// wrong.
            pub(super) fn check(&mut self) -> Result<(), $crate::aircall::error::WireError> {
                $(self.object.$strict = self.found.$strict.$judge($strict_key)?;)*
                Ok(())
            }
        }
    };
}
pub(super) use strict_object;
