//! Tests what the pages say of a call: the other party, every write, every webhook, and what
//! earlier versions stored.

mod support;

use std::time::Duration;

use reqwest::StatusCode;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use support::{SAMPLE, SETTINGS, Sandbox, TOKEN, TestService, assert_has, ended, note, tags, webhook};
use webhook_service::store::{Outcome, Settled, now};

const UNTAGGED: &str = "['aircall', 'inbound', 'answered_call', '493023125000']";
const TAGGED: &str = "['VIP', 'aircall', 'inbound', 'answered_call', '493023125000']";

fn tagged(at: u64) -> String {
    webhook(7, "call.tagged", at, |call| call["tags"] = tags(&["VIP"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_names_the_other_party_and_the_subject() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(SAMPLE).await;
    let subject = "Voicemail von Ada Lovelace auf Support Berlin";
    assert_has(&service.get("/").await, &["<b>Ada Lovelace</b>", "+33 1 99 00 12 34", "inbound voicemail", subject]);
    // A call that cannot be written is listed by what Aircall says of it.
    sandbox.switch(json!({"hidden_fields": ["Task.Type"]}));
    let unknown = webhook(8, "call.ended", 1_772_457_630, |call| {
        call["raw_digits"] = json!("+33 1 99 00 77 77");
        call["contact"] = json!({"id": 1, "first_name": "Nora <b>", "last_name": "Lindt"});
    });
    service.post(unknown).await;
    service.until_parked().await;
    let page = service.get("/?state=parked").await;
    assert_has(&page, &["<b>Nora &lt;b&gt; Lindt</b>", "+33 1 99 00 77 77", "id=\"call-8\""]);
    assert!(!page.contains("id=\"call-780836754\""), "{page}");
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_needs_no_task_has_a_state_of_its_own() {
    let sandbox = Sandbox::new().await;
    let settings = json!({"admin": "005000000000001AAA", "workflow": {"inbound_answered": "do_nothing"}}).to_string();
    let service = sandbox.service_under(&settings).await;
    service.post(ended(7)).await;
    service.deliver(SAMPLE).await;
    let listed = async |state: &str| {
        let page = service.get(&format!("/?state={state}")).await;
        (page.contains("id=\"call-7\""), page.contains("id=\"call-780836754\""))
    };
    assert_eq!(listed("not_logged").await, (true, false));
    assert_eq!(listed("written").await, (false, true));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_shows_every_write_and_every_webhook() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(ended(7)).await;
    service.deliver(tagged(1_772_457_700)).await;
    let page = service.get("/calls/7").await;
    let change = format!("<del>{UNTAGGED}</del> → {TAGGED}");
    let task = sandbox.tasks()[0]["Id"].as_str().unwrap().to_owned();
    let link = format!("{}lightning/r/Task/{task}/view", sandbox.org);
    assert_has(&page, &["created", "updated", "call.ended", "call.tagged", "/events/1", "/events/2", &change, &link]);
    let shown: Value = service.http.get(link).send().await.unwrap().json().await.unwrap();
    assert_eq!(shown["CallDisposition"], TAGGED);

    let page = service.get("/events/2").await;
    assert_has(&page, &["call.tagged", "&quot;name&quot;:&quot;VIP&quot;", "href=\"/calls/7\""]);
    assert!(!page.contains(TOKEN), "{page}");
    assert!(service.get("/events/3").await.contains("does not know it"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_a_button_that_tries_again() {
    let sandbox = Sandbox::new().await;
    sandbox.switch(json!({"hidden_fields": ["Task.Type"]}));
    let service = sandbox.service().await;
    service.post(SAMPLE).await;
    service.until_parked().await;
    assert_has(&service.get("/calls/780836754").await, &["<form method=\"post\">", "INVALID_FIELD", "call.ended"]);
    sandbox.switch(json!({}));
    assert_eq!(service.press("/calls/780836754").await, StatusCode::OK);
    service.quiet().await;
    assert!(!service.get("/calls/780836754").await.contains("<form"));
    assert_eq!(service.press("/calls/3").await, StatusCode::NOT_FOUND);
    let strange = service.get("/messages/%7Bcontent%7D%7Btitle%7D%3Cb%3E").await;
    assert_has(&strange, &["<title>message {content}{title}&lt;b&gt; ·", "<h1>message {content}{title}&lt;b&gt;</h1>"]);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_task_leaves_the_writes_on_the_page() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(ended(7)).await;
    let person = support::Person::sign_in(&sandbox, &service).await;
    person.delete(sandbox.tasks()[0]["Id"].as_str().unwrap()).await;
    for at in [1_772_457_700, 1_772_457_800] {
        let noted = webhook(7, "call.commented", at, |call| call["comments"] = note(&at.to_string()));
        service.deliver(noted).await;
    }
    let page = service.get("/calls/7").await;
    let writes = page.split("id=\"writes\"").nth(1).unwrap();
    assert_has(writes, &["created", UNTAGGED]);
    assert_eq!(writes.matches("its Task was deleted in Salesforce").count(), 1, "{writes}");
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_response_was_lost_is_listed() {
    let sandbox = Sandbox::new().await;
    let mut config = sandbox.config(SETTINGS, ":memory:");
    config.backoff.lost_answer = Duration::from_millis(300);
    let service = TestService::open(config).await;
    sandbox.switch(json!({"fail_one_write_in": 1, "failures": ["answer_lost"]}));
    service.post(ended(7)).await;
    let lost = "created, but the response was lost";
    service.until("the response is lost", async || service.get("/calls/7").await.contains(lost)).await;
    sandbox.switch(json!({}));
    service.quiet().await;
    assert_eq!(sandbox.tasks().len(), 1);
    assert_has(&service.get("/calls/7").await, &[lost, "unchanged", "OwnerId", "OWN-", UNTAGGED]);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_cannot_be_read_shows_its_text() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let odd = webhook(1, "call.ended", 1_772_457_630, |call| call["started_at"] = json!("<b>tomorrow</b>"));
    assert_eq!(service.post(odd).await, StatusCode::OK);
    assert!(service.get("/").await.contains("href=\"/events/1\""));
    let page = service.get("/events/1").await;
    assert_has(&page, &["&lt;b&gt;tomorrow&lt;/b&gt;", "`started_at`", "/events/1/read", "/events/1/drop"]);
    assert!(!page.contains("<b>tomorrow") && !page.contains(TOKEN), "{page}");
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_of_its_own_the_service_accepts_any() {
    let sandbox = Sandbox::new().await;
    let mut config = sandbox.config(SETTINGS, ":memory:");
    config.tokens = Vec::new();
    let service = TestService::open(config).await;
    assert_eq!(service.post(SAMPLE.replace(TOKEN, "my own")).await, StatusCode::OK);
    let without = ended(7).replace("\"token\"", "\"-\"");
    service.deliver(without).await;
    assert_eq!(sandbox.tasks().len(), 2);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_changes_the_number_that_the_script_watches() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let first = service.get("/changes").await;
    assert_eq!(service.get("/changes").await, first);
    service.post(SAMPLE).await;
    assert_ne!(service.get("/changes").await, first);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_call_takes_its_webhooks_along() {
    let sandbox = Sandbox::new().await;
    let store = sandbox.store_with_sample().await;
    let (history, report) = ("{}".to_owned(), String::new());
    let outcome = Outcome::Written { history, checkpoint: Box::default(), report };
    store.settle(vec![Settled { call: 1, absorbed: Some(1), outcome }]).await.unwrap();
    // What is absorbed is kept, and neither waits nor makes the call due.
    assert_eq!(store.webhooks(Some(1), 9).await.unwrap()[0].event.as_deref(), Some("call.ended"));
    assert!(store.claim_one(1).await.unwrap().events.is_empty());
    assert_eq!((store.due().await.unwrap(), store.counts(0).await.unwrap().events), (0, 0));
    store.forget(now() + 1, 0).await.unwrap();
    assert!(store.webhook(1).await.unwrap().is_none());
}

/// Returns what the first versions stored of a Task.
fn old_report() -> String {
    let fields = [
        json!({"field": "Subject", "value": "An old subject", "rules": "SUBJ-1", "inputs": "kind: inbound answered"}),
        json!({"field": "CallDisposition", "value": UNTAGGED, "rules": "DISP-1 DISP-2", "inputs": "no tags"}),
    ];
    json!({
        "at": 1_772_457_630_000_i64, "action": "created", "kind": "inbound answered",
        "because": ["the record: the first match (REC-1)"], "kept": ["Subject: a person changed it (UPD-6)"],
        "besides": ["a new Case (REC-4)"], "fields": fields,
        "notices": [{"rule": "LIMIT-1", "field": "Subject", "message": "it was shortened"}],
    })
    .to_string()
}

/// Turns a database into one of the version before the webhooks were kept.
fn make_old(sql: &Connection, report: &str) {
    sql.execute_batch(
        "DROP TRIGGER call_forgotten; DROP INDEX event_waiting; DELETE FROM event;
         ALTER TABLE event DROP COLUMN is_absorbed; PRAGMA user_version = 2;",
    )
    .unwrap();
    sql.execute("UPDATE call SET report = ?", [report]).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_kept_no_webhooks_opens_and_shows_its_reports() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service_on_file().await;
    service.deliver(ended(7)).await;
    service.close().await;
    let old = Connection::open(sandbox.file()).unwrap();
    make_old(&old, &old_report());
    // This webhook waits.
    let noted = webhook(7, "call.commented", 1_772_457_700, |call| call["comments"] = note("First."));
    let insert = "INSERT INTO event (call, received_at, body) VALUES (1, ?, ?)";
    old.execute(insert, params![now(), noted.into_bytes()]).unwrap();
    drop(old);

    let service = sandbox.service_on_file().await;
    let page = service.get("/calls/7").await;
    let stored = ["An old subject", "kind: inbound answered", "SUBJ-1", "DISP-1 DISP-2", "the first match (REC-1)"];
    assert_has(&page, &stored);
    assert_has(&page, &["a person changed it (UPD-6)", "a new Case (REC-4)", "LIMIT-1", "it was shortened"]);
    assert_has(&page, &["did not keep why it wrote the Task", "not the single writes", "call.commented"]);
    service
        .deliver(webhook(7, "call.tagged", 1_772_457_800, |call| {
            call["tags"] = tags(&["VIP"]);
            call["comments"] = note("First.");
        }))
        .await;
    assert_eq!(sandbox.tasks()[0]["CallDisposition"], TAGGED);
    assert!(sandbox.tasks()[0]["Description"].as_str().unwrap().contains("First."));
    let page = service.get("/calls/7").await;
    let change = format!("<del>{UNTAGGED}</del> → {TAGGED}");
    assert_has(&page, &["written by an earlier version", "updated", &change, "call.tagged", "not the single writes"]);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_this_version_cannot_read_is_shown_as_it_is() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service_on_file().await;
    service.deliver(ended(7)).await;
    service.close().await;
    make_old(&Connection::open(sandbox.file()).unwrap(), r#"{"at": "<b>later</b>"}"#);
    let service = sandbox.service_on_file().await;
    let page = service.get("/calls/7").await;
    assert_has(&page, &["written", "can only show it as it is", "&lt;b&gt;later&lt;/b&gt;"]);
    assert!(service.get("/").await.contains("can only show it as it is"));
    service.close().await;
}
