//! Merges the webhooks of a call, or of a message.

use aircall_salesforce::aircall::{Message, Timestamp};
use aircall_salesforce::facts::Source;
use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::rules::logging::Skip;
use aircall_salesforce::{Action, Call, CallHistory, Directory, Settings, Webhook, plan, plan_webhook};
use anyhow::{Result, bail};
use serde_json::{Map, Value};

/// What is kept of a call or message from webhook to webhook.
#[derive(Debug, Clone)]
pub enum History {
    /// All webhooks of a call, merged.
    Call(Box<CallHistory>),
    /// The newest webhook of a message, as it arrived.
    Message(String),
}

/// The call or message that a history contains.
pub enum Item<'h> {
    Call(Box<Call<'h>>),
    Message(Box<Message<'h>>),
}

impl Item<'_> {
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        match self {
            Self::Call(call) => (&**call).into(),
            Self::Message(message) => (&**message).into(),
        }
    }
}

/// Returns the key of the Task to which a webhook belongs, or the reason why the webhook can be
/// ignored.
///
/// A later webhook of a call can change what the settings decide about the call. A message has no
/// such webhooks, so a message that the settings do not log costs no request.
///
/// # Errors
///
/// The webhook can be ignored.
pub fn key(webhook: &Webhook<'_>, settings: &Settings) -> Result<TaskKey, Skip> {
    let message = match TaskKey::of_webhook(webhook) {
        Some(call @ TaskKey::Call(_)) => return Ok(call),
        message => message.ok_or(Skip::NotACall),
    };
    match plan_webhook(webhook, &Directory::default(), settings).action {
        Action::Skip(reason) => Err(reason),
        _ => message,
    }
}

impl History {
    /// Makes a history from one webhook.
    ///
    /// # Errors
    ///
    /// The webhook cannot be read, or it is about neither a call nor a message.
    pub fn new(webhook: &[u8]) -> Result<Self> {
        let read = Webhook::from_slice(webhook)?;
        Ok(match read.message {
            Some(_) => Self::Message(String::from_utf8_lossy(webhook).into_owned()),
            None => Self::Call(Box::new(CallHistory::new(&read)?)),
        })
    }

    /// Reads what [`History::to_text`] returned.
    ///
    /// # Errors
    ///
    /// Another version of the library made the text.
    pub fn from_text(text: &str) -> Result<Self> {
        match Self::new(text.as_bytes()) {
            Ok(message @ Self::Message(_)) => Ok(message),
            _ => Ok(Self::Call(Box::new(CallHistory::from_json(text)?))),
        }
    }

    /// Returns the text to store.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Call(history) => serde_json::to_string(history).unwrap_or_default(),
            Self::Message(webhook) => webhook.clone(),
        }
    }

    /// Adds another history with the same key. Returns whether it contained anything new.
    ///
    /// # Errors
    ///
    /// The other history has another key.
    pub fn merge(&mut self, other: Self) -> Result<bool> {
        match (self, other) {
            (Self::Call(history), Self::Call(other)) => Ok(history.merge(*other)?),
            (Self::Message(newest), Self::Message(other)) => {
                // Of the same second, the greater text wins: arbitrary, but independent of arrival
                // order.
                let is_newer = (time(&other), &other) > (time(newest), newest);
                if is_newer {
                    *newest = other;
                }
                Ok(is_newer)
            }
            _ => bail!("a message where a call was expected, or the other way round"),
        }
    }

    /// Returns the call or message; `None` while only Aircall's AI has said something of the call.
    #[must_use]
    pub fn item(&self) -> Option<Item<'_>> {
        match self {
            Self::Call(history) => history.call().map(Box::new).map(Item::Call),
            Self::Message(webhook) => Webhook::from_json(webhook).ok()?.message.map(Item::Message),
        }
    }

    /// Returns the Task that results from the call or message alone, without any record or user;
    /// `None` if none is created.
    ///
    /// If this Task stays the same, an update writes nothing (UPD-2, UPD-6), with one exception:
    /// the Subject can contain the record, and somebody may have moved the Task to another record.
    /// Such a Subject is updated with the next change of the call.
    #[must_use]
    pub fn task(&self, settings: &Settings) -> Option<Map<String, Value>> {
        match plan(self.item()?.source(), &Directory::default(), settings).action {
            Action::Create(create) => {
                Some(create.task.fields().map(|(name, value)| (name.to_owned(), value.into())).collect())
            }
            _ => None,
        }
    }
}

fn time(webhook: &str) -> Option<Timestamp> {
    Webhook::from_json(webhook).ok()?.timestamp
}
