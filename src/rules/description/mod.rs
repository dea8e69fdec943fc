//! Description, shown as "Comments".
//!
//! - DESC-1, DESC-2: kind voicemail with a link: the voicemail's line; any other kind with a link: the recording's.
//! - DESC-3: each note: its heading, a line break, its text. All notes of all agents, also after a transfer; blank ones are left out.
//!   A note without an author, as Aircall's API makes them, is `Aircall`'s.
//! - DESC-4: the link first, then the notes from oldest to newest, ties by id, those without a time first; one empty line between.
//! - DESC-5: at most 32,000 characters, see [`LengthUnit`]. The longest prefix at a grapheme boundary stays; so the link survives. A link whose
//!   line alone is longer is left out.
//! - DESC-6: how texts are cleaned stands with [`area`](crate::salesforce::text::area).
//! - DESC-7: what people type into the Description of a Task stays, wherever it stands; an update replaces only what we wrote, see below.
//!
//! Source: Aircall's help article; order, unit, authorless notes and DESC-7 are this project's decisions.
//!
//! # DESC-7: what people typed stays
//!
//! Where nobody typed anything, the Description becomes what the call says (DESC-1 to DESC-5). Else:
//!
//! - A link line or note that the call still says stays where it stands; an old form is replaced where it stands; one that the call no
//!   longer says goes, once the call has ended (UPD-3). A link that stands nowhere comes on top; a note, below the one before it and what
//!   was typed there. What we wrote and somebody deleted comes back.
//! - Where all that the call says stands there and nothing else of ours does, the Description is not touched. Else its parts are written
//!   with one empty line between; with two, where typed text follows a note: so what we send tells by itself where our note ends. Words
//!   typed into a line of ours come below its note, and the note is as in Aircall.
//! - A typed line that reads like a heading or link line of ours is written with a word joiner (U+2060, which nobody sees) before it. A
//!   line with one is never ours.
//! - 32,000 holds: the oldest note goes first, of the last one the longest prefix stays, then the link goes. Typed text is never cut: where
//!   it is over the limit alone, the Description is not sent. DESC-5's notice says how many characters went.
//!
//! What is ours is known in two ways:
//!
//! - `wrote`, what we wrote last: the Description as it was sent, typed text and all. It is read by [`parse`]; its notes and link lines are
//!   looked for in the text of today, whole ones wherever they stand, then line by line. What it does not have is typed, also where it
//!   looks like ours; only blocks that the call says today, to the letter, are ours all the same, so that an older `wrote` doubles nothing.
//!   A `wrote` with a create's `TaskSubtype` and without a Description says that we wrote none; any other without one tells nothing.
//! - Without it, the text alone tells: blocks of today to the letter, perhaps cut at the end; headings and link lines of the wording in use
//!   and of the library's, a heading where its author is named in the call or the template has ten letters of its own, a link line where
//!   it has, or where the link leads to the host of today's. Below an old heading, the first line is ours, and those that a note of the
//!   same author still has.
//!
//! In both, words put into a line of ours at one place are typed, and a line of which at most half was taken away, at its end, is ours
//! still. Any other line that differs is typed whole where `wrote` is known.
//!
//! Bounds, which no text can pass:
//!
//! - Without `wrote`, further lines of an old note stay, for they may be typed; what somebody typed in the place of its first line goes with
//!   it, and so does what they typed as if it were ours; and words that were only taken out of a note in Aircall look as if they had been
//!   typed in.
//! - An old note that says what looks like lines of ours is read as several without `wrote`. So whoever hands it in once must go on to: the
//!   next update without it may take more for ours.
//! - With `wrote`, what an old note had below two empty lines stays. Where a word joiner does not fit any more, what it would have told is
//!   told by `wrote` alone.
//! - What somebody typed like a heading with fewer than ten letters of its own (`{agent}:`) is ours once the call names whom it names.
//! - Text of a wording that is neither the one in use nor the library's is taken for typed.

mod forms;
mod lines;
mod merge;
mod origin;
mod parse;
mod write;

use super::recording::Link;
use crate::aircall::{AircallId, Comment, Timestamp};
use crate::facts::Kind;
use crate::salesforce::text::{self, DESCRIPTION_LIMIT, LengthUnit, spoken};
use crate::wording::Wording;
pub use merge::{Merged, merge};
pub use parse::{Known, Piece, parse};

/// Who stands for the author of a note that has none.
pub const NO_AUTHOR: &str = "Aircall";

const BETWEEN_BLOCKS: &str = "\n\n";

/// Between a note of ours and what somebody typed below it: two empty lines tell where the note ends (DESC-7).
const BELOW_NOTE: &str = "\n\n\n";

/// Stands before a line of theirs that reads like the beginning of something of ours (DESC-7): a word joiner, which nobody sees.
const THEIRS: char = '\u{2060}';

/// A Description within its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The field's value; empty if there is nothing to say.
    pub text: String,
    /// How many Unicode characters of the whole text did not fit.
    pub dropped: usize,
}

/// The Description of a call of this kind.
#[must_use]
pub fn description(
    kind: Kind,
    link: Option<&Link<'_>>,
    comments: &[Comment<'_>],
    wording: &Wording,
    count: LengthUnit,
) -> Description {
    let mut text = String::with_capacity(capacity(link, comments));
    let mut dropped = 0;
    if let Some(link) = link {
        link_line(kind, link, wording, &mut text);
        text.truncate(text.trim_end().len());
        if !count.fits(&text, DESCRIPTION_LIMIT) {
            dropped = text.chars().count();
            text.clear();
        }
    }
    for comment in in_order(comments) {
        let before = text.len();
        if !text.is_empty() {
            text.push_str(BETWEEN_BLOCKS);
        }
        if !note(comment, wording, &mut text) {
            text.truncate(before);
        }
    }
    if dropped > 0 && !text.is_empty() {
        dropped += BETWEEN_BLOCKS.len();
    }
    let mut text = text::cleaned(text.into(), text::area).into_owned();
    let kept = count.clip(&text, DESCRIPTION_LIMIT).len();
    dropped += text.get(kept..).unwrap_or_default().chars().count();
    text.truncate(kept);
    Description { text, dropped }
}

/// The link line, or a note with its heading, as it stands in a Description.
#[derive(Debug, Clone)]
struct Block<'c> {
    /// What it is made of.
    piece: Piece<'c>,
    /// How it is written.
    text: String,
}

impl Block<'_> {
    /// What stands above a note's text; the whole of a link line.
    fn head(&self) -> &str {
        match &self.piece {
            Piece::Note { content, .. } => self.text.strip_suffix(content.as_ref()).map_or("", str::trim_end),
            Piece::Link { .. } | Piece::Other(_) => &self.text,
        }
    }

    /// Who wrote a note; a link has nobody.
    fn author(&self) -> Option<&str> {
        match &self.piece {
            Piece::Note { author, .. } => Some(author),
            Piece::Link { .. } | Piece::Other(_) => None,
        }
    }

    /// A note's text.
    fn content(&self) -> &str {
        match &self.piece {
            Piece::Note { content, .. } => content,
            Piece::Link { .. } | Piece::Other(_) => "",
        }
    }
}

/// What a Description is made of, before it is cut.
fn blocks<'c>(
    kind: Kind,
    link: Option<&Link<'c>>,
    comments: &'c [Comment<'c>],
    wording: &Wording,
    count: LengthUnit,
) -> Vec<Block<'c>> {
    let mut blocks = Vec::new();
    if let Some(link) = link {
        let mut text = String::new();
        link_line(kind, link, wording, &mut text);
        let text = text::area(&text).into_owned();
        if count.fits(&text, DESCRIPTION_LIMIT) {
            blocks.push(Block { piece: Piece::Link { url: link.url.clone() }, text });
        }
    }
    for comment in in_order(comments) {
        let mut text = String::new();
        if note(comment, wording, &mut text) {
            let content = text::area(comment.content.as_deref().unwrap_or_default());
            let piece = Piece::Note { author: text::line(author(comment)), content };
            blocks.push(Block { piece, text: text::area(&text).into_owned() });
        }
    }
    blocks
}

/// The line with the link (DESC-1, DESC-2).
fn link_line(kind: Kind, link: &Link<'_>, wording: &Wording, out: &mut String) {
    let template = match kind {
        Kind::Voicemail => &wording.voicemail_link,
        Kind::OutboundAnswered
        | Kind::OutboundUnanswered
        | Kind::InboundAnswered
        | Kind::Missed
        | Kind::OutboundConference
        | Kind::InboundConference => &wording.recording_link,
    };
    template.render(out, &wording.unknown, |_| Some(&link.url));
}

/// A note with its heading (DESC-3); whether there is anything to write.
fn note(comment: &Comment<'_>, wording: &Wording, out: &mut String) -> bool {
    let content = text::area(comment.content.as_deref().unwrap_or_default());
    if content.is_empty() {
        return false;
    }
    let author = author(comment);
    wording.note.render(out, &wording.unknown, |_| Some(author));
    out.push('\n');
    out.push_str(&content);
    true
}

/// Whose name a note's heading has.
fn author<'c>(comment: &'c Comment<'_>) -> &'c str {
    let author = comment.posted_by.as_ref().and_then(|author| author.name.as_deref());
    author.and_then(spoken).unwrap_or(NO_AUTHOR)
}

/// Oldest first (DESC-4).
fn in_order<'c>(comments: &'c [Comment<'c>]) -> impl Iterator<Item = &'c Comment<'c>> {
    fn age<'c>(comment: &'c Comment<'_>) -> (Option<Timestamp>, Option<&'c AircallId<'c>>) {
        (comment.posted_at, comment.id.as_ref())
    }
    // Aircall mostly sends them so.
    let is_in_order = comments.is_sorted_by_key(age);
    let (as_they_are, mut sorted) =
        if is_in_order { (comments, Vec::new()) } else { (&[][..], comments.iter().collect()) };
    sorted.sort_by_key(|comment| age(comment));
    as_they_are.iter().chain(sorted)
}

/// About as many bytes as a Description takes; guessed in one go, as texts that grow are copied again and again.
fn capacity(link: Option<&Link<'_>>, comments: &[Comment<'_>]) -> usize {
    const HEADING: usize = 64;
    let notes = comments.iter().filter_map(|comment| comment.content.as_ref());
    link.into_iter().map(|link| &link.url).chain(notes).map(|text| text.len() + HEADING).sum()
}
