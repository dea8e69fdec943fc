//! Tests that people's changes of a Task stay, also after a lost response and after an upgrade.

mod support;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, params};
use serde_json::{Map, Value, json};
use support::{Person, SETTINGS, Sandbox, TestService, assert_has, note, notes, tags, webhook};
use webhook_service::store::now;

const ANSWERED_BY: &str = "aircall__Answered_by__c";
const HEADING: &str = "Jonas Weber hat einen neuen Kommentar hinzugefügt:";

/// Returns the org's only Task.
fn one_task(sandbox: &Sandbox) -> Map<String, Value> {
    let mut tasks = sandbox.tasks();
    assert_eq!(tasks.len(), 1);
    tasks.remove(0)
}

fn id(sandbox: &Sandbox) -> String {
    one_task(sandbox)["Id"].as_str().unwrap().to_owned()
}

/// Returns the webhook of a call with these tags and notes.
fn says(at: u64, names: &[&str], texts: &[&str]) -> String {
    webhook(1, "call.tagged", at, |call| {
        call["tags"] = tags(names);
        call["comments"] = notes(texts);
    })
}

fn result_with(names: &str) -> String {
    format!("[{names}'aircall', 'inbound', 'answered_call', '493023125000']")
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_a_person_changed_stay_when_a_tag_arrives() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(says(1_772_457_630, &[], &["First."])).await;
    assert_eq!(one_task(&sandbox)[ANSWERED_BY], "Jonas Weber");
    let person = Person::sign_in(&sandbox, &service).await;
    let typed = format!("{HEADING}\nFirst.\nPaid on Monday.");
    person.patch(&id(&sandbox), json!({"Subject": "Renewal", ANSWERED_BY: null, "Description": typed})).await;

    service.deliver(says(1_772_457_700, &["VIP"], &["First."])).await;
    let task = one_task(&sandbox);
    assert_eq!((&task["Subject"], task.get(ANSWERED_BY)), (&json!("Renewal"), None));
    assert_eq!((&task["CallDisposition"], &task["Description"]), (&json!(result_with("'VIP', ")), &json!(typed)));
    let page = service.get("/").await;
    let kept = "A person changed the field, so it is kept";
    assert_has(&page, &[kept, "A person emptied the field, so it stays empty", "UPD-6"]);

    // The call says something new in a field that a person has changed: the page says so.
    person.patch(&id(&sandbox), json!({"CallDisposition": "Won"})).await;
    service.deliver(says(1_772_457_800, &["VIP", "Urgent"], &["First.", "Second."])).await;
    let task = one_task(&sandbox);
    assert_eq!((&task["Subject"], &task["CallDisposition"]), (&json!("Renewal"), &json!("Won")));
    // Both were added below the first note: the call's note comes first.
    let both = format!("{HEADING}\nFirst.\n\n{HEADING}\nSecond.\n\nPaid on Monday.");
    assert_eq!(task["Description"], both);
    assert!(service.get("/").await.contains("although the call says something new"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_between_a_lost_answer_and_the_next_attempt_stay() {
    let sandbox = Sandbox::new().await;
    let mut config = sandbox.config(SETTINGS, sandbox.file());
    config.backoff.lost_answer = Duration::from_hours(1);
    let service = TestService::open(config).await;
    let person = Person::sign_in(&sandbox, &service).await;
    service.deliver(says(1_772_457_630, &[], &["First."])).await;
    let first = format!("{HEADING}\nFirst.");
    person.patch(&id(&sandbox), json!({"Description": format!("{first}\nPaid on Monday.")})).await;

    sandbox.switch(json!({"fail_one_write_in": 1, "failures": ["answer_lost"]}));
    service.post(says(1_772_457_700, &["VIP"], &["First.", "Second."])).await;
    service.until("the response is lost", async || service.get("/").await.contains("failed attempts: 1")).await;
    sandbox.switch(json!({}));
    let second = format!("{first}\n\n{HEADING}\nSecond.\n\nPaid on Monday.");
    assert_eq!(one_task(&sandbox)["Description"], second);
    let typed = second.replace("Monday.", "Tuesday.") + "\nCall back.";
    person.patch(&id(&sandbox), json!({"Description": typed, "Subject": "Renewal"})).await;
    service.post(says(1_772_457_800, &["VIP", "Urgent"], &["First.", "Second."])).await;
    service.close().await;

    let service = sandbox.service_on_file().await;
    service.quiet().await;
    let task = one_task(&sandbox);
    assert_eq!((&task["Description"], &task["Subject"]), (&json!(typed), &json!("Renewal")));
    assert_eq!(task["CallDisposition"], result_with("'VIP', 'Urgent', "));
    service.deliver(says(1_772_457_900, &["VIP"], &["First.", "Second.", "Third."])).await;
    let task = one_task(&sandbox);
    assert_eq!(task["Description"], typed.replace("Second.", &format!("Second.\n\n{HEADING}\nThird.")));
    assert_eq!(task["CallDisposition"], result_with("'VIP', "));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_answer_and_a_failure_the_fields_still_count_as_ours() {
    let sandbox = Sandbox::new().await;
    let mut config = sandbox.config(SETTINGS, ":memory:");
    config.backoff.lost_answer = Duration::from_millis(300);
    let service = TestService::open(config).await;
    service.deliver(says(1_772_457_630, &[], &[])).await;
    // The second write arrives, but its response is lost. The third write fails, the fourth
    // arrives.
    sandbox.switch(json!({"fail_one_write_in": 1, "failures": ["unavailable", "answer_lost"]}));
    service.post(says(1_772_457_700, &["VIP"], &["First."])).await;
    service.until("one attempt failed", async || service.get("/").await.contains("failed attempts: 1")).await;
    service.deliver(says(1_772_457_800, &["VIP", "Urgent"], &["First.", "Second."])).await;
    let task = one_task(&sandbox);
    assert_eq!(task["CallDisposition"], result_with("'VIP', 'Urgent', "));
    let text = ["First.", "Second."].map(|text| format!("{HEADING}\n{text}")).join("\n\n");
    assert_eq!(task["Description"], text);
    assert!(!service.get("/").await.contains("UPD-6"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_task_of_a_lost_create_keeps_what_a_person_typed_since() {
    let sandbox = Sandbox::new().await;
    let mut config = sandbox.config(SETTINGS, sandbox.file());
    config.backoff.lost_answer = Duration::from_hours(1);
    let service = TestService::open(config).await;
    let person = Person::sign_in(&sandbox, &service).await;
    sandbox.switch(json!({"fail_one_write_in": 1, "failures": ["answer_lost"]}));
    service.post(webhook(1, "call.commented", 1_772_457_630, |call| call["comments"] = note("First."))).await;
    service.until("the response is lost", async || service.get("/").await.contains("failed attempts: 1")).await;
    sandbox.switch(json!({}));
    let typed = format!("{HEADING}\nFirst.\nPaid on Monday.");
    person.patch(&id(&sandbox), json!({"Description": typed, "Subject": "Renewal"})).await;
    service.close().await;

    let service = sandbox.service_on_file().await;
    service.deliver(says(1_772_457_700, &["VIP"], &["First, corrected."])).await;
    let task = one_task(&sandbox);
    assert_eq!(task["Description"], format!("{HEADING}\nFirst, corrected.\nPaid on Monday."));
    assert_eq!((&task["Subject"], &task["CallDisposition"]), (&json!("Renewal"), &json!(result_with("'VIP', "))));
    service.close().await;
}

/// The tables of the first version, which had no `user_version`.
const OLD_SCHEMA: &str = "
    CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, call INTEGER, received_at INTEGER NOT NULL, body BLOB NOT NULL,
        unreadable TEXT
    ) STRICT;
    CREATE INDEX event_by_call ON event (call, id);
    CREATE TABLE call (
        id INTEGER PRIMARY KEY, seen_at INTEGER NOT NULL, due INTEGER, history TEXT,
        is_written INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, trouble TEXT,
        is_parked INTEGER NOT NULL DEFAULT 0, task TEXT, wrote TEXT, sent TEXT, owed TEXT, report TEXT
    ) STRICT;
    CREATE TABLE made (number TEXT PRIMARY KEY, record TEXT NOT NULL, made_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT;";

/// Replaces the database by one that the first version would have written: `wrote` has the
/// Description as it was sent.
fn make_old(file: &Path, sent: &Map<String, Value>) {
    let select = "SELECT history, task FROM call";
    let (history, task): (String, String) = {
        let new = Connection::open(file).unwrap();
        new.query_row(select, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    std::fs::remove_file(file).unwrap();
    let old = Connection::open(file).unwrap();
    old.execute_batch(OLD_SCHEMA).unwrap();
    let wrote = ["Subject", "CallDisposition", "Description"].map(|name| (name.to_owned(), sent[name].clone()));
    let wrote = Value::Object(Map::from_iter(wrote)).to_string();
    let insert = "INSERT INTO call (id, seen_at, history, is_written, task, wrote) VALUES (1, ?, ?, 1, ?, ?)";
    old.execute(insert, params![now(), history, task, wrote]).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_first_version_deletes_no_typed_line() {
    let sandbox = Sandbox::new().await;
    let file = sandbox.file();
    let service = sandbox.service_on_file().await;
    service.deliver(says(1_772_457_630, &[], &["First."])).await;
    let person = Person::sign_in(&sandbox, &service).await;
    let typed = format!("{HEADING}\nFirst.\nPaid on Monday.");
    person.patch(&id(&sandbox), json!({"Description": typed})).await;
    service.close().await;
    make_old(&file, &one_task(&sandbox));

    let service = sandbox.service_on_file().await;
    person.patch(&id(&sandbox), json!({"Subject": "Renewal"})).await;
    service.deliver(says(1_772_457_700, &["VIP"], &["First.", "Second."])).await;
    let task = one_task(&sandbox);
    assert_eq!(task["Description"], format!("{HEADING}\nFirst.\n\n{HEADING}\nSecond.\n\nPaid on Monday."));
    assert_eq!((&task["Subject"], &task["CallDisposition"]), (&json!("Renewal"), &json!(result_with("'VIP', "))));
    service.close().await;

    // The upgrade happens once: the next start keeps the Description that this version stored.
    let service = sandbox.service_on_file().await;
    service.deliver(says(1_772_457_800, &["VIP"], &["First, corrected.", "Second."])).await;
    let text = one_task(&sandbox)["Description"].as_str().unwrap().to_owned();
    assert!(text.contains("First, corrected.") && !text.contains("First.\n"), "{text}");
    assert!(text.contains("Paid on Monday."), "{text}");
    service.close().await;
}
