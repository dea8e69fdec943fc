//! Handles composite requests, in which later subrequests refer to the responses of earlier ones.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::reference::{self, Responses};
use super::{Reply, Request, not_allowed};
use crate::fault::Fault;
use crate::http;
use crate::org::{Org, Turn};
use crate::switches::Resource;

/// The largest number of subrequests.
const SUBREQUESTS_LIMIT: usize = 25;
/// The largest number of subrequests that are queries or collections.
const QUERIES_LIMIT: usize = 5;
/// The resources that a subrequest can use.
const RESOURCES: [Resource; 3] = [Resource::Query, Resource::Collections, Resource::Sobjects];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Composite {
    #[serde(default)]
    all_or_none: bool,
    composite_request: Vec<Subrequest>,
}

/// A part of a composite request or of a graph.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subrequest {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) reference_id: String,
    pub(super) body: Option<Value>,
    #[serde(default)]
    http_headers: HashMap<String, String>,
}

impl Subrequest {
    /// Returns the version and the path segments, with unresolved references.
    pub(super) fn target(&self) -> (String, Vec<String>) {
        http::resource(self.url.split('?').next().unwrap_or_default()).unwrap_or_default()
    }

    fn resource(&self) -> Resource {
        Resource::of(&self.target().1)
    }

    /// Returns whether the subrequest writes one record.
    fn writes_record(&self) -> bool {
        let writes = ["POST", "PATCH"].iter().any(|method| self.method.eq_ignore_ascii_case(method));
        writes && self.resource() == Resource::Sobjects
    }
}

pub(super) fn handle(org: &mut Org, request: &Request<'_>) -> Result<Reply, Fault> {
    let Composite { all_or_none, composite_request: parts } = parsed(request)?;
    check(&parts)?;
    let (replies, _) = run(org, request, &parts, all_or_none, &RESOURCES);
    Ok(Reply::ok(response(&parts, replies)))
}

/// Parses the body of a composite request or of a request with graphs.
pub(super) fn parsed<T: DeserializeOwned>(request: &Request<'_>) -> Result<T, Fault> {
    if request.method != "POST" {
        return Err(not_allowed(request.method, "POST"));
    }
    T::deserialize(request.body.unwrap_or(&Value::Null)).map_err(|error| {
        Fault::request("JSON_PARSER_ERROR", format!("the composite request could not be parsed: {error}"))
    })
}

/// Responses the subrequests in order and returns whether all of them succeeded.
pub(super) fn run(
    org: &mut Org,
    request: &Request<'_>,
    parts: &[Subrequest],
    all_or_none: bool,
    resources: &[Resource],
) -> (Vec<Reply>, bool) {
    let mark = org.store.mark();
    let mut failing = failing_part(org, parts);
    let mut responses = Responses::new();
    let mut replies = Vec::new();
    let mut failed = false;
    for (n, part) in parts.iter().enumerate() {
        let reply = if failed && all_or_none {
            Reply::from(rolled_back())
        } else if !resources.contains(&part.resource()) {
            let message = format!("the resource of '{}' is not supported in this composite request", part.reference_id);
            Reply::from(Fault::request("INVALID_INPUT", message))
        } else {
            org.turn = if part.writes_record() {
                Turn::Grouped(failing.take_if(|(at, _)| *at == n).map(|(_, fault)| fault))
            } else {
                Turn::Counts
            };
            handle_subrequest(org, request, part, &responses).unwrap_or_else(Reply::from)
        };
        failed |= !reply.is_good();
        responses.insert(part.reference_id.clone(), reply.body.clone().filter(|_| reply.is_good()));
        replies.push(reply);
    }
    org.turn = Turn::Counts;
    if failed && all_or_none {
        org.store.roll_back(mark);
        for reply in replies.iter_mut().filter(|reply| reply.is_good()) {
            *reply = Reply::from(rolled_back());
        }
    }
    (replies, !failed)
}

/// Counts the subrequests that write one record as one write, and returns the failure that a
/// switch injects with the index of the subrequest that fails. It is not always the first one, so
/// that clients must look for it.
fn failing_part(org: &mut Org, parts: &[Subrequest]) -> Option<(usize, Fault)> {
    let writing: Vec<usize> =
        parts.iter().enumerate().filter(|(_, part)| part.writes_record()).map(|(n, _)| n).collect();
    if writing.is_empty() {
        return None;
    }
    let fault = org.next_record_failure()?;
    let failed = usize::try_from(org.counts.failed_records / 2).ok()?;
    Some((*writing.get(failed % writing.len())?, fault))
}

/// Returns the JSON of the replies.
pub(super) fn response(parts: &[Subrequest], replies: Vec<Reply>) -> Value {
    let parts = parts.iter().zip(replies).map(|(part, reply)| {
        let headers: HashMap<_, _> = reply.location.into_iter().map(|location| ("Location", location)).collect();
        json!({
            "body": reply.body,
            "httpHeaders": headers,
            "httpStatusCode": reply.status,
            "referenceId": part.reference_id,
        })
    });
    json!({"compositeResponse": parts.collect::<Vec<_>>()})
}

/// Checks the numbers of subrequests and their reference ids.
fn check(parts: &[Subrequest]) -> Result<(), Fault> {
    if parts.is_empty() || parts.len() > SUBREQUESTS_LIMIT {
        let message =
            format!("a composite request must have 1 to {SUBREQUESTS_LIMIT} subrequests, this one has {}", parts.len());
        return Err(Fault::request("LIMIT_EXCEEDED", message));
    }
    let queries =
        parts.iter().filter(|part| matches!(part.resource(), Resource::Query | Resource::Collections)).count();
    if queries > QUERIES_LIMIT {
        let message = format!(
            "a composite request must have at most {QUERIES_LIMIT} queries and collections, this one has {queries}"
        );
        return Err(Fault::request("LIMIT_EXCEEDED", message));
    }
    check_ids(parts)
}

/// Checks the reference ids.
pub(super) fn check_ids(parts: &[Subrequest]) -> Result<(), Fault> {
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

fn handle_subrequest(
    org: &mut Org,
    request: &Request<'_>,
    part: &Subrequest,
    responses: &Responses,
) -> Result<Reply, Fault> {
    let url = reference::in_text(&part.url, responses)?;
    let body = part.body.as_ref().map(|body| reference::resolve(body, responses)).transpose()?;
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let (version, path) = http::resource(path).ok_or_else(Fault::not_found)?;
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
    super::handle(org, &part)
}
