//! Tests what is kept between webhooks, and which webhooks are ignored.

use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::rules::logging::Skip;
use aircall_salesforce::{CallHistory, Settings, Webhook};
use history::{History, key};
use serde_json::{Value, json};

const CALL: &str = include_str!("../../data/webhooks/call_ended.json");
const SENT: &str = include_str!("../../data/webhooks/message_sent.json");
const SUMMARY: &str = include_str!("../../data/webhooks/summary_created.json");
const STATUS: &str = include_str!("../../data/webhooks/message_status_updated.json");
const GROUP: &str = include_str!("../../data/webhooks/group_message_sent.json");
const NO_MESSAGES: &str = r#"{"admin": "005000000000001AAA"}"#;
const MESSAGES: &str =
    r#"{"admin": "005000000000001AAA", "messages": "completed", "exclude": {"numbers": ["+331990099*"]}}"#;

fn changed(webhook: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut webhook: Value = serde_json::from_str(webhook).unwrap();
    change(&mut webhook);
    webhook.to_string()
}

fn history(webhook: &str) -> History {
    History::new(webhook.as_bytes()).unwrap()
}

#[track_caller]
fn assert_key(webhook: &str, settings: &str, expected: &Result<TaskKey, Skip>) {
    let settings = Settings::from_json(settings).unwrap();
    assert_eq!(key(&Webhook::from_json(webhook).unwrap(), &settings), *expected);
}

#[test]
fn a_webhook_has_the_key_of_its_task() {
    let message = || TaskKey::Message("0b7f2c1e-4f0d-4c6e-9b57-3d2a6f1c8e01".to_owned());
    assert_key(CALL, NO_MESSAGES, &Ok(TaskKey::Call(3_811_600_000)));
    assert_key(SUMMARY, NO_MESSAGES, &Ok(TaskKey::Call(3_811_600_000)));
    assert_key(SENT, MESSAGES, &Ok(message()));
    assert_key(SENT, NO_MESSAGES, &Err(Skip::Workflow));
    let excluded = changed(SENT, |webhook| webhook["data"]["external_number"] = json!("+33 1 99 00 99 01"));
    assert_key(&excluded, MESSAGES, &Err(Skip::Excluded));
    assert_key(STATUS, MESSAGES, &Err(Skip::MessageStatus));
    assert_key(GROUP, MESSAGES, &Err(Skip::GroupMessage));
    assert_key(r#"{"resource": "user", "event": "user.created", "data": {}}"#, MESSAGES, &Err(Skip::NotACall));
}

#[test]
fn a_stored_text_is_read_as_what_it_was() {
    // The text of a call is the history that earlier versions stored.
    let call = CallHistory::new(&Webhook::from_json(CALL).unwrap()).unwrap();
    let call = serde_json::to_string(&call).unwrap();
    assert_eq!(history(CALL).to_text(), call);
    assert!(matches!(History::from_text(&call), Ok(History::Call(_))));
    assert_eq!(History::from_text(&call).unwrap().to_text(), call);
    assert!(matches!(History::from_text(SENT), Ok(History::Message(_))));
    assert_eq!(history(SENT).to_text(), SENT);
    assert!(History::from_text(r#"{"version": 99}"#).is_err());
    assert!(History::from_text(CALL).is_err());
}

#[test]
fn the_newest_webhook_of_a_message_counts_in_any_order() {
    let at = |second: u64, body: &str| {
        changed(SENT, |webhook| {
            webhook["timestamp"] = json!(second);
            webhook["data"]["body"] = json!(body);
        })
    };
    let (old, one, other) = (at(1_780_059_584, "z"), at(1_780_059_590, "a"), at(1_780_059_590, "b"));
    let mut merged = history(&old);
    assert!(merged.merge(history(&one)).unwrap());
    assert!(merged.merge(history(&other)).unwrap());
    assert!(!merged.merge(history(&other)).unwrap());
    assert_eq!(merged.to_text(), other);
    let mut merged = history(&other);
    assert!(!merged.merge(history(&one)).unwrap());
    assert!(!merged.merge(history(&old)).unwrap());
    assert_eq!(merged.to_text(), other);
    assert!(merged.merge(history(CALL)).is_err());
}

#[test]
fn the_task_changes_with_what_the_settings_write() {
    let silent = Settings::from_json(NO_MESSAGES).unwrap();
    let asked = Settings::from_json(r#"{"admin": "005000000000001AAA", "insights": ["summary"]}"#).unwrap();
    let mut merged = history(SUMMARY);
    assert_eq!((merged.item().is_none(), merged.task(&asked)), (true, None));
    assert!(merged.merge(history(CALL)).unwrap());
    assert_eq!(merged.task(&silent), history(CALL).task(&silent));
    assert_ne!(merged.task(&asked), history(CALL).task(&asked));
    assert_eq!(history(SENT).task(&silent), None);
}
