//! The Subject of a Task.
//!
//! - SUBJ-1 to SUBJ-8: one text for each kind of call, in German, English (editions 2023 and 2025),
//!   French and Spanish. `{record}` is the record's name, `{number}` the name of the company's
//!   number, `{user}` the agent's name. `wording/texts.rs` has the texts, each beside its
//!   translations; [`Wording`](crate::wording::Wording) describes how your own texts replace them.
//! - SUBJ-9: without a record, `{record}` is the other party's number as Aircall shows it; if the
//!   number is withheld, the wording's "unknown". A record that is created for this call has the
//!   name that is written to it ([`name_of`](super::new_record::name_of)). If the company's number
//!   has no name, `{number}` is the number's `digits`, else "unknown". If the agent has no name,
//!   `{user}` has no value in brackets, and is "unknown" outside of them. A blank name counts as no
//!   name.
//! - MSG-3: a message has a text for each direction. Its `{channel}` is `WhatsApp` if Aircall's
//!   `channel` is `whatsapp` in any case, else `SMS`. The part about the agent is left out for a
//!   message without an agent.
//! - SUBJ-10: the texts are templates, which a caller can replace.
//!   [`Template::SUBJECT`](crate::wording::Template::SUBJECT) and
//!   [`Template::MESSAGE`](crate::wording::Template::MESSAGE) list the placeholders.
//!
//! Source: Aircall's help articles of 2023 and 2025. They name no fallbacks; the fallbacks, and the
//! placeholders after the first three, are this project's decision.

use std::borrow::Cow;

use super::{line, placeholder};
use crate::facts::Facts;
use crate::notice::Notice;
use crate::salesforce::task::field;
use crate::salesforce::text::LINE_LIMIT;
use crate::settings::Settings;

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
    let text = placeholder::render(settings.wording.subject.template(facts.kind), facts, record, settings);
    line(Cow::Owned(text), field::SUBJECT, LINE_LIMIT, notices)
}
