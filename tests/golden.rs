//! The rules as cases: `tests/golden/<rule family>/<claim>.json`.
//!
//! A case is `{"why", "rules", "webhook", "directory", "settings", "plan"}`, its plan written from the rule by hand. The wording of a
//! notice's message is prose and not compared. `UPDATE_GOLDEN=1 cargo test --test golden` rewrites the plans of all cases: for changes of
//! format only, and to be read against the rules afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    rules: Vec<String>,
    webhook: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    directory: Option<Value>,
    settings: Value,
    plan: Value,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn cases() -> BTreeMap<PathBuf, Case> {
    let families = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let files = families.flat_map(|family| fs::read_dir(family).unwrap().map(|entry| entry.unwrap().path()));
    files
        .map(|path| {
            let case = serde_json::from_str(&fs::read_to_string(&path).unwrap());
            let case = case.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path, case)
        })
        .collect()
}

fn mapped(case: &Case, webhook: &str) -> Value {
    let settings = Settings::from_json(&case.settings.to_string()).unwrap();
    let directory = case.directory.as_ref().map(|directory| Directory::from_json(&directory.to_string()).unwrap());
    let directory = directory.unwrap_or_default();
    let webhook = Webhook::from_json(webhook).unwrap();
    let plan = serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap();
    // A lookup behind a reference answers as the lookup itself.
    assert_eq!(plan, serde_json::to_value(plan_webhook(&webhook, &&directory, &settings)).unwrap());
    plan
}

fn without_messages(mut plan: Value) -> Value {
    for notice in plan["notices"].as_array_mut().into_iter().flatten() {
        notice.as_object_mut().unwrap().remove("message");
    }
    plan
}

/// The places at which two values differ.
fn differences(at: &str, wanted: &Value, got: &Value, out: &mut Vec<String>) {
    let shown = |value: Option<&Value>| {
        let text = value.map_or_else(|| "nothing".to_owned(), Value::to_string);
        match text.char_indices().nth(200) {
            Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
            None => text,
        }
    };
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            let keys: std::collections::BTreeSet<_> = wanted.keys().chain(got.keys()).collect();
            for key in keys {
                match (wanted.get(key), got.get(key)) {
                    (Some(wanted), Some(got)) => differences(&format!("{at}.{key}"), wanted, got, out),
                    (wanted, got) => out.push(format!("{at}.{key}: wanted {}, got {}", shown(wanted), shown(got))),
                }
            }
        }
        _ if wanted == got => {}
        _ => out.push(format!("{at}: wanted {}, got {}", shown(Some(wanted)), shown(Some(got)))),
    }
}

#[test]
fn every_case_gives_its_plan() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut failures = Vec::new();
    for (path, mut case) in cases() {
        let got = without_messages(mapped(&case, &case.webhook.to_string()));
        let mut differing = Vec::new();
        differences("plan", &case.plan, &got, &mut differing);
        if differing.is_empty() {
            continue;
        }
        if update {
            case.plan = got;
            fs::write(&path, serde_json::to_string_pretty(&case).unwrap() + "\n").unwrap();
        } else {
            let name = path.strip_prefix(folder()).unwrap().display().to_string();
            failures.push(format!("{name}: {}\n    {}", case.why, differing.join("\n    ")));
        }
    }
    assert!(failures.is_empty(), "{} cases fail:\n{}", failures.len(), failures.join("\n"));
}

/// The same call, told in another order of keys and with keys that nobody knows, gives the same plan.
#[test]
fn what_does_not_matter_changes_nothing() {
    for (path, case) in cases() {
        let mut strange = case.webhook.clone();
        decorate(&mut strange);
        assert_eq!(mapped(&case, &case.webhook.to_string()), mapped(&case, &strange.to_string()), "{}", path.display());
    }
}

/// Reverses the keys of all objects that have any, and adds one.
fn decorate(value: &mut Value) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let mut reversed: Map<String, Value> = Map::new();
            reversed.insert("a key of tomorrow".to_owned(), serde_json::json!({"data": [null, {}]}));
            for (key, mut value) in std::mem::take(map).into_iter().rev() {
                decorate(&mut value);
                reversed.insert(key, value);
            }
            *map = reversed;
        }
        Value::Array(list) => list.iter_mut().for_each(decorate),
        _ => {}
    }
}

/// Every rule of the family and up to the number, as the docs of `src/rules` number them.
const RULES: [(&str, u32); 13] = [
    ("LOG", 8),
    ("KIND", 3),
    ("SUBJ", 10),
    ("DISP", 6),
    ("REC", 8),
    ("NEW", 4),
    ("OWN", 10),
    ("FIELD", 4),
    ("PKG", 10),
    ("DESC", 7),
    ("UPD", 5),
    ("XFER", 5),
    ("LIMIT", 6),
];

#[test]
fn every_rule_has_a_case() {
    let mut missing: Vec<String> =
        RULES.iter().flat_map(|(family, last)| (1..=*last).map(move |number| format!("{family}-{number}"))).collect();
    let all = missing.clone();
    for (path, case) in cases() {
        missing.retain(|rule| !case.rules.contains(rule));
        let unknown: Vec<_> = case.rules.iter().filter(|rule| !all.contains(rule)).collect();
        assert!(unknown.is_empty(), "{}: no such rule: {unknown:?}", path.display());
    }
    assert!(missing.is_empty(), "rules without a case: {missing:?}");
}
