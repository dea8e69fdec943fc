//! The text message (edition 2025/26).
//!
//! - **MSG-1**: `message.sent` and `message.received` are logged. The event decides the direction.
//!   Without an event, `direction` decides. Without both, the status `received` is inbound and any
//!   other status is outbound. `message.status_updated` is skipped (`message_status`), because it
//!   has neither body nor direction. The events of groups are skipped too (`group_message`). Any
//!   other event of messages is `not_a_call`.
//! - **MSG-10**: Times are ISO 8601, seconds or milliseconds. A number that is out of LIMIT-3's
//!   range as seconds is read as milliseconds. A field of a wrong shape affects only what depends
//!   on it, and becomes LOG-8's notice. A message without an id or any time is an error.
//!
//! # Sources
//!
//! Aircall's articles on logging (2025/26), its API reference, and published code that reads live
//! accounts. MSG-10 and the order of what decides the direction are this project's decisions.

use std::borrow::Cow;

use serde::Serialize;

use super::call::Direction;
use super::error::WireError;
use super::lenient::{Json, Wire, is_blank};
use super::object::wire_object;
use super::people::{CompanyNumber, Contact, User};
use super::time::{AnyTime, Timestamp};
use super::unusable::{Report, Unusable};

/// The event of a message that the company sent.
const SENT: &str = "message.sent";
/// The event of a message that the company received.
const RECEIVED: &str = "message.received";
/// The status that only received messages have.
const RECEIVED_STATUS: &str = "received";

/// A text message by SMS, MMS or `WhatsApp`.
///
/// It is read from the `data` of a [`Webhook`](super::Webhook). `id` and one of the times are
/// required (MSG-10). Any other field that cannot be read is absent, and the plan has a notice of
/// it.
///
/// ```
/// use aircall_salesforce::Webhook;
///
/// let webhook = Webhook::from_json(
///     r#"{"event": "message.received",
///         "data": {"id": "SM1", "body": "Ready?", "sent_at": 1772457500}}"#,
/// )?;
/// let message = webhook.message.ok_or("no message")?;
/// assert_eq!((&*message.id, message.body.as_deref()), ("SM1", Some("Ready?")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message<'a> {
    /// Aircall's id of the message: any text, such as a UUID. It is equal in all its events.
    pub id: Cow<'a, str>,
    /// The direction of the message (MSG-1).
    pub direction: Direction,
    /// The time of the message: `sent_at`, else `created_at`, else the webhook's `timestamp`.
    pub sent_at: Timestamp,
    /// The service that carried the message: `whatsapp`; absent for SMS and MMS.
    pub channel: Option<Cow<'a, str>>,
    /// The text. A message of media can have none.
    pub body: Option<Cow<'a, str>>,
    /// The other party's number: `external_number`, else `raw_digits`.
    pub external_number: Option<Cow<'a, str>>,
    /// The agent who sent the message. Received messages have no `user`. Messages that were sent
    /// through Aircall's API have none either.
    pub user: Option<User<'a>>,
    /// The company's number that the message used.
    pub number: Option<CompanyNumber<'a>>,
    /// The other party, if Aircall has a contact for the number.
    pub contact: Option<Contact<'a>>,
    /// The files of the message, from `media_details`.
    pub media: Vec<Media<'a>>,
    /// The values that could not be used (LOG-8).
    pub(crate) unusable: Unusable,
}

wire_object! {
    /// A file of a message. Its link expires and is not read.
    pub struct Media<'a> {
        /// The file's name.
        pub file_name: Option<Cow<'a, str>> = "file_name",
    }
}

wire_object! {
    /// The `data` of a webhook about a message.
    pub(super) struct MessageData<'a> {
        id: Option<MessageId<'a>> = "id",
        direction: Option<Direction> = "direction",
        status: Option<Cow<'a, str>> = "status",
        channel: Option<Cow<'a, str>> = "channel",
        body: Option<Cow<'a, str>> = "body",
        external_number: Option<Cow<'a, str>> = "external_number",
        raw_digits: Option<Cow<'a, str>> = "raw_digits",
        sent_at: Option<AnyTime> = "sent_at",
        created_at: Option<AnyTime> = "created_at",
        user: Option<User<'a>> = "user",
        number: Option<CompanyNumber<'a>> = "number",
        contact: Option<Contact<'a>> = "contact",
        media: Vec<Media<'a>> = "media_details",
    }
}

/// An id of any form. Digits keep their leading zeros, because the id is no number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct MessageId<'a>(Cow<'a, str>);

impl<'a> Wire<'a> for Option<MessageId<'a>> {
    fn take_value(&mut self, value: Json<'a>, report: &mut Report) {
        *self = match value {
            Json::Whole(number) => Some(MessageId(number.to_string().into())),
            Json::Text(text) if !is_blank(&text) => Some(MessageId(text)),
            other => report.unusable(&other),
        };
    }
}

/// Returns whether a message with this event is logged (MSG-1).
pub(super) fn is_logged(event: Option<&str>) -> bool {
    event.is_none_or(|event| event == SENT || event == RECEIVED)
}

impl<'a> Message<'a> {
    /// Makes the message from the data, the event and the time of its webhook. The report contains
    /// the unusable values of the data and of the webhook's `timestamp`.
    pub(super) fn new(
        data: MessageData<'a>,
        event: Option<&str>,
        timestamp: Option<Timestamp>,
        mut report: Report,
    ) -> Result<Self, WireError> {
        let missing = |key, expected| match report.shape_at(&[key]) {
            Some(found) => WireError::wrong_shape(key, found, expected),
            None => WireError::unusable(key, "missing", expected),
        };
        let MessageData { id, direction, status, channel, body, media, .. } = data;
        let Some(MessageId(id)) = id else {
            return Err(missing("id", "a text or a whole number"));
        };
        let times = [data.sent_at, data.created_at].map(|time| time.map(|AnyTime { time, .. }| time));
        // Exports write 0 for a time that is not known.
        let mut times = times.into_iter().chain([timestamp]).flatten().filter(|time| *time != Timestamp::EPOCH);
        let Some(sent_at) = times.next() else {
            return Err(missing("sent_at", "a time in it, in `created_at` or in the webhook's `timestamp`"));
        };
        let is_received = || status.is_some_and(|status| status.eq_ignore_ascii_case(RECEIVED_STATUS));
        let direction = match (event, direction) {
            (Some(SENT), _) => Direction::Outbound,
            (Some(RECEIVED), _) => Direction::Inbound,
            (_, Some(direction)) => direction,
            (_, None) if is_received() => Direction::Inbound,
            (_, None) => Direction::Outbound,
        };
        let mut unusable = Unusable::default();
        unusable.add_reported(&mut report);
        Ok(Self {
            id,
            direction,
            sent_at,
            channel,
            body,
            external_number: data.external_number.or(data.raw_digits),
            user: data.user,
            number: data.number,
            contact: data.contact,
            media,
            unusable,
        })
    }
}
