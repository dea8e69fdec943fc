//! Line by line: what of a text that we wrote stands in the text of today.

use std::collections::BTreeMap;

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

impl Line<'_> {
    /// Whether an empty line stands above it.
    pub(super) fn is_below_empty(&self) -> bool {
        self.above.matches('\n').nth(1).is_some()
    }
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

/// Where a line of today's text comes from; numbers are lines of the text that we wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark<'t> {
    /// Ours as it was.
    Same(usize),
    /// Ours, but shortened or with other blanks.
    Altered(usize),
    /// Ours, with a text put in.
    Grown(usize, &'t str),
    /// Somebody else's.
    Foreign,
}

impl Mark<'_> {
    /// The line of ours that it comes from.
    pub(super) const fn base(&self) -> Option<usize> {
        match self {
            Self::Same(line) | Self::Altered(line) | Self::Grown(line, _) => Some(*line),
            Self::Foreign => None,
        }
    }
}

/// What the text of ours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// What we wrote last: whatever differs, somebody typed.
    Written,
    /// What we would write now; what differs may be an old form of it.
    Today,
}

/// Says of every line of today where it comes from.
pub(super) fn trace<'t>(what: Base, base: &[&str], present: &[&'t str]) -> Vec<Mark<'t>> {
    let mut marks = Vec::with_capacity(present.len());
    let (mut base_from, mut present_from) = (0, 0);
    let end = (base.len(), present.len());
    for (base_to, present_to) in common(base, present).into_iter().chain([end]) {
        let base_gap = base.get(base_from..base_to).unwrap_or_default();
        let present_gap = present.get(present_from..present_to).unwrap_or_default();
        gap(what, base_from, base_gap, present_gap, &mut marks);
        if present_to < present.len() {
            marks.push(Mark::Same(base_to));
        }
        (base_from, present_from) = (base_to + 1, present_to + 1);
    }
    marks
}

/// Lines between two that are the same: some may be ours, altered.
fn gap<'t>(what: Base, from: usize, base: &[&str], present: &[&'t str], marks: &mut Vec<Mark<'t>>) {
    let is_altered = |base: &&str, present: &&'t str| altered(what, 0, base, present).is_some();
    let pairs = if base.len().saturating_mul(present.len()) <= COMPARISONS {
        longest(base, present, is_altered)
    } else {
        Vec::new()
    };
    let mut pairs = pairs.into_iter().peekable();
    for (other, text) in present.iter().enumerate() {
        let line = pairs.next_if(|&(_, pair)| pair == other).map(|(line, _)| line);
        let mark = line.and_then(|line| altered(what, from + line, base.get(line)?, text));
        marks.push(mark.unwrap_or(Mark::Foreign));
    }
}

/// A line of ours as somebody altered it, or as it was cut.
fn altered<'t>(what: Base, line: usize, base: &str, present: &'t str) -> Option<Mark<'t>> {
    if base.starts_with(present) {
        return Some(Mark::Altered(line));
    }
    let typed = match (insertion(base, present), what) {
        (Some(insertion), Base::Written) => Some(insertion.text).filter(|text| !text.trim().is_empty()),
        (Some(insertion), Base::Today) => Some(insertion).filter(Insertion::is_words).map(|insertion| insertion.text),
        (None, Base::Written) => Some(replaced(base, present)?),
        (None, Base::Today) => return None,
    };
    Some(typed.map_or(Mark::Altered(line), |typed| Mark::Grown(line, typed)))
}

/// The words of a line that are not ours, where at least half of ours stands around them.
fn replaced<'t>(base: &str, present: &'t str) -> Option<&'t str> {
    let start = common_start(base, present);
    let (base_rest, rest) = (base.get(start..)?, present.get(start..)?);
    let below = base_rest.chars().rev().zip(rest.chars().rev()).take_while(|(base, present)| base == present);
    let below: usize = below.map(|(character, _)| character.len_utf8()).sum();
    if (start + below) * 2 < base.len() {
        return None;
    }
    let (before, _) = present.split_at_checked(start)?;
    let (_, after) = present.split_at_checked(present.len() - below)?;
    let start = before.trim_end_matches(|character: char| !character.is_whitespace()).len();
    let end = present.len() - after.trim_start_matches(|character: char| !character.is_whitespace()).len();
    present.get(start..end)
}

/// How many bytes two texts have in common at their beginning.
fn common_start(base: &str, present: &str) -> usize {
    let same = base.chars().zip(present.chars()).take_while(|(base, present)| base == present);
    same.map(|(character, _)| character.len_utf8()).sum()
}

/// A text put into another at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Insertion<'t> {
    /// What was put in.
    pub(super) text: &'t str,
    before: Option<char>,
    after: Option<char>,
}

impl Insertion<'_> {
    /// Words, rather than letters that mend or bend one of ours.
    pub(super) fn is_words(&self) -> bool {
        let is_letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        let is_glued = (is_letter(self.before) && is_letter(self.text.chars().next()))
            || (is_letter(self.after) && is_letter(self.text.chars().next_back()));
        self.text.contains(char::is_alphanumeric) && (!is_glued || self.text.trim().contains(char::is_whitespace))
    }
}

/// What was put into `base` to make `present` of it. Of several places that give the same, one where a word begins.
pub(super) fn insertion<'t>(base: &str, present: &'t str) -> Option<Insertion<'t>> {
    let length = present.len().checked_sub(base.len()).filter(|&length| length > 0)?;
    let last = common_start(base, present);
    if !present.ends_with(base.get(last..)?) {
        return None;
    }
    let at = |start: usize| {
        let (before, rest) = present.split_at_checked(start)?;
        let (text, after) = rest.split_at_checked(length)?;
        Some(Insertion { text, before: before.chars().next_back(), after: after.chars().next() })
    };
    let mut start = last;
    while let Some(insertion) = at(start) {
        match insertion.before.filter(|before| !before.is_whitespace()) {
            None => return Some(insertion),
            Some(before) if insertion.text.ends_with(before) => start -= before.len_utf8(),
            Some(_) => break,
        }
    }
    at(last)
}

/// The most comparisons that are made to find the longest common sequence.
const COMPARISONS: usize = 1 << 20;

/// Pairs of equal lines, in order: the longest such sequence, or in huge texts a long one.
fn common(base: &[&str], present: &[&str]) -> Vec<(usize, usize)> {
    let equal = |(base, present): &(&&str, &&str)| base == present;
    let above = base.iter().zip(present).take_while(equal).count();
    let base_rest = base.get(above..).unwrap_or_default();
    let present_rest = present.get(above..).unwrap_or_default();
    let below = base_rest.iter().rev().zip(present_rest.iter().rev()).take_while(equal).count();
    let base_middle = base_rest.get(..base_rest.len() - below).unwrap_or_default();
    let present_middle = present_rest.get(..present_rest.len() - below).unwrap_or_default();
    let middle = if base_middle.len().saturating_mul(present_middle.len()) <= COMPARISONS {
        longest(base_middle, present_middle, |base, present| base == present)
    } else {
        greedy(base_middle, present_middle)
    };
    let below = (0..below).rev().map(|line| (base.len() - 1 - line, present.len() - 1 - line));
    let middle = middle.into_iter().map(|(base, present)| (base + above, present + above));
    (0..above).map(|line| (line, line)).chain(middle).chain(below).collect()
}

/// The longest sequence of pairs, in order.
fn longest<'b, 'p>(
    base: &[&'b str],
    present: &[&'p str],
    is_pair: impl Fn(&&'b str, &&'p str) -> bool,
) -> Vec<(usize, usize)> {
    let width = present.len() + 1;
    let mut lengths = vec![0_u32; (base.len() + 1) * width];
    let at = |lengths: &[u32], line: usize, other: usize| lengths.get(line * width + other).copied().unwrap_or(0);
    for (line, text) in base.iter().enumerate().rev() {
        for (other, other_text) in present.iter().enumerate().rev() {
            let skipped = at(&lengths, line + 1, other).max(at(&lengths, line, other + 1));
            let paired = at(&lengths, line + 1, other + 1) + 1;
            let length = if paired > skipped && is_pair(text, other_text) { paired } else { skipped };
            if let Some(place) = lengths.get_mut(line * width + other) {
                *place = length;
            }
        }
    }
    let mut pairs = Vec::new();
    let (mut line, mut other) = (0, 0);
    while let (Some(text), Some(other_text)) = (base.get(line), present.get(other)) {
        let length = at(&lengths, line, other);
        if length == at(&lengths, line + 1, other + 1) + 1 && is_pair(text, other_text) {
            pairs.push((line, other));
            (line, other) = (line + 1, other + 1);
        } else if length == at(&lengths, line + 1, other) {
            line += 1;
        } else {
            other += 1;
        }
    }
    pairs
}

/// Each line with the next that equals it.
fn greedy(base: &[&str], present: &[&str]) -> Vec<(usize, usize)> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, line) in present.iter().enumerate() {
        places.entry(line).or_default().push(place);
    }
    let mut from = 0;
    let next = |(line, text): (usize, &&str)| {
        let places = places.get(text)?;
        let place = *places.get(places.partition_point(|&place| place < from))?;
        from = place + 1;
        Some((line, place))
    };
    base.iter().enumerate().filter_map(next).collect()
}
