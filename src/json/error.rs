//! Errors about a JSON text: what is wrong and where, without any value of the text.

use std::fmt;

use serde::de;
use serde_json::error::Category;

/// The length limit of a message, in characters. The longest message lists every setting.
const LONGEST_MESSAGE: usize = 1_000;

/// The start of every message of this library. serde passes all messages on as text, and only
/// messages of this library are known to contain no value. So [`without_value`] keeps only messages
/// with this mark.
const OURS: &str = "refused: ";

/// Describes why a JSON text was not read, and where.
///
/// The message names the field, the shape that was found and the shape that was expected. It never
/// repeats a value of the text: in payloads and directories these are people's names and numbers.
/// The message is one line.
///
/// ```
/// use aircall_salesforce::Settings;
///
/// let error = Settings::from_json(r#"{"admin": 5}"#).unwrap_err();
/// assert_eq!((error.line(), error.column()), (1, 11));
/// println!("{error}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    line: usize,
    column: usize,
    message: String,
}

impl ReadError {
    /// Returns the line, counted from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Returns the column in bytes, counted from 1. It is 0 in an empty text and at a line's start.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// Returns the message without line and column.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Makes an error at the position of another error, which stopped the reading.
    pub(crate) fn at(stopped: &serde_json::Error, message: &impl fmt::Display) -> Self {
        Self { line: stopped.line(), column: stopped.column(), message: message.to_string() }
    }

    /// Makes an error about a whole text from an error about a part of it. `line_breaks` precede
    /// the part, and `column` bytes precede the part on its first line. `path` leads to the part.
    pub(crate) fn within(self, line_breaks: usize, column: usize, path: &str) -> Self {
        let column = if self.line == 1 { column + self.column } else { self.column };
        Self { line: line_breaks + self.line, column, message: format!("`{path}`: {}", self.message) }
    }

    /// Makes an error at the end of a text.
    pub(crate) fn at_end(text: &str, message: String) -> Self {
        let last_line = text.rsplit_once('\n').map_or(text, |(_, last_line)| last_line);
        Self { line: 1 + text.matches('\n').count(), column: last_line.len(), message }
    }

    /// Makes an error at the first byte that follows a text.
    pub(super) fn after(text: &str, message: String) -> Self {
        let end = Self::at_end(text, message);
        Self { column: end.column + 1, ..end }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, message } = self;
        write!(f, "{message} at line {line} column {column}")
    }
}

impl std::error::Error for ReadError {}

/// Makes an error of this library. The message must not contain a value of the text.
pub(crate) fn refused<E: de::Error>(message: impl fmt::Display) -> E {
    E::custom(format_args!("{OURS}{message}"))
}

/// Turns an error of `serde_json` into ours. `path` leads to the value that was not read.
pub(crate) fn read_error(error: &serde_json::Error, text: &str, path: &str) -> ReadError {
    let (line, column) = (error.line(), error.column());
    let with_position = error.to_string();
    // `serde_json` offers the message only together with the position.
    let position = format!(" at line {line} column {column}");
    let message = with_position.strip_suffix(&position).unwrap_or(&with_position);
    let message = match error.classify() {
        Category::Data => without_value(message),
        // These messages are constants of `serde_json`.
        Category::Io | Category::Syntax | Category::Eof => format!("not JSON: {message}"),
    };
    let message = match path {
        "" | "." | "?" => message,
        path => format!("`{path}`: {message}"),
    };
    let message = one_line(&message);
    // An error that a `Deserialize` makes after the last value has no position.
    if line == 0 { ReadError::at_end(text.trim_end(), message) } else { ReadError { line, column, message } }
}

/// Returns a message as one line of limited length.
///
/// Messages contain keys, and keys come from outside: they can contain line breaks, characters that
/// change the writing direction, and 100,000 letters.
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

/// Returns the message of an error about data, without the value that serde may repeat in it.
///
/// A message of unknown origin becomes a general one, because it may contain a value.
fn without_value(message: &str) -> String {
    if let Some(ours) = message.strip_prefix(OURS) {
        return ours.to_owned();
    }
    // serde writes only keys into these three messages.
    if ["missing field `", "duplicate field `", "unknown field `"].iter().any(|start| message.starts_with(start)) {
        return message.to_owned();
    }
    let mismatch = ["invalid type: ", "invalid value: "].iter().find_map(|prefix| message.strip_prefix(prefix));
    // The value itself may contain `, expected `, so the last occurrence separates the two parts.
    let Some((found, expected)) = mismatch.and_then(|mismatch| mismatch.rsplit_once(", expected ")) else {
        return "a value that cannot be read".to_owned();
    };
    format!("{} where {} was expected", shape(found), expected_in_json(expected))
}

/// Returns JSON's name of the type that serde found. serde writes the type first, then the value.
fn shape(found: &str) -> &'static str {
    match found.split([' ', '"', '`']).next() {
        Some("string" | "character") => "a text",
        Some("integer" | "floating" | "number") => "a number",
        Some("boolean") => "true or false",
        Some("null" | "unit" | "Option") => "null",
        Some("sequence") => "a list",
        Some("map") => "an object",
        _ => "a value",
    }
}

/// Returns JSON's name of the type that serde expected.
fn expected_in_json(expected: &str) -> &str {
    match expected {
        "a string" | "a borrowed string" => "a text",
        "a sequence" => "a list",
        "a map" => "an object",
        "a boolean" => "true or false",
        "u8" | "u16" | "u32" | "u64" => "a whole number",
        other => other,
    }
}
