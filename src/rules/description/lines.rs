//! Line by line: what of a text of ours stands in another.

use std::collections::{BTreeMap, BTreeSet};

/// A line that is not blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'t> {
    /// Trimmed.
    pub(super) text: &'t str,
    /// Where it begins, its leading blanks included.
    pub(super) start: usize,
    /// Where it ends, without its line break.
    pub(super) end: usize,
    /// What stands between the line above that is not blank, and this one.
    pub(super) above: &'t str,
}

/// The lines of a cleaned text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let (mut start, mut last_end) = (0, 0);
    for line in text.split('\n') {
        let end = start + line.len();
        if !line.trim().is_empty() {
            lines.push(Line { text: line.trim(), start, end, above: text.get(last_end..start).unwrap_or_default() });
            last_end = end;
        }
        start = end + 1;
    }
    lines
}

/// Where a line of today's text comes from; numbers are lines of the text of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark<'t> {
    /// Ours as it was.
    Same(usize),
    /// Ours, with words put in.
    Grown(usize, &'t str),
    /// Ours, of which the end was taken away, at most half of it.
    Cut(usize),
    /// Somebody else's.
    Foreign,
}

impl Mark<'_> {
    /// The line of ours that it comes from.
    pub(super) const fn base(&self) -> Option<usize> {
        match self {
            Self::Same(line) | Self::Grown(line, _) | Self::Cut(line) => Some(*line),
            Self::Foreign => None,
        }
    }

    /// The same, where that line stands whole.
    pub(super) const fn whole(&self) -> Option<usize> {
        match self {
            Self::Same(line) | Self::Grown(line, _) => Some(*line),
            Self::Cut(_) | Self::Foreign => None,
        }
    }
}

/// How many lines of ours an altered one is compared with.
const COMPARISONS: usize = 64;

/// Says of every line of today where it comes from. Each line of ours is found once, wherever it stands; between two of them, in their
/// order, also those that somebody altered.
pub(super) fn trace<'t>(base: &[&str], present: &[&'t str]) -> Vec<Mark<'t>> {
    let mut places: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (place, line) in base.iter().enumerate() {
        places.entry(line).or_default().insert(place);
    }
    let mut from = 0;
    let mut same = |line: &&str| {
        let places = places.get_mut(*line)?;
        let place = places.range(from..).next().or(places.first()).copied()?;
        places.remove(&place);
        from = place;
        Some(Mark::Same(place))
    };
    let mut marks: Vec<_> = present.iter().map(|line| same(line).unwrap_or(Mark::Foreign)).collect();

    let mut to = base.len();
    let mut ends: Vec<_> = marks
        .iter()
        .rev()
        .map(|mark| {
            to = mark.base().unwrap_or(to);
            to
        })
        .collect();
    ends.reverse();
    let mut from = 0;
    for ((mark, line), to) in marks.iter_mut().zip(present).zip(ends) {
        if *mark == Mark::Foreign {
            let between = base.get(from..to).unwrap_or_default().iter().zip(from..).take(COMPARISONS);
            *mark = between.into_iter().find_map(|(base, place)| altered(base, line, place)).unwrap_or(Mark::Foreign);
        }
        from = mark.base().map_or(from, |place| place + 1);
    }
    marks
}

fn altered<'t>(base: &str, present: &'t str, place: usize) -> Option<Mark<'t>> {
    if base.starts_with(present) && present.len() * 2 >= base.len() {
        return Some(Mark::Cut(place));
    }
    words_put_in(base, present).map(|words| Mark::Grown(place, words))
}

/// The words that were put into `base` at one place to make `present` of it; not letters that mend or bend a word. Of several places that
/// give the same, one where a word begins.
pub(super) fn words_put_in<'t>(base: &str, present: &'t str) -> Option<&'t str> {
    let length = present.len().checked_sub(base.len())?;
    let same = base.chars().zip(present.chars()).take_while(|(base, present)| base == present);
    let last = same.map(|(character, _)| character.len_utf8()).sum();
    if !present.ends_with(base.get(last..)?) {
        return None;
    }
    let at = |start: usize| {
        let (before, rest) = present.split_at_checked(start)?;
        let (words, after) = rest.split_at_checked(length)?;
        Some((before.chars().next_back(), words, after.chars().next()))
    };
    let mut start = last;
    let found = loop {
        match at(start)? {
            (Some(before), words, _) if !before.is_whitespace() => {
                if !words.ends_with(before) {
                    break at(last)?;
                }
                start -= before.len_utf8();
            }
            found => break found,
        }
    };
    let (before, words, after) = found;
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let is_glued = (is_letter(before) && is_letter(words.chars().next()))
        || (is_letter(after) && is_letter(words.chars().next_back()));
    let words = words.trim();
    let is_words = words.contains(char::is_alphanumeric) && (!is_glued || words.contains(char::is_whitespace));
    is_words.then_some(words)
}
