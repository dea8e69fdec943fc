//! What to fetch from Salesforce before a call can be mapped.

use crate::aircall::Call;
use crate::facts::Facts;
use crate::phone::{E164, Region};
use crate::rules::record::is_own;
use crate::salesforce::Id;
use crate::settings::{RelateTo, Settings};

/// What to look up for a call, as plain data that a caller turns into queries.
///
/// More lookups depend on the responses: the cases or opportunities of the Contact that was found,
/// the user who owns the record ([`Lookup::user`](super::Lookup::user)), and the Account of several
/// Contacts (REC-9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// The id of the call whose Task is looked up.
    pub call: u64,
    /// The number to find in phone fields. `None` if the number is withheld, is no phone number, or
    /// is one of the company's own.
    pub number: Option<NumberNeed>,
    /// The e-mail addresses of the users to find.
    pub emails: Vec<String>,
    /// The users to find by id: those whom the setting `agents` names (OWN-8).
    pub users: Vec<Id>,
    /// Which objects of the Contact that was found to look up.
    pub related: RelateTo,
}

/// A number to look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberNeed {
    /// The number.
    pub e164: E164,
    /// The region in whose national notation a phone field may contain the number: the region of
    /// the company's number.
    pub home: Option<Region>,
}

/// Returns what to look up before [`plan`](crate::plan()) can map a call.
///
/// A call that still rings has no [`Kind`](crate::Kind) and is not logged, so nothing need be
/// looked up for it.
#[must_use]
pub fn needs(call: &Call<'_>, settings: &Settings) -> Needs {
    let facts = Facts::new(call);
    let number = |facts: &Facts<'_>| {
        let e164 = facts.party.number().filter(|number| !is_own(number, settings))?;
        Some(NumberNeed { e164, home: facts.home })
    };
    let email = facts.as_ref().and_then(Facts::agent_email);
    let agent = email.and_then(|email| settings.agents.user(email));
    Needs {
        call: call.id,
        number: facts.as_ref().and_then(number),
        emails: email.filter(|_| agent.is_none()).map(str::to_owned).into_iter().collect(),
        users: agent.into_iter().collect(),
        related: settings.relate_to,
    }
}
