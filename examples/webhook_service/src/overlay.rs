//! Combines Salesforce's response with what only this service knows.
//!
//! The service knows which fields it wrote, and which records it created so recently that
//! Salesforce's search does not return them yet.

use aircall_salesforce::lookup::{LoggedTask, NumberNeed, Record, Related, User};
use aircall_salesforce::rules::update::is_same_area;
use aircall_salesforce::salesforce::task::field::{DESCRIPTION, TASK_SUBTYPE};
use aircall_salesforce::settings::Settings;
use aircall_salesforce::{Directory, Id, Lookup};

use crate::store::Fields;

/// A directory with the additions from the store.
pub struct Overlay {
    directory: Directory,
    task: Option<LoggedTask>,
    made: Option<Record>,
}

impl Overlay {
    /// `made` is the record that the service created for the call's number.
    #[must_use]
    pub fn new(directory: Directory, task: Option<LoggedTask>, made: Option<Record>) -> Self {
        Self { directory, task, made }
    }
}

impl Lookup for Overlay {
    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record> {
        // Once the search index is up to date, Salesforce returns the created record itself.
        let found = self.directory.records_by_phone(number);
        if found.is_empty() { self.made.iter().collect() } else { found }
    }

    fn record(&self, id: Id) -> Option<&Record> {
        self.directory.record(id).or_else(|| self.made.as_ref().filter(|made| made.id == id))
    }

    fn users_by_email(&self, email: &str) -> Vec<&User> {
        self.directory.users_by_email(email)
    }

    fn user(&self, id: Id) -> Option<&User> {
        self.directory.user(id)
    }

    fn cases(&self, contact: Id) -> Vec<&Related> {
        self.directory.cases(contact)
    }

    fn opportunities(&self, contact: Id) -> Vec<&Related> {
        self.directory.opportunities(contact)
    }

    fn task(&self, call: u64) -> Option<&LoggedTask> {
        self.task.as_ref().filter(|task| task.call == call)
    }
}

/// Returns the fields that this service last wrote to the Task (DESC-7), if a response may have
/// been lost.
///
/// - If no earlier write is known, an existing Task was created by the lost request if that request
///   was a create.
/// - If the Task's Description equals the sent one, the update has arrived.
/// - If it equals the one before, the update has not arrived.
/// - Otherwise somebody has edited the Description since, and the mapping must decide from the text
///   alone.
#[must_use]
pub fn wrote(
    before: Option<Fields>,
    sent: Option<Fields>,
    present: Option<&Fields>,
    settings: &Settings,
) -> Option<Fields> {
    let is_present = |fields: &Fields| match (present.and_then(|present| present.get(DESCRIPTION)), text(fields)) {
        (Some(present), Some(text)) => is_same_area(present, text, settings.count),
        (present, None) => present.is_none_or(|present| present.as_str().is_none_or(str::is_empty)),
        (None, Some(_)) => false,
    };
    match (before, sent) {
        (before, None) => before,
        (None, Some(sent)) => {
            let was_create = sent.contains_key(TASK_SUBTYPE);
            (was_create || sent.contains_key(DESCRIPTION) && is_present(&sent)).then_some(sent)
        }
        (Some(before), Some(sent)) => {
            if !sent.contains_key(DESCRIPTION) || is_present(&before) {
                Some(before)
            } else if is_present(&sent) {
                Some(merged(before, sent))
            } else {
                None
            }
        }
    }
}

/// Returns the fields of two writes; the later write wins.
#[must_use]
pub fn merged(mut before: Fields, sent: Fields) -> Fields {
    before.extend(sent);
    before
}

fn text(fields: &Fields) -> Option<&str> {
    fields.get(DESCRIPTION)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wrote_after_a_lost_response() {
        let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap();
        let fields = |text: &str| Some(Fields::from_iter([(DESCRIPTION.to_owned(), json!(text))]));
        let made = |text: &str| {
            fields(text).map(|update| merged(update, Fields::from_iter([(TASK_SUBTYPE.to_owned(), json!("Call"))])))
        };
        let other = Some(Fields::from_iter([("Subject".to_owned(), json!("Call"))]));
        let cases = [
            ("no response was lost", fields("old"), None, fields("edited"), fields("old")),
            ("the Task was made, then edited", None, made("new"), fields("edited"), made("new")),
            ("somebody else created the Task, the update has not arrived", None, fields("new"), fields("old"), None),
            (
                "somebody else created the Task, the update has arrived",
                None,
                fields("new"),
                fields("new"),
                fields("new"),
            ),
            ("somebody else created the Task, the update has other fields", None, other.clone(), fields("old"), None),
            ("the update has not arrived", fields("old"), fields("new"), fields("old"), fields("old")),
            ("the update has arrived", fields("old"), fields("new"), fields("new"), fields("new")),
            ("somebody edited the Description since", fields("old"), fields("new"), fields("new and more"), None),
            ("the update has other fields", fields("old"), other, fields("edited"), fields("old")),
            ("the present fields are unknown", fields("old"), fields("new"), None, None),
        ];
        for (case, before, sent, present, expected) in cases {
            assert_eq!(wrote(before, sent, present.as_ref(), &settings), expected, "{case}");
        }
    }
}
