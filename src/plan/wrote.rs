//! What a caller keeps of a plan, so that the next update can distinguish people's changes from the
//! integration's (UPD-6).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Action, Plan};
use crate::rules::update::FieldUpdate;
use crate::salesforce::task::{CREATE_ONLY, OF_CALLS, ON_UPDATE, TaskCreate};

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
    ///
    /// ```
    /// use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
    ///
    /// let webhook = Webhook::from_json(r#"{"id": 7, "direction": "inbound", "started_at":
    ///     1772457500, "ended_at": 1772457525, "number": {"name": "Support"}}"#)?;
    /// let directory = Directory::default();
    /// let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?;
    /// let wrote = plan_webhook(&webhook, &directory, &settings).wrote(None).ok_or("a skip")?;
    /// assert_eq!(wrote["Subject"], "Missed call from Unknown on Support");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
                FieldUpdate::Send(said) | FieldUpdate::Equal(said) => {
                    Some(said.as_ref().map_or(Value::Null, |value| value.to_body().into()))
                }
                FieldUpdate::Leave(known) | FieldUpdate::Keep(known) => known.or_else(|| before?.get(*name)).cloned(),
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
            FieldUpdate::Send(_) | FieldUpdate::Equal(_) => None,
            FieldUpdate::Leave(wrote) | FieldUpdate::Keep(wrote) => Some((*name, *wrote)),
        })
    }
}

/// Returns the fields that an update may write; null for those that a create left empty.
fn of_create<'t>(task: &'t TaskCreate<'_>) -> impl Iterator<Item = (&'t str, Value)> {
    let named = task.named.iter().map(|(name, _)| name.as_str()).filter(|name| !CREATE_ONLY.contains(name));
    // An update of a message leaves both fields of calls alone (MSG-8).
    let is_message = task.call_disposition.is_none();
    let standard = ON_UPDATE.into_iter().filter(move |name| !is_message || !OF_CALLS.contains(name));
    standard.chain(named).map(|name| {
        let sent = task.fields().find(|(other, _)| *other == name);
        (name, sent.map_or(Value::Null, |(_, value)| value.into()))
    })
}
