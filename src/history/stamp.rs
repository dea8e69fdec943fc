//! The age of a snapshot (HIST-2, HIST-3).

use serde::{Deserialize, Serialize};

use crate::aircall::{Call, Insight, Timestamp, Webhook};

/// The second of a snapshot, and its rank among the snapshots of the same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Stamp {
    pub(super) at: Timestamp,
    step: u8,
}

/// The events of a call in the order of its life. The index of an event is its step.
///
/// Notes and tags come last: agents write them when the call is over. Stored histories contain the
/// steps, so a new event can only be added together with a new version of the format (HIST-10).
const EVENTS: [&str; 19] = [
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
    "call.untagged",
    "call.tagged",
];

/// The step of an event that the list lacks: after all events of the list.
const UNKNOWN_EVENT: u8 = 19;

/// The step of a snapshot without an event. It is newer than every event of its second.
const WITHOUT_EVENT: u8 = u8::MAX;

impl Stamp {
    pub(super) fn new(webhook: &Webhook<'_>, call: &Call<'_>) -> Self {
        match (webhook.timestamp, &webhook.event) {
            (Some(at), Some(event)) => Self { at, step: step(event) },
            (Some(at), None) => Self { at, step: WITHOUT_EVENT },
            // Events are only compared within a second, and the second of this one is unknown.
            (None, _) => Self { at: newest_time(call), step: WITHOUT_EVENT },
        }
    }

    /// Returns the stamp of a webhook of Aircall's AI. Without any time, it is older than others.
    pub(super) fn of_insight(webhook: &Webhook<'_>, insight: &Insight<'_>) -> Self {
        let at = webhook.timestamp.or(insight.created_at).unwrap_or(Timestamp::EPOCH);
        Self { at, step: WITHOUT_EVENT }
    }

    pub(super) fn is_of_untagging(self) -> bool {
        self.step == step("call.untagged")
    }
}

/// Returns the step of an event.
fn step(event: &str) -> u8 {
    (0..).zip(EVENTS).find(|(_, known)| *known == event).map_or(UNKNOWN_EVENT, |(step, _)| step)
}

/// Returns the newest time that a call contains: the snapshot cannot be older.
fn newest_time(call: &Call<'_>) -> Timestamp {
    let posted = call.comments.iter().filter_map(|comment| comment.posted_at);
    let tagged = call.tags.iter().filter_map(|tag| tag.tagged_at);
    let times = [call.answered_at, call.ended_at].into_iter().flatten().chain(posted).chain(tagged);
    times.fold(call.started_at, Ord::max)
}
