//! The spellings of a number for a full-text search.

use super::plan::{Row, calling_code};
use super::{E164, Region, parse};

/// Returns the spellings in which a number can be stored, without punctuation and without repeats:
///
/// - E.164, with and without `+`;
/// - with the trunk prefix that some people write in brackets (`+49 (0) 30 …`);
/// - as dialled in each of the regions, from abroad and nationally.
///
/// Carrier prefixes and extensions are not included.
pub(crate) fn spellings(number: E164, regions: impl Iterator<Item = Option<Region>>) -> Vec<String> {
    let digits = number.digits();
    let mut spellings = vec![number.as_str().to_owned()];
    let Some((main, _)) = calling_code(digits.as_bytes()) else {
        return spellings;
    };
    spellings.push(digits.to_owned());
    let national = digits.strip_prefix(main.code).unwrap_or_default();
    let in_brackets = main.trunk.plain.iter().map(|trunk| (format!("+{}{trunk}{national}", main.code), None));
    let mut dialled: Vec<_> = in_brackets.collect();
    for region in regions {
        let Some(row) = region.and_then(Row::of) else { continue };
        // The first prefix is the usual one; the others choose a carrier.
        dialled.extend(row.idd.plain.first().map(|idd| (format!("{idd}{digits}"), region)));
        if main.code == row.code {
            dialled.push((national.to_owned(), region));
            dialled.extend(row.trunk.plain.iter().map(|trunk| (format!("{trunk}{national}"), region)));
        }
    }
    for (text, region) in dialled {
        let spelling = text.trim_start_matches('+');
        // A prefix that the plan lists can make another number of these digits.
        if !spellings.iter().any(|other| other == spelling)
            && parse(&text, region).is_some_and(|read| read.e164 == number)
        {
            spellings.push(spelling.to_owned());
        }
    }
    spellings
}
