//! Renders the tables that several pages share.

use maud::{Markup, html};
use serde_json::Value;

use crate::report::Report;

/// Renders the written fields with their explanations, and the notices.
pub(super) fn report(report: &Report) -> Markup {
    html! {
        @if !report.because.is_empty() {
            p class="quiet" { (report.because.join(" · ")) }
        }
        @if !report.kept.is_empty() {
            p class="quiet" { "A person changed these fields, so they stay (UPD-6): " (report.kept.join(", ")) }
        }
        @if !report.besides.is_empty() {
            ul { @for besides in &report.besides { li { (besides) } } }
        }
        @if !report.fields.is_empty() {
            dl class="fields" {
                @for why in &report.fields {
                    div {
                        dt { code { (why.field) } }
                        dd class="value" { (value(&why.value)) }
                        dd class="why" { span class="rule" { (why.rules) } " " (why.inputs) }
                    }
                }
            }
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

fn value(value: &Value) -> Markup {
    match value {
        Value::Null => html! { span class="quiet" { "cleared" } },
        Value::String(text) => html! { (text) },
        other => html! { (other) },
    }
}
