//! Brings a Description that somebody edited up to date (DESC-7).

use std::collections::{BTreeMap, VecDeque};

use super::parse::{Known, Piece};
use super::since::since;
use super::standing::{Item, Slot};
use super::told::told;
use super::{BELOW_NOTE, BETWEEN_BLOCKS, Block};
use crate::salesforce::text::{Count, DESCRIPTION_LIMIT};

/// What is to become of a Description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// Nobody typed anything: it becomes what the call says.
    Plain,
    /// It stays as it is: it says all that the call says, or nothing more fits.
    Keep {
        /// How many Unicode characters did not fit.
        dropped: usize,
    },
    /// It becomes this text, which holds all that people typed.
    Text {
        /// The text; empty if nothing is left of it.
        text: String,
        /// How many Unicode characters of what the call says did not fit.
        dropped: usize,
    },
}

/// Brings a Description up to date (DESC-7); `present` is what it holds, `wrote` what we wrote last, if that is known, both as
/// [`area`](crate::salesforce::text::area) cleans them. `ended`: whether the call has ended, so that what it no longer says goes.
#[must_use]
pub fn merge(present: &str, wrote: Option<&str>, known: &Known<'_>, ended: bool, count: Count) -> Merged {
    let mut merged = once(present, wrote, known, ended, count);
    // What is left of an old note may read as ours once it stands by itself: it goes at once, not with the next update.
    for _ in 0..ROUNDS {
        let Merged::Text { text, dropped } = &merged else { break };
        if wrote.is_some() {
            break;
        }
        let again = match once(text, None, known, ended, count) {
            Merged::Keep { .. } => once(text, Some(text), known, ended, count),
            again => again,
        };
        merged = match again {
            Merged::Text { text, dropped: more } if text != present => {
                Merged::Text { text, dropped: more.max(*dropped) }
            }
            Merged::Text { dropped, .. } => Merged::Keep { dropped },
            Merged::Plain => Merged::Plain,
            Merged::Keep { .. } => break,
        };
    }
    merged
}

/// How often a text is merged again at most.
const ROUNDS: usize = 8;

fn once(present: &str, wrote: Option<&str>, known: &Known<'_>, ended: bool, count: Count) -> Merged {
    let mut items = match wrote {
        Some(wrote) => since(wrote, present, known, count),
        None => told(present, known),
    };
    let is_typed = items.iter().any(|item| match item {
        Item::Ours(slot) => !slot.typed.is_empty(),
        Item::Typed(_) => true,
    });
    let used = pair(&mut items, &known.blocks);
    let slots = || {
        items.iter().filter_map(|item| match item {
            Item::Ours(slot) => Some(slot),
            Item::Typed(_) => None,
        })
    };
    let has_link = matches!(known.blocks.first().map(|block| &block.piece), Some(Piece::Link { .. }));
    let goes = |slot: &Slot<'_>| slot.block.is_none() && (ended || (has_link && is_link(&slot.piece)));
    let stays = |slot: &&Slot<'_>| slot.block.is_none() && !goes(slot);
    if !is_typed && !slots().any(|slot| stays(&slot)) {
        return Merged::Plain;
    }
    let is_current =
        used.iter().all(|&used| used) && slots().all(|slot| (slot.block.is_some() && slot.is_current) || stays(&slot));
    if is_current {
        return Merged::Keep { dropped: 0 };
    }

    let mut entries = Vec::with_capacity(items.len() + known.blocks.len());
    for item in &items {
        let slot = match item {
            Item::Ours(slot) => slot,
            Item::Typed(text) => {
                entries.extend(Entry::typed(text, count));
                continue;
            }
        };
        match slot.block.and_then(|number| Some((number, known.block(number)?))) {
            Some((number, block)) => entries.push(Entry::block(number, block, count)),
            None if goes(slot) => {}
            None => entries.push(Entry::old(slot, count)),
        }
        entries.extend(slot.typed.iter().filter_map(|text| Entry::typed(text, count)));
    }
    let missing: Vec<_> = used.iter().enumerate().filter(|(_, used)| !**used).map(|(number, _)| number).collect();
    let left_out = known.left_out + add(&missing, &mut entries, &known.blocks, count);
    fit(entries, left_out, present, count)
}

const fn is_link(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Link { .. })
}

/// Finds for the blocks that stand nowhere what is an old form of them; says which blocks have a place.
fn pair(items: &mut [Item<'_>], blocks: &[Block<'_>]) -> Vec<bool> {
    let mut places: Vec<Option<usize>> = vec![None; blocks.len()];
    let mut old = Vec::new();
    for (place, item) in items.iter_mut().enumerate() {
        if let Item::Ours(slot) = item {
            match slot.block.and_then(|number| places.get_mut(number)) {
                Some(known) => *known = Some(place),
                None => old.push((place, slot)),
            }
        }
    }
    for sameness in [Sameness::Content, Sameness::Author] {
        let mut forms: BTreeMap<String, VecDeque<(usize, &mut Slot<'_>)>> = BTreeMap::new();
        for (place, slot) in old.iter_mut().filter(|(_, slot)| slot.block.is_none()) {
            if let Some(key) = sameness.of(&slot.piece) {
                forms.entry(key.to_owned()).or_default().push_back((*place, slot));
            }
        }
        // A form of the same author only stands for it between the blocks that stand above and below.
        let below = places.iter().rev().scan(usize::MAX, |lowest, place| {
            let below = *lowest;
            *lowest = place.map_or(below, |place| place.min(below));
            Some(below)
        });
        let below: Vec<_> = below.collect();
        let mut above = None;
        for (number, ((block, known), below)) in blocks.iter().zip(&mut places).zip(below.iter().rev()).enumerate() {
            if known.is_none() {
                let forms = sameness.of(&block.piece).and_then(|key| forms.get_mut(key));
                let is_between = |place: usize| match sameness {
                    Sameness::Content => true,
                    Sameness::Author => Some(place) > above && place < *below,
                };
                let form = forms.and_then(|forms| {
                    let place = forms.iter().position(|&(place, _)| is_between(place))?;
                    forms.remove(place)
                });
                if let Some((place, slot)) = form {
                    slot.block = Some(number);
                    *known = Some(place);
                }
            }
            above = above.max(*known);
        }
    }
    places.iter().map(Option::is_some).collect()
}

/// By what an old form is told, the surer sign first.
#[derive(Clone, Copy)]
enum Sameness {
    Content,
    /// A link has none, and there is but one.
    Author,
}

impl Sameness {
    fn of<'p>(self, piece: &'p Piece<'_>) -> Option<&'p str> {
        match (self, piece) {
            (Self::Content, Piece::Note { content, .. }) => Some(content),
            (Self::Author, Piece::Note { author, .. }) => Some(author),
            (Self::Author, Piece::Link { .. }) => Some(""),
            (Self::Content, Piece::Link { .. }) | (_, Piece::Other(_)) => None,
        }
    }
}

/// A part of the new text.
#[derive(Debug, Clone)]
struct Entry<'t> {
    what: What,
    text: &'t str,
    length: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Link,
    /// A note that a snapshot from the middle of the call does not have.
    Old,
    /// A note of today, by its number.
    Note(usize),
    Typed,
}

impl<'t> Entry<'t> {
    fn new(what: What, text: &'t str, count: Count) -> Self {
        Self { what, text, length: count.measure(text) }
    }

    fn block(number: usize, block: &'t Block<'_>, count: Count) -> Self {
        let what = if is_link(&block.piece) { What::Link } else { What::Note(number) };
        Self::new(what, &block.text, count)
    }

    fn old(slot: &'t Slot<'_>, count: Count) -> Self {
        Self::new(if is_link(&slot.piece) { What::Link } else { What::Old }, &slot.text, count)
    }

    /// Blanks at the beginning of a line stay.
    fn typed(text: &'t str, count: Count) -> Option<Self> {
        let text = text.trim_end().trim_start_matches('\n');
        (!text.is_empty()).then(|| Self::new(What::Typed, text, count))
    }

    const AGE_OF_LINK: usize = usize::MAX;

    /// The lower, the sooner it goes where not all fits; what somebody typed never does.
    const fn age(&self) -> Option<usize> {
        match self.what {
            What::Old => Some(0),
            What::Note(number) => Some(number + 1),
            What::Link => Some(Self::AGE_OF_LINK),
            What::Typed => None,
        }
    }

    /// What stands between two.
    const fn gap(&self, next: &Self) -> &'static str {
        match (self.what, next.what) {
            (What::Old | What::Note(_), What::Typed) => BELOW_NOTE,
            _ => BETWEEN_BLOCKS,
        }
    }
}

/// Puts in what stands nowhere yet: the link on top, a note below the one before it and what was typed there. Of notes too many to fit, the
/// newest; how many characters the others have.
fn add<'t>(missing: &[usize], entries: &mut Vec<Entry<'t>>, blocks: &'t [Block<'_>], count: Count) -> usize {
    let mut room = DESCRIPTION_LIMIT;
    let mut left_out = 0;
    let mut added = Vec::new();
    for &number in missing.iter().rev() {
        let Some(block) = blocks.get(number) else { continue };
        let entry = Entry::block(number, block, count);
        if room == 0 && entry.what != What::Link {
            left_out += BETWEEN_BLOCKS.len() + block.text.chars().count();
            continue;
        }
        room = room.saturating_sub(entry.length);
        added.push(entry);
    }
    for entry in added.into_iter().rev() {
        let rank = |what: What| match what {
            What::Link => Some(0),
            What::Note(number) => Some(number + 1),
            What::Old | What::Typed => None,
        };
        let before = entries.iter().enumerate().filter(|(_, other)| rank(other.what) < rank(entry.what));
        let before = before.filter_map(|(place, other)| Some((rank(other.what)?, place))).max();
        let from = before.map_or(0, |(_, place)| place + 1);
        let is_note = |other: &Entry<'_>| matches!(other.what, What::Note(_));
        let place = match entry.what {
            What::Link => 0,
            _ => entries.iter().skip(from).position(is_note).map_or(entries.len(), |place| from + place),
        };
        entries.insert(place, entry);
    }
    left_out
}

/// The text of the entries within the limit: the oldest notes go first, then what is over of the newest, then the link.
fn fit(mut entries: Vec<Entry<'_>>, left_out: usize, present: &str, count: Count) -> Merged {
    let whole = text(&entries).chars().count() + left_out;
    let mut victims: Vec<_> = entries.iter().enumerate().filter_map(|(at, entry)| Some((entry.age()?, at))).collect();
    victims.sort_unstable();
    let mut notes = victims.iter().filter(|&&(age, _)| age < Entry::AGE_OF_LINK).count();
    let mut victims = victims.into_iter().map(|(_, at)| at);
    loop {
        let length = length(&entries, count);
        if length <= DESCRIPTION_LIMIT {
            break;
        }
        let Some(oldest) = victims.next().and_then(|at| entries.get_mut(at)) else {
            return Merged::Keep { dropped: whole - present.chars().count().min(whole) };
        };
        let room = DESCRIPTION_LIMIT.saturating_sub(length - oldest.length);
        // Only the newest note is worth cutting: what is over of an older one is no loss beside it.
        let kept = if notes == 1 { count.clip(oldest.text, room) } else { "" };
        *oldest = Entry::new(oldest.what, if kept.contains('\n') { kept } else { "" }, count);
        notes = notes.saturating_sub(1);
    }
    // Where only what the call says today is left, DESC-5 decides what of it fits, as it would with the next update.
    if written(&entries).all(|(_, entry)| matches!(entry.what, What::Link | What::Note(_))) && has_old(&entries) {
        return Merged::Plain;
    }
    let text = text(&entries).trim().to_owned();
    let dropped = whole - text.chars().count().min(whole);
    if text == present { Merged::Keep { dropped } } else { Merged::Text { text, dropped } }
}

fn has_old(entries: &[Entry<'_>]) -> bool {
    entries.iter().any(|entry| entry.what == What::Old)
}

/// The entries that have not been dropped, each with what stands above it.
fn written<'e, 't>(entries: &'e [Entry<'t>]) -> impl Iterator<Item = (&'static str, &'e Entry<'t>)> {
    let mut last: Option<&Entry<'_>> = None;
    entries.iter().filter(|entry| !entry.text.is_empty()).map(move |entry| {
        let gap = last.map_or("", |last| last.gap(entry));
        last = Some(entry);
        (gap, entry)
    })
}

fn length(entries: &[Entry<'_>], count: Count) -> usize {
    written(entries).map(|(gap, entry)| count.measure(gap) + entry.length).sum()
}

fn text(entries: &[Entry<'_>]) -> String {
    written(entries).flat_map(|(gap, entry)| [gap, entry.text]).collect()
}
