//! Tests the rules with golden cases. The docs of `cases.rs` describe the files.
//!
//! A plan is written from the rule by hand. The message of a notice is prose and is not compared.
//! `UPDATE_GOLDEN=1 cargo test --test golden` rewrites the plan of every failing case. Use it for
//! changes of format only, and check each rewritten plan against the rules afterwards.

mod cases;
mod explanations;
mod layout;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
use cases::{Case, cases, expanded, folder, merge, read};
use layout::{laid_out, spelled};
use serde_json::{Map, Value, json};

/// Returns the plan of a case, or the error of the part of its input that cannot be read.
fn mapped(case: &Case, webhook: &str) -> Result<Value, String> {
    let settings = Settings::from_json(&case.settings.to_string()).map_err(|error| error.to_string())?;
    let directory = case.directory.as_ref().map(|directory| Directory::from_json(&directory.to_string()));
    let directory = directory.transpose().map_err(|error| error.to_string())?.unwrap_or_default();
    let webhook = Webhook::from_json(webhook).map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap())
}

fn without_messages(mut plan: Value) -> Value {
    for notice in plan["notices"].as_array_mut().into_iter().flatten() {
        notice.as_object_mut().unwrap().remove("message");
    }
    plan
}

/// Returns the part of the plan that a `plan_has` names, spelled as a `plan_has`.
fn part(plan: &Value, has: &Value) -> Value {
    match (plan, has) {
        (Value::Object(plan), Value::Object(has)) if !is_absent(has) => {
            let value = |key| plan.get(key).map_or_else(|| json!({"$absent": true}), |value| part(value, &has[key]));
            has.keys().map(|key| (key.clone(), value(key))).collect()
        }
        _ => plan.clone(),
    }
}

fn is_absent(has: &Map<String, Value>) -> bool {
    has.len() == 1 && has.contains_key("$absent")
}

/// Lists the places at which two values differ.
fn differences(at: &str, wanted: &Value, got: &Value, out: &mut Vec<String>) {
    let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), |value| spelled(value).to_string());
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            let keys: BTreeSet<_> = wanted.keys().chain(got.keys()).collect();
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

/// How many failing cases are shown in full: a broken rule can make hundreds fail.
const SHOWN: usize = 20;

#[test]
fn every_case_gives_its_plan() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut failures = BTreeMap::new();
    for (path, case) in cases() {
        let plan = match mapped(&case, &case.webhook.to_string()) {
            Ok(plan) => without_messages(plan),
            Err(error) => {
                failures.insert(path, (case, vec![error], Value::Null));
                continue;
            }
        };
        let (key, wanted) = expected(&case);
        let got = if key == "plan" { plan.clone() } else { part(&plan, wanted) };
        let mut differing = Vec::new();
        differences(key, wanted, &got, &mut differing);
        if differing.is_empty() {
            continue;
        }
        if update {
            let path = folder().join(path);
            let mut file = read(&path);
            file.insert(key.to_owned(), spelled(&got));
            fs::write(path, laid_out(&Value::Object(file))).unwrap();
        } else {
            failures.insert(path, (case, differing, plan));
        }
    }
    let names: Vec<_> = failures.keys().map(|path| path.display().to_string()).collect();
    let shown = failures.iter().take(SHOWN).map(|(path, (case, differing, plan))| failure(path, case, differing, plan));
    let shown: Vec<_> = shown.collect();
    assert!(names.is_empty(), "{}\n{} cases fail:\n{}", shown.join("\n"), names.len(), names.join("\n"));
}

/// The cases do not compare the words of notices. These contain the choice of REC-9.
#[test]
fn the_notice_of_a_shared_number_names_the_choice() {
    let cases = cases();
    for (name, choice) in [
        ("rec/shared-number-takes-the-first-by-default.json", "the first of them"),
        ("rec/agents-own-takes-the-record-of-the-agent.json", "the one that the agent owns"),
        ("rec/account-logs-the-call-on-the-common-account.json", "their Account"),
        ("rec/nobody-logs-the-call-on-no-record.json", "none of them"),
    ] {
        let case = &cases[Path::new(name)];
        let plan = mapped(case, &case.webhook.to_string()).unwrap();
        let message = plan["notices"][0]["message"].as_str().unwrap();
        assert!(message.ends_with(&format!("the call is logged on {choice}")), "{name}: {message}");
    }
}

/// Returns the key of a case's expected plan, and the plan.
fn expected(case: &Case) -> (&'static str, &Value) {
    match (&case.plan, &case.plan_has) {
        (Some(plan), _) => ("plan", plan),
        (None, has) => ("plan_has", has.as_ref().unwrap()),
    }
}

/// Shows a failing case in full: its claim, the differences, its input and both plans.
fn failure(path: &Path, case: &Case, differing: &[String], got: &Value) -> String {
    let (key, wanted) = expected(case);
    let mut whole = json!({"webhook": case.webhook, "directory": case.directory, "settings": case.settings});
    whole[key] = json!(wanted);
    whole["got"] = got.clone();
    let whole = laid_out(&spelled(&whole));
    format!("{}: {}\n    {}\n{whole}", path.display(), case.why, differing.join("\n    "))
}

/// The same call with its keys in another order and with unknown keys has the same plan.
#[test]
fn what_does_not_matter_changes_nothing() {
    for (path, case) in cases() {
        let mut strange = case.webhook.clone();
        decorate(&mut strange);
        assert_eq!(mapped(&case, &case.webhook.to_string()), mapped(&case, &strange.to_string()), "{}", path.display());
    }
}

/// Reverses the keys of all objects that have any, and adds an unknown key.
fn decorate(value: &mut Value) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let mut reversed: Map<String, Value> = Map::new();
            reversed.insert("a key of tomorrow".to_owned(), json!({"data": [null, {}]}));
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

/// The last number of each family of rules, as the docs of `src/rules` number them.
const RULES: [(&str, u32); 15] = [
    ("LOG", 9),
    ("KIND", 3),
    ("SUBJ", 10),
    ("DISP", 6),
    ("REC", 10),
    ("NEW", 4),
    ("OWN", 10),
    ("FIELD", 5),
    ("PKG", 10),
    ("DESC", 9),
    ("UPD", 7),
    ("XFER", 5),
    ("LIMIT", 6),
    ("MSG", 10),
    ("AI", 2),
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

/// A patch with a misspelled path could leave a case equal to another one.
#[test]
fn no_case_repeats_another() {
    let mut seen = BTreeMap::new();
    for (path, case) in cases() {
        let input = json!([case.webhook, case.directory, case.settings, case.rules]).to_string();
        if let Some(other) = seen.insert(input, path.clone()) {
            panic!("{} has the input and the rules of {}", path.display(), other.display());
        }
    }
}

/// The examples of RFC 7396, appendix A: target, patch, result.
#[test]
fn patches_are_merged_as_rfc_7396_merges_them() {
    let examples = json!([
        [{"a": "b"}, {"a": "c"}, {"a": "c"}],
        [{"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}],
        [{"a": "b"}, {"a": null}, {}],
        [{"a": "b", "b": "c"}, {"a": null}, {"b": "c"}],
        [{"a": ["b"]}, {"a": "c"}, {"a": "c"}],
        [{"a": "c"}, {"a": ["b"]}, {"a": ["b"]}],
        [{"a": {"b": "c"}}, {"a": {"b": "d", "c": null}}, {"a": {"b": "d"}}],
        [{"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}],
        [["a", "b"], ["c", "d"], ["c", "d"]],
        [{"a": "b"}, ["c"], ["c"]],
        [{"a": "foo"}, null, null],
        [{"a": "foo"}, "bar", "bar"],
        [{"e": null}, {"a": 1}, {"e": null, "a": 1}],
        [[1, 2], {"a": "b", "c": null}, {"a": "b"}],
        [{}, {"a": {"bb": {"ccc": null}}}, {"a": {"bb": {}}}],
    ]);
    for example in examples.as_array().unwrap() {
        let mut target = example[0].clone();
        merge(&mut target, &example[1]);
        assert_eq!(target, example[2], "{example}");
    }
}

#[test]
fn literals_are_expanded_and_long_texts_spelled() {
    let mut target = json!({"a": {"repeat": ["x", 2]}, "b": "c", "d": {"e": 1}});
    merge(
        &mut target,
        &json!({"a": {"concat": ["<", {"repeat": ["é", 3]}, ">"]}, "b": {"$null": true}, "d": {"$null": true}}),
    );
    assert_eq!(target, json!({"a": "<ééé>", "b": null, "d": null}));
    assert_eq!(
        expanded(&json!([{"repeat": ["ab", 2]}, {"$null": true}, null, {"repeat": 1, "b": 2}])),
        json!([
            "abab", null, null, {"repeat": 1, "b": 2}
        ])
    );
    let long = json!({"text": format!("a\r\n{}b", "\r\n".repeat(50)), "short": "aaaa"});
    let short = json!({"text": {"concat": ["a", {"repeat": ["\r\n", 51]}, "b"]}, "short": "aaaa"});
    assert_eq!(spelled(&long), short);
    assert_eq!(expanded(&short), long);
}
