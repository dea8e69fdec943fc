//! Takes calls from the first query to the written Task, in few requests. The caller sends them.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use super::answers::Answers;
use super::ask::Ask;
use super::entry::{Entry, World};
use super::failure::Failure;
use super::outcome::{Known, Outcome};
use super::question::{self, Org, Progress, Question};
use super::write::{Group, Results};
use super::{Method, Request, is_success, path, to_json};
use crate::facts::Source;
use crate::lookup::TaskKey;
use crate::salesforce::{Id, OwnerChange};
use crate::settings::Settings;

/// How many queries one composite request can contain.
const MOST_QUERIES: usize = 5;

/// Looks calls up, plans them and writes their Tasks: one call or many, in as few requests as
/// possible.
///
/// ```
/// use aircall_salesforce::request::{Batch, Fate, Known, Org};
/// use aircall_salesforce::{Settings, Webhook};
///
/// let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?;
/// let body = br#"{"id": 1, "direction": "inbound", "raw_digits": "+33 1 99 00 12 34",
///     "started_at": 1772457500, "ended_at": 1772457525}"#;
/// let webhook = Webhook::from_slice(body)?;
/// let mut batch = Batch::new(&settings, Org::default());
/// batch.add(webhook.call.as_ref().unwrap(), Known::default());
/// loop {
///     let requests = batch.requests();
///     if requests.is_empty() {
///         break;
///     }
///     for request in requests {
///         // … send it to https://example.my.salesforce.com, and pass on the status and the body:
/// #       let is_search = request.path.contains("/search?q=FIND%20%7B%5C%2B33199001234%20OR");
/// #       let (status, body) = if is_search {
/// #           (200, r#"{"searchRecords": []}"#)
/// #       } else {
/// #           (200, r#"[{"id": "00T000000000001EAA", "success": true, "errors": []}]"#)
/// #       };
///         batch.answer(&request, status, body);
///     }
/// }
/// let (outcomes, _) = batch.into_outcomes();
/// assert_eq!(outcomes[0].fate, Fate::Done);
/// // Keep this, and hand it in with the call's next webhook:
/// assert_eq!(outcomes[0].known.task.unwrap().as_str(), "00T000000000001EAA");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The requests come in rounds. Those of one round can be sent at the same time. A new call takes
/// three requests in three rounds: a search for its number, a composite request for everything
/// else, then the Task. A call whose Task is known takes two. Hundreds of calls take hardly more,
/// because they share them.
///
/// - Calls that would create or change the same record go one after the other, and a later call
///   sees what an earlier one created.
/// - If a request fails, each of its calls fails for itself, except where fewer calls in a request
///   can succeed: then the batch sends them again.
/// - If a duplicate rule refuses a new record and names one that exists, the call is logged on that
///   one (REC-10).
///
/// Without the setting `call_id_field`, Salesforce cannot find the Task of a call. Then only
/// [`Known::task`] prevents a second Task.
#[derive(Debug, Clone)]
pub struct Batch<'a> {
    settings: &'a Settings,
    org: Org,
    world: World,
    calls: Vec<Entry<'a>>,
    /// What the next round asks.
    questions: Vec<Question>,
    /// What the next round writes.
    groups: Vec<Group>,
    /// The requests without an answer, by number.
    open: Vec<(usize, Open)>,
    /// How many requests were returned.
    sent: usize,
}

/// What a request asks or writes.
#[derive(Debug, Clone)]
enum Open {
    Search(Question),
    Composite(Vec<Question>),
    Group(Group),
}

/// A Task that the requests of this round write.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Sending<'b> {
    /// The call or message.
    pub key: &'b TaskKey,
    /// The Task that is updated; `None` if it is created.
    pub task: Option<Id>,
    /// To be kept as [`Known::sent`].
    pub sent: &'b Map<String, Value>,
    /// To be kept as [`Known::owed`].
    pub owed: Option<OwnerChange>,
}

impl<'a> Batch<'a> {
    /// Creates a batch without calls.
    #[must_use]
    pub fn new(settings: &'a Settings, org: Org) -> Self {
        Self {
            settings,
            org,
            world: World::default(),
            calls: Vec::new(),
            questions: Vec::new(),
            groups: Vec::new(),
            open: Vec::new(),
            sent: 0,
        }
    }

    /// Sets what an earlier batch was answered, so that it is not asked again.
    #[must_use]
    pub fn with_answers(mut self, answers: Answers) -> Self {
        self.world.answers = answers;
        self
    }

    /// Adds a [`&Call`](crate::Call) or a [`&Message`](crate::aircall::Message). Returns whether it
    /// is new to the batch: a call that the batch has is not added again, because its two plans
    /// would create two Tasks. Merge its webhooks first, with [`CallHistory`](crate::CallHistory).
    ///
    /// Add all calls before the first [`Batch::requests`]. A few hundred share requests best.
    pub fn add(&mut self, source: impl Into<Source<'a>>, known: Known) -> bool {
        let source = source.into();
        let is_new = self.calls.iter().all(|entry| *entry.key() != source.key());
        if is_new {
            self.calls.push(Entry::new(source, known, self.settings, self.org, &mut self.world));
        }
        is_new
    }

    /// Returns the requests of the next round, which can be sent at the same time; none once every
    /// call has ended.
    ///
    /// Answer them before you call this again: a request without an answer counts as lost.
    pub fn requests(&mut self) -> Vec<Request> {
        self.lose_open();
        self.ask();
        // No call is planned while another one asks, so that their writes share requests.
        if self.questions.is_empty() {
            self.plan();
        }
        let questions = std::mem::take(&mut self.questions);
        let (searches, queries): (Vec<_>, Vec<_>) = questions.into_iter().partition(Question::is_search);
        let searches = searches.into_iter().map(Open::Search);
        let composites = queries.chunks(MOST_QUERIES).map(|queries| Open::Composite(queries.to_vec()));
        let groups = std::mem::take(&mut self.groups).into_iter().map(Open::Group);
        self.open = (self.sent..).zip(searches.chain(composites).chain(groups)).collect();
        self.sent += self.open.len();
        self.open.iter().map(|(number, open)| open.request(*number)).collect()
    }

    /// Returns the Tasks that the requests of this round write. A caller that must not write a Task
    /// twice after a crash stores this before it sends the requests.
    pub fn sending(&self) -> impl Iterator<Item = Sending<'_>> {
        let writes = self.open.iter().flat_map(|(_, open)| match open {
            Open::Group(group) => group.writes.as_slice(),
            Open::Search(_) | Open::Composite(_) => &[],
        });
        writes.filter(|write| write.step.is_task()).filter_map(|write| self.calls.get(write.call)?.sending())
    }

    /// Reads the status and the body of the response to a request. A response to another batch's
    /// request, or a second response, is ignored.
    pub fn answer(&mut self, request: &Request, status: u16, body: &str) {
        let Some(place) = self.open.iter().position(|(number, _)| *number == request.number) else { return };
        match self.open.swap_remove(place).1 {
            Open::Search(question) => self.learn(question, status, body),
            Open::Composite(questions) => self.learn_all(questions, status, body),
            Open::Group(group) => {
                let (results, again) = group.read(status, body);
                self.groups.extend(again);
                self.settle(results);
            }
        }
    }

    /// Returns what became of each call, in the order in which they were added, and what the next
    /// batch need not ask again.
    #[must_use]
    pub fn into_outcomes(mut self) -> (Vec<Outcome>, Answers) {
        self.lose_open();
        self.world.answers.keep_lasting();
        let outcomes = self.calls.into_iter().map(|entry| entry.into_outcome(&self.world)).collect();
        (outcomes, self.world.answers)
    }

    /// Adds the questions of all calls that lack answers.
    fn ask(&mut self) {
        let missing = self.calls.iter_mut().flat_map(|entry| entry.missing(&self.world, self.settings));
        let mut missing: BTreeSet<_> = missing.collect();
        // Halves and further pages ask for these already.
        for ask in self.questions.iter().flat_map(|question| &question.asks) {
            missing.remove(ask);
        }
        // A record decides what else to ask, and then one request asks everything.
        let is_number = |ask: &Ask| matches!(ask, Ask::Number(_));
        if missing.iter().any(is_number) || self.questions.iter().any(Question::is_search) {
            missing.retain(is_number);
        }
        let missing: Vec<_> = missing.into_iter().collect();
        self.questions.extend(question::questions(&missing, self.settings, self.org));
    }

    /// Plans every call that is looked up and need not wait for another one.
    fn plan(&mut self) {
        let mut claimed = self.calls.iter().flat_map(Entry::claims).copied().collect();
        let entries = self.calls.iter_mut().enumerate();
        let writes = entries.filter_map(|(index, entry)| entry.plan(index, &mut claimed, &self.world, self.settings));
        self.groups.extend(Group::of(writes.collect()));
    }

    /// Reads the answer to a composite request.
    fn learn_all(&mut self, questions: Vec<Question>, status: u16, body: &str) {
        let response: Value = serde_json::from_str(body).unwrap_or_default();
        let parts = response.get("compositeResponse").and_then(Value::as_array);
        let Some(parts) = parts.filter(|parts| is_success(status) && parts.len() == questions.len()) else {
            for question in questions {
                self.learn(question, status, body);
            }
            return;
        };
        for (question, part) in questions.into_iter().zip(parts) {
            let status = part.get("httpStatusCode").and_then(Value::as_u64);
            let status = status.and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
            // As text again, so that an error names its place in the answer.
            let body = part.get("body").unwrap_or(&Value::Null);
            self.learn(question, status, &body.to_string());
        }
    }

    /// Reads the answer to a question.
    fn learn(&mut self, mut question: Question, status: u16, body: &str) {
        if !is_success(status) {
            return self.fail(&question, &Failure::read(status, body));
        }
        let failure = match question.read(body, self.settings) {
            Ok(Progress::Complete) => return self.world.answers.add(question),
            Ok(Progress::Continues) => return self.questions.push(question),
            Ok(Progress::Full) => None,
            Err(error) => Some(Failure::unreadable(status, error)),
        };
        // One row that cannot be read must not hold up the other calls. A body that is no answer at
        // all would be none to the halves either.
        let can_halve = failure.is_none() || question::is_page(body);
        if let Some(halves) = question.halves(self.settings, self.org).filter(|_| can_halve) {
            self.questions.extend(halves);
        } else if let Some(failure) = failure {
            self.fail(&question, &failure);
        }
    }

    fn fail(&mut self, question: &Question, failure: &Failure) {
        self.world.failed.extend(question.asks.iter().map(|ask| (ask.clone(), failure.clone())));
    }

    /// Gives up the requests without an answer.
    fn lose_open(&mut self) {
        for (_, open) in std::mem::take(&mut self.open) {
            match open {
                Open::Search(question) => self.fail(&question, &Failure::lost()),
                Open::Composite(questions) => {
                    for question in questions {
                        self.fail(&question, &Failure::lost());
                    }
                }
                Open::Group(group) => self.settle(group.fail(&Failure::lost())),
            }
        }
    }

    fn settle(&mut self, results: Results) {
        let mut next = Vec::new();
        for (write, result) in results {
            if let Some(entry) = self.calls.get_mut(write.call) {
                next.extend(entry.take(&write, result, &mut self.world));
            }
        }
        self.groups.extend(Group::of(next));
    }
}

/// The body of a composite request of queries.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Composite<'q> {
    all_or_none: bool,
    composite_request: Vec<Subrequest<'q>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subrequest<'q> {
    method: Method,
    url: &'q str,
    reference_id: String,
}

impl Open {
    fn request(&self, number: usize) -> Request {
        match self {
            Self::Search(question) => Request { method: Method::Get, path: question.path.clone(), body: None, number },
            Self::Composite(questions) => {
                let parts = questions.iter().zip(0_usize..).map(|(question, id)| Subrequest {
                    method: Method::Get,
                    url: &question.path,
                    reference_id: format!("q{id}"),
                });
                // Each query fails by itself.
                let body = Composite { all_or_none: false, composite_request: parts.collect() };
                Request { method: Method::Post, path: path("composite"), body: Some(to_json(&body)), number }
            }
            Self::Group(group) => group.request(number),
        }
    }
}
