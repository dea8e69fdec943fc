//! What a caller keeps of a plan, so that the next update tells people's changes from ours (UPD-6).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Action, Plan};
use crate::salesforce::task::{FieldValue, TaskCreate, field};

/// Why an update does not send a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unsent<'a> {
    /// The Task has what the call says; of the Description, what the call said of it.
    Said(Option<FieldValue<'a>>),
    /// It was left or kept. This was written last, as far as the lookup knows.
    Left(Option<&'a Value>),
}

impl Plan<'_> {
    /// Returns what the integration has written once this plan is, by API name: what the caller
    /// keeps and hands in as [`LoggedTask::wrote`](crate::lookup::LoggedTask) with the next update
    /// (UPD-6).
    ///
    /// `before` is what it returned for the plan before. While the answer to a request is lost,
    /// hand in the new value as [`LoggedTask::sent`](crate::lookup::LoggedTask) beside the old one.
    /// A skip writes nothing: `None`.
    ///
    /// It has every field that an update may write. Its `Description` is what the call said,
    /// without what people typed.
    #[must_use]
    pub fn wrote(&self, before: Option<&Map<String, Value>>) -> Option<Map<String, Value>> {
        let mut wrote = BTreeMap::new();
        match &self.action {
            Action::Skip(_) => return None,
            Action::Create(create) => wrote.extend(of_create(&create.task)),
            Action::Update { task, .. } => wrote.extend(task.changes().map(|(name, value)| (name, json(value)))),
            Action::Unchanged { .. } => {}
        }
        for (name, unsent) in &self.unsent {
            let value = match unsent {
                Unsent::Said(said) => Some(json(said.as_ref())),
                Unsent::Left(known) => known.or_else(|| before?.get(*name)).cloned(),
            };
            match value {
                Some(value) => drop(wrote.insert(name, value)),
                None => drop(wrote.remove(name)),
            }
        }
        // Sorted by name, whether the map keeps the order of insertion or not.
        Some(wrote.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

fn of_create<'t>(task: &'t TaskCreate<'_>) -> impl Iterator<Item = (&'t str, Value)> {
    let TaskCreate { subject, status, call_disposition, call_duration_in_seconds, description, named, .. } = task;
    let standard = [
        (field::SUBJECT, subject.as_deref().map_or(Value::Null, Value::from)),
        (field::STATUS, Value::from(*status)),
        (field::CALL_DISPOSITION, Value::from(call_disposition.as_ref())),
        (field::CALL_DURATION_IN_SECONDS, call_duration_in_seconds.map_or(Value::Null, Value::from)),
        (field::DESCRIPTION, description.as_deref().map_or(Value::Null, Value::from)),
    ];
    standard.into_iter().chain(named.iter().map(|(name, value)| (name.as_str(), json(value.as_ref()))))
}

fn json(value: Option<&FieldValue<'_>>) -> Value {
    match value {
        None => Value::Null,
        Some(FieldValue::Text(text)) => Value::from(text.as_ref()),
        Some(FieldValue::Number(number)) => Value::from(*number),
        Some(FieldValue::Flag(flag)) => Value::from(*flag),
    }
}
