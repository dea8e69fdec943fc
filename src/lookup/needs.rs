//! The lookups that a call or message needs before it can be mapped.

use std::iter;

use crate::facts::{Facts, Party, Source, TaskKey};
use crate::phone::{self, E164, PhoneNumber, Region};
use crate::rules::record::is_own;
use crate::salesforce::Id;
use crate::settings::{RelateTo, Settings};

/// The lookups for a call or message, as plain data that the caller turns into queries.
///
/// More lookups depend on the responses: the cases or opportunities of the Contact that was found,
/// the user who owns the record ([`Lookup::user`](super::Lookup::user)), and the Account of several
/// Contacts (REC-9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// The key of the Task that is looked up.
    pub key: TaskKey,
    /// The number to find in phone fields. `None` if the number is withheld, is no phone number, or
    /// is one of the company's own.
    pub number: Option<NumberNeed>,
    /// The e-mail addresses of the users to find. The agent's address is left out if the setting
    /// `agents` contains it.
    pub emails: Vec<String>,
    /// The users to find by id: the user whom the setting `agents` names for the agent (OWN-8).
    pub users: Vec<Id>,
    /// The objects to look up for the Contact that is found: cases, opportunities or nothing.
    pub related: RelateTo,
}

/// A number to look up, and the regions in whose national notation a phone field can contain it
/// (REC-1).
///
/// ```
/// use aircall_salesforce::lookup::NumberNeed;
/// use aircall_salesforce::phone::{self, Region};
///
/// let number = phone::parse("+33 1 99 00 12 34", None).unwrap();
/// let need = NumberNeed::new(number, Region::new("GB"));
/// assert!(need.is_in("01 99 00 12 34 (Ada), 020 7946 0123 (office)"));
/// assert!(!need.is_in("020 7946 0123"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberNeed {
    /// The number.
    pub e164: E164,
    /// The region of the company's number.
    pub home: Option<Region>,
    /// The number's own region, else the main region of its calling code.
    pub own: Option<Region>,
}

impl NumberNeed {
    /// Returns a number to look up for a call on a company's number in the region `home`.
    #[must_use]
    pub fn new(number: PhoneNumber, home: Option<Region>) -> Self {
        Self { e164: number.e164, home, own: number.own_region() }
    }

    /// Returns whether a phone field contains the number, in any spelling, and among words and
    /// other numbers (REC-1).
    #[must_use]
    pub fn is_in(&self, field: &str) -> bool {
        phone::stretches(field).any(|text| phone::is_number(text, self.e164, self.regions()))
    }

    /// Returns `home` and `own`, or only one of them if they are the same.
    pub(crate) fn regions(&self) -> impl Iterator<Item = Option<Region>> {
        iter::once(self.home).chain((self.own != self.home).then_some(self.own))
    }
}

/// Returns what to look up before [`plan`](crate::plan()) can map a call or message.
///
/// A call that still rings has no [`Kind`](crate::Kind) and is not logged, so its lookups can wait.
///
/// ```
/// use aircall_salesforce::lookup::TaskKey;
/// use aircall_salesforce::{Settings, Webhook, needs};
///
/// let webhook = Webhook::from_json(
///     r#"{"id": 7, "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457525,
///         "raw_digits": "+33 1 99 00 12 34"}"#,
/// )?;
/// let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?;
/// let needs = needs(webhook.call.as_ref().ok_or("no call")?, &settings);
/// assert_eq!(needs.key, TaskKey::Call(7));
/// assert_eq!(needs.number.ok_or("withheld")?.e164.to_string(), "+33199001234");
/// assert!(needs.emails.is_empty()); // No agent took part.
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn needs<'c>(source: impl Into<Source<'c>>, settings: &Settings) -> Needs {
    let source = source.into();
    let facts = Facts::new(source);
    let number = |facts: &Facts<'_>| {
        let Party::Number { number, .. } = facts.party else { return None };
        (!is_own(&number.e164, settings)).then(|| NumberNeed::new(number, facts.home))
    };
    let email = facts.as_ref().and_then(Facts::agent_email);
    let agent = email.and_then(|email| settings.agents.user(email));
    Needs {
        key: source.key(),
        number: facts.as_ref().and_then(number),
        emails: email.filter(|_| agent.is_none()).map(str::to_owned).into_iter().collect(),
        users: agent.into_iter().collect(),
        related: settings.relate_to,
    }
}
