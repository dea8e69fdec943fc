//! The digits in a text: brackets, digits of other scripts, letters, extensions, `tel:` links and
//! unrelated characters around the number.
//!
//! It follows libphonenumber's `buildNationalNumberForParsing`, `isViablePhoneNumber`,
//! `maybeStripExtension` and `normalize`.

use super::digits::Digits;
use super::table::ZEROS;

/// The length limit of a text, in characters.
pub(super) const MAX_CHARS: usize = 250;

/// The digits that are to be dialled according to a text.
pub(super) struct Dialled {
    /// Whether a `+` precedes the digits.
    pub(super) behind_plus: bool,
    pub(super) digits: Digits,
}

/// Returns the digits in a text; `None` if the text cannot contain a number.
pub(super) fn read(text: &str) -> Option<Dialled> {
    plain(text).or_else(|| any_spelling(text))
}

/// Reads a text of digits and the usual separators, with or without `+`.
// Most numbers look like this, and no other notation of this module can occur in such a text.
fn plain(text: &str) -> Option<Dialled> {
    let number = text.strip_prefix('+').unwrap_or(text);
    let mut digits = Digits::new();
    for byte in number.bytes() {
        let is_digit = byte.is_ascii_digit();
        if !is_digit && !matches!(byte, b' ' | b'-' | b'.' | b'(' | b')' | b'/') {
            return None;
        }
        digits.push_if(byte, is_digit)?;
    }
    let behind_plus = number.len() < text.len();
    (digits.as_bytes().len() > 2 && text.len() <= MAX_CHARS).then_some(Dialled { behind_plus, digits })
}

/// Reads a number among other characters, without its extension.
fn any_spelling(text: &str) -> Option<Dialled> {
    if text.chars().nth(MAX_CHARS).is_some() {
        return None;
    }
    let with_context = text.find(PHONE_CONTEXT).map(|at| with_context(text, at));
    let mut number = match &with_context {
        Some(number) => number.as_deref()?,
        None => without_junk(text),
    };
    if let Some((before, _)) = number.split_once(";isub=") {
        number = before;
    }
    if !is_viable(number) {
        return None;
    }
    // As in libphonenumber, only the first extension counts.
    let mut starts = number.char_indices().map(|(at, _)| at);
    let extension = starts.find(|at| number.get(*at..).is_some_and(is_extension));
    if let Some(before) = extension.and_then(|at| number.get(..at)).filter(|before| is_viable(before)) {
        number = before;
    }
    let behind_plus = number.trim_start_matches(is_plus);
    Some(Dialled { behind_plus: behind_plus.len() < number.len(), digits: digits(behind_plus)? })
}

const PHONE_CONTEXT: &str = ";phone-context=";

/// Returns the number of a link such as `tel:863-1234;phone-context=+1-914-555`.
///
/// A context that is a domain is ignored.
fn with_context(text: &str, at: usize) -> Option<String> {
    let behind = text.get(at + PHONE_CONTEXT.len()..)?;
    let context = behind.split(';').next()?;
    let start = text.find("tel:").map_or(0, |tel| tel + "tel:".len());
    let local = text.get(start..at).unwrap_or_default();
    if is_global_number(context) {
        Some(format!("{context}{local}"))
    } else {
        is_domain(context).then(|| local.to_owned())
    }
}

/// Returns whether a context is `+` and digits with separators (RFC 3966).
fn is_global_number(context: &str) -> bool {
    context
        .strip_prefix('+')
        .is_some_and(|number| number.contains(is_digit) && number.chars().all(|c| is_digit(c) || "-.()".contains(c)))
}

/// Returns whether a context is a domain name (RFC 3966).
///
/// Labels have letters, digits and inner hyphens; the last label begins with a letter.
fn is_domain(context: &str) -> bool {
    let is_alphanumeric = |c: char| c.is_ascii_alphabetic() || is_digit(c);
    let labels = context.strip_suffix('.').unwrap_or(context);
    let last = labels.rsplit('.').next().unwrap_or_default();
    last.starts_with(|c: char| c.is_ascii_alphabetic())
        && labels.split('.').all(|label| {
            label.starts_with(is_alphanumeric)
                && label.ends_with(is_alphanumeric)
                && label.chars().all(|c| is_alphanumeric(c) || c == '-')
        })
}

/// Returns the text from the first digit or `+` to the last letter, digit or `#`, and without a
/// second extension (`x302/x2303`).
///
/// Rust counts a few combining vowel signs and circled letters as letters, and libphonenumber does
/// not. If such a character follows a number, libphonenumber finds the number, and this function
/// does not.
fn without_junk(text: &str) -> &str {
    let start = text.find(|c| is_plus(c) || is_digit(c)).unwrap_or(text.len());
    let number = text.get(start..).unwrap_or_default();
    let number = number.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '#');
    let second = number.char_indices().find(|(at, c)| {
        let behind = number.get(at + c.len_utf8()..).unwrap_or_default();
        matches!(c, '/' | '\\') && behind.trim_start_matches(' ').starts_with('x')
    });
    second.and_then(|(at, _)| number.get(..at)).unwrap_or(number)
}

/// Returns whether a text can be a number.
///
/// Such a text is either two digits, or it consists of optional plus signs, three digits with
/// punctuation, more digits and letters, and an optional extension.
fn is_viable(text: &str) -> bool {
    // Of all texts with fewer than three digits, libphonenumber accepts only two bare digits.
    if text.chars().all(is_digit) && text.chars().count() == 2 {
        return true;
    }
    let mut rest = text.trim_start_matches(is_plus).chars();
    let mut digits = 0;
    loop {
        if digits >= 3 && is_extension(rest.as_str()) {
            return true;
        }
        match rest.next() {
            Some(c) if is_digit(c) => digits += 1,
            Some(c) if is_punctuation(c) || digits >= 3 && is_letter(c) => {}
            Some(_) => return false,
            None => return digits >= 3,
        }
    }
}

/// Returns whether a text is an extension in one of libphonenumber's six notations.
///
/// Each notation has its own limit of digits.
fn is_extension(tail: &str) -> bool {
    // Most texts begin with a digit, and no extension does: this check saves most of the work.
    if tail.starts_with(|c: char| matches!(c, '0'..='9' | '(' | ')' | '/' | '.')) {
        return false;
    }
    let spaces = tail.trim_start_matches([' ', '\u{a0}', '\t']);
    let commas = tail.trim_start_matches([' ', '\u{a0}', '\t', ',']);
    let hyphens = tail.trim_start_matches([' ', '-']);
    let only_commas = spaces.trim_start_matches(',');
    skip(tail, ";ext=").is_some_and(|digits| is_number(digits, 20))
        || behind_explicit_label(commas).is_some_and(|rest| is_labelled(rest, 20))
        || behind_short_label(commas).is_some_and(|rest| is_labelled(rest, 9))
        || (hyphens.len() < tail.len() && hyphens.strip_suffix('#').is_some_and(|digits| is_number(digits, 6)))
        || skip(spaces, ",,").or_else(|| skip(spaces, ";")).is_some_and(|rest| is_labelled(rest, 15))
        || (only_commas.len() < spaces.len() && is_labelled(only_commas, 9))
}

/// Returns whether a text after a label is an extension: a stop or colon, blanks, digits, `#`.
fn is_labelled(rest: &str, most: usize) -> bool {
    let rest = rest.strip_prefix([':', '.', '\u{ff0e}']).unwrap_or(rest);
    let rest = rest.trim_start_matches([' ', '\u{a0}', '\t', ',', '-']);
    is_number(rest.strip_suffix('#').unwrap_or(rest), most)
}

fn is_number(digits: &str, most: usize) -> bool {
    // Usually the first character is no digit, so the others need not be counted.
    digits.chars().all(is_digit) && (1..=most).contains(&digits.chars().count())
}

/// Returns the text after `ext`, `xtn`, `extensión` and similar labels, also full-width, Russian
/// and Spanish.
fn behind_explicit_label(text: &str) -> Option<&str> {
    // Longer endings come first, because a shorter ending is the start of a longer one.
    let endings = ["ension", "ensio\u{301}n", "ensión", "ensio\u{301}", "ensio", "ensió", "n", ""];
    let latin = skip(skip(text, "e").unwrap_or(text), "xt").and_then(|rest| skip_any(rest, &endings));
    let full_width = || skip(skip(text, "ｅ").unwrap_or(text), "ｘｔ").and_then(|rest| skip_any(rest, &["ｎ", ""]));
    latin.or_else(full_width).or_else(|| skip_any(text, &["доб", "anexo"]))
}

fn behind_short_label(text: &str) -> Option<&str> {
    skip_any(text, &["x", "ｘ", "#", "＃", "~", "～", "int", "ｉｎｔ"])
}

fn skip_any<'t>(text: &'t str, labels: &[&str]) -> Option<&'t str> {
    labels.iter().find_map(|label| skip(text, label))
}

/// Returns the text after `label`, which the text may spell in any case. `label` is in lower case.
fn skip<'t>(text: &'t str, label: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    for wanted in label.chars() {
        if fold_case(rest.next()?) != wanted {
            return None;
        }
    }
    Some(rest.as_str())
}

/// Folds the case of a character, as regular expressions do: the long s is s, the dotless i is i.
fn fold_case(c: char) -> char {
    match c {
        'ſ' => 's',
        'ı' => 'i',
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

pub(super) fn is_plus(c: char) -> bool {
    matches!(c, '+' | '＋')
}

/// Returns whether a character is punctuation that a number can contain, or the star.
fn is_punctuation(c: char) -> bool {
    matches!(c, '-' | ' ' | '(' | ')' | '.' | '[' | ']' | '/' | '~' | 'x' | 'X' | '*'
        | '\u{a0}' | '\u{ad}' | '\u{200b}' | '\u{2010}'..='\u{2015}' | '\u{2053}' | '\u{2060}' | '\u{2212}' | '\u{223c}'
        | '\u{3000}' | '\u{30fc}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0d}'..='\u{ff0f}' | '\u{ff3b}' | '\u{ff3d}' | '\u{ff5e}')
}

fn is_letter(c: char) -> bool {
    fold_case(c).is_ascii_lowercase()
}

pub(super) fn is_digit(c: char) -> bool {
    decimal(c).is_some()
}

/// Converts a decimal digit of any script to an ASCII digit.
pub(super) fn decimal(c: char) -> Option<u8> {
    if c.is_ascii() {
        return u8::try_from(c).ok().filter(u8::is_ascii_digit);
    }
    let zero = ZEROS.get(ZEROS.partition_point(|zero| *zero <= c).checked_sub(1)?)?;
    let value = u8::try_from(u32::from(c) - u32::from(*zero)).ok()?;
    (value < 10).then(|| b'0' + value)
}

/// Returns the digits to dial.
///
/// A number with three or more letters is a vanity number (`1800 FLOWERS`), whose letters are keys.
fn digits(number: &str) -> Option<Digits> {
    let vanity = number.chars().filter(char::is_ascii_alphabetic).nth(2).is_some();
    let key = if vanity { keypad } else { decimal };
    Digits::collect(number.chars().filter_map(key))
}

/// The keys of a telephone (ITU-T E.161) for the letters from A to Z.
const KEYS: &[u8; 26] = b"22233344455566677778889999";

/// Returns the key for a letter or an ASCII digit.
fn keypad(c: char) -> Option<u8> {
    // As in libphonenumber, a letter with a capital in ASCII has the capital's key.
    let capital = u8::try_from(c.to_uppercase().next()?).ok()?;
    if capital.is_ascii_digit() { Some(capital) } else { KEYS.get(usize::from(capital.checked_sub(b'A')?)).copied() }
}
