//! Serves `/`: the latest calls and messages, and those in trouble.

use std::sync::Arc;

use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::rules::fields::key_of;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::frame::{failed, page as frame, time};
use super::{About, lists};
use crate::Service;
use crate::dispatch::{NEARLY_USED, is_nearly_used};
use crate::report::Report;
use crate::store::{CallRow, Counts, StoreError, Unreadable, now};

/// How many entries each list shows.
const SHOWN: usize = 50;

pub(super) async fn page(State(service): State<Arc<Service>>) -> Response {
    match content(&service).await {
        Ok(content) => frame("Calls", &content),
        Err(error) => failed(&error),
    }
}

async fn content(service: &Service) -> Result<Markup, StoreError> {
    let store = &service.worker.store;
    let (counts, last) = (store.counts(service.metrics.since).await?, store.last(SHOWN).await?);
    let (in_trouble, unreadable) = (store.in_trouble(SHOWN).await?, store.unreadable(SHOWN).await?);
    Ok(html! {
        h1 { "Calls" }
        (next_steps(&service.about, last.is_empty()))
        (figures(counts))
        (slowed(service))
        (trouble(&in_trouble))
        (set_aside(&unreadable))
        h2 { "Latest calls and messages" }
        @if last.is_empty() {
            p class="quiet" { "No call or message has arrived yet." }
        }
        @for call in &last {
            (entry(call, &service.about))
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

fn entry(call: &CallRow, about: &About) -> Markup {
    let report: Option<Report> = call.report.as_deref().and_then(|report| serde_json::from_str(report).ok());
    let word = report.as_ref().map_or("not written yet", |report| report.action.as_str());
    html! {
        details class="call" id=(name(&call.key).replace(' ', "-")) {
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
            @if let Some(report) = &report {
                (lists::report(report))
            }
        }
    }
}
