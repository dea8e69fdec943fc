//! Maps calls to rows.

use std::collections::BTreeMap;
use std::iter::once;

use aircall_salesforce::lookup::Directory;
use aircall_salesforce::request::bulk::{Columns, RowError};
use aircall_salesforce::salesforce::Object;
use aircall_salesforce::{Action, Call, CallHistory, Create, Id, Plan, Settings, TaskUpdate, Webhook, plan};
use anyhow::{Context, Result};
use serde::Serialize;

use crate::compare::compare;
use crate::sheets::{Rows, Sheet, key};
use crate::sort::Batch;
use crate::tally::{Tally, count};

/// The settings and the directory, the same for all calls.
pub(crate) struct Mapper<'s> {
    settings: &'s Settings,
    /// The settings to compare with.
    others: Option<&'s Settings>,
    directory: &'s Directory,
    creates: Columns,
    updates: Columns,
}

/// The result of a batch of calls.
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

    fn skip(&mut self, call: u64, why: &str, detail: &str) -> Result<()> {
        count(&mut self.tally.calls, why);
        self.rows(Sheet::Skipped).write([&call.to_string(), why, detail, "", ""])
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
        for (id, texts) in batch.calls() {
            mapped.calls += 1;
            let webhooks: Result<Vec<_>, _> = texts.clone().map(Webhook::from_slice).collect();
            let webhooks = webhooks.context("a sorted call could not be parsed again")?;
            match &webhooks[..] {
                [Webhook { call: Some(call), .. }] => self.map_call(id, call, texts, &mut mapped)?,
                [first, others @ ..] => {
                    let mut history = CallHistory::new(first)?;
                    for other in others {
                        history.absorb(other)?;
                    }
                    if let Some(call) = history.call() {
                        self.map_call(id, &call, texts, &mut mapped)?;
                    }
                }
                [] => {}
            }
        }
        Ok(mapped)
    }

    fn map_call<'t>(
        &self,
        id: u64,
        call: &Call<'_>,
        texts: impl Iterator<Item = &'t [u8]>,
        mapped: &mut MappedBatch,
    ) -> Result<()> {
        let plan = plan(call, self.directory, self.settings);
        count_reasons(&plan, &mut mapped.tally);
        if let Some(others) = self.others {
            let other = aircall_salesforce::plan(call, self.directory, others);
            let rows = mapped.rows.entry(Sheet::Compared).or_default();
            return compare(id, &plan, &other, rows, &mut mapped.tally);
        }
        match &plan.action {
            Action::Create(create) => self.create(id, create, texts, mapped),
            Action::Update { task_id, task } => self.update(id, *task_id, task, mapped),
            Action::Unchanged { task_id } => mapped.skip(id, "unchanged", task_id.as_str()),
            Action::Skip(reason) => {
                let kind = plan.because.kind.map(word).unwrap_or_default();
                mapped.skip(id, &word(*reason), &kind)
            }
        }
    }

    fn create<'t>(
        &self,
        id: u64,
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
                mapped.skip(id, "waiting", sheet.name())
            }
            Err(error) => mapped.skip(id, "no_row", &error.to_string()),
        }
    }

    fn update(&self, id: u64, task_id: Id, task: &TaskUpdate<'_>, mapped: &mut MappedBatch) -> Result<()> {
        let rows = mapped.rows(Sheet::Updates);
        match self.updates.write_row(Some(&task_id), task.fields(), &mut rows.bytes) {
            Ok(()) => {
                rows.end();
                count(&mut mapped.tally.calls, "updated");
                Ok(())
            }
            Err(error) => mapped.skip(id, "no_row", &error.to_string()),
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

/// Counts the kind of the call and its notices.
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
