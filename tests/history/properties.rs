//! Tests generated streams: any event, any field in any form, several events in the same second.

use std::cell::Cell;
use std::collections::BTreeMap;

use aircall_salesforce::Settings;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use crate::{absorb, history, history_of, is_list, orders, planned, settings, stored};

const START: i64 = 1_772_457_500;

/// The possible JSON values of each field. `""` leaves out the key.
const FIELDS: [(&str, &[&str]); 16] = [
    ("answered_at", &["", "null", "1772457505", "1772457506"]),
    ("ended_at", &["", "null", "1772457520", "1772457521"]),
    ("missed_call_reason", &["", "null", "\"short_abandoned\"", "\"a reason of tomorrow\""]),
    ("raw_digits", &["", "\"\"", "\"+33 1 99 00 12 34\"", "\"anonymous\""]),
    ("user", PEOPLE),
    (
        "number",
        &[
            "",
            "{}",
            r#"{"id":1,"name":"Support"}"#,
            r#"{"id":1,"digits":"+49 30 23125042","country":"DE","time_zone":"Europe/Berlin"}"#,
            r#"{"id":2,"name":"Sales","digits":"+33 1 99 00 12 35"}"#,
            r#"{"name":"No id","country":"FR"}"#,
        ],
    ),
    ("contact", &["", "null", r#"{"id":5,"first_name":"Rosa"}"#, r#"{"id":5,"last_name":"Lindt"}"#]),
    (
        "comments",
        &[
            "",
            "null",
            "[]",
            r#"[{"id":1,"content":"First","posted_at":1772457525,"posted_by":{"id":1}}]"#,
            r#"[{"id":1,"content":"First, edited","posted_by":{"id":2,"name":"Ben Sauer"}},{"id":"2","content":"Second","posted_at":1772457526}]"#,
            r#"[{"content":"No id"},{"id":"x","content":" "},{"id":2}]"#,
        ],
    ),
    (
        "tags",
        &[
            "",
            "null",
            "[]",
            r#"[{"id":1,"name":"VIP","tagged_by":{"id":1,"name":"Ada Moreau"},"tagged_at":1772457501}]"#,
            r#"[{"id":1,"name":"VIP","tagged_by":{},"tagged_at":1772457501},{"id":2,"name":"Billing","tagged_by":{"id":2},"tagged_at":1772457503}]"#,
            r#"[{"id":2,"name":"Billing","created_at":1772457503}]"#,
            r#"[{"name":"No id"},{"id":1,"name":"VIP"},{"id":1,"name":"VIP"}]"#,
        ],
    ),
    (
        "participants",
        &[
            "",
            "[]",
            r#"[{"type":"user","id":"1","name":"Ada"},{"type":"external","phone_number":"+33 1 99 00 12 34"}]"#,
            r#"[{"type":"user"},{"type":"contact"},{"type":"external"}]"#,
        ],
    ),
    ("transferred_by", PEOPLE),
    ("transferred_to", PEOPLE),
    ("asset", &["", "null", "\"https://assets.example.com/1\""]),
    ("recording_short_url", &["", "\"https://example.com/1\"", "\"https://example.com/2\""]),
    ("voicemail", &["", "null", "\"https://example.com/v?a=1&b=2\""]),
    ("recording", &["", "null", "\"https://example.com/r\""]),
];

const PEOPLE: &[&str] = &[
    "",
    "null",
    "{}",
    r#"{"id":1,"name":"Ada Moreau","email":"ada.moreau@example.com"}"#,
    r#"{"id":"1"}"#,
    r#"{"id":2,"name":"Ben Sauer"}"#,
    r#"{"name":"No id"}"#,
    r#"{"extension":"12"}"#,
];

const EVENTS: [Option<&str>; 9] = [
    None,
    Some("call.created"),
    Some("call.answered"),
    Some("call.transferred"),
    Some("call.ended"),
    Some("call.commented"),
    Some("call.tagged"),
    Some("call.untagged"),
    Some("call.of_tomorrow"),
];

/// Generates a webhook of this second, or without a time.
fn webhook(second: impl Strategy<Value = Option<i64>>) -> impl Strategy<Value = Value> {
    let fields: Vec<_> = FIELDS.iter().map(|(_, texts)| 0..texts.len()).collect();
    (prop::sample::select(&EVENTS[..]), second, fields).prop_map(|(event, second, choices)| {
        let mut data = Map::from_iter([
            ("id".to_owned(), json!(7)),
            ("direction".to_owned(), json!("inbound")),
            ("started_at".to_owned(), json!(START)),
        ]);
        for ((field, texts), choice) in FIELDS.iter().zip(choices) {
            if !texts[choice].is_empty() {
                data.insert((*field).to_owned(), serde_json::from_str(texts[choice]).unwrap());
            }
        }
        json!({"resource": "call", "event": event, "timestamp": second.map(|second| START + second), "data": data})
    })
}

/// Generates a webhook of Aircall's AI about the call, in every form that is read, and in others.
fn insight() -> impl Strategy<Value = Value> {
    let kind = select(&["summary", "topics", "action_item", "sentiment"][..]);
    let content = select(&["null", "\" \"", "\"One\"", "\"Two\"", "[\"One\",\"Two\"]", "{\"a\":1}"][..]);
    let word = select(&["null", "\"POSITIVE\"", "\"NEGATIVE\""][..]);
    let id = select(&["null", "1", "\"1\"", "\"x\""][..]);
    let time = || prop::option::weighted(0.8, 0..6_i64);
    (kind, content, word, id, time(), time()).prop_map(|(kind, content, word, id, second, created)| {
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        json!({
            "resource": "conversation_intelligence", "event": format!("{kind}.created"),
            "timestamp": second.map(|second| START + second),
            "data": {
                "id": json(id), "call_id": 7, "created_at": created.map(|second| (START + second) * 1_000),
                "content": json(content), "participants": [{"participant_type": "external", "value": json(word)}]
            }
        })
    })
}

/// Generates webhooks from a few seconds, so that many have the same second. Some are of Aircall's
/// AI.
fn webhooks(most: usize) -> impl Strategy<Value = Vec<Value>> {
    let call = webhook(prop::option::weighted(0.9, 0..6_i64));
    prop::collection::vec(prop_oneof![3 => call, 1 => insight()], 1..=most)
}

/// Returns settings that write everything that Aircall's AI says.
fn all_insights(more: &Value) -> Settings {
    let mut all =
        json!({"admin": "005000000000001AAA", "insights": ["sentiment", "summary", "topics", "action_items"]});
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    settings(&all)
}

#[track_caller]
fn check<S: Strategy>(share: u32, strategy: &S, test: impl Fn(S::Value)) {
    let cases = (Config::default().cases / share).max(1);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let holds = |value| {
        test(value);
        Ok(())
    };
    runner.run(strategy, holds).unwrap();
}

#[test]
fn every_order_results_in_the_same_call() {
    let settings = all_insights(&json!({"edition": "2025"}));
    let (tried, absorbed) = (Cell::new(0_u64), Cell::new(0_u64));
    check(4, &webhooks(5), |webhooks| {
        let wanted = history_of(&webhooks);
        let plan = planned(&wanted, &settings);
        for order in orders(webhooks.len()) {
            let got = history_of(order.iter().map(|&place| &webhooks[place]));
            assert_eq!(got, wanted);
            assert_eq!(got.call(), wanted.call());
            assert_eq!(planned(&got, &settings), plan);
            tried.set(tried.get() + 1);
            absorbed.set(absorbed.get() + order.len() as u64);
        }
    });
    println!("small streams: {} events absorbed in {} orders", absorbed.get(), tried.get());
}

#[test]
fn any_order_with_repetitions_and_a_store_between_results_in_the_same_call() {
    let settings = all_insights(&json!({"recording_link": "direct"}));
    let absorbed = Cell::new(0_u64);
    let again = |webhooks: Vec<Value>| {
        let copies: Vec<Value> = webhooks.iter().flat_map(|webhook| [webhook.clone(), webhook.clone()]).collect();
        (Just(webhooks), Just(copies).prop_shuffle())
    };
    check(2, &webhooks(25).prop_flat_map(again), |(webhooks, shuffled)| {
        let wanted = history_of(&webhooks);
        let mut got = history(&shuffled[0]);
        for webhook in &shuffled {
            absorb(&mut got, webhook);
            got = stored(&got);
        }
        assert_eq!(got, wanted);
        assert_eq!(planned(&got, &settings), planned(&wanted, &settings));
        assert!(webhooks.iter().all(|webhook| !absorb(&mut got, webhook)));
        absorbed.set(absorbed.get() + (webhooks.len() + 2 * shuffled.len()) as u64);
    });
    println!("large streams: {} events absorbed", absorbed.get());
}

#[test]
fn histories_merge_in_any_grouping() {
    check(1, &(webhooks(6), webhooks(6), webhooks(6)), |(a, b, c)| {
        let wanted = history_of(a.iter().chain(&b).chain(&c));
        let merge = |one: &[Value], others: &[Value]| {
            let mut one = history_of(one);
            one.merge(history_of(others)).unwrap();
            one
        };
        let (mut left, right) = (merge(&a, &b), merge(&b, &c));
        left.merge(history_of(&c)).unwrap();
        let mut whole = history_of(&a);
        whole.merge(right).unwrap();
        assert_eq!(left, wanted);
        assert_eq!(whole, wanted);
    });
}

/// Generates webhooks of different seconds: their order alone decides which value is the newest.
fn timed(most: usize) -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(webhook(Just(None)), 1..=most).prop_map(|mut webhooks| {
        for (second, webhook) in (START..).zip(&mut webhooks) {
            webhook["timestamp"] = json!(second);
        }
        webhooks
    })
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Object(object) => ["id", "name"].iter().any(|key| object.contains_key(*key)),
        _ => true,
    }
}

#[test]
fn the_newest_that_says_something_counts() {
    check(1, &timed(8), |webhooks| {
        let call = serde_json::to_value(history_of(webhooks.iter().rev()).call().unwrap()).unwrap();
        for field in ["answered_at", "ended_at", "raw_digits", "asset", "recording_short_url", "voicemail", "recording"]
        {
            let mut values =
                webhooks.iter().filter_map(|webhook| webhook["data"].get(field)).filter(|value| is_present(value));
            assert_eq!(call[field], *values.next_back().unwrap_or(&Value::Null), "{field}");
        }
        for field in ["number", "transferred_to", "transferred_by"] {
            let mut values =
                webhooks.iter().filter_map(|webhook| webhook["data"].get(field)).filter(|value| is_present(value));
            let newest = values.next_back().unwrap_or(&Value::Null);
            // A text of digits and the number are the same id.
            let id = |value: &Value| {
                value["id"].as_str().map_or(value["id"].clone(), |id| json!(id.parse::<u64>().unwrap()))
            };
            assert_eq!(id(&call[field]), id(newest), "{field}");
            if !newest["name"].is_null() {
                assert_eq!(call[field]["name"], newest["name"], "{field}");
            }
        }
    });
}

#[test]
fn every_note_stays_with_its_newest_text() {
    check(1, &timed(8), |webhooks| {
        let mut wanted = BTreeMap::new();
        for note in webhooks.iter().filter_map(|webhook| webhook["data"]["comments"].as_array()).flatten() {
            let content = note["content"].as_str().filter(|content| !content.trim().is_empty());
            let id = note["id"].as_str().map_or_else(|| note["id"].to_string(), str::to_owned);
            let known: &mut Option<String> = wanted.entry(id).or_default();
            *known = content.map(str::to_owned).or(known.take());
        }
        let history = history_of(webhooks.iter().rev());
        let got = history.call().unwrap().comments;
        let text = |note: &aircall_salesforce::aircall::Comment<'_>| {
            let id = note.id.as_ref().map_or_else(|| "null".to_owned(), ToString::to_string);
            (id, note.content.as_ref().map(ToString::to_string))
        };
        assert_eq!(got.iter().map(text).collect::<BTreeMap<_, _>>(), wanted);
        assert_eq!(got.len(), wanted.len());
    });
}

#[test]
fn the_newest_list_of_tags_counts() {
    check(1, &timed(8), |mut webhooks| {
        // Without an agent no tag is left out.
        for webhook in &mut webhooks {
            webhook["data"]["user"] = Value::Null;
        }
        let newest = webhooks.iter().filter_map(|webhook| webhook["data"]["tags"].as_array()).next_back();
        let wanted =
            newest.map(|tags| tags.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
        let history = history_of(webhooks.iter().rev());
        let tags = history.call().unwrap().tags;
        let got: Vec<String> = tags.iter().map(|tag| tag.name.as_ref().unwrap().to_string()).collect();
        assert_eq!(is_list(&tags).then_some(got), wanted);
    });
}

/// A snapshot that is older than all others removes nothing. Only the fields of a ringing call
/// depend on it.
#[test]
fn an_older_snapshot_takes_nothing_away() {
    check(1, &(webhook(Just(Some(-1))), timed(8)), |(older, webhooks)| {
        let mut history = history_of(&webhooks);
        let before = serde_json::to_value(history.call().unwrap()).unwrap();
        absorb(&mut history, &older);
        let after = serde_json::to_value(history.call().unwrap()).unwrap();
        let was_ringing = before["answered_at"].is_null();
        for (field, known) in before.as_object().unwrap() {
            let depends = was_ringing && ["user", "missed_call_reason"].contains(&field.as_str());
            let is_any_list = ["tags", "unlogged_tags", "comments", "participants"].contains(&field.as_str());
            if !is_present(known) || depends || is_any_list {
                continue;
            }
            match known.as_object() {
                Some(object) => object
                    .iter()
                    .filter(|(_, part)| !part.is_null())
                    .for_each(|(part, known)| assert_eq!(after[field][part], *known, "{field}.{part}")),
                None => assert_eq!(after[field], *known, "{field}"),
            }
        }
        // Who had the call first decides which tags are logged, not which tags the call has
        // (HIST-8).
        let all_tags = |call: &Value| {
            let logged = call["tags"].as_array().into_iter().flatten().map(|tag| &tag["name"]);
            let unlogged = call["unlogged_tags"].as_array().into_iter().flatten();
            let mut names: Vec<_> = logged.chain(unlogged).map(Value::to_string).collect();
            names.sort();
            names
        };
        assert!(before["tags"].is_null() || all_tags(&before) == all_tags(&after), "{before}\n{after}");
        for note in before["comments"].as_array().unwrap().iter().filter(|note| !note["content"].is_null()) {
            assert!(
                after["comments"].as_array().unwrap().iter().any(|after| after["content"] == note["content"]),
                "{note}"
            );
        }
    });
}
