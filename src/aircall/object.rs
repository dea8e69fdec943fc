//! Macros that declare the objects of the wire: one line a field, with the key it is read from.
//!
//! Each line generates the struct's field, the match on the key, the reading and the writing.

use serde::de::MapAccess;

use super::lenient::{ReadInto, Wire};
use super::unusable::Report;

/// Reads the value of a field that has two keys. An absent value under one key leaves the value
/// that the other key had.
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

/// Reads the value of one key: the fourth argument is the field's other key, if it has one.
macro_rules! read_value {
    ($map:expr, $value:expr, $report:expr) => {
        $map.next_value_seed($crate::aircall::lenient::ReadInto(&mut $value, $report))
    };
    ($map:expr, $value:expr, $report:expr, $alias:literal) => {
        $crate::aircall::object::read_either($map, &mut $value, $report)
    };
}
pub(super) use read_value;

/// Declares an enum of the keys that an object is read for. Any other key is `Unknown`.
macro_rules! fields {
    ($(#[$inline:meta])* $name:ident { $($field:ident = $key:literal,)* }) => {
        #[expect(non_camel_case_types, reason = "a variant has the name of its field or key")]
        pub(super) enum $name {
            $($field,)*
            Unknown,
        }

        impl $crate::aircall::lenient::Field for $name {
            $(#[$inline])*
            fn of(key: &str) -> Self {
                match key {
                    $($key => Self::$field,)*
                    _ => Self::Unknown,
                }
            }
        }
    };
}
pub(super) use fields;

/// Reads a text that stands in place of an object. The last argument is what any text becomes.
macro_rules! take_text {
    ($value:expr, $text:expr, $report:expr) => {
        $crate::aircall::lenient::take_json($value, $text, '{', $report)
    };
    ($value:expr, $text:expr, $report:expr, $name:ident { $field:ident }) => {
        if !$crate::aircall::lenient::read_json($value, &$text, '{', $report) {
            let is_nothing = $crate::aircall::lenient::is_nothing(&$text);
            *$value = (!is_nothing).then(|| $name { $field: Some($text), ..$name::default() });
        }
    };
}
pub(super) use take_text;

/// Declares an object that is read without errors.
///
/// - `Option` of the object reads `{}` and every other shape as `None`.
/// - Unknown keys are ignored.
/// - If a key is repeated, the last value counts.
/// - If a field has two keys, the last value that is present counts.
/// - A text that is the JSON of the object is read as the object. `or text` names the field that
///   any other text fills; without it, such a text is of a wrong shape.
macro_rules! wire_object {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident<'a> {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty = $key:literal $(| $other:ident = $alias:literal)?,)*
        }
        $(or text: $text:ident)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
        #[non_exhaustive]
        $visibility struct $name<'a> {
            $($(#[$field_meta])* #[serde(rename = $key)] pub $field: $type,)*
        }

        // A scope of its own, so that every object can call its fields `Key`.
        const _: () = {
            $crate::aircall::object::fields! {
                // Hot, and shared by two kinds of deserializers.
                #[inline(always)]
                Key { $($field = $key, $($other = $alias,)?)* }
            }

            impl<'a> $crate::aircall::lenient::Wire<'a> for Option<$name<'a>> {
                fn take_value(
                    &mut self,
                    value: $crate::aircall::lenient::Json<'a>,
                    report: &mut $crate::aircall::unusable::Report,
                ) {
                    *self = None;
                    report.unusable(&value);
                }

                fn take_text(
                    &mut self,
                    text: std::borrow::Cow<'a, str>,
                    report: &mut $crate::aircall::unusable::Report,
                ) {
                    $crate::aircall::object::take_text!(self, text, report $(, $name { $text })?);
                }

                fn take_object<A: serde::de::MapAccess<'a>>(
                    &mut self,
                    mut map: A,
                    report: &mut $crate::aircall::unusable::Report,
                ) -> Result<(), A::Error> {
                    *self = None;
                    let first = report.len();
                    let mut named = first;
                    while let Some($crate::aircall::lenient::Key(key)) = map.next_key()? {
                        // The first key makes the object, so that `{}` stays `None`.
                        let object = self.get_or_insert_default();
                        match key {
                            $(
                                Key::$field => {
                                    $crate::aircall::object::read_value!(
                                        &mut map, object.$field, report $(, $alias)?
                                    )?;
                                    named = report.name(first, named, $key);
                                }
                                $(Key::$other => {
                                    $crate::aircall::object::read_either(&mut map, &mut object.$field, report)?;
                                    named = report.name(first, named, $alias);
                                })?
                            )*
                            Key::Unknown => {
                                map.next_value::<serde::de::IgnoredAny>()?;
                            }
                        }
                    }
                    Ok(())
                }
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
/// The `own` fields are the library's: it writes them, and no payload of Aircall has them. One of
/// them must be `unusable`.
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
            $($(#[$strict_meta:meta])* pub $strict:ident: $type:ty = $strict_key:literal as $found_type:ty,)*
        }
        lenient {
            $($(#[$field_meta:meta])* pub $field:ident: $field_type:ty = $key:literal $(| $other:ident = $alias:literal)?,)*
        }
        own {
            $($(#[$own_meta:meta])* $own:ident: $own_type:ty = $own_key:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[non_exhaustive]
        $visibility struct $name<'a> {
            $($(#[$strict_meta])* #[serde(rename = $strict_key)] pub $strict: $type,)*
            $($(#[$field_meta])* #[serde(rename = $key)] pub $field: $field_type,)*
            $($(#[$own_meta])* #[serde(rename = $own_key)] pub(crate) $own: $own_type,)*
        }

        #[derive(Default)]
        struct $found {
            $($strict: $found_type,)*
        }

        pub(super) struct $draft<'a> {
            found: $found,
            /// The unusable values of the field that is being read.
            report: Report,
            /// The object, which is complete after [`check`](Self::check).
            pub(super) object: $name<'a>,
        }

        $crate::aircall::object::fields! {
            $keys { $($strict = $strict_key,)* $($field = $key, $($other = $alias,)?)* $($own = $own_key,)* }
        }

        impl Default for $draft<'_> {
            fn default() -> Self {
                let object = $name {
                    $($strict: <$found_type as $crate::aircall::strict::Finish<$type>>::PLACEHOLDER,)*
                    $($field: Default::default(),)*
                    $($own: Default::default(),)*
                };
                Self { found: $found::default(), report: Report::default(), object }
            }
        }

        impl<'a> $draft<'a> {
            /// Reads the value of one key. The value of an unknown key is ignored.
            pub(super) fn read_field<A: serde::de::MapAccess<'a>>(
                &mut self,
                field: &$keys,
                map: &mut A,
            ) -> Result<(), A::Error> {
                use $crate::aircall::object::{read_either, read_value};
                let Self { found, report, object } = self;
                match field {
                    $($keys::$strict => read_value!(map, found.$strict, report)?,)*
                    $(
                        $keys::$field => {
                            read_value!(map, object.$field, report $(, $alias)?)?;
                            object.unusable.take_from(report, $key);
                        }
                        $($keys::$other => {
                            read_either(map, &mut object.$field, report)?;
                            object.unusable.take_from(report, $alias);
                        })?
                    )*
                    // What the library wrote is not the payload's, so it is not reported.
                    $($keys::$own => read_value!(map, object.$own, &mut Report::default())?,)*
                    $keys::Unknown => {
                        map.next_value::<serde::de::IgnoredAny>()?;
                    }
                }
                Ok(())
            }

            /// Replaces the placeholders, or returns the first strict field that is wrong.
            pub(super) fn check(&mut self) -> Result<(), $crate::aircall::error::WireError> {
                use $crate::aircall::strict::Finish;
                $(self.object.$strict = self.found.$strict.finish($strict_key)?;)*
                Ok(())
            }
        }
    };
}
pub(super) use strict_object;
