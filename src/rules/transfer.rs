//! Whose tags are logged after a transfer.
//!
//! - XFER-1: A transfers to B and B answers: only B's tags are logged. B has answered when the call is answered and `user` is the
//!   `transferred_to` user, both with an id.
//! - XFER-2: B does not answer: all tags stay. `transferred_to` remains on the wire after a failed transfer, so its presence proves
//!   nothing.
//! - XFER-3: tags set by nobody known (no tagger, or one without an id: system tags) stay in either case.
//! - XFER-4: a transfer to a number outside changes none of this; the new leg is a call of its own.
//!
//! Source: Aircall's help article; XFER-3 is this project's decision. Judged from one snapshot: after A→B answered and B→C not,
//! A's tags show again.

use crate::aircall::Tag;
use crate::facts::Facts;

/// The names of the tags that are logged, in the payload's order.
pub fn logged_tags<'c>(facts: &Facts<'c>) -> impl Iterator<Item = &'c str> + use<'c> {
    let holder = facts.took_over().and_then(|user| user.id.as_ref());
    let stays = move |tag: &&'c Tag<'c>| {
        let tagger = tag.tagged_by.as_ref().and_then(|user| user.id.as_ref());
        holder.is_none() || tagger.is_none() || tagger == holder
    };
    facts.call.tags.iter().filter(stays).filter_map(|tag| tag.name.as_deref())
}
