//! Phone numbers: the E.164 spelling and the region of a text.
//!
//! The results are those of Google's libphonenumber for every spelling that it reads. [`parse`]
//! combines its `parse`, `format` in E.164, `getRegionCodeForNumber` and
//! `isPossibleNumberWithReason`. `tests/oracles/numbers.py` compares the two libraries.
//!
//! A table decides numbers in international notation without a regular expression, an allocation or
//! data to load. `generate.py` writes `table.rs` from libphonenumber's metadata.
//! [`metadata_loaded`] explains the exceptions.
//!
//! ```
//! use aircall_salesforce::phone::{self, Region};
//! let number = phone::parse("+49 (0) 30 23125 000", None).unwrap();
//! assert_eq!(number.e164.as_str(), "+493023125000");
//! assert_eq!(number.region, Region::new("DE"));
//! assert!(number.possible);
//! assert_eq!(phone::parse("030 23125 000", Region::new("DE")), Some(number));
//! assert_eq!(phone::parse("anonymous", Region::new("DE")), None);
//! ```

mod digits;
mod e164;
mod field;
mod plan;
mod region;
mod special;
mod spellings;
mod table;
mod text;

pub use e164::{E164, E164Error};
pub(crate) use field::stretches;
pub use region::Region;
pub use special::metadata_loaded;
pub(crate) use spellings::spellings;

use plan::Row;

/// A number and the facts of its numbering plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PhoneNumber {
    /// The number without an extension.
    pub e164: E164,
    /// The region; `None` for numbers without a country (`+800 …`), and for numbers that no region
    /// of a shared calling code contains.
    pub region: Option<Region>,
    /// Whether the number has a length that can be dialled from anywhere: libphonenumber's
    /// `IS_POSSIBLE`. A possible number can still be unassigned.
    pub possible: bool,
}

impl PhoneNumber {
    /// Returns the number's region, else the main region of its calling code (REC-1).
    pub(crate) fn own_region(&self) -> Option<Region> {
        let main = || plan::calling_code(self.e164.digits().as_bytes()).map(|(main, _)| main.place);
        self.region.or_else(|| Region::from_row(main()?))
    }
}

/// Reads a number in any spelling. A text without `+` is read as dialled in the region `home`.
///
/// Returns `None` if libphonenumber finds no number:
///
/// - withheld numbers and words;
/// - a text without `+` if `home` is not known;
/// - a calling code that does not exist;
/// - more than 17 national digits, or more than 250 characters.
#[must_use]
pub fn parse(text: &str, home: Option<Region>) -> Option<PhoneNumber> {
    let dialled = text::read(text)?;
    plan::number(&dialled, home.and_then(Row::of))
}

/// Returns whether a text, dialled in one of the regions, reaches a number.
pub(crate) fn is_number(text: &str, number: E164, regions: impl Iterator<Item = Option<Region>>) -> bool {
    // All spellings of a number end in the same digits, so this rules out most texts cheaply.
    let Some(dialled) = text::read(text).filter(|dialled| last(dialled.digits.as_bytes()) == Some(number.tail()))
    else {
        return false;
    };
    let mut numbers = regions.filter_map(|region| plan::number(&dialled, region.and_then(Row::of)));
    numbers.any(|read| read.e164 == number)
}

/// Returns the decimal digits of any script in a text, as ASCII digits.
pub(crate) fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter_map(text::decimal).map(char::from)
}

/// The last four digits of a number, packed for comparison.
///
/// Prefixes do not change these digits, and no number that can be dialled from anywhere has fewer.
pub(crate) type Tail = u32;

#[expect(clippy::indexing_slicing, reason = "done by the compiler")]
const _: () = {
    let too_short = (1 << size_of::<Tail>()) - 1;
    let mut row = 0;
    while row < table::ROWS.len() {
        assert!(table::ROWS[row].lengths & too_short == 0, "a plan has numbers that are shorter than a tail");
        row += 1;
    }
};

/// Returns the last digits of a text; `None` if [`parse`] finds no possible number in any region.
pub(crate) fn tail(text: &str) -> Option<Tail> {
    text::read(text).and_then(|dialled| last(dialled.digits.as_bytes()))
}

fn last(digits: &[u8]) -> Option<Tail> {
    digits.last_chunk().map(|last| Tail::from_be_bytes(*last))
}
