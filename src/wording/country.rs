//! The name of a country in a wording's language.
//!
//! PKG-4: name of the other party's country in the wording's language, as CLDR has it, with CLDR's short forms
//! for Hong Kong, Macao and Palestine.
//!
//! Source: Unicode CLDR, see `country_names.rs`, which `country_names.py` generates.

use super::Language;
use super::country_names::NAMES;
use crate::phone::Region;

/// The name of a region, `"Deutschland"` for `DE` in German; `None` where the names were made of an older list of regions.
pub(super) fn name(region: Region, language: Language) -> Option<&'static str> {
    let code = region.as_str();
    // Made of the same list of regions, both tables have them at the same places.
    let same = NAMES.get(region.place()).filter(|(other, _)| *other == code);
    let search = || NAMES.get(NAMES.binary_search_by_key(&code, |&(other, _)| other).ok()?);
    let &(_, [de, en, fr, es]) = same.or_else(search)?;
    Some(match language {
        Language::De => de,
        Language::En => en,
        Language::Fr => fr,
        Language::Es => es,
    })
}
