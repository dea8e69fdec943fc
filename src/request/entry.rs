//! A call of a batch, from what it asks to what its plan writes.

use std::collections::BTreeSet;

use super::ask::{self, Ask};
use super::failure::{Failure, NO_RESPONSE, Remedy};
use super::graph::{self, Node};
use super::outcome::{Checkpoint, Created, Fate, Outcome, TaskFields};
use super::query::Org;
use super::shared::{Claim, Shared, made};
use super::write::{self, Step, Write};
use crate::facts::Source;
use crate::lookup::{Directory, DirectoryLists, LoggedTask, Lookup, NumberNeed, Record, Related, TaskKey, needs};
use crate::plan::{Action, plan};
use crate::salesforce::{Id, Object, OwnerChange, RecordRef};
use crate::settings::Settings;

/// A call of a batch.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    source: Source<'a>,
    /// The number that is looked up.
    number: Option<NumberNeed>,
    /// What is looked up, as far as it is known yet.
    asks: Vec<Ask>,
    /// The records that a duplicate rule named.
    duplicates: Vec<Id>,
    state: State,
    outcome: Outcome,
}

#[derive(Debug, Clone)]
enum State {
    /// Questions are open, or the call waits for another call.
    LookingUp,
    Writing(Box<Writing>),
    Ended,
}

/// A plan that is being written.
#[derive(Debug, Clone)]
struct Writing {
    /// What [`Plan::wrote`](crate::Plan::wrote) returned for the plan.
    wrote: TaskFields,
    /// The new owner that is written after the Task.
    owed: Option<OwnerChange>,
    /// The new record, as a search will return it. Its id is not known yet.
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
        let asks = ask::first(source, &needs, checkpoint.task, settings, org);
        let outcome = Outcome {
            key: needs.key,
            // A call keeps this fate if the caller drops its batch before the call has ended.
            fate: Fate::Failed(Failure::new(NO_RESPONSE)),
            checkpoint,
            created: Created::default(),
            unsettled: false,
            made: None,
            not_handed_over: None,
            directory: Directory::default(),
        };
        Self { source, number: needs.number, asks, duplicates: Vec::new(), state: State::LookingUp, outcome }
    }

    pub(super) fn key(&self) -> &TaskKey {
        &self.outcome.key
    }

    fn is_looking_up(&self) -> bool {
        matches!(self.state, State::LookingUp)
    }

    fn end(&mut self, fate: Fate) {
        (self.state, self.outcome.fate) = (State::Ended, fate);
    }

    /// Returns what is still to be asked for the call. Ends the call if a question has failed.
    pub(super) fn missing(&mut self, shared: &Shared, settings: &Settings) -> Vec<Ask> {
        if !self.is_looking_up() {
            return Vec::new();
        }
        loop {
            if let Some(failure) = self.asks.iter().find_map(|ask| shared.answers.get(ask)?.as_ref().err()) {
                self.end(Fate::Failed(failure.clone()));
                return Vec::new();
            }
            let missing: Vec<_> = self.asks.iter().filter(|ask| shared.answers.get(ask).is_none()).cloned().collect();
            self.outcome.directory = self.directory(shared);
            let asked = self.asks.len();
            if self.logged().is_none() {
                for ask in ask::follow_ups(self.source, &self.duplicates, &self.outcome.directory, settings) {
                    if !self.asks.contains(&ask) {
                        self.asks.push(ask);
                    }
                }
            }
            if self.asks.len() == asked {
                return missing;
            }
        }
    }

    /// Returns the call's Task, if Salesforce has returned it.
    fn logged(&self) -> Option<&LoggedTask> {
        self.outcome.directory.task(self.key())
    }

    /// Returns what Salesforce returned for the call.
    fn directory(&self, shared: &Shared) -> Directory {
        let mut lists = DirectoryLists::default();
        for ask in &self.asks {
            let Some(Ok(found)) = shared.answers.get(ask) else { continue };
            let DirectoryLists { records, users, cases, opportunities, tasks } = found.clone();
            match ask {
                // A search that finds records finds the record that was created for the number,
                // too.
                Ask::Number(need) if records.is_empty() => lists.records.extend(shared.made.get(&need.e164).cloned()),
                _ => lists.records.extend(records),
            }
            lists.users.extend(users);
            lists.cases.extend(cases);
            lists.opportunities.extend(opportunities);
            lists.tasks.extend(tasks);
        }
        // Other calls share the answers, but the duplicate rule named the records for this call
        // only.
        for record in &mut lists.records {
            record.duplicate = self.duplicates.contains(&record.id);
        }
        // Only the caller knows what was written to the Task.
        for task in &mut lists.tasks {
            task.key = self.key().clone();
            (task.wrote, task.sent) = self.kept();
        }
        Directory::from(lists)
    }

    /// Returns what the integration wrote to the call's Task, and what it may have written.
    fn kept(&self) -> (Option<TaskFields>, Option<TaskFields>) {
        let Checkpoint { task, wrote, sent, .. } = self.outcome.checkpoint.clone();
        // Without a known Task, `sent` belongs to a create. If the Task exists now, all of it
        // arrived, and every difference is a person's change.
        if task.is_none() { (sent.or(wrote), None) } else { (wrote, sent) }
    }

    /// Plans a call that is looked up, and returns the first write of the plan. Returns `None` if
    /// the plan writes nothing, or if the plan must wait, because another call that is being
    /// written claims what the plan touches.
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
        if self.outcome.checkpoint.task.is_some() && !self.asks.is_empty() && self.logged().is_none() {
            self.end(Fate::Gone);
            return None;
        }
        let plan = plan(self.source, &self.outcome.directory, settings);
        let Some(wrote) = plan.wrote(self.kept().0.as_ref()) else {
            self.end(Fate::Done);
            return None;
        };
        let checkpoint = &mut self.outcome.checkpoint;
        let mut writing =
            Writing { wrote, owed: checkpoint.owed, new_record: None, contact: None, claims: Vec::new(), open: 1 };
        match &plan.action {
            Action::Create(create) => {
                let id = |of: Option<RecordRef>| if let Some(RecordRef::Id(id)) = of { Some(id) } else { None };
                let number = self.number.map(|need| Claim::Number(need.e164));
                writing.owed = create.owner_change;
                writing.contact = id(create.new_case.as_ref().map(|case| case.contact_id));
                writing.new_record = create.new_record.as_ref().map(|record| made(record, settings));
                writing.claims.extend(number.filter(|_| create.new_record.is_some()));
                let changed = writing.contact.into_iter().chain(create.owner_change.map(|change| change.id));
                writing.claims.extend(changed.map(Claim::Record));
                let records = [id(create.task.who_id), id(create.task.what_id)].into_iter().flatten();
                let touched: Vec<_> = number.into_iter().chain(records.map(Claim::Record)).collect();
                // A request without a response may have created this already, and a search shows a
                // new record only minutes later.
                if touched.iter().any(|claim| shared.uncertain.contains(claim)) {
                    self.outcome.unsettled = true;
                    self.end(Fate::Failed(Failure::new(NO_RESPONSE)));
                    return None;
                }
                // The other call may create what this call would create again.
                if touched.iter().any(|claim| claimed.contains(claim)) {
                    return None;
                }
                claimed.extend(&writing.claims);
            }
            Action::Update { task_id, .. } | Action::Unchanged { task_id } => checkpoint.task = Some(*task_id),
            Action::Skip(_) => {}
        }
        let first = write::task(index, &plan).or_else(|| {
            (checkpoint.wrote, checkpoint.sent) = (Some(writing.wrote.clone()), None);
            writing.owed.map(|change| write::hand_over(index, &change))
        });
        // Until the true texts are written, the Task has those of the graph, and they are not a
        // person's (UPD-6).
        for node in first.iter().flat_map(|write| write.step.nodes()) {
            set_texts(&mut writing.wrote, node, graph::sent_text);
        }
        if first.is_some() {
            self.state = State::Writing(Box::new(writing));
        } else {
            self.end(Fate::Done);
        }
        first
    }

    /// Returns what the call's plan creates or changes while it is being written.
    pub(super) fn claims(&self) -> &[Claim] {
        if let State::Writing(writing) = &self.state { &writing.claims } else { &[] }
    }

    /// Returns the checkpoint of a Task that is being written, which holds until the write has a
    /// result.
    pub(super) fn sending(&self) -> Option<Checkpoint> {
        let State::Writing(writing) = &self.state else { return None };
        let Writing { wrote, owed, .. } = &**writing;
        Some(Checkpoint { sent: Some(wrote.clone()), owed: *owed, ..self.outcome.checkpoint.clone() })
    }

    /// Takes the result of a write. Returns the writes that follow.
    pub(super) fn settle(
        &mut self,
        write: &Write,
        result: Result<Vec<Id>, Failure>,
        shared: &mut Shared,
    ) -> Vec<Write> {
        let State::Writing(writing) = &mut self.state else { return Vec::new() };
        writing.open -= 1;
        let next = match result {
            Ok(ids) => self.succeed(write, &ids, shared),
            Err(failure) => {
                self.fail(&write.step, failure, shared);
                Vec::new()
            }
        };
        if let State::Writing(writing) = &mut self.state {
            writing.open += next.len();
            if writing.open == 0 {
                self.end(Fate::Done);
            }
        }
        next
    }

    fn succeed(&mut self, write: &Write, ids: &[Id], shared: &mut Shared) -> Vec<Write> {
        let State::Writing(writing) = &mut self.state else { return Vec::new() };
        let Outcome { checkpoint, created, .. } = &mut self.outcome;
        created.add(ids);
        let mut next = Vec::new();
        match &write.step {
            Step::Create(_) | Step::Update => {
                checkpoint.task = created.task.or(checkpoint.task);
                (checkpoint.wrote, checkpoint.sent) = (Some(writing.wrote.clone()), None);
                checkpoint.owed = writing.owed;
                next.extend(write::texts(write.call, write.step.nodes(), ids));
                next.extend(writing.owed.map(|change| write::hand_over(write.call, &change)));
                let new_record = writing.new_record.take().zip(created.record).zip(self.number);
                if let Some(((record, id), need)) = new_record {
                    shared.made.insert(need.e164, Record { id, ..record });
                }
                if let Some((contact, id)) = writing.contact.zip(created.case) {
                    shared.answers.add_case(Related { id, contact, open: true });
                }
            }
            Step::Texts(node) => checkpoint.wrote.iter_mut().for_each(|wrote| set_texts(wrote, node, str::to_owned)),
            Step::HandOver => checkpoint.owed.take().into_iter().for_each(|change| shared.hand_over(change)),
        }
        next
    }

    fn fail(&mut self, step: &Step, failure: Failure, shared: &mut Shared) {
        let remedy = failure.remedy();
        if !failure.is_refusal() {
            self.outcome.unsettled = true;
            shared.uncertain.extend(self.claims());
            if let Some(checkpoint) = self.sending().filter(|_| step.is_task()) {
                self.outcome.checkpoint = checkpoint;
            }
        } else if matches!(step, Step::HandOver) && !matches!(remedy, Remedy::TryAgain | Remedy::SignIn) {
            // The Task is written. Salesforce would refuse the new owner again, so the hand-over is
            // given up.
            self.outcome.checkpoint.owed = None;
            self.outcome.not_handed_over = Some(failure);
            return;
        } else if step.is_task() && self.duplicates.is_empty() && !failure.duplicates.is_empty() {
            self.duplicates = failure.duplicates;
            self.state = State::LookingUp;
            return;
        }
        if matches!(remedy, Remedy::LookUpAgain | Remedy::Duplicate) {
            shared.answers.forget(&self.asks);
        }
        self.end(Fate::Failed(failure));
    }

    pub(super) fn into_outcome(self, shared: &Shared) -> Outcome {
        let Self { number, mut outcome, .. } = self;
        if let Some(need) = number.filter(|_| outcome.created.record.is_some()) {
            // Another call may have handed the record over since.
            outcome.made = shared.made.get(&need.e164).cloned();
        }
        outcome
    }
}

/// Sets the texts that a graph would misread, if the node is the Task.
fn set_texts(wrote: &mut TaskFields, node: &Node, text: impl Fn(&str) -> String) {
    for (name, value) in node.texts.iter().filter(|_| node.object == Object::Task) {
        wrote.entry(name).and_modify(|wrote| *wrote = text(value).into());
    }
}
