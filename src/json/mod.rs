//! Reading JSON, with errors that name the position and the field, and repeat no value.

mod error;
mod object;
mod words;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Unexpected, Visitor};

pub use error::ReadError;
pub(crate) use error::{read_error, refused};
pub(crate) use object::{Object, json_object, object};
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
/// let error = read_json::<Config>(br#"{"settings": {"admin": 7}}"#).err().unwrap();
/// assert_eq!(error.column(), 24);
/// assert_eq!(error.message(), "`settings.admin`: a number where a Salesforce id was expected");
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
///
/// # Errors
///
/// Fails on bytes that are not UTF-8, on text that is not JSON, and on JSON of another form. A
/// message of your own `Deserialize` is replaced by a general message, because it may repeat a
/// value.
pub fn read_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, ReadError> {
    let Object(value) = from_str(utf8(bytes)?)?;
    Ok(value)
}

/// Reads one JSON value.
pub(crate) fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ReadError> {
    let text = without_mark(text);
    serde_json::from_str(text).map_err(|error| {
        // Tracking the path costs more than reading, so the path is tracked only after an error.
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

/// Reads a text and checks it at once, so that an error has the position of the text.
pub(crate) fn text<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    expected: impl fmt::Display,
    check: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    scalar(deserializer, expected, |found| match found {
        Scalar::Text(text) => Some(check(text)),
        _ => None,
    })
}

/// Reads a text as [`text`] does, or `null`.
pub(crate) fn text_or_null<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    expected: impl fmt::Display,
    check: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, D::Error> {
    scalar(deserializer, expected, |found| match found {
        Scalar::Text(text) => Some(check(text).map(Some)),
        Scalar::Null => Some(Ok(None)),
        _ => None,
    })
}

/// The default of a key that is `true`: serde takes such a default from a function only.
pub(crate) const fn yes() -> bool {
    true
}

/// Reads a list whose elements must all be different.
pub(crate) fn different<'de, D: Deserializer<'de>, T: Deserialize<'de> + PartialEq>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    struct ListVisitor<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de> + PartialEq> Visitor<'de> for ListVisitor<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        // Checked here, because serde_json adds no position to an error made after the list.
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut elements = Vec::new();
            while let Some(element) = list.next_element()? {
                if elements.contains(&element) {
                    return Err(refused("an element is listed twice"));
                }
                elements.push(element);
            }
            Ok(elements)
        }
    }
    deserializer.deserialize_seq(ListVisitor(PhantomData))
}

/// A value that [`scalar`] can read.
#[derive(Clone, Copy)]
pub(crate) enum Scalar<'t> {
    Null,
    Text(&'t str),
    /// Every integer of JSON, and more.
    Whole(i128),
    Decimal(f64),
    Flag(bool),
}

/// Reads a value, or returns `read`'s error. If `read` returns `None`, the value has a wrong type.
pub(crate) fn scalar<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    expected: impl fmt::Display,
    read: impl FnOnce(Scalar<'_>) -> Option<Result<T, E>>,
) -> Result<T, D::Error> {
    // With `deserialize_str`, serde_json would report some values of other types as malformed JSON.
    deserializer.deserialize_any(ScalarVisitor { expected, read })
}

struct ScalarVisitor<X, R> {
    expected: X,
    read: R,
}

impl<T, E: fmt::Display, X: fmt::Display, R: FnOnce(Scalar<'_>) -> Option<Result<T, E>>> ScalarVisitor<X, R> {
    fn read<F: de::Error>(self, scalar: Scalar<'_>, found: Unexpected<'_>) -> Result<T, F> {
        // The error is made in the visitor, because serde_json adds no position to a later error.
        let wrong_type = || F::invalid_type(found, &self.expected.to_string().as_str());
        (self.read)(scalar).ok_or_else(wrong_type)?.map_err(refused)
    }
}

impl<T, E: fmt::Display, X: fmt::Display, R: FnOnce(Scalar<'_>) -> Option<Result<T, E>>> Visitor<'_>
    for ScalarVisitor<X, R>
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expected.fmt(f)
    }

    fn visit_unit<F: de::Error>(self) -> Result<T, F> {
        self.read(Scalar::Null, Unexpected::Unit)
    }

    fn visit_str<F: de::Error>(self, text: &str) -> Result<T, F> {
        self.read(Scalar::Text(text), Unexpected::Str(text))
    }

    fn visit_bool<F: de::Error>(self, flag: bool) -> Result<T, F> {
        self.read(Scalar::Flag(flag), Unexpected::Bool(flag))
    }

    fn visit_f64<F: de::Error>(self, number: f64) -> Result<T, F> {
        self.read(Scalar::Decimal(number), Unexpected::Float(number))
    }

    fn visit_i64<F: de::Error>(self, number: i64) -> Result<T, F> {
        self.read(Scalar::Whole(number.into()), Unexpected::Signed(number))
    }

    fn visit_u64<F: de::Error>(self, number: u64) -> Result<T, F> {
        self.read(Scalar::Whole(number.into()), Unexpected::Unsigned(number))
    }
}
