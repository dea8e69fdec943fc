//! What happened, derived once from a call: the strict side of what arrived leniently.

mod kind;

use crate::aircall::{Call, CompanyNumber, User};
use crate::phone::{self, E164, PhoneNumber, Region};
use crate::salesforce::text::{spoken, trim};
pub use kind::Kind;

/// What Aircall writes where the caller withheld their number.
const ANONYMOUS: &str = "anonymous";

/// A call and what it amounts to.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'c> {
    /// The call itself.
    pub call: &'c Call<'c>,
    /// What sort of call it was; `None` while nobody has answered and it has not ended (LOG-1).
    pub kind: Option<Kind>,
    /// The line's country: the region whose national notation numbers without `+` are read in (REC-1).
    pub home: Option<Region>,
    /// Who was at the far end.
    pub party: Party<'c>,
    /// The line's number, if it can be one (PKG-3).
    pub line_number: Option<E164>,
}

/// The other party, as far as their number tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party<'c> {
    /// `anonymous` in any case, blank or absent (SUBJ-9).
    Withheld,
    /// Something that cannot be dialled from anywhere (REC-7).
    NoNumber {
        /// As Aircall shows it.
        shown: &'c str,
        /// Where it belongs, if it is a number at all, such as `110` on a German line.
        region: Option<Region>,
    },
    /// A number.
    Number {
        /// As Aircall shows it.
        shown: &'c str,
        /// What it is.
        number: PhoneNumber,
    },
}

impl<'c> Party<'c> {
    fn new(raw_digits: Option<&'c str>, home: Option<Region>) -> Self {
        let Some(shown) = raw_digits.filter(|shown| !is_withheld(shown)) else {
            return Self::Withheld;
        };
        match phone::parse(shown, home) {
            Some(number) if number.possible => Self::Number { shown, number },
            number => Self::NoNumber { shown, region: number.and_then(|number| number.region) },
        }
    }

    /// The number as Aircall shows it; `None` if withheld.
    #[must_use]
    pub const fn shown(&self) -> Option<&'c str> {
        match self {
            Self::Withheld => None,
            Self::NoNumber { shown, .. } | Self::Number { shown, .. } => Some(shown),
        }
    }

    /// The number, if it can be one.
    #[must_use]
    pub const fn number(&self) -> Option<E164> {
        match self {
            Self::Withheld | Self::NoNumber { .. } => None,
            Self::Number { number, .. } => Some(number.e164),
        }
    }

    /// The region that the number belongs to, also where it is too short to be dialled from anywhere.
    #[must_use]
    pub const fn region(&self) -> Option<Region> {
        match self {
            Self::Withheld => None,
            Self::NoNumber { region, .. } => *region,
            Self::Number { number, .. } => number.region,
        }
    }
}

fn is_withheld(shown: &str) -> bool {
    // Most are numbers.
    if shown.starts_with(|first: char| first == '+' || first.is_ascii_digit()) {
        return false;
    }
    let shown = shown.trim_matches(|character: char| character.is_whitespace() || character.is_control());
    shown.is_empty() || shown.eq_ignore_ascii_case(ANONYMOUS)
}

/// A number that could be dialled from anywhere (REC-7).
fn possible(text: &str, home: Option<Region>) -> Option<PhoneNumber> {
    phone::parse(text, home).filter(|number| number.possible)
}

impl<'c> Facts<'c> {
    /// Derives them.
    #[must_use]
    pub fn new(call: &'c Call<'c>) -> Self {
        let line = call.number.as_ref();
        let home = line.and_then(|line| line.country.as_deref()).and_then(|code| Region::new(code.trim()));
        Self {
            call,
            kind: Kind::of(call),
            home,
            party: Party::new(call.raw_digits.as_deref(), home),
            line_number: line.and_then(|line| line_number(line, home)),
        }
    }

    /// The agent's e-mail address, without outer blanks (OWN-8): what Salesforce is asked for has none either.
    #[must_use]
    pub fn agent_email(&self) -> Option<&'c str> {
        let email = self.call.user.as_ref()?.email.as_deref()?;
        spoken(email).map(trim)
    }

    /// The agent's name.
    #[must_use]
    pub fn agent_name(&self) -> Option<&'c str> {
        self.call.user.as_ref().and_then(|user| user.name.as_deref())
    }

    /// Whether somebody answered; nothing but `answered_at` tells (KIND-1).
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        self.call.answered_at.is_some()
    }

    /// The agent who took a call over: the one it was handed to, if they are the one who holds it (XFER-1).
    ///
    /// `transferred_to` alone proves nothing: it stays on the wire after a transfer that nobody answered (XFER-2).
    #[must_use]
    pub fn took_over(&self) -> Option<&'c User<'c>> {
        let holder = self.call.user.as_ref()?;
        let target = self.call.transferred_to.as_ref()?;
        (self.is_answered() && holder.id.is_some() && holder.id == target.id).then_some(holder)
    }
}

/// `e164_digits`, else `digits` (PKG-3).
fn line_number(line: &CompanyNumber<'_>, home: Option<Region>) -> Option<E164> {
    [&line.e164_digits, &line.digits]
        .into_iter()
        .flatten()
        .find_map(|text| possible(text, home))
        .map(|number| number.e164)
}
