//! The requests of plans of every kind, as text.

use std::fmt::Write;

use aircall_salesforce::request::bulk::Columns;
use aircall_salesforce::request::collection::collect;
use aircall_salesforce::request::{Request, Writing};
use aircall_salesforce::{Action, Directory, Plan, Settings, Webhook, plan_webhook};

const MISSED: &str = r#"{"id": 7, "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457525,
    "raw_digits": "+33 1 99 00 12 34", "number": {"name": "Support, \"EU\"", "country": "FR"},
    "contact": {"first_name": "Ada", "last_name": "@{Example}"},
    "comments": [{"id": 1, "content": "one\ntwo", "posted_at": 1772457530}]}"#;
const ANSWERED: &str = r#"{"id": 8, "direction": "inbound", "started_at": 1772457500, "answered_at": 1772457510,
    "ended_at": 1772457525, "raw_digits": "+33 1 99 00 12 34", "number": {"name": "Support"},
    "user": {"id": 1, "email": "nora@example.com"}}"#;

const SETTINGS: &str = r#"{"admin": "005000000000001AAA", "call_id_field": "Call__c"}"#;
const WITH_CASE: &str = r#"{"admin": "005000000000001AAA", "unknown_number": "create_contact",
    "relate_to": "case_or_create"}"#;

const NOTHING: &str = "{}";
/// A Lead whose owner, the admin, gives way to the agent who answers.
const OWNED_BY_ADMIN: &str = r#"{
    "records": [{"type": "Lead", "id": "00Q000000000001EAA", "name": "Emil Example",
        "owner": "005000000000001AAA", "phones": ["+33199001234"]}],
    "users": [{"id": "005000000000002AAA", "email": "nora@example.com", "created_at": "2020-01-01T00:00:00Z"}]}"#;
const LOGGED: &str = r#"{"tasks": [{"id": "00T000000000001EAA", "call": 7,
    "fields": {"Subject": "Old", "Description": null, "CallDurationInSeconds": 5}}]}"#;

/// Returns every request as its method, path and body, a line each.
pub(crate) fn requests() -> String {
    let mut out = String::new();
    with_plan(MISSED, NOTHING, SETTINGS, |plan| write_plan("create", plan, &mut out));
    with_plan(MISSED, NOTHING, WITH_CASE, |plan| {
        write_plan("create with a record and a Case", plan, &mut out);
    });
    with_plan(ANSWERED, OWNED_BY_ADMIN, SETTINGS, |plan| {
        write_plan("create with a new owner", plan, &mut out);
    });
    with_plan(MISSED, LOGGED, SETTINGS, |plan| write_plan("update", plan, &mut out));
    with_plan(MISSED, NOTHING, SETTINGS, |create| {
        with_plan(MISSED, LOGGED, SETTINGS, |update| {
            title("collections", &mut out);
            for collection in collect([create, update]).0 {
                write_request(&collection.request, &mut out);
            }
            title("bulk", &mut out);
            out.push_str(&bulk(create, update));
        });
    });
    out
}

fn with_plan(webhook: &str, directory: &str, settings: &str, read: impl FnOnce(&Plan<'_>)) {
    let webhook = Webhook::from_json(webhook).unwrap();
    let directory = Directory::from_json(directory).unwrap();
    let settings = Settings::from_json(settings).unwrap();
    read(&plan_webhook(&webhook, &directory, &settings));
}

fn write_plan(name: &str, plan: &Plan<'_>, out: &mut String) {
    title(name, out);
    let mut writing = Writing::new(plan);
    while let Some(request) = writing.request() {
        write_request(request, out);
        let response = if request.path.ends_with("/composite") { COMPOSITE } else { TASK };
        writing.answer(200, response).unwrap();
    }
}

/// The responses: every id ends in the same digits.
const TASK: &str = r#"{"id": "00T000000000001EAA", "success": true, "errors": []}"#;
const COMPOSITE: &str = r#"{"compositeResponse": [
    {"httpStatusCode": 201, "body": {"id": "003000000000001AAA"}},
    {"httpStatusCode": 201, "body": {"id": "500000000000001AAA"}},
    {"httpStatusCode": 201, "body": {"id": "00T000000000001EAA"}}]}"#;

fn title(name: &str, out: &mut String) {
    writeln!(out, "== {name}").unwrap();
}

fn write_request(Request { method, path, body }: &Request, out: &mut String) {
    writeln!(out, "{} {path}\n{body}", method.as_str()).unwrap();
}

/// The CSV of a created and of an updated Task.
fn bulk(create: &Plan<'_>, update: &Plan<'_>) -> String {
    let settings = Settings::from_json(SETTINGS).unwrap();
    let mut csv = Vec::new();
    if let Action::Create(create) = &create.action {
        let columns = Columns::of_creates(&settings);
        columns.write_header(&mut csv);
        columns.write_row(None, create.task.fields(), &mut csv).unwrap();
    }
    if let Action::Update { task_id, task } = &update.action {
        let columns = Columns::of_updates(&settings);
        columns.write_header(&mut csv);
        columns.write_row(Some(task_id), task.fields(), &mut csv).unwrap();
    }
    String::from_utf8(csv).unwrap()
}
