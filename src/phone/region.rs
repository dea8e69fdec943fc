//! The regions that numbers belong to.

use super::table::{REGIONS, ROWS};
use std::fmt;

/// A region that libphonenumber knows: an ISO 3166-1 alpha-2 code, or `AC` (Ascension), `TA` (Tristan da Cunha), `XK` (Kosovo).
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
    /// The region with this code, in capitals or not; `None` where libphonenumber has no such region.
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        let &[first, second] = code.as_bytes() else {
            return None;
        };
        let wanted = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
        let regions = ROWS.get(..REGIONS)?;
        let row = regions.binary_search_by(|row| row.id.as_bytes().cmp(&wanted)).ok()?;
        Self::from_row(u8::try_from(row).ok()?)
    }

    /// The code in capitals, such as `DE`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        ROWS.get(self.row()).map_or("", |row| row.id)
    }

    /// All regions, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map_while(Self::from_row)
    }

    /// `None` for the rows of calling codes without a country.
    pub(super) fn from_row(row: u8) -> Option<Self> {
        (usize::from(row) < REGIONS).then_some(Self(row))
    }

    pub(super) fn row(self) -> usize {
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
