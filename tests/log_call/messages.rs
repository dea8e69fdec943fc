//! Tests messages and insights through the program, and the samples of `examples/data/webhooks`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use aircall_salesforce::{CallHistory, Directory, Settings, Webhook, plan, plan_webhook};
use serde_json::{Value, json};

use super::{Ran, bundled, file, library, parsed, run};

fn sample(name: &str) -> String {
    bundled(&format!("webhooks/{name}.json"))
}

fn sample_path(name: &str) -> String {
    format!("{}/examples/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The command of the README.
#[test]
fn a_message_is_mapped_by_one_command() {
    let [message, settings, directory] =
        ["webhooks/message_sent.json", "messages.json", "directory.json"].map(sample_path);
    let Ran { code, out, err } = run(&[&message, "--settings", &settings, "--directory", &directory], "");
    assert_eq!(code, 0, "{err}");
    assert!(
        err.starts_with("message 0b7f2c1e-4f0d-4c6e-9b57-3d2a6f1c8e01: message_sent\na Task is created\n"),
        "{err}"
    );
    let plan: Value = serde_json::from_str(&out).unwrap();
    let wanted = library(&sample("message_sent"), &bundled("directory.json"), &bundled("messages.json"));
    assert_eq!(plan, wanted);
    assert_eq!(plan["task"]["Subject"], "SMS sent from Jonas Weber via Support Berlin to Ada Lovelace");
    assert_eq!(plan["task"]["Description"], "Your invoice of March is ready.\n[invoice.pdf]");
}

#[test]
fn a_line_of_a_message_names_the_message() {
    let settings: Value = serde_json::from_str(&bundled("messages.json")).unwrap();
    let case = |name: &str, directory: &Value| {
        let webhook: Value = serde_json::from_str(&sample(name)).unwrap();
        json!({"webhook": webhook, "settings": settings, "directory": directory}).to_string()
    };
    let id = "0b7f2c1e-4f0d-4c6e-9b57-3d2a6f1c8e01";
    let task = json!({"tasks": [{"id": "00T000000000001EAA", "message": id, "wrote": {"Status": "Completed"}}]});
    let lines = [case("message_sent", &task), case("group_message_sent", &json!({}))].join("\n");
    let Ran { code, out, err } = run(&["--ndjson", "--wrote"], lines);
    assert_eq!(code, 0, "{err}");
    let mapped = parsed(&out);
    assert_eq!(mapped[0]["message"], id);
    assert_eq!(mapped[0].get("call"), None);
    assert_eq!(mapped[0]["plan"]["action"], "update");
    assert_eq!(mapped[0]["plan"]["wrote"]["Status"], "Completed", "what the directory has of the message");
    assert_eq!(mapped[1], json!({"plan": {"action": "skip", "skip": "group_message", "because": {}, "notices": []}}));
}

#[test]
fn messages_come_after_the_calls() {
    let call = json!({"event": "call.ended", "timestamp": 1_772_457_600, "data": {"id": 9, "direction": "inbound",
        "started_at": 1_772_457_500, "ended_at": 1_772_457_590}});
    let summary = |call: u64, text: &str| {
        json!({"event": "summary.created", "timestamp": 1_772_457_700,
        "data": {"id": 1, "call_id": call, "content": text}})
    };
    let message = |id: &str, timestamp: u64, body: &str| {
        json!({"event": "message.sent", "timestamp": timestamp,
        "data": {"id": id, "body": body}})
    };
    let mut lines = [
        message("B", 1_772_457_601, "newer"),
        message("B", 1_772_457_600, "older"),
        message("A", 1_772_457_600, "one"),
        message("A", 1_772_457_600, "two"),
        summary(9, "An offer."),
        call,
        summary(8, "A summary for a call that never comes."),
        json!({"event": "message.status_updated", "timestamp": 1_772_457_700, "data": {"id": "A"}}),
    ]
    .map(|line| line.to_string());
    let settings = file("messages_come_after_the_calls.json", bundled("messages.json"));
    let mapped = |lines: &[String]| {
        let Ran { code, out, err } = run(&["--events", "--settings", &settings], lines.join("\n"));
        assert_eq!((code, err.as_str()), (0, ""));
        out
    };
    let out = mapped(&lines);
    let plans = parsed(&out);
    let keys: Vec<_> = plans.iter().map(|line| (line["call"].clone(), line["message"].clone())).collect();
    let null = Value::Null;
    let wanted = [(json!(8), null.clone()), (json!(9), null.clone()), (null.clone(), json!("A")), (null, json!("B"))];
    assert_eq!(keys, wanted);
    let skip = json!({"action": "skip", "skip": "not_yet", "because": {}, "notices": []});
    assert_eq!(plans[0]["plan"], skip);
    let descriptions: Vec<_> = plans.iter().map(|line| &line["plan"]["task"]["Description"]).collect();
    assert_eq!(descriptions[1..], ["AI summary:\nAn offer.", "two", "newer"]);
    lines.reverse();
    assert_eq!(mapped(&lines), out, "in any order");
}

#[test]
fn a_message_that_cannot_be_read_is_named() {
    let Ran { code, out, err } = run(&["-"], r#"{"event": "message.sent", "data": {"id": "x"}}"#);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.starts_with("log_call: -: `sent_at` is missing, expected a time in it"), "{err}");
}

/// Every sample of `examples/data/webhooks`, by itself: the action or the reason to skip.
#[test]
fn the_samples_are_planned() {
    let wanted = BTreeMap::from([
        ("action_item_created.json", "not_a_call"),
        ("call_ended.json", "create"),
        ("group_message_sent.json", "group_message"),
        ("message_received.json", "create"),
        ("message_sent.json", "create"),
        ("message_status_updated.json", "message_status"),
        ("sentiment_created.json", "not_a_call"),
        ("summary_created.json", "not_a_call"),
        ("topics_created.json", "not_a_call"),
    ]);
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data");
    let settings = Settings::from_json(&fs::read_to_string(data.join("messages.json")).unwrap()).unwrap();
    let directory = Directory::from_json(&fs::read_to_string(data.join("directory.json")).unwrap()).unwrap();
    let mut planned = BTreeMap::new();
    let mut history: Option<CallHistory> = None;
    for entry in fs::read_dir(data.join("webhooks")).unwrap() {
        let path = entry.unwrap().path();
        let body = fs::read(&path).unwrap();
        let webhook = Webhook::from_slice(&body).unwrap();
        let plan = serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap();
        assert_eq!(plan["notices"], json!([]), "{}", path.display());
        let result = plan.get("skip").unwrap_or(&plan["action"]).as_str().unwrap().to_owned();
        planned.insert(path.file_name().unwrap().to_str().unwrap().to_owned(), result);
        match (&mut history, CallHistory::new(&webhook)) {
            (Some(known), Ok(next)) => drop(known.merge(next).unwrap()),
            (None, Ok(next)) => history = Some(next),
            (_, Err(_)) => {}
        }
    }
    assert!(planned.iter().map(|(name, result)| (&**name, &**result)).eq(wanted), "{planned:?}");
    let history = history.unwrap();
    let call = history.call().unwrap();
    let plan = serde_json::to_value(plan(&call, &directory, &settings)).unwrap();
    let wanted = "Find the recording here: https://assets.example.com/calls/3811600000/recording\n\n\
                  AI summary:\nAda Lovelace asks for an offer.\nJonas Weber promises it by Friday.\n\n\
                  Topics:\nOffer, Delivery\n\nAction items:\n- Send the offer by Friday\n\nSentiment:\nPOSITIVE";
    assert_eq!(plan["task"]["Description"], wanted);
}
