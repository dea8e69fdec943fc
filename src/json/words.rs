//! Enums that are one word in JSON.

use std::fmt;

/// Declares enums that are one word in JSON, some with a default.
macro_rules! words {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident $(default $default:ident)? {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)*
        }
    )*) => {$(
        $(#[$meta])*
        $(#[doc = concat!("\n\nThe default is `", stringify!($default), "`.")])?
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* #[doc = concat!("\n\nIn JSON `", $word, "`.")] $variant,)*
        }

        impl $name {
            /// Returns the word in JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let expected = $crate::json::OneOf(&[$($word),*]);
                $crate::json::text(deserializer, expected, |text| match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(format!("a text where {expected} was expected")),
                })
            }
        }
    )*};
}
pub(crate) use words;

/// Lists the words that a text may be.
#[derive(Clone, Copy)]
pub(crate) struct OneOf(pub(crate) &'static [&'static str]);

impl fmt::Display for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, word) in self.0.iter().enumerate() {
            let before = match n {
                0 => "",
                n if n + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(f, "{before}`{word}`")?;
        }
        Ok(())
    }
}
