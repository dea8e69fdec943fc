//! References in composite requests: `@{ref.id}` stands for what an earlier part was answered with.
//!
//! **Assumed**: wherever `@{` stands in a text, a reference is read, and one that leads nowhere fails the part.

use std::collections::HashMap;

use serde_json::Value;

use crate::fault::Fault;

/// The answers of the parts so far, by their reference ids; nothing for a part that failed.
pub(super) type Answers = HashMap<String, Option<Value>>;

/// The same JSON with its references resolved.
pub(super) fn resolve(value: &Value, answers: &Answers) -> Result<Value, Fault> {
    Ok(match value {
        Value::String(text) => Value::String(in_text(text, answers)?),
        Value::Array(items) => items.iter().map(|item| resolve(item, answers)).collect::<Result<_, _>>()?,
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| Ok((name.clone(), resolve(value, answers)?)));
            Value::Object(fields.collect::<Result<_, Fault>>()?)
        }
        other => other.clone(),
    })
}

/// The same text with its references resolved.
pub(super) fn in_text(text: &str, answers: &Answers) -> Result<String, Fault> {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("@{") {
        resolved.push_str(before);
        let (reference, after) = from.split_once('}').ok_or_else(|| halted("unclosed reference".to_owned()))?;
        resolved.push_str(&value(reference, answers)?);
        rest = after;
    }
    resolved.push_str(rest);
    Ok(resolved)
}

fn halted(message: String) -> Fault {
    Fault::request("PROCESSING_HALTED", message)
}

/// What `ref.id` or `ref.records[0].Id` leads to.
fn value(reference: &str, answers: &Answers) -> Result<String, Fault> {
    let nowhere = || halted(format!("Invalid reference specified. No value for {reference} found"));
    let start = reference.find(['.', '[']).unwrap_or(reference.len());
    let (part, mut path) = reference.split_at(start);
    let mut value = answers.get(part).and_then(Option::as_ref).ok_or_else(nowhere)?;
    while !path.is_empty() {
        let (step, after) = if let Some(inside) = path.strip_prefix('[') {
            let (place, after) = inside.split_once(']').ok_or_else(nowhere)?;
            (place.parse::<usize>().ok().and_then(|place| value.get(place)), after)
        } else {
            let inside = path.strip_prefix('.').ok_or_else(nowhere)?;
            let (name, after) = inside.split_at(inside.find(['.', '[']).unwrap_or(inside.len()));
            (value.get(name), after)
        };
        (value, path) = (step.ok_or_else(nowhere)?, after);
    }
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        _ => Err(nowhere()),
    }
}
