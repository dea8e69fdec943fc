//! Checks the properties of every plan and every error.

mod worlds;

use aircall_salesforce::aircall::Message;
use aircall_salesforce::facts::Source;
use aircall_salesforce::lookup::{LoggedTask, NumberNeed, Record, Related, TaskKey, User};
use aircall_salesforce::salesforce::check::{CheckContext, Write, check};
use aircall_salesforce::salesforce::text::text_area;
use aircall_salesforce::salesforce::{BodyValue, Id, Object};
use aircall_salesforce::{Action, Call, Lookup, Plan, ReadError, Settings, Webhook, needs, plan};
use serde_json::{Map, Value};

pub use worlds::{World, calls, world};

/// The id of the Task of a logged call.
const TASK: &str = "00T000000000001EAA";

/// Checks a call in one of the worlds. `which` selects the world, because checking all of them for
/// every input would be slow.
pub fn judge_call(call: &Call<'_>, which: usize) {
    let World { settings, directory } = world(which);
    judge(call, directory, settings);
}

/// Checks a message in one of the worlds, as [`judge_call`] does.
pub fn judge_message(message: &Message<'_>, which: usize) {
    let World { settings, directory } = world(which);
    judge_source(message.into(), directory, settings);
}

/// Checks the plan of a call, also of a call that was written and read again.
pub fn judge<L: Lookup>(call: &Call<'_>, lookup: &L, settings: &Settings) {
    let written = json(call);
    let read = Webhook::from_json(&written).expect("a serialised call can be parsed").call.expect("a call");
    let plans = [call, &read].map(|call| json(&plan(call, lookup, settings)));
    assert_eq!(plans[0], plans[1], "a serialised and parsed call has the same plan");
    assert_eq!(needs(call, settings), needs(&read, settings));
    judge_source(call.into(), lookup, settings);
}

/// Checks a plan: the checker accepts its bodies, the same input gives the same bytes, and a second
/// plan changes nothing.
fn judge_source<L: Lookup>(source: Source<'_>, lookup: &L, settings: &Settings) {
    let planned = plan(source, lookup, settings);
    assert_eq!(json(&planned), json(&plan(source, lookup, settings)), "the same input gives the same bytes");
    judge_bodies(&planned, settings);
    let task = lookup.task(&source.key());
    judge_again(&planned, source, lookup, settings, task);
    if task.is_none_or(|task| task.fields.is_none()) {
        let empty = Logged::new(source, lookup, Map::new(), None, None);
        let update = plan(source, &empty, settings);
        judge_bodies(&update, settings);
        judge_again(&update, source, lookup, settings, None);
    }
}

/// Checks that an error is one line.
pub fn judge_error(error: &ReadError) {
    let message = error.to_string();
    assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it serialises")
}

/// Checks that the checker accepts every body and that both serialisers agree.
fn judge_bodies(plan: &Plan<'_>, settings: &Settings) {
    let context = CheckContext { count: settings.count, ..CheckContext::default() };
    let mut written = Vec::new();
    match &plan.action {
        Action::Create(create) => {
            let record = create.new_record.as_ref().map(|record| record.record_type.object());
            let case = create.new_case.as_ref().map(|_| Object::Case);
            let created: Vec<_> = record.into_iter().chain(case).collect();
            let context = CheckContext { created: &created, ..context };
            if let Some(record) = &create.new_record {
                accepts(record.record_type.object(), Write::Create, record.fields(), context);
            }
            if let Some(case) = &create.new_case {
                accepts(Object::Case, Write::Create, case.fields(), context);
            }
            create.task.write_json(&mut written);
            assert_eq!(written, json(&create.task).as_bytes());
            accepts(Object::Task, Write::Create, create.task.fields(), context);
        }
        Action::Update { task, .. } => {
            task.write_json(&mut written);
            assert_eq!(written, json(task).as_bytes());
            accepts(Object::Task, Write::Update, task.fields(), context);
        }
        Action::Unchanged { .. } | Action::Skip(_) => {}
    }
}

fn accepts<'b>(
    object: Object,
    write: Write,
    fields: impl Iterator<Item = (&'b str, BodyValue<'b>)>,
    context: CheckContext<'_>,
) {
    let body: Map<_, _> = fields.map(|(name, value)| (name.to_owned(), value.into())).collect();
    let refusals = check(object, write, &body, context);
    assert!(refusals.is_empty(), "{refusals:?} of {body:?}");
}

/// Checks that after a plan was carried out, the same plan again changes nothing. This must hold if
/// the caller keeps nothing, if it keeps what the plan wrote, and if the response was lost and the
/// caller keeps both what the plan wrote and what it kept before (UPD-6).
fn judge_again<L: Lookup>(
    done: &Plan<'_>,
    source: Source<'_>,
    lookup: &L,
    settings: &Settings,
    task: Option<&LoggedTask>,
) {
    let sent = match &done.action {
        Action::Create(create) => json(&create.task),
        Action::Update { task, .. } => json(task),
        Action::Unchanged { .. } | Action::Skip(_) => return,
    };
    let sent: Map<String, Value> = serde_json::from_str(&sent).expect("a body is an object");
    let before = task.and_then(|task| task.wrote.clone());
    let mut fields = match task.map(|task| task.fields.clone()) {
        None => Map::new(),
        Some(Some(fields)) => fields,
        // The Description was not sent, so the next update has something to do (UPD-3).
        Some(None) => return,
    };
    // The lookup does not know what was made beside the Task.
    fields.extend(sent.into_iter().filter(|(name, value)| !(name.ends_with("Id") && json(value).contains("@{"))));
    let written = done.wrote(before.as_ref());
    // A caller that kept what was written before must also keep this. Otherwise, an edited block
    // does not show that it contains the call's own text.
    let keeps = task.is_some_and(|task| task.wrote.is_some() || task.sent.is_some());
    // A note that quotes another one with its heading cannot be distinguished from the two notes
    // that spell it.
    let forgets = (!keeps && !quotes(source)).then_some((None, None));
    // The Task does not always show whether an update arrived: not if the update has no new line,
    // and not if the response to the update before was lost, too.
    let is_first_loss = task.is_none_or(|task| task.sent.is_none());
    let shows_arrival = is_first_loss && is_shown(before.as_ref(), written.as_ref());
    let lost = shows_arrival.then_some((before, written.clone()));
    for (wrote, sent) in forgets.into_iter().chain([(written, None)]).chain(lost) {
        let logged = Logged::new(source, lookup, fields.clone(), wrote, sent);
        let again = plan(source, &logged, settings);
        assert!(matches!(again.action, Action::Unchanged { .. }), "{}\nthen {}", json(done), json(&again));
    }
}

/// Returns whether a note contains the whole text of another note below a line of its own.
fn quotes(source: Source<'_>) -> bool {
    let Source::Call(call) = source else { return false };
    let texts = || call.comments.iter().filter_map(|note| Some(text_area(note.content.as_deref()?)));
    let quoted = |text: &str, other: &str| !other.is_empty() && text.contains(&format!("\n{other}"));
    texts().any(|text| texts().any(|other| quoted(&text, &other)))
}

/// Returns whether a Description has a line that the one before lacks, so that Salesforce shows
/// whether it was written.
fn is_shown(before: Option<&Map<String, Value>>, written: Option<&Map<String, Value>>) -> bool {
    let text = |fields: Option<&Map<String, Value>>| {
        text_area(fields.and_then(|fields| fields.get("Description")?.as_str()).unwrap_or_default()).into_owned()
    };
    let (before, written) = (text(before), text(written));
    written.lines().map(str::trim).any(|line| !line.is_empty() && before.lines().all(|other| other.trim() != line))
}

/// A lookup with one more Task.
pub struct Logged<'l, L> {
    lookup: &'l L,
    task: LoggedTask,
}

impl<'l, L> Logged<'l, L> {
    /// Adds the Task of this call or message, with what the caller kept of the last update and of a
    /// lost one.
    pub fn new<'c>(
        source: impl Into<Source<'c>>,
        lookup: &'l L,
        fields: Map<String, Value>,
        wrote: Option<Map<String, Value>>,
        sent: Option<Map<String, Value>>,
    ) -> Self {
        let id = TASK.parse().expect("an id");
        Self { lookup, task: LoggedTask { id, key: source.into().key(), fields: Some(fields), wrote, sent } }
    }
}

impl<L: Lookup> Lookup for Logged<'_, L> {
    fn task(&self, key: &TaskKey) -> Option<&LoggedTask> {
        (*key == self.task.key).then_some(&self.task)
    }

    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record> {
        self.lookup.records_by_phone(number)
    }

    fn record(&self, id: Id) -> Option<&Record> {
        self.lookup.record(id)
    }

    fn duplicates(&self) -> Vec<&Record> {
        self.lookup.duplicates()
    }

    fn users_by_email(&self, email: &str) -> Vec<&User> {
        self.lookup.users_by_email(email)
    }

    fn user(&self, id: Id) -> Option<&User> {
        self.lookup.user(id)
    }

    fn cases(&self, contact: Id) -> Vec<&Related> {
        self.lookup.cases(contact)
    }

    fn opportunities(&self, contact: Id) -> Vec<&Related> {
        self.lookup.opportunities(contact)
    }
}
