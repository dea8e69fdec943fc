//! Whether a value is what a query asks for.

use std::cmp::Ordering;

use serde_json::Value;

use super::lex::Quoted;
use super::parse::Operator;

/// What a field is compared with, read by the field's type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wanted {
    Null,
    /// In lower case: Salesforce compares without regard to it.
    Text(String),
    /// An id, a date or a time: texts of one form each, which are compared as they are.
    Exact(String),
    Number(f64),
    Flag(bool),
    Like(Vec<Piece>),
}

/// A part of a LIKE pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// `%`
    Any,
    /// `_`
    One,
    Character(char),
}

/// A pattern: `%` and `_` unless they stood behind a backslash.
pub(crate) fn pattern(quoted: &Quoted) -> Vec<Piece> {
    let pieces = quoted.text.char_indices().flat_map(|(at, character)| {
        let escaped = quoted.escaped.contains(&at);
        let pieces: Vec<Piece> = match character {
            '%' if !escaped => vec![Piece::Any],
            '_' if !escaped => vec![Piece::One],
            other => other.to_lowercase().map(Piece::Character).collect(),
        };
        pieces
    });
    pieces.collect()
}

/// Whether a row's value, nothing for null, passes.
pub(crate) fn holds(value: Option<&Value>, operator: Operator, wanted: &Wanted) -> bool {
    if let Wanted::Like(pieces) = wanted {
        let text = value.and_then(Value::as_str).map(|text| text.to_lowercase().chars().collect::<Vec<_>>());
        return text.is_some_and(|text| is_like(&text, pieces));
    }
    let order = order(value, wanted);
    match operator {
        Operator::Equal | Operator::Like => order == Some(Ordering::Equal),
        Operator::NotEqual => order != Some(Ordering::Equal),
        Operator::Less => order == Some(Ordering::Less),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// `None` where they cannot be compared: null is neither less nor greater than anything.
fn order(value: Option<&Value>, wanted: &Wanted) -> Option<Ordering> {
    match (value, wanted) {
        (None, Wanted::Null) => Some(Ordering::Equal),
        (None, Wanted::Text(text)) if text.is_empty() => Some(Ordering::Equal),
        (Some(Value::String(text)), Wanted::Text(wanted)) => Some(text.to_lowercase().cmp(wanted)),
        (Some(Value::String(text)), Wanted::Exact(wanted)) => Some(text.cmp(wanted)),
        (Some(Value::Number(number)), Wanted::Number(wanted)) => number.as_f64()?.partial_cmp(wanted),
        (Some(Value::Bool(flag)), Wanted::Flag(wanted)) => Some(flag.cmp(wanted)),
        _ => None,
    }
}

fn is_like(mut text: &[char], mut pieces: &[Piece]) -> bool {
    // Where to go on when what follows the last `%` did not fit.
    let mut again: Option<(&[char], &[Piece])> = None;
    loop {
        match (text.split_first(), pieces.split_first()) {
            (None, None) => return true,
            (_, Some((Piece::Any, after))) => {
                again = Some((text, after));
                pieces = after;
            }
            (Some((_, text_after)), Some((Piece::One, after))) => (text, pieces) = (text_after, after),
            (Some((character, text_after)), Some((Piece::Character(wanted), after))) if character == wanted => {
                (text, pieces) = (text_after, after);
            }
            _ => {
                let Some((from, after)) = again.take() else { return false };
                let Some((_, from)) = from.split_first() else { return false };
                again = Some((from, after));
                (text, pieces) = (from, after);
            }
        }
    }
}

/// The order of ORDER BY, without null.
pub(crate) fn sorted(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.to_lowercase().cmp(&other.to_lowercase()),
        (Value::Number(one), Value::Number(other)) => {
            one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal)
        }
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => Ordering::Equal,
    }
}
