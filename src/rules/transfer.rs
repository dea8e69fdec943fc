//! The choice of the tags that are logged after a transfer.
//!
//! - XFER-1: A transfers to B and B answers: only B's tags are logged. B has answered when the call
//!   is answered and `user` is the `transferred_to` user, both with an id. The field "Answered by"
//!   then has B's name, because it has the name of `user` (PKG-2).
//! - XFER-2: B does not answer: all tags stay, and so does A's name. `transferred_to` remains in
//!   the payload after a transfer that failed, so its presence proves nothing.
//! - XFER-3: tags without a known tagger (no tagger, or a tagger without an id: system tags) stay
//!   in both cases. `Tag::stays_with` decides this, for a history of webhooks too.
//! - XFER-4: a transfer to a number outside changes none of this; the new leg is a call of its own.
//!
//! Source: Aircall's help article; XFER-3 is this project's decision. One snapshot decides here: if
//! B answered A's transfer and C did not answer B's transfer, A's tags are logged again. A history
//! of webhooks leaves them out (HIST-8).

use crate::aircall::AircallId;
use crate::facts::Facts;

/// Returns the names of the tags that are logged, in the payload's order.
pub fn logged_tags<'c>(facts: &Facts<'c>) -> impl Iterator<Item = &'c str> + use<'c> {
    let holder = new_holder(facts);
    let tags: &[_] = facts.call().map_or(&[], |call| &call.tags);
    tags.iter().filter(move |tag| tag.stays_with(holder)).filter_map(|tag| tag.name.as_deref())
}

/// Returns the agent to whom the call was transferred, if that agent answered (XFER-1).
pub(crate) fn new_holder<'c>(facts: &Facts<'c>) -> Option<&'c AircallId<'c>> {
    let holder = facts.user?.id.as_ref()?;
    let target = facts.call()?.transferred_to.as_ref()?.id.as_ref()?;
    (facts.is_answered() && holder == target).then_some(holder)
}
