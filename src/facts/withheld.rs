//! Withheld numbers: `anonymous`, the digits that carriers send for withheld numbers, and zeros
//! (REC-7, SUBJ-9).

use std::iter;

use crate::phone;

/// The text that Aircall sends as `raw_digits` of a caller who withheld their number.
const ANONYMOUS: &str = "anonymous";

/// The keys of a telephone for the words `anonymous`, `restricted`, `blocked`, `unknown` (with two
/// spellings) and `unavailable`. Carriers send them as digits, some with `1` in front.
const WORDS: [&str; 6] = ["266696687", "7378742833", "2562533", "8656696", "8566696", "86282452253"];

/// Returns whether `raw_digits` contains no number.
pub(super) fn is_withheld(shown: &str) -> bool {
    // Nearly every text is a number whose last two digits alone show that it is no word.
    if shown.starts_with(|first: char| first == '+' || first.is_ascii_digit()) {
        return can_be_word(shown) && is_word(shown);
    }
    let trimmed = shown.trim_matches(|character: char| character.is_whitespace() || character.is_control());
    trimmed.is_empty() || trimmed.eq_ignore_ascii_case(ANONYMOUS) || is_word(shown)
}

/// Returns whether the last two characters are the end of a word or of zeros, or no ASCII digits.
fn can_be_word(shown: &str) -> bool {
    let end = shown.as_bytes().last_chunk::<2>().filter(|end| end.iter().all(u8::is_ascii_digit));
    end.is_none_or(|end| end == b"00" || WORDS.iter().any(|word| word.as_bytes().ends_with(end)))
}

/// Returns whether the digits of a text are one of the words, or only zeros.
fn is_word(shown: &str) -> bool {
    let digits = || phone::digits(shown);
    let is = |word: &&str| digits().eq(word.chars()) || digits().eq(iter::once('1').chain(word.chars()));
    let is_zeros = digits().next().is_some() && digits().all(|digit| digit == '0');
    is_zeros || WORDS.iter().any(is)
}
