//! The regions of phone numbers.

use std::fmt;

use super::plan::Row;
use super::table::{REGIONS, ROWS};

/// A region of libphonenumber.
///
/// Its code is an ISO 3166-1 alpha-2 code, or `AC` (Ascension), `TA` (Tristan da Cunha) or `XK`
/// (Kosovo).
///
/// ```
/// use aircall_salesforce::phone::Region;
/// let region = Region::new("de").unwrap();
/// assert_eq!(region.as_str(), "DE");
/// assert_eq!(Region::new("ZZ"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u8);

impl Region {
    /// Parses a code in any case; `None` if libphonenumber has no such region.
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        let code = <[u8; 2]>::try_from(code.as_bytes()).ok()?.map(|letter| letter.to_ascii_uppercase());
        // `table.rs` sorts the regions by code; the rows after them have no region. The two letters
        // are compared as one number, because a comparison of texts would be a function call.
        let letters = |row: &Row| row.id.as_bytes().first_chunk().map(|pair| u16::from_be_bytes(*pair));
        let row = ROWS.get(..REGIONS)?.binary_search_by_key(&Some(u16::from_be_bytes(code)), letters).ok()?;
        Self::from_row(u8::try_from(row).ok()?)
    }

    /// Returns the code in capitals, such as `DE`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        ROWS.get(self.row()).map_or("", |row| row.id)
    }

    /// Returns the region of a row; `None` for the row of a calling code without a country.
    pub(super) fn from_row(row: u8) -> Option<Self> {
        (usize::from(row) < REGIONS).then_some(Self(row))
    }

    /// Returns the index of the region's row.
    pub(crate) fn row(self) -> usize {
        usize::from(self.0)
    }
}

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
