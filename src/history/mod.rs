//! One call out of many webhooks, whatever their order.
//!
//! Aircall delivers at least once and in no order. Each webhook is a snapshot of the call; a [`CallHistory`] absorbs them, and
//! [`CallHistory::call`] is the call as all of them together tell it. Of the same webhooks it is the same call, in whatever order they
//! came and however often, and so is the [`plan`](crate::plan()) made from it.
//!
//! ```
//! use aircall_salesforce::{CallHistory, Webhook};
//!
//! let tagged = br#"{"event": "call.tagged", "timestamp": 1772457550, "data": {"id": 1, "direction": "inbound",
//!     "started_at": 1772457500, "ended_at": 1772457540, "tags": [{"id": 7, "name": "VIP"}]}}"#;
//! let ended = br#"{"event": "call.ended", "timestamp": 1772457570, "data": {"id": 1, "direction": "inbound",
//!     "started_at": 1772457500, "ended_at": 1772457540, "tags": null}}"#;
//!
//! let mut history = CallHistory::new(&Webhook::from_slice(ended)?)?;
//! let is_news = history.absorb(&Webhook::from_slice(tagged)?)?; // then store it: it serialises
//! assert!(is_news);
//! assert_eq!(history.call().tags.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It holds every field once, and every note, tag and person that it was told of: it grows with the call, not with the number of webhooks.
//!
//! # Rules
//!
//! - HIST-1: a webhook is a snapshot as of its `timestamp`. Of each field the newest snapshot that says something counts. Absent, null, `{}`
//!   and `""` say nothing: they take nothing away, however new they are, and an older snapshot fills only what newer ones leave open. So an
//!   agent stays whose seat was deleted since, a `transferred_by` that `call.ended` drops, and the time of an answer. Of links that
//!   change with every event the newest counts.
//! - HIST-2: of two snapshots of one second the one whose event comes later in a call's life is the newer: created, ringing, answered,
//!   hold, transferred, transfer failed, hung up, ended, recording, voicemail, assigned, archived, commented, untagged, tagged, events unknown
//!   here. The same event in the same second with different values: the value that is greater, so that chance decides, but not the order.
//! - HIST-3: a REST answer or stored call without `timestamp` is as old as the newest time in it, since it was told no earlier; within that
//!   second it is the newest. Who knows when it was fetched sets [`Webhook::timestamp`].
//! - HIST-4: people, line and contact are known by their ids. One that a snapshot abridges is completed by what others tell of the same id; of
//!   another id, or without one, nothing is mixed in. Participants and teams count as one list, which `[]` leaves as it is.
//! - HIST-5: tags: every event carries all of them, so the newest list counts as a whole, and `[]` takes the last tag away; no list says nothing.
//!   Within one second, before HIST-2: tags set earlier can only have gone, and tags set in it can only have come, so the list
//!   with fewer of the former, then the one with more of the latter, is the newer. Who set a tag stays known.
//! - HIST-6: notes: all that any snapshot shows, for no event tells that one was taken away. The same id is the same note: its newest text counts.
//!   Without an id it is another note where anything differs.
//! - HIST-7: the agent is the `user` of the newest snapshot of an outbound or answered call. While an inbound call rings, `user` can only be whom
//!   it rings at: that holds until the next snapshot, also if that has none, and counts no more once somebody answers. Likewise a
//!   missed reason counts only among snapshots of the same state, answered or not.
//! - HIST-8: the agent was handed the call if any answered snapshot shows them as `user` and `transferred_to`, or if another was seen to hold the
//!   answered call before them. Then the tags of all others are left out (XFER-1), also after a further transfer that failed
//!   and put another name into `transferred_to`, where one snapshot alone cannot tell (XFER-2). A transfer that failed hands over nothing:
//!   whoever holds the call after it held it first. Tags set by nobody known stay (XFER-3).
//! - HIST-9: one history, one call: a webhook of another call, or of another resource, is refused and changes nothing.
//! - HIST-10: stored as JSON of its own version 1, read strictly, equal to what was stored.
//!
//! # Sources
//!
//! That webhooks come late, twice and unordered, that tags and notes are whole lists, what later events drop and what deleted seats take away: Aircall's
//! API reference and webhooks captured in 2022. Every decision in the rules is this project's; the article on logged calls is silent.
//!
//! Within one second a tag that was set and taken away again looks as if it was taken away and set; it shows until the next event.

mod call;
mod hands;
mod join;
mod notes;
mod snapshot;
mod stamp;
mod tags;
mod thing;

use serde::{Deserialize, Deserializer, Serialize};

use crate::aircall::{Direction, Timestamp, Webhook};
use crate::json::{self, ReadError};
use hands::Hands;
use join::{Join, Newest, Told};
use notes::Notes;
use tags::ToldTags;
use thing::{Known, Thing};

/// What the webhooks of one call tell together, so far.
///
/// A plain value, to be kept in a store between webhooks: it serialises, and [`CallHistory::from_json`] reads it back. It holds names,
/// numbers and notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a call's history")]
pub struct CallHistory {
    version: Version,
    call: u64,
    direction: Told<Direction>,
    started_at: Told<Timestamp>,
    answered_at: Newest<Timestamp>,
    ended_at: Newest<Timestamp>,
    duration: Newest<u64>,
    status: Newest<String>,
    missed_call_reason: Newest<String>,
    missed_call_reason_though_answered: Newest<String>,
    raw_digits: Newest<String>,
    agent: Newest<Thing>,
    /// Nobody is a value too: then it rings no more.
    rings_at: Newest<Option<Thing>>,
    line: Newest<Thing>,
    contact: Newest<Thing>,
    teams: Newest<Vec<Thing>>,
    participants: Newest<Vec<Thing>>,
    notes: Notes,
    tags: ToldTags,
    transferred_by: Newest<Thing>,
    transferred_to: Newest<Thing>,
    hands: Hands,
    asset: Newest<String>,
    recording: Newest<String>,
    recording_short_url: Newest<String>,
    voicemail: Newest<String>,
    voicemail_short_url: Newest<String>,
    people: Known,
    lines: Known,
    contacts: Known,
}

/// Why a webhook was not absorbed (HIST-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAbsorbed {
    /// It is about something else than a call.
    #[error("the webhook is not about a call")]
    NotACall,
    /// It is about another call than the history.
    #[error("the webhook is about another call")]
    OtherCall,
}

impl CallHistory {
    /// The history of a call of which one webhook has come, or one REST answer.
    ///
    /// # Errors
    ///
    /// A webhook about something else than a call.
    pub fn new(webhook: &Webhook<'_>) -> Result<Self, NotAbsorbed> {
        webhook.call.as_ref().map(|call| Self::of(webhook, call)).ok_or(NotAbsorbed::NotACall)
    }

    /// Takes in one more webhook of the call; whether it told anything new, so that the history has to be stored again.
    ///
    /// # Errors
    ///
    /// A webhook about another call, or about something else. The history stays as it is.
    pub fn absorb(&mut self, webhook: &Webhook<'_>) -> Result<bool, NotAbsorbed> {
        self.merge(Self::new(webhook)?)
    }

    /// Takes in what another history of the call was told, as if all its webhooks had been absorbed; whether anything was new.
    ///
    /// # Errors
    ///
    /// The history of another call. This one stays as it is.
    pub fn merge(&mut self, other: Self) -> Result<bool, NotAbsorbed> {
        if self.call != other.call {
            return Err(NotAbsorbed::OtherCall);
        }
        Ok(self.join(other))
    }

    /// The call's id.
    #[must_use]
    pub const fn call_id(&self) -> u64 {
        self.call
    }

    /// Reads a stored history (HIST-10).
    ///
    /// # Errors
    ///
    /// Text that is not JSON, or not what a history serialises as, or of a version unknown here.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        json::from_str(text)
    }
}

impl Join for CallHistory {
    fn join(&mut self, other: Self) -> bool {
        let Self {
            version: _,
            call: _,
            direction,
            started_at,
            answered_at,
            ended_at,
            duration,
            status,
            missed_call_reason,
            missed_call_reason_though_answered,
            raw_digits,
            agent,
            rings_at,
            line,
            contact,
            teams,
            participants,
            notes,
            tags,
            transferred_by,
            transferred_to,
            hands,
            asset,
            recording,
            recording_short_url,
            voicemail,
            voicemail_short_url,
            people,
            lines,
            contacts,
        } = other;
        [
            self.direction.join(direction),
            self.started_at.join(started_at),
            self.answered_at.join(answered_at),
            self.ended_at.join(ended_at),
            self.duration.join(duration),
            self.status.join(status),
            self.missed_call_reason.join(missed_call_reason),
            self.missed_call_reason_though_answered.join(missed_call_reason_though_answered),
            self.raw_digits.join(raw_digits),
            self.agent.join(agent),
            self.rings_at.join(rings_at),
            self.line.join(line),
            self.contact.join(contact),
            self.teams.join(teams),
            self.participants.join(participants),
            self.notes.join(notes),
            self.tags.join(tags),
            self.transferred_by.join(transferred_by),
            self.transferred_to.join(transferred_to),
            self.hands.join(hands),
            self.asset.join(asset),
            self.recording.join(recording),
            self.recording_short_url.join(recording_short_url),
            self.voicemail.join(voicemail),
            self.voicemail_short_url.join(voicemail_short_url),
            self.people.join(people),
            self.lines.join(lines),
            self.contacts.join(contacts),
        ]
        .contains(&true)
    }
}

/// The version of the form in which a history is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "u64")]
struct Version;

impl Version {
    const NUMBER: u64 = 1;
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            Self::NUMBER => Ok(Self),
            _ => Err(json::refused(format_args!("a history of another version than {}", Self::NUMBER))),
        }
    }
}

impl From<Version> for u64 {
    fn from(_: Version) -> Self {
        Version::NUMBER
    }
}
