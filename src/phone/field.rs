//! The texts in a phone field that can be a number: a field can contain words and several numbers
//! (REC-1).
//!
//! Runs of letters, the characters `/ ; , | &` and line breaks divide a field into pieces, and a
//! new piece begins before each `+`. A *stretch* is one piece, or several neighbours with
//! everything between them. So a vanity number and a number with slashes are stretches too.

use std::iter;

use super::text::{MAX_CHARS, is_digit, is_plus};

/// More digits than a number has together with its prefixes and an extension.
const MAX_DIGITS: usize = 64;

/// Returns whether a field has stretches that can be read as another number than the whole field.
fn is_divided(field: &str) -> bool {
    let number = field.trim_start_matches(|c| !is_digit(c) && !is_plus(c));
    number.chars().skip(1).any(|c| divides(c) || is_plus(c))
}

/// Returns the whole field and its stretches.
///
/// Stretches that libphonenumber reads alike are returned once: it skips everything before the
/// first digit or `+`, and everything after the last letter or digit.
// Each start has a bounded number of ends, and nothing is collected. So the time grows linearly
// with the length of the field.
pub(crate) fn stretches(field: &str) -> impl Iterator<Item = &str> {
    // Most fields are one number that matches as a whole, so the stretches are found lazily.
    let divided = iter::once(field).filter(|field| is_divided(field));
    let stretches = divided.flat_map(|field| starts(field).filter_map(|start| field.get(start..)).flat_map(beginnings));
    iter::once(field).chain(stretches.filter(|stretch| stretch.len() < field.len()))
}

fn divides(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '/' | ';' | ',' | '|' | '&' | '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns the first `+` or digit of each piece.
fn starts(field: &str) -> impl Iterator<Item = usize> {
    let mut has_start = false;
    let starts = field.char_indices().filter(move |&(_, c)| {
        let is_start = is_plus(c) || (is_digit(c) && !has_start);
        has_start = is_start || (has_start && !divides(c));
        is_start
    });
    starts.map(|(start, _)| start)
}

/// Returns the beginnings of a text that end where a piece ends.
fn beginnings(text: &str) -> impl Iterator<Item = &str> {
    let mut digits = 0;
    // The line break ends the last piece.
    let characters = text.char_indices().chain([(text.len(), '\n')]).take(MAX_CHARS + 1).take_while(move |&(_, c)| {
        digits += usize::from(is_digit(c));
        digits <= MAX_DIGITS
    });
    let (mut in_word, mut is_longer) = (false, false);
    let ends = characters.filter(move |&(_, c)| {
        let ends = is_plus(c) || (divides(c) && !(in_word && c.is_alphabetic()));
        let is_end = ends && is_longer;
        in_word = c.is_alphabetic();
        is_longer = (is_longer && !ends) || c.is_alphanumeric() || c == '#';
        is_end
    });
    ends.filter_map(|(end, _)| text.get(..end))
}
