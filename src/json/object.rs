//! JSON objects of this library's own formats, which reject unknown keys and lists.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// Reads a value from an object. It rejects a list, which a derived `Deserialize` would accept.
///
/// For `#[serde(deserialize_with = "…")]`.
pub(crate) fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct ObjectVisitor<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }
    // serde_json rejects a list here, because the visitor has no `visit_seq`.
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// Holds a value that [`object`] reads.
#[derive(Debug)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Self)
    }
}

/// Declares a struct that is read from a JSON object.
///
/// `with` declares keys that are not fields of the struct. `finish` is called with the struct and
/// the values of these keys; it fails if the fields contradict each other. Deriving `Deserialize`
/// on the struct itself would allow neither, and would accept lists.
macro_rules! json_object {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[doc = $doc:literal])* $(#[serde($($serde:tt)*)])* pub $field:ident: $type:ty,)*
        }
        with { $($(#[serde($($key_serde:tt)*)])* $key:ident: $key_type:ty,)* }
        finish $finish:path
    ) => {
        $(#[$meta])*
        pub struct $name {
            $($(#[doc = $doc])* pub $field: $type,)*
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Keys {
                    $($(#[serde($($serde)*)])* $field: $type,)*
                    $($(#[serde($($key_serde)*)])* $key: $key_type,)*
                }
                let Keys { $($field,)* $($key,)* } = $crate::json::object(deserializer)?;
                $finish(Self { $($field,)* }, $($key,)*).map_err($crate::json::refused)
            }
        }
    };
    ($($struct:tt)*) => {
        $crate::json::json_object! { $($struct)* with {} finish Ok::<_, std::convert::Infallible> }
    };
}
pub(crate) use json_object;
