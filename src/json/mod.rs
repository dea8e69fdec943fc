//! Reading JSON, with errors that name the place and the field, and repeat no value.

mod error;
mod object;
mod words;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, Visitor};

pub use error::ReadError;
pub(crate) use error::{read_error, refused};
pub(crate) use object::{Keyed, Object, json_object, keyed, object, read_keys};
pub(crate) use words::{OneOf, words};

/// Reads one JSON object: [`Settings`](crate::Settings), a [`Directory`](crate::Directory), or a
/// format of your own that contains them.
///
/// ```
/// use aircall_salesforce::{Directory, Settings, read_json};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Config {
///     settings: Settings,
///     #[serde(default)]
///     directory: Directory,
/// }
///
/// let Config { settings, .. } = read_json(br#"{"settings": {"admin": "005000000000001AAA"}}"#)?;
/// let error = read_json::<Config>(br#"{"settings": {"admin": 7}}"#).err().map(|error| error.to_string());
/// let message = "`settings.admin`: a number where a Salesforce id was expected at line 1 column 24";
/// assert_eq!(error.as_deref(), Some(message));
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
///
/// # Errors
///
/// Fails on bytes that are not UTF-8, on text that is not JSON, and on JSON of another form. Messages
/// of a `Deserialize` of your own are replaced by a general one, because they may repeat a value.
pub fn read_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, ReadError> {
    let Object(value) = from_str(utf8(bytes)?)?;
    Ok(value)
}

/// Reads one JSON value.
pub(crate) fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ReadError> {
    let text = without_mark(text);
    serde_json::from_str(text).map_err(|error| {
        // Tracking the path costs more than reading, so the text is read with its path only here.
        let mut json = serde_json::Deserializer::from_str(text);
        match serde_path_to_error::deserialize::<_, T>(&mut json) {
            Err(named) => read_error(&error, text, &named.path().to_string()),
            // The value can be read, so the error is about what follows it.
            Ok(_) => read_error(&error, text, ""),
        }
    })
}

/// Checks the encoding of bytes. `serde_json` reads text faster than bytes.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, ReadError> {
    std::str::from_utf8(bytes).map_err(|_| {
        let valid = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        ReadError::after(valid, "not JSON: the text is not UTF-8".to_owned())
    })
}

/// Returns a text without the byte order mark that some editors write before it.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads a text and checks it in its place, so that the error about it has this place.
pub(crate) fn text<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    expected: impl fmt::Display,
    check: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    struct TextVisitor<X, C, T>(X, C, PhantomData<T>);
    impl<X: fmt::Display, C: FnOnce(&str) -> Result<T, E>, T, E: fmt::Display> Visitor<'_> for TextVisitor<X, C, T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }

        fn visit_str<R: de::Error>(self, text: &str) -> Result<T, R> {
            (self.1)(text).map_err(refused)
        }
    }
    // `deserialize_str` would make serde_json call some values of other types malformed JSON.
    deserializer.deserialize_any(TextVisitor(expected, check, PhantomData))
}

/// Reads a text as [`text`] does, or `null`.
pub(crate) fn text_or_null<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    expected: impl fmt::Display,
    check: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, D::Error> {
    struct OptionVisitor<X, C, T>(X, C, PhantomData<T>);
    impl<'de, X: fmt::Display, C: FnOnce(&str) -> Result<T, E>, T, E: fmt::Display> Visitor<'de>
        for OptionVisitor<X, C, T>
    {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{} or null", self.0)
        }

        fn visit_none<R: de::Error>(self) -> Result<Option<T>, R> {
            Ok(None)
        }

        fn visit_unit<R: de::Error>(self) -> Result<Option<T>, R> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
            text(deserializer, self.0, self.1).map(Some)
        }
    }
    deserializer.deserialize_option(OptionVisitor(expected, check, PhantomData))
}
