//! The JSON of a request's body, by way of serde or straight into a buffer.

use std::convert::Infallible;
use std::io::Write;

use serde::ser::SerializeMap;

use super::bytes::{self, STRETCH};

/// Something that takes the fields of a body.
pub(super) trait Sink {
    type Error;

    fn text(&mut self, name: &str, text: &str) -> Result<(), Self::Error>;
    fn number(&mut self, name: &str, number: i64) -> Result<(), Self::Error>;
    fn flag(&mut self, name: &str, flag: bool) -> Result<(), Self::Error>;
    fn null(&mut self, name: &str) -> Result<(), Self::Error>;
}

/// Something with fields.
pub(super) trait Body {
    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), S::Error>;
}

/// The entries of a serde map.
pub(super) struct Entries<'m, M>(pub(super) &'m mut M);

impl<M: SerializeMap> Sink for Entries<'_, M> {
    type Error = M::Error;

    fn text(&mut self, name: &str, text: &str) -> Result<(), M::Error> {
        self.0.serialize_entry(name, text)
    }

    fn number(&mut self, name: &str, number: i64) -> Result<(), M::Error> {
        self.0.serialize_entry(name, &number)
    }

    fn flag(&mut self, name: &str, flag: bool) -> Result<(), M::Error> {
        self.0.serialize_entry(name, &flag)
    }

    fn null(&mut self, name: &str) -> Result<(), M::Error> {
        self.0.serialize_entry(name, &())
    }
}

/// Appends a body as a JSON object. Most texts hold nothing that JSON escapes, so whole stretches are copied; a serializer that must
/// be ready for anything looks at every byte by itself.
pub(super) fn append(body: &impl Body, out: &mut Vec<u8>) {
    out.push(b'{');
    let Ok(()) = body.write(&mut Json { out, is_first: true });
    out.push(b'}');
}

struct Json<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
}

impl Json<'_> {
    fn name(&mut self, name: &str) {
        let before: &[u8] = if std::mem::take(&mut self.is_first) { b"\"" } else { b",\"" };
        self.out.extend_from_slice(before);
        content(name, self.out);
        self.out.extend_from_slice(b"\":");
    }
}

impl Sink for Json<'_> {
    type Error = Infallible;

    fn text(&mut self, name: &str, text: &str) -> Result<(), Infallible> {
        self.name(name);
        self.out.push(b'"');
        content(text, self.out);
        self.out.push(b'"');
        Ok(())
    }

    fn number(&mut self, name: &str, number: i64) -> Result<(), Infallible> {
        self.name(name);
        // Writing to a `Vec` cannot fail.
        let _ = serde_json::to_writer(&mut *self.out, &number);
        Ok(())
    }

    fn flag(&mut self, name: &str, flag: bool) -> Result<(), Infallible> {
        self.name(name);
        self.out.extend_from_slice(if flag { b"true" } else { b"false" });
        Ok(())
    }

    fn null(&mut self, name: &str) -> Result<(), Infallible> {
        self.name(name);
        self.out.extend_from_slice(b"null");
        Ok(())
    }
}

/// What stands between the quotes.
fn content(text: &str, out: &mut Vec<u8>) {
    if !bytes::any(text, is_escaped) {
        return out.extend_from_slice(text.as_bytes());
    }
    for stretch in text.as_bytes().chunks(STRETCH) {
        if bytes::any_in(stretch, is_escaped) {
            stretch.iter().for_each(|&byte| escape(byte, out));
        } else {
            out.extend_from_slice(stretch);
        }
    }
}

/// What JSON does not have in a text as it is.
fn is_escaped(byte: u8) -> bool {
    bytes::is_in(byte, [(0, 0x1f), (b'"', b'"'), (b'\\', b'\\')])
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\t' => b't',
        b'\r' => b'r',
        0x08 => b'b',
        0x0c => b'f',
        0..b' ' => {
            let _ = write!(out, "\\u{byte:04x}");
            return;
        }
        other => return out.push(other),
    };
    out.extend_from_slice(&[b'\\', short]);
}
