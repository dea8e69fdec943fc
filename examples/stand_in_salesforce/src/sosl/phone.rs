//! Finds phone numbers by their digits, independent of punctuation.
//!
//! **Assumed**, because no public source is exact:
//!
//! - A number is found by all of its digits or by its last digits, at least four. Salesforce's help
//!   lists 4155551234, 5551234 and 1234 as ways to find (415) 555-1234.
//! - In a field with words or several numbers, each of the numbers is found.
//! - A vanity number is found by the keys of its letters.

use std::collections::BTreeSet;

/// The smallest number of digits that finds a number.
const MIN_DIGITS: usize = 4;

/// The keys of a telephone for the letters from A to Z.
const KEYS: &[u8; 26] = b"22233344455566677778889999";

/// Returns the digits of a text.
pub(crate) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Returns the digits of a text, with the keys of its letters.
fn keys(text: &str) -> String {
    let key = |c: char| {
        let place = usize::try_from(u32::from(c.to_ascii_uppercase()).checked_sub(u32::from('A'))?).ok()?;
        KEYS.get(place).map(|key| char::from(*key))
    };
    text.chars().filter_map(|c| if c.is_ascii_digit() { Some(c) } else { key(c) }).collect()
}

/// Returns the texts in a field that end where a number can end.
fn numbers(field: &str) -> impl Iterator<Item = &str> {
    let goes_on = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')');
    let ends = field.char_indices().filter(move |&(_, c)| !goes_on(c)).map(|(end, _)| end);
    ends.chain([field.len()]).filter_map(|end| field.get(..end))
}

/// Returns the last four digits, which every matching search contains.
pub(crate) fn tail(digits: &str) -> Option<&str> {
    digits.get(digits.len().checked_sub(MIN_DIGITS)?..)
}

/// Returns the last four digits of every number in a field.
pub(crate) fn tails(field: &str) -> BTreeSet<String> {
    let texts = numbers(field).flat_map(|text| [digits(text), keys(text)]);
    texts.filter_map(|digits| tail(&digits).map(str::to_owned)).collect()
}

/// Returns whether the digits find a number in the field.
pub(crate) fn finds(wanted: &str, field: &str) -> bool {
    let ends = |text| digits(text).ends_with(wanted) || keys(text).ends_with(wanted);
    wanted.len() >= MIN_DIGITS && numbers(field).any(ends)
}
