//! A Task for a call that has none yet.

use std::borrow::Cow;

use super::content::{Content, subject_line};
use super::{Action, Because, Create, Plan};
use crate::facts::{Facts, Kind};
use crate::lookup::Lookup;
use crate::notice::{Notice, Rule};
use crate::rules::logging::Skip;
use crate::rules::new_record::{name_of, new_case, new_record};
use crate::rules::record::{Links, Match, RecordReason, Target, find, links, to_create};
use crate::rules::{fields, owner};
use crate::salesforce::task::{RecordRef, field};
use crate::salesforce::{NewRecord, TaskCreate, TaskStatus};
use crate::settings::Settings;

/// `Type` and `TaskSubtype` of a logged call (LOG-3).
const CALL: &str = "Call";

pub(super) fn create<'a, L: Lookup>(facts: &Facts<'a>, kind: Kind, lookup: &'a L, settings: &'a Settings) -> Plan<'a> {
    let Some(status) = settings.status.of(settings.workflow.of(kind)).and_then(TaskStatus::new) else {
        return Plan::skip(Skip::Workflow, Some(kind));
    };
    let mut notices = Vec::new();
    let (target, reason, record) = target(facts, lookup, settings, &mut notices);
    let Links { who_id, what_id, relation, is_refused } = links(target, lookup, settings.relate_to);
    if is_refused {
        notices.push(Notice::new(
            Rule::Rec5,
            field::WHAT_ID,
            "a case or opportunity can only be given to a contact's call",
        ));
    }
    let owner = owner::owner(facts, target, lookup, settings);
    let name = match (target, &record) {
        (_, Some(record)) => Some(Cow::Owned(name_of(record))),
        (Some(Target::Existing(record)), None) => Some(Cow::Borrowed(record.name.as_str())),
        (Some(Target::New(_)) | None, None) => None,
    };
    let subject = subject_line(facts, kind, name.as_deref(), settings, &mut notices);
    let Content { call_disposition, call_duration_in_seconds, description, named } =
        Content::new(facts, kind, settings, &mut notices);
    let case = match (who_id, what_id) {
        (Some(contact), Some(RecordRef::NewCase)) => Some(new_case(contact, subject.clone(), owner.id)),
        _ => None,
    };
    let task = TaskCreate {
        subject,
        status,
        task_type: settings.write_type.then_some(CALL),
        task_subtype: CALL,
        call_type: fields::call_type(facts.call.direction),
        call_disposition,
        call_duration_in_seconds,
        activity_date: fields::activity_date(facts.call),
        owner_id: owner.id,
        who_id,
        what_id,
        description,
        named,
    };
    Plan {
        action: Action::Create(Create {
            new_record: record,
            new_case: case,
            task,
            owner_change: owner::hand_over(facts, target, lookup, settings),
        }),
        because: Because { kind: Some(kind), record: Some(reason), relation: Some(relation), owner: Some(owner.rule) },
        notices,
    }
}

/// The record that the call is logged on, and the one that has to be made for that.
fn target<'a, L: Lookup>(
    facts: &Facts<'a>,
    lookup: &'a L,
    settings: &'a Settings,
    notices: &mut Vec<Notice<'a>>,
) -> (Option<Target<'a>>, RecordReason, Option<NewRecord<'a>>) {
    match find(facts, lookup, settings) {
        Match::Found(record) => (Some(Target::Existing(record)), RecordReason::FirstMatch, None),
        Match::Unknown(number) => match to_create(settings.unknown_number) {
            None => (None, RecordReason::NotFound, None),
            Some(record_type) => {
                let company = &settings.wording.unknown_company;
                let record = new_record(record_type, facts.call, number, company, settings.admin, notices);
                (Some(Target::New(record_type)), RecordReason::Created, Some(record))
            }
        },
        Match::Unusable(reason) => {
            let (rule, message) = match reason {
                RecordReason::OwnNumber => {
                    (Rule::Rec8, "the number is one of the company's own, it is logged on no record")
                }
                _ => (Rule::Rec7, "the number is withheld or none at all, it is logged on no record"),
            };
            notices.push(Notice::new(rule, field::WHO_ID, message));
            (None, reason, None)
        }
    }
}
