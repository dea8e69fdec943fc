//! Whether a call is written at all.
//!
//! - LOG-1: a Task is written when the call is answered, or, if nobody answers, when it ends. Before that: skip `not_yet`.
//! - LOG-4: the workflow's `do_nothing` for a kind of call: no Task is created.
//! - LOG-5: a call outside business hours is one that nobody answered, with the missed reason `out_of_opening_hours`. The line's
//!   `open` flag is known to be stale and is not asked.
//! - LOG-7: the first reason that holds is given. Workflow and business hours only prevent creation: a call that has a Task is
//!   updated all the same.
//!
//! Source: Aircall's help article on logging; what "outside" means is this project's decision.

use serde::Serialize;

use crate::aircall::MissedCallReason;
use crate::facts::{Facts, Kind};
use crate::settings::{OutsideBusinessHours, Settings, WorkflowAction};

/// Why nothing is written, in the order in which the reasons are tried (LOG-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// A webhook of another resource.
    NotACall,
    /// Nobody has answered, and the call has not ended.
    NotYet,
    /// The settings say so for this kind of call.
    Workflow,
    /// The settings say so for calls outside business hours.
    OutsideBusinessHours,
}

/// Why no Task is created for a call of this kind; `None` if one is.
#[must_use]
pub fn skip_creation(facts: &Facts<'_>, kind: Kind, settings: &Settings) -> Option<Skip> {
    if settings.workflow.of(kind) == WorkflowAction::DoNothing {
        return Some(Skip::Workflow);
    }
    let unlogged = settings.outside_business_hours == OutsideBusinessHours::DoNothing;
    (unlogged && is_outside_business_hours(facts)).then_some(Skip::OutsideBusinessHours)
}

/// Whether nobody answered because the line was closed (LOG-5).
#[must_use]
pub fn is_outside_business_hours(facts: &Facts<'_>) -> bool {
    !facts.is_answered() && facts.call.missed_call_reason == Some(MissedCallReason::OUT_OF_OPENING_HOURS)
}
