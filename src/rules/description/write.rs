//! Writes a merged Description, within its limit (DESC-5, DESC-7).

use std::borrow::Cow;

use super::merge::Merged;
use super::origin::Slot;
use super::{BELOW_NOTE, BETWEEN_BLOCKS, Block};
use crate::salesforce::text::{DESCRIPTION_LIMIT, LengthUnit};

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
    fn new(what: What, text: impl Into<Cow<'t, str>>, count: LengthUnit) -> Self {
        let text = text.into();
        Self { what, length: count.measure(&text), text }
    }

    pub(super) fn block(number: usize, block: &'t Block<'_>, count: LengthUnit) -> Self {
        let what = if block.author().is_none() { What::Link } else { What::Note };
        Self::new(what(number), &block.text, count)
    }

    /// The same, before it was cut.
    fn whole(&self, blocks: &'t [Block<'_>], count: LengthUnit) -> Self {
        match self.what {
            What::Note(number) => {
                blocks.get(number).map_or_else(|| self.clone(), |block| Self::block(number, block, count))
            }
            What::Link(_) | What::OldLink | What::OldNote | What::Typed => self.clone(),
        }
    }

    pub(super) fn old(slot: &'t Slot<'_>, count: LengthUnit) -> Self {
        Self::new(if slot.author.is_none() { What::OldLink } else { What::OldNote }, &slot.text, count)
    }

    pub(super) fn typed(text: Cow<'t, str>, count: LengthUnit) -> Option<Self> {
        (!text.is_empty()).then(|| Self::new(What::Typed, text, count))
    }
}

/// The text of the entries and of the blocks of which none is: where not all fits, the oldest notes go first, of the newest the longest
/// prefix stays, then the link goes.
pub(super) fn within_limit<'t>(
    entries: Vec<Entry<'t>>,
    blocks: &'t [Block<'_>],
    present: &str,
    count: LengthUnit,
) -> Merged {
    let mut entries = add(entries, blocks, count);
    let whole = text(&entries, What::OldNote).chars().count();
    let mut last = None;
    let from = loop {
        let Some(from) = cut(&mut entries, count) else {
            return Merged::Keep { dropped: whole - present.chars().count().min(whole) };
        };
        if from == What::OldNote || last.is_some_and(|last| last <= from) {
            break from;
        }
        // Where the next update would put what was left out, more of it may fit.
        last = Some(from);
        let left = entries.iter().filter(|entry| entry.what >= from);
        entries = add(left.map(|entry| entry.whole(blocks, count)).collect(), blocks, count);
    };
    // Where only what the call says today is left, DESC-5 decides what of it fits, as it would with the next update.
    if kept(&entries, from).all(|entry| matches!(entry.what, What::Link(_) | What::Note(_))) {
        return Merged::Plain;
    }
    let text = text(&entries, from);
    let dropped = whole - text.chars().count().min(whole);
    if text == present { Merged::Keep { dropped } } else { Merged::Text { text, dropped } }
}

/// From where on, in the order in which they go, the entries stay. The newest note may be cut.
fn cut(entries: &mut [Entry<'_>], count: LengthUnit) -> Option<What> {
    let mut ages: Vec<_> = entries.iter().map(|entry| entry.what).collect();
    ages.sort_unstable();
    let over = ages.partition_point(|age| length(entries, *age, count) > DESCRIPTION_LIMIT);
    let from = ages.get(over).copied()?;
    let newest = ages.into_iter().filter(|what| what.is_note()).max().filter(|newest| *newest < from);
    let Some(newest) = newest else {
        return Some(if over == 0 { What::OldNote } else { from });
    };
    let over = length(entries, newest, count).saturating_sub(DESCRIPTION_LIMIT);
    let entry = entries.iter_mut().find(|entry| entry.what == newest)?;
    let kept = count.clip(&entry.text, entry.length.saturating_sub(over));
    // A heading alone tells nothing.
    if !kept.contains('\n') {
        return Some(from);
    }
    *entry = Entry::new(newest, kept.to_owned(), count);
    Some(newest)
}

/// Puts in what stands nowhere yet: the link on top, a note below the one before it and what was typed there.
fn add<'t>(entries: Vec<Entry<'t>>, blocks: &'t [Block<'_>], count: LengthUnit) -> Vec<Entry<'t>> {
    let mut places = vec![None; blocks.len()];
    let mut next_note = entries.len();
    // Where a note goes that belongs below an entry, or on top.
    let mut below = vec![next_note; entries.len() + 1];
    for (place, entry) in entries.iter().enumerate().rev() {
        if let What::Link(number) | What::Note(number) = entry.what {
            places.get_mut(number).into_iter().for_each(|known| *known = Some(place));
        }
        if matches!(entry.what, What::Note(_)) {
            next_note = place;
        }
        below.get_mut(place).into_iter().for_each(|below| *below = next_note);
    }
    let mut from = 0;
    let mut missing = Vec::new();
    for (number, (block, place)) in blocks.iter().zip(places).enumerate() {
        if let Some(place) = place {
            from = place + 1;
        } else {
            let place = if block.author().is_none() { 0 } else { below.get(from).copied().unwrap_or(entries.len()) };
            missing.push((place, Entry::block(number, block, count)));
        }
    }
    missing.sort_by_key(|(place, _)| *place);
    let mut missing = missing.into_iter().peekable();
    let mut all = Vec::with_capacity(entries.len() + missing.len());
    for (place, entry) in entries.into_iter().enumerate() {
        while let Some((_, new)) = missing.next_if(|(before, _)| *before <= place) {
            all.push(new);
        }
        all.push(entry);
    }
    all.extend(missing.map(|(_, new)| new));
    all
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

fn length(entries: &[Entry<'_>], from: What, count: LengthUnit) -> usize {
    spaced(entries, from).map(|(gap, entry)| count.measure(gap) + entry.length).sum()
}

fn text(entries: &[Entry<'_>], from: What) -> String {
    spaced(entries, from).flat_map(|(gap, entry)| [gap, &entry.text]).collect::<String>().trim().to_owned()
}
