//! Reads the golden cases: `tests/golden/<family>/<claim>.json`.
//!
//! Each family has a base, `base.json`: `{"webhook", "directory", "settings"}`, in full. A case
//! names what differs from the base and what the plan must be:
//!
//! | key | value |
//! |---|---|
//! | `why` | the claim in one sentence |
//! | `rules` | the ids of the rules that the case is about |
//! | `base` | optional: `"outbound"` selects `base.outbound.json` of the family |
//! | `webhook`, `directory`, `settings` | optional: a merge patch (RFC 7396) on that part |
//! | `plan` | the whole plan, without the messages of notices |
//! | `plan_has` | instead of `plan`: the part of the plan that the case is about |
//!
//! - In a merge patch a list replaces the whole list, and `null` removes the key. `{"$null": true}`
//!   means a literal null. Inside a list, in a base and in a plan, `null` is a null.
//! - `{"repeat": ["x", 31966]}` means a text of that many times `x`, and
//!   `{"concat": ["a", {"repeat": ["b", 3]}]}` joins texts. Both can replace any string.
//! - `plan_has` compares objects key by key and ignores every key that it does not name; it
//!   compares lists and texts whole. `{"$absent": true}` requires that the plan lacks the key.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

/// A case after its patches were applied to its base.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) why: String,
    pub(crate) rules: Vec<String>,
    pub(crate) webhook: Value,
    pub(crate) directory: Option<Value>,
    pub(crate) settings: Value,
    pub(crate) plan: Option<Value>,
    pub(crate) plan_has: Option<Value>,
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// Returns all cases by their path below `tests/golden`.
pub(crate) fn cases() -> BTreeMap<PathBuf, Case> {
    let entries = |path: &Path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let families = entries(&folder()).filter(|path| path.is_dir());
    let files = families.flat_map(|family| entries(&family));
    files
        .filter(|path| !is_base(path))
        .map(|path| (path.strip_prefix(folder()).unwrap().to_owned(), case(&path)))
        .collect()
}

fn case(path: &Path) -> Case {
    let mut document = read(path);
    let mut whole = base(path, &mut document);
    // A null of the plan is a value that the plan must have, so the plan is no merge patch.
    let plans = ["plan", "plan_has"].map(|key| Some((key.to_owned(), expanded(&document.remove(key)?))));
    merge(&mut whole, &Value::Object(document));
    whole.as_object_mut().unwrap().extend(plans.into_iter().flatten());
    let case: Case = serde_json::from_value(whole).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let plans = [&case.plan, &case.plan_has].into_iter().flatten().count();
    assert_eq!(plans, 1, "{}: exactly one of `plan` and `plan_has`", path.display());
    case
}

/// Takes the key `base` out of a document and reads the file beside it that the key names.
pub(crate) fn base(path: &Path, document: &mut Map<String, Value>) -> Value {
    let name = match document.remove("base") {
        Some(name) => format!("base.{}.json", name.as_str().unwrap()),
        None => "base.json".to_owned(),
    };
    expanded(&Value::Object(read(&path.with_file_name(name))))
}

pub(crate) fn is_base(path: &Path) -> bool {
    path.file_name().unwrap().to_string_lossy().starts_with("base.")
}

/// Reads a file as it is written, without its base.
pub(crate) fn read(path: &Path) -> Map<String, Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Applies an RFC 7396 merge patch, in which `$null`, `repeat` and `concat` mean values.
pub(crate) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *target = expanded(patch);
        return;
    };
    if let Some(literal) = literal(members) {
        *target = literal;
        return;
    }
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let target = target.as_object_mut().unwrap();
    for (key, value) in members {
        if value.is_null() {
            target.shift_remove(key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

/// Replaces `$null`, `repeat` and `concat` by their values, at any depth.
pub(crate) fn expanded(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(expanded).collect(),
        Value::Object(members) => literal(members)
            .unwrap_or_else(|| members.iter().map(|(key, value)| (key.clone(), expanded(value))).collect()),
        _ => value.clone(),
    }
}

/// Returns the value that an object means, if its only key is `$null`, `repeat` or `concat`.
pub(crate) fn literal(members: &Map<String, Value>) -> Option<Value> {
    let mut members = members.iter();
    let (Some((key, value)), None) = (members.next(), members.next()) else { return None };
    match (key.as_str(), value) {
        ("$null", _) => Some(Value::Null),
        ("repeat" | "concat", _) => Some(Value::String(text(key, value))),
        _ => None,
    }
}

fn text(key: &str, value: &Value) -> String {
    let list = value.as_array().unwrap_or_else(|| panic!("`{key}` takes a list: {value}"));
    let part = |value: &Value| match expanded(value) {
        Value::String(text) => text,
        other => panic!("`{key}` joins texts: {other}"),
    };
    match (key, list.as_slice()) {
        ("repeat", [unit, count]) => {
            let count = count.as_u64().unwrap_or_else(|| panic!("`repeat` takes a count: {value}"));
            part(unit).repeat(usize::try_from(count).unwrap())
        }
        ("concat", parts) => parts.iter().map(part).collect(),
        _ => panic!("`repeat` takes a text and a count: {value}"),
    }
}
