//! Description, shown as "Comments".
//!
//! - DESC-1, DESC-2: kind voicemail with a link: the voicemail's line; any other kind with a link: the
//!   recording's line.
//! - DESC-3: each note: its heading, a line break, its text. All notes of all agents stand there, also
//!   after a transfer; blank notes are left out. A note without an author, as Aircall's API makes them,
//!   is `Aircall`'s.
//! - DESC-4: the link first, then the notes from oldest to newest, ties by id, notes without a time
//!   first. One empty line separates these blocks.
//! - DESC-5: at most 32,000 characters, see [`LengthUnit`]. The longest prefix at a grapheme boundary
//!   stays, so the link survives. A link whose line alone is longer is left out.
//! - DESC-6: [`area`](crate::salesforce::text::area) says how texts are cleaned.
//! - DESC-7: an update keeps what people wrote. It is a three-way merge by lines: *base* is what the
//!   call said when the Description was last written (`wrote.Description`), *ours* is what it says now,
//!   *theirs* is what Salesforce holds. `merge.rs` has the details. A call that has not ended takes no
//!   line away.
//! - DESC-8: without a base only what stands in Salesforce to the letter is recognised: `place.rs`.
//! - DESC-9: the limit holds for the merged text. The notes that do not fit are left out from the
//!   newest on, then the link; what people typed is never cut. Typed text that is over the limit by
//!   itself is not sent.
//!
//! Source: Aircall's help article; order, unit, notes without an author and DESC-7 to DESC-9 are this
//! project's decisions.
//!
//! # Known limitations
//!
//! Where the call and a person altered the same line, both forms stand. Where the wording changed and
//! somebody deleted a note, or typed in its place and the call changed there too, the note returns.

mod merge;
mod place;

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::recording;
use crate::aircall::{AircallId, Comment, Timestamp};
use crate::facts::{Facts, Kind};
use crate::lookup::LoggedTask;
use crate::notice::{Notice, Rule};
use crate::rules::update::{as_text, value_of};
use crate::salesforce::task::field;
use crate::salesforce::text::{self, DESCRIPTION_LIMIT, LengthUnit, spoken};
use crate::settings::Settings;
use crate::wording::Wording;

/// Who stands for the author of a note that has none.
pub const NO_AUTHOR: &str = "Aircall";

const BETWEEN_BLOCKS: &str = "\n\n";

/// Returns the Description of a call that has no Task yet; `None` if the call says nothing.
#[must_use]
pub fn description(facts: &Facts<'_>, settings: &Settings, notices: &mut Vec<Notice<'_>>) -> Option<String> {
    let blocks = Blocks::new(facts, settings);
    notices.extend(blocks.notice(0));
    (!blocks.text.is_empty()).then_some(blocks.text)
}

/// What an update does to the Description.
pub(crate) struct Update {
    /// The text to send, empty to empty the field; `None` to leave it.
    pub(crate) change: Option<String>,
    /// What the call says, as far as it fits: the base of the next update. `None` if it was not compared.
    pub(crate) said: Option<String>,
}

/// Brings the Description of a logged Task up to date (DESC-7 to DESC-9).
pub(crate) fn update(
    facts: &Facts<'_>,
    logged: &LoggedTask,
    settings: &Settings,
    notices: &mut Vec<Notice<'_>>,
) -> Update {
    let Settings { wording, count, .. } = settings;
    let blocks = Blocks::new(facts, settings);
    let Some(fields) = &logged.fields else {
        if !blocks.text.is_empty() {
            let message = "what stands there is not known, so it was not sent";
            notices.push(Notice::new(Rule::Desc7, field::DESCRIPTION, message));
        }
        return Update { change: None, said: None };
    };
    let stored = value_of(fields, field::DESCRIPTION).map(as_text).unwrap_or_default();
    let theirs = text::area(&stored);
    let base = if theirs.is_empty() { base(logged, &theirs).or(Some("".into())) } else { base(logged, &theirs) };
    let merge = |ours: &Blocks| match &base {
        Some(base) => merge::merge(base, ours, &theirs, facts.has_ended()),
        None => place::place(ours, &theirs, [&wording.voicemail_link, &wording.recording_link]),
    };
    // Without a base a note is added whole or not at all, for the next update could not tell a note that
    // was cut from text that somebody typed (DESC-9).
    let prefix = |length: usize| {
        let prefix = blocks.prefix(length, base.is_some(), *count);
        let merged = merge(&prefix);
        let fits = count.fits(&merged.text, DESCRIPTION_LIMIT) || merged.text == theirs;
        fits.then(|| (merged, blocks.text.chars().count() - prefix.text.chars().count()))
    };
    let Some((merged, dropped)) = longest(DESCRIPTION_LIMIT, prefix) else {
        let message = "what people typed is over the limit by itself, so nothing was sent";
        notices.push(Notice::new(Rule::Desc9, field::DESCRIPTION, message));
        return Update { change: None, said: None };
    };
    notices.extend(blocks.notice(dropped));
    // Had `wrote` the notes that found no room without a base, the next update would add a part of them.
    let is_base = base.is_some() || dropped == 0;
    Update { change: (merged.text != theirs).then_some(merged.text), said: is_base.then_some(merged.ours) }
}

/// Returns what the greatest number up to `most` gives; smaller numbers give something, too.
fn longest<T>(most: usize, give: impl Fn(usize) -> Option<T>) -> Option<T> {
    give(most).or_else(|| {
        let (mut best, mut low, mut high) = (give(0)?, 0, most);
        while low + 1 < high {
            let middle = usize::midpoint(low, high);
            match give(middle) {
                Some(found) => (best, low) = (found, middle),
                None => high = middle,
            }
        }
        Some(best)
    })
}

/// A Description, and what the call says in it.
struct Merged {
    text: String,
    ours: String,
}

/// Returns the base of the merge: what the call said when the Description was last written.
///
/// After an answer was lost that is `sent` if the request arrived, else `wrote` (UPD-6). It arrived if
/// Salesforce holds every line that it added; if it only took lines away, if none of them is left.
fn base<'t>(logged: &'t LoggedTask, theirs: &str) -> Option<Cow<'t, str>> {
    let of = |kept: &'t Option<_>| value_of(kept.as_ref()?, field::DESCRIPTION).map(as_text);
    let (wrote, sent) = (of(&logged.wrote), of(&logged.sent));
    let arrived = sent.filter(|sent| {
        let wrote = wrote.as_deref().unwrap_or_default();
        let stands = |line: &&str| theirs.lines().any(|other| other == *line);
        let mut added = lines_without(sent, wrote).peekable();
        if added.peek().is_some() {
            added.all(|line| stands(&line))
        } else {
            !lines_without(wrote, sent).any(|line| stands(&line))
        }
    });
    arrived.or(wrote).map(|base| text::cleaned(base, text::area))
}

/// Returns the lines with text that another text lacks.
fn lines_without<'t>(text: &'t str, other: &str) -> impl Iterator<Item = &'t str> {
    let known: BTreeSet<_> = other.lines().collect();
    text.lines().filter(move |line| !text::is_blank(line) && !known.contains(line))
}

/// What the call says: the link's line, then each note with its heading.
#[derive(Debug, Clone)]
struct Blocks {
    /// All blocks, one empty line between them; at most as long as DESC-5 allows.
    text: String,
    /// Where each block begins.
    starts: Vec<usize>,
    has_link: bool,
    /// How many characters DESC-5 took away.
    dropped: usize,
}

impl Blocks {
    fn new(facts: &Facts<'_>, settings: &Settings) -> Self {
        let Settings { wording, count, .. } = settings;
        let mut blocks = Self { text: String::new(), starts: Vec::new(), has_link: false, dropped: 0 };
        if let Some(link) = recording::link(facts, settings) {
            let template = match facts.kind {
                Kind::Voicemail => &wording.voicemail_link,
                Kind::OutboundAnswered
                | Kind::OutboundUnanswered
                | Kind::InboundAnswered
                | Kind::Missed
                | Kind::OutboundConference
                | Kind::InboundConference => &wording.recording_link,
            };
            blocks.push(|text| template.render(text, &wording.unknown, |_| Some(&link.url)));
            blocks.has_link = count.fits(&blocks.text, DESCRIPTION_LIMIT);
            if !blocks.has_link {
                blocks.dropped = blocks.text.chars().count();
                blocks.text.clear();
                blocks.starts.clear();
            }
        }
        for comment in in_order(&facts.call.comments) {
            let content = text::area(comment.content.as_deref().unwrap_or_default());
            if !content.is_empty() {
                blocks.push(|text| note(comment, &content, wording, text));
            }
        }
        if blocks.dropped > 0 && !blocks.text.is_empty() {
            blocks.dropped += BETWEEN_BLOCKS.len();
        }
        let kept = count.clip(&blocks.text, DESCRIPTION_LIMIT).len();
        blocks.dropped += blocks.text.get(kept..).map_or(0, |cut| cut.chars().count());
        blocks.text.truncate(kept);
        blocks.starts.retain(|start| *start < kept);
        blocks
    }

    /// Adds a block and cleans it (DESC-6).
    fn push(&mut self, write: impl FnOnce(&mut String)) {
        let before = self.text.len();
        if before > 0 {
            self.text.push_str(BETWEEN_BLOCKS);
        }
        let start = self.text.len();
        write(&mut self.text);
        let block = self.text.get(start..).unwrap_or_default();
        let clean = text::inner_area(if before > 0 { block.trim_end() } else { block.trim() });
        // Most blocks are clean already.
        if clean.len() < block.len() || matches!(clean, Cow::Owned(_)) {
            let clean = clean.into_owned();
            self.text.truncate(start);
            self.text.push_str(&clean);
        }
        self.starts.push(start);
    }

    /// Returns every block's text.
    fn iter(&self) -> impl Iterator<Item = &str> {
        let ends = self.starts.iter().skip(1).map(|next| next - BETWEEN_BLOCKS.len()).chain([self.text.len()]);
        self.starts.iter().zip(ends).map(|(&start, end)| self.text.get(start..end).unwrap_or_default())
    }

    /// Returns the longest prefix of a length (DESC-5). The link is whole or missing; so is a note, unless
    /// it may be cut.
    fn prefix(&self, length: usize, is_cut: bool, count: LengthUnit) -> Self {
        let mut end = count.clip(&self.text, length).len();
        let blocks = self.starts.partition_point(|start| *start < end);
        let next = self.starts.get(blocks).copied();
        let is_whole = next.map_or(end == self.text.len(), |next| next == end + BETWEEN_BLOCKS.len());
        if let (false, Some(last)) = (is_whole, blocks.checked_sub(1)) {
            if !is_cut || (last == 0 && self.has_link) {
                end = self.starts.get(last).map_or(0, |start| start.saturating_sub(BETWEEN_BLOCKS.len()));
            }
        }
        let starts = self.starts.iter().copied().filter(|start| *start < end).collect();
        let text = self.text.get(..end).unwrap_or_default().to_owned();
        Self { has_link: self.has_link && end > 0, text, starts, dropped: self.dropped }
    }

    /// Says how much of the call's text is not in the Description (DESC-5).
    fn notice(&self, dropped: usize) -> Option<Notice<'static>> {
        let dropped = self.dropped + dropped;
        (dropped > 0).then(|| Notice::cut(Rule::Desc5, field::DESCRIPTION, DESCRIPTION_LIMIT, dropped))
    }
}

/// Writes a note below its heading (DESC-3).
fn note(comment: &Comment<'_>, content: &str, wording: &Wording, out: &mut String) {
    let author = comment.posted_by.as_ref().and_then(|author| author.name.as_deref());
    let author = author.and_then(spoken).unwrap_or(NO_AUTHOR);
    wording.note.render(out, &wording.unknown, |_| Some(author));
    out.push('\n');
    out.push_str(content);
}

/// Returns the notes from oldest to newest (DESC-4).
fn in_order<'c>(comments: &'c [Comment<'c>]) -> impl Iterator<Item = &'c Comment<'c>> {
    fn age<'c>(comment: &'c Comment<'_>) -> (Option<Timestamp>, Option<&'c AircallId<'c>>) {
        (comment.posted_at, comment.id.as_ref())
    }
    // Aircall mostly sends them in order: then nothing is allocated.
    let is_in_order = comments.is_sorted_by_key(age);
    let (as_they_are, mut sorted) =
        if is_in_order { (comments, Vec::new()) } else { (&[][..], comments.iter().collect()) };
    sorted.sort_by_key(|comment| age(comment));
    as_they_are.iter().chain(sorted)
}
