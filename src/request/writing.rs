//! Writing one plan.

use std::collections::VecDeque;

use serde_json::{Map, Value};

use super::composite::{self, Part};
use super::failure::Failure;
use super::{Request, is_success};
use crate::plan::{Action, Create, Plan};
use crate::salesforce::{Id, Object};

/// What has been made so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Made {
    /// The Task: one that was made, or the one that was updated.
    pub task: Option<Id>,
    /// The Contact, Lead or Account made with it.
    pub record: Option<Id>,
    /// The Case made with it.
    pub case: Option<Id>,
}

/// The requests that write a plan, one after the other.
///
/// A Task that comes with a new record or case is made together with it, all or none; what goes to a record that exists, and texts that
/// a composite request would misread, follows in requests of its own. So whatever fails, a Task that is there stands in [`Writing::made`].
///
/// ```
/// # use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
/// use aircall_salesforce::request::Writing;
///
/// # let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?;
/// # let directory = Directory::default();
/// # let body = br#"{"id": 1, "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457525, "raw_digits": "anonymous"}"#;
/// # let webhook = Webhook::from_slice(body)?;
/// let plan = plan_webhook(&webhook, &directory, &settings);
/// let mut writing = Writing::new(&plan);
/// while let Some(request) = writing.request() {
///     assert_eq!(request.path, "/services/data/v67.0/sobjects/Task");
///     // … send it; the status and body of the answer go back:
///     writing.answer(201, r#"{"id": "00T000000000001EAA", "success": true, "errors": []}"#)?;
/// }
/// assert_eq!(writing.made().task.unwrap().as_str(), "00T000000000001EAA");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    steps: VecDeque<(Request, Then)>,
    made: Made,
}

/// What the answer to a request says.
#[derive(Debug, Clone, PartialEq)]
enum Then {
    /// The id of a Task.
    Task,
    /// The ids of what was made together.
    Parts(Vec<Part>),
    /// Nothing.
    Done,
}

impl Writing {
    /// The requests for a plan; none where nothing is to be written.
    #[must_use]
    pub fn new(plan: &Plan<'_>) -> Self {
        let mut writing = Self { steps: VecDeque::new(), made: Made::default() };
        match &plan.action {
            Action::Create(create) => writing.create(create),
            Action::Update { task_id, task } => {
                let mut body = Vec::new();
                task.write_json(&mut body);
                writing.made.task = Some(*task_id);
                writing.steps.push_back((Request::patch(Object::Task, *task_id, text(body)), Then::Done));
            }
            Action::Unchanged { task_id } => writing.made.task = Some(*task_id),
            Action::Skip(_) => {}
        }
        writing
    }

    /// What to send now; `None` once all is written.
    #[must_use]
    pub fn request(&self) -> Option<&Request> {
        self.steps.front().map(|(request, _)| request)
    }

    /// Takes in the status and body of the answer to the request.
    ///
    /// # Errors
    ///
    /// An answer that is no success, or that does not say what was made. The request stays the next one.
    pub fn answer(&mut self, status: u16, body: &str) -> Result<(), Failure> {
        let Some((_, then)) = self.steps.front() else {
            return Ok(());
        };
        if !is_success(status) {
            return Err(Failure::read(status, body));
        }
        match then {
            Then::Task => {
                let body = serde_json::from_str(body).unwrap_or_default();
                self.made.task = Some(composite::made(&body, Object::Task).ok_or(Failure::new(status))?);
            }
            Then::Parts(parts) => {
                let ids = composite::answer(status, body, parts)?;
                for (part, id) in parts.iter().zip(ids) {
                    match part.object {
                        Object::Task => self.made.task = Some(id),
                        Object::Case => self.made.case = Some(id),
                        _ => self.made.record = Some(id),
                    }
                }
            }
            Then::Done => {}
        }
        if let Some((_, Then::Parts(parts))) = self.steps.pop_front() {
            self.set_texts(&parts);
        }
        Ok(())
    }

    /// What has been made so far, whatever failed.
    #[must_use]
    pub const fn made(&self) -> &Made {
        &self.made
    }

    fn create(&mut self, create: &Create<'_>) {
        let Create { new_record, new_case, task, owner_change } = create;
        let record = new_record.as_ref().map(|record| Part::new(record.record_type().object(), &record.fields()));
        let case = new_case.as_ref().map(|case| Part::new(Object::Case, &case.fields));
        let before: Vec<_> = record.into_iter().chain(case).collect();
        if before.is_empty() {
            let mut body = Vec::new();
            task.write_json(&mut body);
            self.steps.push_back((Request::post(Object::Task, text(body)), Then::Task));
        } else {
            let parts: Vec<_> = before.into_iter().chain([Part::new(Object::Task, task)]).collect();
            self.steps.push_back((composite::request(&parts), Then::Parts(parts)));
        }
        self.steps.extend(owner_change.iter().map(|change| (Request::hand_over(change), Then::Done)));
    }

    /// The texts that had to wait, before all else.
    fn set_texts(&mut self, parts: &[Part]) {
        let Made { task, record, case } = self.made;
        for part in parts.iter().rev().filter(|part| !part.texts.is_empty()) {
            let id = match part.object {
                Object::Task => task,
                Object::Case => case,
                _ => record,
            };
            if let Some(id) = id {
                self.steps.push_front((Request::patch(part.object, id, body(&part.texts)), Then::Done));
            }
        }
    }
}

fn body(fields: &Map<String, Value>) -> String {
    serde_json::to_string(fields).unwrap_or_default()
}

/// JSON that was written as bytes.
fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_default()
}
