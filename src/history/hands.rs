//! In whose hands a call was (HIST-8).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::join::{Join, greater};
use super::stamp::Stamp;
use super::thing::key;
use crate::aircall::{AircallId, Call, User};

/// The agents seen holding a call that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hands {
    /// Who held it, and since when as far as is known.
    held: BTreeMap<String, Since>,
    /// Who was seen holding it as the one it had been handed to (XFER-1).
    took_over: BTreeSet<String>,
}

/// The earliest of all moments told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Since(Reverse<Stamp>);

impl Hands {
    pub(super) fn new(as_of: Stamp, call: &Call<'_>) -> Self {
        let id = |user: &Option<User<'_>>| user.as_ref().and_then(|user| user.id.as_ref()).map(key);
        let holder = id(&call.user).filter(|_| call.answered_at.is_some());
        let took_over = holder.clone().filter(|holder| id(&call.transferred_to).as_ref() == Some(holder));
        Self {
            held: holder.map(|holder| (holder, Since(Reverse(as_of)))).into_iter().collect(),
            took_over: took_over.into_iter().collect(),
        }
    }

    /// Whether this agent got the call from another: seen as the target who holds it, or holding it after somebody else did.
    ///
    /// Not by holding it again after a transfer that failed: then they held it first.
    pub(super) fn was_handed_to(&self, holder: &AircallId<'_>) -> bool {
        let holder = key(holder);
        let others_first = || {
            let since = self.held.get(&holder)?;
            // Greater is earlier.
            Some(self.held.values().any(|other| other > since))
        };
        self.took_over.contains(&holder) || others_first().unwrap_or(false)
    }
}

impl Join for Since {
    fn join(&mut self, other: Self) -> bool {
        greater(self, other)
    }
}

impl Join for Hands {
    fn join(&mut self, other: Self) -> bool {
        let Self { held, took_over } = other;
        self.held.join(held) | self.took_over.join(took_over)
    }
}
