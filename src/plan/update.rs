//! Plans the update of the Task that a call or message already has.

use super::{Action, Because, Plan, Unsent, unusable};
use crate::facts::Facts;
use crate::lookup::{LoggedTask, Lookup};
use crate::rules::description;
use crate::rules::disposition::disposition;
use crate::rules::extra::extra_field;
use crate::rules::fields::call_duration;
use crate::rules::owner::OwnerReason;
use crate::rules::package::package_fields;
use crate::rules::record::RecordReason;
use crate::rules::subject::subject;
use crate::rules::update::{FieldUpdate, Present, TaskRecord};
use crate::salesforce::TaskUpdate;
use crate::salesforce::task::{FieldValue, field};
use crate::settings::Settings;

/// Plans the update of a Task: its fields in the order in which a create writes them (UPD-2).
pub(super) fn update<'a>(
    facts: &Facts<'a>,
    logged: &'a LoggedTask,
    lookup: &'a dyn Lookup,
    settings: &'a Settings,
) -> Plan<'a> {
    let mut notices = unusable(facts.source);
    let present = Present::new(logged, facts);
    let mut fields = Fields { changes: Vec::with_capacity(16), unsent: Vec::with_capacity(16), kept: Vec::new() };

    let record = present.record(facts, lookup, settings);
    let is_unknown = matches!(record, TaskRecord::Unknown);
    let update = if is_unknown {
        present.leave(field::SUBJECT)
    } else {
        let subject = subject(facts, record.name(), settings, &mut notices);
        present.update(field::SUBJECT, subject.map(FieldValue::Text), &mut notices)
    };
    fields.add(field::SUBJECT, update);
    fields.add(field::STATUS, present.status(facts.kind, settings, &mut notices));
    if facts.call().is_some() {
        let list = disposition(facts, settings, &mut notices).map(|list| FieldValue::Text(list.into()));
        fields.add(field::CALL_DISPOSITION, present.update(field::CALL_DISPOSITION, list, &mut notices));
        let seconds = call_duration(facts, &mut notices).map(|seconds| FieldValue::Number(seconds.into()));
        let update = present.update(field::CALL_DURATION_IN_SECONDS, seconds, &mut notices);
        fields.add(field::CALL_DURATION_IN_SECONDS, update);
    }
    fields.add_description(description::update(facts, logged, settings, &mut notices));
    for (name, wanted) in package_fields(facts, settings, &mut notices) {
        fields.add(name.as_str(), present.update(name.as_str(), wanted, &mut notices));
    }
    for (name, value) in settings.extra_fields.on_update() {
        let update = if is_unknown && value.names_record() {
            present.leave(name.as_str())
        } else {
            let wanted = extra_field(name, value, facts, record.name(), settings, &mut notices);
            present.update(name.as_str(), wanted, &mut notices)
        };
        fields.add(name.as_str(), update);
    }

    let Fields { changes, unsent, mut kept } = fields;
    kept.sort_unstable();
    let because = Because {
        kind: Some(facts.kind),
        record: Some(RecordReason::Task),
        holders: None,
        relation: None,
        owner: Some(OwnerReason::Task),
        kept,
    };
    let (task_id, task) = (logged.id, TaskUpdate::checked(changes));
    if logged.fields.is_some() && task.is_empty() {
        // A long text is cut in every plan, so notices are reported only if something is sent.
        return Plan { action: Action::Unchanged { task_id }, because, notices: Vec::new(), unsent };
    }
    Plan { action: Action::Update { task_id, task }, because, notices, unsent }
}

/// What becomes of each field.
struct Fields<'a> {
    changes: Vec<(&'a str, Option<FieldValue<'a>>)>,
    unsent: Vec<(&'a str, Unsent<'a>)>,
    kept: Vec<&'a str>,
}

impl<'a> Fields<'a> {
    fn add(&mut self, name: &'a str, update: FieldUpdate<'a>) {
        match update {
            FieldUpdate::Send(value) => self.changes.push((name, value)),
            FieldUpdate::Equal(value) => self.unsent.push((name, Unsent::Said(value))),
            FieldUpdate::Leave(wrote) => self.unsent.push((name, Unsent::Left(wrote))),
            FieldUpdate::Keep(wrote) => {
                self.unsent.push((name, Unsent::Left(wrote)));
                self.kept.push(name);
            }
        }
    }

    /// Adds the Description: the text that is sent may contain what people typed, so the call's own
    /// text is kept separately.
    fn add_description(&mut self, update: description::Update) {
        let text = |text: String| (!text.is_empty()).then(|| FieldValue::Text(text.into()));
        self.changes.extend(update.change.map(|change| (field::DESCRIPTION, text(change))));
        let said = update.said.map_or(Unsent::Left(None), |said| Unsent::Said(text(said)));
        self.unsent.push((field::DESCRIPTION, said));
    }
}
