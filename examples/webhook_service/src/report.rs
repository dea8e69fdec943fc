//! Describes what the service did for a call or message, and why, for the page.

use aircall_salesforce::Facts;
use aircall_salesforce::facts::Source;
use aircall_salesforce::lookup::Lookup;
use aircall_salesforce::request::Created;
use aircall_salesforce::rules::new_record::name_of;
use aircall_salesforce::rules::record::{Target, find};
use aircall_salesforce::salesforce::task::RecordRef;
use aircall_salesforce::{Action, Explanation, Plan, Settings};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::store::{Fields, Millis, now};

/// The action of a call whose Task somebody deleted.
const GONE: &str = "not logged again: its Task was deleted in Salesforce";
/// The action of what an earlier version, which did not keep the single writes, had written.
pub const EARLIER: &str = "written by an earlier version";
/// How many of a Task's latest writes a report contains.
const WRITES_KEPT: usize = 50;

/// What the service did for a call or message, and why.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    pub at: Millis,
    /// `created`, `updated`, `unchanged` or a sentence.
    pub action: String,
    pub kind: String,
    /// The name of the record on which the Task logs the call.
    pub record: Option<String>,
    /// Why the plan did this.
    pub decision: Option<Why>,
    /// What the latest update left alone, for example because a person changed it (UPD-6).
    pub kept: Vec<Why>,
    /// What became of records other than the Task.
    pub besides: Vec<String>,
    /// The fields of the Task, each as the last plan that wrote it explains it.
    pub fields: Vec<Why>,
    pub notices: Vec<Why>,
    /// The writes of the Task, oldest first.
    pub writes: Vec<Write>,
}

/// The library's explanation of the decision or of a field, or a notice.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Why {
    /// The field's API name; empty for the decision.
    pub field: String,
    pub value: Value,
    pub rules: Vec<String>,
    #[serde(alias = "inputs", alias = "message")]
    pub because: String,
}

/// What one write set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Write {
    pub at: Millis,
    pub action: String,
    pub fields: Fields,
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

impl Report {
    /// Describes a plan that has been carried out; `made` contains the ids of the created records.
    pub fn new<'s, L: Lookup>(
        plan: &'s Plan<'_>,
        made: Option<&Created>,
        source: impl Into<Option<Source<'s>>>,
        lookup: &'s L,
        settings: &'s Settings,
    ) -> Self {
        let source = source.into();
        let explanation = plan.explain(source, lookup, settings);
        let mut explanation = explanation.into_iter().map(|explanation| Why::new(explanation, made));
        let decision = explanation.next();
        let (action, written) = match &plan.action {
            Action::Create(_) => ("created".to_owned(), usize::MAX),
            Action::Update { task, .. } => ("updated".to_owned(), task.fields().count()),
            Action::Unchanged { .. } => ("unchanged".to_owned(), 0),
            Action::Skip(reason) => (format!("not logged: {}", word(reason)), 0),
        };
        let new_record = if let Action::Create(create) = &plan.action { create.new_record.as_ref() } else { None };
        let found = || match find(&source.and_then(Facts::new)?, lookup, settings).target? {
            Target::Existing(record) => Some(record.name.clone()),
            Target::Account(_) | Target::New(_) => None,
        };
        let notices = plan.notices.iter().map(|notice| Why {
            field: notice.field.to_owned(),
            value: Value::Null,
            rules: vec![notice.rule.to_owned()],
            because: match notice.dropped {
                Some(dropped) => format!("{} ({dropped} dropped)", notice.message),
                None => notice.message.to_string(),
            },
        });
        Self {
            at: now(),
            action,
            kind: plan.because.kind.map(word).unwrap_or_default(),
            record: new_record.map(name_of).or_else(found),
            decision,
            fields: explanation.by_ref().take(written).collect(),
            kept: explanation.collect(),
            besides: Vec::new(),
            notices: notices.collect(),
            writes: Vec::new(),
        }
    }

    /// Adds the writes, fields and records of an earlier report, as far as this plan left them
    /// unchanged.
    #[must_use]
    pub fn after(mut self, before: Option<&str>) -> Self {
        let before = before.and_then(Self::from_stored);
        if let Some(before) = before.as_ref().filter(|_| self.action == "unchanged") {
            self.notices.clone_from(&before.notices);
        }
        let before = before.unwrap_or_default();
        let write = |at, action: &str, fields: &[Why]| {
            // A create sets no field to null.
            let set = fields.iter().filter(|why| !why.value.is_null() || !action.starts_with("created"));
            let fields = set.map(|why| (why.field.clone(), why.value.clone())).collect();
            Write { at, action: action.to_owned(), fields }
        };
        let mut writes = before.writes;
        if writes.is_empty() && !before.fields.is_empty() {
            writes.push(write(before.at, EARLIER, &before.fields));
        }
        if !self.fields.is_empty() || self.action == GONE && before.action != GONE {
            writes.push(write(self.at, &self.action, &self.fields));
        }
        writes.drain(..writes.len().saturating_sub(WRITES_KEPT));
        let mut fields = before.fields;
        for why in self.fields {
            match fields.iter_mut().find(|earlier| earlier.field == why.field) {
                Some(earlier) => *earlier = why,
                None => fields.push(why),
            }
        }
        let besides = [before.besides, self.besides].concat();
        Self { record: self.record.or(before.record), besides, fields, writes, ..self }
    }

    /// Returns the report of a call whose Task somebody deleted.
    #[must_use]
    pub fn gone() -> Self {
        Self { at: now(), action: GONE.to_owned(), ..Self::default() }
    }

    /// Reads a stored report. Earlier versions stored the rules of a field or notice as one text,
    /// inputs instead of a sentence, and what was kept or decided as mere sentences.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let mut stored: Value = serde_json::from_str(text).ok()?;
        for list in ["fields", "kept", "notices"] {
            for why in stored.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                if why.is_string() {
                    *why = json!({"because": why});
                } else if let Some(Value::String(rules)) = why.get("rules").or_else(|| why.get("rule")) {
                    why["rules"] = json!([rules]);
                }
            }
        }
        let because = stored.get("because").and_then(Value::as_array).cloned().unwrap_or_default();
        if let Some(besides) = stored.get_mut("besides").and_then(Value::as_array_mut) {
            besides.extend(because);
        }
        serde_json::from_value(stored).ok()
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
