//! A call of a batch, from what it asks to what its plan writes.

use std::collections::BTreeSet;

use super::ask::{self, Ask};
use super::batch::Sending;
use super::failure::{Failure, Remedy};
use super::graph::{self, Node};
use super::outcome::{Checkpoint, Created, Fate, Fields, Outcome};
use super::query::Org;
use super::shared::{Claim, Shared};
use super::write::{self, Step, Write};
use crate::facts::Source;
use crate::lookup::{Directory, DirectoryLists, Lookup, Needs, Record, Related, TaskKey, needs};
use crate::plan::{Action, plan};
use crate::rules::new_record::name_of;
use crate::salesforce::{Id, NewRecord, Object, OwnerChange, RecordRef};
use crate::settings::Settings;

/// A call of a batch.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    source: Source<'a>,
    needs: Needs,
    checkpoint: Checkpoint,
    /// The records that a duplicate rule named.
    duplicates: Vec<Id>,
    asks: Vec<Ask>,
    directory: Directory,
    created: Created,
    not_handed_over: Option<Failure>,
    unsettled: bool,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    /// Questions are open, or the call waits for another one.
    LookingUp,
    Writing(Writing),
    Ended(Fate),
}

/// A plan that is being written.
#[derive(Debug, Clone)]
struct Writing {
    wrote: Fields,
    /// The new owner that is written after the Task.
    owed: Option<OwnerChange>,
    new_record: Option<Record>,
    /// The Contact of a new case.
    contact: Option<Id>,
    /// What the plan creates or changes.
    claims: Vec<Claim>,
    /// How many writes have no result yet.
    open: usize,
}

impl<'a> Entry<'a> {
    pub(super) fn new(
        source: Source<'a>,
        mut checkpoint: Checkpoint,
        settings: &Settings,
        org: Org,
        shared: &mut Shared,
    ) -> Self {
        let needs = needs(source, settings);
        if let Some((need, made)) = needs.number.zip(checkpoint.made.take()) {
            shared.made.entry(need.e164).or_insert(made);
        }
        Self {
            source,
            asks: ask::first(source, &needs, checkpoint.task, settings, org),
            needs,
            checkpoint,
            duplicates: Vec::new(),
            directory: Directory::default(),
            created: Created::default(),
            not_handed_over: None,
            unsettled: false,
            state: State::LookingUp,
        }
    }

    /// Returns the questions without an answer. Ends the call if a question has failed.
    pub(super) fn missing(&mut self, shared: &Shared, settings: &Settings) -> Vec<Ask> {
        if !self.is_looking_up() {
            return Vec::new();
        }
        loop {
            if let Some(failure) = self.asks.iter().find_map(|ask| shared.failed.get(ask)) {
                self.state = State::Ended(Fate::Failed(failure.clone()));
                return Vec::new();
            }
            let missing: Vec<_> = self.asks.iter().filter(|ask| shared.answers.get(ask).is_none()).cloned().collect();
            self.directory = self.directory(shared);
            if self.asks.is_empty() || self.checkpoint.task.is_some() || self.directory.task(&self.needs.key).is_some()
            {
                return missing;
            }
            let before = self.asks.len();
            for ask in ask::follow_ups(&self.needs, &self.duplicates, &self.directory, settings) {
                if !self.asks.contains(&ask) {
                    self.asks.push(ask);
                }
            }
            if self.asks.len() == before {
                return missing;
            }
        }
    }

    fn is_looking_up(&self) -> bool {
        matches!(self.state, State::LookingUp)
    }

    /// Returns what Salesforce answered about the call.
    fn directory(&self, shared: &Shared) -> Directory {
        let mut lists = DirectoryLists::default();
        for ask in &self.asks {
            let Some(found) = shared.answers.get(ask) else { continue };
            let DirectoryLists { records, users, cases, opportunities, tasks } = found.clone();
            match ask {
                // Once the search finds a record, what was created for the number is among them.
                Ask::Number(need) if records.is_empty() => lists.records.extend(shared.made.get(&need.e164).cloned()),
                _ => lists.records.extend(records),
            }
            lists.users.extend(users);
            lists.cases.extend(cases);
            lists.opportunities.extend(opportunities);
            lists.tasks.extend(tasks);
        }
        // Only the caller knows what was written to the Task.
        for task in &mut lists.tasks {
            task.key = self.needs.key.clone();
            (task.wrote, task.sent) = self.kept();
        }
        Directory::from(lists)
    }

    /// Returns what the integration wrote to the call's Task, and what it may have written.
    fn kept(&self) -> (Option<Fields>, Option<Fields>) {
        let Checkpoint { task, wrote, sent, .. } = self.checkpoint.clone();
        // Without a known Task, `sent` belongs to a create. If the Task exists now, all of it
        // arrived, and every difference is a person's change.
        if task.is_none() { (sent.or(wrote), None) } else { (wrote, sent) }
    }

    /// Plans a call that is looked up, unless another call that is being written claims what the
    /// plan touches. Returns what the plan writes first.
    pub(super) fn plan(
        &mut self,
        index: usize,
        claimed: &mut BTreeSet<Claim>,
        shared: &Shared,
        settings: &Settings,
    ) -> Option<Write> {
        if !self.is_looking_up() {
            return None;
        }
        if self.checkpoint.task.is_some() && !self.asks.is_empty() && self.directory.task(&self.needs.key).is_none() {
            self.state = State::Ended(Fate::Gone);
            return None;
        }
        let plan = plan(self.source, &self.directory, settings);
        let Some(wrote) = plan.wrote(self.kept().0.as_ref()) else {
            self.state = State::Ended(Fate::Done);
            return None;
        };
        let mut writing = Writing { wrote, owed: None, new_record: None, contact: None, claims: Vec::new(), open: 1 };
        match &plan.action {
            Action::Create(create) => {
                let id = |of: Option<RecordRef>| if let Some(RecordRef::Id(id)) = of { Some(id) } else { None };
                let number = self.needs.number.map(|need| Claim::Number(need.e164));
                writing.owed = create.owner_change;
                writing.contact = id(create.new_case.as_ref().map(|case| case.contact_id));
                writing.new_record = create.new_record.as_ref().map(|record| made(record, settings));
                writing.claims.extend(number.filter(|_| create.new_record.is_some()));
                let changed = writing.contact.into_iter().chain(create.owner_change.map(|change| change.id));
                writing.claims.extend(changed.map(Claim::Record));
                let records = [id(create.task.who_id), id(create.task.what_id)].into_iter().flatten();
                let touched: Vec<_> = number.into_iter().chain(records.map(Claim::Record)).collect();
                if touched.iter().any(|claim| shared.uncertain.contains(claim)) {
                    self.unsettled = true;
                    self.state = State::Ended(Fate::Failed(Failure::lost()));
                    return None;
                }
                // The other call may create what this one would create again.
                if touched.iter().any(|claim| claimed.contains(claim)) {
                    return None;
                }
                claimed.extend(&writing.claims);
            }
            Action::Update { task_id, .. } | Action::Unchanged { task_id } => {
                self.checkpoint.task = Some(*task_id);
                writing.owed = self.checkpoint.owed;
            }
            Action::Skip(_) => {}
        }
        let first = write::task(index, &plan).or_else(|| {
            (self.checkpoint.wrote, self.checkpoint.sent) = (Some(writing.wrote.clone()), None);
            writing.owed.map(|change| write::hand_over(index, &change))
        });
        // Until the true texts are written, the Task has those of the graph, and they are not a
        // person's (UPD-6).
        for node in first.iter().flat_map(|write| write.step.nodes()) {
            set_texts(&mut writing.wrote, node, graph::sent_text);
        }
        self.state = if first.is_some() { State::Writing(writing) } else { State::Ended(Fate::Done) };
        first
    }

    pub(super) fn key(&self) -> &TaskKey {
        &self.needs.key
    }

    /// Returns what the call's plan creates or changes while it is being written.
    pub(super) fn claims(&self) -> &[Claim] {
        if let State::Writing(Writing { claims, .. }) = &self.state { claims } else { &[] }
    }

    /// Returns the Task that is being written.
    pub(super) fn sending(&self) -> Option<Sending<'_>> {
        let State::Writing(Writing { wrote, owed, .. }) = &self.state else { return None };
        Some(Sending { key: &self.needs.key, task: self.checkpoint.task, sent: wrote, owed: *owed })
    }

    /// Takes the result of a write. Returns what is written next.
    pub(super) fn settle(
        &mut self,
        write: &Write,
        result: Result<Vec<Id>, Failure>,
        shared: &mut Shared,
    ) -> Vec<Write> {
        let State::Writing(writing) = &mut self.state else { return Vec::new() };
        writing.open -= 1;
        let ids = match result {
            Ok(ids) => ids,
            Err(failure) => {
                self.fail(&write.step, failure, shared);
                return Vec::new();
            }
        };
        for id in &ids {
            self.created.add(*id);
        }
        let mut next = Vec::new();
        if write.step.is_task() {
            self.checkpoint.task = self.created.task.or(self.checkpoint.task);
            (self.checkpoint.wrote, self.checkpoint.sent) = (Some(writing.wrote.clone()), None);
            self.checkpoint.owed = writing.owed;
            if let Step::Graph(nodes) = &write.step {
                next.extend(write::texts(write.call, nodes, &ids));
            }
            next.extend(writing.owed.map(|change| write::hand_over(write.call, &change)));
            let new_record = writing.new_record.take().zip(self.created.record).zip(self.needs.number);
            if let Some(((record, id), need)) = new_record {
                shared.made.insert(need.e164, Record { id, ..record });
            }
            if let Some((contact, id)) = writing.contact.zip(self.created.case) {
                shared.answers.add_case(Related { id, contact, open: true });
            }
        } else if let (Step::Texts(node), Some(wrote)) = (&write.step, &mut self.checkpoint.wrote) {
            set_texts(wrote, node, str::to_owned);
        } else if matches!(write.step, Step::HandOver) {
            self.checkpoint.owed.take().into_iter().for_each(|change| shared.hand_over(change));
        }
        writing.open += next.len();
        if writing.open == 0 {
            self.state = State::Ended(Fate::Done);
        }
        next
    }

    fn fail(&mut self, step: &Step, failure: Failure, shared: &mut Shared) {
        let State::Writing(writing) = &self.state else { return };
        let remedy = failure.remedy();
        if !failure.is_refusal() {
            self.unsettled = true;
            shared.uncertain.extend(&writing.claims);
            if step.is_task() {
                (self.checkpoint.sent, self.checkpoint.owed) = (Some(writing.wrote.clone()), writing.owed);
            }
        } else if matches!(step, Step::HandOver) && !matches!(remedy, Remedy::TryAgain | Remedy::SignIn) {
            // The Task is written. Salesforce would refuse the new owner again.
            self.checkpoint.owed = None;
            self.not_handed_over = Some(failure);
            if writing.open == 0 {
                self.state = State::Ended(Fate::Done);
            }
            return;
        } else if step.is_task() && self.duplicates.is_empty() && !failure.duplicates.is_empty() {
            self.duplicates = failure.duplicates;
            self.state = State::LookingUp;
            return;
        }
        if matches!(remedy, Remedy::LookUpAgain | Remedy::Duplicate) {
            shared.answers.forget(&self.asks);
        }
        self.state = State::Ended(Fate::Failed(failure));
    }

    pub(super) fn into_outcome(self, shared: &Shared) -> Outcome {
        let Self { needs, checkpoint, directory, created, not_handed_over, unsettled, state, .. } = self;
        // Another call may have handed the record over since.
        let made =
            needs.number.filter(|_| created.record.is_some()).and_then(|need| shared.made.get(&need.e164).cloned());
        let fate = match state {
            State::Ended(fate) => fate,
            State::LookingUp | State::Writing(_) => Fate::Failed(Failure::lost()),
        };
        Outcome { key: needs.key, fate, checkpoint, created, unsettled, made, not_handed_over, directory }
    }
}

/// Sets the texts of a Task that a graph would misread.
fn set_texts(wrote: &mut Fields, node: &Node, text: impl Fn(&str) -> String) {
    for (name, value) in node.texts.iter().filter(|_| node.object == Object::Task) {
        wrote.entry(name).and_modify(|wrote| *wrote = text(value).into());
    }
}

/// Returns a new record as a search will return it.
fn made(new: &NewRecord<'_>, settings: &Settings) -> Record {
    Record {
        record_type: new.record_type,
        // Replaced once Salesforce has returned the id.
        id: settings.admin,
        name: name_of(new),
        owner: Some(new.owner),
        account: None,
        phones: vec![new.phone.to_string()],
        duplicate: false,
    }
}
