//! A call while it is being read (LOG-8): what it cannot do without is judged once all of it has been seen.

use std::borrow::Cow;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess};

use super::call::{ANSWERED_AT, Call, CallError, DIRECTION, Direction, ENDED_AT, ID, STARTED_AT};
use super::lenient::{Into, Key, Shape, Wire, digits, fields, is_blank};
use super::notes::Tags;
use super::time::{TimeField, Timestamp};
use crate::json::refused;

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
        Number = "number",
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
                number: None,
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
            CallField::Number => map.next_value_seed(Into(&mut call.number)),
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
            Ok(mut draft) => draft.check().map_err(refused).map(|()| draft.call),
            Err(shape) => Err(refused(format_args!("{shape} where a call was expected"))),
        }
    }
}
