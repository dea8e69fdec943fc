//! Tests the service from webhook to Task, with HTTP on both sides.

mod support;

use std::time::Duration;

use aircall_salesforce::{CallHistory, Webhook};
use reqwest::StatusCode;
use serde_json::{Map, Value, json};
use stand_in_salesforce::Table;
use support::{Person, SAMPLE, SETTINGS, Sandbox, TestService, assert_has, ended, note, tags, webhook};
use webhook_service::store::{Intent, Outcome, Settled, Store};

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_becomes_a_task_and_the_page_explains_it() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(SAMPLE).await;
    let tasks = sandbox.tasks();
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0]["CallObject"], "aircall:780836754");
    assert_eq!(tasks[0]["WhoId"], "003000000000001AAA");
    assert_eq!(tasks[0]["WhatId"], "500000000000002AAA");
    assert_eq!(tasks[0]["OwnerId"], "005000000000002AAA");
    let page = service.get("/").await;
    assert_has(&page, &["call 780836754", "created", "OWN-4", "Contact Ada Lovelace", "LIMIT-5", "SUBJ"]);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_allowance_is_nearly_used_the_rounds_are_longer_and_the_page_says_so() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let other = Person::sign_in(&sandbox, &service).await;
    other.spend(100).await;
    let used = sandbox.stand_in.counts().requests;
    // The first call needs four requests at most: 104 of 110 are more than 90 %.
    sandbox.switch(json!({"allowance": used + 10}));
    service.deliver(ended(1)).await;
    assert_eq!(sandbox.tasks().len(), 1);
    assert!(service.get("/").await.contains("% of the org's daily requests are used"));
    let metrics = service.get("/metrics").await;
    assert!(metrics.contains(&format!("salesforce_allowance {}", used + 10)), "{metrics}");
    assert!(metrics.contains("salesforce_requests_total{resource=\"composite/sobjects\"} 1"), "{metrics}");
    // Over it, calls wait; with more of it, they are logged.
    sandbox.switch(json!({"allowance": 1}));
    service.post(ended(2)).await;
    service.until("it waits", async || service.get("/").await.contains("`REQUEST_LIMIT_EXCEEDED`")).await;
    sandbox.switch(json!({"allowance": 100_000}));
    service.quiet().await;
    assert_eq!(sandbox.tasks().len(), 2);
    assert!(!service.get("/").await.contains("daily requests are used"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_found_and_has_a_page_of_its_own() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.post(SAMPLE).await;
    let other = webhook(2, "call.ended", 1_772_457_630, |call| call["raw_digits"] = json!("+49 30 23125 101"));
    service.deliver(other).await;
    let found = async |query: &str| {
        let page = service.get(&format!("/?{query}")).await;
        (page.contains("id=\"call-780836754\""), page.contains("id=\"call-2\""))
    };
    assert_eq!(found("").await, (true, true));
    // A name, a number in other groups, and an id.
    assert_eq!(found("q=lovelace").await, (true, false));
    assert_eq!(found("q=%2B33199+00-12+34").await, (true, false));
    assert_eq!(found("q=3023125101&state=written").await, (false, true));
    assert_eq!(found("q=780836754").await, (true, false));
    assert_eq!(found("state=parked").await, (false, false));
    assert_eq!(found("q=%27%25_").await, (false, false));
    let page = service.get("/calls/780836754").await;
    assert!(page.contains("OWN-4") && page.contains("Ada Lovelace"), "{page}");
    assert!(service.get("/calls/3").await.contains("does not know it"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_requests_are_rejected_and_not_stored() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let stranger = SAMPLE.replace(support::TOKEN, "0123456789abcdef0123456789abcdee");
    assert_eq!(service.post(stranger).await, StatusCode::UNAUTHORIZED);
    assert_eq!(service.post(SAMPLE.replace("\"token\"", "\"tokens\"")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(service.post("<!doctype html><p>hello").await, StatusCode::BAD_REQUEST);
    assert_eq!(service.post(vec![0xff, 0xd8, 0xff, 0xe0]).await, StatusCode::BAD_REQUEST);
    assert_eq!(service.post("").await, StatusCode::BAD_REQUEST);
    assert_eq!(service.post("[".repeat(200_000)).await, StatusCode::BAD_REQUEST);
    assert_eq!(service.post(" ".repeat((1 << 20) + 1)).await, StatusCode::PAYLOAD_TOO_LARGE);
    let user = json!({"resource": "user", "event": "user.created", "token": support::TOKEN, "data": {"id": 1}});
    assert_eq!(service.post(user.to_string()).await, StatusCode::OK);
    assert_eq!(service.figure("waiting_events").await, 0);
    assert_eq!(service.figure("unreadable_events").await, 0);
    assert!(service.get("/metrics").await.contains("aircall_webhooks_total{outcome=\"wrong_token\"} 2"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_cannot_be_read_waits_for_a_person() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let odd = webhook(1, "call.ended", 1_772_457_630, |call| call["started_at"] = json!("<b>tomorrow</b>"));
    assert_eq!(service.post(odd).await, StatusCode::OK);
    let page = service.get("/").await;
    assert!(page.contains("`started_at` is text where") || page.contains("started_at"), "{page}");
    assert!(!page.contains("tomorrow"));
    assert_eq!(service.press("/events/1/read").await, StatusCode::OK);
    assert_eq!(service.figure("unreadable_events").await, 1);
    assert_eq!(service.press("/events/2/drop").await, StatusCode::OK);
    assert_eq!(service.figure("unreadable_events").await, 0);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_field_with_words_and_several_numbers_makes_no_second_contact() {
    let sandbox = Sandbox::new().await;
    let settings = json!({"admin": "005000000000001AAA", "unknown_number": "create_contact"}).to_string();
    let service = sandbox.service_under(&settings).await;
    let person = Person::sign_in(&sandbox, &service).await;
    let before = sandbox.stand_in.records(Table::Contact).len();
    let phones = [
        ("212-555-0123 (Axel)", "+1 212-555-0123", "US"),
        ("+1 646 555 0100 / 646-555-0124; mobile", "+1 646-555-0124", "US"),
        ("01 99 00 77 34", "+33 1 99 00 77 34", "GB"),
        ("call 1-555-EXAMPLE, free", "+1 555-392-6753", "US"),
    ];
    for (call, (phone, caller, country)) in (70..).zip(phones) {
        let id = person.create_contact(phone).await;
        let webhook = webhook(call, "call.ended", 1_772_457_630, |data| {
            data["raw_digits"] = json!(caller);
            data["number"]["country"] = json!(country);
        });
        service.deliver(webhook).await;
        assert_eq!(sandbox.tasks().last().unwrap()["WhoId"], json!(id), "{phone}");
    }
    let withheld = webhook(80, "call.ended", 1_772_457_630, |data| data["raw_digits"] = json!("+17378742833"));
    service.deliver(withheld).await;
    assert_eq!(sandbox.tasks().len(), phones.len() + 1);
    assert_eq!(sandbox.stand_in.records(Table::Contact).len(), before + phones.len());
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_changes_no_field_costs_no_request() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let send = async |event: &str, at: u64, change: fn(&mut Value)| {
        service.deliver(webhook(7, event, at, change)).await;
        sandbox.stand_in.counts().requests
    };
    let logged = send("call.hungup", 1_772_457_630, |_| {}).await;
    assert_eq!(send("call.ended", 1_772_457_660, |_| {}).await, logged);
    // The service absorbed the second webhook; it is no repetition.
    let absorbed = async || service.get("/metrics").await.contains("calls_total{outcome=\"written\"} 2");
    service.until("both webhooks are absorbed", absorbed).await;
    assert!(send("call.tagged", 1_772_457_670, |call| call["tags"] = tags(&["VIP"])).await > logged);
    assert!(sandbox.tasks()[0]["CallDisposition"].as_str().unwrap().contains("VIP"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_webhooks_of_one_call_at_once_are_one_task() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let text = [
        webhook(7, "call.answered", 1_772_457_510, |call| call["ended_at"] = Value::Null),
        ended(7),
        webhook(7, "call.tagged", 1_772_457_640, |call| call["tags"] = json!([{"id": 1, "name": "VIP"}])),
        webhook(7, "call.commented", 1_772_457_650, |call| {
            call["tags"] = json!([{"id": 1, "name": "VIP"}]);
            call["comments"] = note("Wants <b>two</b>.");
        }),
    ];
    let posts = (0..40).map(|n| service.post(text[(n * 7) % 4].clone()));
    let statuses = futures_util::future::join_all(posts).await;
    assert!(statuses.iter().all(|status| *status == StatusCode::OK));
    service.quiet().await;
    let tasks = sandbox.tasks();
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0]["Description"], "Jonas Weber hat einen neuen Kommentar hinzugefügt:\nWants <b>two</b>.");
    assert!(tasks[0]["CallDisposition"].as_str().unwrap().starts_with("['VIP', 'aircall', 'inbound'"));
    assert_eq!(tasks[0]["CallDurationInSeconds"], 90);
    let page = service.get("/").await;
    assert!(page.contains("Wants &lt;b&gt;two&lt;/b&gt;.") && !page.contains("<b>two"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn temporary_failures_are_retried() {
    let sandbox = Sandbox::new().await;
    sandbox.switch(json!({"fail_one_write_in": 1, "failures": ["row_locked", "unavailable"]}));
    let service = sandbox.service().await;
    service.post(SAMPLE).await;
    let failed = "calls_total{outcome=\"to_be_retried\"}";
    service.until("three attempts failed", async || service.get("/metrics").await.contains(failed)).await;
    service.until("three attempts failed", async || service.figure(failed).await >= 3).await;
    let page = service.get("/").await;
    assert!(page.contains("Salesforce: status"), "{page}");
    assert!(sandbox.tasks().is_empty());
    sandbox.switch(json!({}));
    service.quiet().await;
    assert_eq!(sandbox.tasks().len(), 1);
    assert!(!service.get("/").await.contains("in trouble"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_response_makes_no_second_task_and_no_second_contact() {
    let sandbox = Sandbox::new().await;
    sandbox.switch(json!({"fail_one_write_in": 1, "failures": ["answer_lost"]}));
    let service = sandbox.service().await;
    service.post(SAMPLE).await;
    service.deliver(SAMPLE.replace("+33 1 99 00 12 34", "+33 1 99 00 55 55").replace("780836754", "780836755")).await;
    assert_eq!(sandbox.tasks().len(), 2);
    assert_eq!(sandbox.stand_in.records(Table::Contact).len(), 4);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_with_an_empty_database_finds_the_task_again() {
    let sandbox = Sandbox::new().await;
    for _ in 0..2 {
        let service = sandbox.service().await;
        service.deliver(SAMPLE).await;
        service.close().await;
    }
    assert_eq!(sandbox.tasks().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_write_is_parked_until_a_person_retries_it() {
    let sandbox = Sandbox::new().await;
    sandbox.switch(json!({"hidden_fields": ["Task.Type"]}));
    let service = sandbox.service().await;
    service.post(SAMPLE).await;
    service.until_parked().await;
    let page = service.get("/").await;
    assert!(page.contains("`INVALID_FIELD`"), "{page}");
    sandbox.switch(json!({}));
    assert_eq!(service.press("/calls/1/retry").await, StatusCode::OK);
    service.quiet().await;
    assert_eq!(service.figure("parked_calls").await, 0);
    assert_eq!(sandbox.tasks().len(), 1);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_a_trigger_met_is_retried_and_a_validation_rule_speaks_to_the_admin() {
    let sandbox = Sandbox::new().await;
    let refuse = |code: &str, message: &str| {
        sandbox.switch(json!({"refusals": [{"object": "Task", "code": code, "message": message}]}));
    };
    let lock = "CallRollup: execution of AfterInsert caused by: first error: UNABLE_TO_LOCK_ROW, unable to obtain";
    refuse("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", lock);
    let service = sandbox.service().await;
    service.post(SAMPLE).await;
    let failed = "calls_total{outcome=\"to_be_retried\"}";
    service.until("an attempt failed", async || service.get("/metrics").await.contains(failed)).await;
    refuse("FIELD_CUSTOM_VALIDATION_EXCEPTION", "OUT-3: choose an outcome");
    service.until_parked().await;
    let page = service.get("/").await;
    assert!(page.contains("The org says: OUT-3: choose an outcome"), "{page}");
    sandbox.switch(json!({}));
    service.press("/retry").await;
    service.quiet().await;
    assert_eq!(sandbox.tasks().len(), 1);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_logged_on_the_record_that_a_duplicate_rule_named() {
    let sandbox = Sandbox::new().await;
    sandbox.switch(json!({"duplicate_rules": ["Contact"]}));
    let service = sandbox.service().await;
    let contacts = sandbox.stand_in.records(Table::Contact).len();
    service
        .deliver(webhook(1, "call.ended", 1_772_457_630, |call| {
            call["raw_digits"] = json!("+33 1 99 00 77 77");
            call["contact"] = json!({"id": 1, "first_name": "Emil", "last_name": "Kranz"});
        }))
        .await;
    assert_eq!(sandbox.tasks()[0]["WhoId"], "003000000000002AAA");
    assert_eq!(sandbox.stand_in.records(Table::Contact).len(), contacts);
    assert_eq!(service.figure("calls_total{outcome=\"written\"}").await, 1);
    assert!(service.get("/").await.contains("A duplicate rule of Salesforce named the Contact"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_tag_reaches_an_archived_task() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(ended(1)).await;
    sandbox.switch(json!({"archived_before": "2100-01-01"}));
    service.deliver(webhook(1, "call.tagged", 1_772_457_640, |call| call["tags"] = tags(&["Late"]))).await;
    let tasks = sandbox.tasks();
    assert_eq!((tasks.len(), &tasks[0]["IsClosed"]), (1, &json!(true)));
    assert!(tasks[0]["CallDisposition"].as_str().unwrap().contains("'Late'"), "{}", tasks[0]["CallDisposition"]);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_is_followed_by_another() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(ended(1)).await;
    let out = sandbox.org.join("stand-in/sign-out").unwrap();
    assert!(service.http.post(out).send().await.unwrap().status().is_success());
    service.deliver(ended(2)).await;
    assert_eq!(sandbox.tasks().len(), 2);
    assert_eq!(service.figure("calls_total{outcome=\"written\"}").await, 2);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_wrong_credentials_calls_wait() {
    let sandbox = Sandbox::new().await;
    let mut config = sandbox.config(SETTINGS, ":memory:");
    config.salesforce.as_mut().unwrap().client_secret = "not this".to_owned();
    let service = TestService::open(config).await;
    assert_eq!(service.post(SAMPLE).await, StatusCode::OK);
    service.until("the page shows the failure", async || service.get("/").await.contains("`invalid_client`")).await;
    assert_eq!(service.figure("parked_calls").await, 0);
    assert_eq!(service.figure("waiting_calls").await, 1);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_salesforce_is_away_calls_wait_and_outlast_a_restart() {
    let sandbox = Sandbox::new().await;
    let mut config = sandbox.config(SETTINGS, sandbox.file());
    config.salesforce.as_mut().unwrap().url = "http://127.0.0.1:9/".parse().unwrap();
    let service = TestService::open(config).await;
    assert_eq!(service.post(SAMPLE).await, StatusCode::OK);
    service
        .until("the page shows the failure", async || service.get("/").await.contains("Salesforce: no response"))
        .await;
    assert_eq!(service.get("/healthz").await, "well\n");
    service.close().await;
    let service = sandbox.service_on_file().await;
    service.quiet().await;
    assert_eq!(sandbox.tasks().len(), 1);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_a_call_with_an_open_request_waits() {
    let sandbox = Sandbox::new().await;
    let store = sandbox.store_with_sample().await;
    let history = CallHistory::new(&Webhook::from_json(SAMPLE).unwrap()).unwrap();
    let history = serde_json::to_string(&history).unwrap();
    let intent = Intent { call: 1, history, task: None, sent: Map::new(), owed: None };
    store.intend(vec![intent]).await.unwrap();
    drop(store);
    let mut config = sandbox.config(SETTINGS, sandbox.file());
    config.backoff.lost_answer = Duration::from_hours(1);
    let service = TestService::open(config).await;
    service.post(ended(2)).await;
    let is_alone_left = async || sandbox.tasks().len() == 1 && service.figure("waiting_calls").await == 1;
    service.until("the other call is written", is_alone_left).await;
    service.press("/retry").await;
    assert_eq!(service.figure("waiting_calls").await, 1);
    assert_eq!(sandbox.tasks()[0]["CallObject"], "aircall:2");
    service.close().await;

    let service = sandbox.service_on_file().await;
    service.until("it is written, too", async || sandbox.tasks().len() == 2).await;
    service.close().await;
}

/// Sends eight calls from one number at the same time and returns their Tasks.
async fn eight_calls_at_once(sandbox: &Sandbox, service: &TestService, number: &str) -> Vec<Map<String, Value>> {
    let from = |call| webhook(call, "call.ended", 1_772_457_630, |data| data["raw_digits"] = json!(number));
    futures_util::future::join_all((1..=8).map(|call| service.post(from(call)))).await;
    service.quiet().await;
    let tasks = sandbox.tasks();
    assert_eq!(tasks.len(), 8);
    tasks
}

#[tokio::test(flavor = "multi_thread")]
async fn two_calls_of_one_unknown_number_make_one_contact() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let tasks = eight_calls_at_once(&sandbox, &service, "+33 1 99 00 44 44").await;
    assert!(tasks.iter().all(|task| task["WhoId"] == tasks[0]["WhoId"]));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_calls_of_one_contact_make_one_case() {
    let sandbox = Sandbox::new().await;
    let mut settings: Value = serde_json::from_str(SETTINGS).unwrap();
    settings["relate_to"] = json!("case_or_create");
    settings["unknown_number"] = json!("do_nothing");
    let service = sandbox.service_under(&settings.to_string()).await;
    let cases = sandbox.stand_in.records(Table::Case).len();
    // Emil Kranz has no case yet.
    let tasks = eight_calls_at_once(&sandbox, &service, "+49 30 23125 101").await;
    assert!(tasks.iter().all(|task| task["WhatId"] == tasks[0]["WhatId"] && task["WhatId"].is_string()));
    assert_eq!(sandbox.stand_in.records(Table::Case).len(), cases + 1);
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_wait_for_a_version_that_can_read_the_history() {
    let sandbox = Sandbox::new().await;
    let store = sandbox.store_with_sample().await;
    let outcome = Outcome::Written {
        history: r#"{"version": 99}"#.to_owned(),
        checkpoint: Box::default(),
        report: "{}".to_owned(),
    };
    store.settle(vec![Settled { call: 1, absorbed: Some(i64::MAX), outcome }]).await.unwrap();
    drop(store);
    let service = sandbox.service_on_file().await;
    service.post(SAMPLE).await;
    service.until_parked().await;
    assert!(service.get("/").await.contains("Another version of this program stored it."));
    service.close().await;
    let store = Store::open(&sandbox.file()).unwrap();
    store.retry(Some(1)).await.unwrap();
    let claims = store.claim(1).await.unwrap();
    assert_eq!(claims[0].events.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_attempts_are_counted_by_cause() {
    let sandbox = Sandbox::new().await;
    let store = sandbox.store_with_sample().await;
    for is_outdated in [false, false, true] {
        let outcome = Outcome::Failed {
            history: None,
            checkpoint: None,
            due: Some(0),
            trouble: String::new(),
            is_outdated,
            report: None,
        };
        store.settle(vec![Settled { call: 1, absorbed: Some(0), outcome }]).await.unwrap();
    }
    let claims = store.claim(1).await.unwrap();
    assert_eq!((claims[0].failures.attempts, claims[0].failures.outdated), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_people_stay_and_deleted_tasks_are_not_created_again() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    service.deliver(webhook(1, "call.commented", 1_772_457_630, |call| call["comments"] = note("First."))).await;
    let task = sandbox.tasks().remove(0);
    let (id, ours) = (task["Id"].as_str().unwrap(), task["Description"].as_str().unwrap());
    let org = Person::sign_in(&sandbox, &service).await;
    org.patch(id, json!({"Description": format!("{ours}\nPaid on Monday.")})).await;
    service.deliver(webhook(1, "call.commented", 1_772_457_700, |call| call["comments"] = note("Second."))).await;
    let text = sandbox.tasks()[0]["Description"].as_str().unwrap().to_owned();
    assert!(text.contains("Paid on Monday.") && text.contains("Second.") && !text.contains("First."), "{text}");

    org.delete(id).await;
    service
        .deliver(webhook(1, "call.tagged", 1_772_457_800, |call| call["tags"] = json!([{"id": 1, "name": "VIP"}])))
        .await;
    assert!(sandbox.tasks().is_empty());
    assert!(service.get("/").await.contains("deleted in Salesforce"));
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_owner_change_is_repeated() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    // The admin owns Grace's record, so an answered call changes its owner to the agent, in a
    // separate request after the Task's.
    sandbox.switch(json!({"fail_one_write_in": 2, "failures": ["unavailable"]}));
    service
        .deliver(webhook(1, "call.ended", 1_772_457_630, |call| {
            call["raw_digits"] = json!("+1 212-555-0142");
            call["number"]["country"] = json!("US");
        }))
        .await;
    assert_eq!(sandbox.tasks().len(), 1);
    assert!(service.figure("calls_total{outcome=\"to_be_retried\"}").await >= 1);
    let contacts = sandbox.stand_in.records(Table::Contact);
    let grace = contacts.iter().find(|contact| contact["LastName"] == "Example").unwrap();
    assert_eq!(grace["OwnerId"], "005000000000002AAA");
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_is_written_has_its_rule() {
    let sandbox = Sandbox::new().await;
    let service = sandbox.service().await;
    let whole = webhook(u64::MAX, "call.ended", 1_772_457_630, |call| {
        call["comments"] = note("A note.");
        call["asset"] = json!("https://assets.example.com/calls/1/recording");
        call["recording"] = json!("https://example.com/1.mp3");
        call["transferred_to"] = call["user"].clone();
    });
    service.deliver(whole).await;
    let page = service.get("/").await;
    assert!(page.contains("aircall:18446744073709551615"), "{page}");
    assert_has(
        &page,
        &[
            "SUBJ", "DISP", "DESC", "OWN-1", "REC-1", "REC-4", "FIELD-1", "FIELD-2", "FIELD-3", "FIELD-4", "LOG-3",
            "LIMIT-5",
        ],
    );
    for number in 1..=10 {
        assert!(page.contains(&format!(">PKG-{number}<")), "no PKG-{number} in {page}");
    }
    assert!(!page.contains("<span class=\"rule\"></span>"));
    service.close().await;
}
