//! The things that a call looks up in Salesforce: first the things that the call itself names, then
//! the things that Salesforce's rows name.

use super::query::{Org, SOQL_LITERAL_LIMIT, is_searchable};
use crate::facts::{Facts, Source};
use crate::lookup::{Directory, Lookup, Needs, NumberNeed, TaskKey};
use crate::plan::{Action, plan};
use crate::rules::record::{self, Target};
use crate::salesforce::text::SANDBOX;
use crate::salesforce::{Id, Object, RecordType};
use crate::settings::{RelateTo, Settings};

/// One thing to look up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ask {
    /// The records with a number.
    Number(NumberNeed),
    /// The users with an address.
    Email(String),
    User(Id),
    /// The Task of a call or message, by its id.
    TaskOf(TaskKey),
    Task(Id),
    /// The open cases of a Contact.
    Cases(Id),
    /// The open opportunities in which a Contact has a role.
    Opportunities(Id),
    /// A Contact, Lead or Account.
    Record(Id),
}

/// The objects with phone fields.
pub(super) const RECORDS: [Object; 3] = [Object::Contact, Object::Lead, Object::Account];

/// Returns what to ask before anything is known of a call.
///
/// An update needs only the Task, so nothing else is asked about a call whose Task the caller
/// knows. A call that the settings do not log needs nothing else either.
pub(super) fn first(source: Source<'_>, needs: &Needs, task: Option<Id>, settings: &Settings, org: Org) -> Vec<Ask> {
    // A call that still rings is not logged, whether it has a Task or not.
    if Facts::new(source).is_none() {
        return Vec::new();
    }
    if let Some(task) = task {
        return vec![Ask::Task(task)];
    }
    let mut asks: Vec<_> = settings.field_names.call_id().map(|_| Ask::TaskOf(needs.key.clone())).into_iter().collect();
    // No reason to skip a call depends on the directory.
    let nothing = Directory::default();
    if !matches!(plan(source, &nothing, settings).action, Action::Skip(_)) {
        asks.extend(needs.number.filter(|_| is_searchable(settings, org)).map(Ask::Number));
        asks.extend(needs.emails.iter().filter(|email| is_askable(email)).cloned().map(Ask::Email));
        asks.extend(needs.users.iter().copied().map(Ask::User));
    }
    asks
}

/// Returns whether a query can contain an address. An address of a Salesforce user always fits.
fn is_askable(email: &str) -> bool {
    email.chars().count() + SANDBOX.len() <= SOQL_LITERAL_LIMIT
}

/// Returns what else to look up for a call without a Task: the records that a duplicate rule named,
/// and what a plan reads about the record that it chooses. Some of it may be asked already.
pub(super) fn follow_ups(
    source: Source<'_>,
    duplicates: &[Id],
    directory: &Directory,
    settings: &Settings,
) -> Vec<Ask> {
    let mut asks: Vec<_> = duplicates.iter().copied().map(Ask::Record).collect();
    match Facts::new(source).and_then(|facts| record::find(&facts, directory, settings).target) {
        // The search of Contacts lacks the Account's name and owner (REC-9).
        Some(Target::Account(account)) => asks.push(Ask::Record(account)),
        Some(Target::Existing(record)) => {
            let is_asked = |owner: &Id| is_asked_about(*owner, settings) && directory.user(*owner).is_none();
            asks.extend(record.owner.filter(is_asked).map(Ask::User));
            asks.extend(match settings.relate_to {
                _ if record.record_type != RecordType::Contact => None,
                RelateTo::Case | RelateTo::CaseOrCreate => Some(Ask::Cases(record.id)),
                RelateTo::Opportunity => Some(Ask::Opportunities(record.id)),
                RelateTo::Nothing => None,
            });
        }
        Some(Target::New(_)) | None => {}
    }
    asks
}

/// Returns whether the owner of a record must be looked up: an inactive owner counts as none. A
/// queue, and the two users that settings name, need no lookup (OWN-8).
fn is_asked_about(owner: Id, settings: &Settings) -> bool {
    let Settings { admin, unmatched_owner, .. } = settings;
    owner.object() == Some(Object::User) && owner != *admin && Some(owner) != *unmatched_owner
}
