//! What Salesforce returned for each thing that was looked up.

use std::collections::BTreeMap;

use super::ask::Ask;
use super::failure::Failure;
use super::question::Question;
use crate::lookup::{Directory, DirectoryLists, LoggedTask, Lookup, Record, Related};
use crate::rules::fields::key_text;
use crate::rules::update::record_id;
use crate::salesforce::Id;

/// What Salesforce returned for each thing that was looked up.
///
/// Hand it from one [`Batch`](super::Batch) to the next, so that the next batch does not ask for
/// the same users and records again. Drop it after a minute, because records change. It never
/// contains Tasks, cases, opportunities, or numbers that no record had.
#[derive(Debug, Clone, Default)]
pub struct Answers(BTreeMap<Ask, Result<DirectoryLists, Failure>>);

impl Answers {
    pub(super) fn get(&self, ask: &Ask) -> Option<&Result<DirectoryLists, Failure>> {
        self.0.get(ask)
    }

    pub(super) fn forget<'k>(&mut self, asks: impl IntoIterator<Item = &'k Ask>) {
        for ask in asks {
            self.0.remove(ask);
        }
    }

    /// Adds the rows of a question whose response is complete, to each thing that was asked.
    pub(super) fn add(&mut self, Question { asks, mut rows, .. }: Question) {
        // A directory finds Tasks by key only, and some are asked for by id.
        let tasks = std::mem::take(&mut rows.tasks);
        let directory = Directory::from(rows);
        for ask in asks {
            let found = found(&ask, &directory, &tasks);
            self.0.insert(ask, Ok(found));
        }
    }

    /// Adds a failure to each thing that a question asks for.
    pub(super) fn fail(&mut self, question: Question, failure: &Failure) {
        self.0.extend(question.asks.into_iter().map(|ask| (ask, Err(failure.clone()))));
    }

    /// Adds a case that was created.
    pub(super) fn add_case(&mut self, case: Related) {
        if let Some(Ok(found)) = self.0.get_mut(&Ask::Cases(case.contact)) {
            found.cases.push(case);
        }
    }

    pub(super) fn records_mut(&mut self) -> impl Iterator<Item = &mut Record> {
        self.0.values_mut().flatten().flat_map(|found| &mut found.records)
    }

    /// Removes what each batch must ask again: what changes often, and what was not found, because
    /// somebody may create it at any moment.
    pub(super) fn keep_lasting(&mut self) {
        self.0.retain(|ask, found| match (ask, found) {
            (Ask::Number(_) | Ask::Record(_), Ok(found)) => !found.records.is_empty(),
            (Ask::Email(_) | Ask::User(_), Ok(found)) => !found.users.is_empty(),
            _ => false,
        });
    }
}

/// Returns the rows that belong to one thing that was asked.
fn found(ask: &Ask, directory: &Directory, tasks: &[LoggedTask]) -> DirectoryLists {
    let mut lists = DirectoryLists::default();
    let DirectoryLists { records, users, cases, opportunities, tasks: logged } = &mut lists;
    match ask {
        Ask::Number(number) => records.extend(directory.records_by_phone(*number).into_iter().cloned()),
        Ask::Email(email) => users.extend(directory.users_by_email(email).into_iter().cloned()),
        Ask::User(id) => users.extend(directory.user(*id).cloned()),
        Ask::Cases(contact) => cases.extend(directory.cases(*contact)),
        Ask::Opportunities(contact) => opportunities.extend(directory.opportunities(*contact)),
        Ask::Record(id) => records.extend(directory.record(*id).cloned()),
        Ask::Task(id) => logged.extend(tasks.iter().find(|task| task.id == *id).cloned()),
        Ask::TaskOf(key) => {
            let text = key_text(key);
            logged.extend(tasks.iter().find(|task| key_text(&task.key) == text).cloned());
        }
    }
    let id = logged.first().and_then(|task| Id::from_first_15(record_id(task)?.as_str()?));
    records.extend(id.and_then(|id| directory.record(id)).cloned());
    lists
}
