//! Renders the lists that several pages share.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;

use super::frame::time;
use crate::report::{Report, Why, Write};
use crate::store::CallRow;

/// Renders the decision and the fields with their explanations, and the notices.
pub(super) fn explanation(report: &Report) -> Markup {
    html! {
        @if let Some(decision) = &report.decision {
            p { (why(decision)) }
        } @else if !report.fields.is_empty() {
            p class="quiet" { "An earlier version of this service did not keep why it wrote the Task." }
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
                    li { code { (notice.field) } ": " (why(notice)) }
                }
            }
        }
    }
}

/// Renders what each write changed. Of a text with several lines it shows the lines that differ.
pub(super) fn writes(writes: &[Write]) -> Markup {
    let mut known: BTreeMap<&str, &Value> = BTreeMap::new();
    html! {
        @for (index, write) in writes.iter().enumerate() {
            details id=(format!("write-{}", write.at)) open[index > 0] {
                summary { (time(write.at)) " " span class="badge" { (write.action) } " fields: " (write.fields.len()) }
                dl class="fields" {
                    @for (name, value) in &write.fields {
                        div { dt { code { (name) } } dd class="value" { (change(known.insert(name, value), value)) } }
                    }
                }
            }
        }
    }
}

fn change(before: Option<&Value>, after: &Value) -> Markup {
    let lines = |value: &Value| {
        let lines = value.as_str().unwrap_or_default().lines().filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let (old, new) = (before.map(lines).unwrap_or_default(), lines(after));
    html! {
        @if old.len() + new.len() > 2 && !old.is_empty() {
            @for line in old.iter().filter(|line| !new.contains(line)) { del { (line) } "\n" }
            @for line in new.iter().filter(|line| !old.contains(line)) { ins { (line) } "\n" }
        } @else {
            @if let Some(before) = before.filter(|before| !before.is_null()) { del { (value(before)) } " → " }
            (value(after))
        }
    }
}

/// Renders why a call is not written, and when the next attempt is.
pub(super) fn trouble(call: &CallRow) -> Markup {
    html! {
        @if let Some(trouble) = &call.trouble {
            p class="problem" {
                (trouble) " (failed attempts: " (call.attempts)
                @if let Some(due) = call.due { ", next attempt: " (time(due)) }
                ")"
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
