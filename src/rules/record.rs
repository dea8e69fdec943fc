//! The record on which a call is logged, and what the Task is related to.
//!
//! - REC-1: the records whose phone fields contain the other party's number, by type in the order
//!   of the setting `record_order`; by default Contact, Lead, Account, Person Account. The number
//!   matches in every spelling, and among words and other numbers. Without `+` it is read as
//!   dialled in the country of the company's number, and as dialled in the other party's own
//!   country. [`NumberNeed::is_in`] decides this for a field.
//! - REC-2: several records of one type: the first that Salesforce returned, usually the most
//!   recently updated record.
//! - REC-3: the id of a Contact or Lead goes to `WhoId`. The id of an Account or Person Account
//!   goes to `WhatId`, and `WhoId` stays empty.
//! - REC-4: the setting `relate_to` decides about a Contact that was found or is created for this
//!   call. `case` and `opportunity` set `WhatId` to the first open case or opportunity, in the
//!   order that Salesforce returned. `case_or_create` creates a case if there is none;
//!   opportunities are never created. Otherwise `WhatId` is empty, never the Contact's account.
//! - REC-5: a Lead gets no `WhatId`: Salesforce refuses it. If the settings ask for a case or
//!   opportunity and the record is not a Contact, there is a notice.
//! - REC-6: if no record has the number, the setting `unknown_number` decides which record is
//!   created first, for the Task to point at. With `do_nothing`, `WhoId`, `WhatId` and `OwnerId`
//!   stay empty.
//! - REC-7: a number that is withheld or cannot be a phone number matches nothing and creates
//!   nothing, with a notice. A number can be a phone number if libphonenumber calls it possible for
//!   dialling from anywhere: `112` is too short, and an extension is ignored. The digits that
//!   carriers send for withheld numbers, and zeros, count as withheld ([`Party`]).
//! - REC-8: a number in the setting `own_numbers` matches nothing and creates nothing, with a
//!   notice: somebody may once have stored the company's number on a record. In the setting, an
//!   entry that ends in `*` matches every number with this prefix.
//! - REC-9: if several records of the chosen type have the number, the setting `shared_number`
//!   lists what to try, in this order:
//!   - `agents_own` is the first record that the agent's user owns. The user is the first active
//!     user by OWN-8, of any age, of an agent who made the call or answered it.
//!   - `account` is the Account of all these Contacts, if each Contact's Account is known and the
//!     same. If this Account was not looked up, only its id is known: then `{record}` is the
//!     number, the Account counts as a record without an owner, and nothing is handed over.
//!   - `nobody` logs the call on no record and creates none.
//!   - `first` is REC-2. Every list ends in `first`, written or not.
//!
//!   The plan contains the choice and the count, and a notice.
//! - REC-10: a record that Salesforce's duplicate rule named, when a record was to be created for
//!   this call, is the call's record, whatever its phones. It is the first such record whose type
//!   is in `record_order`, before REC-1, REC-7 and REC-8. With the setting `duplicates:
//!   save_anyway`, the request asks Salesforce to save the new record where the rule allows it.
//! - MSG-5: a message has the record, case and opportunity of a call with its other party.
//!
//! Source: Aircall's help articles on logging and matching. REC-5 and REC-7 to REC-10 are this
//! project's decisions, and so is the match of every spelling: Aircall matches only numbers that
//! are stored in E.164, which creates duplicate records.

use serde::Serialize;

use super::agent;
use crate::facts::{Facts, Party};
use crate::lookup::{Lookup, NumberNeed, Record};
use crate::notice::Notice;
use crate::phone::E164;
use crate::salesforce::task::field;
use crate::salesforce::{Id, RecordRef, RecordType};
use crate::settings::{RelateTo, Settings, SharedNumber};

/// How the record was found, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecordReason {
    /// The record is the first record that has the number.
    FirstMatch,
    /// Several records have the number, and the agent's user owns this record (REC-9).
    AgentsOwn,
    /// Several Contacts have the number, and all of them belong to this Account (REC-9).
    SharedAccount,
    /// Several records have the number, and the settings choose none of them (REC-9).
    SharedNobody,
    /// The number is the company's own (REC-8).
    OwnNumber,
    /// The number is withheld, or cannot be a phone number (REC-7).
    NoNumber,
    /// No record has the number, and the settings create no record.
    NotFound,
    /// No record has the number, so a record is created (REC-6).
    Created,
    /// A duplicate rule named this record when a record was to be created (REC-10).
    Duplicate,
    /// The Task existed already, and an update leaves its record to people (UPD-7).
    Task,
}

/// The result of the search for the other party's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match<'l> {
    /// The record; `None` if the call is logged on no record that exists.
    pub target: Option<Target<'l>>,
    /// How the record was found, or why there is none.
    pub reason: RecordReason,
    /// How many records of the chosen type have the number; 0 if a duplicate rule named the record.
    pub holders: usize,
}

/// Searches for the record that a duplicate rule named, else the record that has the other party's
/// number (REC-1, REC-2, REC-7 to REC-10).
#[must_use]
pub fn find<'l>(facts: &Facts<'_>, lookup: &'l dyn Lookup, settings: &Settings) -> Match<'l> {
    if let Some(record) = duplicate(lookup, settings) {
        return Match { target: Some(Target::Existing(record)), reason: RecordReason::Duplicate, holders: 0 };
    }
    let none = |reason| Match { target: None, reason, holders: 0 };
    let Party::Number { number, .. } = facts.party else {
        return none(RecordReason::NoNumber);
    };
    // Many records can contain a colleague's number, and none of them is the customer.
    if is_own(&number.e164, settings) {
        return none(RecordReason::OwnNumber);
    }
    let holders = holders(NumberNeed::new(number, facts.home), lookup, settings);
    let Some(&first) = holders.first() else {
        return none(RecordReason::NotFound);
    };
    let first_match = (Some(Target::Existing(first)), RecordReason::FirstMatch);
    let shared = |choice: &SharedNumber| match choice {
        SharedNumber::AgentsOwn => {
            let agent = agent::user_on_call(facts, lookup, settings)?;
            let own = holders.iter().find(|record| record.owner == Some(agent))?;
            Some((Some(Target::Existing(own)), RecordReason::AgentsOwn))
        }
        SharedNumber::Account => {
            let account = common_account(&holders)?;
            let target = lookup.record(account).map_or(Target::Account(account), Target::Existing);
            Some((Some(target), RecordReason::SharedAccount))
        }
        SharedNumber::Nobody => Some((None, RecordReason::SharedNobody)),
        SharedNumber::First => Some(first_match),
    };
    let chosen = if holders.len() > 1 { settings.shared_number.iter().find_map(shared) } else { None };
    let (target, reason) = chosen.unwrap_or(first_match);
    Match { target, reason, holders: holders.len() }
}

/// Returns the records that have a number, in Salesforce's order. All of them are of one type: the
/// first type in `record_order` of which a record has the number (REC-1, REC-2).
fn holders<'l>(number: NumberNeed, lookup: &'l dyn Lookup, settings: &Settings) -> Vec<&'l Record> {
    let mut records = lookup.records_by_phone(number);
    let has_record = |wanted: &&RecordType| records.iter().any(|record| record.record_type == **wanted);
    let chosen = settings.record_order.iter().find(has_record).copied();
    records.retain(|record| Some(record.record_type) == chosen);
    records
}

/// Returns the Account to which all of these Contacts belong; `None` if the Account of a Contact is
/// not known (REC-9).
fn common_account(holders: &[&Record]) -> Option<Id> {
    let account = holders.first()?.account?;
    holders.iter().all(|record| record.account == Some(account)).then_some(account)
}

/// Returns the record that a duplicate rule named (REC-10).
fn duplicate<'l>(lookup: &'l dyn Lookup, settings: &Settings) -> Option<&'l Record> {
    lookup.duplicates().into_iter().find(|record| settings.record_order.contains(&record.record_type))
}

/// Returns whether a number is one of the company's own (REC-8).
pub(crate) fn is_own(number: &E164, settings: &Settings) -> bool {
    settings.own_numbers.iter().any(|pattern| pattern.matches(number))
}

/// The record that the Task is logged on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'l> {
    /// A record that exists.
    Existing(&'l Record),
    /// An Account that was not looked up, so only its id is known (REC-9).
    Account(Id),
    /// A record that the same plan creates (REC-6).
    New(RecordType),
}

impl<'l> Target<'l> {
    /// Returns the record's name, if it is known.
    pub(crate) fn name(&self) -> Option<&'l str> {
        match self {
            Self::Existing(record) => Some(&record.name),
            Self::Account(_) | Self::New(_) => None,
        }
    }

    pub(crate) const fn record_type(&self) -> RecordType {
        match self {
            Self::Existing(record) => record.record_type,
            Self::Account(_) => RecordType::Account,
            Self::New(record_type) => *record_type,
        }
    }

    pub(crate) const fn reference(&self) -> RecordRef {
        match self {
            Self::Existing(record) => RecordRef::Id(record.id),
            Self::Account(id) => RecordRef::Id(*id),
            Self::New(_) => RecordRef::NewRecord,
        }
    }
}

/// What `WhatId` refers to, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Relation {
    /// Nothing.
    None,
    /// The Account or Person Account that the call is logged on.
    Account,
    /// The Contact's first open case.
    Case,
    /// A case that is created for this call.
    NewCase,
    /// The Contact's first open opportunity.
    Opportunity,
    /// Nothing, although the settings ask for a case or opportunity: the record is a Lead.
    LeadNotAllowed,
}

/// `WhoId` and `WhatId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Links {
    /// A Contact or Lead.
    pub who_id: Option<RecordRef>,
    /// Anything else.
    pub what_id: Option<RecordRef>,
    /// The reason for `what_id`.
    pub relation: Relation,
}

/// Returns how the Task refers to its record (REC-3 to REC-5).
#[must_use]
pub fn links(
    target: Option<Target<'_>>,
    lookup: &dyn Lookup,
    settings: &Settings,
    notices: &mut Vec<Notice<'_>>,
) -> Links {
    let Some(target) = target else {
        return Links { who_id: None, what_id: None, relation: Relation::None };
    };
    let (reference, asked) = (Some(target.reference()), settings.relate_to != RelateTo::Nothing);
    if asked && target.record_type() != RecordType::Contact {
        let message = "a case or opportunity can only be given to a contact's call";
        notices.push(Notice::new("REC-5", field::WHAT_ID, message));
    }
    let (who_id, (what_id, relation)) = match target.record_type() {
        RecordType::Contact => (reference, related(target, lookup, settings.relate_to)),
        RecordType::Lead if asked => (reference, (None, Relation::LeadNotAllowed)),
        RecordType::Lead => (reference, (None, Relation::None)),
        RecordType::Account | RecordType::PersonAccount => (None, (reference, Relation::Account)),
    };
    Links { who_id, what_id, relation }
}

/// Returns what a Contact's call is related to (REC-4).
fn related(contact: Target<'_>, lookup: &dyn Lookup, relate_to: RelateTo) -> (Option<RecordRef>, Relation) {
    let (related, relation) = match (contact, relate_to) {
        // A Contact that is created for this call cannot have cases yet.
        (Target::New(_) | Target::Account(_), _) | (_, RelateTo::Nothing) => (Vec::new(), Relation::None),
        (Target::Existing(record), RelateTo::Opportunity) => (lookup.opportunities(record.id), Relation::Opportunity),
        (Target::Existing(record), _) => (lookup.cases(record.id), Relation::Case),
    };
    match related.into_iter().find(|related| related.open) {
        Some(open) => (Some(RecordRef::Id(open.id)), relation),
        None if relate_to == RelateTo::CaseOrCreate => (Some(RecordRef::NewCase), Relation::NewCase),
        None => (None, Relation::None),
    }
}
