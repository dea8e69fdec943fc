//! The numbering plans: which calling code, which national number, which region. All answers come from `table.rs`,
//! but for the few prefixes that only a pattern describes (`special.rs`).

use super::digits::Digits;
use super::region::Region;
use super::special;
use super::table::{BY_CODE, LABEL, NEXT, ROWS};
use super::text::Dialled;
use super::{E164, PhoneNumber};

/// A state of the automaton, and the question that is asked from there. 0 is the question to which everything is "no".
type State = u16;
/// The label of a state in which the digits read are a match.
const YES: u8 = 254;

/// The numbering plan of a region, or of a calling code that belongs to none.
pub(super) struct Row {
    /// Its place in `ROWS`.
    pub(super) place: u8,
    /// `DE`, or `001`.
    pub(super) id: &'static str,
    /// The calling code, such as `49`.
    pub(super) code: &'static str,
    /// Bit n: a national number may have n digits.
    pub(super) lengths: u32,
    /// Does the plan's general pattern match a national number?
    pub(super) general: State,
    /// Which region of this calling code has a national number? 0 where there is but one.
    pub(super) regions: State,
    /// What is dialled before a national number: `0`, `8`, a carrier's digits.
    pub(super) trunk: Prefix,
    /// What is dialled before an international number: `00`, `011`.
    pub(super) idd: Prefix,
}

/// Digits that may stand before a number.
pub(super) struct Prefix {
    /// The first of these with which the digits begin is the prefix,
    pub(super) plain: &'static [&'static str],
    /// unless this says that the pattern behind it does more than the literals tell (carriers, missing area codes).
    pub(super) special: State,
}

impl Prefix {
    /// How many digits the plain prefix takes; 0 where the digits begin with none.
    fn plain_len(&self, digits: &[u8]) -> usize {
        let found = self.plain.iter().find(|p| digits.starts_with(p.as_bytes()));
        found.map_or(0, |prefix| prefix.len())
    }

    fn is_special(&self, digits: &[u8]) -> bool {
        self.special != 0 && ask(self.special, digits) == YES
    }
}

/// Walks the automaton over the digits and gives the label of the state where they end.
fn ask(start: State, digits: &[u8]) -> u8 {
    let mut state = start;
    for digit in digits {
        let row = NEXT.get(usize::from(state));
        let next = row.and_then(|row| row.get(usize::from(digit.wrapping_sub(b'0'))));
        state = next.copied().unwrap_or(0);
        if state == 0 {
            break;
        }
    }
    LABEL.get(usize::from(state)).copied().unwrap_or(u8::MAX)
}

/// The calling code that begins the digits, as the row of its main region, and the digits after it.
pub(super) fn calling_code(digits: &[u8]) -> Option<(&'static Row, &[u8])> {
    let first_three = digits.first_chunk::<3>()?;
    let number = first_three.iter().fold(0, |n, digit| n * 10 + usize::from(digit.wrapping_sub(b'0')));
    let row = ROWS.get(usize::from(*BY_CODE.get(number)?))?;
    Some((row, digits.get(row.code.len()..)?))
}

/// The number that somebody at home in a region dials so.
pub(super) fn number(dialled: &Dialled, home: Option<&Row>) -> Option<PhoneNumber> {
    let digits = dialled.digits.as_bytes();
    if !dialled.behind_plus {
        return home?.dialled(digits, false);
    }
    match calling_code(digits) {
        Some((main, rest)) => main.number(main, rest),
        // `+00 49 …`: the `+` says nothing then, what follows may.
        None => home?.dialled(digits, true),
    }
}

/// What a plan says to a number of digits.
#[derive(PartialEq, Eq)]
enum Length {
    /// A number that can be dialled from anywhere.
    Possible,
    /// Longer than any number.
    TooLong,
    /// Too short, in between, or for calls in the same area only.
    Other,
}

impl Row {
    pub(super) fn of(region: Region) -> Option<&'static Row> {
        ROWS.get(region.row())
    }

    /// The number that these digits are for somebody in this region. Behind a `+` that no calling code followed
    /// they must still begin with an international prefix or the region's own calling code.
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

    /// The digits behind an international prefix. A 0 cannot follow one: no calling code begins with it.
    fn behind_idd<'d>(&self, digits: &'d [u8]) -> Option<&'d [u8]> {
        let len =
            if self.idd.is_special(digits) { special::idd_len(self.id, digits) } else { self.idd.plain_len(digits) };
        let rest = digits.get(len..)?;
        (len > 0 && rest.first() != Some(&b'0')).then_some(rest)
    }

    /// The digits behind the region's own calling code, where they are a number only without it.
    fn behind_own_code<'d>(&self, digits: &'d [u8], scratch: &'d mut Digits) -> Option<&'d [u8]> {
        let rest = self.without_trunk(digits.strip_prefix(self.code.as_bytes())?, scratch);
        let only_without = !self.is_general(digits) && self.is_general(rest);
        (only_without || self.length(digits) == Length::TooLong).then_some(rest)
    }

    /// The number with this national part, as people of this plan write it; `main` is the plan that the calling code
    /// stands for: region and possible lengths are its to say.
    fn number(&self, main: &Row, digits: &[u8]) -> Option<PhoneNumber> {
        let mut scratch = Digits::new();
        let stripped = self.without_trunk(digits, &mut scratch);
        // What would be no full number without its prefix keeps it: it can be a short number that begins so.
        let national = if self.length(stripped) == Length::Other { digits } else { stripped };
        let region = match main.regions {
            0 => main.place,
            which => ask(which, national),
        };
        Some(PhoneNumber {
            e164: E164::new(self.code, national)?,
            region: Region::from_row(region),
            possible: main.length(national) == Length::Possible,
        })
    }

    /// The digits behind a trunk prefix, or all of them where that would turn what can be a number into what cannot.
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
                len => digits.get(len..).unwrap_or_default(),
            }
        };
        if self.is_general(digits) && !self.is_general(stripped) { digits } else { stripped }
    }

    fn is_general(&self, national: &[u8]) -> bool {
        ask(self.general, national) == YES
    }

    fn length(&self, national: &[u8]) -> Length {
        // Bit 0: may a number have so many digits? The bits above: may it have more? No plan has 31.
        match self.lengths >> national.len().min(31) {
            0 => Length::TooLong,
            more if more & 1 == 0 => Length::Other,
            _ => Length::Possible,
        }
    }

    /// The row of the main region of this row's calling code.
    fn main(&self) -> Option<&'static Row> {
        let mut digits = Digits::new();
        for digit in self.code.bytes().chain(*b"00").take(3) {
            digits.push(digit)?;
        }
        calling_code(digits.as_bytes()).map(|(main, _)| main)
    }
}
