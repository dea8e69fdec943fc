//! `/try`: what would become of a webhook, under any settings. Nothing is written.

use std::collections::BTreeMap;
use std::sync::Arc;

use aircall_salesforce::lookup::Lookup;
use aircall_salesforce::{Directory, ReadError, Settings, Webhook, needs, plan_webhook};
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::frame::page as frame;
use super::{SAMPLE, lists};
use crate::Service;
use crate::intake::BODY_LIMIT;
use crate::known::Known;
use crate::report::Report;

const WEBHOOK: &str = "webhook";
const ASK: &str = "ask";
const ANEW: &str = "anew";
/// How much of a pasted text is shown around a mistake, on each side.
const AROUND: usize = 40;

/// The settings that can be picked: their keys, and their values.
const CHOICES: [(&[&str], &[&str]); 12] = [
    (&["wording"], &["en", "de", "fr", "es"]),
    (&["edition"], &["2023", "2025"]),
    (&["unknown_number"], &["do_nothing", "create_contact", "create_lead", "create_account"]),
    (&["relate_to"], &["nothing", "case", "case_or_create", "opportunity"]),
    (&["outside_business_hours"], &["log", "do_nothing"]),
    (&["disposition_order"], &["tags_first", "marker_first"]),
    (&["recording_link"], &["asset", "direct"]),
    (&["workflow", "outbound_answered"], &ON_CALL),
    (&["workflow", "outbound_unanswered"], &ON_CALL),
    (&["workflow", "inbound_answered"], &ON_CALL),
    (&["workflow", "missed"], &ON_CALL),
    (&["workflow", "voicemail"], &ON_CALL),
];
const ON_CALL: [&str; 3] = ["completed", "in_progress", "do_nothing"];

type Picked = BTreeMap<String, String>;

pub(super) async fn page(State(_): State<Arc<Service>>) -> Response {
    let on = |name: &str| (name.to_owned(), "on".to_owned());
    let picked = Picked::from([(WEBHOOK.to_owned(), SAMPLE.to_owned()), on(ASK), on(ANEW)]);
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
                _ => "This is not the form of this page.",
            };
            (rejection.status(), Picked::new(), Problem::plain(message).render())
        }
    };
    (status, frame("Try", &form(&picked, &result))).into_response()
}

const TOO_LONG: &str = "That is longer than any webhook: at most 1 MiB is taken.";

/// Why there is no plan.
struct Problem {
    hint: Option<&'static str>,
    message: String,
    /// The pasted text before and after the place.
    excerpt: Option<(String, String)>,
}

impl Problem {
    fn plain(message: &str) -> Self {
        Self { hint: None, message: message.to_owned(), excerpt: None }
    }

    fn unreadable(text: &str, error: &ReadError) -> Self {
        let start = text.trim_start();
        let is_binary = |character: char| matches!(character, '\0'..='\x08' | '\u{fffd}');
        let hint = if start.is_empty() {
            Some("Nothing was pasted.")
        } else if start.chars().take(1_000).any(is_binary) {
            Some("This is a picture or another file that is not text.")
        } else if start.starts_with('<') {
            Some("This is a web page, not a webhook: copy the request's body.")
        } else {
            None
        };
        let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
        let place = line.floor_char_boundary(error.column().saturating_sub(1));
        let (before, after) = line.split_at(place);
        let before: Vec<char> = before.chars().rev().take(AROUND).collect();
        let excerpt = (before.into_iter().rev().collect(), after.chars().take(AROUND).collect());
        Self { hint, message: error.to_string(), excerpt: hint.is_none().then_some(excerpt) }
    }

    fn render(&self) -> Markup {
        html! {
            section class="problem" id="problem" {
                @if let Some(hint) = self.hint { p { b { (hint) } } }
                p { (self.message) }
                @if let Some((before, after)) = &self.excerpt {
                    pre { (before) mark { "▸" } (after) }
                }
            }
        }
    }
}

async fn result(service: &Service, picked: &Picked) -> Result<Markup, Problem> {
    let text = picked.get(WEBHOOK).map(String::as_str).unwrap_or_default();
    if text.len() > BODY_LIMIT {
        return Err(Problem::plain(TOO_LONG));
    }
    let settings = settings(&service.settings_text, picked, false)?;
    let webhook = Webhook::from_json(text).map_err(|error| Problem::unreadable(text, &error))?;
    let (directory, asked) = match &webhook.call {
        Some(call) if picked.contains_key(ASK) => {
            let asking = self::settings(&service.settings_text, picked, picked.contains_key(ANEW))?;
            match service.worker.salesforce.look_up(&needs(call, &asking), &asking, None).await {
                Ok(directory) => (directory, None),
                Err(error) => (Directory::default(), Some(error.to_string())),
            }
        }
        _ => (Directory::default(), None),
    };
    let task = webhook.call.as_ref().and_then(|call| directory.task(call.id).cloned());
    let known = Known::new(directory, task, None);
    let plan = plan_webhook(&webhook, &known, &settings);
    let report = webhook.call.as_ref().map(|call| Report::new(&plan, None, call, &known, &settings));
    Ok(html! {
        section id="plan" {
            h2 { "What would be written" }
            @if let Some(error) = asked {
                p class="problem" { "Planned as if nothing were found in Salesforce. " (error) }
            }
            @if let Some(report) = &report {
                p { span class="badge" { (report.action) } " " (report.kind) }
                (lists::report(report))
            } @else {
                p { "The webhook is about something else than a call; nothing." }
            }
            details {
                summary { "The plan as JSON" }
                pre { (serde_json::to_string_pretty(&plan).unwrap_or_default()) }
            }
        }
    })
}

/// The service's own, but for what was picked. `unlogged`: without the field that a call's Task is found by.
fn settings(own: &str, picked: &Picked, unlogged: bool) -> Result<Settings, Problem> {
    let mut settings: Value = serde_json::from_str(own).unwrap_or_default();
    for (path, values) in CHOICES {
        let value = picked.get(&path.join(".")).filter(|value| values.contains(&value.as_str()));
        let (Some(value), Some((key, parents))) = (value, path.split_last()) else {
            continue;
        };
        let mut place = &mut settings;
        for parent in parents {
            place = &mut place[*parent];
        }
        place[*key] = json!(value);
    }
    if unlogged {
        settings["call_id_field"] = Value::Null;
    }
    Settings::from_json(&settings.to_string()).map_err(|error| Problem::plain(&format!("settings: {error}")))
}

fn form(picked: &Picked, result: &Markup) -> Markup {
    html! {
        h1 { "Try a webhook" }
        p class="quiet" { "Paste a webhook, a call from Aircall's API, or only its call object. Nothing is written." }
        form method="post" action="/try" class="try" {
            label for=(WEBHOOK) { "Webhook" }
            textarea id=(WEBHOOK) name=(WEBHOOK) rows="12" spellcheck="false" autocomplete="off" {
                (picked.get(WEBHOOK).map(String::as_str).unwrap_or_default())
            }
            fieldset {
                legend { "Settings" }
                @for (path, values) in CHOICES {
                    @let name = path.join(".");
                    label {
                        span { (name.replace('.', ": ").replace('_', " ")) }
                        select name=(name) {
                            option value="" { "as set" }
                            @for value in values {
                                option value=(value) selected[picked.get(&name).is_some_and(|picked| picked == value)] {
                                    (value)
                                }
                            }
                        }
                    }
                }
            }
            label class="check" {
                input type="checkbox" name=(ASK) checked[picked.contains_key(ASK)];
                " look up in Salesforce who it is"
            }
            label class="check" {
                input type="checkbox" name=(ANEW) checked[picked.contains_key(ANEW)];
                " as if the call were not logged yet"
            }
            button { "See the plan" }
        }
        (result)
    }
}
