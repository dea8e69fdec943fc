//! Texts with placeholders (SUBJ-10).

use std::borrow::Cow;

use crate::salesforce::text::is_blank;

/// A text with placeholders, checked when it is made (SUBJ-10).
///
/// `{name}` is a placeholder. A part in `[…]` goes as a whole where a placeholder in it has nothing to say. `{{`, `}}`, `[[` and
/// `]]` are the signs themselves. What is filled in is never read as a template. A Subject of which nothing is left is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Cow<'static, str>);

/// Why a text is no template. Places are characters, from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Nothing, or only blanks.
    #[error("a text must not be empty")]
    Empty,
    /// A placeholder that this text does not have.
    #[error("unknown placeholder at character {place}, expected {}", list(.known))]
    UnknownPlaceholder {
        /// Where its brace stands.
        place: usize,
        /// The placeholders there are.
        known: &'static [&'static str],
    },
    /// A brace or bracket that is not closed, was not opened, or stands inside another of its kind.
    #[error(
        "`{sign}` at character {place} is {what}; a placeholder is {}, `{sign}{sign}` is the sign itself",
        list(.known)
    )]
    Unbalanced {
        /// The sign.
        sign: char,
        /// Where it stands.
        place: usize,
        /// What is wrong with it.
        what: &'static str,
        /// The placeholders there are.
        known: &'static [&'static str],
    },
    /// A placeholder without which the text makes no sense.
    #[error("the text must hold `{{{0}}}`")]
    Lacks(&'static str),
}

fn list(known: &[&str]) -> String {
    let quoted: Vec<_> = known.iter().map(|name| format!("`{{{name}}}`")).collect();
    quoted.join(", ")
}

/// One step through a template.
enum Part<'t> {
    Text(&'t str),
    /// A brace that opens no placeholder, or closes none; no checked template has one.
    Stray(&'t str),
    Placeholder(&'t str),
    Open,
    Close,
}

impl Template {
    /// The placeholders of a Subject.
    pub const SUBJECT: &'static [&'static str] = &["record", "number", "user"];
    /// The placeholder of the two link lines, which must be there.
    pub const LINK: &'static [&'static str] = &["link"];
    /// The placeholder of a note's heading.
    pub const NOTE: &'static [&'static str] = &["agent"];

    /// A text of this library; the tests check every one.
    pub(super) const fn built_in(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Checks a text against the placeholders that it may hold.
    ///
    /// # Errors
    ///
    /// An empty text, an unknown placeholder, a brace or bracket that is unbalanced or nested; the error names the place.
    pub fn new(text: impl Into<Cow<'static, str>>, known: &'static [&'static str]) -> Result<Self, TemplateError> {
        let text = text.into();
        if is_blank(&text) {
            return Err(TemplateError::Empty);
        }
        let place = |rest: &str| text.chars().count() - rest.chars().count() + 1;
        let unbalanced = |sign, rest: &str, what| TemplateError::Unbalanced { sign, place: place(rest), what, known };
        let mut rest = text.as_ref();
        let mut opened_at = None;
        while let Some((part, after)) = next(rest) {
            match part {
                Part::Stray("{") => return Err(unbalanced('{', rest, "not closed")),
                Part::Stray(_) => return Err(unbalanced('}', rest, "not opened")),
                Part::Text(_) => {}
                Part::Placeholder(name) if name.contains('{') => {
                    return Err(unbalanced('{', rest, "not closed"));
                }
                Part::Placeholder(name) if known.contains(&name) => {}
                Part::Placeholder(_) => {
                    return Err(TemplateError::UnknownPlaceholder { place: place(rest), known });
                }
                Part::Open if opened_at.is_some() => return Err(unbalanced('[', rest, "inside another")),
                Part::Open => opened_at = Some(rest),
                Part::Close if opened_at.is_none() => return Err(unbalanced(']', rest, "not opened")),
                Part::Close => opened_at = None,
            }
            rest = after;
        }
        match opened_at {
            Some(rest) => Err(unbalanced('[', rest, "not closed")),
            None => Ok(Self(text)),
        }
    }

    /// As [`Template::new`], for one that has to hold every placeholder.
    ///
    /// # Errors
    ///
    /// As [`Template::new`], and where the placeholder is missing.
    pub fn with(text: impl Into<Cow<'static, str>>, known: &'static [&'static str]) -> Result<Self, TemplateError> {
        let template = Self::new(text, known)?;
        for name in known {
            let mut rest = template.0.as_ref();
            let mut found = false;
            while let Some((part, after)) = next(rest) {
                found |= matches!(part, Part::Placeholder(placeholder) if placeholder == *name);
                rest = after;
            }
            if !found {
                return Err(TemplateError::Lacks(name));
            }
        }
        Ok(template)
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Writes the text with its placeholders filled in. `None` is nothing to say: the bracket that the placeholder stands in goes,
    /// and outside of brackets `fallback` is written.
    pub fn render<'v>(&self, out: &mut String, fallback: &str, value: impl Fn(&str) -> Option<&'v str>) {
        let mut rest = self.0.as_ref();
        let mut part_start = None;
        while let Some((part, after)) = next(rest) {
            rest = after;
            match part {
                Part::Text(text) | Part::Stray(text) => out.push_str(text),
                Part::Placeholder(name) => match (value(name), part_start) {
                    (Some(value), _) => out.push_str(value),
                    (None, None) => out.push_str(fallback),
                    (None, Some(start)) => {
                        out.truncate(start);
                        rest = after_close(rest);
                        part_start = None;
                    }
                },
                Part::Open => part_start = Some(out.len()),
                Part::Close => part_start = None,
            }
        }
    }
}

/// The next part of a template and what follows it.
fn next(template: &str) -> Option<(Part<'_>, &str)> {
    let is_sign = |byte: &u8| matches!(byte, b'{' | b'}' | b'[' | b']');
    let sign = *template.as_bytes().first()?;
    if !is_sign(&sign) {
        let end = template.as_bytes().iter().position(is_sign).unwrap_or(template.len());
        let (text, rest) = template.split_at_checked(end)?;
        return Some((Part::Text(text), rest));
    }
    let (one, rest) = template.split_at_checked(1)?;
    if rest.as_bytes().first() == Some(&sign) {
        return Some((Part::Text(one), rest.get(1..)?));
    }
    Some(match sign {
        b'[' => (Part::Open, rest),
        b']' => (Part::Close, rest),
        b'{' => match rest.as_bytes().iter().position(|&byte| byte == b'}') {
            Some(end) => (Part::Placeholder(rest.get(..end)?), rest.get(end + 1..)?),
            None => (Part::Stray(one), rest),
        },
        _ => (Part::Stray(one), rest),
    })
}

/// What follows the end of the bracket that a template stands in.
fn after_close(mut template: &str) -> &str {
    while let Some((part, rest)) = next(template) {
        template = rest;
        if matches!(part, Part::Close) {
            break;
        }
    }
    template
}
