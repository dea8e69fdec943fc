//! Describes what the service did for a call or message, and why, for the page.

use aircall_salesforce::facts::Source;
use aircall_salesforce::lookup::Lookup;
use aircall_salesforce::request::Created;
use aircall_salesforce::salesforce::task::RecordRef;
use aircall_salesforce::{Action, Because, Plan, Settings};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::explain::{Explanation, explain, word};
use crate::store::{Millis, now};

/// What the service did for a call or message, and why.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Report {
    pub at: Millis,
    /// `created`, `updated`, `unchanged` or a sentence.
    pub action: String,
    pub kind: String,
    /// How the record, the relation and the owner of a created Task were decided.
    pub because: Vec<String>,
    /// The fields that the plan left alone because a person changed them (UPD-6).
    #[serde(default)]
    pub kept: Vec<String>,
    /// Records that were created or changed besides the Task.
    pub besides: Vec<String>,
    pub fields: Vec<Explanation>,
    pub notices: Vec<ReportNotice>,
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
    pub fn new<'p, L: Lookup>(
        plan: &Plan<'p>,
        made: Option<&Created>,
        source: impl Into<Source<'p>>,
        lookup: &L,
        settings: &Settings,
    ) -> Self {
        let mut besides = Vec::new();
        let action = match &plan.action {
            Action::Create(create) => {
                let id = |id: Option<aircall_salesforce::Id>| id.map(|id| format!(" {id}")).unwrap_or_default();
                if let Some(record) = &create.new_record {
                    let made = id(made.and_then(|made| made.record));
                    besides.push(format!("a new {}{made} (REC-6)", record.record_type.as_str()));
                }
                if create.new_case.is_some() {
                    besides.push(format!("a new Case{} (REC-4)", id(made.and_then(|made| made.case))));
                }
                if let Some(change) = &create.owner_change {
                    besides.push(format!(
                        "{} {} transferred to owner {} (OWN-10)",
                        change.object.name(),
                        change.id,
                        change.owner
                    ));
                }
                "created".to_owned()
            }
            Action::Update { .. } => "updated".to_owned(),
            Action::Unchanged { .. } => "unchanged".to_owned(),
            Action::Skip(reason) => format!("not logged: {}", word(reason)),
        };
        let notices = plan.notices.iter().map(|notice| ReportNotice {
            rule: word(notice.rule),
            field: notice.field.to_owned(),
            message: match notice.dropped {
                Some(dropped) => format!("{} ({dropped} dropped)", notice.message),
                None => notice.message.to_string(),
            },
        });
        let mut fields = explain(plan, source.into(), lookup, settings);
        for why in &mut fields {
            put_ids(&mut why.value, made);
        }
        let Because { kind, record, relation, owner, ref kept, .. } = plan.because;
        let because = [
            record.map(|record| format!("record: {}", word(record))),
            relation.map(|relation| format!("related to: {}", word(relation))),
            owner.map(|owner| format!("owner: {}", word(owner))),
        ];
        let kind = kind.map(word).unwrap_or_default();
        let because = because.into_iter().flatten().collect();
        let kept = kept.iter().map(|&field| field.to_owned()).collect();
        Self { at: now(), action, kind, because, kept, besides, fields, notices: notices.collect() }
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
        // An update decides nothing about the record and the owner (UPD-7), so the page keeps
        // showing how the create decided.
        let is_create = self.action == "created" || before.because.is_empty();
        let because = if is_create { self.because } else { before.because };
        Self { because, besides, fields, ..self }
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
