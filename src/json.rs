//! Reading JSON, with errors that say where and what without repeating what was read.

use std::fmt;

use serde::Deserialize;
use serde_json::error::Category;

/// Why a JSON text was not read, and where.
///
/// The message names the field, the shape that was found and what was expected. It never repeats a value of a payload or
/// directory: those are people's names and numbers.
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

    /// The column in bytes, from 1; 0 at the end of an empty text.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, message } = self;
        write!(f, "{message} at line {line} column {column}")
    }
}

impl std::error::Error for ReadError {}

/// Reads one value; the fast way, for a payload whose own errors name the field.
pub(crate) fn payload_from_str<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ReadError> {
    serde_json::from_str(text).map_err(|error| read_error(&error, ""))
}

/// Reads one value: settings, a directory, or a format of your own that holds them.
///
/// # Errors
///
/// Text that is not JSON, or JSON of another form; the error names the path to the field.
pub fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ReadError> {
    serde_json::from_str(text).map_err(|error| {
        let mut json = serde_json::Deserializer::from_str(text);
        match serde_path_to_error::deserialize::<_, T>(&mut json) {
            Err(named) => read_error(named.inner(), &named.path().to_string()),
            Ok(_) => read_error(&error, ""),
        }
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

fn read_error(error: &serde_json::Error, path: &str) -> ReadError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let place = format!(" at line {line} column {column}");
    let text = text.strip_suffix(place.as_str()).unwrap_or(&text);
    let message = match error.classify() {
        Category::Data => without_value(text),
        Category::Io | Category::Syntax | Category::Eof => format!("not JSON: {text}"),
    };
    let message = match path {
        "" | "." | "?" => message,
        path => format!("`{path}`: {message}"),
    };
    ReadError { line, column, message }
}

/// Turns serde's "invalid type: string \"…\", expected …" into a sentence without the value.
fn without_value(text: &str) -> String {
    let found = ["invalid type: ", "invalid value: "].iter().find_map(|prefix| text.strip_prefix(prefix));
    let Some((found, expected)) = found.and_then(|found| found.rsplit_once(", expected ")) else {
        return text.to_owned();
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
