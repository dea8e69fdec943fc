//! The prefixes that only a pattern describes.
//!
//! Examples are carrier codes (`0 15 11 …` in Brazil), Argentina's `15` after the area code, and
//! numbers of seven digits on a Caribbean island. The table marks the few numbers that have such a
//! prefix. Only this module uses the metadata of the crate `phonenumber`, which takes about 100 ms
//! to load, once.

use std::sync::atomic::{AtomicBool, Ordering};

use phonenumber::Metadata;
use phonenumber::metadata::DATABASE;

use super::digits::Digits;

static LOADED: AtomicBool = AtomicBool::new(false);

/// Returns whether this process has loaded the metadata of the crate `phonenumber`.
///
/// Loading takes about 100 ms, once. It is needed for:
///
/// - numbers in international notation with unnecessary digits after the calling code, such as a
///   carrier's code or Argentina's `15`;
/// - national numbers of a region whose prefixes cannot be listed.
#[must_use]
pub fn metadata_loaded() -> bool {
    LOADED.load(Ordering::Relaxed)
}

/// Returns the metadata of a region.
// The crate caches 100 compiled patterns; the table needs fewer than 40.
fn metadata(region: &str) -> Option<&'static Metadata> {
    LOADED.store(true, Ordering::Relaxed);
    DATABASE.by_id(region)
}

/// Returns the length of the international prefix; 0 if there is no prefix.
pub(super) fn idd_len(region: &str, digits: &[u8]) -> usize {
    let found = metadata(region).and_then(Metadata::international_prefix).zip(std::str::from_utf8(digits).ok());
    let found = found.and_then(|(pattern, digits)| pattern.find(digits));
    found.filter(|found| found.start() == 0).map_or(0, |found| found.end())
}

/// Returns the digits without trunk prefix and carrier code, rewritten by the region's rule.
pub(super) fn without_trunk(region: &str, digits: &[u8]) -> Option<Digits> {
    let metadata = metadata(region)?;
    let digits = std::str::from_utf8(digits).ok()?;
    let found = metadata.national_prefix_for_parsing()?.captures(digits)?;
    let prefix = found.get(0).filter(|prefix| prefix.start() == 0)?;
    let mut text = String::new();
    // The rule refers to the last group of the pattern. If this group is not part of the match,
    // libphonenumber only removes the prefix.
    if let Some(rule) = metadata.national_prefix_transform_rule() {
        if found.iter().last().flatten().is_some() {
            found.expand(rule, &mut text);
        }
    }
    text.push_str(digits.get(prefix.end()..)?);
    Digits::collect(text.bytes())
}
