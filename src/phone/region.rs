//! The regions of phone numbers.

use super::table::{REGIONS, ROWS};
use std::fmt;

/// A region of libphonenumber.
///
/// It is an ISO 3166-1 alpha-2 code, or `AC` (Ascension), `TA` (Tristan da Cunha) or `XK` (Kosovo).
///
/// ```
/// use aircall_salesforce::phone::Region;
/// let region = Region::new("de").unwrap();
/// assert_eq!(region.as_str(), "DE");
/// assert_eq!(Region::all().count(), 245);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u8);

impl Region {
    /// Parses a code in any case; `None` if libphonenumber has no such region.
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        let &[first, second] = code.as_bytes() else {
            return None;
        };
        let letters = letters(first.to_ascii_uppercase(), second.to_ascii_uppercase())?;
        Self::from_row(*BY_LETTERS.get(letters)?)
    }

    /// Returns the code in capitals, such as `DE`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        ROWS.get(self.row()).map_or("", |row| row.id)
    }

    /// Returns all regions, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map_while(Self::from_row)
    }

    /// Returns the region of a row; `None` for the row of a calling code without a country.
    pub(super) fn from_row(row: u8) -> Option<Self> {
        (usize::from(row) < REGIONS).then_some(Self(row))
    }

    /// Returns the index of the region.
    pub(crate) fn row(self) -> usize {
        usize::from(self.0)
    }
}

const LETTERS: usize = 26;

/// Returns the index of two capitals in [`BY_LETTERS`].
const fn letters(first: u8, second: u8) -> Option<usize> {
    if first.is_ascii_uppercase() && second.is_ascii_uppercase() {
        Some((first - b'A') as usize * LETTERS + (second - b'A') as usize)
    } else {
        None
    }
}

/// The row of the region for each pair of letters.
#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "done by the compiler")]
static BY_LETTERS: [u8; LETTERS * LETTERS] = {
    let mut rows = [u8::MAX; LETTERS * LETTERS];
    let mut row = 0;
    while row < REGIONS {
        if let [first, second] = *ROWS[row].id.as_bytes() {
            if let Some(place) = letters(first, second) {
                rows[place] = row as u8;
            }
        }
        row += 1;
    }
    rows
};

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({})", self.as_str())
    }
}
