//! The facts of a call or message, derived once: strict values from fields that were read
//! leniently.

mod kind;
mod source;
mod withheld;

use crate::aircall::{Call, CompanyNumber, Contact, Direction, Timestamp, User};
use crate::phone::{self, E164, PhoneNumber, Region};
use crate::salesforce::text::{non_blank, trim};
pub use kind::Kind;
pub use source::{Source, TaskKey};
use withheld::is_withheld;

/// A call or message that is to be logged, with everything that the rules derive from it.
///
/// A call that still rings is not to be logged yet (LOG-1), so it has no facts.
///
/// A message has the facts of a call that lasts no time: a sent message was answered when it was
/// sent, and a received message was not answered (MSG-6).
///
/// ```
/// use aircall_salesforce::{Facts, Kind, Webhook};
///
/// let webhook = Webhook::from_json(
///     r#"{"id": 7, "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457525,
///         "voicemail": "https://example.com/7.mp3"}"#,
/// )?;
/// let call = webhook.call.ok_or("no call")?;
/// let facts = Facts::new(&call).ok_or("the call still rings")?;
/// assert_eq!(facts.kind, Kind::Voicemail);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Facts<'c> {
    /// The call or message itself.
    pub source: Source<'c>,
    /// The kind of the call or message.
    pub kind: Kind,
    /// The direction of the call or message.
    pub(crate) direction: Direction,
    /// The time at which the call began, or the time of the message.
    pub time: Timestamp,
    /// The time of the answer: the only test for an answered call (KIND-1).
    pub answered_at: Option<Timestamp>,
    /// The agent on the call, or the sender of the message.
    pub(crate) user: Option<&'c User<'c>>,
    /// The company's number as Aircall sends it.
    pub(crate) number: Option<&'c CompanyNumber<'c>>,
    /// Aircall's contact of the other party.
    pub(crate) contact: Option<&'c Contact<'c>>,
    /// The country of the company's number: the other party's number without `+` is read as dialled
    /// there.
    pub(crate) home: Option<Region>,
    /// The other party.
    pub party: Party<'c>,
    /// The company's number in E.164, if it can be dialled from abroad (PKG-3).
    pub company_number: Option<E164>,
}

/// The other party, as far as their number identifies them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party<'c> {
    /// The number is absent, blank, `anonymous` in any case, the digits that carriers send for a
    /// withheld number, or zeros behind any calling code (SUBJ-9, REC-7).
    Withheld,
    /// The text is no phone number, or a number that cannot be dialled from abroad, such as `110`
    /// in Germany (REC-7).
    NoNumber {
        /// The text as Aircall shows it.
        shown: &'c str,
        /// The region of a number that cannot be dialled from abroad.
        region: Option<Region>,
    },
    /// The number is a phone number that can be dialled from abroad.
    Number {
        /// The number as Aircall shows it.
        shown: &'c str,
        /// The number as libphonenumber reads it.
        number: PhoneNumber,
    },
}

impl<'c> Party<'c> {
    fn new(raw_digits: Option<&'c str>, home: Option<Region>) -> Self {
        let Some(shown) = raw_digits.filter(|shown| !is_withheld(shown)) else {
            return Self::Withheld;
        };
        match phone::parse(shown, home) {
            Some(number) if number.e164.is_zeros() => Self::Withheld,
            // A short number does not identify a caller: `110` reaches the police of any town.
            Some(number) if number.possible => Self::Number { shown, number },
            number => Self::NoNumber { shown, region: number.and_then(|number| number.region) },
        }
    }

    /// Returns the number as Aircall shows it; `None` if it is withheld.
    #[must_use]
    pub const fn shown(&self) -> Option<&'c str> {
        match self {
            Self::Withheld => None,
            Self::NoNumber { shown, .. } | Self::Number { shown, .. } => Some(shown),
        }
    }

    /// Returns the number in E.164; `None` if it is withheld or cannot be dialled from abroad.
    #[must_use]
    pub const fn number(&self) -> Option<E164> {
        match self {
            Self::Withheld | Self::NoNumber { .. } => None,
            Self::Number { number, .. } => Some(number.e164),
        }
    }

    /// Returns the number's region, even if the number is too short to be dialled from abroad.
    pub(crate) const fn region(&self) -> Option<Region> {
        match self {
            Self::Withheld => None,
            Self::NoNumber { region, .. } => *region,
            Self::Number { number, .. } => number.region,
        }
    }
}

impl<'c> Facts<'c> {
    /// Derives the facts of a call or message; `None` while nobody has answered a call and it has
    /// not ended (LOG-1).
    #[must_use]
    pub fn new(source: impl Into<Source<'c>>) -> Option<Self> {
        let source = source.into();
        let (kind, direction, time, answered_at) = match source {
            Source::Call(call) => (Kind::from_call(call)?, call.direction, call.started_at, call.answered_at),
            Source::Message(message) => {
                let kind = Kind::from_message(message);
                let answered_at = (kind == Kind::MessageSent).then_some(message.sent_at);
                (kind, message.direction, message.sent_at, answered_at)
            }
        };
        let (user, number, contact, shown) = match source {
            Source::Call(call) => (&call.user, &call.number, &call.contact, &call.raw_digits),
            Source::Message(message) => (&message.user, &message.number, &message.contact, &message.external_number),
        };
        let number = number.as_ref();
        let home = number.and_then(|number| Region::new(trim(number.country.as_deref()?)));
        Some(Self {
            source,
            kind,
            direction,
            time,
            answered_at,
            user: user.as_ref(),
            number,
            contact: contact.as_ref(),
            home,
            party: Party::new(shown.as_deref(), home),
            company_number: number.and_then(|number| e164(number, home)),
        })
    }

    /// Returns the call; `None` for a message.
    #[must_use]
    pub const fn call(&self) -> Option<&'c Call<'c>> {
        match self.source {
            Source::Call(call) => Some(call),
            Source::Message(_) => None,
        }
    }

    /// Returns the agent's e-mail address without outer blanks: the form in which Salesforce is
    /// queried (OWN-8).
    pub(crate) fn agent_email(&self) -> Option<&'c str> {
        let email = self.user?.email.as_deref()?;
        non_blank(email).map(trim)
    }

    /// Returns the agent's name.
    pub(crate) fn agent_name(&self) -> Option<&'c str> {
        self.user?.name.as_deref()
    }

    /// Returns whether somebody answered; only `answered_at` decides (KIND-1).
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        self.answered_at.is_some()
    }

    /// Returns whether the call is over, so that its data is complete (UPD-3). A message counts as
    /// ended (MSG-9).
    pub(crate) const fn has_ended(&self) -> bool {
        match self.source {
            Source::Call(call) => call.ended_at.is_some(),
            Source::Message(_) => true,
        }
    }
}

/// Reads `e164_digits`, else `digits` (PKG-3).
fn e164(number: &CompanyNumber<'_>, home: Option<Region>) -> Option<E164> {
    // Calls of some years ago have no `e164_digits`, and `digits` is spelled for people.
    let texts = [&number.e164_digits, &number.digits].into_iter().flatten();
    let mut numbers = texts.filter_map(|text| phone::parse(text, home));
    // REC-7's test: a number can be dialled from abroad.
    numbers.find(|number| number.possible).map(|number| number.e164)
}
