//! Serves the pages that people see: plain HTML, rendered on the server. One script, which nothing
//! depends on, shows news without reloading.

mod call;
mod calls;
mod entry;
mod frame;
mod lists;
mod trial;

use std::net::SocketAddr;
use std::sync::Arc;

use aircall_salesforce::lookup::TaskKey;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use reqwest::Url;

use crate::intake::{BODY_LIMIT, take_again};
use crate::store::StoreError;
use crate::{Service, health};

/// The size limit of a form; percent-encoding makes three bytes of one.
const FORM_LIMIT: usize = 4 * BODY_LIMIT;

/// The bundled sample webhook.
pub const SAMPLE: &str = include_str!("../../../data/webhook.json");

/// The addresses that the pages show.
pub struct About {
    /// The address that accepts webhooks.
    pub listen: SocketAddr,
    /// The address of the org.
    pub org: Url,
    /// Whether the org is the stand-in.
    pub is_stand_in: bool,
}

/// Builds the routes of the pages, the metrics and the buttons.
pub fn routes(service: Arc<Service>) -> Router {
    type Shared = State<Arc<Service>>;
    let call_page = |State(service): Shared, Path(id)| call::page(service, TaskKey::Call(id));
    let retry_call = |State(service): Shared, Path(id)| call::retry(service, TaskKey::Call(id));
    let message_page = |State(service): Shared, Path(id)| call::page(service, TaskKey::Message(id));
    let retry_message = |State(service): Shared, Path(id)| call::retry(service, TaskKey::Message(id));
    let file = |content_type, text| get(async move || ([(header::CONTENT_TYPE, content_type)], text));
    Router::new()
        .route("/", get(calls::page))
        .route("/try", get(trial::page).post(trial::try_out))
        .route("/sample", post(send_sample))
        .route("/retry", post(retry))
        .route("/calls/{id}", get(call_page).post(retry_call))
        .route("/messages/{id}", get(message_page).post(retry_message))
        // The id of this route is the id in the database; the two routes above have Aircall's id.
        .route("/calls/{id}/retry", post(retry))
        .route("/events/{id}", get(call::webhook))
        .route("/events/{id}/read", post(read_again))
        .route("/events/{id}/drop", post(discard))
        .route("/changes", get(changes))
        .route("/style.css", file("text/css; charset=utf-8", include_str!("style.css")))
        .route("/refresh.js", file("text/javascript; charset=utf-8", include_str!("refresh.js")))
        .route("/metrics", get(health::metrics))
        .route("/healthz", get(health::health))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(middleware::from_fn(guard))
        .with_state(service)
}

/// Rejects forms that another site submits, and sets headers that forbid foreign scripts, foreign
/// content and caching.
async fn guard(request: Request, next: Next) -> Response {
    // Current browsers send this header with every form; clients such as curl do not.
    let site = request.headers().get("sec-fetch-site").map(HeaderValue::as_bytes);
    if request.method() == Method::POST && !matches!(site, None | Some(b"same-origin" | b"none")) {
        return (StatusCode::FORBIDDEN, "another site submitted this form\n").into_response();
    }
    let mut response = next.run(request).await;
    let policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Serves a number that changes whenever the pages can have news.
async fn changes(State(service): State<Arc<Service>>) -> Result<String, StoreError> {
    Ok(service.worker.store.changes().await?.to_string())
}

/// Tries one call in trouble again, or all of them.
async fn retry(State(service): State<Arc<Service>>, call: Option<Path<i64>>) -> Result<Redirect, StoreError> {
    service.worker.store.retry(call.map(|Path(call)| call)).await?;
    Ok(go(&service, "/"))
}

/// Stores the bundled webhook as if Aircall had sent it.
async fn send_sample(State(service): State<Arc<Service>>) -> Result<Response, StoreError> {
    if !service.about.is_stand_in {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    take_again(&service, SAMPLE.as_bytes()).await?;
    Ok(go(&service, "/").into_response())
}

async fn read_again(State(service): State<Arc<Service>>, Path(event): Path<i64>) -> Result<Redirect, StoreError> {
    if let Some(body) = service.worker.store.take_unreadable(event).await? {
        take_again(&service, &body).await?;
    }
    Ok(go(&service, "/"))
}

async fn discard(State(service): State<Arc<Service>>, Path(event): Path<i64>) -> Result<Redirect, StoreError> {
    service.worker.store.take_unreadable(event).await?;
    Ok(go(&service, "/"))
}

/// Lets the dispatcher look for due calls, and the browser open a page.
fn go(service: &Service, path: &str) -> Redirect {
    service.news.notify_one();
    Redirect::to(path)
}
