//! Brings a Description that somebody edited up to date (DESC-7).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::lines::lines;
use super::origin::{Item, Slot, since, told};
use super::parse::Known;
use super::write::{Entry, within_limit};
use super::{Block, THEIRS};
use crate::salesforce::text::LengthUnit;

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
        /// The text.
        text: String,
        /// How many Unicode characters of what the call says did not fit.
        dropped: usize,
    },
}

/// Brings a Description up to date (DESC-7); `present` is what it holds, `wrote` what we wrote last, if that is known, both as
/// [`area`](crate::salesforce::text::area) cleans them. `ended`: whether the call has ended, so that what it no longer says goes.
#[must_use]
pub fn merge(present: &str, wrote: Option<&str>, known: &Known<'_>, ended: bool, count: LengthUnit) -> Merged {
    let mut items = match wrote {
        Some(wrote) => since(wrote, present, known),
        None => told(present, known),
    };
    let has_place = pair(&mut items, &known.blocks);
    let has_link = known.blocks.first().is_some_and(|block| block.author().is_none());
    let stays = |slot: &Slot<'_>| slot.block.is_none() && !ended && !(has_link && slot.author.is_none());
    let is_plain = |item: &Item<'_>| match item {
        Item::Ours(slot) => slot.typed.is_empty() && !stays(slot),
        Item::Typed(_) => false,
    };
    if items.iter().all(is_plain) {
        return Merged::Plain;
    }
    let mut is_current = has_place.iter().all(|has_place| *has_place);
    let mut entries = Vec::with_capacity(items.len() + known.blocks.len());
    for item in &items {
        let (slot, typed) = match item {
            Item::Ours(slot) => (Some(slot), slot.typed.as_slice()),
            Item::Typed(text) => (None, std::slice::from_ref(text)),
        };
        is_current &= slot.is_none_or(|slot| slot.is_current || stays(slot));
        entries.extend(slot.and_then(|slot| match slot.block {
            Some(number) => Some(Entry::block(number, known.blocks.get(number)?, count)),
            None => stays(slot).then(|| Entry::old(slot, count)),
        }));
        for text in typed.iter().map(|text| marked(text, known)) {
            is_current &= matches!(text, Cow::Borrowed(_));
            entries.extend(Entry::typed(text, count));
        }
    }
    if is_current {
        return Merged::Keep { dropped: 0 };
    }
    within_limit(entries, &known.blocks, present, count)
}

/// What somebody typed, with a mark before each line that reads as if it were ours.
fn marked<'t>(text: &'t str, known: &Known<'_>) -> Cow<'t, str> {
    // Blanks at the beginning of a line stay.
    let text = text.trim_end().trim_start_matches('\n');
    let mut marked = String::new();
    let mut from = 0;
    for line in lines(text).iter().filter(|line| known.is_feigned(line, text)) {
        marked.push_str(text.get(from..line.start).unwrap_or_default());
        marked.push(THEIRS);
        from = line.start;
    }
    if marked.is_empty() {
        return Cow::Borrowed(text);
    }
    marked.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(marked)
}

/// Finds for each block that stands nowhere an old form: of the same author, between the blocks that stand above and below it, or, where
/// somebody moved it, one that has a line in common. Says which blocks have a place.
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
    let mut below: Vec<_> = places
        .iter()
        .rev()
        .scan(usize::MAX, |lowest, place| {
            *lowest = place.unwrap_or(usize::MAX).min(*lowest);
            Some(*lowest)
        })
        .collect();
    below.reverse();
    let mut above = None;
    for (number, ((block, place), below)) in blocks.iter().zip(&mut places).zip(below).enumerate() {
        let is_form = |(place, slot): &(usize, &mut Slot<'_>)| {
            Some(*place) > above && *place < below && slot.author.as_deref() == block.author()
        };
        if let (None, Some(form)) = (*place, old.iter().position(is_form)) {
            let (form, slot) = old.remove(form);
            slot.block = Some(number);
            *place = Some(form);
        }
        above = above.max(*place);
    }
    for (number, moved) in moved(&old, blocks, &places) {
        if let (Some((form, slot)), Some(place)) = (old.get_mut(moved), places.get_mut(number)) {
            slot.block = Some(number);
            *place = Some(*form);
        }
    }
    places.iter().map(Option::is_some).collect()
}

/// The blocks that still have no place, each with the first old form of its author that has a line in common and that no other block has.
fn moved(old: &[(usize, &mut Slot<'_>)], blocks: &[Block<'_>], places: &[Option<usize>]) -> Vec<(usize, usize)> {
    let mut forms: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let key = |form: usize, line| Some((old.get(form)?.1.author.as_deref(), line));
    let lines_of = |form: usize| old.get(form).map(|(_, slot)| lines(&slot.text)).unwrap_or_default();
    for form in 0..old.len() {
        for line in lines_of(form) {
            forms.entry(key(form, line.text)).or_default().insert(form);
        }
    }
    let mut moved = Vec::new();
    let without_place = blocks.iter().enumerate().zip(places).filter(|(_, place)| place.is_none() && !old.is_empty());
    for ((number, block), _) in without_place {
        let same = lines(block.content()).into_iter().filter_map(|line| forms.get(&Some((block.author(), line.text))));
        let Some(form) = same.filter_map(|forms| forms.first().copied()).min() else { continue };
        for line in lines_of(form) {
            forms.entry(key(form, line.text)).or_default().remove(&form);
        }
        moved.push((number, form));
    }
    moved
}
