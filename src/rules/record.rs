//! The record on which a call is logged, and what the Task is related to.
//!
//! - REC-1: the records whose phone fields contain the other party's number, by type in the order
//!   of the settings; by default Contact, Lead, Account, Person Account. The number matches in
//!   every spelling, and among words and other numbers. Without `+` it is read as dialled in the
//!   country of the company's number, and in the other party's own.
//! - REC-2: several records of one type: the first that Salesforce returned.
//! - REC-3: the id of a Contact or Lead goes to `WhoId`. The id of an Account or Person Account
//!   goes to `WhatId`, and `WhoId` stays empty.
//! - REC-4: for a Contact, found or created for this call, `WhatId` is its first open case or
//!   opportunity, or a new case. Otherwise `WhatId` is empty, never the Contact's account.
//! - REC-5: a Lead gets no `WhatId`: Salesforce refuses it. If the settings ask for a case or
//!   opportunity and the record is not a Contact, there is a notice.
//! - REC-6: if no record has the number, the settings decide which record is created.
//! - REC-7: a number that is withheld or cannot be a phone number matches nothing and creates
//!   nothing. The digits that carriers send for withheld numbers, and zeros, count as withheld.
//! - REC-8: a number of the company's own matches nothing and creates nothing.
//!
//! Source: Aircall's help articles on logging and matching. REC-5, REC-7 and REC-8 are
//! this project's decisions, and so is the match of every spelling.

use serde::Serialize;

use crate::facts::{Facts, Party};
use crate::lookup::{Lookup, NumberNeed, Record};
use crate::notice::{Notice, rule};
use crate::phone::E164;
use crate::salesforce::task::field;
use crate::salesforce::{RecordRef, RecordType};
use crate::settings::{RelateTo, Settings, UnknownNumber};

/// How the record was found, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecordReason {
    /// The record is the first record that has the number.
    FirstMatch,
    /// The number is the company's own (REC-8).
    OwnNumber,
    /// The number is withheld, or cannot be a phone number (REC-7).
    NoNumber,
    /// No record has the number, and the settings create no record.
    NotFound,
    /// No record has the number, so a record is created (REC-6).
    Created,
    /// The Task existed already, and an update leaves its record to people (UPD-7).
    Task,
}

/// The result of the search for the other party's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match<'l> {
    /// A record.
    Record(&'l Record),
    /// No record was found. A record could be created with this number.
    Unknown(E164),
    /// The number cannot be searched for, and no record may be created.
    Unusable(RecordReason),
}

impl<'l> Match<'l> {
    /// Returns the record, if one was found.
    pub(crate) const fn record(&self) -> Option<&'l Record> {
        match self {
            Self::Record(record) => Some(record),
            Self::Unknown(_) | Self::Unusable(_) => None,
        }
    }
}

/// Searches the record that has the other party's number (REC-1, REC-2, REC-7, REC-8).
#[must_use]
pub fn find<'l>(facts: &Facts<'_>, lookup: &'l dyn Lookup, settings: &Settings) -> Match<'l> {
    let Party::Number { number, .. } = facts.party else {
        return Match::Unusable(RecordReason::NoNumber);
    };
    // Many records can contain a colleague's number, and none of them is the customer.
    if settings.own_numbers.contains(&number.e164) {
        return Match::Unusable(RecordReason::OwnNumber);
    }
    match first(NumberNeed::new(number, facts.home), lookup, settings) {
        Some(record) => Match::Record(record),
        None => Match::Unknown(number.e164),
    }
}

/// Returns the first record that has a number, by type in the order of the settings (REC-1,
/// REC-2).
pub(crate) fn first<'l>(number: NumberNeed, lookup: &'l dyn Lookup, settings: &Settings) -> Option<&'l Record> {
    let records = lookup.records_by_phone(number);
    let first_of = |wanted: &RecordType| records.iter().find(|record| record.record_type == *wanted);
    settings.record_order.iter().find_map(first_of).copied()
}

/// The record that the Task is logged on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'l> {
    /// A record that exists.
    Existing(&'l Record),
    /// A record that the same plan creates (REC-6).
    New(RecordType),
}

impl Target<'_> {
    pub(crate) const fn record_type(&self) -> RecordType {
        match self {
            Self::Existing(record) => record.record_type,
            Self::New(record_type) => *record_type,
        }
    }

    pub(crate) const fn reference(&self) -> RecordRef {
        match self {
            Self::Existing(record) => RecordRef::Id(record.id),
            Self::New(_) => RecordRef::NewRecord,
        }
    }
}

/// Returns the type of record that is created for an unknown number (REC-6).
pub(crate) const fn to_create(unknown_number: UnknownNumber) -> Option<RecordType> {
    match unknown_number {
        UnknownNumber::DoNothing => None,
        UnknownNumber::CreateContact => Some(RecordType::Contact),
        UnknownNumber::CreateLead => Some(RecordType::Lead),
        UnknownNumber::CreateAccount => Some(RecordType::Account),
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
    let asked = settings.relate_to != RelateTo::Nothing;
    let reference = Some(target.reference());
    let links = match target.record_type() {
        RecordType::Contact => {
            let (what_id, relation) = related(target, lookup, settings.relate_to);
            return Links { who_id: reference, what_id, relation };
        }
        RecordType::Lead => {
            let relation = if asked { Relation::LeadNotAllowed } else { Relation::None };
            Links { who_id: reference, what_id: None, relation }
        }
        RecordType::Account | RecordType::PersonAccount => {
            Links { who_id: None, what_id: reference, relation: Relation::Account }
        }
    };
    if asked {
        let message = "a case or opportunity can only be given to a contact's call";
        notices.push(Notice::new(rule::REC_5, field::WHAT_ID, message));
    }
    links
}

/// Returns what a Contact's call is related to (REC-4).
fn related(contact: Target<'_>, lookup: &dyn Lookup, relate_to: RelateTo) -> (Option<RecordRef>, Relation) {
    let (related, relation) = match (contact, relate_to) {
        // A Contact that is created for this call cannot have cases yet.
        (Target::New(_), _) | (_, RelateTo::Nothing) => (Vec::new(), Relation::None),
        (Target::Existing(record), RelateTo::Opportunity) => (lookup.opportunities(record.id), Relation::Opportunity),
        (Target::Existing(record), _) => (lookup.cases(record.id), Relation::Case),
    };
    match related.into_iter().find(|related| related.open) {
        Some(open) => (Some(RecordRef::Id(open.id)), relation),
        None if relate_to == RelateTo::CaseOrCreate => (Some(RecordRef::NewCase), Relation::NewCase),
        None => (None, Relation::None),
    }
}
