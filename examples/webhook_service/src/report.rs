//! Describes what the service did for a call or message, and why, for the page.

use aircall_salesforce::facts::Source;
use aircall_salesforce::lookup::Lookup;
use aircall_salesforce::request::Created;
use aircall_salesforce::salesforce::task::RecordRef;
use aircall_salesforce::{Action, Explanation, Plan, Settings};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::{Millis, now};

/// What the service did for a call or message, and why.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Report {
    pub at: Millis,
    /// `created`, `updated`, `unchanged` or a sentence.
    pub action: String,
    pub kind: String,
    /// Why the plan did this.
    #[serde(default)]
    pub decision: Option<Why>,
    /// What the latest update left alone, for example because a person changed it (UPD-6).
    #[serde(default)]
    pub kept: Vec<Why>,
    /// What became of records other than the Task.
    pub besides: Vec<String>,
    /// The fields of the Task, each as the last plan that wrote it explains it.
    pub fields: Vec<Why>,
    pub notices: Vec<ReportNotice>,
}

/// The library's explanation of the decision or of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// The field's API name; empty for the decision.
    pub field: String,
    pub value: Value,
    pub rules: Vec<String>,
    pub because: String,
}

impl Why {
    fn new(explanation: Explanation<'_>, made: Option<&Created>) -> Self {
        let field = explanation.field.unwrap_or_default().to_owned();
        let rules = explanation.rules.into_iter().map(str::to_owned).collect();
        let mut value = explanation.value;
        put_ids(&mut value, made);
        Self { field, value, rules, because: explanation.because }
    }
}

/// A notice from the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportNotice {
    pub rule: String,
    pub field: String,
    pub message: String,
}

impl Report {
    /// Describes a plan that has been carried out; `made` contains the ids of the created records.
    pub fn new<'s, L: Lookup>(
        plan: &'s Plan<'_>,
        made: Option<&Created>,
        source: impl Into<Option<Source<'s>>>,
        lookup: &'s L,
        settings: &'s Settings,
    ) -> Self {
        let explanation = plan.explain(source, lookup, settings);
        let mut explanation = explanation.into_iter().map(|explanation| Why::new(explanation, made));
        let decision = explanation.next();
        let action = match &plan.action {
            Action::Create(_) => "created".to_owned(),
            Action::Update { .. } => "updated".to_owned(),
            Action::Unchanged { .. } => "unchanged".to_owned(),
            Action::Skip(reason) => format!("not logged: {}", word(reason)),
        };
        let written = match &plan.action {
            Action::Create(_) => usize::MAX,
            Action::Update { task, .. } => task.fields().count(),
            Action::Unchanged { .. } | Action::Skip(_) => 0,
        };
        let notices = plan.notices.iter().map(|notice| ReportNotice {
            rule: notice.rule.to_owned(),
            field: notice.field.to_owned(),
            message: match notice.dropped {
                Some(dropped) => format!("{} ({dropped} dropped)", notice.message),
                None => notice.message.to_string(),
            },
        });
        let fields = explanation.by_ref().take(written).collect();
        let (kind, kept) = (plan.because.kind.map(word).unwrap_or_default(), explanation.collect());
        Self { at: now(), action, kind, decision, kept, besides: Vec::new(), fields, notices: notices.collect() }
    }

    /// Adds the fields and records of an earlier report that this plan left unchanged.
    #[must_use]
    pub fn after(mut self, before: Option<&str>) -> Self {
        let before: Option<Self> = before.and_then(|before| serde_json::from_str(before).ok());
        let Some(before) = before else {
            return self;
        };
        if self.action == "unchanged" {
            self.notices = before.notices;
        }
        let mut fields = before.fields;
        for why in self.fields {
            match fields.iter_mut().find(|earlier| earlier.field == why.field) {
                Some(earlier) => *earlier = why,
                None => fields.push(why),
            }
        }
        let mut besides = before.besides;
        besides.append(&mut self.besides);
        Self { besides, fields, ..self }
    }

    /// Returns the report of a call whose Task somebody deleted.
    #[must_use]
    pub fn gone() -> Self {
        let action = "not logged again: its Task was deleted in Salesforce".to_owned();
        Self { at: now(), action, ..Self::default() }
    }

    /// Returns the JSON that the store keeps.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Returns the word that the library's JSON uses for a value, with spaces for underscores.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word.replace('_', " "),
        _ => String::new(),
    }
}

/// Replaces a placeholder reference by the id of the created record.
fn put_ids(value: &mut Value, made: Option<&Created>) {
    let id = match value.as_str() {
        Some(text) if text == RecordRef::NewRecord.as_str() => made.and_then(|made| made.record),
        Some(text) if text == RecordRef::NewCase.as_str() => made.and_then(|made| made.case),
        _ => None,
    };
    if let Some(id) = id {
        *value = Value::String(id.to_string());
    }
}
