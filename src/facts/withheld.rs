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
    // Nearly every text is a number: its first character and its last two settle the question.
    if shown.starts_with(|first: char| first == '+' || first.is_ascii_digit()) {
        return can_be_word(shown) && is_word(shown);
    }
    let trimmed = shown.trim_matches(|character: char| character.is_whitespace() || character.is_control());
    trimmed.is_empty() || trimmed.eq_ignore_ascii_case(ANONYMOUS) || is_word(shown)
}

/// Returns whether a text ends as a word or zeros do, or has an unusual end.
fn can_be_word(shown: &str) -> bool {
    let end = shown.as_bytes().last_chunk().filter(|end| end.iter().all(u8::is_ascii_digit));
    end.is_none_or(|end| matches!(end, b"00" | b"87" | b"33" | b"96" | b"53"))
}

fn is_word(shown: &str) -> bool {
    let digits = || phone::digits(shown);
    let is = |word: &&str| digits().eq(word.chars()) || digits().eq(iter::once('1').chain(word.chars()));
    let is_zeros = digits().next().is_some() && digits().all(|digit| digit == '0');
    is_zeros || WORDS.iter().any(is)
}
