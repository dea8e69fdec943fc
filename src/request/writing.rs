//! The requests that write one plan.

use std::collections::VecDeque;

use super::composite::{self, Part, PartBody};
use super::failure::Failure;
use super::{Request, is_success, to_json};
use crate::plan::{Action, Create, Plan};
use crate::salesforce::body::Fields;
use crate::salesforce::{BodyValue, Id, Object};

/// The ids of the records that are written so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Created {
    /// The new Task, or the Task that the plan updates.
    pub task: Option<Id>,
    /// The new Contact, Lead or Account.
    pub record: Option<Id>,
    /// The new Case.
    pub case: Option<Id>,
}

impl Created {
    /// Returns the place of an object's id. A plan creates at most one record beside Task and Case.
    const fn id_mut(&mut self, object: Object) -> &mut Option<Id> {
        match object {
            Object::Task => &mut self.task,
            Object::Case => &mut self.case,
            _ => &mut self.record,
        }
    }
}

/// The requests that write a plan, one after the other.
///
/// A Task and its new record or Case are created in one request, all or none. Requests of their own
/// follow for a change of an existing record's owner, and for texts that a composite request would
/// misread. If one of these fails, [`Writing::created`] still returns the Task.
///
/// ```
/// # use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
/// use aircall_salesforce::request::Writing;
///
/// # let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?;
/// # let directory = Directory::default();
/// # let body = br#"{"id": 1, "direction": "inbound", "raw_digits": "anonymous",
/// #     "started_at": 1772457500, "ended_at": 1772457525}"#;
/// # let webhook = Webhook::from_slice(body)?;
/// let plan = plan_webhook(&webhook, &directory, &settings);
/// let mut writing = Writing::new(&plan);
/// while let Some(request) = writing.request() {
///     assert_eq!(request.path, "/services/data/v67.0/sobjects/Task");
///     // … send the request, then pass on the status and body of the response:
///     writing.answer(201, r#"{"id": "00T000000000001EAA", "success": true, "errors": []}"#)?;
/// }
/// assert_eq!(writing.created().task.unwrap().as_str(), "00T000000000001EAA");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    steps: VecDeque<(Request, Expected)>,
    created: Created,
}

/// The content that the response to a request must have.
#[derive(Debug, Clone, PartialEq)]
enum Expected {
    /// The id of a new Task.
    Task,
    /// The ids of the records of a composite request.
    Parts(Vec<Part>),
    /// A status of success and nothing else.
    Success,
}

impl Writing {
    /// Prepares the requests for a plan. A plan that writes nothing has no requests.
    #[must_use]
    pub fn new(plan: &Plan<'_>) -> Self {
        let mut writing = Self { steps: VecDeque::new(), created: Created::default() };
        match &plan.action {
            Action::Create(create) => writing.create(create),
            Action::Update { task_id, task } => {
                writing.created.task = Some(*task_id);
                let request = Request::patch(Object::Task, *task_id, to_json(task));
                writing.steps.push_back((request, Expected::Success));
            }
            Action::Unchanged { task_id } => writing.created.task = Some(*task_id),
            Action::Skip(_) => {}
        }
        writing
    }

    /// Returns the request to send now; `None` once everything is written.
    #[must_use]
    pub fn request(&self) -> Option<&Request> {
        self.steps.front().map(|(request, _)| request)
    }

    /// Reads the status and body of the response to the current request.
    ///
    /// # Errors
    ///
    /// Fails if the status is not one of success, or if the response lacks the id of a new record.
    /// The request then stays the current one.
    pub fn answer(&mut self, status: u16, body: &str) -> Result<(), Failure> {
        let Some((_, expected)) = self.steps.front() else {
            return Ok(());
        };
        // The request stays in the queue, so a caller can send it again.
        if !is_success(status) {
            return Err(Failure::read(status, body));
        }
        match expected {
            Expected::Task => {
                let body = serde_json::from_str(body).map_err(|_| Failure::new(status))?;
                let id = composite::created_id(&body, Object::Task);
                self.created.task = Some(id.ok_or(Failure::new(status))?);
            }
            Expected::Parts(parts) => {
                let ids = composite::read_response(status, body, parts)?;
                for (part, id) in parts.iter().zip(ids) {
                    *self.created.id_mut(part.object) = Some(id);
                }
            }
            Expected::Success => {}
        }
        if let Some((_, Expected::Parts(parts))) = self.steps.pop_front() {
            self.set_texts(&parts);
        }
        Ok(())
    }

    /// Returns the ids of the records that are written so far, also after a failure.
    #[must_use]
    pub const fn created(&self) -> &Created {
        &self.created
    }

    fn create(&mut self, create: &Create<'_>) {
        let Create { new_record, new_case, task, owner_change } = create;
        if new_record.is_none() && new_case.is_none() {
            self.steps.push_back((Request::post(Object::Task, to_json(task)), Expected::Task));
        } else {
            // The order matters: a part can only refer to a part before it.
            let record = new_record.iter().map(|record| (record.record_type.object(), record.fields().collect()));
            let case = new_case.iter().map(|case| (Object::Case, case.fields().collect()));
            let bodies: Vec<PartBody<'_>> =
                record.chain(case).chain([(Object::Task, task.fields().collect())]).collect();
            let save_duplicate = new_record.as_ref().is_some_and(|record| record.save_duplicate);
            let (request, parts) = composite::request(&bodies, save_duplicate);
            self.steps.push_back((request, Expected::Parts(parts)));
        }
        self.steps.extend(owner_change.iter().map(|change| (Request::hand_over(change), Expected::Success)));
    }

    /// Adds the requests that write the true texts, before all other requests.
    fn set_texts(&mut self, parts: &[Part]) {
        // Each request goes to the front, so the last part comes first here.
        for Part { object, texts } in parts.iter().rev().filter(|part| !part.texts.is_empty()) {
            let Some(id) = *self.created.id_mut(*object) else { continue };
            let body = Fields(texts.iter().map(|(name, text)| (name.as_str(), BodyValue::Text(text))));
            self.steps.push_front((Request::patch(*object, id, to_json(&body)), Expected::Success));
        }
    }
}
