//! The agents who had the call (HIST-8).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::entity::key;
use super::join::join_fields;
use super::stamp::Stamp;
use crate::aircall::{AircallId, Call, User};

/// The agents whom snapshots show as `user` of the answered call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Handovers {
    /// The earliest snapshot that shows an agent as `user`.
    held: BTreeMap<String, Reverse<Stamp>>,
    /// The agents whom a snapshot shows as both `user` and `transferred_to` (XFER-1).
    took_over: BTreeSet<String>,
}

join_fields! { Handovers { held, took_over } }

impl Handovers {
    pub(super) fn new(as_of: Stamp, call: &Call<'_>) -> Self {
        let id = |user: &Option<User<'_>>| user.as_ref().and_then(|user| user.id.as_ref()).map(key);
        let holder = id(&call.user).filter(|_| call.answered_at.is_some());
        let took_over = holder.clone().filter(|holder| id(&call.transferred_to).as_ref() == Some(holder));
        Self {
            held: holder.map(|holder| (holder, Reverse(as_of))).into_iter().collect(),
            took_over: took_over.into_iter().collect(),
        }
    }

    /// Returns whether the agent received the call from another agent.
    ///
    /// An agent who has the call again after a failed transfer had it first, and received nothing.
    pub(super) fn was_handed_to(&self, holder: &AircallId<'_>) -> bool {
        let holder = key(holder);
        // An agent whom no snapshot shows as `user` has no stamp to compare.
        let others_first = || {
            let Reverse(first) = self.held.get(&holder)?;
            Some(self.held.values().any(|Reverse(other)| other < first))
        };
        self.took_over.contains(&holder) || others_first().unwrap_or(false)
    }
}
