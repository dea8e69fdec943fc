//! Texts as Salesforce stores them: cleaned (DESC-6) and cut to the length of their field
//! (LIMIT-1).

use std::borrow::Cow;

use unicode_segmentation::GraphemeCursor;

use super::bytes;
use crate::json::words;

/// The length of most one-line fields of Task and Case, and of every text field of Aircall's
/// package.
pub const LINE_LIMIT: usize = 255;
/// The length of `Task.Description`.
pub const DESCRIPTION_LIMIT: usize = 32_000;
/// The length of `LastName` of Contact and Lead.
pub const LAST_NAME_LIMIT: usize = 80;
/// The length of `FirstName` of Contact and Lead.
pub const FIRST_NAME_LIMIT: usize = 40;
/// The length of phone fields.
pub const PHONE_LIMIT: usize = 40;
/// The length of `Lead.Company`.
pub const COMPANY_LIMIT: usize = 255;
/// The length of `Account.Name`.
pub const ACCOUNT_NAME_LIMIT: usize = 255;
/// The greatest `Task.CallDurationInSeconds`: the field has eight digits.
pub const CALL_DURATION_LIMIT: u32 = 99_999_999;

words! {
    /// The unit in which the length of a text is counted (DESC-5).
    ///
    /// No source documents the unit of Salesforce's database. Formulas, Apex and Data Loader count
    /// UTF-16 units, and a line break in a text area as two. This count is never less than the
    /// number of characters.
    #[derive(Default)]
    pub enum LengthUnit {
        /// UTF-16 units; a line break counts as two.
        #[default]
        Salesforce = "salesforce",
        /// Unicode characters.
        Characters = "characters",
    }
}

impl LengthUnit {
    /// Returns the length of one character.
    #[must_use]
    pub const fn of(self, character: char) -> usize {
        match (self, character) {
            (Self::Salesforce, '\n') => 2,
            (Self::Salesforce, _) => character.len_utf16(),
            (Self::Characters, _) => 1,
        }
    }

    /// Returns the length of a text.
    #[must_use]
    pub fn measure(self, text: &str) -> usize {
        if !bytes::any(text.as_bytes(), |byte| bytes::is_in(byte, [(0, 0x1f), (0x7f, 0xff)])) {
            return text.len();
        }
        text.chars().map(|character| self.of(character)).sum()
    }

    /// Returns whether a text has at most the length `limit`.
    #[must_use]
    pub fn fits(self, text: &str, limit: usize) -> bool {
        // A character has at least as many bytes as units. The only exception is the line break:
        // one byte, two units. So most texts need no count of their units.
        let breaks = || text.bytes().filter(|byte| *byte == b'\n').count();
        let is_short = text.len() <= limit / 2 || (text.len() <= limit && text.len() + breaks() <= limit);
        is_short || self.cut_index(text, limit) == text.len()
    }

    /// Returns the end of the longest prefix of whole characters within `limit`.
    fn cut_index(self, text: &str, limit: usize) -> usize {
        let mut length = 0;
        for (index, character) in text.char_indices() {
            length += self.of(character);
            if length > limit {
                return index;
            }
        }
        text.len()
    }

    /// Returns the longest prefix within `limit` that ends at a grapheme boundary, trimmed
    /// (LIMIT-1).
    #[must_use]
    pub fn clip(self, text: &str, limit: usize) -> &str {
        if self.fits(text, limit) {
            return text;
        }
        let cut = self.cut_index(text, limit);
        let mut cursor = GraphemeCursor::new(cut, text.len(), true);
        let boundary = match cursor.is_boundary(text, 0) {
            Ok(true) => cut,
            // A text that is one grapheme has no earlier boundary: nothing of the text is kept.
            _ => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
        };
        text.get(..boundary).unwrap_or_default().trim()
    }
}

/// The result of [`clip`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clipped<'a> {
    /// The part of the text that fits.
    pub text: Cow<'a, str>,
    /// The number of Unicode characters that were cut off.
    pub dropped: usize,
}

/// Cuts a cleaned text to `limit` (LIMIT-1).
#[must_use]
pub fn clip(text: Cow<'_, str>, limit: usize, count: LengthUnit) -> Clipped<'_> {
    if count.fits(&text, limit) {
        return Clipped { text, dropped: 0 };
    }
    let kept = count.clip(&text, limit);
    let dropped = text.chars().count() - kept.chars().count();
    let text = match &text {
        Cow::Borrowed(text) => Cow::Borrowed(count.clip(text, limit)),
        Cow::Owned(_) => Cow::Owned(kept.to_owned()),
    };
    Clipped { text, dropped }
}

/// Cleans a text for a one-line field (DESC-6).
///
/// Line breaks and tabs become blanks. Other control characters and outer blanks are removed.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    clean(text, may_be_control, |character| match character {
        '\n' | '\t' => Some(' '),
        other => keep(other),
    })
}

/// Cleans a text for Description (DESC-6).
///
/// `\r\n` and `\r` become `\n`. Control characters other than tab and line break are removed, and
/// so are outer blanks.
#[must_use]
pub fn area(text: &str) -> Cow<'_, str> {
    clean(text, may_be_control_but_break, keep)
}

/// Cleans a part of a one-line text, as [`line()`] does, but keeps outer blanks.
#[must_use]
pub fn inline(text: &str) -> Cow<'_, str> {
    if bytes::any(text.as_bytes(), may_be_control) && text.chars().any(char::is_control) {
        Cow::Owned(rewrite(text, |character| match character {
            '\n' | '\t' => Some(' '),
            other => keep(other),
        }))
    } else {
        Cow::Borrowed(text)
    }
}

/// Cleans a text that may be owned; an owned text that is clean is returned without a copy.
pub(crate) fn cleaned(text: Cow<'_, str>, clean: fn(&str) -> Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => clean(text),
        Cow::Owned(text) => match clean(&text) {
            Cow::Borrowed(clean) if clean.len() == text.len() => Cow::Owned(text),
            clean => Cow::Owned(clean.into_owned()),
        },
    }
}

/// Returns whether a text has only blanks and control characters, of which cleaning leaves nothing.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    !text.starts_with(|first: char| first.is_ascii_graphic())
        && text.chars().all(|character| character.is_whitespace() || character.is_control())
}

/// Returns a text unless the text is blank.
pub(crate) fn spoken(text: &str) -> Option<&str> {
    (!is_blank(text)).then_some(text)
}

fn keep(character: char) -> Option<char> {
    (!character.is_control() || matches!(character, '\n' | '\t')).then_some(character)
}

/// Maps the control characters of a text and trims the text.
fn clean(text: &str, may_be_dirty: impl Fn(u8) -> bool, map: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    // Most texts need no mapping. A search for bytes that `may_be_dirty` decides so faster than a
    // search for characters.
    let is_dirty = |character: char| character.is_control() && map(character) != Some(character);
    if bytes::any(text.as_bytes(), may_be_dirty) && text.chars().any(is_dirty) {
        let clean = rewrite(text, map);
        let trimmed = trim(&clean);
        Cow::Owned(if trimmed.len() == clean.len() { clean } else { trimmed.to_owned() })
    } else {
        Cow::Borrowed(trim(text))
    }
}

/// Returns whether a byte can belong to a control character: C0, DEL, or the first byte of C1.
fn may_be_control(byte: u8) -> bool {
    bytes::is_in(byte, [(0, 0x1f), (0x7f, 0x7f), (0xc2, 0xc2)])
}

/// Returns whether a byte can belong to a control character that is not a tab or a line break.
fn may_be_control_but_break(byte: u8) -> bool {
    bytes::is_in(byte, [(0, 0x08), (0x0b, 0x1f), (0x7f, 0x7f), (0xc2, 0xc2)])
}

/// Trims a text, as [`str::trim`] does, and returns early for a text that begins and ends with a
/// visible ASCII character.
pub(crate) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Maps the control characters of a text; `\r\n` and `\r` are mapped as `\n`.
fn rewrite(text: &str, map: impl Fn(char) -> Option<char>) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut written = 0;
    for (at, control) in text.match_indices(char::is_control) {
        clean.push_str(text.get(written..at).unwrap_or_default());
        written = at + control.len();
        match control {
            "\r" => clean.extend(map('\n')),
            // The break was written when its `\r` was read.
            "\n" if text.get(..at).is_some_and(|before| before.ends_with('\r')) => {}
            other => clean.extend(other.chars().filter_map(&map)),
        }
    }
    clean.push_str(text.get(written..).unwrap_or_default());
    clean
}
