//! The JSON of a request's body, by way of serde or straight into a buffer.

use std::convert::Infallible;
use std::io::Write;

use serde::ser::SerializeMap;

use super::bytes;

/// Something that takes the fields of a body. Names are API names: in them is nothing that JSON escapes.
pub(crate) trait Sink {
    type Error;

    fn text(&mut self, name: &str, text: &str) -> Result<(), Self::Error>;
    /// A text of ASCII letters, digits and the like: nothing that JSON escapes.
    fn plain(&mut self, name: &str, text: &[u8]) -> Result<(), Self::Error>;
    fn number(&mut self, name: &str, number: i64) -> Result<(), Self::Error>;
    fn flag(&mut self, name: &str, flag: bool) -> Result<(), Self::Error>;
    fn null(&mut self, name: &str) -> Result<(), Self::Error>;
}

/// Something with fields.
pub(crate) trait Body {
    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), S::Error>;
}

/// The entries of a serde map.
pub(crate) struct Entries<'m, M>(pub(super) &'m mut M);

impl<M: SerializeMap> Sink for Entries<'_, M> {
    type Error = M::Error;

    fn text(&mut self, name: &str, text: &str) -> Result<(), M::Error> {
        self.0.serialize_entry(name, text)
    }

    fn plain(&mut self, name: &str, text: &[u8]) -> Result<(), M::Error> {
        self.text(name, std::str::from_utf8(text).unwrap_or_default())
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

/// Appends a body as a JSON object. Most texts hold nothing that JSON escapes, and are copied as they are.
pub(super) fn append(body: &impl Body, out: &mut Vec<u8>) {
    out.push(b'{');
    let Ok(()) = body.write(&mut Json(out));
    if out.last() == Some(&b',') {
        out.pop();
    }
    out.push(b'}');
}

/// Every field is written with a comma after it.
struct Json<'o>(&'o mut Vec<u8>);

#[expect(clippy::inline_always, reason = "a name that the compiler knows is a few moves")]
impl Json<'_> {
    #[inline(always)]
    fn field(&mut self, name: &str, before: &[u8], value: impl FnOnce(&mut Vec<u8>), after: &[u8]) {
        let Self(out) = self;
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(before);
        value(out);
        out.extend_from_slice(after);
    }

    #[inline(always)]
    fn quoted(&mut self, name: &str, value: impl FnOnce(&mut Vec<u8>)) {
        self.field(name, b"\":\"", value, b"\",");
    }

    fn bare(&mut self, name: &str, value: impl FnOnce(&mut Vec<u8>)) {
        self.field(name, b"\":", value, b",");
    }
}

#[expect(clippy::inline_always, reason = "as above")]
impl Sink for Json<'_> {
    type Error = Infallible;

    #[inline(always)]
    fn text(&mut self, name: &str, text: &str) -> Result<(), Infallible> {
        self.quoted(name, |out| content(text.as_bytes(), out));
        Ok(())
    }

    #[inline(always)]
    fn plain(&mut self, name: &str, text: &[u8]) -> Result<(), Infallible> {
        self.quoted(name, |out| out.extend_from_slice(text));
        Ok(())
    }

    fn number(&mut self, name: &str, number: i64) -> Result<(), Infallible> {
        // Writing to a `Vec` cannot fail.
        self.bare(name, |out| drop(serde_json::to_writer(out, &number)));
        Ok(())
    }

    fn flag(&mut self, name: &str, flag: bool) -> Result<(), Infallible> {
        self.bare(name, |out| out.extend_from_slice(if flag { b"true" } else { b"false" }));
        Ok(())
    }

    fn null(&mut self, name: &str) -> Result<(), Infallible> {
        self.bare(name, |out| out.extend_from_slice(b"null"));
        Ok(())
    }
}

/// What stands between the quotes.
#[inline(never)]
fn content(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((plain, escaped)) = bytes::find(rest, is_escaped).and_then(|at| rest.split_at_checked(at)) {
        out.extend_from_slice(plain);
        let Some((&byte, after)) = escaped.split_first() else { break };
        escape(byte, out);
        rest = after;
    }
    out.extend_from_slice(rest);
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
        other => {
            let _ = write!(out, "\\u{other:04x}");
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}
