//! Tests the streams of `tests/golden_events`: calls in the shape of captured webhooks, with
//! invented values.
//!
//! A stream names what all its events together become, written from the rules by hand:
//!
//! | key | value |
//! |---|---|
//! | `why`, `rules` | the claim, and the ids of the rules that it is about |
//! | `base` | optional: `"transferred"` selects `base.transferred.json` instead of `base.json` |
//! | `events` | a merge patch for each event, each on the `webhook` of the base |
//! | `others` | optional: such patches for webhooks of another call or of no call (HIST-9) |
//! | `settings` | optional: a merge patch on the `settings` of the base |
//! | `task` | the fields of the Task that the stream is about; null is a field that is left out |
//! | `skip` | instead of `task`: the reason for which no Task is written |
//! | `stored` | optional: keys of the stored history with their values |
//! | `unreadable` | optional: merge patches that each spoil the stored history (HIST-10) |
//!
//! The docs of `tests/golden/cases.rs` describe the merge patches.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use aircall_salesforce::{CallHistory, Webhook};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::golden_cases::{base, is_base, merge, read};
use crate::{absorb, history, history_of, orders, planned, settings, shuffles, stored};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stream {
    why: String,
    rules: Vec<String>,
    pub(crate) events: Vec<Value>,
    #[serde(default)]
    others: Vec<Value>,
    #[serde(default = "no_patch")]
    settings: Value,
    task: Option<Map<String, Value>>,
    skip: Option<String>,
    #[serde(default)]
    stored: Map<String, Value>,
    #[serde(default)]
    unreadable: Vec<Value>,
}

fn no_patch() -> Value {
    Value::Object(Map::new())
}

pub(crate) fn streams() -> BTreeMap<String, Stream> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden_events");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = files.filter(|path| !is_base(path)).collect();
    files.iter().map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), stream(path))).collect()
}

fn stream(path: &Path) -> Stream {
    let mut document = read(path);
    let base = base(path, &mut document);
    let stream = serde_json::from_value(Value::Object(document));
    let mut stream: Stream = stream.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let patched = |part: &str, patch: &Value| {
        let mut whole = base[part].clone();
        merge(&mut whole, patch);
        whole
    };
    for events in [&mut stream.events, &mut stream.others] {
        *events = events.iter().map(|event| patched("webhook", event)).collect();
    }
    stream.settings = patched("settings", &stream.settings);
    stream
}

#[test]
fn every_stream_becomes_its_task() {
    for (name, Stream { why, events, settings: json, task, skip, .. }) in streams() {
        let plan: Value = serde_json::from_str(&planned(&history_of(&events), &settings(&json))).unwrap();
        assert_eq!(plan.get("skip").and_then(Value::as_str), skip.as_deref(), "{name}: {why}");
        for (field, wanted) in task.into_iter().flatten() {
            assert_eq!(plan["task"].get(&field).unwrap_or(&Value::Null), &wanted, "{name}, {field}: {why}");
        }
    }
}

#[test]
fn every_order_of_a_stream_results_in_the_same_call() {
    let (mut orders_tried, mut absorbed) = (0, 0);
    for (name, Stream { events, settings: json, .. }) in streams() {
        let settings = settings(&json);
        let wanted = history_of(&events);
        let plan = planned(&wanted, &settings);
        for order in orders(events.len()).into_iter().chain(shuffles(events.len(), 50)) {
            let got = history_of(order.iter().map(|&event| &events[event]));
            assert_eq!(got, wanted, "{name}, {order:?}");
            assert_eq!(planned(&got, &settings), plan, "{name}, {order:?}");
            orders_tried += 1;
            absorbed += order.len();
        }
    }
    println!("streams: {absorbed} events absorbed in {orders_tried} orders");
}

#[test]
fn a_stream_once_more_changes_nothing() {
    for (name, Stream { events, .. }) in streams() {
        let mut history = history_of(&events);
        let before = history.clone();
        for event in &events {
            assert!(!absorb(&mut history, event), "{name}");
        }
        assert_eq!(history, before, "{name}");
    }
}

#[test]
fn a_stream_may_be_stored_between_any_two_events() {
    for (name, Stream { events, .. }) in streams() {
        let mut found = stored(&history(&events[0]));
        for event in &events {
            absorb(&mut found, event);
            assert_eq!(stored(&found), found, "{name}");
            found = stored(&found);
        }
        assert_eq!(found, history_of(&events), "{name}");
    }
}

#[test]
fn webhooks_of_others_between_any_two_events_change_nothing() {
    for (name, Stream { why, events, others, .. }) in streams() {
        let others: Vec<String> = others.iter().map(Value::to_string).collect();
        let mut found = history(&events[0]);
        for event in &events {
            absorb(&mut found, event);
            let before = found.clone();
            for other in &others {
                assert!(found.absorb(&Webhook::from_json(other).unwrap()).is_err(), "{name}, {other}: {why}");
                assert_eq!(found, before, "{name}, {other}: {why}");
            }
        }
    }
}

#[test]
fn a_stream_is_stored_as_it_says_and_read_strictly() {
    for (name, Stream { why, events, stored: wanted, unreadable, .. }) in streams() {
        let history = history_of(&events);
        let stored = serde_json::to_value(&history).unwrap();
        assert_eq!(CallHistory::from_json(&stored.to_string()).unwrap(), history, "{name}: {why}");
        for (key, wanted) in wanted {
            assert_eq!(stored.get(&key), Some(&wanted), "{name}, {key}: {why}");
        }
        for patch in unreadable {
            let mut spoilt = stored.clone();
            merge(&mut spoilt, &patch);
            assert_ne!(spoilt, stored, "{name}, {patch}: the patch changes nothing");
            assert!(CallHistory::from_json(&spoilt.to_string()).is_err(), "{name}, {patch}: {why}");
        }
    }
}

#[test]
fn two_stores_may_each_have_a_part_of_a_stream() {
    for (name, Stream { events, .. }) in streams() {
        for cut in 1..events.len() {
            let (first, second) = (history_of(&events[..cut]), history_of(&events[cut..]));
            let [mut one, mut other] = [first.clone(), second.clone()];
            one.merge(second).unwrap();
            other.merge(first).unwrap();
            assert_eq!(one, history_of(&events), "{name}, {cut}");
            assert_eq!(other, one, "{name}, {cut}");
        }
    }
}

#[test]
fn every_rule_has_a_stream() {
    let histories = (1..=10).map(|number| format!("HIST-{number}"));
    let wanted: Vec<String> = histories.chain((1..=2).map(|number| format!("AI-{number}"))).collect();
    let covered: Vec<String> = streams().into_values().flat_map(|stream| stream.rules).collect();
    assert!(wanted.iter().all(|rule| covered.contains(rule)), "{covered:?}");
    assert!(covered.iter().all(|rule| wanted.contains(rule)), "{covered:?}");
}
