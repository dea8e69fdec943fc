//! What a caller keeps of a plan, so that the next update can distinguish people's changes from the
//! integration's (UPD-6).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Action, Plan};
use crate::salesforce::task::{CREATE_ONLY, FieldValue, TaskCreate, UPDATED, field};

/// The reason why an update does not send a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unsent<'a> {
    /// The Task contains the call's value. For the Description this is the call's own text.
    Said(Option<FieldValue<'a>>),
    /// The update leaves or keeps the field. The value was written last, as far as is known.
    Left(Option<&'a Value>),
}

impl Plan<'_> {
    /// Returns the values, by API name, that the integration has written once this plan is written.
    /// Keep them, and hand them in as [`LoggedTask::wrote`](crate::lookup::LoggedTask) with the
    /// next update (UPD-6).
    ///
    /// `before` is what this method returned for the previous plan. If the response to a request is
    /// lost, hand in the new value as [`LoggedTask::sent`](crate::lookup::LoggedTask) beside the
    /// old value in `wrote`. A skip writes nothing and returns `None`.
    ///
    /// The map has every field that an update may write, as far as its value is known. Its
    /// `Description` is the call's own text, without what people typed.
    #[must_use]
    pub fn wrote(&self, before: Option<&Map<String, Value>>) -> Option<Map<String, Value>> {
        let mut wrote = BTreeMap::new();
        match &self.action {
            Action::Skip(_) => return None,
            Action::Create(create) => wrote.extend(of_create(&create.task)),
            Action::Update { task, .. } => wrote.extend(task.fields().map(|(name, value)| (name, value.into()))),
            Action::Unchanged { .. } => {}
        }
        for (name, unsent) in &self.unsent {
            let value = match unsent {
                Unsent::Said(said) => Some(said.as_ref().map_or(Value::Null, |value| value.to_body().into())),
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

impl<'a> Plan<'a> {
    /// Returns the fields that an update leaves or keeps, each with the value that was written
    /// last, as far as it is known.
    pub(crate) fn left(&self) -> impl Iterator<Item = (&'a str, Option<&'a Value>)> {
        self.unsent.iter().filter_map(|(name, unsent)| match unsent {
            Unsent::Said(_) => None,
            Unsent::Left(wrote) => Some((*name, *wrote)),
        })
    }
}

/// The fields of [`UPDATED`] that only calls have (MSG-8).
const OF_CALLS: [&str; 2] = [field::CALL_DISPOSITION, field::CALL_DURATION_IN_SECONDS];

/// Returns the fields that an update may write; null for those that a create left empty.
fn of_create<'t>(task: &'t TaskCreate<'_>) -> impl Iterator<Item = (&'t str, Value)> {
    let named = task.named.iter().map(|(name, _)| name.as_str()).filter(|name| !CREATE_ONLY.contains(name));
    // An update of a message leaves both fields of calls alone (MSG-8).
    let is_message = task.call_disposition.is_none();
    let standard = UPDATED.into_iter().filter(move |name| !is_message || !OF_CALLS.contains(name));
    standard.chain(named).map(|name| {
        let sent = task.fields().find(|(other, _)| *other == name);
        (name, sent.map_or(Value::Null, |(_, value)| value.into()))
    })
}
