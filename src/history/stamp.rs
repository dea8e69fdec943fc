//! The age of a snapshot (HIST-2, HIST-3).

use serde::{Deserialize, Serialize};

use crate::aircall::{Call, Insight, Timestamp, Webhook};

/// The second of a snapshot, and the snapshot's rank among the snapshots of the same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub(super) at: Timestamp,
    step: u8,
}

/// The events of a call in the order of its life. The index of an event is its step.
///
/// Notes and tags come last: agents write them when the call is over. Stored histories contain the
/// steps, so a new event can only be added together with a new version of the format (HIST-10).
const EVENTS: &[&str] = &[
    "call.created",
    "call.ringing_on_agent",
    "call.agent_declined",
    "call.ivr_option_selected",
    "call.answered",
    "call.hold",
    "call.unhold",
    "call.transferred",
    "call.external_transferred",
    "call.unsuccessful_transfer",
    "call.hungup",
    "call.ended",
    "call.comm_assets_generated",
    "call.voicemail_left",
    "call.assigned",
    "call.archived",
    "call.commented",
    UNTAGGED,
    "call.tagged",
];

/// The event after which the list with fewer tags is the newer one.
const UNTAGGED: &str = "call.untagged";

/// The step of a snapshot without an event. It is newer than every event of its second.
const WITHOUT_EVENT: u8 = u8::MAX;

impl Stamp {
    pub(super) fn new(webhook: &Webhook<'_>, call: &Call<'_>) -> Self {
        match (webhook.timestamp, &webhook.event) {
            (Some(at), Some(event)) => Self { at, step: step(event) },
            (Some(at), None) => Self { at, step: WITHOUT_EVENT },
            // The event does not count: events are compared only within a second, and the second of
            // this snapshot is a guess.
            (None, _) => Self { at: newest_time(call), step: WITHOUT_EVENT },
        }
    }

    /// Returns the stamp of a webhook of Aircall's AI. A webhook without any time is the oldest.
    pub(super) fn of_insight(webhook: &Webhook<'_>, insight: &Insight<'_>) -> Self {
        let at = webhook.timestamp.or(insight.created_at).unwrap_or(Timestamp::EPOCH);
        Self { at, step: WITHOUT_EVENT }
    }

    pub(super) fn is_of_untagging(self) -> bool {
        self.step == step(UNTAGGED)
    }
}

/// Returns the step of an event. Unknown events come after all events of the list.
fn step(event: &str) -> u8 {
    let step = EVENTS.iter().position(|listed| *listed == event).unwrap_or(EVENTS.len());
    u8::try_from(step).unwrap_or(WITHOUT_EVENT)
}

/// Returns the newest time that a call contains: the snapshot cannot be older.
fn newest_time(call: &Call<'_>) -> Timestamp {
    let posted = call.comments.iter().filter_map(|comment| comment.posted_at);
    let tagged = call.tags.iter().filter_map(|tag| tag.tagged_at);
    let times = [call.answered_at, call.ended_at].into_iter().flatten().chain(posted).chain(tagged);
    times.fold(call.started_at, Ord::max)
}
