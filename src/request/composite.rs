//! Requests of several parts: queries together, and the nodes of a graph.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::question::Question;
use super::{Method, to_json};

/// The number of queries that one composite request can have.
pub(super) const LIMIT: usize = 5;

/// A part of a composite request or graph, whose body is a `B`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subrequest<'p, B> {
    pub(super) method: Method,
    pub(super) url: Cow<'p, str>,
    /// The name of the part, in references and in the response.
    pub(super) reference_id: Cow<'p, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) http_headers: Option<SaveDuplicate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<B>,
}

/// The header that saves a record although a duplicate rule warns (REC-10). A part does not inherit
/// the headers of its request.
#[derive(Clone, Copy, Serialize)]
pub(super) struct SaveDuplicate {
    #[serde(rename = "Sforce-Duplicate-Rule-Header")]
    rule: &'static str,
}

impl SaveDuplicate {
    pub(super) const HEADER: Self = Self { rule: "allowSave=true" };
}

/// Returns the body of a request with several queries, each of which fails by itself.
pub(super) fn body(questions: &[Question]) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Composite<'q> {
        all_or_none: bool,
        composite_request: Vec<Subrequest<'q, ()>>,
    }
    let parts = questions.iter().zip(0_usize..).map(|(question, number)| Subrequest {
        method: Method::Get,
        url: question.path.as_str().into(),
        reference_id: format!("q{number}").into(),
        http_headers: None,
        body: None,
    });
    to_json(&Composite { all_or_none: false, composite_request: parts.collect() })
}

/// Returns the status and the body of each part of a response.
///
/// The status of the whole response is 200 even if every part failed. A part without a status is a
/// failure: 0 is not a status of success.
pub(super) fn parts(response: &Value) -> Option<Vec<(u16, &Value)>> {
    let status = |part: &Value| u16::try_from(part.get("httpStatusCode")?.as_u64()?).ok();
    let parts = response.get("compositeResponse")?.as_array()?;
    let read = |part| (status(part).unwrap_or_default(), part.get("body").unwrap_or(&Value::Null));
    Some(parts.iter().map(read).collect())
}
