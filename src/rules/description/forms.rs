//! The signs by which a text is ours: headings and link lines of every wording.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::salesforce::text;
use crate::wording::{Edition, Language, Template, Wording};

/// From how many letters of its own on a template's line is nobody else's, whatever is filled in.
const DISTINCT_LETTERS: usize = 10;

/// Stands for what is filled in; no text has it, Unicode keeps it free.
const HOLE: char = '\u{FFFF}';

/// Headings and link lines: those of the wording in use, and of the library's.
#[derive(Debug, Clone)]
pub(super) struct Forms {
    headings: Vec<Form>,
    links: Vec<Form>,
    /// Everybody whom the call names.
    names: BTreeSet<String>,
    /// Where today's link leads.
    host: Option<String>,
}

impl Forms {
    pub(super) fn new<'n>(wording: &Wording, names: impl Iterator<Item = Cow<'n, str>>, url: Option<&str>) -> Self {
        let languages = [Language::De, Language::En, Language::Fr, Language::Es];
        let own = languages.map(|language| Wording::new(language, Edition::default()));
        let (mut headings, mut links) = (Vec::new(), Vec::new());
        for Wording { note, voicemail_link, recording_link, .. } in [wording].into_iter().chain(&own) {
            headings.push(Form::new(note));
            links.extend([voicemail_link, recording_link].map(Form::new));
        }
        let names = names.map(Cow::into_owned).collect();
        Self { headings, links, names, host: url.and_then(host).map(str::to_owned) }
    }

    /// A heading that a text begins with: the author, and where it ends.
    pub(super) fn heading<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        self.heading_of_known(text).or_else(|| self.heading_of_anybody(text))
    }

    /// As [`Forms::heading`], of an author whom the call names.
    pub(super) fn heading_of_known<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        let read = self.headings.iter().filter_map(|form| Some((form, form.read(text)?)));
        let mut known = read.filter(|(form, (author, _))| form.holes() == 0 || self.names.contains(author.trim()));
        known.next().map(|(_, heading)| heading)
    }

    /// As [`Forms::heading`], of anybody, where the template's own words leave no doubt.
    pub(super) fn heading_of_anybody<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        self.headings.iter().filter(|form| form.is_distinct()).find_map(|form| form.read(text))
    }

    /// A link line that a text begins with: the link, and where the line ends. Where the template's own words are too few, the link must
    /// lead to where today's leads.
    pub(super) fn link<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        self.links.iter().find_map(|form| {
            let (url, end) = form.read(text)?;
            let is_ours = form.is_distinct() || (self.host.is_some() && host(url) == self.host.as_deref());
            (is_ours && !url.contains(char::is_whitespace)).then_some((url, end))
        })
    }
}

fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

/// A template, to be read backwards.
#[derive(Debug, Clone)]
struct Form {
    /// What stands before, between and after what is filled in.
    parts: Vec<String>,
    /// How many line breaks it has.
    breaks: usize,
    /// The blanks that it ends with.
    below: String,
}

impl Form {
    fn new(template: &Template) -> Self {
        let mut text = String::new();
        let mut hole = [0; 4];
        let hole = &*HOLE.encode_utf8(&mut hole);
        template.render(&mut text, "", |_| Some(hole));
        let below = text.get(text.trim_end().len()..).unwrap_or_default().to_owned();
        let text = text::area(&text);
        Self { below, parts: text.split(HOLE).map(str::to_owned).collect(), breaks: text.matches('\n').count() }
    }

    fn holes(&self) -> usize {
        self.parts.len() - 1
    }

    fn is_distinct(&self) -> bool {
        let letters = self.parts.iter().flat_map(|part| part.chars()).filter(|character| character.is_alphabetic());
        letters.count() >= DISTINCT_LETTERS
    }

    /// What is filled into the form that a text begins with, and where it ends: with a line.
    fn read<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        let end = text.match_indices('\n').nth(self.breaks).map_or(text.len(), |(end, _)| end);
        let filled = text.get(..end)?.trim();
        let own: usize = self.parts.iter().map(String::len).sum();
        let filled_in = filled.len().checked_sub(own)?;
        let length = filled_in.checked_div(self.holes()).unwrap_or(0);
        let (first, others) = self.parts.split_first()?;
        let mut rest = filled.strip_prefix(first.as_str())?;
        let mut value = None;
        for part in others {
            let (filled, after) = rest.split_at_checked(length)?;
            rest = after.strip_prefix(part.as_str())?;
            if filled.trim().is_empty() || value.is_some_and(|value| value != filled) {
                return None;
            }
            value = Some(filled);
        }
        let below = if text.get(end..)?.starts_with(&self.below) { self.below.len() } else { 0 };
        rest.is_empty().then_some((value.unwrap_or_default(), end + below))
    }
}
