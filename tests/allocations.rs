//! Counts the heap allocations of mapping. Counts are the same on every machine; times are not.

#[path = "../benches/corpus/mod.rs"]
mod corpus;

use aircall_salesforce::phone::metadata_loaded;
use aircall_salesforce::{Action, Directory, Settings, Webhook, plan_webhook};
use allocation_counter::measure;
use corpus::Case;

const CALLS: usize = 1_000;

/// The largest average number of allocations a call, including parsing and serialising.
const MAX_ALLOCATIONS: usize = 15;

#[test]
fn a_call_takes_few_allocations_and_no_metadata() {
    let ready = |Case { webhook, directory, settings }| {
        let settings = Settings::from_json(&settings).unwrap();
        (webhook, Directory::from_json(&directory).unwrap_or_default(), settings)
    };
    // An Argentine number in national notation needs the metadata, and REC-1 reads a field with the
    // country of an Argentine caller.
    let is_listed = |case: &Case| !case.webhook.contains("\"+54");
    let cases: Vec<_> = corpus::cases_of(7, CALLS, 0).into_iter().filter(is_listed).map(ready).collect();
    assert!(!metadata_loaded(), "a directory's numbers are parsed without the metadata");
    let mut out = Vec::with_capacity(1 << 16);
    let mut tasks = 0;
    let taken = measure(|| {
        for (webhook, directory, settings) in &cases {
            let webhook = Webhook::from_slice(webhook.as_bytes()).unwrap();
            let plan = plan_webhook(&webhook, directory, settings);
            out.clear();
            match &plan.action {
                Action::Create(create) => create.task.write_json(&mut out),
                Action::Update { task, .. } => task.write_json(&mut out),
                Action::Unchanged { .. } | Action::Skip(_) => continue,
            }
            tasks += 1;
        }
    });
    assert!(tasks > CALLS / 2 && cases.len() > CALLS * 9 / 10, "most calls of the corpus end in a Task, here {tasks}");
    assert!(
        taken.count_total <= (cases.len() * MAX_ALLOCATIONS) as u64,
        "{} allocations for {} calls",
        taken.count_total,
        cases.len()
    );
    assert!(!metadata_loaded(), "international numbers are parsed without the metadata");
}

#[test]
fn unread_fields_are_not_stored() {
    let body = format!(
        r#"{{"event":"call.ended","data":{{"id":7,"direction":"inbound","started_at":1773964800,"ivr_options_selected":[{}]}}}}"#,
        vec![r#"{"key":"1","transition_started_at":"2026-03-20T00:00:00Z"}"#; 10_000].join(",")
    );
    let taken = measure(|| assert!(Webhook::from_slice(body.as_bytes()).unwrap().call.is_some()));
    assert!(taken.bytes_total < 4_096, "{} bytes for a call without texts", taken.bytes_total);
}
