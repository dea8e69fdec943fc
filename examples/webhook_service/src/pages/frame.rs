//! Renders the frame that every page shares.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chrono::DateTime;
use maud::{DOCTYPE, Markup, html};

use crate::store::{Millis, StoreError};

/// Renders a page.
pub(super) fn page(title: &str, content: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Aircall to Salesforce" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="data:,";
            }
            body {
                header {
                    strong { "Aircall → Salesforce" }
                    nav {
                        a href="/" { "Calls" }
                        a href="/try" { "Try" }
                        a href="/metrics" { "Metrics" }
                    }
                }
                main { (content) }
            }
        }
    };
    Html(page.into_string()).into_response()
}

/// Renders the page that appears when the store fails.
pub(super) fn failed(error: &StoreError) -> Response {
    let page = page(
        "Out of order",
        &html! {
            h1 { "Out of order" }
            p class="problem" { "The database failed: " (error) "." }
            p { "The service rejects webhooks until the database works again. Aircall repeats them." }
        },
    );
    (StatusCode::SERVICE_UNAVAILABLE, page).into_response()
}

/// Renders a time in UTC.
pub(super) fn time(at: Millis) -> Markup {
    let Some(time) = DateTime::from_timestamp_millis(at) else {
        return html! { "—" };
    };
    html! { time datetime=(time.to_rfc3339()) { (time.format("%Y-%m-%d %H:%M:%S UTC")) } }
}
