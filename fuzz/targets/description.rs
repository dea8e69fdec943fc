//! Fuzzes the Description of an existing Task.
//!
//! The input is separated by `U+001E`: the present Description, the Description that the
//! integration wrote (empty: unknown), a link, then notes and their authors.

#![no_main]

use aircall_salesforce::salesforce::text::{DESCRIPTION_LIMIT, LengthUnit};
use aircall_salesforce::{Webhook, plan};
use aircall_salesforce_fuzz::{Logged, World, judge, world};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

fuzz_target!(|body: &str| {
    let mut texts = body.split('\u{1e}');
    let mut next = || texts.next().map_or(Value::Null, Value::from);
    let (present, wrote, link) = (next(), next(), next());
    let rest: Vec<_> = texts.collect();
    let notes = rest.chunks(2).enumerate().map(|(n, pair)| {
        json!({"id": n, "posted_at": 1_772_457_500 + n, "content": pair.first(), "posted_by": {"name": pair.get(1)}})
    });
    let call = json!({"id": 1, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_600, "answered_at": 1_772_457_510,
        "asset": link, "comments": notes.collect::<Value>()});
    let call = call.to_string();
    let webhook = Webhook::from_json(&call).expect("a call");
    let call = webhook.call.expect("a call");
    let World { settings, directory } = world(body.len());
    let field = |text| Map::from_iter([("Description".to_owned(), text)]);
    let wrote = wrote.as_str().is_some_and(|wrote| !wrote.is_empty()).then(|| field(wrote));
    let logged = Logged::new(&call, directory, field(present), wrote);
    judge(&call, &logged, settings);
    let written = serde_json::to_value(plan(&call, &logged, settings)).expect("a plan");
    let description = written["task"]["Description"].as_str().unwrap_or_default();
    assert!(LengthUnit::Characters.measure(description) <= DESCRIPTION_LIMIT);
});
