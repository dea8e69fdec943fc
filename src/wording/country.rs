//! The name of a country in a wording's language.
//!
//! PKG-4: the name of the other party's country in the wording's language, as CLDR has it, with
//! CLDR's short forms for Hong Kong, Macao and Palestine.
//!
//! Source: Unicode CLDR, see `country_names.rs`, which `country_names.py` generates.

use super::Language;
use super::country_names::NAMES;
use crate::phone::Region;

/// Returns the name of a region: `"Deutschland"` for `DE` in German.
pub(super) fn name(region: Region, language: Language) -> Option<&'static str> {
    // Both tables list the same regions in the same order, so no search is needed. A test checks
    // it.
    let (_, names) = NAMES.get(region.row()).filter(|(code, _)| *code == region.as_str())?;
    Some(language.choose(*names))
}
