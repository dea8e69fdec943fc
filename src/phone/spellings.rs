//! The ways in which a number is dialled, for those who can only search for text.

use super::plan::{Row, calling_code};
use super::{E164, Region, parse};

/// The digits with which people store a number, without the punctuation that they put between them: in E.164, the same without `+`, with the
/// trunk prefix that some write in brackets (`+49 (0) 30 …`), and as it is dialled in a region, from abroad and at home. Each stands once.
///
/// It is meant for a full-text search that finds too much rather than too little: carriers' prefixes and extensions are not in it.
///
/// ```
/// use aircall_salesforce::phone::{self, Region};
/// let number = "+493023125000".parse()?;
/// let germany = Region::new("DE");
/// let spellings = ["+493023125000", "493023125000", "4903023125000", "00493023125000", "3023125000", "03023125000"];
/// assert_eq!(phone::spellings(number, germany), spellings);
/// assert_eq!(phone::spellings(number, None), spellings[..3]);
/// # Ok::<(), aircall_salesforce::phone::E164Error>(())
/// ```
#[must_use]
pub fn spellings(number: E164, home: Option<Region>) -> Vec<String> {
    let digits = number.digits();
    let Some((code, main, national)) = parts(digits) else {
        return vec![number.as_str().to_owned()];
    };
    let mut spellings = vec![number.as_str().to_owned(), digits.to_owned()];
    let mut add = |spelling: String, dialled: &str| {
        if !spellings.contains(&spelling) && parse(dialled, home).is_some_and(|read| read.e164 == number) {
            spellings.push(spelling);
        }
    };
    for trunk in main.trunk.plain {
        let spelling = format!("{code}{trunk}{national}");
        let dialled = format!("+{spelling}");
        add(spelling, &dialled);
    }
    let Some(row) = home.and_then(Row::of) else {
        return spellings;
    };
    let abroad = row.idd.plain.first().map(|idd| format!("{idd}{digits}"));
    let at_home = row.trunk.plain.iter().map(|trunk| format!("{trunk}{national}"));
    let at_home = (main.code == row.code).then(|| std::iter::once(national.to_owned()).chain(at_home));
    for spelling in abroad.into_iter().chain(at_home.into_iter().flatten()) {
        let dialled = spelling.clone();
        add(spelling, &dialled);
    }
    spellings
}

/// The calling code, its plan and the national number.
fn parts(digits: &str) -> Option<(&str, &'static Row, &str)> {
    let (main, _) = calling_code(digits.as_bytes())?;
    let (code, national) = digits.split_at_checked(main.code.len())?;
    Some((code, main, national))
}
