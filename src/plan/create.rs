//! Plans a Task for a call that has no Task yet.

use super::{Action, Because, Create, Plan, unusable};
use crate::facts::Facts;
use crate::lookup::Lookup;
use crate::notice::{Notice, rule};
use crate::rules::description::description;
use crate::rules::disposition::disposition;
use crate::rules::new_record::{name_of, new_case, new_record};
use crate::rules::package::package_fields;
use crate::rules::record::{Links, Match, RecordReason, Target, find, links, to_create};
use crate::rules::subject::subject;
use crate::rules::{fields, owner};
use crate::salesforce::task::{CALL, RecordRef, field};
use crate::salesforce::{NewRecord, TaskCreate};
use crate::settings::Settings;

/// Plans the Task of a call to which the workflow gives this `status` (FIELD-4).
pub(super) fn create<'a>(
    facts: &Facts<'a>,
    status: &'a str,
    lookup: &'a dyn Lookup,
    settings: &'a Settings,
) -> Plan<'a> {
    let mut notices = unusable(facts.call);
    let LoggedOn { target, reason, new_record } = record(facts, lookup, settings, &mut notices);
    let Links { who_id, what_id, relation } = links(target, lookup, settings, &mut notices);
    let owner = owner::owner(facts, target, lookup, settings);
    // Salesforce returns a record's name only after creating it, and the Subject needs it before.
    let made_name = new_record.as_ref().map(name_of);
    let name = match target {
        Some(Target::Existing(record)) => Some(record.name.as_str()),
        Some(Target::New(_)) | None => made_name.as_deref(),
    };
    let subject = subject(facts, name, settings, &mut notices);
    let new_case = match (who_id, what_id) {
        (Some(contact), Some(RecordRef::NewCase)) => Some(new_case(contact, subject.clone(), owner.id)),
        _ => None,
    };
    let task = TaskCreate {
        subject,
        status,
        task_type: settings.write_type.then_some(CALL),
        call_type: fields::call_type(facts.call.direction),
        call_disposition: disposition(facts, settings, &mut notices).into(),
        call_duration_in_seconds: fields::call_duration(facts, &mut notices),
        activity_date: fields::activity_date(facts.call),
        owner_id: owner.id,
        who_id,
        what_id,
        description: description(facts, settings, &mut notices).map(Into::into),
        named: package_fields(facts, settings, &mut notices),
    };
    let because = Because {
        kind: Some(facts.kind),
        record: Some(reason),
        relation: Some(relation),
        owner: Some(owner.reason),
        kept: Vec::new(),
    };
    // Decided after the Task's owner, which can depend on the record's old owner (OWN-9).
    let owner_change = owner::hand_over(facts, target, lookup, settings);
    let create = Create { new_record, new_case, task, owner_change };
    Plan { action: Action::Create(create), because, notices, unsent: Vec::new() }
}

/// The record that the call is logged on.
struct LoggedOn<'a> {
    target: Option<Target<'a>>,
    reason: RecordReason,
    /// The record that has to be made first.
    new_record: Option<NewRecord<'a>>,
}

fn record<'a>(
    facts: &Facts<'a>,
    lookup: &'a dyn Lookup,
    settings: &'a Settings,
    notices: &mut Vec<Notice<'a>>,
) -> LoggedOn<'a> {
    let on = |target, reason| LoggedOn { target, reason, new_record: None };
    match find(facts, lookup, settings) {
        Match::Record(record) => on(Some(Target::Existing(record)), RecordReason::FirstMatch),
        Match::Unknown(number) => match to_create(settings.unknown_number) {
            None => on(None, RecordReason::NotFound),
            Some(record_type) => {
                let record = new_record(record_type, facts.call, number, settings, notices);
                LoggedOn { new_record: Some(record), ..on(Some(Target::New(record_type)), RecordReason::Created) }
            }
        },
        Match::Unusable(reason) => {
            let (rule, message) = if reason == RecordReason::OwnNumber {
                (rule::REC_8, "the number is one of the company's own, so the call is logged on no record")
            } else {
                (rule::REC_7, "the number is withheld or no phone number, so the call is logged on no record")
            };
            notices.push(Notice::new(rule, field::WHO_ID, message));
            on(None, reason)
        }
    }
}
