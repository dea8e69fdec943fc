//! The call.

use std::borrow::Cow;

use serde::de::{Deserialize, DeserializeSeed, Deserializer};

use super::error::WireError;
use super::insight::CallInsight;
use super::lenient::{Json, ReadInto, Wire, is_blank};
use super::notes::{Comment, Tags};
use super::object::strict_object;
use super::people::{CompanyNumber, Contact, Participant, Team, User};
use super::strict::{Strict, StrictValue};
use super::time::Timestamp;
use super::unusable::{Report, Shape, Unusable};
use crate::json::{self, words};

words! {
    /// The direction of a call or message. `CallDisposition` contains the same words.
    pub enum Direction {
        /// The other party called the company, or wrote to it.
        Inbound = "inbound",
        /// An agent called the other party, or wrote to them.
        Outbound = "outbound",
    }
}

impl StrictValue for Direction {
    const EXPECTED: &'static str = "`inbound` or `outbound`";

    #[inline]
    fn read(value: &Json<'_>) -> Strict<Self> {
        let Json::Text(text) = value else { return Strict::unreadable(value) };
        let is = |direction: Self| text.trim().eq_ignore_ascii_case(direction.as_str());
        match text.as_ref() {
            // Aircall's own spelling first, because it costs less to compare.
            "inbound" => Strict::Read(Self::Inbound),
            "outbound" => Strict::Read(Self::Outbound),
            blank if is_blank(blank) => Strict::Absent,
            _ if is(Self::Inbound) => Strict::Read(Self::Inbound),
            _ if is(Self::Outbound) => Strict::Read(Self::Outbound),
            // A new direction would need rules of its own, so it must not be read as one of the
            // two.
            _ => Strict::unreadable(value),
        }
    }
}

/// Reads the direction of a message, which need not be readable.
impl Wire<'_> for Option<Direction> {
    fn take_value(&mut self, value: Json<'_>, report: &mut Report) {
        *self = Direction::read(&value).or_report(&value, report);
    }
}

strict_object! {
    keys CallField, draft Draft, found StrictFields;

    /// An Aircall call from a webhook's `data` or from REST: a snapshot of the time at which the
    /// payload was sent.
    ///
    /// It contains what the mapping reads and ignores everything else in the payload. No rule reads
    /// `duration`, which was sent with and without the ringing over the years, or `status`, which
    /// is `done` for a missed call too. Texts are borrowed from the JSON unless they contain
    /// escapes.
    ///
    /// `id`, `direction` and `started_at` are required (LOG-8). `answered_at` and `ended_at` may be
    /// absent, but must be readable. Any other field that cannot be read is absent, and the plan
    /// has a notice of it.
    ///
    /// ```
    /// use aircall_salesforce::Call;
    ///
    /// let call: Call = aircall_salesforce::read_json(
    ///     br#"{"id": 7, "direction": "inbound", "started_at": 1772457500, "tags": "VIP"}"#,
    /// )?;
    /// assert_eq!(call.id, 7);
    /// assert!(call.answered_at.is_none());
    /// # Ok::<(), aircall_salesforce::ReadError>(())
    /// ```
    pub struct Call<'a>;

    strict {
        /// Aircall's id of the call: equal in all its events, also after transfers. It can exceed
        /// 32 bits.
        pub id: u64 = "id" as Strict<u64>, required or 0;
        /// The direction of the call.
        pub direction: Direction = "direction" as Strict<Direction>, required or Direction::Inbound;
        /// The time at which the call began.
        pub started_at: Timestamp = "started_at" as Strict<Timestamp>, required or Timestamp::EPOCH;
        /// The time at which somebody answered: the only test for an answered call (KIND-1).
        pub answered_at: Option<Timestamp> = "answered_at" as Strict<Timestamp>, unless_zero or None;
        /// The time at which the call ended. It is absent while the call lasts.
        pub ended_at: Option<Timestamp> = "ended_at" as Strict<Timestamp>, unless_zero or None;
    }

    lenient {
        /// The reason that Aircall reports for an unanswered call.
        ///
        /// The reason does not identify a missed call: some missed calls have no reason, and some
        /// answered calls have one. Aircall may add values to these:
        ///
        /// | value | meaning |
        /// |---|---|
        /// | `out_of_opening_hours` | the number was closed, and no phone rang |
        /// | `no_available_agent` | no agent was available to ring |
        /// | `abandoned_in_ivr` | the caller hung up in the menu |
        /// | `abandoned_in_classic` | the caller hung up before a phone rang |
        /// | `short_abandoned` | the caller hung up within ten seconds |
        /// | `agents_did_not_answer` | phones rang, and nobody answered |
        pub missed_call_reason: Option<Cow<'a, str>> = "missed_call_reason",
        /// The other party's number in the form that people read, or `anonymous`.
        pub raw_digits: Option<Cow<'a, str>> = "raw_digits",
        /// The agent who answered or made the call, and after a transfer the agent who has the
        /// call. Some answered calls have no `user`.
        pub user: Option<User<'a>> = "user",
        /// The company's number that the call used.
        pub number: Option<CompanyNumber<'a>> = "number",
        /// The other party, if Aircall has a contact for the number.
        pub contact: Option<Contact<'a>> = "contact",
        /// The notes that agents wrote.
        pub comments: Vec<Comment<'a>> = "comments",
        /// The tags that agents set.
        pub tags: Tags<'a> = "tags",
        /// The people on the call: `participants` in webhooks, `conference_participants` in REST.
        pub participants: Vec<Participant<'a>> = "participants" | conference_participants = "conference_participants",
        /// The teams to which an inbound call was directed.
        pub teams: Vec<Team<'a>> = "teams",
        /// The agent who transferred the call.
        pub transferred_by: Option<User<'a>> = "transferred_by",
        /// The agent to whom the call was transferred, even if that agent did not answer.
        pub transferred_to: Option<User<'a>> = "transferred_to",
        /// The link to Aircall's page of the recording or voicemail. It needs a login and never
        /// expires.
        pub asset: Option<Cow<'a, str>> = "asset",
        /// The link to the recording's file: about 1,600 characters, expires within an hour.
        pub recording: Option<Cow<'a, str>> = "recording",
        /// A short link to the recording, valid for three hours.
        pub recording_short_url: Option<Cow<'a, str>> = "recording_short_url",
        /// The link to the voicemail's file, which expires within an hour.
        pub voicemail: Option<Cow<'a, str>> = "voicemail",
        /// A short link to the voicemail, valid for three hours.
        pub voicemail_short_url: Option<Cow<'a, str>> = "voicemail_short_url",
        // Aircall sends none of these three fields: this library writes them when it serialises a
        // call.
        /// The values of the lenient fields that could not be used.
        #[serde(skip_serializing_if = "Unusable::is_empty")]
        pub(crate) unusable: Unusable = "unusable",
        /// The names of the tags that a history does not log (HIST-8). LOG-9 asks for every tag.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub(crate) unlogged_tags: Vec<Cow<'a, str>> = "unlogged_tags",
        /// The insights in the call's history (AI-1).
        #[serde(skip_serializing_if = "Vec::is_empty")]
        pub(crate) insights: Vec<CallInsight<'a>> = "insights",
    }
}

impl Draft<'_> {
    /// Returns whether every field that a call must have is absent.
    pub(super) const fn is_empty(&self) -> bool {
        let StrictFields { id, direction, started_at, .. } = &self.found;
        id.is_absent() && direction.is_absent() && started_at.is_absent()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Call<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Every value replaces the initial `Null`, so no error reports it.
        let mut found = Err(Shape::Null);
        ReadInto(&mut found, &mut Report::default()).deserialize(deserializer)?;
        finish(found).map_err(json::refused)
    }
}

/// Returns the call that was read. Fails if the payload has a value of another shape in its place.
pub(super) fn finish(found: Result<Draft<'_>, Shape>) -> Result<Call<'_>, WireError> {
    let mut draft = found.map_err(|shape| WireError::new(format!("{shape} where a call was expected")))?;
    draft.check()?;
    Ok(draft.object)
}
