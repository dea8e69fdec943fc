//! Plans a Task for a call or message that has no Task yet.

use super::{Action, Because, Create, Plan, unusable};
use crate::facts::Facts;
use crate::lookup::Lookup;
use crate::notice::Notice;
use crate::rules::description::description;
use crate::rules::disposition::disposition;
use crate::rules::extra::extra_field;
use crate::rules::new_record::{name_of, new_record};
use crate::rules::package::package_fields;
use crate::rules::record::{Links, Match, RecordReason, Target, find, links};
use crate::rules::subject::subject;
use crate::rules::{fields, owner};
use crate::salesforce::task::{RecordRef, field};
use crate::salesforce::{NewCase, NewRecord, TaskCreate};
use crate::settings::Settings;

/// Plans the Task of a call or message to which the workflow gives this `status` (FIELD-4).
pub(super) fn create<'a>(
    facts: &Facts<'a>,
    status: &'a str,
    lookup: &'a dyn Lookup,
    settings: &'a Settings,
) -> Plan<'a> {
    let mut notices = unusable(facts.source);
    let (Match { target, reason, holders }, new_record) = record(facts, lookup, settings, &mut notices);
    let Links { who_id, what_id, relation } = links(target, lookup, settings, &mut notices);
    let owner = owner::owner(facts, target, lookup, settings);
    // Salesforce returns a record's name only after creating it, and the texts need it before.
    let made_name = new_record.as_ref().map(name_of);
    let name = target.and_then(|target| target.name()).or(made_name.as_deref());
    let subject = subject(facts, name, settings, &mut notices);
    let new_case = match (who_id, what_id) {
        (Some(contact_id), Some(RecordRef::NewCase)) => {
            Some(NewCase { contact_id, subject: subject.clone(), owner_id: owner.id })
        }
        _ => None,
    };
    let mut task = TaskCreate {
        subject,
        status,
        task_type: fields::task_type(facts, settings),
        call_type: fields::call_type(facts.direction),
        call_disposition: disposition(facts, settings, &mut notices).map(Into::into),
        call_duration_in_seconds: fields::call_duration(facts, &mut notices),
        activity_date: fields::activity_date(facts, settings),
        owner_id: owner.id,
        who_id,
        what_id,
        description: description(facts, settings, &mut notices).map(Into::into),
        named: package_fields(facts, settings, &mut notices),
    };
    for (field, value) in settings.extra_fields.on_create() {
        task.named.push((field, extra_field(field, value, facts, name, settings, &mut notices)));
    }
    let because = Because {
        kind: Some(facts.kind),
        record: Some(reason),
        relation: Some(relation),
        holders: (holders > 1).then_some(holders),
        owner: Some(owner.reason),
        kept: Vec::new(),
    };
    // Decided after the Task's owner, which can depend on the record's old owner (OWN-9).
    let owner_change = owner::hand_over(facts, target, lookup, settings);
    let create = Create { new_record, new_case, task, owner_change };
    Plan { action: Action::Create(create), because, notices, unsent: Vec::new() }
}

/// Returns the record that the call is logged on, and the record that has to be created first.
fn record<'a>(
    facts: &Facts<'a>,
    lookup: &'a dyn Lookup,
    settings: &'a Settings,
    notices: &mut Vec<Notice<'a>>,
) -> (Match<'a>, Option<NewRecord<'a>>) {
    let found = find(facts, lookup, settings);
    let to_create = settings.unknown_number.record_type().zip(facts.party.number());
    match (found.reason, to_create) {
        (RecordReason::NotFound, Some((record_type, number))) => {
            let new_record = new_record(record_type, facts, number, settings, notices);
            let target = Some(Target::New(record_type));
            let found = Match { target, reason: RecordReason::Created, ..found };
            return (found, Some(new_record));
        }
        (RecordReason::OwnNumber, _) => {
            let message = "the number is one of the company's own, so the call is logged on no record";
            notices.push(Notice::new("REC-8", field::WHO_ID, message));
        }
        (RecordReason::NoNumber, _) => {
            let message = "the number is withheld or no phone number, so the call is logged on no record";
            notices.push(Notice::new("REC-7", field::WHO_ID, message));
        }
        _ if found.holders > 1 => notices.push(shared(&found)),
        _ => {}
    }
    (found, None)
}

/// Returns the notice about several records that have the number (REC-9).
fn shared(found: &Match<'_>) -> Notice<'static> {
    let choice = match found.reason {
        RecordReason::AgentsOwn => "the one that the agent owns",
        RecordReason::SharedAccount => "their Account",
        RecordReason::SharedNobody => "none of them",
        _ => "the first of them",
    };
    let message = format!("{} records have the number; the call is logged on {choice}", found.holders);
    Notice { count: Some(found.holders), ..Notice::new("REC-9", field::WHO_ID, message) }
}
