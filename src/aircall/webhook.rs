//! The envelope around a call.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess};

use super::call::{Call, CallError};
use super::draft::{CallField, Draft};
use super::lenient::{Field, Into, Key, Shape, Wire, fields};
use super::locate::Stop;
use super::open_enum::open_enum;
use super::time::Timestamp;
use crate::json::{self, ReadError};

open_enum! {
    /// What a webhook tells of. Events of other resources, and those that Aircall adds, are [`Event::Other`].
    pub enum Event {
        /// The call began.
        CallCreated = "call.created",
        /// An agent's phone rings.
        CallRingingOnAgent = "call.ringing_on_agent",
        /// An agent declined.
        CallAgentDeclined = "call.agent_declined",
        /// Somebody answered.
        CallAnswered = "call.answered",
        /// Handed to another agent.
        CallTransferred = "call.transferred",
        /// Handed to a number outside.
        CallExternalTransferred = "call.external_transferred",
        /// Handed to an agent who did not answer.
        CallUnsuccessfulTransfer = "call.unsuccessful_transfer",
        /// The call is over; sent at once, before all its data is gathered.
        CallHungup = "call.hungup",
        /// The call is over; sent about half a minute later.
        CallEnded = "call.ended",
        /// On hold.
        CallHold = "call.hold",
        /// No longer on hold.
        CallUnhold = "call.unhold",
        /// The caller chose from a menu.
        CallIvrOptionSelected = "call.ivr_option_selected",
        /// The recording or voicemail is there.
        CallCommAssetsGenerated = "call.comm_assets_generated",
        /// A voicemail was left.
        CallVoicemailLeft = "call.voicemail_left",
        /// Given to an agent to deal with.
        CallAssigned = "call.assigned",
        /// Dealt with.
        CallArchived = "call.archived",
        /// A tag was set.
        CallTagged = "call.tagged",
        /// A tag was taken away.
        CallUntagged = "call.untagged",
        /// A note was written.
        CallCommented = "call.commented",
    }
}

/// A webhook's shared secret, the only proof that Aircall sent it. Compare it in constant time; it does not show in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token<'a>(Cow<'a, str>);

impl Token<'_> {
    /// The secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What Aircall sent: a webhook, or a call in another envelope.
///
/// Three shapes are read: a webhook (`{"event":…,"data":{…}}`), a REST answer (`{"call":{…}}`) and a bare call object. The
/// latter two have no envelope fields. `resource` and `token` may be missing from any, as in stored payloads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook<'a> {
    /// `call`, or another kind of thing: `user`, `number`, `contact`, `message` …
    pub resource: Option<Cow<'a, str>>,
    /// What happened.
    pub event: Option<Event<'a>>,
    /// When the payload was built.
    pub timestamp: Option<Timestamp>,
    /// The shared secret.
    pub token: Option<Token<'a>>,
    /// The call; `None` if the webhook is about anything else (LOG-7, `not_a_call`).
    pub call: Option<Call<'a>>,
}

impl<'a> Webhook<'a> {
    /// Reads a webhook, a REST answer or a bare call from the bytes of a request's body.
    ///
    /// # Errors
    ///
    /// Text that is not UTF-8 or not JSON, or has, where something is read, half a character (`\ud83d` alone) or a number of more than 308
    /// digits; JSON that holds no call; a call whose `id`, `direction` or `started_at` is missing or unreadable, whose `answered_at` or
    /// `ended_at` is there but unreadable, or a time outside 1700 to 4000.
    pub fn from_slice(body: &'a [u8]) -> Result<Self, ReadError> {
        let text = json::utf8(body)?;
        Self::from_json(text)
    }

    /// As [`Webhook::from_slice`], from a text.
    ///
    /// # Errors
    ///
    /// As [`Webhook::from_slice`].
    pub fn from_json(text: &'a str) -> Result<Self, ReadError> {
        let text = json::without_mark(text);
        let mut envelope = Envelope::new();
        let mut payload = serde_json::Deserializer::from_str(text);
        let read = Into(&mut envelope).deserialize(&mut payload).and_then(|()| payload.end());
        read.map_err(|error| json::read_error(&error, text, ""))?;
        envelope.check().map_err(|error| located(text, error))?;
        Ok(envelope.open())
    }
}

/// Why a payload holds no call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum PayloadError {
    #[error("{0} where a webhook, a REST answer or a call was expected")]
    Shape(Shape),
    #[error(
        "no call here: expected a webhook (`event`, `data`), a REST answer (`call`) or a call (`id`, `direction`, `started_at`)"
    )]
    NoCall,
    #[error("a page of calls (`calls`) where one call was expected")]
    Page,
    #[error("`data` is missing, expected a call")]
    NoData,
    #[error("`{field}` is {found} where a call was expected")]
    NotAnObject { field: &'static str, found: Shape },
    #[error("{error}")]
    Call { place: Place, error: CallError },
}

/// Where the call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The top object is the call itself.
    Top,
    /// Under `call`, as in a REST answer.
    Call,
    /// Under `data`, as in a webhook. It goes before the others.
    Data,
}

impl Place {
    const fn key(self) -> Option<&'static str> {
        match self {
            Self::Top => None,
            Self::Call => Some("call"),
            Self::Data => Some("data"),
        }
    }
}

/// An error with its place. The payload is read once more to find it: this costs nothing where nothing is wrong.
fn located(text: &str, error: PayloadError) -> ReadError {
    let path = match error {
        PayloadError::Shape(_) | PayloadError::NoCall | PayloadError::NoData => [None, None],
        PayloadError::Page => [Some("calls"), None],
        PayloadError::NotAnObject { field, .. } => [Some(field), None],
        PayloadError::Call { place, error } => [place.key(), Some(error.field())],
    };
    let path: Vec<_> = path.into_iter().flatten().collect();
    let mut payload = serde_json::Deserializer::from_str(text);
    match Stop(&path).deserialize(&mut payload) {
        Err(stopped) => ReadError::at(&stopped, &error),
        Ok(never) => match never {},
    }
}

fields! {
    EnvelopeField {
        Resource = "resource",
        Event = "event",
        Timestamp = "timestamp",
        Token = "token",
        Data = "data",
        Call = "call",
        Page = "calls",
    }
}

/// The top object while it is being read.
struct Envelope<'a> {
    resource: Option<Cow<'a, str>>,
    event: Option<Event<'a>>,
    timestamp: Option<Timestamp>,
    token: Option<Cow<'a, str>>,
    place: Place,
    /// What stands in that place; at the top an object without any of a call's keys is none.
    found: Option<Result<Draft<'a>, Shape>>,
    is_page: bool,
}

/// A key of the top object: the envelope's, or a call's.
enum TopField {
    Envelope(EnvelopeField),
    Call(CallField),
}

impl Field for TopField {
    fn of(key: &str) -> Self {
        match EnvelopeField::of(key) {
            EnvelopeField::Unknown => Self::Call(CallField::of(key)),
            known => Self::Envelope(known),
        }
    }
}

impl<'a> Wire<'a> for Envelope<'a> {
    fn take_shape(&mut self, shape: Shape) {
        self.found = Some(Err(shape));
    }

    fn take_object<A: MapAccess<'a>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            match key {
                TopField::Envelope(EnvelopeField::Resource) => map.next_value_seed(Into(&mut self.resource))?,
                TopField::Envelope(EnvelopeField::Event) => map.next_value_seed(Into(&mut self.event))?,
                TopField::Envelope(EnvelopeField::Timestamp) => map.next_value_seed(Into(&mut self.timestamp))?,
                TopField::Envelope(EnvelopeField::Token) => map.next_value_seed(Into(&mut self.token))?,
                TopField::Envelope(EnvelopeField::Data) => {
                    self.place = Place::Data;
                    map.next_value_seed(Into(self.found.insert(Err(Shape::Null))))?;
                }
                TopField::Envelope(EnvelopeField::Call) if self.place != Place::Data => {
                    self.place = Place::Call;
                    map.next_value_seed(Into(self.found.insert(Err(Shape::Null))))?;
                }
                TopField::Call(field) if self.place == Place::Top => {
                    if let Ok(draft) = self.found.get_or_insert_with(|| Ok(Draft::new())) {
                        draft.read_field(&field, &mut map)?;
                    }
                }
                TopField::Envelope(key) => {
                    self.is_page |= matches!(key, EnvelopeField::Page);
                    map.next_value::<IgnoredAny>()?;
                }
                TopField::Call(_) => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'a> Envelope<'a> {
    const fn new() -> Self {
        Self {
            resource: None,
            event: None,
            timestamp: None,
            token: None,
            place: Place::Top,
            found: None,
            is_page: false,
        }
    }

    /// By `resource`; where that is missing, by `event`; where that is too, what else should it be.
    fn is_about_a_call(&self) -> bool {
        match (&self.resource, &self.event) {
            (Some(resource), _) => resource == "call",
            (None, Some(event)) => event.as_str().starts_with("call."),
            (None, None) => true,
        }
    }

    /// Whether there is a call where one should be, with all that it cannot do without.
    fn check(&mut self) -> Result<(), PayloadError> {
        if !self.is_about_a_call() {
            self.found = None;
            return Ok(());
        }
        let is_enveloped = self.event.is_some() || self.resource.is_some();
        match (self.place, &mut self.found) {
            (Place::Top, Some(Err(shape))) => Err(PayloadError::Shape(*shape)),
            (Place::Top, _) if is_enveloped => Err(PayloadError::NoData),
            (Place::Top, _) if self.is_page => Err(PayloadError::Page),
            (Place::Call, Some(Err(found))) => Err(PayloadError::NotAnObject { field: "call", found: *found }),
            (Place::Data, Some(Err(found))) => Err(PayloadError::NotAnObject { field: "data", found: *found }),
            (Place::Top, Some(Ok(draft))) if draft.is_empty() => Err(PayloadError::NoCall),
            (_, None) => Err(PayloadError::NoCall),
            (place, Some(Ok(draft))) => draft.check().map_err(|error| PayloadError::Call { place, error }),
        }
    }

    /// After [`Envelope::check`].
    fn open(self) -> Webhook<'a> {
        let Self { resource, event, timestamp, token, found, place: _, is_page: _ } = self;
        let call = match found {
            Some(Ok(draft)) => Some(draft.call),
            Some(Err(_)) | None => None,
        };
        Webhook { resource, event, timestamp, token: token.map(Token), call }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Webhook<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut envelope = Envelope::<'de>::new();
        Into(&mut envelope).deserialize(deserializer)?;
        envelope.check().map_err(json::refused)?;
        Ok(envelope.open())
    }
}
