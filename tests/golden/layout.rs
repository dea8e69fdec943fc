//! Writes JSON the way the golden cases are written: short values share a line of 100 columns.

use serde_json::{Value, json};

use crate::cases::literal;

const COLUMNS: usize = 100;

/// Lays out a case: each of its keys begins a line.
pub(crate) fn laid_out(value: &Value) -> String {
    broken(value, 0, true) + "\n"
}

fn broken(value: &Value, indent: usize, key_per_line: bool) -> String {
    let (brackets, members): (_, Vec<(String, &Value)>) = match value {
        Value::Object(map) => {
            (["{", "}"], map.iter().map(|(key, value)| (json!(key).to_string() + ": ", value)).collect())
        }
        Value::Array(list) => (["[", "]"], list.iter().map(|value| (String::new(), value)).collect()),
        _ => return in_line(value),
    };
    let indent = indent + 2;
    let mut lines: Vec<String> = Vec::new();
    // Only values without objects share a line: an object is easier to find at a line's beginning.
    let mut may_be_joined = false;
    let count = members.len();
    for (place, (key, value)) in members.into_iter().enumerate() {
        let comma = if place + 1 < count { "," } else { "" };
        let short = format!("{key}{}{comma}", in_line(value));
        let joins = !key_per_line && !has_object(value);
        let room = COLUMNS - indent;
        match lines.last_mut() {
            Some(line) if joins && may_be_joined && width(line) + 1 + width(&short) <= room => {
                line.push(' ');
                line.push_str(&short);
            }
            _ if width(&short) <= room => lines.push(short),
            _ => lines.push(format!("{key}{}{comma}", broken(value, indent, false))),
        }
        may_be_joined = joins;
    }
    let [open, close] = brackets;
    if lines.is_empty() {
        return format!("{open}{close}");
    }
    let blanks = " ".repeat(indent);
    format!("{open}\n{blanks}{}\n{}{close}", lines.join(&format!("\n{blanks}")), &blanks[2..])
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn has_object(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty() && literal(map).is_none(),
        Value::Array(list) => list.iter().any(has_object),
        _ => false,
    }
}

fn in_line(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let members: Vec<_> =
                map.iter().map(|(key, value)| format!("{}: {}", json!(key), in_line(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(in_line).collect::<Vec<_>>().join(", ")),
        _ => visible(&value.to_string()),
    }
}

/// Escapes what a reader cannot see or cannot tell from a blank.
fn visible(json: &str) -> String {
    let is_invisible = |character: char| {
        character.is_control()
            || (character.is_whitespace() && character != ' ')
            || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    json.chars()
        .map(|character| match character {
            _ if is_invisible(character) => format!("\\u{:04x}", u32::from(character)),
            _ => character.to_string(),
        })
        .collect()
}

/// Spells long runs of texts as `repeat` and `concat`, at any depth.
pub(crate) fn spelled(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(spelled).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), spelled(value))).collect(),
        Value::String(text) => spelled_text(text),
        _ => value.clone(),
    }
}

fn spelled_text(text: &str) -> Value {
    const LONG: usize = 60;
    let characters: Vec<char> = text.chars().collect();
    let mut parts: Vec<Value> = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while at < characters.len() {
        let rest = &characters[at..];
        let run = (1..=4.min(rest.len())).find_map(|length| {
            let unit = &rest[..length];
            let count = rest.chunks_exact(length).take_while(|chunk| *chunk == unit).count();
            (length * count >= LONG).then_some((unit, count))
        });
        let Some((unit, count)) = run else {
            plain.push(characters[at]);
            at += 1;
            continue;
        };
        if !plain.is_empty() {
            parts.push(json!(std::mem::take(&mut plain)));
        }
        parts.push(json!({"repeat": [unit.iter().collect::<String>(), count]}));
        at += unit.len() * count;
    }
    if !plain.is_empty() || parts.is_empty() {
        parts.push(json!(plain));
    }
    if parts.len() == 1 { parts.remove(0) } else { json!({"concat": parts}) }
}
