//! Subject.
//!
//! - SUBJ-1 to SUBJ-7: one text for each kind of call. `{record}` is the record's name, `{number}`
//!   the name of the company's number, `{user}` the agent's name.
//!   [`Wording`](crate::wording::Wording) has the texts, those of SUBJ-8 included.
//! - SUBJ-9: without a record, `{record}` is the other party's number as Aircall shows it; if that
//!   is withheld, the wording's "unknown". Without a name of the company's number, `{number}` is
//!   its `digits` as shown, else "unknown". A blank name counts as no name.
//! - SUBJ-10: a part in brackets goes where a placeholder in it has nothing to say. Only `{user}`
//!   can have nothing to say; outside brackets it is "unknown" then.
//!
//! Source: Aircall's help articles of 2023 and 2025. They name no fallbacks; those are this
//! project's decision.

use std::borrow::Cow;

use super::line;
use crate::facts::Facts;
use crate::notice::Notice;
use crate::salesforce::task::field;
use crate::salesforce::text::{LINE_LIMIT, spoken};
use crate::settings::Settings;

/// Most Subjects need no more bytes.
const CAPACITY: usize = 128;

/// Returns the Subject within its limit; `record` is the name of the record that the call is logged
/// on.
///
/// `None` if the template leaves nothing.
#[must_use]
pub fn subject<'a>(
    facts: &Facts<'_>,
    record: Option<&str>,
    settings: &Settings,
    notices: &mut Vec<Notice<'a>>,
) -> Option<Cow<'a, str>> {
    let wording = &settings.wording;
    let number = facts.call.number.as_ref();
    let number_name = number.and_then(|number| number.name.as_deref()).and_then(spoken);
    let digits = || number.and_then(|number| number.digits.as_deref()).and_then(spoken);
    let shown = || facts.party.shown().and_then(spoken);
    let mut subject = String::with_capacity(CAPACITY);
    let template = wording.subject.of(facts.kind);
    template.render(&mut subject, &wording.unknown, |placeholder| match placeholder {
        "record" => Some(record.and_then(spoken).or_else(shown).unwrap_or(&wording.unknown)),
        "number" => Some(number_name.or_else(digits).unwrap_or(&wording.unknown)),
        _ => facts.agent_name().and_then(spoken),
    });
    line(Cow::Owned(subject), field::SUBJECT, LINE_LIMIT, notices)
}
