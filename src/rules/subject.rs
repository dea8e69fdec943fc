//! Subject.
//!
//! - SUBJ-1 to SUBJ-7: one text for each kind of call; `{record}` is the record's name, `{number}` the line's, `{user}` the agent's.
//! - SUBJ-9: without a record, `{record}` is the other party's number as Aircall shows it; withheld: the wording's "unknown". Without
//!   a line name, `{number}` is the line's `digits` as shown, else "unknown". A blank name counts as none.
//! - SUBJ-10: a part in brackets goes where a placeholder in it has nothing to say. Only `{user}` can have nothing to say, and
//!   outside of brackets it too is "unknown" then.
//!
//! Source: Aircall's help articles of 2023 and 2025; they name no fallbacks, those are this project's decision.

use crate::facts::{Facts, Kind};
use crate::salesforce::text::spoken;
use crate::wording::Wording;

/// What a Subject's placeholders stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names<'a> {
    /// `{record}`
    pub record: &'a str,
    /// `{number}`
    pub number: &'a str,
    /// `{user}`
    pub user: Option<&'a str>,
}

impl<'a> Names<'a> {
    /// From a call, and the name of the record that it is logged on.
    #[must_use]
    pub fn new(facts: &Facts<'a>, record: Option<&'a str>, wording: &'a Wording) -> Self {
        let line = facts.call.number.as_ref();
        let line_name = line.and_then(|line| line.name.as_deref()).and_then(spoken);
        let line_digits = || line.and_then(|line| line.digits.as_deref()).and_then(spoken);
        let shown = || facts.party.shown().and_then(spoken);
        Self {
            record: record.and_then(spoken).or_else(shown).unwrap_or(&wording.unknown),
            number: line_name.or_else(line_digits).unwrap_or(&wording.unknown),
            user: facts.agent_name().and_then(spoken),
        }
    }
}

/// The Subject of a call, before it is cut.
#[must_use]
pub fn subject(kind: Kind, names: &Names<'_>, wording: &Wording) -> String {
    let template = wording.subject.of(kind);
    let mut subject = String::with_capacity(SUBJECT_CAPACITY);
    template.render(&mut subject, &wording.unknown, |placeholder| match placeholder {
        "record" => Some(names.record),
        "number" => Some(names.number),
        _ => names.user,
    });
    subject
}

/// Most Subjects need no more bytes.
const SUBJECT_CAPACITY: usize = 128;
