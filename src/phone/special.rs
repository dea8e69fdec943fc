//! Prefixes that only a pattern describes: carrier codes (`0 15 11 …` in Brazil), Argentina's `15` behind the area
//! code, seven digits on a Caribbean island. Few numbers have them; the table says which. Here, and only here,
//! the `phonenumber` crate's metadata is asked. It takes about 100 ms to load, once.

use super::digits::Digits;
use phonenumber::Metadata;
use phonenumber::metadata::DATABASE;
use std::sync::atomic::{AtomicBool, Ordering};

static LOADED: AtomicBool = AtomicBool::new(false);

/// Whether a number has made this process load the `phonenumber` crate's metadata: about 100 ms, once.
///
/// Numbers in international notation need it only where somebody typed more than they should behind the calling code
/// (a carrier's code, Argentina's `15`), national ones where the region's prefixes cannot be listed.
#[must_use]
pub fn metadata_loaded() -> bool {
    LOADED.load(Ordering::Relaxed)
}

/// A region's metadata. Its patterns are cached by that crate, 100 at once; the table asks for fewer than 40.
fn metadata(region: &str) -> Option<&'static Metadata> {
    LOADED.store(true, Ordering::Relaxed);
    DATABASE.by_id(region)
}

/// How many of the digits are an international prefix; 0: none.
pub(super) fn idd_len(region: &str, digits: &[u8]) -> usize {
    let found = metadata(region).and_then(Metadata::international_prefix).zip(std::str::from_utf8(digits).ok());
    let found = found.and_then(|(pattern, digits)| pattern.find(digits));
    found.filter(|found| found.start() == 0).map_or(0, |found| found.end())
}

/// The digits without their trunk prefix and carrier code, and with what the region's rule puts in their place.
pub(super) fn without_trunk(region: &str, digits: &[u8]) -> Option<Digits> {
    let metadata = metadata(region)?;
    let digits = std::str::from_utf8(digits).ok()?;
    let found = metadata.national_prefix_for_parsing()?.captures(digits)?;
    let prefix = found.get(0).filter(|prefix| prefix.start() == 0)?;
    let mut text = String::new();
    // The rule is for the last group; where that has no part in the match, the prefix is only taken away.
    if let Some(rule) = metadata.national_prefix_transform_rule() {
        if found.iter().last().flatten().is_some() {
            found.expand(rule, &mut text);
        }
    }
    text.push_str(digits.get(prefix.end()..)?);
    let mut rewritten = Digits::new();
    for digit in text.bytes() {
        rewritten.push(digit)?;
    }
    Some(rewritten)
}
