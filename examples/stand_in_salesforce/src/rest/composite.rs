//! Handles composite requests, in which later subrequests refer to the responses of earlier ones.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::reference::{self, Answers};
use super::{Reply, Request, not_allowed};
use crate::fault::Fault;
use crate::http;
use crate::org::Org;

/// The largest number of subrequests.
const SUBREQUESTS_LIMIT: usize = 25;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Composite {
    #[serde(default)]
    all_or_none: bool,
    composite_request: Vec<Subrequest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subrequest {
    method: String,
    url: String,
    reference_id: String,
    body: Option<Value>,
    #[serde(default)]
    http_headers: HashMap<String, String>,
}

pub(super) fn answer(org: &mut Org, request: &Request<'_>) -> Result<Reply, Fault> {
    if request.method != "POST" {
        return Err(not_allowed(request.method, "GET,HEAD,POST"));
    }
    let body = request.body.cloned().unwrap_or(Value::Null);
    let composite: Composite = serde_json::from_value(body).map_err(|error| {
        Fault::request("JSON_PARSER_ERROR", format!("the composite request could not be parsed: {error}"))
    })?;
    check(&composite.composite_request)?;
    let mark = org.store.mark();
    let mut answers = Answers::new();
    let mut replies = Vec::new();
    let mut failed = false;
    for part in &composite.composite_request {
        let reply = if failed && composite.all_or_none {
            Reply::from(rolled_back())
        } else {
            answer_subrequest(org, request, part, &answers).unwrap_or_else(Reply::from)
        };
        let is_good = (200..300).contains(&reply.status);
        failed |= !is_good;
        answers.insert(part.reference_id.clone(), reply.body.clone().filter(|_| is_good));
        replies.push(reply);
    }
    if failed && composite.all_or_none {
        org.store.roll_back(mark);
        for reply in replies.iter_mut().filter(|reply| (200..300).contains(&reply.status)) {
            *reply = Reply::from(rolled_back());
        }
    }
    let parts = composite.composite_request.iter().zip(replies).map(|(part, reply)| {
        let headers: HashMap<_, _> = reply.location.into_iter().map(|location| ("Location", location)).collect();
        json!({
            "body": reply.body,
            "httpHeaders": headers,
            "httpStatusCode": reply.status,
            "referenceId": part.reference_id,
        })
    });
    Ok(Reply::ok(json!({"compositeResponse": parts.collect::<Vec<_>>()})))
}

/// Checks the number of subrequests and their reference ids.
fn check(parts: &[Subrequest]) -> Result<(), Fault> {
    if parts.is_empty() || parts.len() > SUBREQUESTS_LIMIT {
        let message =
            format!("a composite request must have 1 to {SUBREQUESTS_LIMIT} subrequests, this one has {}", parts.len());
        return Err(Fault::request("LIMIT_EXCEEDED", message));
    }
    for (n, part) in parts.iter().enumerate() {
        let id = part.reference_id.as_str();
        let is_name = id.starts_with(|first: char| first.is_ascii_alphanumeric())
            && id.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
        if !is_name {
            let message = format!(
                "Provided referenceId ('{id}') must start with a letter or a number, and it can contain only letters, \
                 numbers and underscores ('_')."
            );
            return Err(Fault::request("INVALID_INPUT", message));
        }
        if parts.iter().take(n).any(|before| before.reference_id == id) {
            return Err(Fault::request("INVALID_INPUT", format!("referenceId '{id}' is used twice")));
        }
    }
    Ok(())
}

fn rolled_back() -> Fault {
    let message = "The transaction was rolled back since another operation in the same transaction failed.";
    Fault::request("PROCESSING_HALTED", message)
}

fn answer_subrequest(
    org: &mut Org,
    request: &Request<'_>,
    part: &Subrequest,
    answers: &Answers,
) -> Result<Reply, Fault> {
    let url = reference::in_text(&part.url, answers)?;
    let body = part.body.as_ref().map(|body| reference::resolve(body, answers)).transpose()?;
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let (version, path) = http::resource(path).ok_or_else(Fault::not_found)?;
    if path.first().is_some_and(|first| first == "composite") && path.len() == 1 {
        return Err(Fault::request("INVALID_INPUT", "a composite request must not contain a composite request"));
    }
    // A subrequest does not inherit the headers of the request.
    let mut rules = part.http_headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(super::DUPLICATE_RULE));
    org.saves_duplicates = rules.any(|(_, value)| super::saves_duplicates(value));
    let part = Request {
        method: &part.method.to_ascii_uppercase(),
        version: &version,
        path,
        query: http::parameters(query),
        body: body.as_ref(),
        page: request.page,
    };
    super::answer(org, &part)
}
