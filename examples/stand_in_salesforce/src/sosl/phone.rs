//! Finds phone numbers by their digits, independent of punctuation.
//!
//! **Assumed**, because no public source is exact: a number is found by all of its digits or by its
//! last digits, at least four. Salesforce's help lists 4155551234, 5551234 and 1234 as ways to find
//! (415) 555-1234.

/// The smallest number of digits that finds a number.
const MIN_DIGITS: usize = 4;

/// Returns the digits of a text.
pub(crate) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Returns the last four digits, which every matching search contains.
pub(crate) fn tail(digits: &str) -> Option<&str> {
    digits.get(digits.len().checked_sub(MIN_DIGITS)?..)
}

/// Returns whether the digits find the number.
pub(crate) fn finds(wanted: &str, number: &str) -> bool {
    wanted.len() >= MIN_DIGITS && digits(number).ends_with(wanted)
}
