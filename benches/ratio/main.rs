//! What mapping costs beside reading and writing: `cargo bench --bench ratio`.
//!
//! Every row compares two things within one run, in rounds that take turns; of the rounds, medians. Machines differ and are noisy,
//! ratios much less. The last line is for programs.

#[path = "../corpus/mod.rs"]
mod corpus;
mod floor;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use aircall_salesforce::lookup::Directory;
use aircall_salesforce::{Action, Plan, Settings, Webhook, plan_webhook};

const SEED: u64 = 20_260_301;
const CALLS: usize = 1_000;
const ROUNDS: usize = 41;

/// A call, and what a service has at hand when it arrives.
struct Ready {
    body: Vec<u8>,
    directory: Directory,
    settings: usize,
}

struct Corpus {
    calls: Vec<Ready>,
    settings: Vec<Settings>,
}

impl Corpus {
    /// Calls that end in a Task, and whose payload even the floor can read.
    fn new(count: usize) -> Self {
        let mut known = BTreeMap::new();
        let mut settings = Vec::new();
        let mut calls = Vec::new();
        for case in corpus::cases(SEED, count * 2) {
            let at = *known.entry(case.settings).or_insert_with_key(|text| {
                settings.push(Settings::from_json(text).expect("settings of the corpus"));
                settings.len() - 1
            });
            let directory = Directory::from_json(&case.directory).expect("a directory of the corpus");
            let body = case.webhook.into_bytes();
            let writes = Webhook::from_slice(&body)
                .is_ok_and(|webhook| task_body(&plan_webhook(&webhook, &directory, &settings[at]), &mut Vec::new()));
            if writes && floor::read(&body).is_some() && calls.len() < count {
                calls.push(Ready { body, directory, settings: at });
            }
        }
        assert_eq!(calls.len(), count, "the corpus has too few calls that can be compared");
        Self { calls, settings }
    }
}

/// Writes the request's body as the library does; whether there is one.
fn task_body(plan: &Plan<'_>, out: &mut Vec<u8>) -> bool {
    out.clear();
    match &plan.action {
        Action::Create(create) => create.task.write_json(out),
        Action::Update { task, .. } => task.write_json(out),
        Action::Unchanged { .. } | Action::Skip(_) => return false,
    }
    true
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

fn map(call: &Ready, settings: &[Settings], out: &mut Vec<u8>) {
    let webhook = Webhook::from_slice(&call.body).expect("a webhook of the corpus");
    let plan = plan_webhook(&webhook, &call.directory, &settings[call.settings]);
    black_box(task_body(&plan, out));
}

fn map_all(corpus: &Corpus, out: &mut Vec<u8>) {
    for call in &corpus.calls {
        map(call, &corpus.settings, out);
    }
}

/// Every call's Task, mapped beforehand: what the floor writes.
fn with_plans<T>(corpus: &Corpus, run: impl FnOnce(&[Plan<'_>]) -> T) -> T {
    let webhooks: Vec<_> =
        corpus.calls.iter().map(|call| Webhook::from_slice(&call.body).expect("a webhook")).collect();
    let pairs = webhooks.iter().zip(&corpus.calls);
    let plans: Vec<_> =
        pairs.map(|(webhook, call)| plan_webhook(webhook, &call.directory, &corpus.settings[call.settings])).collect();
    run(&plans)
}

fn floor_all(corpus: &Corpus, plans: &[Plan<'_>], out: &mut Vec<u8>) {
    for (call, plan) in corpus.calls.iter().zip(plans) {
        black_box(floor::read(&call.body));
        black_box(ready_body(plan, out));
    }
}

/// Medians of two things' times in seconds, rounds taking turns.
fn compare(mut one: impl FnMut(), mut other: impl FnMut()) -> (f64, f64) {
    let timed = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ones.push(timed(&mut one));
        others.push(timed(&mut other));
    }
    (median(ones), median(others))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let argument = std::env::args().nth(1).unwrap_or_default();
    let corpus = Corpus::new(CALLS);
    let mut out = Vec::new();
    match argument.as_str() {
        "--count-plan" => with_plans(&corpus, |_| (0..10).for_each(|_| map_all(&corpus, &mut out))),
        "--count-floor" => with_plans(&corpus, |plans| (0..10).for_each(|_| floor_all(&corpus, plans, &mut out))),
        "--count-nothing" => with_plans(&corpus, |plans| {
            black_box(plans);
        }),
        _ => report(&corpus),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
fn report(corpus: &Corpus) {
    let (mut out, mut other) = (Vec::new(), Vec::new());
    let (plan, floor) =
        with_plans(corpus, |plans| compare(|| map_all(corpus, &mut out), || floor_all(corpus, plans, &mut other)));
    let calls = corpus.calls.len() as f64;
    let bytes: usize = corpus.calls.iter().map(|call| call.body.len()).sum();
    println!("corpus: {calls} calls of {:.0} bytes on average", bytes as f64 / calls);
    println!(
        "webhook bytes to Task bytes: {:.2} µs a call, the floor {:.2} µs",
        plan * 1e6 / calls,
        floor * 1e6 / calls
    );
    let instructions = instructions();
    if let Some((plan, floor)) = instructions {
        println!(
            "instructions a call: {:.0}, the floor {:.0}, ratio {:.3}",
            plan / calls / 10.0,
            floor / calls / 10.0,
            plan / floor
        );
    } else {
        println!("instructions a call: not counted, valgrind is not here");
    }
    println!("plan/floor={:.3}", plan / floor);
}

/// What callgrind counts for ten rounds of the mapping, and of the floor.
fn instructions() -> Option<(f64, f64)> {
    let count = |mode: &str| -> Option<f64> {
        let itself = std::env::current_exe().ok()?;
        let run = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(itself)
            .arg(mode)
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&run.stderr).into_owned();
        text.split("Collected : ").nth(1)?.split_whitespace().next()?.parse().ok()
    };
    let nothing = count("--count-nothing")?;
    Some((count("--count-plan")? - nothing, count("--count-floor")? - nothing))
}
