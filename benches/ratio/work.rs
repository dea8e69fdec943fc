//! Contains the measured calls and the measured work.

use std::collections::BTreeMap;
use std::hint::black_box;

use aircall_salesforce::{Action, Directory, Plan, Settings, Webhook, plan_webhook};

use super::corpus;
use super::floor;

/// A call with the data that a service has when the call arrives.
#[derive(Clone)]
pub struct Ready {
    pub body: Vec<u8>,
    directory: Directory,
    settings: usize,
}

/// Calls and their settings, which many calls share.
pub struct Corpus {
    pub calls: Vec<Ready>,
    settings: Vec<Settings>,
}

impl Corpus {
    /// Returns all calls of a seed.
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

    /// Returns only calls that produce a body and whose payload the floor can parse.
    pub fn comparable(seed: u64, count: usize) -> Self {
        let mut corpus = Self::of(seed, count * 2);
        let Self { calls, settings } = &mut corpus;
        calls.retain(|call| floor::read(&call.body).is_some() && map(call, settings, &mut Vec::new()));
        calls.truncate(count);
        // Copies the calls, so that their memory is contiguous, as for calls that have just
        // arrived.
        for call in calls.iter_mut() {
            *call = call.clone();
        }
        assert_eq!(calls.len(), count, "the corpus has too few calls that can be compared");
        corpus
    }

    /// Returns a corpus of one call.
    pub fn one(body: String, directory: &str, settings: &str) -> Self {
        let directory = Directory::from_json(directory).expect("a directory");
        let settings = Settings::from_json(settings).expect("settings");
        let body = body.into_bytes();
        Self { calls: vec![Ready { body, directory, settings: 0 }], settings: vec![settings] }
    }

    /// Maps every call once, from webhook bytes to Task bytes.
    #[inline(never)]
    pub fn map(&self, out: &mut Vec<u8>) {
        for call in &self.calls {
            black_box(map(call, &self.settings, out));
        }
    }

    /// Runs the floor once for every call: it parses the webhook and writes the Task of an existing
    /// plan.
    #[inline(never)]
    pub fn floor(&self, plans: &[Plan<'_>], out: &mut Vec<u8>) {
        for (call, plan) in self.calls.iter().zip(plans) {
            black_box(floor::read(&call.body));
            black_box(ready_body(plan, out));
        }
    }

    /// Plans every call and passes the plans to `run`.
    pub fn with_plans<T>(&self, run: impl FnOnce(&[Plan<'_>]) -> T) -> T {
        let webhooks: Vec<_> =
            self.calls.iter().map(|call| Webhook::from_slice(&call.body).expect("a webhook")).collect();
        let pairs = webhooks.iter().zip(&self.calls);
        let plans: Vec<_> = pairs.map(|(webhook, call)| plan_of(webhook, call, &self.settings)).collect();
        run(&plans)
    }
}

/// Maps a call. Returns whether the plan has a body.
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

/// Writes the plan's body with `serde_json`, as a simple mapper would.
fn ready_body(plan: &Plan<'_>, out: &mut Vec<u8>) -> bool {
    out.clear();
    match &plan.action {
        Action::Create(create) => serde_json::to_writer(out, &create.task).is_ok(),
        Action::Update { task, .. } => serde_json::to_writer(out, task).is_ok(),
        Action::Unchanged { .. } | Action::Skip(_) => false,
    }
}
