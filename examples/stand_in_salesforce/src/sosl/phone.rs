//! How a search finds phone numbers: by digits, however they are punctuated.
//!
//! **Assumed**, for nothing public says it exactly: a number is found by all of its digits or by its last ones, at least four. Salesforce's
//! help gives 4155551234, 5551234 and 1234 as ways to find (415) 555-1234.

/// The fewest digits that find a number.
const FEWEST: usize = 4;

/// The digits of a text.
pub(crate) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The last four digits, which every way to find a number has.
pub(crate) fn tail(digits: &str) -> Option<&str> {
    digits.get(digits.len().checked_sub(FEWEST)?..)
}

/// Whether a number with these digits is found by those.
pub(crate) fn finds(wanted: &str, number: &str) -> bool {
    wanted.len() >= FEWEST && digits(number).ends_with(wanted)
}
