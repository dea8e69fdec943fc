//! The ways in which a number is dialled, for those who can only search for text.

use super::plan::{Row, calling_code};
use super::{E164, Region, parse};

/// The digits with which people store a number, without the punctuation that they put between them: in E.164, the same without `+`, and as
/// it is dialled in a region, from abroad and at home. Each stands once, the most usual first.
///
/// It is meant for a full-text search that finds too much rather than too little: carriers' prefixes and extensions are not in it.
///
/// ```
/// use aircall_salesforce::phone::{self, Region};
/// let number = "+493023125000".parse()?;
/// let germany = Region::new("DE");
/// assert_eq!(phone::spellings(number, germany), ["+493023125000", "493023125000", "00493023125000", "3023125000", "03023125000"]);
/// assert_eq!(phone::spellings(number, None), ["+493023125000", "493023125000"]);
/// # Ok::<(), aircall_salesforce::phone::E164Error>(())
/// ```
#[must_use]
pub fn spellings(number: E164, home: Option<Region>) -> Vec<String> {
    let digits = number.digits();
    let mut spellings = vec![number.as_str().to_owned(), digits.to_owned()];
    let Some(row) = home.and_then(Row::of) else {
        return spellings;
    };
    let dialled = |text: &String| parse(text, home).is_some_and(|read| read.e164 == number);
    let abroad = row.idd.plain.first().map(|idd| format!("{idd}{digits}"));
    let national = calling_code(digits.as_bytes()).filter(|(main, _)| main.code == row.code);
    let national = national.and_then(|(_, national)| std::str::from_utf8(national).ok());
    let at_home = national.map(|national| {
        let trunks = row.trunk.plain.iter().map(move |trunk| format!("{trunk}{national}"));
        std::iter::once(national.to_owned()).chain(trunks)
    });
    for spelling in abroad.into_iter().chain(at_home.into_iter().flatten()).filter(dialled) {
        if !spellings.contains(&spelling) {
            spellings.push(spelling);
        }
    }
    spellings
}
