//! Numbers in E.164, the spelling that is compared and written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::{Tail, plan};
use crate::json;

/// The least number of national digits, as in libphonenumber.
const MIN_NATIONAL: usize = 2;
/// The greatest number of national digits, as in libphonenumber.
///
/// The standard itself allows 15 digits with the calling code.
const MAX_NATIONAL: usize = 17;
/// The length of `+`, a calling code of 3 digits and the national number.
const CAPACITY: usize = 1 + 3 + MAX_NATIONAL;

/// A number in E.164: `+`, a calling code that exists, and 2 to 17 digits.
///
/// [`parse`](super::parse) reads the spellings that people write. `str::parse` reads E.164 only and
/// does not check whether the number can exist.
///
/// ```
/// use aircall_salesforce::phone::E164;
/// let number: E164 = "+33199001234".parse()?;
/// assert_eq!(number.as_str(), "+33199001234");
/// assert!("+33 1 99 00 12 34".parse::<E164>().is_err());
/// # Ok::<(), aircall_salesforce::phone::E164Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct E164 {
    /// The text, followed by zeros, so that the derived order is the order of the texts.
    bytes: [u8; CAPACITY],
    len: u8,
}

/// The reason why a text is not an [`E164`].
///
/// The message does not repeat the text: numbers are personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct E164Error(&'static str);

const CALLING_CODE: E164Error = E164Error("the number begins with no known calling code");
const LENGTH: E164Error = E164Error("a number has 2 to 17 digits after the calling code");

impl E164Error {
    pub(crate) const FORM: Self = Self("an E.164 number is `+` and digits only");
}

impl E164 {
    /// Joins a calling code and ASCII digits; `None` if libphonenumber rejects the number of
    /// digits.
    pub(super) fn new(code: &str, national: &[u8]) -> Option<Self> {
        if !(MIN_NATIONAL..=MAX_NATIONAL).contains(&national.len()) {
            return None;
        }
        let len = 1 + code.len() + national.len();
        let mut bytes = [0; CAPACITY];
        let (plus, rest) = bytes.split_first_mut()?;
        *plus = b'+';
        let (front, back) = rest.split_at_mut_checked(code.len())?;
        front.copy_from_slice(code.as_bytes());
        back.get_mut(..national.len())?.copy_from_slice(national);
        Some(Self { bytes, len: u8::try_from(len).ok()? })
    }

    /// Returns the number with `+`, such as `+33199001234`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // `new` copies `+` and ASCII digits only, so the fallback is unreachable.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        // `new` fails if the text is longer than the array, so the fallback is unreachable.
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Returns whether the digits after the calling code are zeros only.
    pub(crate) fn is_zeros(&self) -> bool {
        // Few numbers end in a zero, so the calling code is seldom looked up.
        let digits = self.as_bytes().strip_prefix(b"+").filter(|digits| digits.ends_with(b"0"));
        let parts = digits.and_then(plan::calling_code);
        parts.is_some_and(|(_, national)| national.iter().all(|digit| *digit == b'0'))
    }

    /// Returns the last digits.
    pub(crate) fn tail(&self) -> Tail {
        // `+`, the calling code and the national number are at least four bytes, so the fallback is
        // unreachable.
        super::last(self.as_bytes()).unwrap_or_default()
    }

    /// Returns whether a text is this number as it is written here. It compares bytes, which needs
    /// no check of their encoding.
    pub(crate) fn is_spelled(&self, text: &str) -> bool {
        text.as_bytes() == self.as_bytes()
    }

    /// Returns the number without `+`, such as `33199001234`.
    pub(crate) fn digits(&self) -> &str {
        self.as_str().strip_prefix('+').unwrap_or_default()
    }
}

impl FromStr for E164 {
    type Err = E164Error;

    fn from_str(text: &str) -> Result<Self, E164Error> {
        let digits = text.strip_prefix('+').ok_or(E164Error::FORM)?.as_bytes();
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(E164Error::FORM);
        }
        if digits.len() <= MIN_NATIONAL {
            return Err(LENGTH);
        }
        let (row, national) = plan::calling_code(digits).ok_or(CALLING_CODE)?;
        Self::new(row.code, national).ok_or(LENGTH)
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E164({})", self.as_str())
    }
}

impl Serialize for E164 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for E164 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::text(deserializer, "a phone number in E.164, such as `+33199001234`", str::parse)
    }
}
