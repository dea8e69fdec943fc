//! Serves `/try`: plans a webhook under any settings, without writing anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use aircall_salesforce::{Directory, ReadError, Settings, Webhook, plan_webhook};
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use super::frame::page as frame;
use super::{SAMPLE, lists};
use crate::Service;
use crate::intake::BODY_LIMIT;
use crate::report::Report;

const WEBHOOK: &str = "webhook";
const MORE_SETTINGS: &str = "settings";
const LOOK_UP: &str = "ask";
const UNLOGGED: &str = "anew";
const CHECKS: [(&str, &str); 2] =
    [(LOOK_UP, "look up the caller in Salesforce"), (UNLOGGED, "assume that the call is not logged yet")];
/// How many characters of a pasted text the page shows on each side of an error.
const AROUND: usize = 40;

/// The settings that a person can select: their keys and values.
const SELECTABLE_SETTINGS: [(&str, &[&str]); 14] = [
    ("wording", &["en", "de", "fr", "es"]),
    ("edition", &["2023", "2025"]),
    ("unknown_number", &["do_nothing", "create_contact", "create_lead", "create_account"]),
    ("relate_to", &["nothing", "case", "case_or_create", "opportunity"]),
    ("outside_business_hours", &["log", "do_nothing"]),
    ("log_at", &["answered", "ended"]),
    ("activity_date", &["utc", "line"]),
    ("disposition_order", &["tags_first", "marker_first"]),
    ("recording_link", &["asset", "direct"]),
    ("workflow.outbound_answered", &WORKFLOW_ACTIONS),
    ("workflow.outbound_unanswered", &WORKFLOW_ACTIONS),
    ("workflow.inbound_answered", &WORKFLOW_ACTIONS),
    ("workflow.missed", &WORKFLOW_ACTIONS),
    ("workflow.voicemail", &WORKFLOW_ACTIONS),
];
const WORKFLOW_ACTIONS: [&str; 3] = ["completed", "in_progress", "do_nothing"];

/// An example of the settings whose values the page cannot list.
const EXAMPLE: &str = include_str!("../../../data/more_settings.json");

type Picked = BTreeMap<String, String>;

pub(super) async fn page(State(_): State<Arc<Service>>) -> Response {
    let on = |name: &str| (name.to_owned(), "on".to_owned());
    let picked = Picked::from([(WEBHOOK.to_owned(), SAMPLE.to_owned()), on(LOOK_UP), on(UNLOGGED)]);
    frame("Try", &form(&picked, &html! {}))
}

pub(super) async fn try_out(
    State(service): State<Arc<Service>>,
    picked: Result<Form<Picked>, FormRejection>,
) -> Response {
    let (status, picked, result) = match picked {
        Ok(Form(picked)) => match result(&service, &picked).await {
            Ok(result) => (StatusCode::OK, picked, result),
            Err(problem) => (StatusCode::UNPROCESSABLE_ENTITY, picked, problem.render()),
        },
        Err(rejection) => {
            let message = match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => TOO_LONG,
                _ => "The request is not this page's form.",
            };
            (rejection.status(), Picked::new(), Problem::plain(message).render())
        }
    };
    (status, frame("Try", &form(&picked, &result))).into_response()
}

const TOO_LONG: &str = "The text is longer than any webhook: the limit is 1 MiB.";

/// The reason why there is no plan.
struct Problem(Markup);

impl Problem {
    fn plain(message: &str) -> Self {
        Self(html! { p { (message) } })
    }

    fn unreadable(text: &str, error: &ReadError) -> Self {
        let start = text.trim_start();
        let is_binary = |character: char| matches!(character, '\0'..='\x08' | '\u{fffd}');
        let hint = if start.is_empty() {
            Some("Nothing was pasted.")
        } else if start.chars().take(1_000).any(is_binary) {
            Some("This is an image or another file that is not text.")
        } else if start.starts_with('<') {
            Some("This is a web page, not a webhook. Copy the body of the request.")
        } else {
            None
        };
        let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
        let (before, after) = line.split_at(line.floor_char_boundary(error.column().saturating_sub(1)));
        let skipped = before.chars().count().saturating_sub(AROUND);
        let near = |text: &str, skipped| text.chars().skip(skipped).take(AROUND).collect::<String>();
        Self(html! {
            @if let Some(hint) = hint { p { b { (hint) } } }
            p { (error) }
            @if hint.is_none() { pre { (near(before, skipped)) mark { "▸" } (near(after, 0)) } }
        })
    }

    fn render(&self) -> Markup {
        html! { section class="problem" id="problem" { (self.0) } }
    }
}

async fn result(service: &Service, picked: &Picked) -> Result<Markup, Problem> {
    let text = picked.get(WEBHOOK).map(String::as_str).unwrap_or_default();
    if text.len() > BODY_LIMIT {
        return Err(Problem::plain(TOO_LONG));
    }
    let settings = settings(&service.settings_text, picked, false)?;
    let webhook = Webhook::from_json(text).map_err(|error| Problem::unreadable(text, &error))?;
    let (directory, lookup_error) = match &webhook.call {
        Some(call) if picked.contains_key(LOOK_UP) => {
            let lookup_settings = self::settings(&service.settings_text, picked, picked.contains_key(UNLOGGED))?;
            match service.worker.salesforce.look_up(call, &lookup_settings).await {
                Ok(directory) => (directory, None),
                Err(failure) => (Directory::default(), Some(failure.to_string())),
            }
        }
        _ => (Directory::default(), None),
    };
    let plan = plan_webhook(&webhook, &directory, &settings);
    let report = Report::new(&plan, None, &webhook, &directory, &settings);
    Ok(html! {
        section id="plan" {
            h2 { "Planned Task" }
            @if let Some(error) = lookup_error {
                p class="problem" { "The lookup failed, so this plan assumes that no record was found. " (error) }
            }
            p { span class="badge" { (report.action) } " " (report.kind) }
            (lists::explanation(&report))
            details {
                summary { "The plan as JSON" }
                pre { (serde_json::to_string_pretty(&plan).unwrap_or_default()) }
            }
        }
    })
}

/// Returns the service's settings with the selected and the typed values. `unlogged` removes the
/// field by which the library finds the Task of a logged call.
fn settings(own: &str, picked: &Picked, unlogged: bool) -> Result<Settings, Problem> {
    let mut settings: Value = serde_json::from_str(own).unwrap_or_default();
    for (path, values) in SELECTABLE_SETTINGS {
        if let Some(value) = picked.get(path).filter(|value| values.contains(&value.as_str())) {
            *path.split('.').fold(&mut settings, |parent, key| &mut parent[key]) = json!(value);
        }
    }
    // Added last: a typed value of another shape has no place for a selected value.
    let typed = picked.get(MORE_SETTINGS).map_or("", |typed| typed.trim());
    if !typed.is_empty() {
        let typed: Map<String, Value> = serde_json::from_str(typed)
            .map_err(|error| Problem::plain(&format!("The settings are not a JSON object: {error}")))?;
        for (key, value) in typed {
            settings[key] = value;
        }
    }
    if unlogged {
        settings["call_id_field"] = Value::Null;
    }
    Settings::from_json(&settings.to_string()).map_err(|error| Problem::plain(&format!("settings: {error}")))
}

fn form(picked: &Picked, result: &Markup) -> Markup {
    html! {
        h1 { "Try a webhook" }
        p class="quiet" { "Paste a webhook, a call from Aircall's API, or a bare call object. This page writes nothing." }
        form method="post" action="/try" class="try" {
            label for=(WEBHOOK) { "Webhook" }
            textarea id=(WEBHOOK) name=(WEBHOOK) rows="12" spellcheck="false" autocomplete="off" {
                (picked.get(WEBHOOK).map(String::as_str).unwrap_or_default())
            }
            fieldset {
                legend { "Settings" }
                @for (name, values) in SELECTABLE_SETTINGS {
                    label {
                        span { (name.replace('.', ": ").replace('_', " ")) }
                        select name=(name) {
                            option value="" { "as configured" }
                            @for value in values {
                                option value=(value) selected[picked.get(name).is_some_and(|picked| picked == value)] {
                                    (value)
                                }
                            }
                        }
                    }
                }
            }
            label for=(MORE_SETTINGS) { "Other settings, as JSON" }
            textarea id=(MORE_SETTINGS) name=(MORE_SETTINGS) rows="3" spellcheck="false" autocomplete="off" {
                (picked.get(MORE_SETTINGS).map(String::as_str).unwrap_or_default())
            }
            details {
                summary { "An example" }
                pre { (EXAMPLE) }
            }
            @for (name, text) in CHECKS {
                label class="check" { input type="checkbox" name=(name) checked[picked.contains_key(name)]; " " (text) }
            }
            button { "Show the plan" }
        }
        (result)
    }
}
