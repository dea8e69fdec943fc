//! JSON objects of our own formats: they refuse unknown keys, repeated keys, and lists.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::refused;

/// Reads a value from an object, and refuses a list: serde's own structs are read from lists, too.
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
/// `with` declares keys that are no field of the struct. `finish` is called with the struct and the
/// values of these keys; it fails where the fields do not fit together. Deriving `Deserialize` on
/// the struct itself would allow neither, and would accept lists.
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

/// What an object with a table of keys is read into, key by key.
pub(crate) trait Keyed<'de>: Default {
    /// Lists the keys.
    fn keys() -> impl Iterator<Item = &'static str>;

    /// Reads the value of one of the keys.
    fn read<A: MapAccess<'de>>(&mut self, key: &'static str, map: &mut A) -> Result<(), A::Error>;
}

/// Reads an object whose keys are those of a table, each at most once.
///
/// For `#[serde(deserialize_with = "…")]`.
pub(crate) fn keyed<'de, D: Deserializer<'de>, T: Keyed<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct KeyedVisitor<T>(PhantomData<T>);
    impl<'de, T: Keyed<'de>> Visitor<'de> for KeyedVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            read_keys(&mut map)
        }
    }
    deserializer.deserialize_map(KeyedVisitor(PhantomData))
}

/// Reads what is left of an object, as [`keyed`] does.
pub(crate) fn read_keys<'de, A: MapAccess<'de>, T: Keyed<'de>>(map: &mut A) -> Result<T, A::Error> {
    let mut value = T::default();
    let mut seen = Vec::new();
    while let Some(key) = map.next_key_seed(Key::<T>(PhantomData))? {
        if seen.contains(&key) {
            return Err(refused(format_args!("duplicate field `{key}`")));
        }
        seen.push(key);
        value.read(key, map)?;
    }
    Ok(value)
}

/// Reads one key, where it stands, so that the error about an unknown key has its place.
struct Key<T>(PhantomData<T>);

impl<'de, T: Keyed<'de>> DeserializeSeed<'de> for Key<T> {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'static str, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de, T: Keyed<'de>> Visitor<'de> for Key<T> {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<&'static str, E> {
        T::keys().find(|key| *key == text).ok_or_else(|| {
            let known: Vec<_> = T::keys().map(|key| format!("`{key}`")).collect();
            refused(format_args!("unknown field `{text}`, expected one of {}", known.join(", ")))
        })
    }
}
