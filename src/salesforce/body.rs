//! The fields of a request body as data: names and values, in the order in which they are sent.

use std::io::Write;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::bytes;

/// The value of one field in a request body.
///
/// [`TaskCreate::fields`](super::TaskCreate::fields) and its siblings return a body as pairs of an
/// API name and a `BodyValue`. JSON and CSV are both written from these pairs.
///
/// ```
/// use aircall_salesforce::salesforce::{BodyValue, TaskUpdate};
///
/// let update = TaskUpdate::new(vec![("Description", None)]).unwrap();
/// assert_eq!(update.fields().collect::<Vec<_>>(), [("Description", BodyValue::Null)]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyValue<'b> {
    /// A text, an id or a reference to a new record.
    Text(&'b str),
    /// A whole number.
    Number(i64),
    /// A number from the setting `extra_fields`.
    Decimal(&'b serde_json::Number),
    /// The state of a checkbox.
    Flag(bool),
    /// A day, written as `YYYY-MM-DD`.
    Date(NaiveDate),
    /// No value: an update empties the field.
    Null,
}

impl Serialize for BodyValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Decimal(number) => number.serialize(serializer),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Date(date) => serializer.collect_str(date),
            Self::Null => serializer.serialize_unit(),
        }
    }
}

impl From<BodyValue<'_>> for Value {
    fn from(value: BodyValue<'_>) -> Self {
        // Only a map whose keys are not texts fails, so the fallback is unreachable.
        serde_json::to_value(value).unwrap_or_default()
    }
}

/// Serialises fields as one JSON object.
pub(crate) struct Fields<I>(pub(crate) I);

impl<'b, V: Serialize, I: Iterator<Item = (&'b str, V)> + Clone> Serialize for Fields<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.clone())
    }
}

/// Appends fields to a buffer as one JSON object: the same bytes as [`Fields`], in a third of the
/// time.
///
/// Names are API names and contain nothing that JSON escapes.
pub(super) fn write_json<'b>(fields: impl Iterator<Item = (&'b str, BodyValue<'b>)>, out: &mut Vec<u8>) {
    let mut separator = b'{';
    for (name, value) in fields {
        out.extend_from_slice(&[separator, b'"']);
        out.extend_from_slice(name.as_bytes());
        // The results are dropped because writing to a `Vec` cannot fail.
        match value {
            BodyValue::Text(text) => {
                out.extend_from_slice(b"\":\"");
                escape(text.as_bytes(), out);
                out.push(b'"');
            }
            BodyValue::Date(date) => write_date(date, out),
            plain => {
                out.extend_from_slice(b"\":");
                drop(serde_json::to_writer(&mut *out, &plain));
            }
        }
        separator = b',';
    }
    out.extend_from_slice(if separator == b'{' { b"{}" } else { b"}" });
}

/// Appends a colon and a day, as chrono writes it.
// chrono's formatter takes ten times as long.
fn write_date(date: NaiveDate, out: &mut Vec<u8>) {
    let Ok(year @ ..=9_999) = u32::try_from(date.year()) else {
        // Such a year has a sign. The mapping writes no such year (LIMIT-3).
        return drop(write!(out, "\":\"{date}\""));
    };
    let mut text = *b"\":\"0000-00-00\"";
    let mut rest = (year * 100 + date.month()) * 100 + date.day();
    for digit in text.iter_mut().rev().filter(|byte| **byte == b'0') {
        *digit += u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
    out.extend_from_slice(&text);
}

/// Appends the content of a JSON string.
// serde_json tests one byte at a time, and a body is mostly text without escapes.
#[inline(never)]
fn escape(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((plain, tail)) = bytes::find(rest, is_escaped).and_then(|at| rest.split_at_checked(at)) {
        out.extend_from_slice(plain);
        let Some((&byte, after)) = tail.split_first() else { break };
        let letter = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\t' => b't',
            b'\r' => b'r',
            0x08 => b'b',
            0x0c => b'f',
            _ => b'u',
        };
        out.extend_from_slice(&[b'\\', letter]);
        if letter == b'u' {
            // Writing to a `Vec` cannot fail.
            let _ = write!(out, "{byte:04x}");
        }
        rest = after;
    }
    out.extend_from_slice(rest);
}

fn is_escaped(byte: u8) -> bool {
    bytes::is_in(byte, [(0, 0x1f), (b'"', b'"'), (b'\\', b'\\')])
}
