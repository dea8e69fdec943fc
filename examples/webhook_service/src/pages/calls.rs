//! Serves `/`: the latest calls and messages, and those in trouble.

use std::sync::Arc;

use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::rules::fields::{key_of, key_text};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::frame::{failed, page as frame, time};
use super::{About, lists};
use crate::Service;
use crate::dispatch::{NEARLY_USED, is_nearly_used};
use crate::report::Report;
use crate::store::{CallRow, CallState, Counts, StoreError, Unreadable, now};

/// The states that the list can be limited to.
const STATES: [(&str, &str, CallState); 4] = [
    ("any", "all", CallState::Any),
    ("written", "written", CallState::Written),
    ("waiting", "waiting", CallState::Waiting),
    ("parked", "parked", CallState::Parked),
];
/// How many entries each list shows.
const SHOWN: usize = 50;

/// What the list of calls shows: those that contain a text and are in a state.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
    state: CallState,
}

pub(super) async fn page(State(service): State<Arc<Service>>, Query(wanted): Query<Wanted>) -> Response {
    match content(&service, wanted).await {
        Ok(content) => frame("Calls", &content),
        Err(error) => failed(&error),
    }
}

pub(super) async fn call(State(service): State<Arc<Service>>, Path(id): Path<u64>) -> Response {
    one(&service, &TaskKey::Call(id)).await
}

pub(super) async fn message(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Response {
    one(&service, &TaskKey::Message(id)).await
}

/// Serves the page of one call or message, which can be sent to a colleague.
async fn one(service: &Service, key: &TaskKey) -> Response {
    let name = name(&key_text(key));
    match service.worker.store.find(key_text(key)).await {
        Ok(Some(call)) => {
            let content = html! {
                h1 { (name) }
                @if call.trouble.is_some() { (trouble(std::slice::from_ref(&call))) }
                (entry(&call, &service.about, true))
            };
            frame(&name, &content)
        }
        Ok(None) => {
            let content = html! { h1 { (name) } p { "The service does not know it, or has forgotten it." } };
            (StatusCode::NOT_FOUND, frame(&name, &content)).into_response()
        }
        Err(error) => failed(&error),
    }
}

async fn content(service: &Service, Wanted { q, state }: Wanted) -> Result<Markup, StoreError> {
    let store = &service.worker.store;
    let is_search = !q.is_empty() || state != CallState::Any;
    let last = if is_search { store.search(q.clone(), state, SHOWN).await? } else { store.last(SHOWN).await? };
    let counts = store.counts(service.metrics.since).await?;
    let (in_trouble, unreadable) = (store.in_trouble(SHOWN).await?, store.unreadable(SHOWN).await?);
    Ok(html! {
        h1 { "Calls" }
        (next_steps(&service.about, last.is_empty() && !is_search))
        (figures(counts))
        (slowed(service))
        (trouble(&in_trouble))
        (set_aside(&unreadable))
        h2 { "Latest calls and messages" }
        form class="search" {
            input name="q" type="search" value=(q) placeholder="name, number, id or text" aria-label="Search";
            select name="state" aria-label="State" {
                @for (value, text, of) in STATES {
                    option value=(value) selected[of == state] { (text) }
                }
            }
            button { "Search" }
        }
        @if last.is_empty() {
            p class="quiet" {
                @if is_search { "No call or message matches." } @else { "No call or message has arrived yet." }
            }
        }
        @for call in &last {
            (entry(call, &service.about, false))
        }
    })
}

fn next_steps(about: &About, is_first: bool) -> Markup {
    html! {
        @if about.is_stand_in {
            section class="next" {
                h2 { "Next steps" }
                p { "Salesforce is a stand-in inside this program. It contains "
                    a href=(format!("{}stand-in/state", about.org)) { "these Tasks" }
                    " and loses them when the program stops."
                }
                ol {
                    li {
                        form method="post" action="/sample" { button { "Send a sample call" } }
                        " or, from this example's folder:"
                        pre { "curl --data-binary @../data/webhook.json \\\n  http://" (about.listen) "/webhook" }
                    }
                    li { "Reload this page, open the call below, and read the explanation of each field." }
                    li { a href="/try" { "Try" } " a webhook of your own with other settings. That page writes nothing." }
                    li {
                        "For a real org, set " code { "SALESFORCE_URL" } ", " code { "SALESFORCE_CLIENT_ID" } ", "
                        code { "SALESFORCE_CLIENT_SECRET" } ", " code { "AIRCALL_TOKEN" } " and " code { "SETTINGS" }
                        "; README.md describes them."
                    }
                }
            }
        } @else if is_first {
            section class="next" {
                h2 { "Next steps" }
                p {
                    "Point Aircall's webhook to " code { "/webhook" } " on " (about.listen)
                    " through an HTTPS proxy, then make a call."
                }
            }
        }
    }
}

fn figures(counts: Counts) -> Markup {
    let Counts { events, unreadable, waiting, parked, .. } = counts;
    html! {
        p class="figures" {
            span { b { (waiting) } " calls waiting" }
            span { b { (events) } " webhooks to absorb" }
            span { b { (parked) } " parked" }
            span { b { (unreadable) } " unreadable" }
        }
    }
}

/// Says why calls are logged later than usual.
fn slowed(service: &Service) -> Markup {
    let allowance = service.worker.salesforce.usage().allowance.filter(|_| is_nearly_used(&service.worker));
    html! {
        @if let Some(allowance) = allowance {
            p class="problem" {
                (allowance.percent()) " % of the org's daily requests are used, by all of its integrations. Until it is "
                (NEARLY_USED) " % or less, the rounds are longer, and calls are logged later."
            }
        }
    }
}

fn trouble(calls: &[CallRow]) -> Markup {
    html! {
        @if !calls.is_empty() {
            h2 { "Calls and messages in trouble" }
            form method="post" action="/retry" { button { "Try all again" } }
            ul class="trouble" {
                @for call in calls {
                    li {
                        span class={ "badge " (if call.is_parked { "parked" } else { "waiting" }) } {
                            (if call.is_parked { "parked" } else { "waiting" })
                        }
                        " " b { (name(&call.key)) } ", failed attempts: " (call.attempts) ". "
                        (call.trouble.as_deref().unwrap_or_default())
                        @if let Some(due) = call.due {
                            " Next attempt in " (((due - now()).max(0) + 999) / 1_000) " s."
                        }
                        form method="post" action=(format!("/calls/{}/retry", call.call)) { button { "Try again" } }
                    }
                }
            }
        }
    }
}

fn set_aside(events: &[Unreadable]) -> Markup {
    html! {
        @if !events.is_empty() {
            h2 { "Webhooks that cannot be read" }
            ul class="trouble" {
                @for event in events {
                    li {
                        (time(event.received_at)) ", " (event.bytes) " bytes: " (event.reason)
                        form method="post" action=(format!("/events/{}/read", event.id)) { button { "Read again" } }
                        form method="post" action=(format!("/events/{}/drop", event.id)) { button { "Discard" } }
                    }
                }
            }
        }
    }
}

/// Returns the name of a call or message, with Aircall's id.
fn name(key: &str) -> String {
    match key_of(key) {
        Some(TaskKey::Call(id)) => format!("call {id}"),
        Some(TaskKey::Message(id)) => format!("message {id}"),
        None => key.to_owned(),
    }
}

/// Returns the path of the page of a call or message.
fn page_of(key: &str) -> Option<String> {
    match key_of(key)? {
        TaskKey::Call(id) => Some(format!("/calls/{id}")),
        TaskKey::Message(id) => Some(format!("/messages/{}", utf8_percent_encode(&id, NON_ALPHANUMERIC))),
    }
}

fn entry(call: &CallRow, about: &About, is_open: bool) -> Markup {
    let report: Option<Report> = call.report.as_deref().and_then(|report| serde_json::from_str(report).ok());
    // An earlier version of this program may have stored a report that this one cannot read.
    let otherwise = if call.task.is_some() { "written" } else { "not written yet" };
    let word = report.as_ref().map_or(otherwise, |report| report.action.as_str());
    html! {
        details class="call" id=(name(&call.key).replace(' ', "-")) open[is_open] {
            summary {
                span class="badge" { (word) }
                " " b { (name(&call.key)) }
                @if let Some(report) = &report { " " span class="quiet" { (report.kind) } }
                " " span class="quiet" { (time(call.seen_at)) }
            }
            @if let Some(task) = &call.task {
                p {
                    "Task "
                    @if about.is_stand_in { code { (task) } }
                    @else { a href=(format!("{}lightning/r/Task/{task}/view", about.org)) { (task) } }
                }
            }
            @if let Some(trouble) = &call.trouble {
                p class="problem" { (trouble) }
            }
            @if let Some(page) = page_of(&call.key).filter(|_| !is_open) {
                p { a href=(page) { "A page of its own, to show to somebody" } }
            }
            @if let Some(report) = &report {
                (lists::report(report))
            }
        }
    }
}
