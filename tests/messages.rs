//! Tests the parsing of text messages and insights: what is read, and what is refused.

#[path = "support/objects.rs"]
mod objects;

use aircall_salesforce::aircall::{Direction, InsightKind, Message};
use aircall_salesforce::facts::Facts;
use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::request::{Batch, Checkpoint, Org};
use aircall_salesforce::rules::fields::{key_of, key_text};
use aircall_salesforce::{Action, Directory, Kind, Lookup, Settings, Webhook, needs, plan, plan_webhook};
use objects::with;
use serde_json::{Value, json};

fn sent() -> Value {
    json!({"resource": "message", "event": "message.sent", "timestamp": 1_780_059_600, "data": {
        "id": "SM123", "body": "Your order is ready.", "external_number": "+33 1 99 00 12 34",
        "sent_at": "2026-05-29T12:59:43.120Z",
        "number": {"id": 7, "name": "Support", "digits": "+49 30 23125123", "country": "DE"},
        "user": {"id": 102, "name": "Nora Helmer", "email": "nora.helmer@example.com"}
    }})
}

fn settings(more: &Value) -> Settings {
    let settings = with(json!({"admin": "005000000000001AAA", "messages": "completed"}), more.clone());
    Settings::from_json(&settings.to_string()).unwrap()
}

#[track_caller]
fn refused(webhook: &Value, message: &str) {
    let text = webhook.to_string();
    assert_eq!(Webhook::from_json(&text).unwrap_err().message(), message);
    // A webhook inside of a caller's own format.
    let inside = format!("[{text}]");
    let error = serde_json::from_str::<[Webhook<'_>; 1]>(&inside).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}

#[track_caller]
fn read(webhook: &Value, check: impl Fn(&Message<'_>)) {
    let text = webhook.to_string();
    let webhook = Webhook::from_json(&text).unwrap();
    assert_eq!(webhook.call, None);
    check(webhook.message.as_ref().unwrap());
}

#[test]
fn a_message_is_read_whole() {
    let mut webhook = sent();
    webhook["data"]["channel"] = json!("whatsapp");
    webhook["data"]["media_details"] = json!([{"file_name": "a.jpg", "presigned_url": "https://example.com/a"}, {}]);
    read(&webhook, |message| {
        assert_eq!((&*message.id, message.direction), ("SM123", Direction::Outbound));
        assert_eq!(message.sent_at.seconds(), 1_780_059_583);
        assert_eq!(
            (message.channel.as_deref(), message.body.as_deref()),
            (Some("whatsapp"), Some("Your order is ready."))
        );
        assert_eq!(message.external_number.as_deref(), Some("+33 1 99 00 12 34"));
        assert_eq!(message.user.as_ref().unwrap().name.as_deref(), Some("Nora Helmer"));
        assert_eq!(message.number.as_ref().unwrap().name.as_deref(), Some("Support"));
        let files: Vec<_> = message.media.iter().map(|media| media.file_name.as_deref()).collect();
        assert_eq!(files, [Some("a.jpg")]);
    });
}

#[test]
fn an_id_is_any_text_or_a_whole_number() {
    for (id, wanted) in [
        (json!("0b7f2c1e-4f0d-4c6e-9b57-3d2a6f1c8e01"), "0b7f2c1e-4f0d-4c6e-9b57-3d2a6f1c8e01"),
        (json!("007"), "007"),
        (json!(7), "7"),
        (json!(u64::MAX), "18446744073709551615"),
    ] {
        let mut webhook = sent();
        webhook["data"]["id"] = id;
        read(&webhook, |message| assert_eq!(message.id, wanted));
    }
}

#[test]
fn a_message_without_an_id_is_refused() {
    let expected = "a text or a whole number";
    for nothing in [json!(null), json!(""), json!(" "), json!({}), json!([])] {
        let mut webhook = sent();
        webhook["data"]["id"] = nothing;
        refused(&webhook, &format!("`id` is missing, expected {expected}"));
    }
    for (wrong, shape) in
        [(json!(true), "true or false"), (json!(1.5), "a number"), (json!(-1), "a number"), (json!([1]), "a list")]
    {
        let mut webhook = sent();
        webhook["data"]["id"] = wrong;
        refused(&webhook, &format!("`id` is {shape} where {expected} was expected"));
    }
}

#[test]
fn a_message_without_any_time_is_refused() {
    let expected = "a time in it, in `created_at` or in the webhook's `timestamp`";
    let mut webhook = sent();
    webhook["timestamp"] = json!(null);
    webhook["data"]["sent_at"] = json!(0);
    refused(&webhook, &format!("`sent_at` is missing, expected {expected}"));
    webhook["data"]["sent_at"] = json!("yesterday");
    webhook["timestamp"] = json!("today");
    refused(&webhook, &format!("`sent_at` is a text where {expected} was expected"));
    webhook["data"]["sent_at"] = json!(i64::MAX);
    refused(&webhook, &format!("`sent_at` is a time out of range where {expected} was expected"));
}

#[test]
fn data_that_is_no_message_is_refused_with_its_shape() {
    for (data, message) in [
        (json!([1]), "`data` is a list where a message was expected"),
        (json!("x"), "`data` is a text where a message was expected"),
        (json!(7), "`data` is a number where a message was expected"),
        (json!({}), "`id` is missing, expected a text or a whole number"),
        (json!(null), "`id` is missing, expected a text or a whole number"),
    ] {
        refused(&json!({"resource": "message", "event": "message.sent", "data": data}), message);
    }
    refused(&json!({"resource": "message", "event": "message.sent"}), "`data` is missing, expected a message");
}

#[test]
fn an_error_of_a_message_has_its_place() {
    let text = "{\"resource\": \"message\", \"event\": \"message.sent\",\n\"data\": {\"id\":\n [1]}}";
    let error = Webhook::from_json(text).unwrap_err();
    assert_eq!((error.line(), error.column()), (3, 4), "{error}");
}

#[test]
fn the_keys_of_a_webhook_have_any_order() {
    let text = sent().to_string();
    let wanted = Webhook::from_json(&text).unwrap();
    for order in [["data", "event", "resource"], ["event", "data", "resource"], ["resource", "data", "event"]] {
        let webhook: serde_json::Map<_, _> =
            order.into_iter().chain(["timestamp"]).map(|key| (key.to_owned(), sent()[key].clone())).collect();
        let text = Value::Object(webhook).to_string();
        assert_eq!(Webhook::from_json(&text).unwrap(), wanted, "{order:?}");
    }
    let inside: Webhook<'_> = serde_json::from_str(&text).unwrap();
    assert_eq!(inside, wanted);
}

#[test]
fn the_webhook_has_the_time_of_its_message() {
    let mut webhook = sent();
    webhook["timestamp"] = json!(1_780_059_600_123_u64);
    let text = webhook.to_string();
    assert_eq!(Webhook::from_json(&text).unwrap().timestamp.unwrap().seconds(), 1_780_059_600);
    // The times of calls are seconds: HIST-3 counts milliseconds as no time.
    let call = json!({"event": "call.ended", "timestamp": 1_780_059_600_123_u64,
        "data": {"id": 1, "direction": "inbound", "started_at": 1_772_457_500}});
    assert_eq!(Webhook::from_json(&call.to_string()).unwrap().timestamp, None);
}

#[test]
fn a_text_that_is_the_json_of_an_object_is_read() {
    let mut webhook = sent();
    webhook["data"]["user"] = json!(r#"{"id": 1, "name": "Nora Helmer"}"#);
    webhook["data"]["media_details"] = json!(r#"[{"file_name": "a.jpg"}]"#);
    read(&webhook, |message| {
        assert_eq!(message.user.as_ref().unwrap().name.as_deref(), Some("Nora Helmer"));
        assert_eq!(message.media[0].file_name.as_deref(), Some("a.jpg"));
    });
}

#[test]
fn a_body_of_five_megabytes_is_cut() {
    let mut webhook = sent();
    webhook["data"]["body"] = json!("é".repeat(2_500_000));
    let text = webhook.to_string();
    let (webhook, settings, directory) =
        (Webhook::from_json(&text).unwrap(), settings(&json!({})), Directory::default());
    let plan = plan_webhook(&webhook, &directory, &settings);
    let Action::Create(create) = &plan.action else { panic!("a message without a Task") };
    assert_eq!(create.task.description.as_ref().unwrap().chars().count(), 32_000);
    let cut: Vec<_> = plan.notices.iter().map(|notice| (notice.rule, notice.dropped)).collect();
    assert!(cut.contains(&("DESC-5", Some(2_468_000))), "{cut:?}");
}

#[test]
fn a_message_is_planned_by_itself() {
    let text = sent().to_string();
    let webhook = Webhook::from_json(&text).unwrap();
    let message = webhook.message.as_deref().unwrap();
    let (settings, directory) = (settings(&json!({})), Directory::default());
    assert_eq!(plan(message, &directory, &settings), plan_webhook(&webhook, &directory, &settings));
    let facts = Facts::new(message).unwrap();
    assert_eq!((facts.kind, facts.is_answered()), (Kind::MessageSent, true));
    assert!(facts.call().is_none());
}

#[test]
fn the_task_of_a_message_is_asked_for_by_its_key() {
    let text = sent().to_string();
    let webhook = Webhook::from_json(&text).unwrap();
    let message = webhook.message.as_deref().unwrap();
    let settings = settings(&json!({"call_id_field": "CallObject"}));
    let needs = needs(message, &settings);
    assert_eq!(needs.key, TaskKey::Message("SM123".to_owned()));
    assert_eq!(needs.emails, ["nora.helmer@example.com"]);
    let mut batch = Batch::new(&settings, Org::default());
    assert!(batch.add(message, Checkpoint::default()));
    assert!(!batch.add(message, Checkpoint::default()));
    let search = batch.requests().remove(0);
    batch.answer(&search, 200, r#"{"searchRecords": []}"#);
    let composite = batch.requests().remove(0);
    let queries = composite.body.as_deref().unwrap();
    assert!(queries.contains("nora.helmer%40example.com"), "{queries}");
    assert!(queries.contains("CallObject%20IN%20%28%27aircall%3Amessage%3ASM123%27%29"), "{queries}");
    let task = json!({"Id": "00T000000000001EAA", "Subject": "SMS", "CallObject": "aircall:message:SM123"});
    let part = |rows: Value| json!({"httpStatusCode": 200, "body": {"done": true, "records": rows}});
    let answers = ["q0", "q1"].map(|id| {
        let asks_for_task = queries.split(id).next().unwrap().rsplit("url").next().unwrap().contains("Task");
        part(if asks_for_task { json!([task]) } else { json!([]) })
    });
    batch.answer(&composite, 200, &json!({"compositeResponse": answers}).to_string());
    batch.requests();
    let directory = batch.into_outcomes().0.remove(0).directory;
    assert!(directory.task(&needs.key).is_some());
    assert_eq!(directory.task(&TaskKey::Call(123)), None);
}

#[test]
fn a_key_is_written_and_read() {
    for (key, text) in [
        (TaskKey::Call(7), "aircall:7"),
        (TaskKey::Message("7".to_owned()), "aircall:message:7"),
        (TaskKey::Message("message:7".to_owned()), "aircall:message:message:7"),
    ] {
        assert_eq!(key_text(&key), text);
        assert_eq!(key_of(text), Some(key));
    }
    assert_eq!(key_text(&TaskKey::Message("a\n b ".to_owned())), "aircall:message:a  b");
    for text in ["", "aircall:", "aircall:x", "aircall:007", "aircall:message:a ", "message:7"] {
        assert_eq!(key_of(text), None, "{text}");
    }
}

// Insights

fn insight(event: &str, data: &Value) -> Value {
    json!({"resource": "conversation_intelligence", "event": event, "timestamp": 1_780_059_700, "data": data})
}

/// Returns the call's id, the kind and the texts of an insight, or `None` if there is none.
#[track_caller]
fn said(webhook: &Value) -> Option<(u64, InsightKind, Vec<String>)> {
    let text = webhook.to_string();
    let webhook = Webhook::from_json(&text).unwrap();
    assert_eq!((&webhook.call, &webhook.message), (&None, &None));
    let insight = webhook.insight?;
    Some((insight.call_id, insight.kind, insight.texts.iter().map(ToString::to_string).collect()))
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[test]
fn every_kind_of_insight_is_read() {
    let content = |content: Value| json!({"id": "81330000", "call_id": "7", "content": content});
    for (event, data, kind, wanted) in [
        ("summary.created", content(json!("An offer.")), InsightKind::Summary, texts(&["An offer."])),
        ("topics.created", content(json!(["Offer", " ", "Price"])), InsightKind::Topics, texts(&["Offer", "Price"])),
        ("action_item.created", content(json!("Call")), InsightKind::ActionItems, texts(&["Call"])),
        ("action_item.created", content(json!(["Call", "Write"])), InsightKind::ActionItems, texts(&["Call", "Write"])),
        ("topics.created", content(json!("[\"Offer\"]")), InsightKind::Topics, texts(&["Offer"])),
        ("summary.created", content(json!("[sic] An offer.")), InsightKind::Summary, texts(&["[sic] An offer."])),
    ] {
        assert_eq!(said(&insight(event, &data)), Some((7, kind, wanted)), "{event}");
    }
    let participants = json!({"call_id": 7, "participants": [
        {"participant_type": "internal", "value": "NEGATIVE"}, {"participant_type": "external", "value": "POSITIVE"},
        {"type": "external", "value": "NEUTRAL"}, {"type": "ai_voice_agent", "value": "NEGATIVE"}, {"value": "NEGATIVE"}
    ]});
    let wanted = Some((7, InsightKind::Sentiment, texts(&["POSITIVE", "NEUTRAL"])));
    assert_eq!(said(&insight("sentiment.created", &participants)), wanted);
}

#[test]
fn an_insight_names_its_call_in_every_form() {
    for data in
        [json!({"call_id": 7}), json!({"call_id": "7"}), json!({"call": {"id": 7}}), json!({"call": {"id": "7"}})]
    {
        assert_eq!(said(&insight("summary.created", &data)).map(|(call, ..)| call), Some(7), "{data}");
    }
    for data in [json!({}), json!({"call_id": "CA7"}), json!({"call_id": [7]}), json!([]), json!("x"), json!(null)] {
        assert_eq!(said(&insight("summary.created", &data)), None, "{data}");
    }
}

#[test]
fn another_event_or_shape_of_insights_says_nothing() {
    for event in ["transcription.created", "custom_summary.result_created", "summary.updated"] {
        assert_eq!(said(&insight(event, &json!({"call_id": 7, "content": "x"}))), None, "{event}");
    }
    for data in [
        json!({"call_id": 7, "participants": "POSITIVE"}),
        json!({"call_id": 7, "participants": {"external": "POSITIVE"}}),
        json!({"call_id": 7, "participants": ["POSITIVE"]}),
        json!({"call_id": 7, "participants": [{"participant_type": "external", "value": 1}]}),
        json!({"call_id": 7, "content": "POSITIVE"}),
    ] {
        assert_eq!(said(&insight("sentiment.created", &data)), Some((7, InsightKind::Sentiment, vec![])), "{data}");
    }
    for content in [json!({"text": "x"}), json!(7), json!([7, {"a": 1}]), json!(" ")] {
        let data = json!({"call_id": 7, "content": content});
        assert_eq!(said(&insight("summary.created", &data)), Some((7, InsightKind::Summary, vec![])), "{data}");
    }
}
