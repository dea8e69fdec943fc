//! From a webhook to a Task, over HTTP on both sides.

mod house;

use std::collections::BTreeSet;
use std::time::Duration;

use house::{House, SAMPLE, SETTINGS, Town, note, webhook};
use reqwest::StatusCode;
use serde_json::{Map, Value, json};
use stand_in_salesforce::Table;
use webhook_service::store::{Fields, Settled, Store};

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_becomes_a_task_and_the_page_says_why() {
    let town = Town::new().await;
    let house = town.house().await;
    assert_eq!(house.post(SAMPLE).await, StatusCode::OK);
    house.quiet().await;
    let tasks = town.tasks();
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0]["CallObject"], "aircall:780836754");
    assert_eq!(tasks[0]["WhoId"], "003000000000001AAA");
    assert_eq!(tasks[0]["WhatId"], "500000000000002AAA");
    assert_eq!(tasks[0]["OwnerId"], "005000000000002AAA");
    let page = house.get("/").await;
    for told in ["call 780836754", "created", "OWN-4", "Contact Ada Lovelace", "LIMIT-5", "SUBJ"] {
        assert!(page.contains(told), "no {told} in {page}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_webhook_of_ours_is_refused_and_not_stored() {
    let town = Town::new().await;
    let house = town.house().await;
    let stranger = SAMPLE.replace(house::TOKEN, "0123456789abcdef0123456789abcdee");
    assert_eq!(house.post(stranger).await, StatusCode::UNAUTHORIZED);
    assert_eq!(house.post(SAMPLE.replace("\"token\"", "\"tokens\"")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(house.post("<!doctype html><p>hello").await, StatusCode::BAD_REQUEST);
    assert_eq!(house.post(vec![0xff, 0xd8, 0xff, 0xe0]).await, StatusCode::BAD_REQUEST);
    assert_eq!(house.post("").await, StatusCode::BAD_REQUEST);
    assert_eq!(house.post("[".repeat(200_000)).await, StatusCode::BAD_REQUEST);
    assert_eq!(house.post(" ".repeat((1 << 20) + 1)).await, StatusCode::PAYLOAD_TOO_LARGE);
    let user = json!({"resource": "user", "event": "user.created", "token": house::TOKEN, "data": {"id": 1}});
    assert_eq!(house.post(user.to_string()).await, StatusCode::OK);
    assert_eq!(house.figure("waiting_events").await, 0);
    assert_eq!(house.figure("unreadable_events").await, 0);
    assert!(house.get("/metrics").await.contains("aircall_webhooks_total{outcome=\"wrong_token\"} 2"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_cannot_be_read_waits_for_a_person() {
    let town = Town::new().await;
    let house = town.house().await;
    let odd = webhook(1, "call.ended", 1_772_457_630, |call| call["started_at"] = json!("<b>tomorrow</b>"));
    assert_eq!(house.post(odd).await, StatusCode::OK);
    let page = house.get("/").await;
    assert!(page.contains("`started_at` is text where") || page.contains("started_at"), "{page}");
    assert!(!page.contains("tomorrow"));
    assert_eq!(house.press("/events/1/read").await, StatusCode::OK);
    assert_eq!(house.figure("unreadable_events").await, 1);
    assert_eq!(house.press("/events/2/drop").await, StatusCode::OK);
    assert_eq!(house.figure("unreadable_events").await, 0);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_webhooks_of_one_call_at_once_are_one_task() {
    let town = Town::new().await;
    let house = town.house().await;
    let told = [
        webhook(7, "call.answered", 1_772_457_510, |call| call["ended_at"] = Value::Null),
        webhook(7, "call.ended", 1_772_457_630, |_| {}),
        webhook(7, "call.tagged", 1_772_457_640, |call| call["tags"] = json!([{"id": 1, "name": "VIP"}])),
        webhook(7, "call.commented", 1_772_457_650, |call| {
            call["tags"] = json!([{"id": 1, "name": "VIP"}]);
            call["comments"] = note("Wants <b>two</b>.");
        }),
    ];
    let posts = (0..40).map(|n| house.post(told[(n * 7) % 4].clone()));
    let answers = futures_util::future::join_all(posts).await;
    assert!(answers.iter().all(|answer| *answer == StatusCode::OK));
    house.quiet().await;
    let tasks = town.tasks();
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0]["Description"], "Jonas Weber hat einen neuen Kommentar hinzugefügt:\nWants <b>two</b>.");
    assert!(tasks[0]["CallDisposition"].as_str().unwrap().starts_with("['VIP', 'aircall', 'inbound'"));
    assert_eq!(tasks[0]["CallDurationInSeconds"], 90);
    let page = house.get("/").await;
    assert!(page.contains("Wants &lt;b&gt;two&lt;/b&gt;.") && !page.contains("<b>two"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passing_errors_pass() {
    let town = Town::new().await;
    town.switch(json!({"fail_one_write_in": 1, "failures": ["row_locked", "unavailable"]}));
    let house = town.house().await;
    house.post(SAMPLE).await;
    let failed = "calls_total{outcome=\"to_be_retried\"}";
    house.until("it failed often", async || house.get("/metrics").await.contains(failed)).await;
    house.until("it failed often", async || house.figure(failed).await >= 3).await;
    let page = house.get("/").await;
    assert!(page.contains("Salesforce answered with status"), "{page}");
    assert!(town.tasks().is_empty());
    town.switch(json!({}));
    house.quiet().await;
    assert_eq!(town.tasks().len(), 1);
    assert!(!house.get("/").await.contains("In trouble"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_makes_no_second_task_and_no_second_contact() {
    let town = Town::new().await;
    town.switch(json!({"fail_one_write_in": 1, "failures": ["answer_lost"]}));
    let house = town.house().await;
    house.post(SAMPLE).await;
    house.post(SAMPLE.replace("+33 1 99 00 12 34", "+33 1 99 00 55 55").replace("780836754", "780836755")).await;
    house.quiet().await;
    assert_eq!(town.tasks().len(), 2);
    assert_eq!(town.stand_in.records(Table::Contact).len(), 4);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_forgot_finds_the_task_again() {
    let town = Town::new().await;
    for _ in 0..2 {
        let house = town.house().await;
        house.post(SAMPLE).await;
        house.quiet().await;
        house.close().await;
    }
    assert_eq!(town.tasks().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_org_refuses_is_parked_until_somebody_has_seen_to_it() {
    let town = Town::new().await;
    town.switch(json!({"hidden_fields": ["Task.Type"]}));
    let house = town.house().await;
    house.post(SAMPLE).await;
    house.until("it is parked", async || house.figure("parked_calls").await == 1).await;
    let page = house.get("/").await;
    assert!(page.contains("`INVALID_FIELD`"), "{page}");
    town.switch(json!({}));
    assert_eq!(house.press("/calls/780836754/retry").await, StatusCode::OK);
    house.quiet().await;
    assert_eq!(house.figure("parked_calls").await, 0);
    assert_eq!(town.tasks().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_is_followed_by_another() {
    let town = Town::new().await;
    let house = town.house().await;
    house.post(webhook(1, "call.ended", 1_772_457_630, |_| {})).await;
    house.quiet().await;
    let out = town.org.join("stand-in/sign-out").unwrap();
    assert!(house.http.post(out).send().await.unwrap().status().is_success());
    house.post(webhook(2, "call.ended", 1_772_457_630, |_| {})).await;
    house.quiet().await;
    assert_eq!(town.tasks().len(), 2);
    assert_eq!(house.figure("calls_total{outcome=\"written\"}").await, 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_wrong_credentials_calls_wait() {
    let town = Town::new().await;
    let mut config = town.config(SETTINGS, ":memory:");
    config.salesforce.as_mut().unwrap().client_secret = "not this".to_owned();
    let house = House::open(config).await;
    assert_eq!(house.post(SAMPLE).await, StatusCode::OK);
    house.until("the page tells", async || house.get("/").await.contains("Salesforce refused to sign in")).await;
    assert_eq!(house.figure("parked_calls").await, 0);
    assert_eq!(house.figure("waiting_calls").await, 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_salesforce_is_away_calls_wait_and_outlast_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.sqlite");
    let town = Town::new().await;
    let mut config = town.config(SETTINGS, &file);
    config.salesforce.as_mut().unwrap().url = "http://127.0.0.1:9/".parse().unwrap();
    let house = House::open(config).await;
    assert_eq!(house.post(SAMPLE).await, StatusCode::OK);
    house.until("the page tells", async || house.get("/").await.contains("no answer from Salesforce")).await;
    assert_eq!(house.get("/healthz").await, "well\n");
    house.close().await;
    let house = House::open(town.config(SETTINGS, &file)).await;
    house.quiet().await;
    assert_eq!(town.tasks().len(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_what_may_still_be_on_its_way_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.sqlite");
    let town = Town::new().await;
    let store = Store::open(&file).unwrap();
    store.keep(780_836_754, SAMPLE.as_bytes().to_vec()).await.unwrap();
    store.intend(780_836_754, Fields::new(), None).await.unwrap();
    drop(store);
    let mut config = town.config(SETTINGS, &file);
    config.backoff.lost_answer = Duration::from_hours(1);
    let house = House::open(config).await;
    house.post(webhook(2, "call.ended", 1_772_457_630, |_| {})).await;
    let is_alone_left = async || town.tasks().len() == 1 && house.figure("waiting_calls").await == 1;
    house.until("the other call is written", is_alone_left).await;
    house.press("/retry").await;
    assert_eq!(house.figure("waiting_calls").await, 1);
    assert_eq!(town.tasks()[0]["CallObject"], "aircall:2");
    house.close().await;

    let house = House::open(town.config(SETTINGS, &file)).await;
    house.until("it is written, too", async || town.tasks().len() == 2).await;
    house.close().await;
}

/// The Tasks of as many calls from a number.
async fn eight_calls_at_once(town: &Town, house: &House, number: &str) -> Vec<Map<String, Value>> {
    let from = |call| webhook(call, "call.ended", 1_772_457_630, |data| data["raw_digits"] = json!(number));
    futures_util::future::join_all((1..=8).map(|call| house.post(from(call)))).await;
    house.quiet().await;
    let tasks = town.tasks();
    assert_eq!(tasks.len(), 8);
    tasks
}

#[tokio::test(flavor = "multi_thread")]
async fn two_calls_of_one_unknown_number_make_one_contact() {
    let town = Town::new().await;
    let house = town.house().await;
    let tasks = eight_calls_at_once(&town, &house, "+33 1 99 00 44 44").await;
    assert!(tasks.iter().all(|task| task["WhoId"] == tasks[0]["WhoId"]));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_calls_of_one_contact_make_one_case() {
    let town = Town::new().await;
    let mut settings: Value = serde_json::from_str(SETTINGS).unwrap();
    settings["relate_to"] = json!("case_or_create");
    settings["unknown_number"] = json!("do_nothing");
    let house = House::open(town.config(&settings.to_string(), ":memory:")).await;
    let cases = town.stand_in.records(Table::Case).len();
    // Emil Kranz has none.
    let tasks = eight_calls_at_once(&town, &house, "+49 30 23125 101").await;
    assert!(tasks.iter().all(|task| task["WhatId"] == tasks[0]["WhatId"] && task["WhatId"].is_string()));
    assert_eq!(town.stand_in.records(Table::Case).len(), cases + 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_wait_for_a_program_that_can_read_what_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.sqlite");
    let town = Town::new().await;
    let store = Store::open(&file).unwrap();
    store.keep(780_836_754, SAMPLE.as_bytes().to_vec()).await.unwrap();
    let newer =
        Settled::Written { history: r#"{"version": 99}"#.to_owned(), task: None, wrote: None, report: "{}".to_owned() };
    store.settle(780_836_754, Some(i64::MAX), newer).await.unwrap();
    drop(store);
    let house = House::open(town.config(SETTINGS, &file)).await;
    house.post(SAMPLE).await;
    house.until("it is parked", async || house.figure("parked_calls").await == 1).await;
    assert!(house.get("/").await.contains("Another version of this program stored it."));
    house.close().await;
    let store = Store::open(&file).unwrap();
    store.retry(Some(780_836_754)).await.unwrap();
    let claims = store.claim(1, BTreeSet::new()).await.unwrap();
    assert_eq!(claims[0].events.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_before_is_one_of_today() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.sqlite");
    drop(Store::open(&file).unwrap());
    rusqlite::Connection::open(&file).unwrap().execute("ALTER TABLE call DROP COLUMN outdated", []).unwrap();
    let store = Store::open(&file).unwrap();
    store.keep(1, SAMPLE.as_bytes().to_vec()).await.unwrap();
    assert_eq!(store.claim(1, BTreeSet::new()).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_in_vain_are_counted_by_cause() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.sqlite");
    let store = Store::open(&file).unwrap();
    store.keep(1, SAMPLE.as_bytes().to_vec()).await.unwrap();
    let failed = |is_outdated| Settled::Failed {
        history: None,
        due: Some(0),
        trouble: String::new(),
        is_outdated,
        refused: true,
        task: None,
    };
    for is_outdated in [false, false, true] {
        store.settle(1, Some(0), failed(is_outdated)).await.unwrap();
    }
    let claims = store.claim(1, BTreeSet::new()).await.unwrap();
    assert_eq!((claims[0].failures.attempts, claims[0].failures.outdated), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_typed_stays_and_what_they_deleted_does_not_come_back() {
    let town = Town::new().await;
    let house = town.house().await;
    house.post(webhook(1, "call.commented", 1_772_457_630, |call| call["comments"] = note("First."))).await;
    house.quiet().await;
    let task = town.tasks().remove(0);
    let (id, ours) = (task["Id"].as_str().unwrap(), task["Description"].as_str().unwrap());
    let org = Org::sign_in(&town, &house).await;
    org.patch(id, json!({"Description": format!("{ours}\nPaid on Monday.")})).await;
    house.post(webhook(1, "call.commented", 1_772_457_700, |call| call["comments"] = note("Second."))).await;
    house.quiet().await;
    let text = town.tasks()[0]["Description"].as_str().unwrap().to_owned();
    assert!(text.contains("Paid on Monday.") && text.contains("Second.") && !text.contains("First."), "{text}");

    org.delete(id).await;
    house.post(webhook(1, "call.tagged", 1_772_457_800, |call| call["tags"] = json!([{"id": 1, "name": "VIP"}]))).await;
    house.quiet().await;
    assert!(town.tasks().is_empty());
    assert!(house.get("/").await.contains("deleted in Salesforce"));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_that_failed_is_made_good() {
    let town = Town::new().await;
    let house = town.house().await;
    // Grace's record is the admin's: an answered call hands it to the agent, in a request of its own after the Task's.
    town.switch(json!({"fail_one_write_in": 2, "failures": ["unavailable"]}));
    house
        .post(webhook(1, "call.ended", 1_772_457_630, |call| {
            call["raw_digits"] = json!("+1 212-555-0142");
            call["number"]["country"] = json!("US");
        }))
        .await;
    house.quiet().await;
    assert_eq!(town.tasks().len(), 1);
    assert!(house.figure("calls_total{outcome=\"to_be_retried\"}").await >= 1);
    let contacts = town.stand_in.records(Table::Contact);
    let grace = contacts.iter().find(|contact| contact["LastName"] == "Example").unwrap();
    assert_eq!(grace["OwnerId"], "005000000000002AAA");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_is_written_has_its_rule() {
    let town = Town::new().await;
    let house = town.house().await;
    let whole = webhook(u64::MAX, "call.ended", 1_772_457_630, |call| {
        call["comments"] = note("A note.");
        call["asset"] = json!("https://assets.example.com/calls/1/recording");
        call["recording"] = json!("https://example.com/1.mp3");
        call["transferred_to"] = call["user"].clone();
    });
    house.post(whole).await;
    house.quiet().await;
    let page = house.get("/").await;
    assert!(page.contains("aircall:18446744073709551615"), "{page}");
    for rule in [
        "SUBJ", "DISP", "DESC", "OWN-1", "REC-1", "REC-4", "FIELD-1", "FIELD-2", "FIELD-3", "FIELD-4", "LOG-3",
        "LIMIT-5",
    ] {
        assert!(page.contains(rule), "no {rule} in {page}");
    }
    for number in 1..=10 {
        assert!(page.contains(&format!(">PKG-{number}<")), "no PKG-{number} in {page}");
    }
    assert!(!page.contains("<span class=\"rule\"></span>"));
    house.close().await;
}

/// Salesforce as somebody else uses it.
struct Org<'t> {
    town: &'t Town,
    http: reqwest::Client,
    token: String,
}

impl<'t> Org<'t> {
    async fn sign_in(town: &'t Town, house: &House) -> Self {
        let form = [("grant_type", "client_credentials"), ("client_id", "stand-in"), ("client_secret", "stand-in")];
        let url = town.org.join("services/oauth2/token").unwrap();
        let granted: Value = house.http.post(url).form(&form).send().await.unwrap().json().await.unwrap();
        Self { town, http: house.http.clone(), token: granted["access_token"].as_str().unwrap().to_owned() }
    }

    fn url(&self, id: &str) -> reqwest::Url {
        self.town.org.join(&format!("services/data/v60.0/sobjects/Task/{id}")).unwrap()
    }

    async fn patch(&self, id: &str, body: Value) {
        let sent = self.http.patch(self.url(id)).bearer_auth(&self.token).json(&body).send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::NO_CONTENT);
    }

    async fn delete(&self, id: &str) {
        let sent = self.http.delete(self.url(id)).bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::NO_CONTENT);
    }
}
