//! Serves `/`: the latest calls and messages, and those in trouble.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

use super::call::received;
use super::entry::{Entry, link};
use super::frame::page as frame;
use super::{About, lists};
use crate::Service;
use crate::dispatch::{NEARLY_USED, is_nearly_used};
use crate::store::{CallRow, CallState, Counts, Received, StoreError};

/// The states that the list can be limited to.
const STATES: [(&str, &str, CallState); 5] = [
    ("any", "all", CallState::Any),
    ("written", "written", CallState::Written),
    ("waiting", "waiting", CallState::Waiting),
    ("parked", "parked", CallState::Parked),
    ("not_logged", "not logged", CallState::NotLogged),
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

pub(super) async fn page(
    State(service): State<Arc<Service>>,
    Query(Wanted { q, state }): Query<Wanted>,
) -> Result<Response, StoreError> {
    let (store, q) = (&service.worker.store, q.trim());
    let is_search = !q.is_empty() || state != CallState::Any;
    let last = if is_search { store.search(q.to_owned(), state, SHOWN).await? } else { store.last(SHOWN).await? };
    let counts = store.counts(service.metrics.since).await?;
    let (in_trouble, unreadable) = (store.in_trouble(SHOWN).await?, store.webhooks(None, SHOWN).await?);
    let content = html! {
        h1 { "Calls" }
        (next_steps(&service, last.is_empty() && !is_search))
        div data-live id="state" {
            div id="figures" { (figures(&service, counts)) }
            section id="trouble" { (trouble(&in_trouble)) }
            section id="unreadable" { (set_aside(&unreadable)) }
        }
        h2 { "Latest calls and messages" }
        form class="search" {
            input name="q" type="search" value=(q) placeholder="name, number, id or text" aria-label="Search";
            select name="state" aria-label="State" {
                @for (value, text, listed) in STATES {
                    option value=(value) selected[listed == state] { (text) }
                }
            }
            button { "Search" }
            @if is_search { a href="/" { "Show all" } }
        }
        div data-live id="calls" {
            @if last.is_empty() {
                p id="none" class="quiet" {
                    @if is_search { "No call or message matches." } @else { "No call or message has arrived yet." }
                }
            }
            @for call in &last { (entry(call, &service.about)) }
        }
    };
    Ok(frame("Calls", &content))
}

/// Says what a person can do first, with a stand-in or before the first call.
fn next_steps(service: &Service, is_first: bool) -> Markup {
    let About { listen, org, is_stand_in } = &service.about;
    let token = if service.tokens.is_empty() {
        "can be any, or be missing, because <code>AIRCALL_TOKEN</code> is not set"
    } else {
        "must be one of those in <code>AIRCALL_TOKEN</code>"
    };
    let text = match is_stand_in {
        true => include_str!("next_steps.html"),
        false if is_first => include_str!("first_call.html"),
        false => return html! {},
    };
    let text = text.replace("{listen}", &listen.to_string()).replace("{org}", org.as_str()).replace("{token}", token);
    html! { details class="next" open[is_first] { summary { h2 { "Next steps" } } (PreEscaped(text)) } }
}

/// Counts what is left to do, and says why calls are logged later than usual.
fn figures(service: &Service, counts: Counts) -> Markup {
    let Counts { events, unreadable, waiting, parked, .. } = counts;
    let left = [(waiting, "waiting"), (events, "webhooks to absorb"), (parked, "parked"), (unreadable, "unreadable")];
    let allowance = service.worker.salesforce.usage().allowance.filter(|_| is_nearly_used(&service.worker));
    html! {
        p class="figures" { @for (count, name) in left { span { b { (count) } " " (name) } } }
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
                        (Entry::new(call).badge()) " " b { (link(&call.key)) } (lists::trouble(call))
                        form method="post" action=(format!("/calls/{}/retry", call.call)) { button { "Try again" } }
                    }
                }
            }
        }
    }
}

fn set_aside(webhooks: &[Received]) -> Markup {
    html! {
        @if !webhooks.is_empty() {
            h2 { "Webhooks that cannot be read" }
            ul class="trouble" {
                @for webhook in webhooks {
                    li {
                        (received(webhook)) ": " (webhook.unreadable.as_deref().unwrap_or_default())
                        p { a href=(format!("/events/{}", webhook.id)) { "Show its text" } }
                    }
                }
            }
        }
    }
}

fn entry(call: &CallRow, about: &About) -> Markup {
    let entry = Entry::new(call);
    html! {
        details class="call" id=(entry.name.replace(' ', "-")) {
            summary class="row" { (entry.row()) }
            p { (link(&call.key)) " has a page of its own, to show to somebody" }
            (entry.details(about))
        }
    }
}
