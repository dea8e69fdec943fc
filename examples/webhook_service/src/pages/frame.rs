//! Renders the frame that every page shares.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::DateTime;
use maud::{Markup, html};

use crate::store::{Millis, StoreError};

/// Renders a page.
pub(super) fn page(title: &str, content: &Markup) -> Response {
    // Split first: a title or a content can contain a text that looks like a placeholder.
    let (head, foot) = include_str!("frame.html").split_once("{content}").unwrap_or_default();
    let head = head.replace("{title}", &html! { (title) }.0);
    Html([&head, content.0.as_str(), foot].concat()).into_response()
}

/// Renders the page that appears when the store fails.
impl IntoResponse for StoreError {
    fn into_response(self) -> Response {
        let content = html! {
            h1 { "Out of order" }
            p class="problem" { "The database failed: " (self) "." }
            p { "The service rejects webhooks until the database works again. Aircall repeats them." }
        };
        (StatusCode::SERVICE_UNAVAILABLE, page("Out of order", &content)).into_response()
    }
}

/// Renders a time in UTC.
pub(super) fn time(at: Millis) -> Markup {
    let Some(time) = DateTime::from_timestamp_millis(at) else {
        return html! { "—" };
    };
    html! { time datetime=(time.to_rfc3339()) { (time.format("%Y-%m-%d %H:%M:%S UTC")) } }
}
