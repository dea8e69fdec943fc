//! What must hold whatever comes in: of every plan, and of every error.

mod worlds;

use aircall_salesforce::lookup::{LoggedTask, NumberNeed, Record, Related, User};
use aircall_salesforce::salesforce::check::{CheckContext, Write, check};
use aircall_salesforce::salesforce::{BodyValue, Id, Object};
use aircall_salesforce::{Action, Call, Lookup, Plan, ReadError, Settings, Webhook, needs, plan};
use serde_json::{Map, Value};

pub use worlds::{World, calls, world};

/// The Task that calls are logged as.
const TASK: &str = "00T000000000001EAA";

/// Holds of a call in every world. `which` picks the one to try now: all of them for every input would be slow.
pub fn judge_call(call: &Call<'_>, which: usize) {
    let World { settings, directory } = world(which);
    judge(call, directory, settings);
}

/// Salesforce would take the plan, the same input gives the same bytes, and who has carried it out has nothing left to do.
pub fn judge<L: Lookup>(call: &Call<'_>, lookup: &L, settings: &Settings) {
    let planned = plan(call, lookup, settings);
    let bytes = json(&planned);
    assert_eq!(bytes, json(&plan(call, &lookup, settings)), "the same input gives the same bytes");
    let written = json(call);
    let read = Webhook::from_json(&written).expect("a call is read as it was written").call.expect("a call");
    assert_eq!(bytes, json(&plan(&read, lookup, settings)), "a call that was written and read is the same");
    assert_eq!(needs(call, settings), needs(&read, settings));
    judge_bodies(&planned, settings);
    let task = lookup.task(call.id);
    judge_again(&planned, call, lookup, settings, task);
    if task.is_none_or(|task| task.fields.is_none()) {
        let empty = Logged::new(call, lookup, Map::new(), None);
        let update = plan(call, &empty, settings);
        judge_bodies(&update, settings);
        judge_again(&update, call, lookup, settings, None);
    }
}

/// An error is one line.
pub fn judge_error(error: &ReadError) {
    let told = error.to_string();
    assert!(!told.is_empty() && !told.contains(char::is_control), "{told:?}");
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("it serialises")
}

/// The checker takes every body, and both ways to write one agree.
fn judge_bodies(plan: &Plan<'_>, settings: &Settings) {
    let mut beside = CheckContext { count: settings.count, ..CheckContext::default() };
    let mut written = Vec::new();
    match &plan.action {
        Action::Create(create) => {
            if let Some(record) = &create.new_record {
                let object = record.record_type().object();
                beside.record = Some(object);
                accepts(object, Write::Create, record.fields(), beside);
            }
            if let Some(case) = &create.new_case {
                beside.case = true;
                accepts(Object::Case, Write::Create, case.fields(), beside);
            }
            create.task.write_json(&mut written);
            assert_eq!(written, json(&create.task).as_bytes());
            accepts(Object::Task, Write::Create, create.task.fields(), beside);
        }
        Action::Update { task, .. } => {
            task.write_json(&mut written);
            assert_eq!(written, json(task).as_bytes());
            accepts(Object::Task, Write::Update, task.fields(), beside);
        }
        Action::Unchanged { .. } | Action::Skip(_) => {}
    }
}

fn accepts<'b>(
    object: Object,
    write: Write,
    fields: impl Iterator<Item = (&'b str, BodyValue<'b>)>,
    beside: CheckContext,
) {
    let body: Map<_, _> = fields.map(|(name, value)| (name.to_owned(), value.into())).collect();
    let refusals = check(object, write, &body, beside);
    assert!(refusals.is_empty(), "{refusals:?} of {body:?}");
}

/// A plan that was carried out leaves nothing to do.
fn judge_again<L: Lookup>(
    done: &Plan<'_>,
    call: &Call<'_>,
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
    let mut fields = task.and_then(|task| task.fields.clone()).unwrap_or_default();
    // Who keeps what was written keeps this, too.
    let wrote = task.and_then(|task| task.wrote.clone()).map(|mut wrote| {
        wrote.extend(sent.clone());
        wrote
    });
    // What was made beside the Task is not known to the lookup.
    fields.extend(sent.into_iter().filter(|(name, value)| !(name.ends_with("Id") && json(value).contains("@{"))));
    let logged = Logged::new(call, lookup, fields, wrote);
    let again = plan(call, &logged, settings);
    assert!(matches!(again.action, Action::Unchanged { .. }), "{}\nthen {}", json(done), json(&again));
}

/// A lookup, and one Task more.
pub struct Logged<'l, L> {
    lookup: &'l L,
    task: LoggedTask,
}

impl<'l, L> Logged<'l, L> {
    /// The Task of this call holds these fields; what was written last, where that was kept.
    pub fn new(call: &Call<'_>, lookup: &'l L, fields: Map<String, Value>, wrote: Option<Map<String, Value>>) -> Self {
        let id = TASK.parse().expect("an id");
        Self { lookup, task: LoggedTask { id, call: call.id, fields: Some(fields), wrote } }
    }
}

impl<L: Lookup> Lookup for Logged<'_, L> {
    fn task(&self, call: u64) -> Option<&LoggedTask> {
        (call == self.task.call).then_some(&self.task)
    }

    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record> {
        self.lookup.records_by_phone(number)
    }

    fn record(&self, id: Id) -> Option<&Record> {
        self.lookup.record(id)
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
