//! Phone numbers: what a text is in E.164, and which region it belongs to.
//!
//! The answers are those of Google's libphonenumber, for every spelling it reads: [`parse`] is its `parse`, `format`
//! in E.164, `getRegionCodeForNumber` and `isPossibleNumberWithReason` in one. `tests/oracles/numbers.py` compares them.
//! Numbers in international notation are decided by a table (`table.rs`, written by `generate.py` from libphonenumber's
//! metadata): no regular expression, no allocation, nothing to load. See [`metadata_loaded`] for the rest.
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
mod plan;
mod region;
mod special;
mod spellings;
mod table;
mod text;

pub use e164::{E164, E164Error};
pub use region::Region;
pub use special::metadata_loaded;
pub use spellings::spellings;

use plan::Row;

/// A number, and what its numbering plan says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PhoneNumber {
    /// The number itself, without an extension.
    pub e164: E164,
    /// Where it belongs; `None` for numbers of no country (`+800 …`) and where no region of a shared calling code has it.
    pub region: Option<Region>,
    /// Whether it has a length that can be dialled from anywhere: libphonenumber's `IS_POSSIBLE`. That somebody has it
    /// is not said.
    pub possible: bool,
}

/// Reads a number as a person or a program wrote it. Text without `+` is read as dialled in the region `home`.
///
/// `None` where libphonenumber finds no number: withheld ones, words, text without `+` where `home` is not known,
/// calling codes that do not exist, more than 17 national digits, more than 250 characters.
#[must_use]
pub fn parse(text: &str, home: Option<Region>) -> Option<PhoneNumber> {
    let dialled = text::read(text)?;
    plan::number(&dialled, home.and_then(Row::of))
}

/// The last four digits as one number to compare. Whatever people dial before a number, these stay, and no number that can be dialled from
/// anywhere has fewer.
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

/// The tail of what a text says to dial; `None` where [`parse`] finds no number, wherever it is dialled.
pub(crate) fn tail(text: &str) -> Option<Tail> {
    text::read(text).map(|dialled| last(dialled.digits.as_bytes()))
}

fn last(digits: &[u8]) -> Tail {
    digits.last_chunk().map_or(0, |last| Tail::from_be_bytes(*last))
}
