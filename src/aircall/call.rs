//! The call.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::lenient::Shape;
use super::notes::{Comment, Tags};
use super::open_enum::open_enum;
use super::people::{CompanyNumber, Contact, Participant, Team, User};
use super::time::Timestamp;

/// Which way a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The other party called a line.
    Inbound,
    /// An agent called the other party.
    Outbound,
}

impl Direction {
    /// The text on the wire, and in CallDisposition.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
        }
    }
}

open_enum! {
    /// Why nobody answered, as far as Aircall says. It is no test for a missed call: some carry none, and some answered calls carry one.
    pub enum MissedCallReason {
        /// Outside the line's opening hours; nobody's phone rang.
        OutOfOpeningHours = "out_of_opening_hours",
        /// Nobody was there for whom it could ring.
        NoAvailableAgent = "no_available_agent",
        /// The caller hung up during the menu.
        AbandonedInIvr = "abandoned_in_ivr",
        /// The caller hung up before anything rang.
        AbandonedInClassic = "abandoned_in_classic",
        /// The caller hung up within ten seconds.
        ShortAbandoned = "short_abandoned",
        /// It rang and nobody took it.
        AgentsDidNotAnswer = "agents_did_not_answer",
    }
}

/// An Aircall call, from a webhook's `data` or from REST: a snapshot, as of when it was sent.
///
/// It holds what the mapping reads, borrowed from the JSON where that spells it plainly; all else of the payload is passed over.
/// Without `id`, `direction` or `started_at` there is no call (LOG-8); anything else may be absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call<'a> {
    /// The same in all events of one call and across transfers; larger than 32 bits.
    pub id: u64,
    /// Which way it went.
    pub direction: Direction,
    /// When it began.
    pub started_at: Timestamp,
    /// When somebody answered; the only test of an answered call (KIND-1).
    pub answered_at: Option<Timestamp>,
    /// When it ended; absent while it runs.
    pub ended_at: Option<Timestamp>,
    /// Seconds, by a definition that changed over the years: with or without the ringing. No rule reads it.
    pub duration: Option<u64>,
    /// `initial`, `answered` or `done`. No rule reads it: a missed call is `done`.
    pub status: Option<Cow<'a, str>>,
    /// Why nobody answered.
    pub missed_call_reason: Option<MissedCallReason<'a>>,
    /// The other party's number as shown to people, or `anonymous`.
    pub raw_digits: Option<Cow<'a, str>>,
    /// The agent: who took or made the call, after a transfer who holds it. Absent on some answered calls.
    pub user: Option<User<'a>>,
    /// The line.
    pub number: Option<CompanyNumber<'a>>,
    /// The other party, where Aircall knows them.
    pub contact: Option<Contact<'a>>,
    /// Teams that an inbound call rang.
    pub teams: Vec<Team<'a>>,
    /// Notes.
    pub comments: Vec<Comment<'a>>,
    /// Tags.
    pub tags: Tags<'a>,
    /// Who is on the call: `participants` in webhooks, `conference_participants` in REST.
    pub participants: Vec<Participant<'a>>,
    /// Who handed the call over.
    pub transferred_by: Option<User<'a>>,
    /// To whom it was handed, also where they did not answer.
    pub transferred_to: Option<User<'a>>,
    /// Aircall's page of the recording or voicemail; needs a login, does not expire.
    pub asset: Option<Cow<'a, str>>,
    /// The recording itself; expires within the hour, about 1,600 characters.
    pub recording: Option<Cow<'a, str>>,
    /// A short link to the recording; valid for three hours.
    pub recording_short_url: Option<Cow<'a, str>>,
    /// The voicemail itself; expires within the hour.
    pub voicemail: Option<Cow<'a, str>>,
    /// A short link to the voicemail; valid for three hours.
    pub voicemail_short_url: Option<Cow<'a, str>>,
}

/// Why a payload holds no call that could be logged (LOG-8, LIMIT-3). It names the field and the shape found, never the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// A field without which there is no call.
    #[error("`{0}` is missing, expected {expected}", expected = expected(.0))]
    Missing(&'static str),
    /// It is there, but cannot be read.
    #[error("`{field}` is {found} where {expected} was expected", expected = expected(.field))]
    Unreadable {
        /// The field.
        field: &'static str,
        /// What was found.
        found: Shape,
    },
    /// A time that Salesforce cannot store; milliseconds, perhaps.
    #[error("`{0}` is out of range, expected {expected}", expected = expected(.0))]
    OutOfRange(&'static str),
}

impl CallError {
    /// The field that it is about.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Missing(field) | Self::OutOfRange(field) | Self::Unreadable { field, .. } => field,
        }
    }
}

pub(super) const ID: &str = "id";
pub(super) const DIRECTION: &str = "direction";
pub(super) const STARTED_AT: &str = "started_at";
pub(super) const ANSWERED_AT: &str = "answered_at";
pub(super) const ENDED_AT: &str = "ended_at";

fn expected(field: &str) -> &'static str {
    match field {
        ID => "a whole number from 0 to 18446744073709551615, or the same as text",
        DIRECTION => "`inbound` or `outbound`",
        _ => "UNIX seconds or an ISO 8601 time between 1700-01-01 and 4000-12-31",
    }
}
