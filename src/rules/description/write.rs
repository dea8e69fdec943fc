//! Writes a merged Description, within its limit (DESC-5, DESC-7).

use std::borrow::Cow;

use super::merge::Merged;
use super::origin::Slot;
use super::{BELOW_NOTE, BETWEEN_BLOCKS, Block};
use crate::salesforce::text::{Count, DESCRIPTION_LIMIT};

/// A part of the new text.
#[derive(Debug, Clone)]
pub(super) struct Entry<'t> {
    pub(super) what: What,
    text: Cow<'t, str>,
    length: usize,
}

/// In the order in which they go where not all fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// A note that a snapshot from the middle of the call does not have.
    OldNote,
    /// A note of today, by its number.
    Note(usize),
    /// A link that a snapshot from the middle of the call does not have.
    OldLink,
    /// The link of today.
    Link(usize),
    /// What somebody typed, which never goes.
    Typed,
}

impl What {
    const fn is_note(self) -> bool {
        matches!(self, Self::OldNote | Self::Note(_))
    }
}

impl<'t> Entry<'t> {
    fn new(what: What, text: impl Into<Cow<'t, str>>, count: Count) -> Self {
        let text = text.into();
        Self { what, length: count.measure(&text), text }
    }

    pub(super) fn block(number: usize, block: &'t Block<'_>, count: Count) -> Self {
        let what = if block.author().is_none() { What::Link } else { What::Note };
        Self::new(what(number), &block.text, count)
    }

    pub(super) fn old(slot: &'t Slot<'_>, count: Count) -> Self {
        Self::new(if slot.author.is_none() { What::OldLink } else { What::OldNote }, &slot.text, count)
    }

    pub(super) fn typed(text: String, count: Count) -> Option<Self> {
        (!text.is_empty()).then(|| Self::new(What::Typed, text, count))
    }
}

/// The text of the entries: where not all fits, the oldest notes go first, of the newest the longest prefix stays, then the link goes.
pub(super) fn within_limit(mut entries: Vec<Entry<'_>>, present: &str, count: Count) -> Merged {
    let whole = text(&entries, What::OldNote).chars().count();
    let mut ages: Vec<_> = entries.iter().map(|entry| entry.what).collect();
    ages.sort_unstable();
    // What stands before this in the order goes.
    let over = ages.partition_point(|age| length(&entries, *age, count) > DESCRIPTION_LIMIT);
    let Some(mut from) = ages.get(over).copied() else {
        return Merged::Keep { dropped: whole - present.chars().count().min(whole) };
    };
    let newest = entries.iter().map(|entry| entry.what).filter(|what| what.is_note()).max();
    if let Some(newest) = newest.filter(|newest| *newest < from) {
        let over = length(&entries, newest, count).saturating_sub(DESCRIPTION_LIMIT);
        if let Some(entry) = entries.iter_mut().find(|entry| entry.what == newest) {
            let kept = count.clip(&entry.text, entry.length.saturating_sub(over));
            // A heading alone tells nothing.
            if kept.contains('\n') {
                *entry = Entry::new(newest, kept.to_owned(), count);
                from = newest;
            }
        }
    }
    // Where only what the call says today is left, DESC-5 decides what of it fits, as it would with the next update.
    if kept(&entries, from).all(|entry| matches!(entry.what, What::Link(_) | What::Note(_))) {
        return Merged::Plain;
    }
    let text = text(&entries, from);
    let dropped = whole - text.chars().count().min(whole);
    if text == present { Merged::Keep { dropped } } else { Merged::Text { text, dropped } }
}

fn kept<'e, 't>(entries: &'e [Entry<'t>], from: What) -> impl Iterator<Item = &'e Entry<'t>> {
    entries.iter().filter(move |entry| entry.what >= from)
}

/// The entries that are kept, each with what stands above it.
fn spaced<'e, 't>(entries: &'e [Entry<'t>], from: What) -> impl Iterator<Item = (&'static str, &'e Entry<'t>)> {
    let mut last = None;
    kept(entries, from).map(move |entry| {
        let gap = match (last.replace(entry.what), entry.what) {
            (None, _) => "",
            (Some(above), What::Typed) if above.is_note() => BELOW_NOTE,
            (Some(_), _) => BETWEEN_BLOCKS,
        };
        (gap, entry)
    })
}

fn length(entries: &[Entry<'_>], from: What, count: Count) -> usize {
    spaced(entries, from).map(|(gap, entry)| count.measure(gap) + entry.length).sum()
}

fn text(entries: &[Entry<'_>], from: What) -> String {
    spaced(entries, from).flat_map(|(gap, entry)| [gap, &entry.text]).collect::<String>().trim().to_owned()
}
