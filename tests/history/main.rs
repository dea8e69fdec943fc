//! One call out of many webhooks: any order, any number of times. The rules are in the docs of `history`.
//!
//! `PROPTEST_CASES=20000 cargo test --release --test history -- --nocapture` says how many events were absorbed in how many orders.

mod directed;
mod example;
#[allow(dead_code, reason = "this target reads the input of the cases only")]
#[path = "../golden/cases.rs"]
mod golden_cases;
mod properties;
mod stories;
mod streams;

use aircall_salesforce::{CallHistory, Directory, Settings, Webhook, plan};
use serde_json::Value;

/// A REST answer or webhook as it would arrive.
#[track_caller]
fn history(webhook: &Value) -> CallHistory {
    CallHistory::new(&Webhook::from_json(&webhook.to_string()).unwrap()).unwrap()
}

#[track_caller]
fn absorb(history: &mut CallHistory, webhook: &Value) -> bool {
    history.absorb(&Webhook::from_json(&webhook.to_string()).unwrap()).unwrap()
}

/// What webhooks tell that come in this order.
#[track_caller]
fn told<'w>(webhooks: impl IntoIterator<Item = &'w Value>) -> CallHistory {
    let mut webhooks = webhooks.into_iter();
    let mut history = history(webhooks.next().unwrap());
    webhooks.for_each(|webhook| {
        absorb(&mut history, webhook);
    });
    history
}

fn settings(json: &Value) -> Settings {
    Settings::from_json(&json.to_string()).unwrap()
}

fn planned(history: &CallHistory, settings: &Settings) -> String {
    serde_json::to_string(&plan(&history.call(), &Directory::default(), settings)).unwrap()
}

/// The history as a service would find it in its store.
#[track_caller]
fn stored(history: &CallHistory) -> CallHistory {
    CallHistory::from_json(&serde_json::to_string(history).unwrap()).unwrap()
}

/// Every order of as many things.
fn orders(length: usize) -> Vec<Vec<usize>> {
    let Some(last) = length.checked_sub(1) else {
        return vec![Vec::new()];
    };
    let with_last = |order: Vec<usize>| {
        (0..=last).map(move |place| {
            let mut order = order.clone();
            order.insert(place, last);
            order
        })
    };
    orders(last).into_iter().flat_map(with_last).collect()
}

/// Some orders, each of the things once to three times; the same ones in every run.
fn shuffles(length: usize, count: u64) -> impl Iterator<Item = Vec<usize>> {
    (1..=count).map(move |seed| {
        let mut state = seed;
        let mut next = move |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        let mut order: Vec<usize> = (0..length).collect();
        order.extend((0..next(2 * length + 1)).map(|_| next(length)).collect::<Vec<_>>());
        for place in (1..order.len()).rev() {
            order.swap(place, next(place + 1));
        }
        order
    })
}
