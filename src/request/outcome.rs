//! What a caller hands in with a call, and what becomes of the call.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::failure::Failure;
use crate::lookup::{Directory, Record, TaskKey};
use crate::salesforce::{Id, Object, OwnerChange};

/// The values of a Task's fields, by API name.
pub(super) type TaskFields = Map<String, Value>;

/// What a caller stores of a call, so that the next batch continues where the last one ended.
///
/// For a new call it is `Checkpoint::default()`, afterwards [`Outcome::checkpoint`]. It can be
/// stored as JSON.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkpoint {
    /// The call's Task. If somebody deleted it, the call gets no other Task.
    pub task: Option<Id>,
    /// What [`Plan::wrote`](crate::Plan::wrote) returned for the last plan that Salesforce carried
    /// out (UPD-6).
    pub wrote: Option<Map<String, Value>>,
    /// What [`Plan::wrote`](crate::Plan::wrote) returned for a later plan, if the response to its
    /// request was lost. Salesforce may have carried it out.
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
    /// Adds the ids of new records. A plan creates at most one record beside Task and Case.
    pub(super) fn add(&mut self, ids: &[Id]) {
        for id in ids {
            let place = match id.object() {
                Some(Object::Task) => &mut self.task,
                Some(Object::Case) => &mut self.case,
                _ => &mut self.record,
            };
            *place = Some(*id);
        }
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
    /// What to store, also after a failure.
    pub checkpoint: Checkpoint,
    /// The records that the batch created, also before a failure.
    pub created: Created,
    /// Whether the response to a write was lost: a write for this call, or for another call that
    /// would create or change the same record. Salesforce may still be working on the request. Wait
    /// a minute before you add the call to another batch, because the batch first looks for the
    /// Task.
    pub unsettled: bool,
    /// The record that was created for the call's number, as a search will return it. Hand it in as
    /// [`Checkpoint::made`] with other calls of this number, until a search finds it.
    pub made: Option<Record>,
    /// Why the owner of the call's record was not changed, if Salesforce refused only this
    /// (OWN-10).
    pub not_handed_over: Option<Failure>,
    /// What Salesforce returned for the call. With it, [`plan`](crate::plan()) returns the plan
    /// that the batch wrote.
    pub directory: Directory,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// The plan is carried out. It may write nothing.
    Done,
    /// Somebody deleted the call's Task, so nothing was written.
    Gone,
    /// The call is not written, or not completely. [`Failure::remedy`] says how to recover. Other
    /// calls are written all the same, except calls that depend on a record of a lost request
    /// ([`Outcome::unsettled`]).
    Failed(Failure),
}
