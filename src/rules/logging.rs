//! Whether a call is logged at all.
//!
//! - LOG-1: one call has one Task. It is created when the call is answered, or, if nobody answers,
//!   when the call ends. Before that a call has no [`Facts`], and the skip is `not_yet`. If the
//!   setting `log_at` is `ended`, the Task is created only when the call has ended. The default is
//!   `answered`.
//! - LOG-2: later changes of the call (tags, notes, transfer, end, recording) update that same
//!   Task; see [`update`](super::update).
//! - LOG-4: the setting `workflow` has `completed`, `in_progress` or `do_nothing` for each kind of
//!   call. If it has `do_nothing`, no Task is created. A conference has the action of answered
//!   calls of its direction.
//! - LOG-5: a call outside business hours is a call that nobody answered, with the missed reason
//!   `out_of_opening_hours`. The `open` flag of the company's number decides nothing, because it is
//!   known to be stale. If the setting `outside_business_hours` is `do_nothing`, these calls get no
//!   Task. The default is `log`.
//! - LOG-7: the plan contains the first reason that applies, in the order of [`Skip`]. From the
//!   workflow on, the reasons prevent only creation: a call that has a Task is updated anyway.
//! - LOG-9: two settings select calls that get no Task.
//!   - `exclude` selects by the company's number (`lines`), by the other party's number
//!     (`numbers`), by the company's own numbers (`own_numbers`, REC-8), by a tag that anybody set
//!     (`tags`: equal apart from outer blanks), and by the seconds of an answered call
//!     (`shorter_than`, FIELD-3).
//!   - `only_lines` selects every call whose company number it lacks, or whose company number is
//!     not known.
//!
//!   If `tags` or `shorter_than` is set, an answered call without a Task is `not_yet` until it has
//!   ended. A tag that is set after the Task was created does not remove the Task.
//! - MSG-4: the setting `messages` decides about messages; its default logs none. Business hours
//!   and `log_at` do not apply. `exclude` applies by `lines`, `numbers` and `own_numbers`, and so
//!   does `only_lines`. [`Message`](crate::aircall::Message) describes which webhooks are messages
//!   (MSG-1).
//!
//! Source: Aircall's help article on logging. What "outside" means, `log_at` and LOG-9 are this
//! project's decisions.

use serde::Serialize;

use super::fields::call_duration;
use crate::facts::Facts;
use crate::settings::{
    CompanyNumberRef, Exclude, LogAt, NumberPattern, OutsideBusinessHours, Settings, WorkflowAction,
};

/// The reason why nothing is written, in the order in which the reasons are tried (LOG-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Skip {
    /// The webhook is about another resource than a call or message.
    NotACall,
    /// The webhook reports the status of a message that another webhook contains (MSG-1).
    MessageStatus,
    /// The webhook is about a message of a group (MSG-1).
    GroupMessage,
    /// The call still rings, or the settings wait for its end.
    NotYet,
    /// The workflow does nothing for this kind of call.
    Workflow,
    /// The settings exclude calls outside business hours.
    OutsideBusinessHours,
    /// The setting `exclude` or `only_lines` excludes the call (LOG-9).
    Excluded,
}

/// Returns why no Task is created for a call; `None` if a Task is created.
#[must_use]
pub fn skip_creation(facts: &Facts<'_>, settings: &Settings) -> Option<Skip> {
    // A call's length and tags are not known before it has ended (LOG-9).
    let Exclude { shorter_than, tags, .. } = &settings.exclude;
    let waits = settings.log_at == LogAt::Ended || *shorter_than > 0 || !tags.is_empty();
    if waits && !facts.has_ended() {
        return Some(Skip::NotYet);
    }
    if settings.action(facts.kind) == WorkflowAction::DoNothing {
        return Some(Skip::Workflow);
    }
    let business_hours_only = settings.outside_business_hours == OutsideBusinessHours::DoNothing;
    if business_hours_only && is_outside_business_hours(facts) {
        return Some(Skip::OutsideBusinessHours);
    }
    exclusion(facts, settings).map(|_| Skip::Excluded)
}

/// Returns whether nobody answered because the company was closed (LOG-5).
fn is_outside_business_hours(facts: &Facts<'_>) -> bool {
    // If somebody answers at night, the company is at work, whatever the opening hours are.
    let reason = facts.call().and_then(|call| call.missed_call_reason.as_deref());
    !facts.is_answered() && reason == Some("out_of_opening_hours")
}

/// Returns the first setting that excludes a call (LOG-9).
pub(crate) fn exclusion(facts: &Facts<'_>, settings: &Settings) -> Option<&'static str> {
    let Exclude { lines, numbers, tags, shorter_than, own_numbers } = &settings.exclude;
    let is_line = |line: &CompanyNumberRef| line.names(facts.number, facts.company_number);
    let is_number = |pattern: &NumberPattern| facts.party.number().is_some_and(|number| pattern.matches(&number));
    let has_tag = |tag: &String| {
        facts.call().is_some_and(|call| {
            let logged = call.tags.iter().filter_map(|tag| tag.name.as_deref());
            let mut names = logged.chain(call.unlogged_tags.iter().map(AsRef::as_ref));
            names.any(|name| name.trim() == tag.trim())
        })
    };
    let is_short = || {
        let duration = call_duration(facts, &mut Vec::new());
        facts.is_answered() && duration.is_some_and(|seconds| seconds < *shorter_than)
    };
    let is_on_other_line = |only: &Vec<_>| !only.iter().any(is_line);
    let by = |setting: &'static str, excludes: bool| excludes.then_some(setting);
    by("exclude.lines", lines.iter().any(is_line))
        .or_else(|| by("only_lines", settings.only_lines.as_ref().is_some_and(is_on_other_line)))
        .or_else(|| by("exclude.numbers", numbers.iter().any(is_number)))
        .or_else(|| by("exclude.own_numbers", *own_numbers && settings.own_numbers.iter().any(is_number)))
        .or_else(|| by("exclude.tags", tags.iter().any(has_tag)))
        .or_else(|| by("exclude.shorter_than", is_short()))
}
