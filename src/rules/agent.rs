//! The Salesforce user of the agent (OWN-8).

use crate::aircall::Direction;
use crate::facts::Facts;
use crate::lookup::{Lookup, User};
use crate::salesforce::Id;
use crate::settings::Settings;

/// Returns the agent's user: the user whom the setting `agents` names, else the first user with the
/// agent's e-mail address. The user must be able to own Tasks, and meet the condition.
///
/// A user whom the setting names and who was not looked up meets both requirements.
pub(super) fn user(
    facts: &Facts<'_>,
    lookup: &dyn Lookup,
    settings: &Settings,
    condition: impl Fn(&User) -> bool,
) -> Option<Id> {
    let email = facts.agent_email()?;
    let fits = |user: &User| can_own(user, settings) && condition(user);
    match settings.agents.user(email) {
        Some(id) => lookup.user(id).is_none_or(fits).then_some(id),
        None => lookup.users_by_email(email).into_iter().find(|user| fits(user)).map(|user| user.id),
    }
}

/// Returns the user of the agent who makes an outbound call, or who answers an inbound call. The
/// user's age does not matter (OWN-10, REC-9).
pub(super) fn user_on_call(facts: &Facts<'_>, lookup: &dyn Lookup, settings: &Settings) -> Option<Id> {
    // A missed call was offered to agents, but none of them took it.
    let is_on_call = facts.direction == Direction::Outbound || facts.is_answered();
    if is_on_call { user(facts, lookup, settings, |_| true) } else { None }
}

/// Returns whether Salesforce accepts a user as the owner of a Task.
pub(crate) fn can_own(user: &User, settings: &Settings) -> bool {
    // Somebody chose these two users in the settings; a stale lookup must not overrule the choice.
    let is_chosen = user.id == settings.admin || Some(user.id) == settings.unmatched_owner;
    user.standard && (user.active || is_chosen)
}
