//! The name of a country in a wording's language.
//!
//! PKG-4: name of the other party's country in the wording's language, as CLDR has it, with CLDR's short forms
//! for Hong Kong, Macao and Palestine.
//!
//! Source: Unicode CLDR, see `country_names.rs`, which `country_names.py` generates.

use super::Language;
use super::country_names::NAMES;

/// The name of a region that a phone number can belong to, `"Deutschland"` for `"DE"` in German.
///
/// `region` is libphonenumber's code: ISO 3166-1 alpha-2 in capitals, or `AC`, `TA`, `XK`.
/// `None` for anything else, so for `001` (numbers of no country) too.
pub(crate) fn name(region: &str, language: Language) -> Option<&'static str> {
    let row = NAMES.binary_search_by_key(&region, |&(code, _)| code).ok()?;
    let &(_, [de, en, fr, es]) = NAMES.get(row)?;
    Some(match language {
        Language::De => de,
        Language::En => en,
        Language::Fr => fr,
        Language::Es => es,
    })
}
