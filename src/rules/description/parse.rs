//! Reads a Description back into what it was made of.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::forms::Forms;
use super::lines::{Line, lines, words_put_in};
use super::{BELOW_NOTE, BETWEEN_BLOCKS, Block, NO_AUTHOR, THEIRS, blocks};
use crate::aircall::{Call, User};
use crate::facts::Kind;
use crate::rules::recording;
use crate::salesforce::text::{self, spoken};
use crate::settings::Settings;

/// A part of a Description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'t> {
    /// The line with the link to the recording or voicemail.
    Link {
        /// Where it leads.
        url: Cow<'t, str>,
    },
    /// A note with its heading.
    Note {
        /// Who wrote it; [`NO_AUTHOR`] where nobody is known.
        author: Cow<'t, str>,
        /// What it says.
        content: Cow<'t, str>,
    },
    /// What somebody else wrote.
    Other(&'t str),
}

/// What is known of a call's Description: what stands in it today, and by which signs what stood in it before is recognised.
#[derive(Debug, Clone)]
pub struct Known<'c> {
    /// What the call says today, the link first, the notes from the oldest to the newest.
    pub(super) blocks: Vec<Block<'c>>,
    forms: Forms,
    by_line: ByLine,
}

impl<'c> Known<'c> {
    /// All that a call and the settings tell.
    #[must_use]
    pub fn new(call: &'c Call<'c>, kind: Kind, settings: &Settings) -> Self {
        let link = recording::link(call, kind, settings.recording_link);
        let blocks = blocks(kind, link.as_ref(), &call.comments, &settings.wording, settings.count);
        let by_line = ByLine::new(blocks.iter().map(|block| block.text.as_str()));
        let url = link.as_ref().map(|link| link.url.as_ref());
        Self { forms: Forms::new(&settings.wording, names(call), url), blocks, by_line }
    }

    /// Whether a line of what somebody typed reads like the beginning of something of ours.
    pub(super) fn is_feigned(&self, line: &Line<'_>, text: &str) -> bool {
        let rest = text.get(line.start..).unwrap_or_default();
        let reads_as_ours = || {
            self.by_line.standing(text, line, &vec![false; self.blocks.len()]).is_some()
                || self.head_with_words(line.text).is_some()
                || self.forms.heading(rest).is_some()
                || self.forms.link(rest).is_some()
        };
        !line.text.starts_with(THEIRS) && reads_as_ours()
    }

    /// A heading or link line of today into which somebody put words; whose it is, and the words.
    fn head_with_words<'t>(&self, line: &'t str) -> Option<(usize, &'t str)> {
        self.by_line.0.iter().find_map(|(head, numbers)| {
            let words = words_put_in(head, line)?;
            let is_whole_head = |number: usize| self.blocks.get(number).is_some_and(|block| block.head() == head);
            let number = numbers.iter().map(|(number, _)| *number).find(|&number| is_whole_head(number))?;
            Some((number, words))
        })
    }
}

/// Everybody whom the call names: the authors that a heading may have.
fn names<'c>(call: &'c Call<'c>) -> impl Iterator<Item = Cow<'c, str>> {
    let users = [&call.user, &call.transferred_by, &call.transferred_to].into_iter();
    let users = users.chain(call.comments.iter().map(|comment| &comment.posted_by));
    let users = users.chain(call.tags.iter().map(|tag| &tag.tagged_by));
    let name = |user: &'c Option<User<'c>>| user.as_ref()?.name.as_deref();
    let participants = call.participants.iter().filter_map(|participant| participant.name.as_deref());
    let names = users.filter_map(name).chain(participants).filter_map(spoken);
    names.map(text::line).chain([Cow::Borrowed(NO_AUTHOR)])
}

/// Texts by their first line.
#[derive(Debug, Clone)]
pub(super) struct ByLine(BTreeMap<String, Vec<(usize, String)>>);

/// A text that stands in another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stands {
    pub(super) number: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// Whether all of it is there; else it was cut at its end, as at the limit.
    pub(super) is_whole: bool,
}

impl ByLine {
    pub(super) fn new<'b>(texts: impl Iterator<Item = &'b str>) -> Self {
        let mut by_line: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        for (number, text) in texts.enumerate() {
            let line = text.lines().next().unwrap_or_default().trim();
            by_line.entry(line.to_owned()).or_default().push((number, text.to_owned()));
        }
        Self(by_line)
    }

    /// The text that stands at a line, if it has not been seen yet; of several, the one of which most stands there. One that stands whole
    /// further down was not cut here.
    pub(super) fn standing(&self, text: &str, line: &Line<'_>, seen: &[bool]) -> Option<Stands> {
        let texts = self.0.get(line.text)?;
        let rest = text.get(line.start..)?.trim_start();
        let cut = rest.split(BELOW_NOTE).next()?.trim_end();
        let start = text.len() - rest.len();
        let texts = texts.iter().filter(|(number, _)| seen.get(*number) == Some(&false));
        let standing = texts.filter_map(|(number, block)| {
            let after = rest.strip_prefix(block.as_str());
            let is_whole = after.is_some_and(|after| after.is_empty() || after.starts_with('\n'));
            let is_cut = cut.contains('\n') && block.starts_with(cut) && !rest.contains(block.as_str());
            let end = start + if is_whole { block.len() } else { cut.len() };
            (is_whole || is_cut).then_some(Stands { number: *number, end, is_whole })
        });
        standing.reduce(|most, next| if (next.end, next.is_whole) > (most.end, most.is_whole) { next } else { most })
    }
}

/// Whose text it is that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// One that we wrote: one empty line stands above all that is ours.
    Written,
    /// One that somebody may have edited: no line tells what stands above it.
    Edited,
}

/// A piece and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Found<'t> {
    pub(super) piece: Piece<'t>,
    /// Where it begins.
    pub(super) start: usize,
    /// Where its heading ends.
    pub(super) head_end: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// The block of today that it is, and whether it is all of it.
    pub(super) block: Option<(usize, bool)>,
    /// What somebody put into its heading or link line, and of which block that is.
    pub(super) put_in: Option<(usize, &'t str)>,
}

/// Reads a Description back into its pieces, so that `parse` of what [`description`](super::description()) wrote gives the notes again:
/// those of today for certain, others where none of their own paragraphs looks like a heading, has two empty lines above it, or a word
/// joiner before it.
#[must_use]
pub fn parse<'t>(text: &'t str, known: &'t Known<'t>) -> Vec<Piece<'t>> {
    let found = read(text, known, Reading::Written, &mut vec![false; known.blocks.len()]);
    found.into_iter().map(|found| found.piece).collect()
}

/// Reads the pieces of a cleaned text; `seen` says which blocks of today have been found.
pub(super) fn read<'t>(text: &'t str, known: &'t Known<'_>, reading: Reading, seen: &mut [bool]) -> Vec<Found<'t>> {
    let lines = lines(text);
    let mut pieces: Vec<Found<'t>> = Vec::new();
    let mut open: Option<Found<'t>> = None;
    let mut resume = 0;
    for (number, line) in lines.iter().enumerate() {
        if line.start < resume {
            continue;
        }
        let note = open.as_ref().filter(|open| matches!(open.piece, Piece::Note { .. }));
        let is_below = |note: &Found<'_>| line.above == BELOW_NOTE && note.head_end + BELOW_NOTE.len() <= line.start;
        let in_note = note.is_some_and(|note| !is_below(note) && !line.text.starts_with(THEIRS));
        if note.is_some() && !in_note {
            close(text, open.take(), &mut pieces);
        }
        let place = Place { text, lines: lines.get(number..).unwrap_or_default(), in_note, reading };
        match (place.begins(known, seen), &mut open) {
            (Some(next), _) => {
                close(text, open.take(), &mut pieces);
                if let Some(seen) = next.block.and_then(|(block, _)| seen.get_mut(block)) {
                    *seen = true;
                }
                resume = next.head_end;
                if matches!(next.piece, Piece::Link { .. }) || next.block.is_some() {
                    pieces.push(next);
                } else {
                    open = Some(next);
                }
            }
            (None, Some(open)) => open.end = line.end,
            (None, None) => open = Some(Found::new(Piece::Other(""), line.start, line.end)),
        }
    }
    close(text, open, &mut pieces);
    pieces
}

fn close<'t>(text: &'t str, found: Option<Found<'t>>, pieces: &mut Vec<Found<'t>>) {
    let Some(mut found) = found else { return };
    match &mut found.piece {
        Piece::Note { content, .. } => {
            *content = Cow::Borrowed(text.get(found.head_end..found.end).unwrap_or_default().trim());
        }
        Piece::Other(other) => *other = text.get(found.start..found.end).unwrap_or_default(),
        Piece::Link { .. } => {}
    }
    pieces.push(found);
}

impl<'t> Found<'t> {
    const fn new(piece: Piece<'t>, start: usize, end: usize) -> Self {
        Self { piece, start, head_end: end, end, block: None, put_in: None }
    }
}

/// A line of a text, with those below it.
struct Place<'t, 'l> {
    text: &'t str,
    lines: &'l [Line<'t>],
    in_note: bool,
    reading: Reading,
}

impl<'t> Place<'t, '_> {
    /// The piece of ours that begins here.
    fn begins(&self, known: &'t Known<'_>, seen: &[bool]) -> Option<Found<'t>> {
        let line = self.lines.first()?;
        let is_edited = self.reading == Reading::Edited;
        if !is_edited && line.start > 0 && line.above != BETWEEN_BLOCKS {
            return None;
        }
        if let Some(Stands { number, end, is_whole }) = known.by_line.standing(self.text, line, seen) {
            let piece = &known.blocks.get(number)?.piece;
            let is_link = matches!(piece, Piece::Link { .. });
            if is_edited || is_link || (is_whole && self.ends_at(end, known)) {
                return Some(Found { block: Some((number, is_whole)), ..Found::new(borrowed(piece), line.start, end) });
            }
        }
        if line.text.starts_with(THEIRS) {
            return None;
        }
        let rest = self.text.get(line.start..)?;
        let note = |(author, end): (&'t str, usize)| {
            let piece = Piece::Note { author: Cow::Borrowed(author.trim()), content: Cow::Borrowed("") };
            Some(Found::new(piece, line.start, line.start + end))
        };
        if let Some(heading) = known.forms.heading_of_known(rest) {
            return note(heading);
        }
        if let Some((number, words)) = known.head_with_words(line.text).filter(|_| is_edited) {
            let piece = borrowed(&known.blocks.get(number)?.piece);
            // Of a note, the lines below tell which one it is.
            let is_new_link = matches!(piece, Piece::Link { .. }) && seen.get(number) == Some(&false);
            let block = is_new_link.then_some((number, true));
            return Some(Found { block, put_in: Some((number, words)), ..Found::new(piece, line.start, line.end) });
        }
        if let Some(heading) = known.forms.heading_of_anybody(rest) {
            return note(heading);
        }
        // A note that we wrote may say what looks like our link line.
        let (url, end) = known.forms.link(rest).filter(|_| is_edited || !self.in_note)?;
        Some(Found::new(Piece::Link { url: Cow::Borrowed(url) }, line.start, line.start + end))
    }

    /// Whether a note of ours that ends here can have ended here.
    fn ends_at(&self, end: usize, known: &Known<'_>) -> bool {
        let Some(below) = self.lines.iter().find(|line| line.start >= end) else {
            return true;
        };
        let rest = self.text.get(below.start..).unwrap_or_default();
        let begins = || known.by_line.0.contains_key(below.text) || known.forms.heading(rest).is_some();
        below.above == BELOW_NOTE || below.text.starts_with(THEIRS) || (below.above == BETWEEN_BLOCKS && begins())
    }
}

fn borrowed<'t>(piece: &'t Piece<'_>) -> Piece<'t> {
    match piece {
        Piece::Link { url } => Piece::Link { url: Cow::Borrowed(url) },
        Piece::Note { author, content } => {
            Piece::Note { author: Cow::Borrowed(author), content: Cow::Borrowed(content) }
        }
        Piece::Other(text) => Piece::Other(text),
    }
}
