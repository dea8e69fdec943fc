//! When a snapshot was taken (HIST-2, HIST-3).

use serde::{Deserialize, Serialize};

use crate::aircall::{Call, Event, Timestamp, Webhook};

/// The second of a snapshot, and its place among those of the same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub(super) at: Timestamp,
    step: u8,
}

/// The step of `call.untagged`.
const UNTAGGED: u8 = 17;

/// The step of a snapshot that no event brought, or whose time is only known to be no earlier.
const UNKNOWN: u8 = u8::MAX;

impl Stamp {
    pub(super) fn new(webhook: &Webhook<'_>, call: &Call<'_>) -> Self {
        match (webhook.timestamp, &webhook.event) {
            (Some(at), Some(event)) => Self { at, step: step(event) },
            (Some(at), None) => Self { at, step: UNKNOWN },
            (None, _) => Self { at: newest_time(call), step: UNKNOWN },
        }
    }

    pub(super) const fn is_of_untagging(self) -> bool {
        self.step == UNTAGGED
    }
}

/// The order of a call's life. Notes and tags are written when the call is over, and shown by every event after.
const fn step(event: &Event<'_>) -> u8 {
    match event {
        Event::CallCreated => 0,
        Event::CallIvrOptionSelected => 1,
        Event::CallRingingOnAgent => 2,
        Event::CallAgentDeclined => 3,
        Event::CallAnswered => 4,
        Event::CallHold => 5,
        Event::CallUnhold => 6,
        Event::CallTransferred => 7,
        Event::CallExternalTransferred => 8,
        Event::CallUnsuccessfulTransfer => 9,
        Event::CallHungup => 10,
        Event::CallEnded => 11,
        Event::CallCommAssetsGenerated => 12,
        Event::CallVoicemailLeft => 13,
        Event::CallAssigned => 14,
        Event::CallArchived => 15,
        Event::CallCommented => 16,
        Event::CallUntagged => UNTAGGED,
        Event::CallTagged => 18,
        Event::Other(_) => 19,
    }
}

/// The newest time in a call: it was told no earlier.
fn newest_time(call: &Call<'_>) -> Timestamp {
    let posted = call.comments.iter().filter_map(|comment| comment.posted_at);
    let tagged = call.tags.iter().filter_map(|tag| tag.tagged_at);
    let times = [call.answered_at, call.ended_at].into_iter().flatten().chain(posted).chain(tagged);
    times.fold(call.started_at, Ord::max)
}
