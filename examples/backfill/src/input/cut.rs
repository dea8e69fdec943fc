//! Cuts a stream of JSON into calls and webhooks, without holding more of it than one of them.
//!
//! Values stand one a line, or one after another, or in a list, or under the key `calls` of a page. What stands around them is passed over.
//! A value is not understood here, only its brackets and texts are followed; what is in it is the library's to read.
//!
//! After something that is no JSON, reading goes on at the next line that begins with a bracket: so a broken line costs that line. In a file
//! of lines such a bracket begins a value even where the one before it has not ended.

use std::io::{self, BufRead};

use memchr::{memchr, memchr3};
use serde::{Deserialize, Serialize};

use super::value::{Text, Value};

/// Bytes of a value; a call has a few thousand.
const LONGEST: usize = 16 << 20;
/// What comes next in a stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// A value, now at the end of the buffer; the line on which it begins.
    Item(u64),
    /// Something that is none, passed over; where it began to be wrong.
    Fault(u64, Fault),
    /// Nothing.
    End,
}

/// Why a piece of a stream is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    NotJson,
    NoObject,
    NotText,
    LineBreak,
    Brackets,
    Unfinished,
    TooLong,
}

impl Fault {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NotJson => "not JSON: expected a call, a webhook or a page of calls",
            Self::NoObject => "`null`, a number or a flag where a call was expected",
            Self::NotText => "not JSON: the file is not text",
            Self::LineBreak => "not JSON: a line ends within a text",
            Self::Brackets => "not JSON: brackets that do not fit each other",
            Self::Unfinished => "not JSON: it ends before it is complete",
            Self::TooLong => "a value of more than 16 MiB",
        }
    }
}

/// Between two values: all that has to be known to go on there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Cutter {
    /// Bytes passed.
    pub(crate) offset: u64,
    /// Line breaks passed.
    breaks: u64,
    within: Within,
    /// The line on which the last value outside of all brackets began.
    began: Option<u64>,
    /// Whether there was such a value that ended on its line.
    lines: bool,
    at_line_start: bool,
}

/// What a value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Within {
    #[default]
    Nothing,
    List,
    /// The list of a page.
    Calls,
}

/// Where following a value has led.
enum Step {
    More,
    Done,
    /// Into the list of a page.
    Page,
    Fault(Fault),
}

impl Cutter {
    /// Passes over what is not a value and appends the next one to `out`.
    pub(crate) fn next(&mut self, input: &mut impl BufRead, out: &mut Vec<u8>) -> io::Result<Cut> {
        if self.offset == 0 {
            self.at_line_start = true;
            let first = fill(input)?;
            if memchr(0, first.get(..512).unwrap_or(first)).is_some() {
                return Ok(Cut::Fault(1, Fault::NotText));
            }
            if first.starts_with("\u{feff}".as_bytes()) {
                self.pass(input, 3);
            }
        }
        loop {
            let Some(&byte) = fill(input)?.first() else {
                return Ok(match std::mem::take(&mut self.within) {
                    Within::Nothing => Cut::End,
                    Within::List | Within::Calls => Cut::Fault(self.line(), Fault::Unfinished),
                });
            };
            let line = self.line();
            let is_bracket = matches!(byte, b'{' | b'[');
            match (byte, self.within) {
                (b'\n', within) => {
                    self.lines |= within == Within::Nothing && self.began == Some(line);
                    self.pass(input, 1);
                }
                (b' ' | b'\t' | b'\r' | b',', _) => self.pass(input, 1),
                _ if is_bracket && self.lines && self.at_line_start && self.within != Within::Nothing => {
                    self.within = Within::Nothing;
                    return Ok(Cut::Fault(line, Fault::Unfinished));
                }
                (b'[', Within::Nothing) => {
                    (self.within, self.began) = (Within::List, Some(line));
                    self.pass(input, 1);
                }
                (b']', Within::List) => {
                    self.within = Within::Nothing;
                    self.pass(input, 1);
                }
                (b']', Within::Calls) => {
                    self.within = Within::Nothing;
                    let mut page = Value::rest_of_page();
                    self.pass(input, 1);
                    if let Step::Fault(fault) = self.follow(&mut page, input, None)? {
                        return self.after(line, fault, input);
                    }
                }
                (_, Within::List | Within::Calls) if is_word(byte) => {
                    self.pass_word(input)?;
                    return Ok(Cut::Fault(line, Fault::NoObject));
                }
                _ if !is_bracket => return self.after(line, Fault::NotJson, input),
                (_, within) => {
                    let is_outermost = within == Within::Nothing;
                    if is_outermost {
                        self.began = Some(line);
                    }
                    let start = out.len();
                    let mut value = Value::new(is_outermost);
                    match self.follow(&mut value, input, Some(out))? {
                        Step::Done | Step::More => return Ok(Cut::Item(line)),
                        Step::Page => {
                            out.truncate(start);
                            self.within = Within::Calls;
                        }
                        Step::Fault(fault) => {
                            out.truncate(start);
                            return self.after(line, fault, input);
                        }
                    }
                }
            }
        }
    }

    /// The line that comes next, from 1.
    pub(crate) const fn line(&self) -> u64 {
        self.breaks + 1
    }

    /// Goes on at the next line that begins with a bracket.
    fn after(&mut self, line: u64, fault: Fault, input: &mut impl BufRead) -> io::Result<Cut> {
        self.within = Within::Nothing;
        loop {
            let bytes = fill(input)?;
            if bytes.is_empty() || (self.at_line_start && matches!(bytes.first(), Some(b'{' | b'['))) {
                return Ok(Cut::Fault(line, fault));
            }
            let length = memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
            self.pass(input, length);
        }
    }

    /// An entry of a list that is no object costs only itself.
    fn pass_word(&mut self, input: &mut impl BufRead) -> io::Result<()> {
        while fill(input)?.first().is_some_and(|&byte| is_word(byte)) {
            self.pass(input, 1);
        }
        Ok(())
    }

    /// Passes bytes of which only the last can be a line break.
    fn pass(&mut self, input: &mut impl BufRead, length: usize) {
        let ends_line = input.fill_buf().is_ok_and(|bytes| bytes.get(length - 1) == Some(&b'\n'));
        self.breaks += u64::from(ends_line);
        self.at_line_start = ends_line;
        self.offset += length as u64;
        input.consume(length);
    }

    /// Passes a value up to its end.
    fn follow(
        &mut self,
        value: &mut Value,
        input: &mut impl BufRead,
        mut out: Option<&mut Vec<u8>>,
    ) -> io::Result<Step> {
        let mut length = 0;
        loop {
            let bytes = fill(input)?;
            if bytes.is_empty() {
                return Ok(Step::Fault(Fault::Unfinished));
            }
            let (used, step) = self.scan(value, bytes);
            if let Some(out) = &mut out {
                out.extend_from_slice(&bytes[..used]);
                length += used;
            }
            if let Some(&last) = bytes[..used].last() {
                self.at_line_start = last == b'\n';
            }
            self.offset += used as u64;
            input.consume(used);
            match step {
                Step::More if length > LONGEST => return Ok(Step::Fault(Fault::TooLong)),
                Step::More => {}
                step => return Ok(step),
            }
        }
    }

    /// How many of these bytes belong to the value, and what stopped it.
    fn scan(&mut self, value: &mut Value, bytes: &[u8]) -> (usize, Step) {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match value.text {
                Text::Escaped => value.text = Text::Inside,
                Text::Inside => {
                    let length = memchr3(b'"', b'\\', b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
                    value.note_key(&bytes[at..at + length]);
                    at += length;
                    match bytes.get(at) {
                        Some(b'"') => (value.text, value.before) = (Text::Outside, b'"'),
                        Some(b'\\') => value.text = Text::Escaped,
                        Some(_) => return (at, Step::Fault(Fault::LineBreak)),
                        None => break,
                    }
                }
                Text::Outside => match byte {
                    b'"' => value.open_text(),
                    b'{' | b'[' => {
                        let begins_line = if at == 0 { self.at_line_start } else { bytes[at - 1] == b'\n' };
                        if begins_line && self.lines && value.depth > 0 {
                            return (at, Step::Fault(Fault::Unfinished));
                        }
                        if byte == b'[' && value.is_at_calls() {
                            return (at + 1, Step::Page);
                        }
                        if !value.open(byte) {
                            return (at, Step::Fault(Fault::Brackets));
                        }
                    }
                    b'}' | b']' => {
                        if !value.close(byte) {
                            return (at, Step::Fault(Fault::Brackets));
                        }
                        if value.depth == 0 {
                            return (at + 1, Step::Done);
                        }
                    }
                    b'\n' => self.breaks += 1,
                    b' ' | b'\t' | b'\r' => {}
                    other => value.before = other,
                },
            }
            at += 1;
        }
        (at, Step::More)
    }
}

/// Whether `null`, `true`, `false` and numbers are made of it.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

fn fill(input: &mut impl BufRead) -> io::Result<&[u8]> {
    while let Err(error) = input.fill_buf() {
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    input.fill_buf()
}
