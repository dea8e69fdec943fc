//! Texts as Salesforce stores them: cleaned of what it would not keep (DESC-6), cut where it would refuse (LIMIT-1).

use std::borrow::Cow;

use unicode_segmentation::GraphemeCursor;

use super::bytes;
use crate::json::words;

/// Most one-line text fields of Task and Case, and every text field of Aircall's package.
pub const LINE_LIMIT: usize = 255;
/// `Task.Description`.
pub const DESCRIPTION_LIMIT: usize = 32_000;
/// `LastName` of Contact and Lead.
pub const LAST_NAME_LIMIT: usize = 80;
/// `FirstName` of Contact and Lead.
pub const FIRST_NAME_LIMIT: usize = 40;
/// Phone fields.
pub const PHONE_LIMIT: usize = 40;
/// `Lead.Company`.
pub const COMPANY_LIMIT: usize = 255;
/// `Account.Name`.
pub const ACCOUNT_NAME_LIMIT: usize = 255;
/// `Task.CallDurationInSeconds`: eight digits.
pub const CALL_DURATION_LIMIT: u32 = 99_999_999;

words! {
    /// In what a text's length is counted (DESC-5).
    ///
    /// Salesforce's database unit is documented nowhere; its formulas, Apex and Data Loader count UTF-16 units, and a line break in a
    /// text area as two. Counting so is never less than counting characters.
    #[derive(Default)]
    pub enum LengthUnit {
        /// UTF-16 units, a line break as two.
        #[default]
        Salesforce = "salesforce",
        /// Unicode characters.
        Characters = "characters",
    }
}

impl LengthUnit {
    /// The length of one character.
    #[must_use]
    pub const fn of(self, character: char) -> usize {
        match (self, character) {
            (Self::Salesforce, '\n') => 2,
            (Self::Salesforce, _) => character.len_utf16(),
            (Self::Characters, _) => 1,
        }
    }

    /// The length of a text.
    #[must_use]
    pub fn measure(self, text: &str) -> usize {
        if !bytes::any(text.as_bytes(), |byte| bytes::is_in(byte, [(0, 0x1f), (0x7f, 0xff)])) {
            return text.len();
        }
        text.chars().map(|character| self.of(character)).sum()
    }

    /// Whether a text is no longer than `limit`.
    #[must_use]
    pub fn fits(self, text: &str, limit: usize) -> bool {
        // A character has at least as many bytes as units, save the line break: one byte, two units.
        let breaks = || text.bytes().filter(|byte| *byte == b'\n').count();
        let is_short = text.len() <= limit / 2 || (text.len() <= limit && text.len() + breaks() <= limit);
        is_short || self.cut_index(text, limit) == text.len()
    }

    /// Where the longest prefix of whole characters within `limit` ends.
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

    /// The longest prefix within `limit` that ends at a grapheme boundary, trimmed (LIMIT-1).
    #[must_use]
    pub fn clip(self, text: &str, limit: usize) -> &str {
        if self.fits(text, limit) {
            return text;
        }
        let cut = self.cut_index(text, limit);
        let mut cursor = GraphemeCursor::new(cut, text.len(), true);
        let boundary = match cursor.is_boundary(text, 0) {
            Ok(true) => cut,
            _ => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
        };
        text.get(..boundary).unwrap_or_default().trim()
    }
}

/// A text after cutting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clipped<'a> {
    /// What stays.
    pub text: Cow<'a, str>,
    /// How many Unicode characters went.
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

/// A text for a one-line field (DESC-6): line breaks and tabs become blanks, other control characters go, outer blanks go.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    clean(text, may_be_control, |character| match character {
        '\n' | '\t' => Some(' '),
        other => keep(other),
    })
}

/// A text for Description (DESC-6): `\r\n` and `\r` become `\n`, control characters but tab and line break go, outer blanks go.
#[must_use]
pub fn area(text: &str) -> Cow<'_, str> {
    clean(text, may_be_control_but_break, keep)
}

/// A text for a one-line field that stands inside another text: as [`line()`], but outer blanks stay.
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

/// A text that stands inside a Description: as [`area`], but outer blanks stay.
pub(crate) fn inner_area(text: &str) -> Cow<'_, str> {
    if bytes::any(text.as_bytes(), may_be_control_but_break) && text.chars().any(|character| keep(character).is_none())
    {
        Cow::Owned(rewrite(text, keep))
    } else {
        Cow::Borrowed(text)
    }
}

/// Cleans a text that may already be ours, without a copy where there is nothing to clean.
pub(crate) fn cleaned(text: Cow<'_, str>, clean: fn(&str) -> Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => clean(text),
        Cow::Owned(text) => match clean(&text) {
            Cow::Borrowed(clean) if clean.len() == text.len() => Cow::Owned(text),
            clean => Cow::Owned(clean.into_owned()),
        },
    }
}

/// Whether nothing of a text would be left: only blanks and control characters.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    !text.starts_with(|first: char| first.is_ascii_graphic())
        && text.chars().all(|character| character.is_whitespace() || character.is_control())
}

/// A text, unless it is blank.
pub(crate) fn spoken(text: &str) -> Option<&str> {
    (!is_blank(text)).then_some(text)
}

fn keep(character: char) -> Option<char> {
    (!character.is_control() || matches!(character, '\n' | '\t')).then_some(character)
}

/// Maps a text and trims it. Where no byte `may_be_dirty` there is nothing to map: most texts are so, and this is the quickest way to know.
fn clean(text: &str, may_be_dirty: impl Fn(u8) -> bool, map: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    let is_dirty = |character: char| character.is_control() && map(character) != Some(character);
    if bytes::any(text.as_bytes(), may_be_dirty) && text.chars().any(is_dirty) {
        let clean = rewrite(text, map);
        let trimmed = trim(&clean);
        Cow::Owned(if trimmed.len() == clean.len() { clean } else { trimmed.to_owned() })
    } else {
        Cow::Borrowed(trim(text))
    }
}

/// Whether a byte could belong to a control character: C0, DEL, and the first of C1's two.
fn may_be_control(byte: u8) -> bool {
    bytes::is_in(byte, [(0, 0x1f), (0x7f, 0x7f), (0xc2, 0xc2)])
}

/// The same without tab and line break.
fn may_be_control_but_break(byte: u8) -> bool {
    bytes::is_in(byte, [(0, 0x08), (0x0b, 0x1f), (0x7f, 0x7f), (0xc2, 0xc2)])
}

/// As [`str::trim`], with a short way out for the texts that begin and end with a visible ASCII character.
pub(crate) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Maps the control characters of a text, after `\r\n` and `\r` have become `\n`.
fn rewrite(text: &str, map: impl Fn(char) -> Option<char>) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut written = 0;
    for (at, control) in text.match_indices(char::is_control) {
        clean.push_str(text.get(written..at).unwrap_or_default());
        written = at + control.len();
        match control {
            "\r" => clean.extend(map('\n')),
            "\n" if text.get(..at).is_some_and(|before| before.ends_with('\r')) => {}
            other => clean.extend(other.chars().filter_map(&map)),
        }
    }
    clean.push_str(text.get(written..).unwrap_or_default());
    clean
}
