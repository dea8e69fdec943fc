//! The owner of the Task, and the hand-over of a record to another owner.
//!
//! - OWN-1: an answered call: the first Salesforce user listed with the agent's e-mail address who
//!   is active and had existed for at least one day when the call was answered.
//! - OWN-2: an answered call without such a user: the record's owner.
//! - OWN-3: an answered call without such a user or a record owner: the admin.
//! - OWN-4: an unanswered call (missed, voicemail, outbound unanswered): the record's owner.
//! - OWN-5: an unanswered call without a record owner: the user or queue of the setting
//!   `unmatched_owner`, else the admin.
//! - OWN-6: a record is created for this call and OWN-1 does not apply: the admin, whatever OWN-2
//!   to OWN-5 say.
//! - OWN-7: no record exists and none is created: `OwnerId` stays empty, even if OWN-1 applies.
//! - OWN-8: e-mail addresses are compared without ASCII case and outer blanks, and without the
//!   `.invalid` that a sandbox appends to the addresses of its users.
//!   - If the setting `agents` names the user of an agent, that user alone can match: in OWN-1,
//!     OWN-10 and REC-9. If the user was looked up, the conditions of these rules apply; if not,
//!     the user meets them.
//!   - A user who is exactly 24 hours old is old enough.
//!   - An inactive record owner counts as no owner, because Salesforce would refuse it. A user who
//!     was not looked up counts as active; the admin and `unmatched_owner` always do.
//!   - If a user is known to be unable to own Tasks (a `UserType` other than `Standard`), the user
//!     matches no agent and counts as no record owner, even if the user is the admin.
//! - OWN-9: the plan names the rule that decided, OWN-1 to OWN-7. `OwnerId` is decided before any
//!   hand-over.
//! - XFER-5: the agent at creation stays the owner. A Task that is first written after a transfer
//!   gets the new agent's user.
//! - OWN-10: a record that existed and is owned by the admin goes to the first active user with the
//!   e-mail address of the agent who makes (any outbound call) or receives (an answered inbound
//!   call) the call. That user must not be the admin, and can be of any age. A call that is skipped
//!   hands nothing over.
//! - MSG-6: a sent message has the owner of a call that its agent answered when the message was
//!   sent, and hands a record over. A received message has the owner of an unanswered call, and
//!   hands nothing over.
//!
//! Source: Aircall's help article. Its list for "not answered" begins with "otherwise … the admin".
//! A list cannot begin so, so the words are read as the end of the list for answered calls (OWN-3).

use chrono::TimeDelta;
use serde::Serialize;

use super::agent;
use super::record::Target;
use crate::facts::Facts;
use crate::lookup::{Lookup, User};
use crate::salesforce::{Id, OwnerChange};
use crate::settings::Settings;

/// The time for which a Salesforce user must have existed to own a call's Task (OWN-1).
const MINIMUM_AGE: TimeDelta = TimeDelta::days(1);

/// The rule that decided the owner (OWN-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum OwnerReason {
    /// The agent.
    #[serde(rename = "OWN-1")]
    Agent,
    /// Answered: the record's owner.
    #[serde(rename = "OWN-2")]
    RecordOwner,
    /// Answered: the admin.
    #[serde(rename = "OWN-3")]
    Admin,
    /// Not answered: the record's owner.
    #[serde(rename = "OWN-4")]
    RecordOwnerUnanswered,
    /// Not answered: the user of the setting, else the admin.
    #[serde(rename = "OWN-5")]
    UnmatchedOwner,
    /// A record is created for this call: the admin.
    #[serde(rename = "OWN-6")]
    AdminOfNewRecord,
    /// There is no record, so the Task has no owner.
    #[serde(rename = "OWN-7")]
    NoRecord,
    /// The Task existed already, and an update leaves its owner to people (UPD-7).
    #[serde(rename = "UPD-2")]
    Task,
}

/// The Task's owner, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Owner {
    /// The value of `OwnerId`.
    pub id: Option<Id>,
    /// The rule that decided.
    pub reason: OwnerReason,
}

/// Returns the owner of a new Task (OWN-1 to OWN-8).
#[must_use]
pub fn owner(facts: &Facts<'_>, target: Option<Target<'_>>, lookup: &dyn Lookup, settings: &Settings) -> Owner {
    let by = |reason, id| Owner { id: Some(id), reason };
    let Some(target) = target else {
        return Owner { id: None, reason: OwnerReason::NoRecord };
    };
    if let Some(agent) = agent(facts, lookup, settings) {
        return by(OwnerReason::Agent, agent);
    }
    let record_owner = match target {
        Target::New(_) => return by(OwnerReason::AdminOfNewRecord, settings.admin),
        Target::Existing(record) => record.owner,
        Target::Account(_) => None,
    };
    let can_own = |id: &Id| lookup.user(*id).is_none_or(|user| agent::can_own(user, settings));
    match (facts.is_answered(), record_owner.filter(can_own)) {
        (true, Some(id)) => by(OwnerReason::RecordOwner, id),
        (true, None) => by(OwnerReason::Admin, settings.admin),
        (false, Some(id)) => by(OwnerReason::RecordOwnerUnanswered, id),
        (false, None) => by(OwnerReason::UnmatchedOwner, settings.unmatched_owner.unwrap_or(settings.admin)),
    }
}

/// Returns the agent's user, if somebody answered and the user was old enough (OWN-1).
fn agent(facts: &Facts<'_>, lookup: &dyn Lookup, settings: &Settings) -> Option<Id> {
    facts.answered_at?;
    agent::user(facts, lookup, settings, |user| is_old_enough(user, facts))
}

/// Returns whether a user was old enough when the call was answered (OWN-1).
pub(crate) fn is_old_enough(user: &User, facts: &Facts<'_>) -> bool {
    facts.answered_at.is_none_or(|answered_at| answered_at.date_time() - user.created_at >= MINIMUM_AGE)
}

/// Returns the change that hands the record over from the admin to the agent (OWN-10).
#[must_use]
pub fn hand_over(
    facts: &Facts<'_>,
    target: Option<Target<'_>>,
    lookup: &dyn Lookup,
    settings: &Settings,
) -> Option<OwnerChange> {
    let Some(Target::Existing(record)) = target else {
        return None;
    };
    if record.owner != Some(settings.admin) {
        return None;
    }
    // No minimum age here: the article requires the age of a Task's owner only.
    let owner = agent::user_on_call(facts, lookup, settings).filter(|owner| *owner != settings.admin)?;
    Some(OwnerChange { object: record.record_type.object(), id: record.id, owner })
}
