//! Maps calls and messages to rows.

use std::collections::BTreeMap;
use std::iter::once;

use aircall_salesforce::facts::Source;
use aircall_salesforce::lookup::{Directory, TaskKey};
use aircall_salesforce::request::bulk::{Columns, RowError};
use aircall_salesforce::rules::logging::Skip;
use aircall_salesforce::salesforce::Object;
use aircall_salesforce::{Action, Create, Id, Plan, Settings, TaskUpdate, Webhook, plan};
use anyhow::{Context, Result};
use history::History;
use serde::Serialize;

use crate::compare::compare;
use crate::sheets::{Rows, Sheet, key};
use crate::sort::Batch;
use crate::tally::{Tally, count};

const READ_BEFORE: &str = "a sorted call or message could not be parsed again";

/// The settings and the directory, the same for all calls and messages.
pub(crate) struct Mapper<'s> {
    settings: &'s Settings,
    /// The settings to compare with.
    others: Option<&'s Settings>,
    directory: &'s Directory,
    creates: Columns,
    updates: Columns,
}

/// The result of a batch of calls and messages.
#[derive(Default)]
pub(crate) struct MappedBatch {
    pub(crate) rows: BTreeMap<Sheet, Rows>,
    /// Rows that are written only once for each key.
    pub(crate) once: Vec<(Sheet, u128, Rows)>,
    pub(crate) tally: Tally,
    pub(crate) calls: u64,
    /// The offset up to which each run has been read.
    pub(crate) offsets: Vec<u64>,
}

impl MappedBatch {
    fn rows(&mut self, sheet: Sheet) -> &mut Rows {
        self.rows.entry(sheet).or_default()
    }

    fn skip(&mut self, key: &TaskKey, why: &str, detail: &str) -> Result<()> {
        count(&mut self.tally.calls, why);
        let id = match key {
            TaskKey::Call(id) => &id.to_string(),
            TaskKey::Message(id) => id,
        };
        self.rows(Sheet::Skipped).write([id, why, detail, "", ""])
    }

    fn once(
        &mut self,
        sheet: Sheet,
        key_text: &str,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), RowError>,
    ) -> Result<()> {
        let mut row = Rows::default();
        write(&mut row.bytes)?;
        row.end();
        self.once.push((sheet, key(key_text), row));
        Ok(())
    }
}

impl<'s> Mapper<'s> {
    pub(crate) fn new(settings: &'s Settings, others: Option<&'s Settings>, directory: &'s Directory) -> Self {
        let (creates, updates) = (Columns::of_creates(settings), Columns::of_updates(settings));
        Self { settings, others, directory, creates, updates }
    }

    pub(crate) fn map(&self, batch: &Batch) -> Result<MappedBatch> {
        let mut mapped = MappedBatch { offsets: batch.offsets.clone(), ..MappedBatch::default() };
        for (key, texts) in batch.calls() {
            mapped.calls += 1;
            let mut rest = texts.clone();
            let Some(first) = rest.next() else { continue };
            let webhook = Webhook::from_slice(first).context(READ_BEFORE)?;
            if let (Some(call), None) = (&webhook.call, rest.clone().next()) {
                self.map_source(call.into(), texts, &mut mapped)?;
                continue;
            }
            let mut history = History::new(first).context(READ_BEFORE)?;
            for text in rest {
                history.merge(History::new(text).context(READ_BEFORE)?)?;
            }
            match history.item() {
                Some(item) => self.map_source(item.source(), texts, &mut mapped)?,
                None => mapped.skip(key, &word(Skip::NotYet), "")?,
            }
        }
        Ok(mapped)
    }

    fn map_source<'t>(
        &self,
        source: Source<'_>,
        texts: impl Iterator<Item = &'t [u8]>,
        mapped: &mut MappedBatch,
    ) -> Result<()> {
        let plan = plan(source, self.directory, self.settings);
        let key = &source.key();
        count_reasons(&plan, &mut mapped.tally);
        match (self.others, source) {
            (Some(others), Source::Call(call)) => {
                let other = aircall_salesforce::plan(call, self.directory, others);
                let rows = mapped.rows.entry(Sheet::Compared).or_default();
                return compare(call.id, &plan, &other, rows, &mut mapped.tally);
            }
            (Some(_), Source::Message(_)) => {
                count(&mut mapped.tally.calls, "not_compared");
                return Ok(());
            }
            (None, _) => {}
        }
        match &plan.action {
            Action::Create(create) => self.create(key, create, texts, mapped),
            Action::Update { task_id, task } => self.update(key, *task_id, task, mapped),
            Action::Unchanged { task_id } => mapped.skip(key, "unchanged", task_id.as_str()),
            Action::Skip(reason) => {
                let kind = plan.because.kind.map(word).unwrap_or_default();
                mapped.skip(key, &word(*reason), &kind)
            }
        }
    }

    fn create<'t>(
        &self,
        key: &TaskKey,
        create: &Create<'_>,
        texts: impl Iterator<Item = &'t [u8]>,
        mapped: &mut MappedBatch,
    ) -> Result<()> {
        let rows = mapped.rows(Sheet::Tasks);
        match self.creates.write_row(None, create.task.fields(), &mut rows.bytes) {
            Ok(()) => {
                rows.end();
                count(&mut mapped.tally.calls, "created");
                if let Some(change) = &create.owner_change {
                    let sheet = Sheet::of_owners(change.object);
                    mapped.once(sheet, change.id.as_str(), |out| {
                        Columns::of_owners().write_row(Some(&change.id), change.fields(), out)
                    })?;
                }
                Ok(())
            }
            Err(RowError::Reference(_)) => {
                let sheet = add_prerequisite(create, mapped)?;
                for text in texts {
                    let rows = mapped.rows(Sheet::Waiting);
                    rows.bytes
                        .extend(text.iter().map(|&byte| if byte == b'\n' { b' ' } else { byte }).chain(once(b'\n')));
                    rows.end();
                }
                mapped.skip(key, "waiting", sheet.name())
            }
            Err(error) => mapped.skip(key, "no_row", &error.to_string()),
        }
    }

    fn update(&self, key: &TaskKey, task_id: Id, task: &TaskUpdate<'_>, mapped: &mut MappedBatch) -> Result<()> {
        let rows = mapped.rows(Sheet::Updates);
        match self.updates.write_row(Some(&task_id), task.fields(), &mut rows.bytes) {
            Ok(()) => {
                rows.end();
                count(&mut mapped.tally.calls, "updated");
                Ok(())
            }
            Err(error) => mapped.skip(key, "no_row", &error.to_string()),
        }
    }
}

/// Adds the row of the record or the case for which a Task waits, and returns its sheet.
fn add_prerequisite(create: &Create<'_>, mapped: &mut MappedBatch) -> Result<Sheet> {
    if let Some(record) = &create.new_record {
        let sheet = Sheet::of_new(record.record_type);
        let columns = Columns::of_records(record.record_type.object());
        mapped.once(sheet, record.phone.as_str(), |out| columns.write_row(None, record.fields(), out))?;
        return Ok(sheet);
    }
    let case = create.new_case.as_ref().context("the Task waits for a record, but the plan creates none")?;
    mapped.once(Sheet::NewCases, case.contact_id.as_str(), |out| {
        Columns::of_records(Object::Case).write_row(None, case.fields(), out)
    })?;
    Ok(Sheet::NewCases)
}

/// Counts the kind of the call or message and its notices.
fn count_reasons(plan: &Plan<'_>, tally: &mut Tally) {
    if let Some(kind) = plan.because.kind {
        count(&mut tally.kinds, &word(kind));
    }
    for notice in &plan.notices {
        count(&mut tally.notices, &format!("{} {}", word(notice.rule), notice.field));
    }
}

/// Returns the word that the plan's JSON uses for a value.
pub(crate) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
