//! The notices of a plan: everything that was cut, dropped or not understood.

use std::borrow::Cow;

use serde::Serialize;

/// Reports something that was cut, dropped or not understood.
///
/// It contains no text of a note, no name and no phone number.
///
/// ```
/// use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
///
/// let webhook = Webhook::from_json(
///     r#"{"id": 7, "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457525,
///         "user": "Ann"}"#,
/// )?;
/// let (directory, settings) =
///     (Directory::default(), Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?);
/// let plan = plan_webhook(&webhook, &directory, &settings);
/// let notice = &plan.notices[0];
/// assert_eq!((notice.rule, notice.field), ("LOG-8", "user"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Notice<'a> {
    /// The id of the rule that reports the notice, such as `DESC-5`. The docs of
    /// [`rules`](crate::rules) link to each rule.
    pub rule: &'static str,
    /// The field's API name. The object's name precedes it unless the object is the Task:
    /// `Lead.LastName`. For a value of the call that could not be used, this is the value's path
    /// in Aircall's names: `user.email` (LOG-8).
    pub field: &'a str,
    /// A sentence for people. Its wording may change in any release.
    pub message: Cow<'static, str>,
    /// How many characters were cut, or how many elements of `CallDisposition` were dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<usize>,
    /// How many records have the number (REC-9).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
}

impl<'a> Notice<'a> {
    pub(crate) fn new(rule: &'static str, field: &'a str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { rule, field, message: message.into(), dropped: None, count: None }
    }

    /// Returns the notice about a text that was cut.
    pub(crate) fn cut(rule: &'static str, field: &'a str, limit: usize, dropped: usize) -> Self {
        Self { dropped: Some(dropped), ..Self::new(rule, field, format!("cut to fit {limit} characters")) }
    }
}
