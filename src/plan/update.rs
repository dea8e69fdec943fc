//! Plans the update of the Task that a call or message already has.

use super::{Action, Because, Plan, unusable};
use crate::facts::Facts;
use crate::lookup::{LoggedTask, Lookup};
use crate::notice::Notice;
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
    let present = Present::new(logged, facts);
    let (changes, unsent) = (Vec::with_capacity(16), Vec::with_capacity(16));
    let mut fields = Fields { present, notices: unusable(facts.source), changes, unsent };

    let record = present.record(facts, lookup, settings);
    let is_unknown = matches!(record, TaskRecord::Unknown);
    if is_unknown {
        fields.add(field::SUBJECT, present.leave(field::SUBJECT));
    } else {
        let subject = subject(facts, record.name(), settings, &mut fields.notices);
        fields.update(field::SUBJECT, subject.map(FieldValue::Text));
    }
    let status = present.status(facts.kind, settings, &mut fields.notices);
    fields.add(field::STATUS, status);
    if facts.call().is_some() {
        let list = disposition(facts, settings, &mut fields.notices);
        fields.update(field::CALL_DISPOSITION, list.map(|list| FieldValue::Text(list.into())));
        let seconds = call_duration(facts, &mut fields.notices);
        fields.update(field::CALL_DURATION_IN_SECONDS, seconds.map(|seconds| FieldValue::Number(seconds.into())));
    }
    let description = description::update(facts, logged, settings, &mut fields.notices);
    fields.add_description(description);
    for (name, wanted) in package_fields(facts, settings, &mut fields.notices) {
        fields.update(name.as_str(), wanted);
    }
    for (name, value) in settings.extra_fields.on_update() {
        if is_unknown && value.names_record() {
            fields.add(name.as_str(), present.leave(name.as_str()));
        } else {
            let wanted = extra_field(name, value, facts, record.name(), settings, &mut fields.notices);
            fields.update(name.as_str(), wanted);
        }
    }

    let Fields { notices, changes, unsent, .. } = fields;
    let kept = unsent.iter().filter(|(_, update)| matches!(update, FieldUpdate::Keep(_)));
    let mut kept: Vec<_> = kept.map(|(name, _)| *name).collect();
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
    present: Present<'a>,
    notices: Vec<Notice<'a>>,
    changes: Vec<(&'a str, Option<FieldValue<'a>>)>,
    unsent: Vec<(&'a str, FieldUpdate<'a>)>,
}

impl<'a> Fields<'a> {
    /// Adds a field for which the call has the value `wanted`.
    fn update(&mut self, name: &'a str, wanted: Option<FieldValue<'a>>) {
        let update = self.present.update(name, wanted, &mut self.notices);
        self.add(name, update);
    }

    fn add(&mut self, name: &'a str, update: FieldUpdate<'a>) {
        match update {
            FieldUpdate::Send(value) => self.changes.push((name, value)),
            unsent => self.unsent.push((name, unsent)),
        }
    }

    /// Adds the Description: the text that is sent may contain what people typed, so the call's own
    /// text is kept separately.
    fn add_description(&mut self, update: description::Update) {
        let text = |text: String| (!text.is_empty()).then(|| FieldValue::Text(text.into()));
        self.changes.extend(update.change.map(|change| (field::DESCRIPTION, text(change))));
        let said = update.said.map_or(FieldUpdate::Leave(None), |said| FieldUpdate::Equal(text(said)));
        self.unsent.push((field::DESCRIPTION, said));
    }
}
