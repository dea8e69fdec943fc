//! The webhook, whose `data` can be a call, a message or an insight.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer};

use super::call::Call;
use super::envelope::Envelope;
use super::insight::Insight;
use super::lenient::{ReadInto, read_text};
use super::message::Message;
use super::time::Timestamp;
use super::unusable::Report;
use crate::json::{self, ReadError};

/// The shared secret of a webhook: the only proof that Aircall sent it.
///
/// Compare it in constant time. `Debug` does not print the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Token<'a>(pub(super) Cow<'a, str>);

impl Token<'_> {
    /// Returns the secret.
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

/// A webhook from Aircall, or a call in another envelope.
///
/// `resource` decides what a webhook is about. If `resource` is missing, `event` decides. If both
/// are missing, the webhook is about a call.
///
/// Three forms are read:
///
/// | form | JSON |
/// |---|---|
/// | a webhook | `{"event": …, "data": {…}}` |
/// | a REST response | `{"call": {…}}` |
/// | a bare call | `{"id": …, "direction": …}` |
///
/// The last two forms have no envelope fields. Stored webhooks may lack `resource` and `token`.
///
/// ```
/// use aircall_salesforce::Webhook;
///
/// let body = br#"{"event": "call.ended", "resource": "call", "timestamp": 1772457530,
///     "data": {"id": 7, "direction": "inbound", "started_at": 1772457500,
///         "ended_at": 1772457525}}"#;
/// let webhook = Webhook::from_slice(body)?;
/// assert_eq!(webhook.call.map(|call| call.id), Some(7));
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Webhook<'a> {
    /// The kind of object: `call`, `user`, `number`, `contact`, `message` and so on.
    pub resource: Option<Cow<'a, str>>,
    /// The event: `call.ended`, `user.created` and so on.
    ///
    /// The event decides the direction of a message (MSG-1) and the kind of an insight (AI-1). For
    /// calls, only [`history`](crate::history) depends on the event: HIST-2 lists the known events.
    pub event: Option<Cow<'a, str>>,
    /// The time at which Aircall built the payload.
    pub timestamp: Option<Timestamp>,
    /// The shared secret.
    pub token: Option<Token<'a>>,
    /// The call. A webhook of another resource has none (LOG-7, `not_a_call`).
    pub call: Option<Call<'a>>,
    /// The text message that was sent or received (MSG-1).
    pub message: Option<Box<Message<'a>>>,
    /// The insight of Aircall's AI about a call (AI-1).
    pub insight: Option<Box<Insight<'a>>>,
}

impl<'a> Webhook<'a> {
    /// Reads a webhook, a REST response or a bare call from the body of a request. A message is
    /// read from a webhook only.
    ///
    /// # Errors
    ///
    /// - The body is not UTF-8 or not JSON.
    /// - A text that is read contains half a surrogate pair (`\ud83d` alone).
    /// - A number that is read has more than 308 digits.
    /// - The JSON contains no call, for example because it is an error response of Aircall.
    /// - `id`, `direction` or `started_at` is missing or unreadable.
    /// - `answered_at` or `ended_at` is present but unreadable.
    /// - One of these times lies outside the years 1700 to 4000.
    /// - A message has no id that can be read, or no time.
    pub fn from_slice(body: &'a [u8]) -> Result<Self, ReadError> {
        let text = json::utf8(body)?;
        Self::from_json(text)
    }

    /// Reads a webhook, a REST response or a bare call from a text.
    ///
    /// # Errors
    ///
    /// The errors of [`Webhook::from_slice`].
    pub fn from_json(text: &'a str) -> Result<Self, ReadError> {
        let text = json::without_mark(text);
        let mut envelope = Envelope::default();
        read_text(text, &mut envelope)?;
        envelope.check().map_err(|error| error.located(text))?;
        Ok(envelope.open())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Webhook<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut envelope = Envelope::<'de>::default();
        ReadInto(&mut envelope, &mut Report::default()).deserialize(deserializer)?;
        envelope.check().map_err(json::refused)?;
        Ok(envelope.open())
    }
}
