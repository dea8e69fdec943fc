//! Requests of several parts: queries together, and the nodes of a graph.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::failure::NO_RESPONSE;
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
    /// A part does not inherit the headers of its request.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) http_headers: BTreeMap<&'static str, &'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<B>,
}

/// Returns the body of a request with several queries, each of which fails by itself.
pub(super) fn body(questions: &[Question]) -> String {
    let parts = questions.iter().zip(0_usize..).map(|(question, number)| Subrequest {
        method: Method::Get,
        url: question.path.as_str().into(),
        reference_id: format!("q{number}").into(),
        http_headers: BTreeMap::new(),
        body: None::<()>,
    });
    format!(r#"{{"allOrNone":false,"compositeRequest":{}}}"#, to_json(&parts.collect::<Vec<_>>()))
}

/// Returns the status and the body of each part of a response.
///
/// The status of the whole response is 200 even if every part failed.
pub(super) fn parts(response: &Value) -> Option<Vec<(u16, &Value)>> {
    let status = |part: &Value| u16::try_from(part.get("httpStatusCode")?.as_u64()?).ok();
    let parts = response.get("compositeResponse")?.as_array()?;
    let read = |part| (status(part).unwrap_or(NO_RESPONSE), part.get("body").unwrap_or(&Value::Null));
    Some(parts.iter().map(read).collect())
}
