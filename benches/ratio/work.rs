//! The calls, and what is done with each.

use std::collections::BTreeMap;
use std::hint::black_box;

use aircall_salesforce::{Action, Directory, Plan, Settings, Webhook, plan_webhook};

use super::corpus;
use super::floor;

/// A call, and what a service has at hand when it arrives.
#[derive(Clone)]
pub struct Ready {
    pub body: Vec<u8>,
    directory: Directory,
    settings: usize,
}

/// Calls with their settings; many calls have the same ones.
pub struct Corpus {
    pub calls: Vec<Ready>,
    settings: Vec<Settings>,
}

impl Corpus {
    /// Every call that a seed gives.
    pub fn of(seed: u64, count: usize) -> Self {
        let mut known = BTreeMap::new();
        let mut settings = Vec::new();
        let ready = |case: corpus::Case| Ready {
            settings: *known.entry(case.settings).or_insert_with_key(|text| {
                settings.push(Settings::from_json(text).expect("settings of the corpus"));
                settings.len() - 1
            }),
            directory: Directory::from_json(&case.directory).unwrap_or_default(),
            body: case.webhook.into_bytes(),
        };
        let calls = corpus::cases(seed, count).into_iter().map(ready).collect();
        Self { calls, settings }
    }

    /// Only calls that end in a body, and whose payload even the floor can read.
    pub fn comparable(seed: u64, count: usize) -> Self {
        let mut corpus = Self::of(seed, count * 2);
        let Self { calls, settings } = &mut corpus;
        calls.retain(|call| floor::read(&call.body).is_some() && map(call, settings, &mut Vec::new()));
        calls.truncate(count);
        // What has just arrived lies together in memory, not in the holes that making the corpus left.
        for call in calls.iter_mut() {
            *call = call.clone();
        }
        assert_eq!(calls.len(), count, "the corpus has too few calls that can be compared");
        corpus
    }

    /// One call.
    pub fn one(body: String, directory: &str, settings: &str) -> Self {
        let directory = Directory::from_json(directory).expect("a directory");
        let settings = Settings::from_json(settings).expect("settings");
        let body = body.into_bytes();
        Self { calls: vec![Ready { body, directory, settings: 0 }], settings: vec![settings] }
    }

    /// Webhook bytes to Task bytes, each call once.
    #[inline(never)]
    pub fn map(&self, out: &mut Vec<u8>) {
        for call in &self.calls {
            black_box(map(call, &self.settings, out));
        }
    }

    /// The floor under that: reading, and writing the same Task, mapped beforehand.
    #[inline(never)]
    pub fn floor(&self, plans: &[Plan<'_>], out: &mut Vec<u8>) {
        for (call, plan) in self.calls.iter().zip(plans) {
            black_box(floor::read(&call.body));
            black_box(ready_body(plan, out));
        }
    }

    /// Every call's plan.
    pub fn with_plans<T>(&self, run: impl FnOnce(&[Plan<'_>]) -> T) -> T {
        let webhooks: Vec<_> =
            self.calls.iter().map(|call| Webhook::from_slice(&call.body).expect("a webhook")).collect();
        let pairs = webhooks.iter().zip(&self.calls);
        let plans: Vec<_> = pairs.map(|(webhook, call)| plan_of(webhook, call, &self.settings)).collect();
        run(&plans)
    }
}

/// Whether there was a body to write.
fn map(call: &Ready, settings: &[Settings], out: &mut Vec<u8>) -> bool {
    let Ok(webhook) = &Webhook::from_slice(&call.body) else {
        return false;
    };
    let plan = plan_of(webhook, call, settings);
    out.clear();
    match &plan.action {
        Action::Create(create) => create.task.write_json(out),
        Action::Update { task, .. } => task.write_json(out),
        Action::Unchanged { .. } | Action::Skip(_) => return false,
    }
    true
}

fn plan_of<'a>(webhook: &'a Webhook<'a>, call: &'a Ready, settings: &'a [Settings]) -> Plan<'a> {
    plan_webhook(webhook, &call.directory, &settings[call.settings])
}

/// Writes the same body as a mapper does that leaves it to `serde_json`: the floor's half.
fn ready_body(plan: &Plan<'_>, out: &mut Vec<u8>) -> bool {
    out.clear();
    match &plan.action {
        Action::Create(create) => serde_json::to_writer(out, &create.task).is_ok(),
        Action::Update { task, .. } => serde_json::to_writer(out, task).is_ok(),
        Action::Unchanged { .. } | Action::Skip(_) => false,
    }
}
