//! The requests of batches of every kind, as text.

use std::fmt::Write;

use aircall_salesforce::request::bulk::Columns;
use aircall_salesforce::request::{Batch, Checkpoint, Fate, Org, Request};
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

// Salesforce's responses.

const NO_RECORDS: &str = r#"{"searchRecords": []}"#;
const NO_TASK: &str = r#"{"compositeResponse": [{"httpStatusCode": 200, "body": {"done": true, "records": []}}]}"#;
const NEW_TASK: &str = r#"[{"id": "00T000000000001EAA", "success": true, "errors": []}]"#;
const WRITTEN: &str = r#"[{"id": null, "success": true, "errors": []}]"#;
/// The true texts of a Contact, a Case and a Task are written.
const THREE_WRITTEN: &str = r#"[{"success": true}, {"success": true}, {"success": true}]"#;
const GRAPH: &str = r#"{"graphs": [{"graphResponse": {"compositeResponse": [
    {"httpStatusCode": 201, "body": {"id": "003000000000001AAA"}},
    {"httpStatusCode": 201, "body": {"id": "500000000000001AAA"}},
    {"httpStatusCode": 201, "body": {"id": "00T000000000001EAA"}}]}}]}"#;
/// A Lead whose owner, the admin, gives way to the agent who answers.
const OWNED_BY_ADMIN: &str = r#"{"searchRecords": [{"Id": "00Q000000000001EAA", "Name": "Emil Example",
    "OwnerId": "005000000000001AAA", "Phone": "+33199001234"}]}"#;
const AGENT: &str = r#"{"compositeResponse": [
    {"httpStatusCode": 200, "body": {"done": true, "records": [{"Id": "005000000000002AAA",
        "Email": "nora@example.com", "CreatedDate": "2020-01-01T00:00:00.000+0000", "IsActive": true}]}},
    {"httpStatusCode": 200, "body": {"done": true, "records": []}}]}"#;
const TASK: &str = r#"{"compositeResponse": [{"httpStatusCode": 200, "body": {"done": true, "records": [
    {"Id": "00T000000000001EAA", "Subject": "Old", "Description": null, "CallDurationInSeconds": 5,
        "WhoId": "00Q000000000001EAA", "WhatId": null, "Who": {"Name": "Emil Example"}, "What": null}]}}]}"#;

const LOGGED: &str = r#"{"tasks": [{"id": "00T000000000001EAA", "call": 7,
    "fields": {"Subject": "Old", "Description": null, "CallDurationInSeconds": 5}}]}"#;

/// Returns every request as its method, path and body, a line each.
pub(crate) fn requests() -> String {
    let mut out = String::new();
    let new = Checkpoint::default;
    write_batch("create", MISSED, new(), SETTINGS, &[NO_RECORDS, NO_TASK, NEW_TASK], &mut out);
    let responses = [NO_RECORDS, GRAPH, THREE_WRITTEN];
    write_batch("create with a record and a Case", MISSED, new(), WITH_CASE, &responses, &mut out);
    let responses = [OWNED_BY_ADMIN, AGENT, NEW_TASK, WRITTEN];
    write_batch("create with a new owner", ANSWERED, new(), SETTINGS, &responses, &mut out);
    let checkpoint = Checkpoint { task: Some("00T000000000001EAA".parse().unwrap()), ..Checkpoint::default() };
    write_batch("update", MISSED, checkpoint, SETTINGS, &[TASK, WRITTEN], &mut out);
    with_plan(NOTHING, |create| {
        with_plan(LOGGED, |update| {
            title("bulk", &mut out);
            out.push_str(&bulk(create, update));
        });
    });
    out
}

fn write_batch(
    name: &str,
    webhook: &str,
    checkpoint: Checkpoint,
    settings: &str,
    responses: &[&str],
    out: &mut String,
) {
    title(name, out);
    let webhook = Webhook::from_json(webhook).unwrap();
    let settings = Settings::from_json(settings).unwrap();
    let mut batch = Batch::new(&settings, Org::default());
    batch.add(webhook.call.as_ref().unwrap(), checkpoint);
    let mut responses = responses.iter();
    loop {
        let requests = batch.requests();
        if requests.is_empty() {
            break;
        }
        for request in requests {
            write_request(&request, out);
            batch.answer(&request, 200, responses.next().unwrap());
        }
    }
    assert_eq!(batch.into_outcomes().0[0].fate, Fate::Done);
}

fn title(name: &str, out: &mut String) {
    writeln!(out, "== {name}").unwrap();
}

fn write_request(request: &Request, out: &mut String) {
    writeln!(out, "{} {}", request.method.as_str(), request.path).unwrap();
    request.body.iter().for_each(|body| writeln!(out, "{body}").unwrap());
}

fn with_plan(directory: &str, read: impl FnOnce(&Plan<'_>)) {
    let webhook = Webhook::from_json(MISSED).unwrap();
    let directory = Directory::from_json(directory).unwrap();
    let settings = Settings::from_json(SETTINGS).unwrap();
    read(&plan_webhook(&webhook, &directory, &settings));
}

/// Returns the CSV of a created and of an updated Task.
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
