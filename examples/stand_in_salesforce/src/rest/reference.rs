//! Resolves references in composite requests: `@{ref.id}` is a value from an earlier response.
//!
//! **Assumed**: every `@{` in a text begins a reference, and a reference without a value fails the
//! subrequest.

use std::collections::HashMap;

use serde_json::Value;

use crate::fault::Fault;

/// The responses so far, by reference id; `None` for a failed subrequest.
pub(super) type Responses = HashMap<String, Option<Value>>;

/// Returns the reference ids in a text.
pub(super) fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.split("@{").skip(1).filter_map(|from| from.split(['.', '[', '}']).next())
}

/// Resolves the references in a JSON value.
pub(super) fn resolve(value: &Value, responses: &Responses) -> Result<Value, Fault> {
    Ok(match value {
        Value::String(text) => Value::String(in_text(text, responses)?),
        Value::Array(items) => items.iter().map(|item| resolve(item, responses)).collect::<Result<_, _>>()?,
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| Ok((name.clone(), resolve(value, responses)?)));
            Value::Object(fields.collect::<Result<_, Fault>>()?)
        }
        other => other.clone(),
    })
}

/// Resolves the references in a text.
pub(super) fn in_text(text: &str, responses: &Responses) -> Result<String, Fault> {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("@{") {
        resolved.push_str(before);
        let (reference, after) = from.split_once('}').ok_or_else(|| halted("unclosed reference".to_owned()))?;
        resolved.push_str(&value(reference, responses)?);
        rest = after;
    }
    resolved.push_str(rest);
    Ok(resolved)
}

fn halted(message: String) -> Fault {
    Fault::request("PROCESSING_HALTED", message)
}

/// Returns the value of `ref.id` or `ref.records[0].Id`.
fn value(reference: &str, responses: &Responses) -> Result<String, Fault> {
    let no_value = || halted(format!("Invalid reference specified. No value for {reference} found"));
    let start = reference.find(['.', '[']).unwrap_or(reference.len());
    let (part, mut path) = reference.split_at(start);
    let mut value = responses.get(part).and_then(Option::as_ref).ok_or_else(no_value)?;
    while !path.is_empty() {
        let (step, after) = if let Some(inside) = path.strip_prefix('[') {
            let (index, after) = inside.split_once(']').ok_or_else(no_value)?;
            (index.parse::<usize>().ok().and_then(|index| value.get(index)), after)
        } else {
            let inside = path.strip_prefix('.').ok_or_else(no_value)?;
            let (name, after) = inside.split_at(inside.find(['.', '[']).unwrap_or(inside.len()));
            (value.get(name), after)
        };
        (value, path) = (step.ok_or_else(no_value)?, after);
    }
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => Err(no_value()),
    }
}
