//! Takes calls from the first query to the written Task, in few requests. The caller sends them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::answers::Answers;
use super::ask::Ask;
use super::entry::Entry;
use super::failure::{Failure, NO_RESPONSE};
use super::outcome::{Checkpoint, Outcome};
use super::query::Org;
use super::question::{Progress, Question, questions};
use super::rows::is_page;
use super::shared::Shared;
use super::write::{Group, Results};
use super::{Method, Request, composite, is_success, path};
use crate::facts::Source;
use crate::lookup::TaskKey;
use crate::settings::Settings;

/// Looks calls up, plans them and writes their Tasks: one call or many, in as few requests as
/// possible.
///
/// ```
/// use aircall_salesforce::request::{Batch, Checkpoint, Fate, Org};
/// use aircall_salesforce::{Settings, Webhook};
///
/// let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?;
/// let body = br#"{"id": 1, "direction": "inbound", "raw_digits": "+33 1 99 00 12 34",
///     "started_at": 1772457500, "ended_at": 1772457525}"#;
/// let webhook = Webhook::from_slice(body)?;
/// let mut batch = Batch::new(&settings, Org::default());
/// batch.add(webhook.call.as_ref().unwrap(), Checkpoint::default());
/// loop {
///     let requests = batch.requests();
///     if requests.is_empty() {
///         break;
///     }
///     for request in requests {
///         // … send it to https://example.my.salesforce.com, and pass on status and body:
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
/// assert_eq!(outcomes[0].checkpoint.task.unwrap().as_str(), "00T000000000001EAA");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The requests come in rounds, and the requests of one round can be sent at the same time. A new
/// call takes three requests in three rounds: a search for its number, a composite request for
/// everything else, then the Task. A call whose Task is known takes two requests. Hundreds of calls
/// take hardly more, because they share requests.
///
/// - Calls that would create or change the same record are written one after the other, and a later
///   call sees what an earlier call created.
/// - If a request fails, each of its calls fails. If the calls can succeed in smaller requests, the
///   batch first sends them again in smaller requests.
/// - If a duplicate rule refuses a new record and names a record that exists, the call is logged on
///   the record that exists (REC-10).
///
/// Without the setting `call_id_field`, Salesforce cannot find the Task of a call. Then only
/// [`Checkpoint::task`] prevents a second Task.
#[derive(Debug, Clone)]
pub struct Batch<'a> {
    settings: &'a Settings,
    org: Org,
    shared: Shared,
    calls: Vec<Entry<'a>>,
    /// What the next round asks.
    questions: Vec<Question>,
    /// What the next round writes.
    groups: Vec<Group>,
    /// The requests without a response, by number.
    in_flight: BTreeMap<usize, InFlight>,
    /// How many requests were returned.
    sent: usize,
}

/// What a request asks or writes.
#[derive(Debug, Clone)]
enum InFlight {
    Search(Question),
    Composite(Vec<Question>),
    Group(Group),
}

impl<'a> Batch<'a> {
    /// Creates a batch without calls.
    #[must_use]
    pub fn new(settings: &'a Settings, org: Org) -> Self {
        Self {
            settings,
            org,
            shared: Shared::default(),
            calls: Vec::new(),
            questions: Vec::new(),
            groups: Vec::new(),
            in_flight: BTreeMap::new(),
            sent: 0,
        }
    }

    /// Hands in the answers of an earlier batch, so that this batch does not ask the same again.
    #[must_use]
    pub fn with_answers(mut self, answers: Answers) -> Self {
        self.shared.answers = answers;
        self
    }

    /// Adds a [`&Call`](crate::Call) or a [`&Message`](crate::aircall::Message), and returns
    /// `true`. Returns `false` if the batch has the call or message already: it is not added again,
    /// because two plans would create two Tasks. Merge the webhooks of a call first, with
    /// [`CallHistory`](crate::CallHistory).
    ///
    /// Add all calls before the first [`Batch::requests`]. A few hundred calls share requests best.
    pub fn add(&mut self, source: impl Into<Source<'a>>, checkpoint: Checkpoint) -> bool {
        let source = source.into();
        let is_new = self.calls.iter().all(|entry| *entry.key() != source.key());
        if is_new {
            self.calls.push(Entry::new(source, checkpoint, self.settings, self.org, &mut self.shared));
        }
        is_new
    }

    /// Returns the requests of the next round, which can be sent at the same time. The list is
    /// empty once every call has ended.
    ///
    /// Pass on the responses before you call this method again: a request without a response counts
    /// as lost.
    pub fn requests(&mut self) -> Vec<Request> {
        self.lose_in_flight();
        self.ask();
        // No call is planned while another call asks, so that their writes share requests.
        if self.questions.is_empty() {
            self.plan();
        }
        let questions = std::mem::take(&mut self.questions);
        let (searches, queries): (Vec<_>, Vec<_>) = questions.into_iter().partition(Question::is_search);
        let searches = searches.into_iter().map(InFlight::Search);
        let composites = queries.chunks(composite::LIMIT).map(|queries| InFlight::Composite(queries.to_vec()));
        let groups = std::mem::take(&mut self.groups).into_iter().map(InFlight::Group);
        self.in_flight = (self.sent..).zip(searches.chain(composites).chain(groups)).collect();
        self.sent += self.in_flight.len();
        self.in_flight.iter().map(|(number, in_flight)| in_flight.request(*number)).collect()
    }

    /// Returns the calls whose Tasks the requests of this round write, each with the checkpoint
    /// that holds until the response arrives. Store the checkpoints before you send the requests,
    /// so that a crash cannot lead to a second Task.
    pub fn sending(&self) -> impl Iterator<Item = (&TaskKey, Checkpoint)> {
        let writes = self.in_flight.values().flat_map(|in_flight| match in_flight {
            InFlight::Group(group) => group.writes.as_slice(),
            InFlight::Search(_) | InFlight::Composite(_) => &[],
        });
        let entries = writes.filter(|write| write.step.is_task()).filter_map(|write| self.calls.get(write.call));
        entries.filter_map(|entry| Some((entry.key(), entry.sending()?)))
    }

    /// Reads the status and the body of the response to a request. A response to another batch's
    /// request, or a second response, is ignored.
    pub fn answer(&mut self, request: &Request, status: u16, body: &str) {
        if let Some(in_flight) = self.in_flight.remove(&request.number) {
            self.receive(in_flight, status, body);
        }
    }

    fn receive(&mut self, in_flight: InFlight, status: u16, body: &str) {
        match in_flight {
            InFlight::Search(question) => self.learn(question, status, body),
            InFlight::Composite(questions) => self.learn_all(questions, status, body),
            InFlight::Group(group) => {
                let (results, again) = group.read(status, body);
                self.groups.extend(again);
                self.settle(results);
            }
        }
    }

    /// Returns the outcome of each call, in the order in which the calls were added, and the
    /// answers for the next batch ([`Batch::with_answers`]).
    #[must_use]
    pub fn into_outcomes(mut self) -> (Vec<Outcome>, Answers) {
        self.lose_in_flight();
        self.shared.answers.keep_lasting();
        let outcomes = self.calls.into_iter().map(|entry| entry.into_outcome(&self.shared)).collect();
        (outcomes, self.shared.answers)
    }

    /// Adds questions about everything that the calls must still look up.
    fn ask(&mut self) {
        let missing = self.calls.iter_mut().flat_map(|entry| entry.missing(&self.shared, self.settings));
        let mut missing: BTreeSet<_> = missing.collect();
        // A half, or a question with further pages, is still open, and asks for some of them.
        for ask in self.questions.iter().flat_map(|question| &question.asks) {
            missing.remove(ask);
        }
        // What else to ask depends on the record that a search finds. So everything else waits, and
        // then one request asks all of it.
        let is_number = |ask: &Ask| matches!(ask, Ask::Number(_));
        if missing.iter().any(is_number) || self.questions.iter().any(Question::is_search) {
            missing.retain(is_number);
        }
        let missing: Vec<_> = missing.into_iter().collect();
        self.questions.extend(questions(&missing, self.settings, self.org));
    }

    /// Plans every call that is looked up and need not wait for another call.
    fn plan(&mut self) {
        let mut claimed = self.calls.iter().flat_map(Entry::claims).copied().collect();
        let entries = self.calls.iter_mut().enumerate();
        let writes = entries.filter_map(|(index, entry)| entry.plan(index, &mut claimed, &self.shared, self.settings));
        self.groups.extend(Group::pack(writes.collect()));
    }

    /// Reads the response to a composite request.
    fn learn_all(&mut self, questions: Vec<Question>, status: u16, body: &str) {
        let response: Value = serde_json::from_str(body).unwrap_or_default();
        let parts = composite::parts(&response).filter(|parts| is_success(status) && parts.len() == questions.len());
        for (index, question) in questions.into_iter().enumerate() {
            match parts.as_ref().and_then(|parts| parts.get(index)) {
                // As text again, because an error names its place in the text.
                Some((status, body)) => self.learn(question, *status, &body.to_string()),
                None => self.learn(question, status, body),
            }
        }
    }

    /// Reads the response to a question.
    fn learn(&mut self, mut question: Question, status: u16, body: &str) {
        if !is_success(status) {
            return self.shared.answers.fail(question, &Failure::read(status, body));
        }
        let progress = question.read(body, self.settings);
        // One row that cannot be read must not hold up the other calls, so the question is asked
        // again in halves. If the response is not a page of rows, halves would not help.
        let is_halved = progress.as_ref().map_or_else(|_| is_page(body), |progress| *progress == Progress::Full);
        let halves = if is_halved { question.halves(self.settings, self.org) } else { None };
        match (halves, progress) {
            (Some(halves), _) => self.questions.extend(halves),
            (None, Ok(Progress::Continues)) => self.questions.push(question),
            // A question about one thing has no halves. The rules take the first rows, and the
            // response has these.
            (None, Ok(Progress::Complete | Progress::Full)) => self.shared.answers.add(question),
            (None, Err(error)) => self.shared.answers.fail(question, &Failure::unreadable(status, Some(error))),
        }
    }

    /// Gives up the requests without a response.
    fn lose_in_flight(&mut self) {
        for in_flight in std::mem::take(&mut self.in_flight).into_values() {
            self.receive(in_flight, NO_RESPONSE, "");
        }
    }

    /// Hands the results of writes to their calls, and packs what the calls write next.
    fn settle(&mut self, results: Results) {
        let mut next = Vec::new();
        for (write, result) in results {
            if let Some(entry) = self.calls.get_mut(write.call) {
                next.extend(entry.settle(&write, result, &mut self.shared));
            }
        }
        self.groups.extend(Group::pack(next));
    }
}

impl InFlight {
    fn request(&self, number: usize) -> Request {
        match self {
            Self::Search(question) => Request { method: Method::Get, path: question.path.clone(), body: None, number },
            Self::Composite(questions) => {
                let body = Some(composite::body(questions));
                Request { method: Method::Post, path: path("composite"), body, number }
            }
            Self::Group(group) => group.request(number),
        }
    }
}
