//! Texts of a list that Aircall may extend.

/// Declares a text type. A value outside the known list is kept as it came.
///
/// The constants are the values that this library compares with.
macro_rules! open_text {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $($constant:ident = $text:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[serde(transparent)]
        $visibility struct $name<'a>(std::borrow::Cow<'a, str>);

        impl<'a> $name<'a> {
            $(pub(crate) const $constant: Self = Self(std::borrow::Cow::Borrowed($text));)*

            /// Returns the text that Aircall sends.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'a> From<std::borrow::Cow<'a, str>> for $name<'a> {
            fn from(text: std::borrow::Cow<'a, str>) -> Self {
                Self(text)
            }
        }

        impl AsRef<str> for $name<'_> {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl<'a> $crate::aircall::lenient::Wire<'a> for Option<$name<'a>> {
            #[inline]
            fn take_value(
                &mut self,
                value: $crate::aircall::lenient::Json<'a>,
                report: &mut $crate::aircall::unusable::Report,
            ) {
                *self = report.unusable(&value);
            }

            fn take_text(&mut self, text: std::borrow::Cow<'a, str>, _: &mut $crate::aircall::unusable::Report) {
                *self = (!$crate::aircall::lenient::is_blank(&text)).then_some($name(text));
            }
        }
    };
}
pub(super) use open_text;
