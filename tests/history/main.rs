//! Tests one call from many webhooks, in any order and any number of times. The docs of `history`
//! contain the rules.
//!
//! This command prints how many events were absorbed in how many orders:
//!
//! ```text
//! PROPTEST_CASES=20000 cargo test --release --test history -- --nocapture
//! ```

mod directed;
mod example;
#[allow(dead_code, reason = "this target reads the input of the cases only")]
#[path = "../golden/cases.rs"]
mod golden_cases;
#[path = "../support/program.rs"]
mod program;
mod properties;
mod stories;
mod streams;

use aircall_salesforce::aircall::Tags;
use aircall_salesforce::rules::logging::Skip;
use aircall_salesforce::{CallHistory, Directory, Plan, Settings, Webhook, plan};
use serde_json::Value;

/// Makes a history from one webhook or REST response.
#[track_caller]
fn history(webhook: &Value) -> CallHistory {
    CallHistory::new(&Webhook::from_json(&webhook.to_string()).unwrap()).unwrap()
}

#[track_caller]
fn absorb(history: &mut CallHistory, webhook: &Value) -> bool {
    history.absorb(&Webhook::from_json(&webhook.to_string()).unwrap()).unwrap()
}

/// Absorbs webhooks in this order.
#[track_caller]
fn history_of<'w>(webhooks: impl IntoIterator<Item = &'w Value>) -> CallHistory {
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
    let (call, directory) = (history.call(), Directory::default());
    // A history of insights alone has no call.
    let plan = call.as_ref().map_or_else(|| Plan::skip(Skip::NotYet), |call| plan(call, &directory, settings));
    serde_json::to_string(&plan).unwrap()
}

/// Stores a history and reads it back.
#[track_caller]
fn stored(history: &CallHistory) -> CallHistory {
    CallHistory::from_json(&serde_json::to_string(history).unwrap()).unwrap()
}

/// Returns whether the payload contained a list of tags. Tags are written as they came.
fn is_list(tags: &Tags<'_>) -> bool {
    serde_json::to_value(tags).unwrap().is_array()
}

/// Returns every order of this many elements.
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

/// Returns some orders, the same in every run, that contain each element at least once.
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
