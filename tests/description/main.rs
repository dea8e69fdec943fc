//! Tests the Description that people and the library both write (DESC-7 to DESC-9), and the other
//! fields that people change (UPD-6).
//!
//! `story` holds the model: a call, its Task in Salesforce, and what the caller keeps. The model
//! checks the rules at every update. `tests/golden/desc/` has whole plans.
//!
//! `PROPTEST_CASES=100000 cargo test --release --test description` tries more.

mod check;
mod edits;
mod histories;
mod limit;
mod recognition;
mod steps;
mod story;

use proptest::prelude::ProptestConfig;
use serde_json::{Value, json};

/// Reads the number of cases from `PROPTEST_CASES`; every run draws new ones.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// Runs an eighth of the cases, for properties with long texts.
fn short_config() -> ProptestConfig {
    ProptestConfig { cases: config().cases.div_ceil(8), ..config() }
}

fn settings(wording: &Value, count: &str) -> Value {
    json!({"admin": "005000000000001AAA", "wording": wording, "count": count})
}

fn english() -> Value {
    settings(&json!("en"), "salesforce")
}

/// Returns the wordings of the library, and wordings whose headings or links look like text.
fn wordings() -> Vec<Value> {
    let own = ["en", "de", "fr", "es"].map(|language| json!(language));
    let hard = [
        json!({"note": "{agent}:", "recording_link": "{link}", "voicemail_link": "{link}"}),
        json!({"note": "Note", "recording_link": "<{link}>"}),
        json!({"note": "{agent} / {agent}\nsaid [[{{x}}]]:", "recording_link": "{link} {link}\n--"}),
        json!({"note": "[*{agent}* ]$&", "recording_link": "Here: [{link}]"}),
        json!({"note": "{agent} said:\n\n"}),
    ];
    own.into_iter().chain(hard).collect()
}

/// Returns the lines of a text that are not blank, without outer blanks.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// Returns whether a text contains a block as whole neighbouring lines.
fn has_block(text: &str, block: &str) -> bool {
    format!("\n{text}\n").contains(&format!("\n{block}\n"))
}

fn is_subsequence<'t>(part: impl IntoIterator<Item = &'t str>, whole: impl IntoIterator<Item = &'t str>) -> bool {
    let mut whole = whole.into_iter();
    part.into_iter().all(|line| whole.any(|other| other == line))
}
