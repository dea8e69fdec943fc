//! Texts with placeholders, such as a Subject (SUBJ-10).

use std::borrow::Cow;

use crate::salesforce::bytes;
use crate::salesforce::text::is_blank;

/// A text with placeholders, which [`Template::new`] has checked (SUBJ-10).
///
/// - `{name}` is a placeholder.
/// - `[…]` is an optional part: it is left out as a whole if a placeholder in it has no value.
/// - `{{`, `}}`, `[[` and `]]` are the signs themselves.
///
/// Values are never read as templates. An empty Subject is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Cow<'static, str>);

/// The reason why a text is not a template, with the position of the problem and the placeholders
/// that are allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TemplateError(String);

impl TemplateError {
    pub(super) fn empty() -> Self {
        Self("a text must not be empty".to_owned())
    }
}

fn list(allowed: &[&str]) -> String {
    let quoted: Vec<_> = allowed.iter().map(|name| format!("`{{{name}}}`")).collect();
    quoted.join(", ")
}

/// A token of a template's text.
enum Token<'t> {
    Text(&'t str),
    /// A brace that opens or closes no placeholder. A checked template has no such brace.
    Stray(&'t str),
    Placeholder(&'t str),
    Open,
    Close,
}

/// The only placeholder that is replaced by a fallback if it has no value outside of optional parts
/// (SUBJ-9).
const USER: &str = "user";

impl Template {
    /// Lists the placeholders of a Subject and of a field in the setting `extra_fields`.
    ///
    /// | placeholder | value |
    /// |---|---|
    /// | `{record}` | the record's name; without a record, the other party's number (SUBJ-9) |
    /// | `{number}` | the name of the company's number, else its digits |
    /// | `{user}`, `{user_email}` | the agent's name and e-mail address |
    /// | `{caller}`, `{caller_e164}` | the other party's number, as Aircall shows it and in E.164 |
    /// | `{line_e164}` | the company's number in E.164 (PKG-3) |
    /// | `{country}` | the other party's country in the wording's language (PKG-4) |
    /// | `{direction}` | `Inbound` or `Outbound` |
    /// | `{kind}` | the kind of call as in [`Because`](crate::Because), such as `missed` |
    /// | `{tags}`, `{teams}` | the names of the tags that are logged, and of the call's teams |
    /// | `{missed_reason}` | Aircall's word for why nobody answered |
    /// | `{contact}`, `{company}` | the name and the company of Aircall's own contact |
    /// | `{call_id}` | Aircall's id of the call |
    /// | `{duration}` | the seconds from the answer to the end (FIELD-3) |
    /// | `{date}` | the date of the call (FIELD-2) |
    /// | `{time_zone}` | the time zone of the company's number (PKG-7) |
    /// | `{hour}` | the hour in that time zone in which the call began (PKG-8) |
    // All of `MESSAGE` but its last placeholder, which is `channel`.
    pub const SUBJECT: &'static [&'static str] = Self::MESSAGE.split_at(Self::MESSAGE.len() - 1).0;
    /// Lists the placeholders of a message's Subject: those of [`Template::SUBJECT`], and
    /// `{channel}`, which is `SMS` or `WhatsApp` (MSG-3). A message has no value for `{tags}`,
    /// `{teams}`, `{missed_reason}`, `{call_id}` and `{duration}`.
    #[rustfmt::skip]
    pub const MESSAGE: &'static [&'static str] = &[
        "record", "number", "user", "caller", "caller_e164", "line_e164", "country", "direction", "kind",
        "tags", "teams", "missed_reason", "contact", "company", "call_id", "duration", "date", "hour",
        "time_zone", "user_email", "channel",
    ];
    /// Lists the placeholder of a voicemail's line and a recording's line, which both require it.
    pub const LINK: &'static [&'static str] = &["link"];
    /// Lists the placeholder of a note's heading.
    pub const NOTE: &'static [&'static str] = &["agent"];

    /// Makes a template from a text of this library. The tests check every such text.
    pub(super) const fn built_in(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Checks a text that may contain the placeholders `allowed`.
    ///
    /// # Errors
    ///
    /// Fails on an empty text, on an unknown placeholder, and on a brace or bracket that is
    /// unbalanced or nested. With [`Template::LINK`] it also fails on a text without `{link}`. The
    /// error names the position.
    pub fn new(text: impl Into<Cow<'static, str>>, allowed: &'static [&'static str]) -> Result<Self, TemplateError> {
        let text = text.into();
        if is_blank(&text) {
            return Err(TemplateError::empty());
        }
        // Editors count characters from 1, so the positions in errors do too.
        let position = |rest: &str| text.chars().count() - rest.chars().count() + 1;
        let unbalanced = |sign, rest: &str, problem| {
            let (position, allowed) = (position(rest), list(allowed));
            let rule = format!("a placeholder is {allowed}, `{sign}{sign}` is the sign itself");
            TemplateError(format!("`{sign}` at character {position} is {problem}; {rule}"))
        };
        let mut opened_at = None;
        for (token, rest) in tokens(&text) {
            match token {
                Token::Stray("{") => return Err(unbalanced('{', rest, "not closed")),
                Token::Stray(_) => return Err(unbalanced('}', rest, "not opened")),
                Token::Text(_) => {}
                Token::Placeholder(name) if allowed.contains(&name) => {}
                // In `{a {b}` the closing brace belongs to the second opening brace.
                Token::Placeholder(name) if name.contains('{') => return Err(unbalanced('{', rest, "not closed")),
                Token::Placeholder(_) => {
                    let (position, allowed) = (position(rest), list(allowed));
                    let message = format!("unknown placeholder at character {position}, expected {allowed}");
                    return Err(TemplateError(message));
                }
                Token::Open if opened_at.is_some() => return Err(unbalanced('[', rest, "inside another")),
                Token::Open => opened_at = Some(rest),
                Token::Close if opened_at.is_none() => return Err(unbalanced(']', rest, "not opened")),
                Token::Close => opened_at = None,
            }
        }
        if let Some(rest) = opened_at {
            return Err(unbalanced('[', rest, "not closed"));
        }
        let template = Self(text);
        // A link line without its link is useless. A text may leave out the other placeholders.
        match allowed.iter().find(|name| !template.has_placeholder(name)) {
            Some(missing) if allowed == Self::LINK => Err(TemplateError(format!("the text lacks `{{{missing}}}`"))),
            _ => Ok(template),
        }
    }

    /// Returns whether the text contains the placeholder with this name.
    pub(crate) fn has_placeholder(&self, name: &str) -> bool {
        tokens(&self.0).any(|(token, _)| matches!(token, Token::Placeholder(other) if other == name))
    }

    /// Writes the text with the values of its placeholders.
    ///
    /// If a placeholder has no value, the optional part that contains it is left out. Outside of
    /// optional parts `fallback` is written for `{user}`, and nothing for any other placeholder.
    pub fn render<'v>(&self, out: &mut String, fallback: &str, value: impl Fn(&str) -> Option<Cow<'v, str>>) {
        render(&self.0, out, fallback, value);
    }
}

/// Writes a template's text as [`Template::render`] does.
pub(crate) fn render<'t, 'v>(
    template: &'t str,
    out: &mut String,
    fallback: &str,
    mut value: impl FnMut(&'t str) -> Option<Cow<'v, str>>,
) {
    let mut part_start = None;
    let mut is_left_out = false;
    for (token, _) in tokens(template) {
        match token {
            Token::Open => part_start = Some(out.len()),
            Token::Close => (part_start, is_left_out) = (None, false),
            // The value of a later placeholder does not bring the part back.
            _ if is_left_out => {}
            Token::Text(text) | Token::Stray(text) => out.push_str(text),
            Token::Placeholder(name) => match (value(name), part_start) {
                (Some(value), _) => out.push_str(&value),
                (None, None) => out.push_str(if name == USER { fallback } else { "" }),
                (None, Some(start)) => {
                    out.truncate(start);
                    is_left_out = true;
                }
            },
        }
    }
}

/// Returns every token of a template, each with the text that begins with the token.
fn tokens(template: &str) -> impl Iterator<Item = (Token<'_>, &str)> {
    let mut rest = template;
    std::iter::from_fn(move || {
        let (token, after) = next_token(rest)?;
        Some((token, std::mem::replace(&mut rest, after)))
    })
}

/// Returns the first token of a template and the text that follows the token.
fn next_token(template: &str) -> Option<(Token<'_>, &str)> {
    let is_sign = |byte| bytes::is_in(byte, [b'{', b'}', b'[', b']'].map(|sign| (sign, sign)));
    let sign = *template.as_bytes().first()?;
    if !is_sign(sign) {
        let end = bytes::find(template.as_bytes(), is_sign).unwrap_or(template.len());
        let (text, rest) = template.split_at_checked(end)?;
        return Some((Token::Text(text), rest));
    }
    let (one, rest) = template.split_at_checked(1)?;
    // A doubled sign is the sign itself, even where the first of the two could close a part.
    if rest.as_bytes().first() == Some(&sign) {
        return Some((Token::Text(one), rest.get(1..)?));
    }
    Some(match sign {
        b'[' => (Token::Open, rest),
        b']' => (Token::Close, rest),
        // In `{a {b}` the closing brace belongs to the second opening brace.
        // Names are short: a search for a character costs more than the name.
        b'{' => match rest.bytes().position(|byte| byte == b'}') {
            Some(end) => (Token::Placeholder(rest.get(..end)?), rest.get(end + 1..)?),
            None => (Token::Stray(one), rest),
        },
        _ => (Token::Stray(one), rest),
    })
}
