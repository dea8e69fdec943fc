//! Compares values with the operands of a query.

use std::cmp::Ordering;

use serde_json::Value;

use super::lex::Quoted;
use super::parse::Operator;

/// The operand of a comparison, converted to the field's type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Null,
    /// A text in lower case, because Salesforce ignores case.
    Text(String),
    /// An id, a date or a time. Each has a single spelling, so the texts are compared directly.
    Exact(String),
    Number(f64),
    Flag(bool),
    Like(Vec<LikeToken>),
}

/// A token of a LIKE pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LikeToken {
    /// `%`
    Any,
    /// `_`
    One,
    Character(char),
}

/// Parses a LIKE pattern; `%` and `_` after a backslash are ordinary characters.
pub(crate) fn pattern(quoted: &Quoted) -> Vec<LikeToken> {
    let tokens = quoted.text.char_indices().flat_map(|(at, character)| {
        let escaped = quoted.escaped.contains(&at);
        let tokens: Vec<LikeToken> = match character {
            '%' if !escaped => vec![LikeToken::Any],
            '_' if !escaped => vec![LikeToken::One],
            other => other.to_lowercase().map(LikeToken::Character).collect(),
        };
        tokens
    });
    tokens.collect()
}

/// Returns whether a row's value satisfies the comparison; `None` is null.
pub(crate) fn holds(value: Option<&Value>, operator: Operator, operand: &Operand) -> bool {
    if let Operand::Like(tokens) = operand {
        let text = value.and_then(Value::as_str).map(|text| text.to_lowercase().chars().collect::<Vec<_>>());
        return text.is_some_and(|text| is_like(&text, tokens));
    }
    let order = order(value, operand);
    match operator {
        Operator::Equal | Operator::Like => order == Some(Ordering::Equal),
        Operator::NotEqual => order != Some(Ordering::Equal),
        Operator::Less => order == Some(Ordering::Less),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// Returns the order of two values, or `None` if they cannot be compared. Null is neither less nor
/// greater than any value.
fn order(value: Option<&Value>, operand: &Operand) -> Option<Ordering> {
    match (value, operand) {
        (None, Operand::Null) => Some(Ordering::Equal),
        (None, Operand::Text(text)) if text.is_empty() => Some(Ordering::Equal),
        (Some(Value::String(text)), Operand::Text(operand)) => Some(text.to_lowercase().cmp(operand)),
        (Some(Value::String(text)), Operand::Exact(operand)) => Some(text.cmp(operand)),
        (Some(Value::Number(number)), Operand::Number(operand)) => number.as_f64()?.partial_cmp(operand),
        (Some(Value::Bool(flag)), Operand::Flag(operand)) => Some(flag.cmp(operand)),
        _ => None,
    }
}

fn is_like(mut text: &[char], mut tokens: &[LikeToken]) -> bool {
    // The position after the last `%`, where matching resumes after a mismatch.
    let mut resume: Option<(&[char], &[LikeToken])> = None;
    loop {
        match (text.split_first(), tokens.split_first()) {
            (None, None) => return true,
            (_, Some((LikeToken::Any, after))) => {
                resume = Some((text, after));
                tokens = after;
            }
            (Some((_, text_after)), Some((LikeToken::One, after))) => (text, tokens) = (text_after, after),
            (Some((character, text_after)), Some((LikeToken::Character(operand), after))) if character == operand => {
                (text, tokens) = (text_after, after);
            }
            _ => {
                let Some((from, after)) = resume.take() else { return false };
                let Some((_, from)) = from.split_first() else { return false };
                resume = Some((from, after));
                (text, tokens) = (from, after);
            }
        }
    }
}

/// Returns the order of two values for ORDER BY; null is handled by the caller.
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
