//! Renders what the pages show of every call and message at a glance.

use aircall_salesforce::facts::Source;
use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::rules::fields::key_of;
use aircall_salesforce::salesforce::task::field;
use history::History;
use maud::{Markup, html};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::frame::time;
use super::{About, lists};
use crate::report::Report;
use crate::store::{CallRow, Millis};

/// A call or message, with what its history and its report say.
pub(super) struct Entry<'c> {
    pub(super) call: &'c CallRow,
    /// The kind and Aircall's id.
    pub(super) name: String,
    pub(super) report: Option<Report>,
    at: Millis,
    direction: &'static str,
    /// The name of the other party.
    party: Option<String>,
    number: Option<String>,
}

impl<'c> Entry<'c> {
    pub(super) fn new(call: &'c CallRow) -> Self {
        let report = call.report.as_deref().and_then(Report::from_stored);
        let record = report.as_ref().and_then(|report| report.record.clone());
        let name = key_of(&call.key).as_ref().map(name_and_path).unwrap_or_default().0;
        let mut entry = Self { call, name, report, at: call.seen_at, direction: "", party: record, number: None };
        let stored = call.source.as_deref().unwrap_or_default();
        // Until the first attempt, the store has webhooks and no history.
        let history = History::from_text(&String::from_utf8_lossy(stored)).or_else(|_| History::new(stored)).ok();
        if let Some(item) = history.as_ref().and_then(History::item) {
            let (at, direction, number, contact) = match item.source() {
                Source::Call(call) => (call.started_at, call.direction, &call.raw_digits, &call.contact),
                Source::Message(sms) => (sms.sent_at, sms.direction, &sms.external_number, &sms.contact),
            };
            let names = contact.iter().flat_map(|contact| [&contact.first_name, &contact.last_name]);
            let names: Vec<_> = names.flatten().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
            entry.at = at.seconds().saturating_mul(1_000);
            entry.direction = direction.as_str();
            entry.party = entry.party.or_else(|| (!names.is_empty()).then(|| names.join(" ")));
            entry.number = Some(number.as_deref().unwrap_or("number withheld").to_owned());
        }
        entry
    }

    /// Returns what became of the call, and the class of its badge.
    fn state(&self) -> (&str, &'static str) {
        if self.call.is_parked {
            return ("parked", "parked");
        }
        match &self.report {
            _ if self.call.due.is_some() => ("waiting", "waiting"),
            Some(report) => (&report.action, "done"),
            // Another version may have stored a report that this one cannot read.
            None if self.call.task.is_some() => ("written", "done"),
            None => ("not written yet", "waiting"),
        }
    }

    /// Renders the badge that says what became of the call.
    pub(super) fn badge(&self) -> Markup {
        let (word, class) = self.state();
        html! { span class={ "badge " (class) } { (word) } }
    }

    /// Renders time, direction, the other party, Subject and state as one row.
    pub(super) fn row(&self) -> Markup {
        let report = self.report.as_ref();
        let kind = report.map_or("", |report| report.kind.as_str());
        let subject = report.and_then(|report| report.fields.iter().find(|why| why.field == field::SUBJECT));
        let subject = subject.and_then(|why| why.value.as_str());
        html! {
            span class="when" {
                (time(self.at)) " "
                span class="quiet" {
                    @if !kind.contains(self.direction) { (self.direction) " " }
                    (kind)
                }
            }
            span class="who" {
                @if let Some(party) = &self.party { b { (party) } " " }
                span class="quiet" { (self.number.as_deref().unwrap_or_default()) }
            }
            span class="subject" { (subject.unwrap_or_default()) }
            (self.badge())
        }
    }

    /// Renders the link to the Task, the trouble and the explanation of each field.
    pub(super) fn details(&self, about: &About) -> Markup {
        let stored = self.call.report.as_deref().unwrap_or_default();
        html! {
            @if let Some(task) = &self.call.task {
                p { "Task " a href=(format!("{}lightning/r/Task/{task}/view", about.org)) { (task) } " in Salesforce" }
            }
            (lists::trouble(self.call))
            @if let Some(report) = &self.report {
                (lists::explanation(report))
            } @else if !stored.is_empty() {
                p { "Another version of this service stored the report. This version can only show it as it is:" }
                pre { (stored) }
            }
        }
    }
}

/// Returns the name of a call or message with Aircall's id, and the path of its page.
pub(super) fn name_and_path(key: &TaskKey) -> (String, String) {
    match key {
        TaskKey::Call(id) => (format!("call {id}"), format!("/calls/{id}")),
        TaskKey::Message(id) => {
            (format!("message {id}"), format!("/messages/{}", utf8_percent_encode(id, NON_ALPHANUMERIC)))
        }
    }
}

/// Renders the name of a call or message as a link to its page.
pub(super) fn link(key: &str) -> Markup {
    let (name, path) = key_of(key).as_ref().map(name_and_path).unwrap_or_default();
    html! { a href=(path) { (name) } }
}
