//! The Task that a call already has, brought up to date.

use super::content::{Content, subject_line};
use super::{Action, Because, Plan};
use crate::facts::{Facts, Kind};
use crate::lookup::{LoggedTask, Lookup};
use crate::rules::record::{Match, find};
use crate::rules::update::{
    Present, SubjectRecord, is_same_area, is_same_number, late_voicemail, line_change, named_changes, subject_record,
};
use crate::salesforce::TaskUpdate;
use crate::salesforce::task::{Change, field};
use crate::settings::Settings;

pub(super) fn update<'a, L: Lookup>(
    facts: &Facts<'a>,
    kind: Kind,
    logged: &'a LoggedTask,
    lookup: &'a L,
    settings: &'a Settings,
) -> Plan<'a> {
    let mut notices = Vec::new();
    let present = Present::new(logged.fields.as_ref(), facts.call.ended_at.is_some());
    let found = || match find(facts, lookup, settings) {
        Match::Found(record) => Some(record),
        Match::Unknown(_) | Match::Unusable(_) => None,
    };
    let record = match subject_record(&present, lookup, found) {
        SubjectRecord::Record(record) => Some(Some(record.name.as_str())),
        SubjectRecord::None => Some(None),
        SubjectRecord::NotKnown => None,
    };
    let subject = match record {
        Some(record) => {
            let subject = subject_line(facts, kind, record, settings, &mut notices);
            line_change(&present, field::SUBJECT, subject)
        }
        None => Change::Keep,
    };
    let Content { call_disposition, call_duration_in_seconds, description, named } =
        Content::new(facts, kind, settings, &mut notices);
    let task = TaskUpdate {
        subject,
        status: late_voicemail(kind, &present, settings).map_or(Change::Keep, Change::Set),
        call_disposition: line_change(&present, field::CALL_DISPOSITION, Some(call_disposition)),
        call_duration_in_seconds: present.change(
            field::CALL_DURATION_IN_SECONDS,
            call_duration_in_seconds,
            |present, &wanted| is_same_number(present, i64::from(wanted)),
        ),
        description: present
            .change(field::DESCRIPTION, description, |present, wanted| is_same_area(present, wanted, settings.count)),
        named: named_changes(&present, named),
    };
    let task_id = logged.id;
    let because = Because { kind: Some(kind), ..Because::default() };
    if present.is_known() && task.is_empty() {
        return Plan { action: Action::Unchanged { task_id }, because, notices: Vec::new() };
    }
    Plan { action: Action::Update { task_id, task }, because, notices }
}
