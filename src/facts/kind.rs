//! The kind of a call or message.
//!
//! - KIND-1: answered means that `answered_at` is set. Three fields prove nothing: `status` (a
//!   missed call is `done` too), `missed_call_reason` (null on some missed calls) and `user`
//!   (absent on some answered calls).
//! - KIND-2: an outbound call is answered or unanswered. An inbound call is answered, a voicemail
//!   if nobody answered and the caller left a message, or missed.
//! - KIND-3: a conference is answered and has three or more participants (Aircall users included),
//!   or two or more that are not Aircall users. A plain call can list participants too: one user
//!   and one external party.
//!
//! Source: Aircall's help article on the fields of a logged call. KIND-3 is this project's
//! decision; the article defines no conference.

use crate::aircall::{Call, Direction, Message, Participant};
use crate::json::words;

words! {
    /// The kinds of calls and messages that can be logged.
    pub enum Kind {
        /// An agent called and somebody answered.
        OutboundAnswered = "outbound_answered",
        /// An agent called and nobody answered.
        OutboundUnanswered = "outbound_unanswered",
        /// Somebody called and an agent answered.
        InboundAnswered = "inbound_answered",
        /// Somebody called and nobody answered.
        Missed = "missed",
        /// Somebody called, nobody answered, and they left a message.
        Voicemail = "voicemail",
        /// An answered outbound call that is a conference (KIND-3).
        OutboundConference = "outbound_conference",
        /// An answered inbound call that is a conference (KIND-3).
        InboundConference = "inbound_conference",
        /// The company sent a text message.
        MessageSent = "message_sent",
        /// The company received a text message.
        MessageReceived = "message_received",
    }
}

impl Kind {
    /// Returns the kind of a message (MSG-2).
    pub(crate) const fn from_message(message: &Message<'_>) -> Self {
        match message.direction {
            Direction::Outbound => Self::MessageSent,
            Direction::Inbound => Self::MessageReceived,
        }
    }

    /// Returns the kind of a call; `None` while nobody has answered and it has not ended (LOG-1).
    ///
    /// ```
    /// use aircall_salesforce::{Call, Kind};
    ///
    /// let call: Call = aircall_salesforce::read_json(
    ///     br#"{"id": 7, "direction": "outbound", "started_at": 1772457500,
    ///         "ended_at": 1772457525}"#,
    /// )?;
    /// assert_eq!(Kind::from_call(&call), Some(Kind::OutboundUnanswered));
    /// # Ok::<(), aircall_salesforce::ReadError>(())
    /// ```
    #[must_use]
    pub fn from_call(call: &Call<'_>) -> Option<Self> {
        let answered = call.answered_at.is_some();
        if !answered && call.ended_at.is_none() {
            return None;
        }
        Some(match (call.direction, answered) {
            (Direction::Outbound, true) if is_conference(call) => Self::OutboundConference,
            (Direction::Outbound, true) => Self::OutboundAnswered,
            (Direction::Outbound, false) => Self::OutboundUnanswered,
            (Direction::Inbound, true) if is_conference(call) => Self::InboundConference,
            (Direction::Inbound, true) => Self::InboundAnswered,
            (Direction::Inbound, false) if has_voicemail(call) => Self::Voicemail,
            (Direction::Inbound, false) => Self::Missed,
        })
    }
}

fn has_voicemail(call: &Call<'_>) -> bool {
    // The short URL outlives the file's, so either proves that there was a message.
    call.voicemail.is_some() || call.voicemail_short_url.is_some()
}

fn is_conference(call: &Call<'_>) -> bool {
    // A participant without a type counts as another party, not as an Aircall user.
    let is_user = |participant: &&Participant<'_>| participant.participant_type.as_deref() == Some("user");
    let users = call.participants.iter().filter(is_user).count();
    call.participants.len() >= 3 || call.participants.len() - users >= 2
}
