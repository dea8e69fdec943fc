//! Serves the page of one call or message, which can be sent to a colleague, and the page of one
//! webhook.

use std::sync::Arc;

use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::rules::fields::key_text;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::entry::{Entry, link, name_and_path};
use super::frame::{page as frame, time};
use super::{go, lists};
use crate::Service;
use crate::intake::without_token;
use crate::report::EARLIER;
use crate::store::{Received, StoreError};

/// How many of a call's latest webhooks its page lists.
const WEBHOOKS: usize = 100;

/// Handles the button "Try again" of the page.
pub(super) async fn retry(service: Arc<Service>, key: TaskKey) -> Result<Redirect, StoreError> {
    let store = &service.worker.store;
    if let Some(call) = store.find(key_text(&key)).await? {
        store.retry(Some(call.call)).await?;
    }
    Ok(go(&service, &name_and_path(&key).1))
}

fn found(name: &str, content: Option<Markup>) -> Response {
    let status = if content.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let content = content.unwrap_or_else(|| html! { p { "The service does not know it, or has forgotten it." } });
    (status, frame(name, &html! { h1 { (name) } (content) })).into_response()
}

pub(super) async fn page(service: Arc<Service>, key: TaskKey) -> Result<Response, StoreError> {
    let name = name_and_path(&key).0;
    let store = &service.worker.store;
    let Some(call) = store.find(key_text(&key)).await? else { return Ok(found(&name, None)) };
    let webhooks = store.webhooks(Some(call.call), WEBHOOKS).await?;
    let entry = Entry::new(&call);
    let report = entry.report.as_ref();
    let writes = report.map(|report| report.writes.as_slice()).unwrap_or_default();
    let first = writes.first().map(|first| first.action.as_str());
    let is_earlier = report.is_some_and(|report| !report.fields.is_empty());
    let unknown = match first.or_else(|| is_earlier.then_some(EARLIER)) {
        Some(EARLIER) => {
            "An earlier version of this service kept what it wrote, but not the single writes and the webhooks."
        }
        Some(action) if action.starts_with("created") => "",
        None if call.task.is_none() => "Nothing has been written yet.",
        _ => "The service does not know the write that created the Task.",
    };
    let content = html! {
        div data-live id="page" {
            div id="row" class="call row" { (entry.row()) }
            section id="task" {
                @if call.trouble.is_some() { form method="post" { button { "Try again" } } }
                (entry.details(&service.about))
            }
            section id="writes" {
                h2 { "Writes" }
                p class="quiet" { (unknown) }
                (lists::writes(writes))
            }
            section id="webhooks" {
                h2 { "Webhooks" }
                @if webhooks.len() == WEBHOOKS { p class="quiet" { "The latest " (WEBHOOKS) ":" } }
                ol class="webhooks" { @for webhook in webhooks.iter().rev() { li { (received(webhook)) } } }
            }
        }
    };
    Ok(found(&name, Some(content)))
}

/// Renders a webhook's name, time and size.
pub(super) fn received(webhook: &Received) -> Markup {
    html! {
        a href=(format!("/events/{}", webhook.id)) {
            (time(webhook.received_at)) " " (webhook.event.as_deref().unwrap_or("webhook"))
        }
        span class="quiet" { ", " (webhook.bytes) " bytes" }
    }
}

/// Serves the page of a webhook, with its text.
pub(super) async fn webhook(State(service): State<Arc<Service>>, Path(id): Path<i64>) -> Result<Response, StoreError> {
    let stored = service.worker.store.webhook(id).await?;
    let content = stored.map(|(webhook, body, key)| {
        html! {
            p { (received(&webhook)) @if let Some(key) = key { ", of " (link(&key)) } }
            @if let Some(reason) = &webhook.unreadable {
                p class="problem" { "This webhook cannot be read: " (reason) }
                form method="post" action=(format!("/events/{id}/read")) { button { "Read again" } }
                form method="post" action=(format!("/events/{id}/drop")) { button { "Discard" } }
            }
            pre { (without_token(&body)) }
            p class="quiet" { "The text is shown as it arrived, without its token." }
        }
    });
    Ok(found(&format!("webhook {id}"), content))
}
