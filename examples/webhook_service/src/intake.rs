//! Checks, stores and answers webhooks. Everything else happens after the answer.

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
/// The time limit for an answer; Aircall waits for five seconds.
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

/// The outcome of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Stored,
    /// Not stored: nothing can be logged because of the webhook.
    Skipped(Skip),
    /// Stored for a person to look at: the token is Aircall's, but this program cannot read the
    /// content.
    SetAside,
    NotJson,
    WrongToken,
    TooLarge,
    CutOff,
    StoreFailed,
}

impl Answer {
    const fn word(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Skipped(Skip::NotACall) => "not_a_call",
            Self::Skipped(Skip::MessageStatus) => "message_status",
            Self::Skipped(Skip::GroupMessage) => "group_message",
            Self::Skipped(_) => "not_logged",
            Self::SetAside => "set_aside",
            Self::NotJson => "not_json",
            Self::WrongToken => "wrong_token",
            Self::TooLarge => "too_large",
            Self::CutOff => "cut_off",
            Self::StoreFailed => "store_failed",
        }
    }

    /// Returns the response status. Aircall repeats every webhook whose status is not a success.
    const fn status(self) -> StatusCode {
        match self {
            Self::Stored | Self::Skipped(_) | Self::SetAside => StatusCode::OK,
            Self::NotJson | Self::CutOff => StatusCode::BAD_REQUEST,
            Self::WrongToken => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::StoreFailed => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

async fn webhook(State(service): State<Arc<Service>>, body: Result<Bytes, BytesRejection>) -> Response {
    let timer = service.metrics.webhook_seconds.start_timer();
    let answer = match body {
        Ok(body) => take(&service, &body).await,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Answer::TooLarge,
        Err(_) => Answer::CutOff,
    };
    drop(timer);
    service.metrics.webhooks.with_label_values(&[answer.word()]).inc();
    (answer.status(), format!("{}\n", answer.word())).into_response()
}

/// Only the token, read from a webhook whose content cannot be read.
#[derive(Deserialize)]
struct TokenOnly {
    token: Option<String>,
}

async fn take(service: &Service, body: &[u8]) -> Answer {
    let stored = match Webhook::from_slice(body) {
        Ok(webhook) => {
            if !is_ours(service, webhook.token.as_ref().map(Token::as_str)) {
                tracing::warn!("a webhook's token is wrong or missing");
                return Answer::WrongToken;
            }
            keep(service, &webhook, body).await
        }
        Err(error) => {
            let Ok(TokenOnly { token }) = serde_json::from_slice(body) else {
                tracing::warn!(%error, "a request is not a webhook");
                return Answer::NotJson;
            };
            if !is_ours(service, token.as_deref()) {
                tracing::warn!("a webhook's token is wrong or missing");
                return Answer::WrongToken;
            }
            tracing::error!(%error, "a webhook could not be read");
            set_aside(service, body, error.to_string()).await
        }
    };
    stored.unwrap_or_else(|error| {
        tracing::error!(%error, "a webhook could not be stored");
        Answer::StoreFailed
    })
}

/// Stores a webhook for its call or message.
async fn keep(service: &Service, webhook: &Webhook<'_>, body: &[u8]) -> Result<Answer, StoreError> {
    let key = match history::key(webhook, &service.worker.settings) {
        Ok(key) => key_text(&key),
        Err(reason) => return Ok(Answer::Skipped(reason)),
    };
    service.worker.store.keep(key, body.to_vec(), service.rounds.quiet).await?;
    service.news.notify_one();
    Ok(Answer::Stored)
}

async fn set_aside(service: &Service, body: &[u8], reason: String) -> Result<Answer, StoreError> {
    service.worker.store.keep_unreadable(body.to_vec(), reason).await.map(|()| Answer::SetAside)
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

/// Compares a token with every valid token in constant time, so that the response time does not
/// reveal how much of a guess is right.
fn is_ours(service: &Service, token: Option<&str>) -> bool {
    let token = token.unwrap_or_default().as_bytes();
    // `any` would stop at the first match, and the response time would reveal its position.
    let matches = service.tokens.iter().map(|known| known.as_bytes().ct_eq(token));
    matches.fold(subtle::Choice::from(0), |any, one| any | one).into()
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "storing the webhook took too long\n").into_response(),
    }
}
