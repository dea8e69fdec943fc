//! What Salesforce answered, and what it cannot know: what was written by our hand, and records made so recently that its search does
//! not find them yet.

use aircall_salesforce::lookup::{LoggedTask, NumberNeed, Record, Related, User};
use aircall_salesforce::rules::update::is_same_area;
use aircall_salesforce::salesforce::task::field::{DESCRIPTION, TASK_SUBTYPE};
use aircall_salesforce::settings::Settings;
use aircall_salesforce::{Directory, Id, Lookup};

use crate::store::Fields;

/// A directory, and what the store knows besides.
pub struct Known {
    directory: Directory,
    task: Option<LoggedTask>,
    made: Option<Record>,
}

impl Known {
    /// `made`: the record made for the call's number.
    #[must_use]
    pub fn new(directory: Directory, task: Option<LoggedTask>, made: Option<Record>) -> Self {
        Self { directory, task, made }
    }
}

impl Lookup for Known {
    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record> {
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

/// What stands in a Task by our hand (DESC-7), where something was sent and its answer lost.
///
/// A Task that is there although none was known was made by what was sent, if that was a Task. An update has arrived if the Task's
/// Description is the one sent, and has not if it is the one before; else somebody has typed in it since, and the text alone has to tell.
#[must_use]
pub fn wrote(
    before: Option<Fields>,
    sent: Option<Fields>,
    present: Option<&Fields>,
    settings: &Settings,
) -> Option<Fields> {
    let stands = |fields: &Fields| match (present.and_then(|present| present.get(DESCRIPTION)), text(fields)) {
        (Some(present), Some(text)) => is_same_area(present, text, settings.count),
        (present, None) => present.is_none_or(|present| present.as_str().is_none_or(str::is_empty)),
        (None, Some(_)) => false,
    };
    match (before, sent) {
        (before, None) => before,
        (None, Some(sent)) => {
            let made_it = sent.contains_key(TASK_SUBTYPE);
            (made_it || sent.contains_key(DESCRIPTION) && stands(&sent)).then_some(sent)
        }
        (Some(before), Some(sent)) => {
            if !sent.contains_key(DESCRIPTION) || stands(&before) {
                Some(before)
            } else if stands(&sent) {
                Some(together(before, sent))
            } else {
                None
            }
        }
    }
}

/// The fields of the last create or update that had them.
#[must_use]
pub fn together(mut before: Fields, sent: Fields) -> Fields {
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
    fn what_stands_by_our_hand() {
        let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap();
        let fields = |text: &str| Some(Fields::from_iter([(DESCRIPTION.to_owned(), json!(text))]));
        let made = |text: &str| {
            fields(text).map(|update| together(update, Fields::from_iter([(TASK_SUBTYPE.to_owned(), json!("Call"))])))
        };
        let other = Some(Fields::from_iter([("Subject".to_owned(), json!("Call"))]));
        let cases = [
            ("nothing was on its way", fields("old"), None, fields("edited"), fields("old")),
            ("the Task was made, then edited", None, made("new"), fields("edited"), made("new")),
            ("of a Task that others made, the update has not arrived", None, fields("new"), fields("old"), None),
            ("of a Task that others made, the update has arrived", None, fields("new"), fields("new"), fields("new")),
            ("of a Task that others made, other fields", None, other.clone(), fields("old"), None),
            ("the update has not arrived", fields("old"), fields("new"), fields("old"), fields("old")),
            ("the update has arrived", fields("old"), fields("new"), fields("new"), fields("new")),
            ("somebody typed since", fields("old"), fields("new"), fields("new and more"), None),
            ("the update was of other fields", fields("old"), other, fields("edited"), fields("old")),
            ("the fields are not known", fields("old"), fields("new"), None, None),
        ];
        for (case, before, sent, present, expected) in cases {
            assert_eq!(wrote(before, sent, present.as_ref(), &settings), expected, "{case}");
        }
    }
}
