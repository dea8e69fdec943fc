//! One call from many webhooks, whatever their order.
//!
//! Aircall delivers each webhook at least once, in any order. Each webhook is a snapshot of the
//! call. A [`CallHistory`] absorbs the webhooks, and [`CallHistory::call`] returns the call that
//! they show together. The same webhooks give the same call, whatever their order and however often
//! each of them arrives. The [`plan`](crate::plan()) made from the call is therefore the same too.
//!
//! ```
//! use aircall_salesforce::{CallHistory, Webhook};
//!
//! let tagged = br#"{"event": "call.tagged", "timestamp": 1772457550, "data": {"id": 1,
//!     "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457540,
//!     "tags": [{"id": 7, "name": "VIP"}]}}"#;
//! let ended = br#"{"event": "call.ended", "timestamp": 1772457570, "data": {"id": 1,
//!     "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457540, "tags": null}}"#;
//!
//! let mut history = CallHistory::new(&Webhook::from_slice(ended)?)?;
//! let is_new = history.absorb(&Webhook::from_slice(tagged)?)?;
//! assert!(is_new); // then store the history: it implements `Serialize`
//! assert_eq!(history.call().ok_or("no call")?.tags.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A history contains every field once, and every note, tag and person of any snapshot. It grows
//! with the call, not with the number of webhooks.
//!
//! # Rules
//!
//! - **HIST-1**: A webhook is a snapshot as of its `timestamp`. The newest value of each field
//!   counts. Absent, null, `{}` and `""` are no values: they remove nothing, and an older snapshot
//!   fills in what newer snapshots lack. So these values stay: an agent whose seat was deleted
//!   later, a `transferred_by` that `call.ended` lacks, and the time of an answer. Links that
//!   change with every event follow the same rule. A value that could not be used (LOG-8) stays
//!   reported, whichever snapshot contained it.
//! - **HIST-2**: Within one second, the snapshot whose event comes later in a call's life is the
//!   newer. The order is: created, ringing, declined, IVR option, answered, hold, unhold,
//!   transferred, external transfer, unsuccessful transfer, hung up, ended, recording, voicemail,
//!   assigned, archived, commented, untagged, tagged, unknown events. If the same event of the same
//!   second has two values, the greater value wins: arbitrary, but independent of arrival order.
//! - **HIST-3**: A REST response without `timestamp` is as old as the newest time in it. Within
//!   that second it is the newest snapshot. If you know when you fetched it, set
//!   [`Webhook::timestamp`].
//! - **HIST-4**: People, numbers and contacts are identified by id. Other snapshots with the same
//!   id complete an abridged person, number or contact. Without an id, or with another id, nothing
//!   is mixed in. Participants and teams are whole lists, and `[]` leaves the list unchanged.
//! - **HIST-5**: Every event contains all tags, so the newest list counts as a whole. `[]` removes
//!   the last tag; a missing list changes nothing. Lists of the same second are compared before
//!   HIST-2 applies: tags that were set earlier can only have been removed, and tags that were set
//!   in this second can only have been added. The list with fewer earlier tags is newer. If both
//!   lists have equally many, the list with more tags of this second is newer. The person who set a
//!   tag stays known.
//! - **HIST-6**: The notes of all snapshots count, because no event reports that a note was
//!   deleted. The same id is the same note, and its newest text counts. Notes without an id are
//!   different notes if they differ anywhere.
//! - **HIST-7**: The agent is the `user` of the newest snapshot of an outbound or answered call.
//!   While an inbound call rings, `user` is only the agent whose phone rings. That `user` counts
//!   only until the next snapshot of the ringing call, even if the next snapshot has no `user`. It
//!   does not count once somebody has answered. In the same way, a missed reason counts only among
//!   snapshots of the same state, answered or not.
//! - **HIST-8**: The agent received the call by a transfer if an answered snapshot shows the agent
//!   as `user` and `transferred_to`, or if another agent had the answered call before. Then the
//!   tags of all other agents are left out (XFER-1). They stay out after a further transfer that
//!   failed and changed `transferred_to`, which a single snapshot cannot show (XFER-2). A failed
//!   transfer transfers nothing: the agent who has the call afterwards had it first. Tags without a
//!   known tagger stay (XFER-3).
//! - **HIST-9**: A history is about one call. A webhook of another call, or of another resource, is
//!   rejected and changes nothing.
//! - **AI-1**: The insights of Aircall's AI belong to the history of their call, even if they come
//!   first. The newest summary, topics and sentiment count. Action items add up by id, the oldest
//!   first. Insights change no other field. A history that contains only insights has no call, so
//!   nothing is written yet.
//! - **HIST-10**: A history is stored as JSON that states its version. It is read strictly, and
//!   equals the history that was stored. A history of another version is rejected.
//!
//! # Sources
//!
//! Aircall's API reference and webhooks captured in 2022 show these facts:
//!
//! - Webhooks come late, twice and unordered.
//! - Tags and notes are whole lists.
//! - Later events lack fields that earlier events have.
//! - Deleted seats lose their data.
//!
//! The decisions in the rules are this project's. Aircall's article on logged calls does not cover
//! them.
//!
//! # Known limitations
//!
//! A tag that was set and removed again within one second looks like a tag that was removed and
//! set. It stays until the next event.

mod entity;
mod field;
mod handovers;
mod insights;
mod join;
mod notes;
mod stamp;
mod tags;
mod version;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::aircall::{AircallId, Call, Direction, Tag, Tags, Timestamp, Unusable, User, Webhook};
use crate::json::{self, ReadError};
use entity::{Attributes, Entity, attributes};
use field::{Field, call_history};
use handovers::Handovers;
use insights::Insights;
use join::{Dated, Join, Newest};
use notes::Notes;
use stamp::Stamp;
use tags::TagHistory;

call_history! {
    /// The content of all webhooks of one call that have been absorbed.
    ///
    /// It is a plain value to keep in a store between webhooks: it implements `Serialize`, and
    /// [`CallHistory::from_json`] reads it back. It contains personal data: names, numbers and
    /// notes.
    ///
    /// ```
    /// use aircall_salesforce::{CallHistory, Webhook};
    ///
    /// let tagged = Webhook::from_json(r#"{"event": "call.tagged", "timestamp": 1772457540, "data":
    ///     {"id": 7, "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457525,
    ///     "tags": [{"id": 3, "name": "VIP"}]}}"#)?;
    /// let ended = Webhook::from_json(r#"{"event": "call.ended", "timestamp": 1772457530, "data":
    ///     {"id": 7, "direction": "inbound", "started_at": 1772457500,
    ///     "ended_at": 1772457525}}"#)?;
    ///
    /// let mut history = CallHistory::new(&tagged)?;
    /// let stored = serde_json::to_string(&history)?;
    /// history = CallHistory::from_json(&stored)?;
    /// // The older webhook arrives last, and removes nothing.
    /// history.absorb(&ended)?;
    /// let call = history.call().ok_or("no snapshot of the call")?;
    /// assert_eq!(call.tags[0].name.as_deref(), Some("VIP"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct CallHistory;

    newest {
        answered_at: Timestamp,
        ended_at: Timestamp,
        raw_digits: String,
        number: Entity,
        contact: Entity,
        participants: Vec<Option<String>>,
        // Histories that were stored before this key existed lack it. `unusable` and `insights` are
        // optional for the same reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        teams: Vec<Option<String>>,
        transferred_by: Entity,
        transferred_to: Entity,
        asset: String,
        recording: String,
        recording_short_url: String,
        voicemail: String,
        voicemail_short_url: String,
    }

    joined from |as_of, call| {
        direction: Newest<Direction> = Dated::newest(as_of, Some(call.direction)),
        started_at: Newest<Timestamp> = Dated::newest(as_of, Some(call.started_at)),
        // Two fields: once somebody answers, the reason of the unanswered state no longer counts.
        missed_call_reason: Newest<String> =
            Dated::newest(as_of, call.missed_call_reason.store().filter(|_| call.answered_at.is_none())),
        missed_call_reason_though_answered: Newest<String> =
            Dated::newest(as_of, call.missed_call_reason.store().filter(|_| call.answered_at.is_some())),
        agent: Newest<Entity> = Dated::newest(as_of, call.user.store().filter(|_| !is_ringing(call))),
        // `Some(None)`: the newest snapshot of the ringing call showed that no phone rings any
        // more.
        rings_at: Newest<Option<Entity>> = Dated::newest(as_of, is_ringing(call).then(|| call.user.store())),
        notes: Notes = Notes::new(as_of, &call.comments),
        tags: TagHistory = TagHistory::new(as_of, &call.tags),
        handovers: Handovers = Handovers::new(as_of, call),
        // These three complete what other snapshots abridge (HIST-4).
        people: Attributes = attributes(as_of, people(call)),
        numbers: Attributes = attributes(as_of, call.number.store()),
        contacts: Attributes = attributes(as_of, call.contact.store()),
        #[serde(default, skip_serializing_if = "Unusable::is_empty")]
        unusable: Unusable = call.unusable.clone(),
        #[serde(default, skip_serializing_if = "Insights::is_empty")]
        insights: Insights = Insights::default(),
    }

    call from |history| {
        direction: history.direction.as_ref()?.value,
        started_at: history.started_at.as_ref()?.value,
        missed_call_reason: history.reason(),
        user: history.agent(),
        comments: history.notes.to_comments(history),
        tags: history.logged_tags(),
        unlogged_tags: history.unlogged_tags(),
        unusable: history.unusable.clone(),
        insights: history.insights.to_list(),
    }
}

/// The reason why a webhook was not absorbed (HIST-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotAbsorbed {
    /// The webhook is not about a call.
    #[error("the webhook is not about a call")]
    NotACall,
    /// The webhook is about another call than the history.
    #[error("the webhook is about another call")]
    OtherCall,
}

impl CallHistory {
    /// Makes a history from the first webhook or REST response of a call, or from a webhook of
    /// Aircall's AI about the call.
    ///
    /// # Errors
    ///
    /// The webhook is not about a call.
    pub fn new(webhook: &Webhook<'_>) -> Result<Self, NotAbsorbed> {
        match (&webhook.call, &webhook.insight) {
            (Some(call), _) => Ok(Self::of_snapshot(Stamp::new(webhook, call), call)),
            (None, Some(insight)) => {
                let mut history = Self::without_snapshot(insight.call_id);
                history.insights = Insights::new(Stamp::of_insight(webhook, insight), insight);
                Ok(history)
            }
            (None, None) => Err(NotAbsorbed::NotACall),
        }
    }

    /// Adds another webhook of the call. Returns whether it contained anything new: then store the
    /// history again.
    ///
    /// # Errors
    ///
    /// The webhook is about another call, or not about a call. The history is unchanged.
    pub fn absorb(&mut self, webhook: &Webhook<'_>) -> Result<bool, NotAbsorbed> {
        // A webhook is a history of one snapshot, so that absorbing and merging cannot differ.
        self.merge(Self::new(webhook)?)
    }

    /// Adds another history of the call, as if all its webhooks had been absorbed. Returns whether
    /// it contained anything new.
    ///
    /// # Errors
    ///
    /// The other history is about another call. This history is unchanged.
    pub fn merge(&mut self, other: Self) -> Result<bool, NotAbsorbed> {
        if self.call != other.call {
            return Err(NotAbsorbed::OtherCall);
        }
        Ok(self.join(other))
    }

    /// Returns the id of the call.
    #[must_use]
    pub const fn call_id(&self) -> u64 {
        self.call
    }

    /// Reads a stored history (HIST-10).
    ///
    /// # Errors
    ///
    /// - The text is not JSON.
    /// - The JSON is not a serialised history.
    /// - The history has another version.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        json::from_str(text)
    }

    /// Returns the agent who answered or made the call, or whose phone rings (HIST-7).
    fn agent(&self) -> Option<User<'_>> {
        let rings_at = || self.rings_at.as_ref().filter(|_| self.answered_at.is_none())?.value.as_ref();
        Field::load(self.agent.as_ref().map(Dated::value).or_else(rings_at), self)
    }

    /// Returns the missed reason of the present state, answered or not (HIST-7).
    fn reason(&self) -> Option<Cow<'_, str>> {
        let reason = if self.answered_at.is_none() {
            &self.missed_call_reason
        } else {
            &self.missed_call_reason_though_answered
        };
        Field::load(reason.as_ref().map(Dated::value), self)
    }

    /// Returns the tags without those of agents who transferred the call (HIST-8).
    fn logged_tags(&self) -> Tags<'_> {
        self.listed_tags(true).map(Tags::from).unwrap_or_default()
    }

    /// Returns the names of the tags that are not logged.
    fn unlogged_tags(&self) -> Vec<Cow<'_, str>> {
        self.listed_tags(false).into_iter().flatten().filter_map(|tag| tag.name).collect()
    }

    /// Returns the tags that are logged, or the others; `None` if no snapshot contained a list.
    fn listed_tags(&self, are_logged: bool) -> Option<Vec<Tag<'_>>> {
        let tags = self.tags.to_tags(self)?;
        let agent: Option<AircallId<'_>> = self.agent().and_then(|agent| agent.id);
        // `None` if the call was not transferred, so that all tags stay.
        let holder = agent.as_ref().filter(|agent| self.handovers.was_handed_to(agent));
        Some(tags.filter(|tag| tag.stays_with(holder) == are_logged).collect())
    }
}

/// Returns whether an inbound call is unanswered, so that `user` is not yet its agent.
fn is_ringing(call: &Call<'_>) -> bool {
    call.direction == Direction::Inbound && call.answered_at.is_none()
}

/// Returns all people of a snapshot, whatever their role.
fn people<'c>(call: &'c Call<'_>) -> impl Iterator<Item = Entity> + 'c {
    let roles = [&call.user, &call.transferred_by, &call.transferred_to];
    let authors = call.comments.iter().map(|comment| &comment.posted_by);
    let taggers = call.tags.iter().map(|tag| &tag.tagged_by);
    roles.into_iter().chain(authors).chain(taggers).filter_map(Field::store)
}
