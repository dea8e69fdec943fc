//! The call or message that a Task logs, and the key of the Task.

use crate::aircall::{Call, Message, Unusable, Webhook};

/// The call or message that a Task logs.
#[derive(Debug, Clone, Copy)]
pub enum Source<'c> {
    /// A call.
    Call(&'c Call<'c>),
    /// A text message.
    Message(&'c Message<'c>),
}

impl<'c> From<&'c Call<'c>> for Source<'c> {
    fn from(call: &'c Call<'c>) -> Self {
        Self::Call(call)
    }
}

impl<'c> From<&'c Message<'c>> for Source<'c> {
    fn from(message: &'c Message<'c>) -> Self {
        Self::Message(message)
    }
}

// Functions that take an optional source accept all three types, because a webhook can be about
// something else than a call or message.
impl<'c> From<&'c Call<'c>> for Option<Source<'c>> {
    fn from(call: &'c Call<'c>) -> Self {
        Some(call.into())
    }
}

impl<'c> From<&'c Message<'c>> for Option<Source<'c>> {
    fn from(message: &'c Message<'c>) -> Self {
        Some(message.into())
    }
}

impl<'c> From<&'c Webhook<'c>> for Option<Source<'c>> {
    fn from(webhook: &'c Webhook<'c>) -> Self {
        let message = || webhook.message.as_deref().map(Source::Message);
        webhook.call.as_ref().map(Source::Call).or_else(message)
    }
}

impl<'c> Source<'c> {
    /// Returns the key of the Task.
    #[must_use]
    pub fn key(self) -> TaskKey {
        match self {
            Self::Call(call) => TaskKey::Call(call.id),
            Self::Message(message) => TaskKey::Message(message.id.clone().into_owned()),
        }
    }

    /// Returns the values that could not be used (LOG-8).
    pub(crate) const fn unusable(self) -> &'c Unusable {
        match self {
            Self::Call(call) => &call.unusable,
            Self::Message(message) => &message.unusable,
        }
    }
}

/// The key that identifies a Task: Aircall's id of the call or message.
///
/// - **MSG-2**: One message has one Task. The same message again updates the Task. The message's id
///   is any text, and a call can have the same id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKey {
    /// The id of a call.
    Call(u64),
    /// The id of a message: any text.
    Message(String),
}

impl TaskKey {
    /// Returns the key of the Task to which a webhook belongs; `None` if the webhook is about
    /// neither a call nor a message.
    ///
    /// An insight belongs to the Task of its call (AI-1).
    #[must_use]
    pub fn of_webhook(webhook: &Webhook<'_>) -> Option<Self> {
        let insight = || webhook.insight.as_ref().map(|insight| Self::Call(insight.call_id));
        Option::<Source<'_>>::from(webhook).map(Source::key).or_else(insight)
    }
}

impl From<u64> for TaskKey {
    fn from(call: u64) -> Self {
        Self::Call(call)
    }
}
