//! The spellings of a number for a full-text search.

use super::plan::{Row, calling_code};
use super::{E164, Region, parse};

/// Returns the spellings in which a number can be stored, without punctuation and without repeats:
///
/// - E.164, with and without `+`;
/// - with the trunk prefix that some people write in brackets (`+49 (0) 30 …`);
/// - as dialled in the region `home`, from abroad and nationally.
///
/// Carrier prefixes and extensions are not included.
///
/// ```
/// use aircall_salesforce::phone::{self, Region};
/// let number = "+493023125000".parse()?;
/// let germany = Region::new("DE");
/// let abroad = ["+493023125000", "493023125000", "4903023125000"];
/// let in_germany = ["00493023125000", "3023125000", "03023125000"];
/// assert_eq!(phone::spellings(number, None), abroad);
/// assert_eq!(phone::spellings(number, germany), [abroad, in_germany].concat());
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

/// Splits digits into the calling code and the national number, and returns the main plan.
fn parts(digits: &str) -> Option<(&str, &'static Row, &str)> {
    let (main, _) = calling_code(digits.as_bytes())?;
    let (code, national) = digits.split_at_checked(main.code.len())?;
    Some((code, main, national))
}
