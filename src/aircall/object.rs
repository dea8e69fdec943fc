//! Macros that declare the objects of the wire: one line a field, with the key it is read from.
//!
//! Each line generates the struct's field, the match on the key, the reading and the writing.

use serde::de::MapAccess;

use super::lenient::{ReadInto, Wire};

/// Reads the value of a field that has two keys. An absent value under one key leaves the value
/// that the other key had.
pub(super) fn read_either<'de, A, T>(map: &mut A, value: &mut T) -> Result<(), A::Error>
where
    A: MapAccess<'de>,
    T: Wire<'de> + Default + PartialEq,
{
    let before = std::mem::take(value);
    map.next_value_seed(ReadInto(value))?;
    if *value == T::default() {
        *value = before;
    }
    Ok(())
}

/// Reads the value of one key: the third argument is the field's other key, if it has one.
macro_rules! read_value {
    ($map:expr, $value:expr) => {
        $map.next_value_seed($crate::aircall::lenient::ReadInto(&mut $value))
    };
    ($map:expr, $value:expr, $alias:literal) => {
        $crate::aircall::object::read_either($map, &mut $value)
    };
}
pub(super) use read_value;

/// Declares an enum of the fields that an object is read for. Any other key is `Unknown`.
macro_rules! fields {
    ($name:ident { $($field:ident = $key:literal $(| $alias:literal)?,)* }) => {
        #[expect(non_camel_case_types, reason = "a variant has the name of its field")]
        pub(super) enum $name {
            $($field,)*
            Unknown,
        }

        impl $crate::aircall::lenient::Field for $name {
            fn of(key: &str) -> Self {
                match key {
                    $($key $(| $alias)? => Self::$field,)*
                    _ => Self::Unknown,
                }
            }
        }
    };
}
pub(super) use fields;

/// Declares an object that is read without errors.
///
/// - `Option` of the object reads `{}` and every other shape as `None`.
/// - Unknown keys are ignored.
/// - If a key is repeated, the last value counts.
/// - If a field has two keys, the last value that is present counts.
macro_rules! wire_object {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident<'a> {
            $($(#[$field_meta:meta])* pub $field:ident: $type:ty = $key:literal $(| $alias:literal)?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
        #[non_exhaustive]
        $visibility struct $name<'a> {
            $($(#[$field_meta])* #[serde(rename = $key)] pub $field: $type,)*
        }

        // A scope of its own, so that every object can call its fields `Key`.
        const _: () = {
            $crate::aircall::object::fields! { Key { $($field = $key $(| $alias)?,)* } }

            impl<'a> $crate::aircall::lenient::Wire<'a> for Option<$name<'a>> {
                fn take_value(&mut self, _: $crate::aircall::lenient::Json<'a>) {
                    *self = None;
                }

                fn take_object<A: serde::de::MapAccess<'a>>(&mut self, mut map: A) -> Result<(), A::Error> {
                    *self = None;
                    while let Some($crate::aircall::lenient::Key(key)) = map.next_key()? {
                        // The first key makes the object, so that `{}` stays `None`.
                        let object = self.get_or_insert_default();
                        match key {
                            $(Key::$field => {
                                $crate::aircall::object::read_value!(&mut map, object.$field $(, $alias)?)?;
                            })*
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
            $($(#[$field_meta:meta])* pub $field:ident: $field_type:ty = $key:literal $(| $alias:literal)?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[non_exhaustive]
        $visibility struct $name<'a> {
            $($(#[$strict_meta])* #[serde(rename = $strict_key)] pub $strict: $type,)*
            $($(#[$field_meta])* #[serde(rename = $key)] pub $field: $field_type,)*
        }

        #[derive(Default)]
        struct $found {
            $($strict: $found_type,)*
        }

        pub(super) struct $draft<'a> {
            found: $found,
            object: $name<'a>,
        }

        $crate::aircall::object::fields! {
            $keys { $($strict = $strict_key,)* $($field = $key $(| $alias)?,)* }
        }

        impl Default for $draft<'_> {
            fn default() -> Self {
                let object = $name {
                    $($strict: <$found_type as $crate::aircall::strict::Finish<$type>>::PLACEHOLDER,)*
                    $($field: Default::default(),)*
                };
                Self { found: $found::default(), object }
            }
        }

        impl<'a> $draft<'a> {
            /// Reads the value of one key. The value of an unknown key is ignored.
            pub(super) fn read_field<A: serde::de::MapAccess<'a>>(
                &mut self,
                field: &$keys,
                map: &mut A,
            ) -> Result<(), A::Error> {
                use $crate::aircall::object::read_value;
                match field {
                    $($keys::$strict => read_value!(map, self.found.$strict),)*
                    $($keys::$field => read_value!(map, self.object.$field $(, $alias)?),)*
                    $keys::Unknown => map.next_value::<serde::de::IgnoredAny>().map(drop),
                }
            }

            /// Replaces the placeholders, or returns the first strict field that is wrong.
            pub(super) fn check(&mut self) -> Result<(), $crate::aircall::strict::FieldError> {
                use $crate::aircall::strict::Finish;
                $(self.object.$strict = self.found.$strict.finish($strict_key)?;)*
                Ok(())
            }

            /// Returns the object, after [`check`](Self::check).
            pub(super) fn finish(self) -> $name<'a> {
                self.object
            }
        }
    };
}
pub(super) use strict_object;
