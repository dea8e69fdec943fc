//! Lists the regions.

use aircall_salesforce::phone::Region;

/// Returns every region, in the order of their codes.
pub(crate) fn regions() -> impl Iterator<Item = Region> {
    let codes = ('A'..='Z').flat_map(|first| ('A'..='Z').map(move |second| format!("{first}{second}")));
    codes.filter_map(|code| Region::new(&code))
}
