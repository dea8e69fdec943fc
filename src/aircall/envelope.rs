//! Finds the call, message or insight in a payload, whatever its envelope.

use std::borrow::Cow;

use serde::de::{IgnoredAny, MapAccess};
use serde_json::Value;

use super::call::{CallField, Draft};
use super::error::WireError;
use super::insight::{Insight, InsightData, InsightKind};
use super::lenient::{Field, Json, Key, ReadInto, Wire, read_copied};
use super::message::{Message, MessageData, is_logged};
use super::object::{Object, fields, read_either};
use super::time::AnyTime;
use super::unusable::{Report, Shape};
use super::webhook::{Token, Webhook};

fields! {
    EnvelopeField {
        resource = "resource",
        event = "event",
        timestamp = "timestamp",
        token = "token",
        data = "data",
        call = "call",
        calls = "calls",
        refusal = "error" | "message" | "troubleshoot",
    }
}

/// A key of the top object. It belongs to the envelope, or to a bare call.
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

/// The key of a webhook's content.
const DATA: &str = "data";
/// The key of the call in a REST response.
const CALL: &str = "call";

const A_CALL: &str = "a call";
const A_MESSAGE: &str = "a message";
const NO_CALL: &str = "no call here: expected a webhook (`event`, `data`), a REST response (`call`) or a call (`id`, \
                       `direction`, `started_at`)";

/// What a webhook is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Call,
    Message,
    Insight,
    Other,
}

/// The top object while it is being read.
#[derive(Default)]
pub(super) struct Envelope<'a> {
    resource: Option<Cow<'a, str>>,
    event: Option<Cow<'a, str>>,
    timestamp: Option<AnyTime>,
    /// The unusable value of `timestamp`, which only messages report.
    report: Report,
    token: Option<Cow<'a, str>>,
    /// The key of the call: `data` in a webhook, which wins over `call` in a REST response. It is
    /// `None` if the top object is the call itself.
    source: Option<&'static str>,
    /// The call that is being read, or the shape of another value in its place. A top object
    /// without any key of a call has `None`.
    found: Option<Result<Draft<'a>, Shape>>,
    /// The content of `data` where the keys before it did not show that it is a call.
    data: Option<Value>,
    message: Option<Box<Message<'a>>>,
    insight: Option<Box<Insight<'a>>>,
    is_page: bool,
    /// Aircall's reason for refusing a request: an error response has one of three keys.
    refusal: Option<Cow<'a, str>>,
}

impl<'a> Wire<'a> for Envelope<'a> {
    fn take_value(&mut self, value: Json<'a>, _: &mut Report) {
        self.found = Some(Err(value.shape()));
    }

    fn take_object<A: MapAccess<'a>>(&mut self, mut map: A, report: &mut Report) -> Result<(), A::Error> {
        // The envelope's own fields are no fields of the call, so nothing in them is reported.
        let mut ignored = Report::default();
        while let Some(Key(key)) = map.next_key()? {
            match key {
                TopField::Envelope(EnvelopeField::resource) => {
                    map.next_value_seed(ReadInto(&mut self.resource, &mut ignored))?;
                }
                TopField::Envelope(EnvelopeField::event) => {
                    map.next_value_seed(ReadInto(&mut self.event, &mut ignored))?;
                }
                TopField::Envelope(EnvelopeField::timestamp) => {
                    map.next_value_seed(ReadInto(&mut self.timestamp, &mut self.report))?;
                }
                TopField::Envelope(EnvelopeField::token) => {
                    map.next_value_seed(ReadInto(&mut self.token, &mut ignored))?;
                }
                TopField::Envelope(EnvelopeField::data) => {
                    // Every branch discards what earlier keys contributed: only the last source
                    // counts.
                    self.source = Some(DATA);
                    (self.found, self.data) = (None, None);
                    match self.about() {
                        Some(About::Call) => {
                            map.next_value_seed(ReadInto(self.found.insert(Err(Shape::Null)), report))?;
                        }
                        Some(About::Other) if self.resource.is_some() => drop(map.next_value::<IgnoredAny>()?),
                        _ => self.data = Some(map.next_value()?),
                    }
                }
                TopField::Envelope(EnvelopeField::call) if self.source != Some(DATA) => {
                    self.source = Some(CALL);
                    map.next_value_seed(ReadInto(self.found.insert(Err(Shape::Null)), report))?;
                }
                TopField::Call(field) if self.source.is_none() => {
                    // The first key of a call makes the draft, so that other objects have none.
                    if let Ok(draft) = self.found.get_or_insert_with(|| Ok(Draft::default())) {
                        draft.read_value(field, &mut map, report)?;
                    }
                }
                TopField::Envelope(EnvelopeField::refusal) => read_either(&mut map, &mut self.refusal, &mut ignored)?,
                other => {
                    self.is_page |= matches!(other, TopField::Envelope(EnvelopeField::calls));
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'a> Envelope<'a> {
    /// Returns what the webhook is about: `resource` decides; if it is missing, `event` decides.
    /// Returns `None` if both are missing.
    fn about(&self) -> Option<About> {
        match (self.resource.as_deref(), self.event.as_deref()) {
            (Some("call"), _) => Some(About::Call),
            (Some("message"), _) => Some(About::Message),
            (Some("conversation_intelligence"), _) => Some(About::Insight),
            (None, Some(event)) if event.starts_with("call.") => Some(About::Call),
            (None, Some(event)) if event.starts_with("message.") => Some(About::Message),
            (None, Some(event)) if InsightKind::of_event(event).is_some() => Some(About::Insight),
            (Some(_), _) | (None, Some(_)) => Some(About::Other),
            (None, None) => None,
        }
    }

    /// Completes the call, message or insight, and discards the data of any other resource. Fails
    /// if a call or message is expected and missing.
    pub(super) fn check(&mut self) -> Result<(), WireError> {
        // `resource` and `event` may come after `data`, so they decide only here. If both are
        // missing, assume a call.
        let about = self.about().unwrap_or(About::Call);
        let data = self.data.take();
        if about != About::Call {
            self.found = None;
            return self.check_other(about, data.as_ref());
        }
        if let Some(data) = data {
            read_value(&data, self.found.insert(Err(Shape::Null)), &mut Report::default());
        }
        let is_enveloped = self.event.is_some() || self.resource.is_some();
        match (self.source, &mut self.found) {
            (None, Some(Err(shape))) => {
                Err(WireError::new(format!("{shape} where a webhook, a REST response or a call was expected")))
            }
            (None, _) if is_enveloped => Err(WireError::unusable(DATA, "missing", A_CALL)),
            (None, _) if self.is_page => {
                Err(WireError::new("a page of calls (`calls`) where one call was expected").under("calls"))
            }
            // For calls beyond the first 10,000, Aircall sends `data: null` together with the
            // reason.
            (_, None | Some(Err(Shape::Null))) if self.refusal.is_some() && !is_enveloped => {
                Err(WireError::refusal(A_CALL))
            }
            (None, Some(Ok(draft))) if draft.is_empty() => Err(WireError::new(NO_CALL)),
            (_, None) => Err(WireError::new(NO_CALL)),
            (Some(key), Some(Err(found))) => Err(WireError::wrong_shape(key, *found, A_CALL)),
            (Some(key), Some(Ok(draft))) => draft.check().map_err(|error| error.under(key)),
            (None, Some(Ok(draft))) => draft.check(),
        }
    }

    /// Completes the message or insight of a webhook that is about no call.
    #[cold]
    fn check_other(&mut self, about: About, data: Option<&Value>) -> Result<(), WireError> {
        let event = self.event.as_deref();
        match about {
            About::Message if is_logged(event) => {
                let data = data.ok_or_else(|| WireError::unusable(DATA, "missing", A_MESSAGE))?;
                let (mut message, mut report) = (None, std::mem::take(&mut self.report));
                report.name(0, "timestamp");
                read_value(data, &mut message, &mut report);
                if let Some(found) = report.shape_at(&[]) {
                    return Err(WireError::wrong_shape(DATA, found, A_MESSAGE));
                }
                let message: MessageData<'_> = message.unwrap_or_default();
                let message = Message::new(message, event, self.timestamp.map(|AnyTime { time, .. }| time), report);
                self.message = Some(message.map_err(|error| error.under(DATA))?.into());
            }
            About::Insight => {
                let mut insight = None;
                read_value(data.unwrap_or(&Value::Null), &mut insight, &mut Report::default());
                let insight: Option<InsightData<'_>> = insight;
                let kind = event.and_then(InsightKind::of_event);
                self.insight = kind.zip(insight).and_then(|(kind, data)| Insight::new(kind, data)).map(Into::into);
            }
            About::Call | About::Message | About::Other => {}
        }
        Ok(())
    }

    /// Returns the webhook, after [`check`](Self::check).
    pub(super) fn open(self) -> Webhook<'a> {
        let Self { resource, event, timestamp, token, found, message, insight, .. } = self;
        // Only messages may have times in milliseconds (MSG-10). In any other webhook such a
        // `timestamp` is out of range (LIMIT-3), and so as good as absent.
        let timestamp = timestamp.filter(|time| message.is_some() || !time.is_milliseconds).map(|any| any.time);
        let call = match found {
            Some(Ok(Draft { object, .. })) => Some(object),
            Some(Err(_)) | None => None,
        };
        Webhook { resource, event, timestamp, token: token.map(Token), call, message, insight }
    }
}

/// Reads the content of `data` that was kept while the kind of the webhook was not known.
fn read_value<'a, T: Wire<'a>>(data: &Value, into: &mut T, report: &mut Report) {
    // The text is valid JSON, and `Wire` accepts every shape, so there is no error.
    drop(read_copied(&data.to_string(), into, report));
}
