//! Serves the pages that people see: plain HTML, rendered on the server, without scripts.

mod calls;
mod frame;
mod lists;
mod trial;

use std::net::SocketAddr;
use std::sync::Arc;

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

const STYLE: &str = include_str!("style.css");

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
    Router::new()
        .route("/", get(calls::page))
        .route("/try", get(trial::page).post(trial::try_out))
        .route("/sample", post(send_sample))
        .route("/retry", post(retry_all))
        .route("/calls/{id}", get(calls::call))
        .route("/messages/{id}", get(calls::message))
        .route("/calls/{id}/retry", post(retry))
        .route("/events/{id}/read", post(read_again))
        .route("/events/{id}/drop", post(discard))
        .route("/style.css", get(style))
        .route("/metrics", get(health::metrics))
        .route("/healthz", get(health::health))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(middleware::from_fn(guard))
        .with_state(service)
}

/// Rejects forms that another site submits, and sets headers that forbid scripts, foreign content
/// and caching.
async fn guard(request: Request, next: Next) -> Response {
    // Current browsers send this header with every form; clients such as curl do not.
    let site = request.headers().get("sec-fetch-site").map(HeaderValue::as_bytes);
    if request.method() == Method::POST && !matches!(site, None | Some(b"same-origin" | b"none")) {
        return (StatusCode::FORBIDDEN, "another site submitted this form\n").into_response();
    }
    let mut response = next.run(request).await;
    let policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
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

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

async fn retry(State(service): State<Arc<Service>>, Path(call): Path<i64>) -> Response {
    then_home(service.worker.store.retry(Some(call)).await, &service)
}

async fn retry_all(State(service): State<Arc<Service>>) -> Response {
    then_home(service.worker.store.retry(None).await, &service)
}

/// Stores the bundled webhook as if Aircall had sent it.
async fn send_sample(State(service): State<Arc<Service>>) -> Response {
    if !service.about.is_stand_in {
        return StatusCode::NOT_FOUND.into_response();
    }
    then_home(take_again(&service, SAMPLE.as_bytes()).await, &service)
}

async fn read_again(State(service): State<Arc<Service>>, Path(event): Path<i64>) -> Response {
    let taken = match service.worker.store.take_unreadable(event).await {
        Ok(Some(body)) => take_again(&service, &body).await,
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    then_home(taken, &service)
}

async fn discard(State(service): State<Arc<Service>>, Path(event): Path<i64>) -> Response {
    then_home(service.worker.store.take_unreadable(event).await.map(drop), &service)
}

fn then_home(done: Result<(), StoreError>, service: &Service) -> Response {
    match done {
        Ok(()) => {
            service.news.notify_one();
            Redirect::to("/").into_response()
        }
        Err(error) => frame::failed(&error),
    }
}
