//! Description, shown as "Comments".
//!
//! - DESC-1, DESC-2: kind voicemail with a link: the voicemail's line; any other kind with a link: the recording's.
//! - DESC-3: each note: its heading, a line break, its text. All notes of all agents, also after a transfer; blank ones are left out.
//!   A note without an author, as Aircall's API makes them, is `Aircall`'s.
//! - DESC-4: the link first, then the notes from oldest to newest, ties by id, those without a time first; one empty line between.
//! - DESC-5: at most 32,000 characters, see [`Count`]. The longest prefix at a grapheme boundary stays; so the link survives. A link whose
//!   line alone is longer is left out.
//! - DESC-6: how texts are cleaned stands with [`area`](crate::salesforce::text::area).
//!
//! Source: Aircall's help article; order, unit and authorless notes are this project's decisions.

use super::recording::Link;
use crate::aircall::{AircallId, Comment, Timestamp};
use crate::facts::Kind;
use crate::salesforce::text::{self, Count, DESCRIPTION_LIMIT, spoken};
use crate::wording::Wording;

/// Who stands for the author of a note that has none.
pub const NO_AUTHOR: &str = "Aircall";

const BETWEEN_BLOCKS: &str = "\n\n";

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
    count: Count,
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
        if before > 0 {
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
    let kept = count.clip(&text, DESCRIPTION_LIMIT);
    if kept.len() < text.len() {
        dropped += text.chars().count() - kept.chars().count();
        text.truncate(kept.len());
    }
    Description { text, dropped }
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
    let author = comment.posted_by.as_ref().and_then(|author| author.name.as_deref());
    let author = author.and_then(spoken).unwrap_or(NO_AUTHOR);
    wording.note.render(out, &wording.unknown, |_| Some(author));
    out.push('\n');
    out.push_str(&content);
    true
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
