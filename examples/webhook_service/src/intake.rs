//! Checks and stores webhooks, and responds to them. Everything else happens after the response.

use std::sync::Arc;
use std::time::Duration;

use aircall_salesforce::Webhook;
use aircall_salesforce::aircall::Token;
use aircall_salesforce::rules::fields::key_text;
use aircall_salesforce::rules::logging::Skip;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use crate::Service;
use crate::store::StoreError;

/// The size limit of a webhook; Aircall's webhooks have a few kilobytes.
pub const BODY_LIMIT: usize = 1 << 20;
/// The time limit for a response; Aircall waits for five seconds.
const TIME_LIMIT: Duration = Duration::from_secs(4);

/// Builds the routes that Aircall may reach.
pub fn routes(service: Arc<Service>) -> Router {
    Router::new()
        .route("/webhook", post(webhook))
        .route("/healthz", get(crate::health::health))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(in_time))
        .with_state(service)
}

/// The status of a response, and a word for what was done with the webhook. Aircall repeats every
/// webhook whose status is not a success.
type Reply = (StatusCode, &'static str);

const WRONG_TOKEN: Reply = (StatusCode::UNAUTHORIZED, "wrong_token");

/// Returns the reply to a webhook that is not stored, because it leads to no Task.
const fn skipped(reason: Skip) -> Reply {
    let word = match reason {
        Skip::NotACall => "not_a_call",
        Skip::MessageStatus => "message_status",
        Skip::GroupMessage => "group_message",
        _ => "not_logged",
    };
    (StatusCode::OK, word)
}

async fn webhook(State(service): State<Arc<Service>>, body: Result<Bytes, BytesRejection>) -> Response {
    let timer = service.metrics.webhook_seconds.start_timer();
    let (status, word) = match body {
        Ok(body) => take(&service, &body).await,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => (rejection.status(), "too_large"),
        Err(_) => (StatusCode::BAD_REQUEST, "cut_off"),
    };
    drop(timer);
    service.metrics.webhooks.with_label_values(&[word]).inc();
    (status, format!("{word}\n")).into_response()
}

/// Only the token, read from a webhook whose content cannot be read.
#[derive(Deserialize)]
struct TokenOnly {
    token: Option<String>,
}

async fn take(service: &Service, body: &[u8]) -> Reply {
    let stored = match Webhook::from_slice(body) {
        Ok(webhook) => {
            if !is_ours(service, webhook.token.as_ref().map(Token::as_str)) {
                tracing::warn!("a webhook's token is wrong or missing");
                return WRONG_TOKEN;
            }
            keep(service, &webhook, body).await
        }
        Err(error) => {
            let Ok(TokenOnly { token }) = serde_json::from_slice(body) else {
                tracing::warn!(%error, "a request is not a webhook");
                return (StatusCode::BAD_REQUEST, "not_json");
            };
            if !is_ours(service, token.as_deref()) {
                tracing::warn!("a webhook's token is wrong or missing");
                return WRONG_TOKEN;
            }
            tracing::error!(%error, "a webhook could not be read");
            set_aside(service, body, error.to_string()).await
        }
    };
    stored.unwrap_or_else(|error| {
        tracing::error!(%error, "a webhook could not be stored");
        (StatusCode::SERVICE_UNAVAILABLE, "store_failed")
    })
}

/// Stores a webhook for its call or message.
async fn keep(service: &Service, webhook: &Webhook<'_>, body: &[u8]) -> Result<Reply, StoreError> {
    let key = match history::key(webhook, &service.worker.settings) {
        Ok(key) => key_text(&key),
        Err(reason) => return Ok(skipped(reason)),
    };
    service.worker.store.keep(key, body.to_vec(), service.rounds.quiet).await?;
    service.news.notify_one();
    Ok((StatusCode::OK, "stored"))
}

/// Stores a webhook with Aircall's token that this program cannot read, for a person to look at.
async fn set_aside(service: &Service, body: &[u8], reason: String) -> Result<Reply, StoreError> {
    service.worker.store.keep_unreadable(body.to_vec(), reason).await.map(|()| (StatusCode::OK, "set_aside"))
}

/// Reads a webhook that was set aside once more, and sets it aside again if it still cannot be
/// read.
///
/// # Errors
///
/// The store fails.
pub async fn take_again(service: &Service, body: &[u8]) -> Result<(), StoreError> {
    match Webhook::from_slice(body) {
        Ok(webhook) => keep(service, &webhook, body).await,
        Err(error) => set_aside(service, body, error.to_string()).await,
    }
    .map(drop)
}

/// Returns a webhook's text without its token, which the pages must not show.
#[must_use]
pub fn without_token(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    match serde_json::from_slice(body) {
        Ok(TokenOnly { token: Some(token) }) if !token.is_empty() => text.replace(&format!("\"{token}\""), "\"…\""),
        _ => text.into_owned(),
    }
}

/// Compares a token with every valid token in constant time, so that the response time does not
/// reveal how much of a guess is right. Without a valid token, every webhook is accepted.
fn is_ours(service: &Service, token: Option<&str>) -> bool {
    let token = token.unwrap_or_default().as_bytes();
    // `any` would stop at the first match, and the response time would reveal its position.
    let matches = service.tokens.iter().map(|known| known.as_bytes().ct_eq(token));
    service.tokens.is_empty() || matches.fold(subtle::Choice::from(0), |any, one| any | one).into()
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "storing the webhook took too long\n").into_response(),
    }
}
