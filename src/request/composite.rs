//! Requests of several parts: queries together, and the nodes of a graph.

use serde_json::Value;

use super::failure::NO_RESPONSE;
use super::question::Question;
use super::to_json;

/// The number of queries that one composite request can have.
pub(super) const LIMIT: usize = 5;

/// Returns the body of a request with several queries, each of which fails by itself.
pub(super) fn body(questions: &[Question]) -> String {
    let parts = questions.iter().zip(0_usize..).map(|(question, number)| {
        format!(r#"{{"method":"GET","url":{},"referenceId":"q{number}"}}"#, to_json(&question.path))
    });
    format!(r#"{{"allOrNone":false,"compositeRequest":[{}]}}"#, parts.collect::<Vec<_>>().join(","))
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
