//! The numbering plans: the calling code, the national number and the region of digits.
//!
//! `table.rs` contains the plans. The few prefixes that only a pattern describes are in
//! `special.rs`.

use super::digits::Digits;
use super::region::Region;
use super::special;
use super::table::{BY_CODE, LABEL, NEXT, ROWS};
use super::text::Dialled;
use super::{E164, PhoneNumber};

/// A state of the automaton. Each lookup has its own start state. State 0 matches no digits.
type State = u16;
/// The label of a state in which the digits match.
const YES: u8 = 254;

/// The numbering plan of a region, or of a calling code that belongs to none.
pub(super) struct Row {
    /// The index in `ROWS`.
    pub(super) place: u8,
    /// The region such as `DE`, or `001`.
    pub(super) id: &'static str,
    /// The calling code, such as `49`.
    pub(super) code: &'static str,
    /// Bit n: a national number may have n digits.
    pub(super) lengths: u32,
    /// The start state of the plan's general pattern for national numbers.
    pub(super) general: State,
    /// The start state that finds the region of a national number; 0 for a single region.
    pub(super) regions: State,
    /// The prefix of a national number: `0`, `8`, a carrier's digits.
    pub(super) trunk: Prefix,
    /// The prefix of an international number: `00`, `011`.
    pub(super) idd: Prefix,
}

/// The digits that can precede a number.
pub(super) struct Prefix {
    /// The prefixes without a pattern. The first prefix that matches counts, unless `special`
    /// matches.
    pub(super) plain: &'static [&'static str],
    /// The start state for digits that need the pattern in `special.rs`.
    pub(super) special: State,
}

impl Prefix {
    /// Returns the length of the plain prefix; 0 if no prefix matches.
    fn plain_len(&self, digits: &[u8]) -> usize {
        let first = self.plain.iter().find(|prefix| digits.starts_with(prefix.as_bytes()));
        first.map_or(0, |prefix| prefix.len())
    }

    fn is_special(&self, digits: &[u8]) -> bool {
        self.special != 0 && ask(self.special, digits) == YES
    }
}

/// Walks the automaton over the digits and returns the label of the last state.
fn ask(start: State, digits: &[u8]) -> u8 {
    let mut state = start;
    for digit in digits {
        let row = NEXT.get(usize::from(state));
        let next = row.and_then(|row| row.get(usize::from(digit.wrapping_sub(b'0'))));
        state = next.copied().unwrap_or(0);
        // No digit leads out of this state, so the other digits need not be read.
        if state == 0 {
            break;
        }
    }
    LABEL.get(usize::from(state)).copied().unwrap_or(u8::MAX)
}

/// Splits off the calling code. Returns the row of its main region and the other digits.
pub(super) fn calling_code(digits: &[u8]) -> Option<(&'static Row, &[u8])> {
    let first_three = digits.first_chunk::<3>()?;
    let number = first_three.iter().fold(0, |n, digit| n * 10 + usize::from(digit.wrapping_sub(b'0')));
    let row = ROWS.get(usize::from(*BY_CODE.get(number)?))?;
    Some((row, digits.get(row.code.len()..)?))
}

/// Returns the number that a caller in the region `home` reaches with these digits.
pub(super) fn number(dialled: &Dialled, home: Option<&Row>) -> Option<PhoneNumber> {
    let digits = dialled.digits.as_bytes();
    if !dialled.behind_plus {
        return home?.dialled(digits, false);
    }
    match calling_code(digits) {
        Some((main, rest)) => main.number(main, rest),
        // In `+00 49 …` the `+` is wrong, and the digits after `+` are read as dialled.
        None => home?.dialled(digits, true),
    }
}

/// A plan's judgement of the length of a number.
#[derive(PartialEq, Eq)]
enum Length {
    /// The length of a number that can be dialled from anywhere.
    Possible,
    /// More digits than any number of the plan.
    TooLong,
    /// Too few digits, a length between valid lengths, or a number for calls in the same area only.
    Other,
}

impl Row {
    pub(super) fn of(region: Region) -> Option<&'static Row> {
        ROWS.get(region.row())
    }

    /// Returns the number that a caller in this region reaches with these digits.
    ///
    /// Digits after a `+` without a calling code must begin with an international prefix or the
    /// region's own calling code.
    pub(super) fn dialled(&self, digits: &[u8], behind_plus: bool) -> Option<PhoneNumber> {
        if let Some(rest) = self.behind_idd(digits) {
            let (main, rest) = calling_code(rest)?;
            return main.number(main, rest);
        }
        let main = self.main()?;
        if let Some(rest) = self.behind_own_code(digits, &mut Digits::new()) {
            return main.number(main, rest);
        }
        if behind_plus { None } else { self.number(main, digits) }
    }

    /// Returns the digits after an international prefix.
    fn behind_idd<'d>(&self, digits: &'d [u8]) -> Option<&'d [u8]> {
        let len =
            if self.idd.is_special(digits) { special::idd_len(self.id, digits) } else { self.idd.plain_len(digits) };
        let rest = digits.get(len..)?;
        // No calling code begins with 0, so before a 0 the digits are no international prefix.
        (len > 0 && rest.first() != Some(&b'0')).then_some(rest)
    }

    /// Returns the digits after the region's own calling code, if they match the plan and all
    /// digits together do not, or if all digits together are too many.
    fn behind_own_code<'d>(&self, digits: &'d [u8], scratch: &'d mut Digits) -> Option<&'d [u8]> {
        let rest = self.without_trunk(digits.strip_prefix(self.code.as_bytes())?, scratch);
        let only_without = !self.is_general(digits) && self.is_general(rest);
        (only_without || self.length(digits) == Length::TooLong).then_some(rest)
    }

    /// Returns the number with this national part, as people write it in this plan.
    ///
    /// `main` is the main plan of the calling code, which decides region and possible lengths.
    fn number(&self, main: &Row, digits: &[u8]) -> Option<PhoneNumber> {
        let mut scratch = Digits::new();
        let stripped = self.without_trunk(digits, &mut scratch);
        // A short number can begin like a prefix. So digits that are not a full number without the
        // prefix keep the prefix.
        let national = if self.length(stripped) == Length::Other { digits } else { stripped };
        let region = match main.regions {
            0 => main.place,
            start => ask(start, national),
        };
        Some(PhoneNumber {
            e164: E164::new(self.code, national)?,
            region: Region::from_row(region),
            possible: main.length(national) == Length::Possible,
        })
    }

    /// Returns the digits after a trunk prefix. Returns all digits if they match the plan and the
    /// digits after the prefix do not.
    fn without_trunk<'d>(&self, digits: &'d [u8], scratch: &'d mut Digits) -> &'d [u8] {
        let stripped = if self.trunk.is_special(digits) {
            let Some(rewritten) = special::without_trunk(self.id, digits) else {
                return digits;
            };
            *scratch = rewritten;
            scratch.as_bytes()
        } else {
            match self.trunk.plain_len(digits) {
                0 => return digits,
                // The digits begin with a prefix of this length, so the fallback is unreachable.
                len => digits.get(len..).unwrap_or_default(),
            }
        };
        if self.is_general(digits) && !self.is_general(stripped) { digits } else { stripped }
    }

    fn is_general(&self, national: &[u8]) -> bool {
        ask(self.general, national) == YES
    }

    fn length(&self, national: &[u8]) -> Length {
        // Bit 0: can a number have so many digits? The bits above: can a number have more? No plan
        // allows 31 digits.
        match self.lengths >> national.len().min(31) {
            0 => Length::TooLong,
            more if more & 1 == 0 => Length::Other,
            _ => Length::Possible,
        }
    }

    /// Returns the row of the main region of this row's calling code.
    fn main(&self) -> Option<&'static Row> {
        // `calling_code` reads three digits, and no calling code is the start of another one.
        let digits = Digits::collect(self.code.bytes().chain(*b"00"))?;
        calling_code(digits.as_bytes()).map(|(main, _)| main)
    }
}
