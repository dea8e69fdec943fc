//! Renders the tables that several pages share.

use maud::{Markup, html};
use serde_json::Value;

use crate::report::{Report, Why};

/// Renders the decision and the fields with their explanations, and the notices.
pub(super) fn report(report: &Report) -> Markup {
    html! {
        @if let Some(decision) = &report.decision {
            p { (why(decision)) }
        }
        @if !report.besides.is_empty() {
            ul { @for besides in &report.besides { li { (besides) } } }
        }
        (fields(&report.fields))
        @if !report.kept.is_empty() {
            h3 { "Left alone by the latest update" }
            (fields(&report.kept))
        }
        @if report.notices.is_empty() {
            p class="quiet" { "No value was shortened, dropped or ignored." }
        } @else {
            ul class="notices" {
                @for notice in &report.notices {
                    li { span class="rule" { (notice.rule) } " " code { (notice.field) } ": " (notice.message) }
                }
            }
        }
    }
}

fn fields(fields: &[Why]) -> Markup {
    html! {
        @if !fields.is_empty() {
            dl class="fields" {
                @for field in fields {
                    div {
                        dt { code { (field.field) } }
                        dd class="value" { (value(&field.value)) }
                        dd class="why" { (why(field)) }
                    }
                }
            }
        }
    }
}

fn why(why: &Why) -> Markup {
    html! {
        (why.because)
        @for rule in &why.rules { " " span class="rule" { (rule) } }
    }
}

fn value(value: &Value) -> Markup {
    match value {
        Value::Null => html! { span class="quiet" { "empty" } },
        Value::String(text) => html! { (text) },
        other => html! { (other) },
    }
}
