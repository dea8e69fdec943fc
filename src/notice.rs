//! What the plan says of everything that was cut, dropped or not understood.

use std::borrow::Cow;

use serde::Serialize;

/// The rules that give notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
    /// Description was not sent, because the text that people typed is over the limit by itself.
    #[serde(rename = "DESC-9")]
    Desc9,
    /// A link did not fit its field, or expires.
    #[serde(rename = "PKG-5")]
    Pkg5,
    /// The line's time zone is unknown.
    #[serde(rename = "PKG-8")]
    Pkg8,
    /// The duration was brought into range.
    #[serde(rename = "FIELD-3")]
    Field3,
    /// The settings asked for a case or opportunity where none can be.
    #[serde(rename = "REC-5")]
    Rec5,
    /// No usable number.
    #[serde(rename = "REC-7")]
    Rec7,
    /// One of the company's own numbers.
    #[serde(rename = "REC-8")]
    Rec8,
    /// A person changed the field and it was kept, although the call says something new.
    #[serde(rename = "UPD-6")]
    Upd6,
}

/// One thing that was cut, dropped or not understood. It holds nobody's text, name or number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice<'a> {
    /// By which rule.
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
    /// Something that was not cut.
    pub(crate) fn new(rule: Rule, field: &'a str, message: &'static str) -> Self {
        Self { rule, field, message: Cow::Borrowed(message), dropped: None }
    }

    /// A text that was cut.
    pub(crate) fn cut(rule: Rule, field: &'a str, limit: usize, dropped: usize) -> Self {
        Self { rule, field, message: Cow::Owned(format!("cut to fit {limit} characters")), dropped: Some(dropped) }
    }
}
