//! Handles HTTP: routes, tokens, and the failures that the switches inject.

use std::borrow::Cow;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::org::{Org, Turn};
use crate::rest::{self, Reply, Request};
use crate::switches::Failure;
use crate::{StandIn, login, state};

/// The size limit of a request body in bytes.
const BODY_LIMIT: usize = 50 * 1024 * 1024;
/// The length limit of a URL in bytes.
const ADDRESS_LIMIT: usize = 16 * 1024;
const DATA: &str = "/services/data";

pub(crate) fn router(stand_in: StandIn) -> Router {
    Router::new()
        .route("/services/oauth2/token", post(token))
        .route("/services/Soap/u/{*version}", post(soap))
        .route(DATA, get(versions))
        .route("/services/data/", get(versions))
        .route("/services/data/{*resource}", any(data))
        .route("/lightning/r/{object}/{id}/view", get(state::view))
        .route("/stand-in/state", get(state::records))
        .route("/stand-in/switches", get(state::switches).put(state::set_switches))
        .route("/stand-in/writes", get(state::writes))
        .route("/stand-in/sign-out", post(state::sign_out))
        .fallback(|| async { fault(&Fault::not_found()) })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(stand_in)
}

fn host(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost")
}

/// Parses a query string or a form.
pub(crate) fn parameters(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// Splits `/services/data/v67.0/…` into the version and the decoded path segments. Empty segments
/// are ignored.
pub(crate) fn resource(path: &str) -> Option<(String, Vec<String>)> {
    let rest = path.strip_prefix(DATA)?;
    let mut steps = rest.split('/').filter(|step| !step.is_empty());
    let version = steps.next()?.to_owned();
    let steps = steps.map(|step| percent_decode_str(step).decode_utf8().map(Cow::into_owned));
    Some((version, steps.collect::<Result<_, _>>().ok()?))
}

async fn token(
    State(stand_in): State<StandIn>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: String,
) -> Response {
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| basic(value.to_str().ok()?));
    let mut form = parameters(&body);
    form.extend(parameters(query.as_deref().unwrap_or_default()));
    login::oauth(&mut stand_in.org(), host(&headers), basic, &form)
}

/// Decodes the client's id and secret from HTTP basic authentication.
fn basic(value: &str) -> Option<(String, String)> {
    use base64::Engine;
    let encoded = value.strip_prefix("Basic ")?;
    let decoded = String::from_utf8(base64::engine::general_purpose::STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

async fn soap(
    State(stand_in): State<StandIn>,
    Path(version): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let version = version.split('/').next().unwrap_or_default();
    login::soap(&mut stand_in.org(), host(&headers), version, &body)
}

async fn versions() -> Response {
    let versions = rest::VERSIONS.map(|number| {
        json!({"label": format!("v{number}"), "url": format!("{DATA}/v{number}.0"), "version": format!("{number}.0")})
    });
    axum::Json(versions.collect::<Vec<_>>()).into_response()
}

async fn data(
    State(stand_in): State<StandIn>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let latency = stand_in.org().switches.latency_ms;
    if latency > 0 {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    let is_long = uri.path_and_query().is_some_and(|address| address.as_str().len() > ADDRESS_LIMIT);
    let parsed = if is_long {
        Err(Fault::with_status(414, "URI_TOO_LONG", "the address is too long"))
    } else {
        parsed(&headers, &body)
    };
    let (version, path) = resource(uri.path()).unwrap_or_default();
    let page = rest::page(headers.get("sforce-query-options").and_then(|options| options.to_str().ok()));
    let request = Request {
        method: if method == Method::HEAD { "GET" } else { method.as_str() },
        version: &version,
        path,
        query: parameters(query.as_deref().unwrap_or_default()),
        body: parsed.as_ref().ok().and_then(Option::as_ref),
        page,
    };
    let (reply, usage) = {
        let mut org = stand_in.org();
        let reply = handle(&mut org, &headers, &request, parsed.as_ref().err());
        (reply, format!("api-usage={}/{}", org.counts.requests, org.switches.allowance))
    };
    let mut response = match reply {
        Ok(reply) => respond(reply),
        Err(Lost) => return (StatusCode::GATEWAY_TIMEOUT, "<html><body>Gateway Timeout</body></html>").into_response(),
    };
    if let Ok(usage) = usage.parse() {
        response.headers_mut().insert("sforce-limit-info", usage);
    }
    response
}

/// Parses the JSON of a body, if the request has a body.
fn parsed(headers: &HeaderMap, body: &Bytes) -> Result<Option<Value>, Fault> {
    if body.is_empty() {
        return Ok(None);
    }
    let content = headers.get(header::CONTENT_TYPE).and_then(|content| content.to_str().ok());
    if !content.is_some_and(|content| content.starts_with("application/json")) {
        let message = "Content type is not supported, application/json is";
        return Err(Fault::with_status(415, "UNSUPPORTED_MEDIA_TYPE", message));
    }
    let unreadable = |error| Fault::request("JSON_PARSER_ERROR", format!("the body is not JSON: {error}"));
    serde_json::from_slice(body).map(Some).map_err(unreadable)
}

/// A response that must not reach the client.
struct Lost;

/// Counts a request with a valid token, unless it exceeds the allowance.
fn admit(org: &mut Org, headers: &HeaderMap, request: &Request<'_>) -> Result<(), Fault> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth"));
    if !token.is_some_and(|(_, token)| org.tokens.iter().any(|valid| valid == token)) {
        return Err(Fault::with_status(401, "INVALID_SESSION_ID", "Session expired or invalid"));
    }
    match rest::number(request.version) {
        Some(number) if rest::VERSIONS.contains(&number) => {}
        Some(number) if number < *rest::VERSIONS.start() => {
            return Err(Fault::with_status(410, "UNSUPPORTED_API_VERSION", "This version was retired"));
        }
        _ => return Err(Fault::not_found()),
    }
    if org.counts.requests >= org.switches.allowance {
        return Err(Fault::with_status(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
    }
    org.counts.requests += 1;
    *org.counts.by_resource.entry(request.resource()).or_default() += 1;
    Ok(())
}

/// Handles a request, unless it is malformed or a switch makes it fail.
fn handle(org: &mut Org, headers: &HeaderMap, request: &Request<'_>, malformed: Option<&Fault>) -> Result<Reply, Lost> {
    let admitted = admit(org, headers, request).and_then(|()| malformed.cloned().map_or(Ok(()), Err));
    if let Err(fault) = admitted {
        return Ok(fault.into());
    }
    let rule = headers.get(rest::DUPLICATE_RULE).and_then(|value| value.to_str().ok());
    org.saves_duplicates = rule.is_some_and(rest::saves_duplicates);
    // Rolls back the writes of a request that panicked before its commit.
    org.store.roll_back(0);
    org.turn = Turn::Counts;
    let failure = if request.is_write() { next_failure(org) } else { None };
    match failure {
        Some(Failure::Unavailable) => {
            let message = "the server is temporarily unavailable";
            return Ok(Fault::with_status(503, "SERVER_UNAVAILABLE", message).into());
        }
        Some(Failure::RowLocked | Failure::AnswerLost) | None => {}
    }
    org.is_locked = failure == Some(Failure::RowLocked);
    let reply = rest::handle(org, request).unwrap_or_else(Reply::from);
    // The writes stay even if the response is lost: this is the failure that callers must handle.
    org.commit();
    if failure == Some(Failure::AnswerLost) { Err(Lost) } else { Ok(reply) }
}

/// Counts a write and returns the failure that a switch injects.
fn next_failure(org: &mut Org) -> Option<Failure> {
    org.counts.writes += 1;
    let failure = org.switches.failure(org.counts.writes);
    org.counts.failed += u64::from(failure.is_some());
    failure
}

fn respond(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match reply.body {
        Some(body) => (status, axum::Json(body)).into_response(),
        None => status.into_response(),
    };
    if let Some(Ok(location)) = reply.location.map(|location| location.parse()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

pub(crate) fn fault(fault: &Fault) -> Response {
    respond(fault.clone().into())
}
