//! The state that the calls of a batch share: answers, new records, and claims.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::Answers;
use crate::lookup::Record;
use crate::phone::E164;
use crate::rules::new_record::name_of;
use crate::salesforce::{Id, NewRecord, OwnerChange};
use crate::settings::Settings;

/// The state that all calls of a batch read and change.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    pub(super) answers: Answers,
    /// The records that were created for a number, by this batch or shortly before.
    pub(super) made: BTreeMap<E164, Record>,
    /// The claims of requests without a response: what they may have created or changed.
    pub(super) uncertain: BTreeSet<Claim>,
}

impl Shared {
    /// Changes the owner of a record.
    pub(super) fn hand_over(&mut self, change: OwnerChange) {
        let records = self.answers.records_mut().chain(self.made.values_mut());
        records.filter(|record| record.id == change.id).for_each(|record| record.owner = Some(change.owner));
    }
}

/// What a plan creates or changes besides its Task, or depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claim {
    /// The records with a number.
    Number(E164),
    /// A record, with its owner and its cases.
    Record(Id),
}

/// Returns a new record as a search will return it.
pub(super) fn made(new: &NewRecord<'_>, settings: &Settings) -> Record {
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
