//! Reading JSON, with errors that say where and what without repeating what was read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::error::Category;

/// Characters of an error: enough for the longest of ours, a list of all settings.
const LONGEST_MESSAGE: usize = 1_000;

/// Why a JSON text was not read, and where.
///
/// The message names the field, the shape that was found and what was expected. It never repeats a value of a payload or
/// directory: those are people's names and numbers. It is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    line: usize,
    column: usize,
    message: String,
}

impl ReadError {
    /// The line, from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column in bytes, from 1; 0 at the end of an empty text, and where a line has just begun.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Something wrong at the place where another error stopped the reading.
    pub(crate) fn at(place: &serde_json::Error, message: &impl fmt::Display) -> Self {
        Self { line: place.line(), column: place.column(), message: message.to_string() }
    }

    /// Something wrong with the text as a whole: the place is its end.
    fn at_end(text: &str, message: String) -> Self {
        let mut lines = text.trim_end().rsplit('\n');
        Self { column: lines.next().map_or(0, str::len), line: 1 + lines.count(), message }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, message } = self;
        write!(f, "{message} at line {line} column {column}")
    }
}

impl std::error::Error for ReadError {}

/// Reads one value: settings, a directory, or a format of your own that holds them.
///
/// # Errors
///
/// Text that is not JSON, or JSON of another form; the error names the path to the field.
pub fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ReadError> {
    let text = without_mark(text);
    serde_json::from_str(text).map_err(|error| {
        // Names cost more than reading: they are looked for only where something is wrong.
        let mut json = serde_json::Deserializer::from_str(text);
        let named = serde_path_to_error::deserialize::<_, T>(&mut json);
        let path = named.err().map(|error| error.path().to_string());
        read_error(&error, text, path.as_deref().unwrap_or_default())
    })
}

/// Checks the encoding first: text is cheaper to read than bytes.
///
/// # Errors
///
/// Bytes that are not UTF-8, with the place of the first.
pub fn utf8(bytes: &[u8]) -> Result<&str, ReadError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let mut lines = before.rsplit(|&byte| byte == b'\n');
        ReadError {
            column: 1 + lines.next().map_or(0, <[u8]>::len),
            line: 1 + lines.count(),
            message: "not JSON: the text is not UTF-8".to_owned(),
        }
    })
}

/// A text without the byte order mark that some editors put before it.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// An error of the reader, said in our words.
pub(crate) fn read_error(error: &serde_json::Error, text: &str, path: &str) -> ReadError {
    let (line, column) = (error.line(), error.column());
    let said = error.to_string();
    let place = format!(" at line {line} column {column}");
    let said = said.strip_suffix(place.as_str()).unwrap_or(&said);
    let message = match error.classify() {
        Category::Data => without_value(said),
        Category::Io | Category::Syntax | Category::Eof => format!("not JSON: {said}"),
    };
    let message = match path {
        "" | "." | "?" => message,
        path => format!("`{path}`: {message}"),
    };
    let message = one_line(&message);
    if line == 0 { ReadError::at_end(text, message) } else { ReadError { line, column, message } }
}

/// Keys come from outside, too: line breaks, signs that turn the direction of writing, and 100,000 letters.
fn one_line(message: &str) -> String {
    let is_visible = |character: char| {
        !character.is_control()
            && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let shown = |character| if is_visible(character) { character } else { '\u{fffd}' };
    match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => message.split_at(end).0.chars().map(shown).chain(['…']).collect(),
        None => message.chars().map(shown).collect(),
    }
}

/// Turns serde's "invalid type: string \"…\", expected …" into a sentence without the value.
fn without_value(said: &str) -> String {
    let said = &said.replace("invalid type: Option value", "invalid type: null");
    let found = ["invalid type: ", "invalid value: "].iter().find_map(|prefix| said.strip_prefix(prefix));
    let Some((found, expected)) = found.and_then(|found| found.rsplit_once(", expected ")) else {
        return said.to_owned();
    };
    let expected = match expected {
        "a string" | "a borrowed string" => "a text",
        "a sequence" => "a list",
        "a map" => "an object",
        "a boolean" => "true or false",
        "u64" => "a whole number",
        other => other,
    };
    let shape = match found.split([' ', '"', '`']).next() {
        Some("string" | "character") => "a text",
        Some("integer" | "floating" | "number") => "a number",
        Some("boolean") => "true or false",
        Some("null" | "unit") => "null",
        Some("sequence") => "a list",
        Some("map") => "an object",
        _ => "a value",
    };
    format!("{shape} where {expected} was expected")
}

/// An object and nothing else: serde's own structs are read from lists, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Self)
    }
}

/// For `#[serde(deserialize_with = "…")]`: as [`Object`].
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

/// Reads a text and checks it where it stands, so that an error has its place.
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
            (self.1)(text).map_err(R::custom)
        }
    }
    // Not `deserialize_str`: asked for a text, serde_json calls some other values malformed.
    deserializer.deserialize_any(TextVisitor(expected, check, PhantomData))
}

/// As [`text`], where `null` says that there is none.
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

/// Declares an enum that is one word in JSON.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* #[doc = concat!("\n\nIn JSON `", $word, "`.")] $variant,)*
        }

        impl $name {
            /// The word in JSON.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

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
    };
}
pub(crate) use words;

/// The words that a text may be.
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
