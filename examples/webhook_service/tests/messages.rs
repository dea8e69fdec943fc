//! Tests text messages, and what Aircall's AI says of calls, with HTTP on both sides.

mod support;

use aircall_salesforce::{CallHistory, Webhook};
use reqwest::StatusCode;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use support::{SETTINGS, Sandbox, TestService, assert_has, ended, notes, webhook};
use webhook_service::store::{Store, now};

const SENT: &str = include_str!("../../data/webhooks/message_sent.json");
const STATUS: &str = include_str!("../../data/webhooks/message_status_updated.json");
const GROUP: &str = include_str!("../../data/webhooks/group_message_sent.json");
const SUMMARY: &str = include_str!("../../data/webhooks/summary_created.json");
/// The call of the summary.
const CALL: u64 = 3_811_600_000;

/// Returns the settings of the other tests with another value.
fn settings(key: &str, value: Value) -> String {
    let mut settings: Value = serde_json::from_str(SETTINGS).unwrap();
    settings[key] = value;
    settings.to_string()
}

/// Opens a service that logs messages.
async fn logging(sandbox: &Sandbox) -> TestService {
    sandbox.service_under(&settings("messages", json!("completed"))).await
}

/// Returns the sent message with a change.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut message: Value = serde_json::from_str(SENT).unwrap();
    change(&mut message);
    message.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_becomes_one_task_and_an_entry_of_the_page() {
    let sandbox = Sandbox::new().await;
    let service = logging(&sandbox).await;
    service.post(ended(7)).await;
    service.deliver(SENT).await;
    let tasks = sandbox.tasks();
    assert_eq!(tasks.len(), 2);
    let key = "aircall:message:0b7f2c1e-4f0d-4c6e-9b57-3d2a6f1c8e01";
    let task = tasks.iter().find(|task| task["CallObject"] == key).unwrap();
    for (field, value) in [
        ("Subject", "SMS gesendet von Jonas Weber über Support Berlin an Ada Lovelace"),
        ("Description", "Your invoice of March is ready.\n[invoice.pdf]"),
        ("WhoId", "003000000000001AAA"),
        ("WhatId", "500000000000002AAA"),
        ("OwnerId", "005000000000002AAA"),
        ("CallType", "Outbound"),
        ("Status", "Completed"),
        ("ActivityDate", "2026-05-29"),
    ] {
        assert_eq!(task[field], value, "{field}");
    }
    let page = service.get("/").await;
    let id = task["Id"].as_str().unwrap();
    let texts = ["call 7", "message 0b7f2c1e-4f0d-4c6e-9b57-3d2a6f1c8e01", "message sent", "[invoice.pdf]", id];
    assert_has(&page, &texts);
    assert_eq!(service.figure("calls_total{outcome=\"written\"}").await, 2);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_webhook_of_a_message_counts() {
    let sandbox = Sandbox::new().await;
    let service = logging(&sandbox).await;
    let at = |second: u64, text: &str| {
        changed(|message| {
            message["timestamp"] = json!(second);
            message["data"]["body"] = json!(text);
            message["data"]["media_details"] = json!([]);
        })
    };
    let expect = async |body: String, text: &str| {
        service.deliver(body).await;
        let tasks = sandbox.tasks();
        assert_eq!((tasks.len(), &tasks[0]["Description"]), (1, &json!(text)));
        sandbox.stand_in.counts().requests
    };
    let first = expect(at(1_780_059_590, "See you at 5."), "See you at 5.").await;
    assert_eq!(expect(at(1_780_059_590, "See you at 5."), "See you at 5.").await, first);
    assert_eq!(expect(at(1_780_059_580, "See you."), "See you at 5.").await, first);
    assert!(expect(at(1_780_059_600, "See you at 6."), "See you at 6.").await > first);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_not_logged_unless_the_settings_ask_for_it() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(SENT).await;
    assert!(sandbox.tasks().is_empty());
    assert_eq!(sandbox.stand_in.counts().requests, 0);
    assert_eq!(service.figure("aircall_webhooks_total{outcome=\"not_logged\"}").await, 1);
    assert!(!service.get("/").await.contains("message 0b7f2c1e"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn status_updates_and_messages_of_groups_are_not_stored() {
    let sandbox = Sandbox::new().await;
    let service = logging(&sandbox).await;
    service.deliver(SENT).await;
    let task = sandbox.tasks().remove(0);
    for body in [STATUS, GROUP] {
        assert_eq!(service.post(body).await, StatusCode::OK);
    }
    assert_eq!(service.figure("aircall_webhooks_total{outcome=\"message_status\"}").await, 1);
    assert_eq!(service.figure("aircall_webhooks_total{outcome=\"group_message\"}").await, 1);
    service.quiet().await;
    assert_eq!(sandbox.tasks(), [task]);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_message_with_an_odd_id_can_be_tried_again() {
    let sandbox = Sandbox::new().await;
    let service = logging(&sandbox).await;
    sandbox.switch(json!({"hidden_fields": ["Task.Type"]}));
    service.post(changed(|message| message["data"]["id"] = json!("a/b?c=<1>&%2F"))).await;
    service.until_parked().await;
    sandbox.switch(json!({}));
    let page = service.get("/").await;
    assert!(page.contains("message a/b?c=&lt;1&gt;&amp;%2F"), "{page}");
    let button = page.split("action=\"").find_map(|rest| rest.split('"').next().filter(|path| path.contains("calls/")));
    assert_eq!(service.press(button.unwrap()).await, StatusCode::OK);
    service.quiet().await;
    assert_eq!(sandbox.tasks()[0]["CallObject"], "aircall:message:a/b?c=<1>&%2F");
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_before_its_call_is_in_the_description() {
    let sandbox = Sandbox::new().await;
    let asked = settings("insights", json!(["summary"]));
    let service = sandbox.service_under(&asked).await;
    service.deliver(SUMMARY).await;
    assert!(sandbox.tasks().is_empty());
    service.deliver(webhook(CALL, "call.ended", 1_780_063_290, |_| {})).await;
    let tasks = sandbox.tasks();
    assert_eq!(tasks.len(), 1);
    let summary = "KI-Zusammenfassung:\nAda Lovelace asks for an offer.\nJonas Weber promises it by Friday.";
    assert_eq!(tasks[0]["Description"], summary);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_that_the_settings_do_not_ask_for_costs_no_request() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(webhook(CALL, "call.ended", 1_780_063_290, |_| {})).await;
    let (tasks, requests) = (sandbox.tasks(), sandbox.stand_in.counts().requests);
    service.deliver(SUMMARY).await;
    assert_eq!(sandbox.tasks(), tasks);
    assert_eq!(sandbox.stand_in.counts().requests, requests);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_of_a_call_that_never_comes_is_forgotten_quietly() {
    let sandbox = Sandbox::new().await;
    let file = sandbox.file();
    let service = TestService::open(sandbox.config(&settings("insights", json!(["summary"])), &file)).await;
    service.deliver(SUMMARY).await;
    assert_eq!(service.figure("parked_calls").await, 0);
    assert!(!service.get("/").await.contains("in trouble"));
    assert_eq!(sandbox.stand_in.counts().requests, 0);
    service.close().await;
    let store = Store::open(&file).unwrap();
    assert_eq!(store.last(9).await.unwrap().len(), 1);
    store.forget(now() + 1, 0).await.unwrap();
    assert_eq!(store.last(9).await.unwrap().len(), 0);
}

/// The tables of the second version, which knew only calls.
const OLD_SCHEMA: &str = "
    CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT, call INTEGER, received_at INTEGER NOT NULL, body BLOB NOT NULL,
        unreadable TEXT
    ) STRICT;
    CREATE INDEX event_by_call ON event (call, id);
    CREATE TABLE call (
        id INTEGER PRIMARY KEY, seen_at INTEGER NOT NULL, due INTEGER, history TEXT,
        is_written INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,
        outdated INTEGER NOT NULL DEFAULT 0, trouble TEXT, is_parked INTEGER NOT NULL DEFAULT 0, task TEXT, wrote TEXT,
        sent TEXT, owed TEXT, report TEXT
    ) STRICT;
    CREATE INDEX call_by_due ON call (due) WHERE due IS NOT NULL;
    CREATE INDEX call_by_seen ON call (seen_at);
    CREATE INDEX call_in_trouble ON call (seen_at) WHERE trouble IS NOT NULL;
    CREATE TABLE made (number TEXT PRIMARY KEY, record TEXT NOT NULL, made_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT;
    PRAGMA user_version = 1;";

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_knew_only_calls_opens() {
    let sandbox = Sandbox::new().await;
    let file = sandbox.file();
    let old = Connection::open(&file).unwrap();
    old.execute_batch(OLD_SCHEMA).unwrap();
    let with = |call: u64, at: u64, texts: &[&str]| {
        webhook(call, "call.commented", at, |data| data["comments"] = notes(texts))
    };
    // Each call has a history, and a webhook that waits. The last id is stored as -1.
    for call in [7, u64::MAX] {
        let body = with(call, 1_772_457_630, &["First."]);
        let history = CallHistory::new(&Webhook::from_json(&body).unwrap()).unwrap();
        let history = serde_json::to_string(&history).unwrap();
        let (id, waiting) = (call.cast_signed(), with(call, 1_772_457_640, &["First.", "Second."]));
        let insert = "INSERT INTO call (id, seen_at, due, history) VALUES (?, ?, 0, ?)";
        old.execute(insert, params![id, now(), history]).unwrap();
        let insert = "INSERT INTO event (call, received_at, body) VALUES (?, ?, ?)";
        old.execute(insert, params![id, now(), waiting.into_bytes()]).unwrap();
    }
    drop(old);
    for third in ["Third.", "Third, corrected."] {
        let config = sandbox.config(&settings("messages", json!("completed")), &file);
        let service = TestService::open(config).await;
        service.post(SENT).await;
        for call in [7, u64::MAX] {
            let at = 1_772_457_650 + third.len() as u64;
            service.post(with(call, at, &["First.", "Second.", third])).await;
        }
        service.quiet().await;
        service.close().await;
    }
    let store = Store::open(&file).unwrap();
    let mut keys: Vec<_> = store.last(9).await.unwrap().into_iter().map(|call| call.key).collect();
    keys.sort();
    let message = "aircall:message:0b7f2c1e-4f0d-4c6e-9b57-3d2a6f1c8e01";
    assert_eq!(keys, ["aircall:18446744073709551615", "aircall:7", message]);
    let mut tasks = sandbox.tasks();
    assert_eq!(tasks.len(), 3);
    tasks.retain(|task| task["CallObject"] != message);
    for task in tasks {
        let text = task["Description"].as_str().unwrap();
        assert!(text.contains("First.") && text.contains("Second.") && text.contains("Third, corrected."), "{text}");
        assert!(!text.contains("Third.\n"), "{text}");
    }
}
