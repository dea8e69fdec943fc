//! Enums that Aircall may extend: the listed values and any other text, kept as it came.

/// Declares one.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name<'a> {
            $($(#[$variant_meta])* $variant,)*
            /// A value that is not listed here, as it came.
            Other(std::borrow::Cow<'a, str>),
        }

        impl<'a> $name<'a> {
            /// The text on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl<'a> From<std::borrow::Cow<'a, str>> for $name<'a> {
            fn from(text: std::borrow::Cow<'a, str>) -> Self {
                match &*text {
                    $($text => Self::$variant,)*
                    _ => Self::Other(text),
                }
            }
        }

        impl<'a> From<&'a str> for $name<'a> {
            fn from(text: &'a str) -> Self {
                std::borrow::Cow::from(text).into()
            }
        }

        impl serde::Serialize for $name<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'a> $crate::aircall::lenient::Wire<'a> for Option<$name<'a>> {
            fn take_shape(&mut self, _: $crate::aircall::lenient::Shape) {
                *self = None;
            }

            fn take_text(&mut self, text: std::borrow::Cow<'a, str>) {
                *self = (!$crate::aircall::lenient::is_blank(&text)).then(|| text.into());
            }
        }
    };
}
pub(super) use open_enum;
