//! Texts as Salesforce stores them: cleaned and cut to the length of their field.
//!
//! - DESC-6: [`line()`] and [`text_area`] clean every text that is written.
//! - LIMIT-1: a text that is too long is cut to its longest prefix at a grapheme boundary, trimmed,
//!   without a mark. Every cut is a notice. Lengths are counted in UTF-16 units:
//!
//!   | field | limit |
//!   |---|---|
//!   | `Subject`, `CallDisposition`, `CallObject`, texts of the package and of your own | 255 |
//!   | `Priority` | 20 |
//!   | `Description`, in the unit of the setting `count` (DESC-5) | 32,000 |
//!   | `Lead.Company`, `Account.Name`, `Case.Subject` | 255 |
//!   | `LastName` | 80 |
//!   | `FirstName`, phone fields | 40 |
//!
//! - LIMIT-4: an empty text is left out on create, and is null on update.

use std::borrow::Cow;

use unicode_segmentation::GraphemeCursor;

use super::bytes;
use crate::json::words;

/// The length of most one-line fields of Task and Case, and of every text field of Aircall's
/// package.
pub const LINE_LIMIT: usize = 255;
/// The length of `Task.Description`.
pub(crate) const DESCRIPTION_LIMIT: usize = 32_000;
/// The length of `Task.Priority`.
pub(crate) const PRIORITY_LIMIT: usize = 20;
/// The length of `LastName` of Contact and Lead.
pub(crate) const LAST_NAME_LIMIT: usize = 80;
/// The length of `FirstName` of Contact and Lead.
pub(crate) const FIRST_NAME_LIMIT: usize = 40;
/// The length of phone fields.
pub(crate) const PHONE_LIMIT: usize = 40;
/// The length of `Lead.Company`.
pub(crate) const COMPANY_LIMIT: usize = 255;
/// The length of `Account.Name`.
pub(crate) const ACCOUNT_NAME_LIMIT: usize = 255;
/// The greatest `Task.CallDurationInSeconds`: the field has eight digits.
pub(crate) const CALL_DURATION_LIMIT: u32 = 99_999_999;

words! {
    /// The unit in which the length of a text is counted (DESC-5).
    ///
    /// No source documents the unit of Salesforce's database. Formulas, Apex and Data Loader count
    /// UTF-16 units, and a line break in a text area as two. This count is never less than the
    /// number of characters.
    pub enum LengthUnit default Salesforce {
        /// UTF-16 units; a line break counts as two.
        Salesforce = "salesforce",
        /// Unicode characters.
        Characters = "characters",
    }
}

impl LengthUnit {
    /// Returns the length of one character.
    const fn of(self, character: char) -> usize {
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
    pub(crate) fn fits(self, text: &str, limit: usize) -> bool {
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

/// Cuts a cleaned text to `limit` (LIMIT-1). Returns the text and the number of characters that
/// were cut off.
pub(crate) fn clip(text: Cow<'_, str>, limit: usize, count: LengthUnit) -> (Cow<'_, str>, usize) {
    if count.fits(&text, limit) {
        return (text, 0);
    }
    let length = text.chars().count();
    let kept = match text {
        Cow::Borrowed(text) => Cow::Borrowed(count.clip(text, limit)),
        Cow::Owned(text) => Cow::Owned(count.clip(&text, limit).to_owned()),
    };
    let dropped = length - kept.chars().count();
    (kept, dropped)
}

/// Cleans a text for a one-line field (DESC-6).
///
/// Line breaks and tabs become blanks. Other control characters and outer blanks are removed. A
/// text that is clean is returned without a copy.
#[must_use]
pub fn line<'t>(text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
    trimmed(clean(text.into(), true))
}

/// Cleans a text for Description (DESC-6).
///
/// `\r\n` and `\r` become `\n`. Control characters other than tab and line break are removed, and
/// so are outer blanks. A text that is clean is returned without a copy.
#[must_use]
pub fn text_area<'t>(text: impl Into<Cow<'t, str>>) -> Cow<'t, str> {
    trimmed(clean(text.into(), false))
}

/// Cleans a part of a one-line text, as [`line()`] does, but keeps outer blanks.
pub(crate) fn inline(text: &str) -> Cow<'_, str> {
    clean(Cow::Borrowed(text), true)
}

/// Returns whether cleaning leaves nothing of a text: it has only blanks and control characters.
pub(crate) fn is_blank(text: &str) -> bool {
    !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.chars().all(is_removed_at_ends)
}

/// Returns whether cleaning removes a character at the ends of a text: a blank or a control
/// character.
pub(crate) fn is_removed_at_ends(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

/// Returns a text unless the text is blank.
pub(crate) fn non_blank(text: &str) -> Option<&str> {
    (!is_blank(text)).then_some(text)
}

/// Removes the control characters of a text. Line breaks and tabs stay, or become blanks in a line.
pub(crate) fn clean(text: Cow<'_, str>, is_line: bool) -> Cow<'_, str> {
    // Most texts need no work, and a search for bytes shows this faster than one for characters.
    let bytes = text.as_bytes();
    let first = if is_line { bytes::find(bytes, may_be_control) } else { bytes::find(bytes, may_be_control_but_break) };
    let is_dirty = |character: char| cleaned(character, is_line) != Some(character);
    match first.and_then(|at| text.get(at..)) {
        Some(rest) if rest.contains(is_dirty) => Cow::Owned(rewrite(&text, is_line)),
        _ => text,
    }
}

/// Returns what a character becomes; `None` if it is removed.
fn cleaned(character: char, is_line: bool) -> Option<char> {
    match character {
        '\n' | '\r' => Some(if is_line { ' ' } else { '\n' }),
        '\t' => Some(if is_line { ' ' } else { '\t' }),
        other => (!other.is_control()).then_some(other),
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(trim(text)),
        Cow::Owned(text) if trim(&text).len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(trim(&text).to_owned()),
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

/// Cleans every control character of a text; `\r\n` and `\r` are cleaned as `\n`.
fn rewrite(text: &str, is_line: bool) -> String {
    let (mut clean, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((plain, tail)) =
        bytes::find(rest.as_bytes(), may_be_control).and_then(|at| rest.split_at_checked(at))
    {
        clean.push_str(plain);
        let mut characters = if tail.starts_with("\r\n") { tail.get(1..).unwrap_or_default() } else { tail }.chars();
        clean.extend(characters.next().and_then(|character| cleaned(character, is_line)));
        rest = characters.as_str();
    }
    clean.push_str(rest);
    clean
}

/// The text that a sandbox appends to the addresses of its users, so that no mail reaches them.
pub(crate) const SANDBOX: &str = ".invalid";

/// Returns the form in which e-mail addresses are compared (OWN-8).
pub(crate) fn email_key(email: &str) -> Cow<'_, str> {
    let email = trim(email);
    // Most addresses are in lower case already: then a lookup allocates nothing.
    if email.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(email.to_ascii_lowercase())
    } else {
        Cow::Borrowed(email)
    }
}
