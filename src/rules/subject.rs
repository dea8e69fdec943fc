//! The Subject of a Task.
//!
//! - SUBJ-1 to SUBJ-7: one text for each kind of call. `{record}` is the record's name, `{number}`
//!   the name of the company's number, `{user}` the agent's name.
//!   [`Wording`](crate::wording::Wording) has the texts, those of SUBJ-8 included.
//! - SUBJ-9: without a record, `{record}` is the other party's number as Aircall shows it; if the
//!   number is withheld, the wording's "unknown". If the company's number has no name, `{number}`
//!   is the number's `digits`, else "unknown". A blank name counts as no name.
//! - SUBJ-10: a part in brackets is left out if a placeholder in it has no value. Only `{user}` can
//!   lack a value; outside brackets it is then "unknown".
//!
//! Source: Aircall's help articles of 2023 and 2025. They name no fallbacks; the fallbacks
//! are this project's decision.

use std::borrow::Cow;

use super::line;
use crate::facts::Facts;
use crate::notice::Notice;
use crate::salesforce::task::field;
use crate::salesforce::text::{LINE_LIMIT, non_blank};
use crate::settings::Settings;

/// Most Subjects need no more bytes.
const CAPACITY: usize = 128;

/// Returns the Subject within its limit; `record` is the name of the record that the call is logged
/// on.
///
/// Returns `None` if nothing is left after cleaning.
#[must_use]
pub fn subject<'a>(
    facts: &Facts<'_>,
    record: Option<&str>,
    settings: &Settings,
    notices: &mut Vec<Notice<'a>>,
) -> Option<Cow<'a, str>> {
    let wording = &settings.wording;
    let number = facts.call.number.as_ref();
    let number_name = number.and_then(|number| number.name.as_deref()).and_then(non_blank);
    let digits = || number.and_then(|number| number.digits.as_deref()).and_then(non_blank);
    let shown = || facts.party.shown().and_then(non_blank);
    let mut subject = String::with_capacity(CAPACITY);
    let template = wording.subject.template(facts.kind);
    template.render(&mut subject, &wording.unknown, |placeholder| match placeholder {
        "record" => Some(record.and_then(non_blank).or_else(shown).unwrap_or(&wording.unknown)),
        "number" => Some(number_name.or_else(digits).unwrap_or(&wording.unknown)),
        _ => facts.agent_name().and_then(non_blank),
    });
    line(Cow::Owned(subject), field::SUBJECT, LINE_LIMIT, notices)
}
