//! Whose the lines of a Description are.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::lines::{Line, Mark, lines, trace};
use super::parse::{ByLine, Found, Known, Piece, Reading, Stands, read};

/// A part of a Description.
#[derive(Debug, Clone)]
pub(super) enum Item<'t> {
    /// Something that we wrote.
    Ours(Slot<'t>),
    /// Something that somebody typed.
    Typed(&'t str),
}

/// Where something that we wrote stands.
#[derive(Debug, Clone)]
pub(super) struct Slot<'t> {
    /// Who wrote the note; a link has nobody.
    pub(super) author: Option<String>,
    /// Its text, as we wrote it.
    pub(super) text: String,
    /// The block of today that it is, or an old form of.
    pub(super) block: Option<usize>,
    /// It says all that the block of today says.
    pub(super) is_current: bool,
    /// What somebody typed into it.
    pub(super) typed: Vec<&'t str>,
}

impl Slot<'_> {
    /// Nothing where somebody else wrote it.
    fn of(found: &Found<'_>, text: &str) -> Option<Self> {
        let author = match &found.piece {
            Piece::Link { .. } => None,
            Piece::Note { author, .. } => Some(author.clone().into_owned()),
            Piece::Other(_) => return None,
        };
        let text = text.get(found.start..found.end).unwrap_or_default().trim().to_owned();
        let block = found.block.map(|(block, _)| block);
        let is_current = found.block.is_some_and(|(_, is_whole)| is_whole);
        Some(Self { author, text, block, is_current, typed: Vec::new() })
    }
}

/// Where a line of today's text comes from.
#[derive(Debug, Clone, Copy, Default)]
struct Origin<'t> {
    slot: Option<usize>,
    /// What somebody typed into the line.
    typed: Option<&'t str>,
}

impl<'t> Origin<'t> {
    fn new(slot: Option<usize>, mark: Mark<'t>) -> Self {
        match mark {
            Mark::Same(_) | Mark::Cut(_) => Self { slot, typed: None },
            Mark::Grown(_, words) => Self { slot, typed: slot.and(Some(words)) },
            Mark::Foreign => Self::default(),
        }
    }
}

/// The parts of a text of which we know what we wrote last.
pub(super) fn since<'t>(wrote: &str, present: &'t str, known: &'t Known<'_>) -> Vec<Item<'t>> {
    let mut seen = vec![false; known.blocks.len()];
    let found = read(wrote, known, Reading::Written, &mut seen);
    let mut slots: Vec<_> = found.iter().filter_map(|found| Slot::of(found, wrote)).collect();
    let written = slots.len();
    // What was written after `wrote` is ours as far as the call says it today.
    slots.extend(known.blocks.iter().enumerate().zip(seen).filter(|(_, seen)| !seen).map(|((number, block), _)| {
        Slot {
            author: block.author().map(str::to_owned),
            text: block.text.clone(),
            block: Some(number),
            is_current: true,
            typed: Vec::new(),
        }
    }));

    let by_line = ByLine::new(slots.iter().map(|slot| slot.text.as_str()));
    let mut seen = vec![false; slots.len()];
    let today = lines(present);
    let mut origins = vec![Origin::default(); today.len()];
    let mut rest = Vec::new();
    let mut standing: Option<Stands> = None;
    for (line, origin) in today.iter().zip(&mut origins) {
        if standing.is_none_or(|stands| line.start >= stands.end) {
            standing = by_line.standing(present, line, &seen);
            if let Some(stands) = standing {
                seen.get_mut(stands.number).into_iter().for_each(|seen| *seen = true);
                slots.get_mut(stands.number).into_iter().for_each(|slot| slot.is_current &= stands.is_whole);
            }
        }
        match standing {
            Some(stands) => origin.slot = Some(stands.number),
            None => rest.push((line.text, origin)),
        }
    }

    let altered = slots.iter().enumerate().zip(&seen).take(written).filter(|(_, seen)| !**seen);
    let base =
        altered.flat_map(|((number, slot), _)| lines(&slot.text).into_iter().map(move |line| (number, line.text)));
    let (numbers, base): (Vec<_>, Vec<_>) = base.unzip();
    let marks = trace(&base, &rest.iter().map(|(text, _)| *text).collect::<Vec<_>>());
    let whole: BTreeSet<_> = marks.iter().filter_map(Mark::whole).collect();
    let lacking: BTreeSet<_> =
        numbers.iter().enumerate().filter(|(line, _)| !whole.contains(line)).map(|(_, number)| *number).collect();
    for (mark, (_, origin)) in marks.into_iter().zip(rest) {
        *origin = Origin::new(mark.base().and_then(|line| numbers.get(line).copied()), mark);
    }
    for (number, slot) in slots.iter_mut().enumerate() {
        slot.is_current &= slot.block.is_some() && !lacking.contains(&number);
    }
    items(present, &today, &origins, slots)
}

/// The parts of a text, by what it tells itself.
pub(super) fn told<'t>(present: &'t str, known: &'t Known<'_>) -> Vec<Item<'t>> {
    let mut seen = vec![false; known.blocks.len()];
    let today = lines(present);
    let mut origins = vec![Origin::default(); today.len()];
    let mut slots = Vec::new();
    for found in read(present, known, Reading::Edited, &mut seen) {
        let Some(mut slot) = Slot::of(&found, present) else { continue };
        let number = Some(slots.len());
        let [start, head_end, end] =
            [found.start, found.head_end, found.end].map(|at| today.partition_point(|line| line.start < at));
        for origin in origins.get_mut(start..head_end).unwrap_or_default() {
            *origin = Origin { slot: number, typed: found.put_in.map(|(_, words)| words) };
        }
        if found.block.is_none() {
            let head = match found.put_in.and_then(|(number, _)| known.blocks.get(number)) {
                Some(block) => block.head(),
                None => present.get(found.start..found.head_end).unwrap_or_default().trim(),
            };
            head.clone_into(&mut slot.text);
            let body: Vec<_> = today.get(head_end..end).unwrap_or_default().iter().map(|line| line.text).collect();
            let marks = older(&mut slot, &body, known, &mut seen);
            for (origin, mark) in origins.get_mut(head_end..end).unwrap_or_default().iter_mut().zip(marks) {
                *origin = Origin::new(number, mark);
            }
        }
        slots.push(slot);
    }
    items(present, &today, &origins, slots)
}

/// How many notes of today are compared with one that may be an old form of theirs.
const CANDIDATES: usize = 32;

/// Which lines below a heading that no note of today stands below are ours: those of the note of its author that has the most of them,
/// and the first.
fn older<'t>(slot: &mut Slot<'_>, body: &[&'t str], known: &Known<'_>, seen: &mut [bool]) -> Vec<Mark<'t>> {
    let author = slot.author.as_deref();
    let of_author = known
        .blocks
        .iter()
        .enumerate()
        .zip(seen.iter())
        .filter(|((_, block), seen)| !**seen && block.author() == author);
    let compared = of_author.take(CANDIDATES).map(|((number, block), _)| {
        let base: Vec<_> = lines(block.content()).iter().map(|line| line.text).collect();
        let marks = trace(&base, body);
        let ours = marks.iter().filter(|mark| mark.base().is_some()).count();
        let whole: BTreeSet<_> = marks.iter().filter_map(Mark::whole).collect();
        (ours, Reverse(number), whole.len() == base.len(), marks)
    });
    let nearest = compared.filter(|(ours, ..)| *ours > 0).max_by_key(|(ours, number, ..)| (*ours, *number));
    let mut marks = vec![Mark::Foreign; body.len()];
    if let Some((_, Reverse(number), is_current, found)) = nearest {
        seen.get_mut(number).into_iter().for_each(|seen| *seen = true);
        (slot.block, slot.is_current, marks) = (Some(number), is_current, found);
    }
    if let (false, Some((first, mark))) = (slot.is_current, body.first().zip(marks.first_mut())) {
        if *mark == Mark::Foreign {
            *mark = Mark::Cut(0);
        }
        slot.text.push('\n');
        slot.text.push_str(first);
    }
    marks
}

/// A run of lines.
enum Run<'t> {
    Ours { number: usize, slot: Slot<'t> },
    Typed { start: usize, end: usize },
}

/// The parts that the lines make.
fn items<'t>(present: &'t str, today: &[Line<'t>], origins: &[Origin<'t>], slots: Vec<Slot<'t>>) -> Vec<Item<'t>> {
    let mut slots: Vec<_> = slots.into_iter().map(Some).collect();
    let mut runs: Vec<Run<'t>> = Vec::new();
    let mut is_typed = false;
    for (line, origin) in today.iter().zip(origins) {
        // Typed lines with one of ours between them are two texts, wherever that line is put back.
        let was_typed = std::mem::replace(&mut is_typed, origin.slot.is_none());
        let Some(number) = origin.slot else {
            match runs.last_mut() {
                Some(Run::Typed { end, .. }) if was_typed => *end = line.end,
                _ => runs.push(Run::Typed { start: line.start, end: line.end }),
            }
            continue;
        };
        if let Some(slot) = slots.get_mut(number).and_then(Option::take) {
            runs.push(Run::Ours { number, slot });
        }
        let is_same = |run: &Run<'_>| matches!(run, Run::Ours { number: other, .. } if *other == number);
        let at = runs.iter().rposition(is_same).unwrap_or(0);
        // What was typed since the part's last line stands inside it.
        let mut inside = Vec::new();
        if runs.iter().skip(at + 1).all(|run| matches!(run, Run::Typed { .. })) {
            inside.extend(runs.drain(at + 1..).filter_map(|run| match run {
                Run::Typed { start, end } => present.get(start..end),
                Run::Ours { .. } => None,
            }));
        }
        if let Some(Run::Ours { slot, .. }) = runs.get_mut(at) {
            slot.typed.extend(inside.into_iter().chain(origin.typed));
        }
    }
    let item = |run| match run {
        Run::Ours { slot, .. } => Item::Ours(slot),
        Run::Typed { start, end } => Item::Typed(present.get(start..end).unwrap_or_default()),
    };
    runs.into_iter().map(item).collect()
}
