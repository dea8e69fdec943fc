//! What the plan says of everything that was cut, dropped or not understood.

use std::borrow::Cow;

use serde::Serialize;

/// A rule that gives notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Rule {
    /// A text was cut.
    #[serde(rename = "LIMIT-1")]
    Limit1,
    /// Tags, or the missed reason, did not fit CallDisposition.
    #[serde(rename = "DISP-6")]
    Disp6,
    /// Text, or the link, did not fit Description.
    #[serde(rename = "DESC-5")]
    Desc5,
    /// Description was not sent, because what stands there is not known.
    #[serde(rename = "DESC-7")]
    Desc7,
    /// Description was not sent, because typed text is over the limit by itself.
    #[serde(rename = "DESC-9")]
    Desc9,
    /// A link did not fit its field, or expires.
    #[serde(rename = "PKG-5")]
    Pkg5,
    /// The time zone of the company's number is unknown.
    #[serde(rename = "PKG-8")]
    Pkg8,
    /// The duration was brought into range.
    #[serde(rename = "FIELD-3")]
    Field3,
    /// The settings asked for a case or opportunity where none can be.
    #[serde(rename = "REC-5")]
    Rec5,
    /// The other party has no usable number.
    #[serde(rename = "REC-7")]
    Rec7,
    /// The other party's number is one of the company's own.
    #[serde(rename = "REC-8")]
    Rec8,
    /// A person changed the field and it was kept, although the call says something new.
    #[serde(rename = "UPD-6")]
    Upd6,
}

/// One thing that was cut, dropped or not understood. It holds no note's text, name or number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Notice<'a> {
    /// The rule that gives it.
    pub rule: Rule,
    /// The field's API name, after its object's where that is not the Task: `Lead.LastName`.
    pub field: &'a str,
    /// A sentence for people; its wording may change.
    pub message: Cow<'static, str>,
    /// How many characters went, or how many elements of CallDisposition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<usize>,
}

impl<'a> Notice<'a> {
    pub(crate) fn new(rule: Rule, field: &'a str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { rule, field, message: message.into(), dropped: None }
    }

    /// A text that was cut.
    pub(crate) fn cut(rule: Rule, field: &'a str, limit: usize, dropped: usize) -> Self {
        Self { dropped: Some(dropped), ..Self::new(rule, field, format!("cut to fit {limit} characters")) }
    }
}
