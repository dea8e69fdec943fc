//! Whether a call is logged at all.
//!
//! - LOG-1: a Task is written when the call is answered, or, if nobody answers, when it ends.
//!   Before that a call has no [`Facts`], and the skip is `not_yet`.
//! - LOG-2: later changes of the call (tags, notes, transfer, end, recording) update that same
//!   Task; see [`update`](super::update).
//! - LOG-4: if the workflow has `do_nothing` for a kind of call, no Task is created.
//! - LOG-5: a call outside business hours is one that nobody answered, with the missed reason
//!   `out_of_opening_hours`. The `open` flag of the company's number is known to be stale.
//! - LOG-7: the plan contains the first reason that applies. Workflow and business hours prevent
//!   only creation: a call that has a Task is updated anyway.
//!
//! Source: Aircall's help article on logging; what "outside" means is this project's decision.

use serde::Serialize;

use crate::aircall::MissedCallReason;
use crate::facts::Facts;
use crate::settings::{OutsideBusinessHours, Settings, WorkflowAction};

/// The reason why nothing is written, in the order in which the reasons are tried (LOG-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Skip {
    /// The webhook is about another resource.
    NotACall,
    /// Nobody has answered, and the call has not ended.
    NotYet,
    /// The workflow does nothing for this kind of call.
    Workflow,
    /// The settings exclude calls outside business hours.
    OutsideBusinessHours,
}

/// Returns why no Task is created for a call; `None` if a Task is created.
#[must_use]
pub fn skip_creation(facts: &Facts<'_>, settings: &Settings) -> Option<Skip> {
    if settings.workflow.action(facts.kind) == WorkflowAction::DoNothing {
        return Some(Skip::Workflow);
    }
    let is_excluded = settings.outside_business_hours == OutsideBusinessHours::DoNothing;
    (is_excluded && is_outside_business_hours(facts)).then_some(Skip::OutsideBusinessHours)
}

/// Returns whether nobody answered because the company was closed (LOG-5).
fn is_outside_business_hours(facts: &Facts<'_>) -> bool {
    // If somebody answers at night, the company is at work, whatever the opening hours are.
    !facts.is_answered() && facts.call.missed_call_reason == Some(MissedCallReason::OUT_OF_OPENING_HOURS)
}
