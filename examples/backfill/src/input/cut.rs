//! Splits a stream of JSON into calls and webhooks, and holds only one of them in memory.
//!
//! The values may be one a line, one after another, in a list, or below the key `calls` of a page.
//! The splitter skips the text around them. It follows only brackets and strings; the library
//! parses the values.
//!
//! After invalid JSON, the splitter continues at the next line that begins with a bracket, so a
//! broken line costs only that line. In a file with one value a line, such a bracket starts a new
//! value even if the value before is incomplete.

use std::io::{self, BufRead};

use memchr::{memchr, memchr3};
use serde::{Deserialize, Serialize};

use super::value::{Text, Value};

/// The size limit of a value in bytes; a call has a few thousand.
const SIZE_LIMIT: usize = 16 << 20;

/// The next item in a stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// A value, appended to the buffer, and the line on which it begins.
    Value(u64),
    /// Invalid input that was skipped, and the line of the fault.
    Fault(u64, Fault),
    /// The end of the stream.
    End,
}

/// The reason why some input is not a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    NotJson,
    NotAnObject,
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
            Self::NotAnObject => "expected a call, got `null`, a number or a boolean",
            Self::NotText => "not JSON: the file is not text",
            Self::LineBreak => "not JSON: a line ends within a string",
            Self::Brackets => "not JSON: the brackets do not match",
            Self::Unfinished => "not JSON: the value is incomplete",
            Self::TooLong => "the value is longer than 16 MiB",
        }
    }
}

/// The state between two values: everything that is needed to continue there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Cutter {
    /// How many bytes have been consumed.
    pub(crate) offset: u64,
    /// How many line breaks have been consumed.
    breaks: u64,
    within: Container,
    /// The line on which the last outermost value began.
    began: Option<u64>,
    /// Whether an outermost value has ended on the line on which it began.
    lines: bool,
    at_line_start: bool,
}

/// The container that surrounds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Container {
    #[default]
    Nothing,
    List,
    /// The list `calls` of a page.
    Calls,
}

/// The result of following a value.
enum Step {
    More,
    Done,
    /// The value is a page, and its list `calls` begins here.
    Page,
    Fault(Fault),
}

impl Cutter {
    /// Skips the text before the next value and appends the value to `out`.
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
                    Container::Nothing => Cut::End,
                    Container::List | Container::Calls => Cut::Fault(self.line(), Fault::Unfinished),
                });
            };
            let line = self.line();
            let is_bracket = matches!(byte, b'{' | b'[');
            match (byte, self.within) {
                (b'\n', within) => {
                    self.lines |= within == Container::Nothing && self.began == Some(line);
                    self.pass(input, 1);
                }
                (b' ' | b'\t' | b'\r' | b',', _) => self.pass(input, 1),
                _ if is_bracket && self.lines && self.at_line_start && self.within != Container::Nothing => {
                    self.within = Container::Nothing;
                    return Ok(Cut::Fault(line, Fault::Unfinished));
                }
                (b'[', Container::Nothing) => {
                    (self.within, self.began) = (Container::List, Some(line));
                    self.pass(input, 1);
                }
                (b']', Container::List) => {
                    self.within = Container::Nothing;
                    self.pass(input, 1);
                }
                (b']', Container::Calls) => {
                    self.within = Container::Nothing;
                    let mut page = Value::rest_of_page();
                    self.pass(input, 1);
                    if let Step::Fault(fault) = self.follow(&mut page, input, None)? {
                        return self.after(line, fault, input);
                    }
                }
                (_, Container::List | Container::Calls) if is_word(byte) => {
                    self.pass_word(input)?;
                    return Ok(Cut::Fault(line, Fault::NotAnObject));
                }
                _ if !is_bracket => return self.after(line, Fault::NotJson, input),
                (_, within) => {
                    let is_outermost = within == Container::Nothing;
                    if is_outermost {
                        self.began = Some(line);
                    }
                    let start = out.len();
                    let mut value = Value::new(is_outermost);
                    match self.follow(&mut value, input, Some(out))? {
                        Step::Done | Step::More => return Ok(Cut::Value(line)),
                        Step::Page => {
                            out.truncate(start);
                            self.within = Container::Calls;
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

    /// Returns the current line, counted from 1.
    pub(crate) const fn line(&self) -> u64 {
        self.breaks + 1
    }

    /// Skips to the next line that begins with a bracket.
    fn after(&mut self, line: u64, fault: Fault, input: &mut impl BufRead) -> io::Result<Cut> {
        self.within = Container::Nothing;
        loop {
            let bytes = fill(input)?;
            if bytes.is_empty() || (self.at_line_start && matches!(bytes.first(), Some(b'{' | b'['))) {
                return Ok(Cut::Fault(line, fault));
            }
            let length = memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
            self.pass(input, length);
        }
    }

    /// Skips a list entry that is not an object, so that it costs only itself.
    fn pass_word(&mut self, input: &mut impl BufRead) -> io::Result<()> {
        while fill(input)?.first().is_some_and(|&byte| is_word(byte)) {
            self.pass(input, 1);
        }
        Ok(())
    }

    /// Consumes bytes, of which only the last may be a line break.
    fn pass(&mut self, input: &mut impl BufRead, length: usize) {
        let ends_line = input.fill_buf().is_ok_and(|bytes| bytes.get(length - 1) == Some(&b'\n'));
        self.breaks += u64::from(ends_line);
        self.at_line_start = ends_line;
        self.offset += length as u64;
        input.consume(length);
    }

    /// Consumes a value up to its end.
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
                Step::More if length > SIZE_LIMIT => return Ok(Step::Fault(Fault::TooLong)),
                Step::More => {}
                step => return Ok(step),
            }
        }
    }

    /// Returns how many of these bytes belong to the value, and why the scan stopped.
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

/// Returns whether a byte can be part of `null`, `true`, `false` or a number.
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
