//! Tests the requests of a batch, and the outcomes that follow from Salesforce's responses.

mod checkpoint;
#[path = "../support/objects.rs"]
mod objects;
mod questions;
mod responses;
#[path = "../support/salesforce.rs"]
mod salesforce;
mod turns;
mod writes;

use std::ops::Range;

use aircall_salesforce::request::{Batch, Checkpoint, Failure, Fate, Org, Outcome};
use aircall_salesforce::{Call, Id, Settings, Webhook};
use objects::with;
use salesforce::{Salesforce, Sent};
use serde_json::{Value, json};

const ADMIN: &str = "005000000000001AAA";
const OWNER: &str = "005000000000002AAA";
const AGENT: &str = "005000000000003AAA";
const CONTACT: &str = "003000000000001AAA";
const OTHER: &str = "003000000000002AAA";
const ACCOUNT: &str = "001000000000001AAA";
const TASK: &str = "00T000000000001EAA";

/// Returns settings that write no package fields.
fn settings(more: Value) -> &'static Settings {
    let settings = json!({"admin": ADMIN, "write_type": false, "package_fields": {
        "waiting_time": null, "answered_by": null, "phone_number": null, "country": null, "call_recording": null,
        "transferred_to": null, "time_zone": null, "hour_of_the_day": null, "connection_status": null, "has_connected": null,
    }});
    Box::leak(Box::new(Settings::from_json(&with(settings, more).to_string()).unwrap()))
}

/// Returns a missed call from +33 1 99 00 12 34 on a French number.
fn missed(id: u64, more: Value) -> &'static Call<'static> {
    let call = json!({"id": id, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_525,
        "raw_digits": "+33 1 99 00 12 34", "number": {"name": "Support", "country": "FR"}});
    let body = Box::leak(with(call, more).to_string().into_boxed_str());
    Box::leak(Box::new(Webhook::from_json(body).unwrap().call.unwrap()))
}

/// Returns the same call, but an agent answered it.
fn answered(id: u64, email: &str, more: Value) -> &'static Call<'static> {
    let user = json!({"id": 1, "name": "Nora Helmer", "email": email});
    missed(id, with(json!({"answered_at": 1_772_457_510, "user": user}), more))
}

/// Returns a phone number, which differs for each `n`.
fn number(n: usize) -> Value {
    json!({"raw_digits": format!("+33 1 99 00 {:02} {:02}", n / 100, n % 100)})
}

/// Returns missed calls, each with its number as the id and with a phone number of its own.
fn missed_calls(numbers: Range<usize>) -> Vec<&'static Call<'static>> {
    numbers.map(|n| missed(n as u64, number(n))).collect()
}

/// Returns what a caller keeps of a call that has a Task, if it kept no more than the id.
fn with_task() -> Checkpoint {
    Checkpoint { task: Some(id(TASK)), ..Checkpoint::default() }
}

/// Looks up and writes calls of which the caller kept nothing.
fn run(salesforce: &mut Salesforce, settings: &Settings, calls: &[&'static Call<'static>]) -> Vec<Outcome> {
    run_from(salesforce, settings, calls.iter().map(|call| (*call, Checkpoint::default())).collect())
}

fn run_from(
    salesforce: &mut Salesforce,
    settings: &Settings,
    calls: Vec<(&'static Call<'static>, Checkpoint)>,
) -> Vec<Outcome> {
    let mut batch = Batch::new(settings, Org::default());
    for (call, checkpoint) in calls {
        assert!(batch.add(call, checkpoint));
    }
    salesforce.run(&mut batch);
    batch.into_outcomes().0
}

/// Returns the names of all requests so far.
fn requested(salesforce: &Salesforce) -> Vec<&str> {
    salesforce.sent.iter().map(|sent| sent.name.as_str()).collect()
}

/// Returns whether a request can change records.
fn writes(sent: &Sent) -> bool {
    sent.queries.is_empty()
}

/// Returns the plan of a call with the records that Salesforce returned for it.
fn plan(call: &Call<'_>, outcome: &Outcome, settings: &Settings) -> Value {
    serde_json::to_value(aircall_salesforce::plan(call, &outcome.directory, settings)).unwrap()
}

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

#[track_caller]
fn failure(outcome: &Outcome) -> &Failure {
    let Fate::Failed(failure) = &outcome.fate else { panic!("{:?}", outcome.fate) };
    failure
}

fn contact(id: &str, name: &str, phone: &str, owner: &str) -> (&'static str, Value) {
    ("Contact", json!({"Id": id, "Name": name, "OwnerId": owner, "Phone": null, "MobilePhone": phone}))
}

fn user(id: &str, email: &str) -> (&'static str, Value) {
    let created = "2020-01-01T00:00:00.000+0000";
    ("User", json!({"Id": id, "Email": email, "CreatedDate": created, "IsActive": true, "UserType": "Standard"}))
}

fn case(id: &str, contact: &str) -> (&'static str, Value) {
    ("Case", json!({"Id": id, "ContactId": contact, "IsClosed": false}))
}
