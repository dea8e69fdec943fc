//! Reads a Description back into what it was made of.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::forms::Forms;
use super::trace::{Insertion, Line, insertion, lines};
use super::{BELOW_NOTE, BETWEEN_BLOCKS, Block, NO_AUTHOR, blocks};
use crate::aircall::{Call, User};
use crate::facts::Kind;
use crate::rules::recording;
use crate::salesforce::text::{self, Count, DESCRIPTION_LIMIT, spoken};
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

impl<'t> Piece<'t> {
    /// The same, without the text that it was read from; of what somebody else wrote nothing stays.
    pub(super) fn owned<'o>(&self) -> Piece<'o> {
        let owned = |text: &Cow<'_, str>| Cow::Owned(text.clone().into_owned());
        match self {
            Self::Link { url } => Piece::Link { url: owned(url) },
            Self::Note { author, content } => Piece::Note { author: owned(author), content: owned(content) },
            Self::Other(_) => Piece::Other(""),
        }
    }

    pub(super) fn borrowed(&'t self) -> Self {
        match self {
            Self::Link { url } => Self::Link { url: Cow::Borrowed(url) },
            Self::Note { author, content } => {
                Self::Note { author: Cow::Borrowed(author), content: Cow::Borrowed(content) }
            }
            Self::Other(text) => Self::Other(text),
        }
    }
}

/// What is known of a call's Description: what stands in it today, and by which signs what stood in it before is recognised.
#[derive(Debug, Clone)]
pub struct Known<'c> {
    /// What the call says today, the link first, the notes from the oldest to the newest.
    pub(super) blocks: Vec<Block<'c>>,
    /// How many Unicode characters the blocks have that never fit: those in the middle, where the call says more than twice what fits.
    pub(super) left_out: usize,
    forms: Forms,
    by_line: ByLine,
}

/// Texts by their first line, the longest first.
#[derive(Debug, Clone)]
pub(super) struct ByLine(BTreeMap<String, Vec<(usize, String)>>);

impl ByLine {
    pub(super) fn new<'b>(texts: impl Iterator<Item = (usize, &'b str)>) -> Self {
        let mut by_line: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        for (number, text) in texts {
            let line = text.lines().next().unwrap_or_default().trim();
            by_line.entry(line.to_owned()).or_default().push((number, text.to_owned()));
        }
        for texts in by_line.values_mut() {
            texts.sort_by_key(|(_, text)| Reverse(text.len()));
        }
        Self(by_line)
    }

    /// The text that stands whole at a line, if it has not been seen yet, and where it ends.
    pub(super) fn standing(&self, text: &str, line: &Line<'_>, seen: &[bool]) -> Option<(usize, usize)> {
        let rest = text.get(line.start..)?.trim_start();
        self.0.get(line.text)?.iter().find_map(|(number, block)| {
            let after = rest.strip_prefix(block.as_str()).filter(|_| seen.get(*number) == Some(&false))?;
            (after.is_empty() || after.starts_with('\n')).then_some((*number, text.len() - after.len()))
        })
    }
}

impl<'c> Known<'c> {
    /// All that a call and the settings tell.
    #[must_use]
    pub fn new(call: &'c Call<'c>, kind: Kind, settings: &Settings) -> Self {
        let link = recording::link(call, kind, settings.recording_link);
        let blocks = blocks(kind, link.as_ref(), &call.comments, &settings.wording, settings.count);
        let (blocks, left_out) = within_reach(blocks, settings.count);
        let by_line = ByLine::new(blocks.iter().map(|block| block.text.as_str()).enumerate());
        let url = link.as_ref().map(|link| link.url.as_ref());
        Self { forms: Forms::new(&settings.wording, names(call), url), blocks, left_out, by_line }
    }

    pub(super) fn block(&self, number: usize) -> Option<&Block<'c>> {
        self.blocks.get(number)
    }

    /// A heading or link line of today into which somebody put a text; whose it is, and the text.
    fn head_with_insertion<'t>(&self, line: &'t str, found: &[bool]) -> Option<(usize, &'t str)> {
        self.by_line.0.iter().find_map(|(head, numbers)| {
            let insertion = insertion(head, line).filter(Insertion::is_words)?;
            let is_meant = |number: usize| match self.block(number).map(|block| (&block.piece, block.head())) {
                Some((Piece::Link { .. }, _)) => found.get(number) == Some(&false),
                Some((Piece::Note { .. }, whole_head)) => whole_head == head,
                Some((Piece::Other(_), _)) | None => false,
            };
            let number = numbers.iter().map(|(number, _)| *number).find(|&number| is_meant(number))?;
            Some((number, insertion.text))
        })
    }
}

/// The oldest blocks that fit, as DESC-5 writes them, and the newest, as DESC-7 does.
fn within_reach(blocks: Vec<Block<'_>>, count: Count) -> (Vec<Block<'_>>, usize) {
    let lengths: Vec<_> = blocks.iter().map(|block| count.measure(&block.text)).collect();
    let mut below: usize = lengths.iter().sum();
    let (mut above, mut left_out) = (0, 0);
    let within = blocks.into_iter().zip(lengths).filter_map(|(block, length)| {
        below -= length;
        let is_within = above.min(below) <= DESCRIPTION_LIMIT;
        above += length;
        left_out += if is_within { 0 } else { BETWEEN_BLOCKS.len() + block.text.chars().count() };
        is_within.then_some(block)
    });
    (within.collect(), left_out)
}

/// Everybody whom the call names: the authors that a heading may have.
fn names<'c>(call: &'c Call<'c>) -> impl Iterator<Item = Cow<'c, str>> {
    let users = [&call.user, &call.transferred_by, &call.transferred_to].into_iter();
    let users = users.chain(call.comments.iter().map(|comment| &comment.posted_by));
    let users = users.chain(call.tags.iter().map(|tag| &tag.tagged_by));
    let name = |user: &'c Option<User<'c>>| user.as_ref()?.name.as_deref();
    let participants = call.participants.iter().filter_map(|participant| participant.name.as_deref());
    let names = users.filter_map(name).chain(participants).filter_map(spoken);
    names.map(text::inline).chain([Cow::Borrowed(NO_AUTHOR)])
}

/// Whose text it is that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// One that we wrote: a note of ours goes on to where the next part begins, or two empty lines stand.
    Written,
    /// One that somebody may have edited: what stands below a block of today is not ours.
    Edited,
    /// What somebody else wrote: only blocks of today are ours.
    Foreign,
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
    /// The block of today that it is.
    pub(super) block: Option<usize>,
    /// What somebody put into its heading or link line.
    pub(super) insertion: Option<&'t str>,
}

/// Reads a Description back into its pieces, so that `parse` of what [`description`](super::description()) wrote gives the notes again:
/// those of today for certain, others where none of their own paragraphs looks like a heading, and none has two empty lines above it.
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
        let in_note = open.as_ref().is_some_and(|open| matches!(open.piece, Piece::Note { .. }));
        if in_note && line.above == BELOW_NOTE {
            close(text, open.take(), &mut pieces);
        }
        let in_note = in_note && open.is_some();
        let next = Place { text, lines: lines.get(number..).unwrap_or_default(), in_note }.begins(known, reading, seen);
        match next {
            Some(next) if next.is_whole() => {
                close(text, open.take(), &mut pieces);
                if let Some(seen) = next.block.and_then(|block| seen.get_mut(block)) {
                    *seen = true;
                }
                resume = next.end;
                pieces.push(next);
            }
            Some(next) => {
                close(text, open.replace(next), &mut pieces);
            }
            None => match &mut open {
                Some(open) => open.end = open.end.max(line.end),
                None => open = Some(Found::other(line)),
            },
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

impl Found<'_> {
    fn other(line: &Line<'_>) -> Self {
        let Line { start, end, .. } = *line;
        Self { piece: Piece::Other(""), start, head_end: start, end, block: None, insertion: None }
    }

    /// Whether its end is known.
    const fn is_whole(&self) -> bool {
        matches!(self.piece, Piece::Link { .. }) || (self.block.is_some() && self.insertion.is_none())
    }
}

/// A line of a text, with those below it.
struct Place<'t, 'l> {
    text: &'t str,
    lines: &'l [Line<'t>],
    in_note: bool,
}

impl<'t> Place<'t, '_> {
    /// The piece of ours that begins here.
    fn begins(&self, known: &'t Known<'_>, reading: Reading, seen: &[bool]) -> Option<Found<'t>> {
        let line = self.lines.first()?;
        // Where we wrote, one empty line stands above; where somebody may have typed, perhaps none, or more.
        let is_first = self.text.get(..line.start).is_some_and(str::is_empty);
        let is_fresh = match reading {
            Reading::Written => is_first || (line.is_below_empty() && line.above != BELOW_NOTE),
            Reading::Edited | Reading::Foreign => true,
        };
        let is_in_note = self.in_note && reading == Reading::Written;
        if let Some((number, end)) = known.by_line.standing(self.text, line, seen) {
            let block = known.block(number)?;
            let is_link = matches!(block.piece, Piece::Link { .. });
            let is_there = match reading {
                Reading::Written => is_fresh && (is_link || self.ends_at(end, known)),
                Reading::Edited | Reading::Foreign => true,
            };
            if is_there && !(is_link && is_in_note) {
                let piece = block.piece.borrowed();
                let (start, block) = (line.start, Some(number));
                return Some(Found { piece, start, head_end: end, end, block, insertion: None });
            }
        }
        if reading == Reading::Foreign || !is_fresh {
            return None;
        }
        let rest = self.text.get(line.start..)?;
        let found = |piece, end, block, insertion| {
            let (start, end) = (line.start, line.start + end);
            Some(Found { piece, start, head_end: end, end, block, insertion })
        };
        let note = |author| Piece::Note { author: Cow::Borrowed(author), content: Cow::Borrowed("") };
        if let Some((author, end)) = known.forms.heading_of_known(rest) {
            return found(note(author), end, None, None);
        }
        if reading == Reading::Edited {
            if let Some((number, text)) = known.head_with_insertion(line.text, seen) {
                return match &known.block(number)?.piece {
                    Piece::Link { url } => {
                        let piece = Piece::Link { url: Cow::Borrowed(url) };
                        found(piece, line.end - line.start, Some(number), Some(text))
                    }
                    Piece::Note { author, .. } => found(note(author), line.end - line.start, None, Some(text)),
                    Piece::Other(_) => None,
                };
            }
        }
        if let Some((author, end)) = known.forms.heading_of_anybody(rest) {
            return found(note(author), end, None, None);
        }
        let (url, end) = known.forms.link(rest).filter(|_| !is_in_note)?;
        found(Piece::Link { url: Cow::Borrowed(url) }, end, None, None)
    }

    /// Whether a note of ours that ends here can have ended here.
    fn ends_at(&self, end: usize, known: &Known<'_>) -> bool {
        let Some(below) = self.lines.iter().find(|line| line.start >= end) else {
            return true;
        };
        let rest = self.text.get(below.start..).unwrap_or_default();
        let begins = || known.by_line.0.contains_key(below.text) || known.forms.heading(rest).is_some();
        below.above == BELOW_NOTE || (below.is_below_empty() && begins())
    }
}
