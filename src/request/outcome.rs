//! What a caller hands in with a call, and what becomes of the call.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::failure::Failure;
use crate::lookup::{Directory, Record, TaskKey};
use crate::salesforce::{Id, Object, OwnerChange};

/// The fields of a Task by API name.
pub(super) type Fields = Map<String, Value>;

/// What a caller keeps of a call from one batch to the next.
///
/// A new call has nothing: `Known::default()`. Afterwards hand in [`Outcome::known`] again. As JSON
/// it can be stored with the call.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// The call's Task. If somebody deleted it, the call gets no other Task.
    pub task: Option<Id>,
    /// What [`Plan::wrote`](crate::Plan::wrote) returned for the last plan that Salesforce carried
    /// out (UPD-6).
    pub wrote: Option<Map<String, Value>>,
    /// The same of a later plan, whose response was lost: Salesforce may have carried it out.
    pub sent: Option<Map<String, Value>>,
    /// A new owner of a record that is still to be written (OWN-10).
    pub owed: Option<OwnerChange>,
    /// The record that was created for the call's number so recently that a search may not find it
    /// yet. It counts only if the search finds no record. The JSON does not contain it, because it
    /// belongs to the number.
    #[serde(skip)]
    pub made: Option<Record>,
}

/// The ids of the records that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Created {
    /// The new Contact, Lead or Account.
    pub record: Option<Id>,
    /// The new Case.
    pub case: Option<Id>,
    /// The new Task.
    pub task: Option<Id>,
}

impl Created {
    /// Adds the id of a new record. A plan creates at most one record beside Task and Case.
    pub(super) fn add(&mut self, id: Id) {
        let place = match id.object() {
            Some(Object::Task) => &mut self.task,
            Some(Object::Case) => &mut self.case,
            _ => &mut self.record,
        };
        *place = Some(id);
    }
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// The call or message.
    pub key: TaskKey,
    /// How it ended.
    pub fate: Fate,
    /// What to keep, also after a failure.
    pub known: Known,
    /// The records that the batch created, also before a failure.
    pub created: Created,
    /// Whether Salesforce may still be working on a request that writes for this call, or for one
    /// that it waited for, because the answer was lost. Wait a minute before you add the call to
    /// another batch: it looks for the Task first, and must not look too early.
    pub unsettled: bool,
    /// The record that was created for the call's number, as a search will return it. Hand it in as
    /// [`Known::made`] with other calls of this number, until a search finds it.
    pub made: Option<Record>,
    /// Why the owner of the call's record was not changed, if Salesforce refused only this
    /// (OWN-10).
    pub not_handed_over: Option<Failure>,
    /// What Salesforce answered about the call. [`plan`](crate::plan()) makes the plan of the
    /// outcome from it.
    pub directory: Directory,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// The plan is carried out. It may write nothing.
    Done,
    /// Somebody deleted the call's Task, so nothing was written.
    Gone,
    /// The call is not written, or not completely: [`Failure::remedy`] says what to do. A failed
    /// call never affects the others.
    Failed(Failure),
}
