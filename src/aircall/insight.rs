//! The insights of Aircall's AI about a call (edition 2025/26).
//!
//! - **AI-1**: A webhook of the resource `conversation_intelligence` with a `call_id` is an insight
//!   about that call. The events are `summary.created`, `topics.created`, `action_item.created` and
//!   `sentiment.created`; any other event of the resource is ignored. Only a
//!   [`CallHistory`](crate::CallHistory) uses insights. Outside a history, the webhook is
//!   `not_a_call`.
//!
//! # Sources
//!
//! Aircall's API reference, and published code. The sources differ in these fields. Every form is
//! read:
//!
//! | field | forms |
//! |---|---|
//! | the call's id | `call_id`, `call.id`; a number, text |
//! | `content` | a text, a list of texts |
//! | a participant's role | `participant_type`, `type` |

use std::borrow::Cow;

use serde::Serialize;
use serde::de::SeqAccess;

use super::id::AircallId;
use super::lenient::{Json, Wire, is_blank, read_json};
use super::object::wire_object;
use super::time::{AnyTime, Timestamp};
use super::unusable::Report;
use crate::json::words;

words! {
    /// The kinds of insights. The setting `insights` chooses among them (AI-2).
    pub enum InsightKind {
        /// A summary of the conversation.
        Summary = "summary",
        /// The topics of the conversation.
        Topics = "topics",
        /// The things that somebody has to do after the call.
        ActionItems = "action_items",
        /// The mood of the participants.
        Sentiment = "sentiment",
    }
}

impl InsightKind {
    /// Returns the kind that an event reports.
    pub(super) fn of_event(event: &str) -> Option<Self> {
        match event {
            "summary.created" => Some(Self::Summary),
            "topics.created" => Some(Self::Topics),
            "action_item.created" => Some(Self::ActionItems),
            "sentiment.created" => Some(Self::Sentiment),
            _ => None,
        }
    }
}

/// An insight of Aircall's AI about a call, from one webhook.
///
/// ```
/// use aircall_salesforce::Webhook;
/// use aircall_salesforce::aircall::InsightKind;
///
/// let webhook = Webhook::from_json(
///     r#"{"event": "topics.created", "data": {"call_id": 7, "content": ["offer", "delivery"]}}"#,
/// )?;
/// let insight = webhook.insight.ok_or("no insight")?;
/// assert_eq!((insight.call_id, insight.kind), (7, InsightKind::Topics));
/// assert_eq!(insight.texts, ["offer", "delivery"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Insight<'a> {
    /// Aircall's id of the call.
    pub call_id: u64,
    /// The kind of the insight.
    pub kind: InsightKind,
    /// Aircall's id of the insight.
    pub id: Option<AircallId<'a>>,
    /// The time at which the insight was made.
    pub created_at: Option<Timestamp>,
    /// The texts of `content`. A sentiment has the words for the external participants instead.
    pub texts: Vec<Cow<'a, str>>,
}

wire_object! {
    /// The `data` of a webhook about an insight.
    pub(super) struct InsightData<'a> {
        id: Option<AircallId<'a>> = "id",
        call_id: Option<AircallId<'a>> = "call_id",
        call: Option<CallRef<'a>> = "call",
        created_at: Option<AnyTime> = "created_at",
        content: Texts<'a> = "content",
        participants: Vec<Speaker<'a>> = "participants",
    }
}

wire_object! {
    /// The call of an insight.
    pub(super) struct CallRef<'a> {
        id: Option<AircallId<'a>> = "id",
    }
}

wire_object! {
    /// A participant whose sentiment is known.
    pub(super) struct Speaker<'a> {
        role: Option<Cow<'a, str>> = "participant_type" | kind = "type",
        value: Option<Cow<'a, str>> = "value",
    }
}

wire_object! {
    /// The texts of one kind of insight in a call's history.
    pub(crate) struct CallInsight<'a> {
        pub(crate) kind: Option<Cow<'a, str>> = "kind",
        pub(crate) texts: Vec<Cow<'a, str>> = "texts",
    }
}

/// The role of the other party.
const EXTERNAL: &str = "external";

/// One text, or a list of texts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(super) struct Texts<'a>(Vec<Cow<'a, str>>);

impl<'a> Wire<'a> for Texts<'a> {
    fn take_value(&mut self, value: Json<'a>, report: &mut Report) {
        self.0.take_value(value, report);
    }

    fn take_text(&mut self, text: Cow<'a, str>, report: &mut Report) {
        if !read_json(&mut self.0, &text, '[', report) {
            self.0 = if is_blank(&text) { Vec::new() } else { vec![text] };
        }
    }

    fn take_list<A: SeqAccess<'a>>(&mut self, list: A, report: &mut Report) -> Result<(), A::Error> {
        self.0.take_list(list, report)
    }
}

impl<'a> Insight<'a> {
    /// Returns the insight of a webhook; `None` if its data names no call.
    pub(super) fn new(kind: InsightKind, data: InsightData<'a>) -> Option<Self> {
        let InsightData { id, call_id, call, created_at, content: Texts(content), participants } = data;
        let is_external = |speaker: &Speaker<'_>| speaker.role.as_deref() == Some(EXTERNAL);
        let texts = match kind {
            InsightKind::Summary | InsightKind::Topics | InsightKind::ActionItems => content,
            InsightKind::Sentiment => {
                participants.into_iter().filter(is_external).filter_map(|speaker| speaker.value).collect()
            }
        };
        let call_id = call_id.or_else(|| call?.id)?.number()?;
        Some(Self { call_id, kind, id, created_at: created_at.map(|AnyTime { time, .. }| time), texts })
    }
}
