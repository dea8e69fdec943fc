//! Measures each stage separately: `cargo bench --bench stages`, or `-- subject` for one stage.
//!
//! Every figure is for 100 calls of the corpus; divide it by 100.
#![allow(clippy::pedantic, reason = "a benchmark")]

#[path = "corpus/mod.rs"]
mod corpus;

use std::hint::black_box;

use aircall_salesforce::facts::Facts;
use aircall_salesforce::rules::{description, disposition, owner, package, record, subject};
use aircall_salesforce::{Action, Directory, Settings, Webhook, plan_webhook};
use divan::Bencher;

const CALLS: usize = 100;

fn main() {
    divan::main();
}

struct Ready {
    webhook: String,
    directory: Directory,
    settings: Settings,
}

fn ready() -> Vec<Ready> {
    let ready = |case: corpus::Case| Ready {
        directory: Directory::from_json(&case.directory).unwrap_or_default(),
        settings: Settings::from_json(&case.settings).expect("settings of the corpus"),
        webhook: case.webhook,
    };
    corpus::cases_of(1, CALLS, 0).into_iter().map(ready).collect()
}

/// Runs work on every call, each with its facts.
fn with_facts(bencher: Bencher, work: impl Fn(&Facts, &Ready)) {
    let calls = ready();
    let webhooks: Vec<_> = calls.iter().map(|call| Webhook::from_json(&call.webhook).expect("a webhook")).collect();
    let facts =
        webhooks.iter().zip(&calls).filter_map(|(webhook, call)| Some((Facts::new(webhook.call.as_ref()?)?, call)));
    let facts: Vec<_> = facts.collect();
    bencher.bench_local(|| {
        for (facts, call) in &facts {
            work(facts, call);
        }
    });
}

#[divan::bench]
fn read(bencher: Bencher) {
    let calls = ready();
    bencher.bench_local(|| {
        for call in &calls {
            let _ = black_box(Webhook::from_slice(call.webhook.as_bytes()));
        }
    });
}

#[divan::bench]
fn facts(bencher: Bencher) {
    with_facts(bencher, |facts, _| {
        black_box(Facts::new(facts.source));
    });
}

#[divan::bench]
fn record(bencher: Bencher) {
    with_facts(bencher, |facts, call| {
        black_box(record::find(facts, &call.directory, &call.settings));
    });
}

#[divan::bench]
fn owner(bencher: Bencher) {
    with_facts(bencher, |facts, call| {
        let target = record::find(facts, &call.directory, &call.settings).target;
        black_box(owner::owner(facts, target, &call.directory, &call.settings));
    });
}

#[divan::bench]
fn subject(bencher: Bencher) {
    with_facts(bencher, |facts, call| {
        black_box(subject::subject(facts, Some("Ada Example"), &call.settings, &mut Vec::new()));
    });
}

#[divan::bench]
fn disposition(bencher: Bencher) {
    with_facts(bencher, |facts, call| {
        black_box(disposition::disposition(facts, &call.settings, &mut Vec::new()));
    });
}

#[divan::bench]
fn description(bencher: Bencher) {
    with_facts(bencher, |facts, call| {
        black_box(description::description(facts, &call.settings, &mut Vec::new()));
    });
}

#[divan::bench]
fn package_fields(bencher: Bencher) {
    with_facts(bencher, |facts, call| {
        black_box(package::package_fields(facts, &call.settings, &mut Vec::new()));
    });
}

#[divan::bench]
fn plan(bencher: Bencher) {
    with_facts(bencher, |facts, call| {
        black_box(aircall_salesforce::plan(facts.source, &call.directory, &call.settings));
    });
}

#[divan::bench]
fn write_json(bencher: Bencher) {
    let calls = ready();
    let webhooks: Vec<_> = calls.iter().map(|call| Webhook::from_json(&call.webhook).expect("a webhook")).collect();
    let pairs = webhooks.iter().zip(&calls);
    let plans: Vec<_> = pairs.map(|(webhook, call)| plan_webhook(webhook, &call.directory, &call.settings)).collect();
    let mut out = Vec::new();
    bencher.bench_local(|| {
        for plan in &plans {
            out.clear();
            match &plan.action {
                Action::Create(create) => create.task.write_json(&mut out),
                Action::Update { task, .. } => task.write_json(&mut out),
                Action::Unchanged { .. } | Action::Skip(_) => {}
            }
            black_box(&out);
        }
    });
}
