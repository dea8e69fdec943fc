//! The call.

use std::borrow::Cow;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess};
use serde::{Deserialize, Deserializer, Serialize};

use super::lenient::{Into, Key, Shape, Wire, digits, fields, is_blank};
use super::notes::{Comment, Tags};
use super::open_enum::open_enum;
use super::people::{Contact, Line, Participant, Team, User};
use super::time::{TimeField, Timestamp};

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
    #[serde(rename = "number")]
    pub line: Option<Line<'a>>,
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

const ID: &str = "id";
const DIRECTION: &str = "direction";
const STARTED_AT: &str = "started_at";
const ANSWERED_AT: &str = "answered_at";
const ENDED_AT: &str = "ended_at";

fn expected(field: &str) -> &'static str {
    match field {
        ID => "a whole number from 0 to 18446744073709551615, or the same as text",
        DIRECTION => "`inbound` or `outbound`",
        _ => "UNIX seconds or an ISO 8601 time between 1700-01-01 and 4000-12-31",
    }
}

/// What was found where a required value should stand.
enum Required<T> {
    Absent,
    Unreadable(Shape),
    Read(T),
}

impl<T: Copy> Required<T> {
    fn get(&self, field: &'static str) -> Result<T, CallError> {
        match *self {
            Self::Absent => Err(CallError::Missing(field)),
            Self::Unreadable(found) => Err(CallError::Unreadable { field, found }),
            Self::Read(value) => Ok(value),
        }
    }

    fn unless_null(shape: Shape) -> Self {
        match shape {
            Shape::Null => Self::Absent,
            other => Self::Unreadable(other),
        }
    }
}

impl Wire<'_> for Required<u64> {
    fn take_shape(&mut self, shape: Shape) {
        *self = Self::unless_null(shape);
    }

    fn take_text(&mut self, text: Cow<'_, str>) {
        *self = match digits(&text) {
            Some(number) => Self::Read(number),
            None if is_blank(&text) => Self::Absent,
            None => Self::Unreadable(Shape::Text),
        };
    }

    fn take_whole(&mut self, number: u64) {
        *self = Self::Read(number);
    }
}

impl Wire<'_> for Required<Direction> {
    fn take_shape(&mut self, shape: Shape) {
        *self = Self::unless_null(shape);
    }

    fn take_text(&mut self, text: Cow<'_, str>) {
        *self = match text.trim() {
            "" => Self::Absent,
            "inbound" => Self::Read(Direction::Inbound),
            "outbound" => Self::Read(Direction::Outbound),
            _ => Self::Unreadable(Shape::Text),
        };
    }
}

impl TimeField {
    fn optional(self, field: &'static str) -> Result<Option<Timestamp>, CallError> {
        match self {
            Self::Absent => Ok(None),
            Self::Unreadable(found) => Err(CallError::Unreadable { field, found }),
            Self::OutOfRange => Err(CallError::OutOfRange(field)),
            Self::Read(time) => Ok(Some(time)),
        }
    }
}

/// A call while its object is being read.
pub(super) struct Draft<'a> {
    id: Required<u64>,
    direction: Required<Direction>,
    started_at: TimeField,
    answered_at: TimeField,
    ended_at: TimeField,
    /// All else; what must be there has placeholders in it until [`Draft::check`].
    pub(super) call: Call<'a>,
}

fields! {
    pub(super) CallField {
        Id = "id",
        Direction = "direction",
        StartedAt = "started_at",
        AnsweredAt = "answered_at",
        EndedAt = "ended_at",
        Duration = "duration",
        Status = "status",
        MissedCallReason = "missed_call_reason",
        RawDigits = "raw_digits",
        User = "user",
        Line = "number",
        Contact = "contact",
        Teams = "teams",
        Comments = "comments",
        Tags = "tags",
        Participants = "participants" | "conference_participants",
        TransferredBy = "transferred_by",
        TransferredTo = "transferred_to",
        Asset = "asset",
        Recording = "recording",
        RecordingShortUrl = "recording_short_url",
        Voicemail = "voicemail",
        VoicemailShortUrl = "voicemail_short_url",
    }
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

impl<'a> Draft<'a> {
    pub(super) const fn new() -> Self {
        Self {
            id: Required::Absent,
            direction: Required::Absent,
            started_at: TimeField::Absent,
            answered_at: TimeField::Absent,
            ended_at: TimeField::Absent,
            call: Call {
                id: 0,
                direction: Direction::Inbound,
                started_at: Timestamp::EPOCH,
                answered_at: None,
                ended_at: None,
                duration: None,
                status: None,
                missed_call_reason: None,
                raw_digits: None,
                user: None,
                line: None,
                contact: None,
                teams: Vec::new(),
                comments: Vec::new(),
                tags: Tags::untold(),
                participants: Vec::new(),
                transferred_by: None,
                transferred_to: None,
                asset: None,
                recording: None,
                recording_short_url: None,
                voicemail: None,
                voicemail_short_url: None,
            },
        }
    }

    /// Reads the value of one key; unknown keys are passed over.
    pub(super) fn read_field<A: MapAccess<'a>>(&mut self, field: &CallField, map: &mut A) -> Result<(), A::Error> {
        let Self { id, direction, started_at, answered_at, ended_at, call } = self;
        match field {
            CallField::Id => map.next_value_seed(Into(id)),
            CallField::Direction => map.next_value_seed(Into(direction)),
            CallField::StartedAt => map.next_value_seed(Into(started_at)),
            CallField::AnsweredAt => map.next_value_seed(Into(answered_at)),
            CallField::EndedAt => map.next_value_seed(Into(ended_at)),
            CallField::Duration => map.next_value_seed(Into(&mut call.duration)),
            CallField::Status => map.next_value_seed(Into(&mut call.status)),
            CallField::MissedCallReason => map.next_value_seed(Into(&mut call.missed_call_reason)),
            CallField::RawDigits => map.next_value_seed(Into(&mut call.raw_digits)),
            CallField::User => map.next_value_seed(Into(&mut call.user)),
            CallField::Line => map.next_value_seed(Into(&mut call.line)),
            CallField::Contact => map.next_value_seed(Into(&mut call.contact)),
            CallField::Teams => map.next_value_seed(Into(&mut call.teams)),
            CallField::Comments => map.next_value_seed(Into(&mut call.comments)),
            CallField::Tags => map.next_value_seed(Into(&mut call.tags)),
            CallField::Participants => {
                let before = std::mem::take(&mut call.participants);
                map.next_value_seed(Into(&mut call.participants))?;
                if call.participants.is_empty() {
                    call.participants = before;
                }
                Ok(())
            }
            CallField::TransferredBy => map.next_value_seed(Into(&mut call.transferred_by)),
            CallField::TransferredTo => map.next_value_seed(Into(&mut call.transferred_to)),
            CallField::Asset => map.next_value_seed(Into(&mut call.asset)),
            CallField::Recording => map.next_value_seed(Into(&mut call.recording)),
            CallField::RecordingShortUrl => map.next_value_seed(Into(&mut call.recording_short_url)),
            CallField::Voicemail => map.next_value_seed(Into(&mut call.voicemail)),
            CallField::VoicemailShortUrl => map.next_value_seed(Into(&mut call.voicemail_short_url)),
            CallField::Unknown => map.next_value::<IgnoredAny>().map(drop),
        }
    }

    /// Whether nothing that makes a call was seen.
    pub(super) const fn is_empty(&self) -> bool {
        matches!((&self.id, &self.direction, &self.started_at), (Required::Absent, Required::Absent, TimeField::Absent))
    }

    /// Whether the call has all that it cannot do without; it is whole then.
    pub(super) fn check(&mut self) -> Result<(), CallError> {
        let Self { id, direction, started_at, answered_at, ended_at, call } = self;
        call.id = id.get(ID)?;
        call.direction = direction.get(DIRECTION)?;
        call.started_at = started_at.optional(STARTED_AT)?.ok_or(CallError::Missing(STARTED_AT))?;
        call.answered_at = answered_at.optional(ANSWERED_AT)?;
        call.ended_at = ended_at.optional(ENDED_AT)?;
        Ok(())
    }

    /// Reads all keys of an object.
    pub(super) fn read_object<A: MapAccess<'a>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        while let Some(Key(field)) = map.next_key()? {
            self.read_field(&field, map)?;
        }
        Ok(())
    }
}

/// What stands where a call should: the draft of one, or the shape of something else.
impl<'a> Wire<'a> for Result<Draft<'a>, Shape> {
    fn take_shape(&mut self, shape: Shape) {
        *self = Err(shape);
    }

    fn take_object<A: MapAccess<'a>>(&mut self, mut map: A) -> Result<(), A::Error> {
        *self = Ok(Draft::new());
        match self {
            Ok(draft) => draft.read_object(&mut map),
            Err(_) => Ok(()),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Call<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut found: Result<Draft<'de>, Shape> = Err(Shape::Null);
        Into(&mut found).deserialize(deserializer)?;
        match found {
            Ok(mut draft) => draft.check().map_err(de::Error::custom).map(|()| draft.call),
            Err(shape) => Err(de::Error::custom(format_args!("{shape} where a call was expected"))),
        }
    }
}
