//! What stands in a Description today: which part is ours, and what somebody typed.

use std::collections::BTreeSet;

use super::parse::{ByLine, Found, Known, Piece, Reading, read};
use super::trace::{Base, Line, Mark, lines, trace};

/// A part of today's Description.
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
    /// What it is, as we wrote it last.
    pub(super) piece: Piece<'t>,
    /// The block of today that it is, or an old form of.
    pub(super) block: Option<usize>,
    /// It says what the block of today says.
    pub(super) is_current: bool,
    /// Its text, as we wrote it.
    pub(super) text: String,
    /// What somebody typed into it.
    pub(super) typed: Vec<&'t str>,
}

/// The parts of a text of which we know what we wrote last.
pub(super) fn since<'t>(wrote: &'t str, present: &'t str, known: &'t Known<'_>) -> Vec<Item<'t>> {
    let pieces = read(wrote, known, Reading::Written, &mut vec![false; known.blocks.len()]);
    let (base, today) = (lines(wrote), lines(present));
    let origins = origins(&pieces, wrote, &base, present, &today);

    let mut places: Vec<Place<'t>> = Vec::new();
    for (line, origin) in today.iter().zip(&origins) {
        let Some((number, piece)) = origin.piece.and_then(|number| Some((number, pieces.get(number)?))) else {
            match places.last_mut() {
                Some(Place::Typed { end, .. }) => *end = line.end,
                _ => places.push(Place::Typed { start: line.start, end: line.end }),
            }
            continue;
        };
        let same = |place: &Place<'_>| matches!(place, Place::Ours { number: other, .. } if *other == number);
        match places.iter().rposition(same) {
            // What was typed since the piece's last line stands inside it.
            Some(at) => {
                let inside: Vec<_> = places.drain(at + 1..).filter_map(|place| place.typed(present)).collect();
                places.last_mut().into_iter().for_each(|place| place.extend(inside.iter().copied()));
            }
            None => places.push(Place::Ours { number, slot: Slot::of(piece, wrote) }),
        }
        places.last_mut().into_iter().for_each(|place| place.extend(origin.typed));
    }

    let mut seen = vec![false; known.blocks.len()];
    for place in &places {
        if let Place::Ours { slot: Slot { block: Some(block), .. }, .. } = place {
            seen.get_mut(*block).into_iter().for_each(|seen| *seen = true);
        }
    }
    let mut items = Vec::new();
    for place in places {
        match place {
            Place::Ours { slot, .. } => items.push(Item::Ours(slot)),
            Place::Typed { start, end } => {
                let text = present.get(start..end).unwrap_or_default();
                let found = read(text, known, Reading::Foreign, &mut seen);
                items.extend(found.into_iter().map(|found| match found.piece {
                    Piece::Other(text) => Item::Typed(text),
                    Piece::Link { .. } | Piece::Note { .. } => Item::Ours(Slot::of(&found, text)),
                }));
            }
        }
    }
    items
}

/// Where a line of today's text comes from.
#[derive(Clone, Copy, Default)]
struct Origin<'t> {
    /// The piece of ours.
    piece: Option<usize>,
    /// What somebody typed into the line.
    typed: Option<&'t str>,
}

/// Pieces that stand whole are found wherever they stand; the lines of the others in their order.
fn origins<'t>(
    pieces: &[Found<'_>],
    wrote: &str,
    base: &[Line<'_>],
    present: &'t str,
    today: &[Line<'t>],
) -> Vec<Origin<'t>> {
    let ours = pieces.iter().enumerate().filter(|(_, piece)| !matches!(piece.piece, Piece::Other(_)));
    let whole = ours.filter_map(|(number, piece)| Some((number, wrote.get(piece.start..piece.end)?.trim())));
    let whole = ByLine::new(whole);
    let mut seen = vec![false; pieces.len()];
    let mut origins = vec![Origin::default(); today.len()];
    let mut rest = Vec::new();
    let mut standing = None;
    for (line, origin) in today.iter().zip(&mut origins) {
        standing = standing.filter(|&(_, end)| line.start < end).or_else(|| {
            let found = whole.standing(present, line, &seen);
            found.and_then(|(number, _)| seen.get_mut(number)).into_iter().for_each(|seen| *seen = true);
            found
        });
        match standing {
            Some((number, _)) => origin.piece = Some(number),
            None => rest.push((line.text, origin)),
        }
    }

    let piece_of = |line: &Line<'_>| {
        let number = pieces.partition_point(|piece| piece.end <= line.start);
        pieces.get(number).filter(|piece| piece.start <= line.start).map(|piece| (number, piece))
    };
    let left = base.iter().filter_map(|line| {
        let (number, piece) = piece_of(line)?;
        (seen.get(number) == Some(&false))
            .then(|| (line.text, (!matches!(piece.piece, Piece::Other(_))).then_some(number)))
    });
    let left: Vec<_> = left.collect();
    let base: Vec<_> = left.iter().map(|(text, _)| *text).collect();
    let today: Vec<_> = rest.iter().map(|(text, _)| *text).collect();
    for (mark, (_, origin)) in trace(Base::Written, &base, &today).into_iter().zip(rest) {
        origin.piece = mark.base().and_then(|line| left.get(line)?.1);
        if let (Mark::Grown(_, typed), Some(_)) = (mark, origin.piece) {
            origin.typed = Some(typed.trim());
        }
    }
    origins
}

/// A part of today's text while its lines are gone through.
enum Place<'t> {
    Ours { number: usize, slot: Slot<'t> },
    Typed { start: usize, end: usize },
}

impl<'t> Place<'t> {
    fn typed(self, present: &'t str) -> Option<&'t str> {
        match self {
            Self::Typed { start, end } => present.get(start..end),
            Self::Ours { .. } => None,
        }
    }

    fn extend(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        if let Self::Ours { slot, .. } = self {
            slot.typed.extend(texts);
        }
    }
}

impl<'t> Slot<'t> {
    fn of(found: &Found<'t>, text: &str) -> Self {
        Self {
            piece: found.piece.clone(),
            block: found.block,
            is_current: found.block.is_some(),
            text: text.get(found.start..found.end).unwrap_or_default().trim().to_owned(),
            typed: found.insertion.into_iter().collect(),
        }
    }
}

/// The parts of a text, by what it tells itself.
pub(super) fn told<'t>(present: &'t str, known: &'t Known<'_>) -> Vec<Item<'t>> {
    let mut seen = vec![false; known.blocks.len()];
    let mut items = Vec::new();
    for found in read(present, known, Reading::Edited, &mut seen) {
        match (&found.piece, found.block) {
            (Piece::Other(text), _) => items.push(Item::Typed(text)),
            (Piece::Note { author, .. }, None) => {
                let author = author.clone();
                items.extend(older(&found, &author, present, known, &mut seen));
            }
            (Piece::Link { .. } | Piece::Note { .. }, _) => items.push(Item::Ours(Slot::of(&found, present))),
        }
    }
    items
}

/// How many notes of today are compared with one that may be an old form of theirs.
const CANDIDATES: usize = 32;

/// What stands below a heading and is no note of today: which of its lines are ours, and what was typed below them.
fn older<'t>(
    found: &Found<'t>,
    author: &str,
    present: &'t str,
    known: &'t Known<'_>,
    seen: &mut [bool],
) -> impl Iterator<Item = Item<'t>> + use<'t> {
    let body = present.get(found.head_end..found.end).unwrap_or_default();
    let today = lines(body);
    let is_of_author = |number: usize, block: &super::Block<'_>| {
        seen.get(number) == Some(&false) && matches!(&block.piece, Piece::Note { author: other, .. } if other == author)
    };
    let candidates = known.blocks.iter().enumerate().filter(|(number, block)| is_of_author(*number, block));
    let compared = candidates.take(CANDIDATES).map(|(number, block)| {
        let base = lines(block.content());
        let marks = trace(Base::Today, &texts(&base), &texts(&today));
        (number, base.len(), marks)
    });
    let traced = |marks: &[Mark<'_>]| marks.iter().filter(|mark| mark.base().is_some()).count();
    // Of equally near ones the first: the one that is older.
    let nearest = compared
        .filter(|(_, _, marks)| traced(marks) > 0)
        .reduce(|nearest, next| if traced(&next.2) > traced(&nearest.2) { next } else { nearest });

    let (block, length, mut marks) = match nearest {
        Some((number, length, marks)) => (Some(number), length, marks),
        None => (None, 0, vec![Mark::Foreign; today.len()]),
    };
    let is_whole = block.is_some() && holds(length, &marks);
    if !is_whole {
        take_as_ours(&mut marks);
    }
    let ours = marks.iter().rposition(|mark| mark.base().is_some()).map_or(0, |last| last + 1);
    let (inside, below) = today.split_at_checked(ours).unwrap_or_default();
    let mut slot = Slot { block, ..Slot::of(found, present) };
    slot.typed.extend(typed(inside, &marks, body));
    slot.is_current = is_whole && !slot.typed.is_empty();
    slot.text = present.get(found.start..found.head_end).unwrap_or_default().trim().to_owned();
    for (line, mark) in inside.iter().zip(&marks).filter(|(_, mark)| mark.base().is_some()) {
        let text = match mark {
            Mark::Grown(_, typed) => line.text.replacen(typed, "", 1),
            Mark::Same(_) | Mark::Altered(_) | Mark::Foreign => line.text.to_owned(),
        };
        slot.text.push_str(if slot.text.is_empty() { "" } else { "\n" });
        slot.text.push_str(&text);
    }
    if let Some(seen) = block.and_then(|block| seen.get_mut(block)) {
        *seen = true;
    }
    let below = below.first().and_then(|first| body.get(first.start..));
    [Some(Item::Ours(slot)), below.map(Item::Typed)].into_iter().flatten()
}

/// Whether all lines of a note are there, none of them altered but by what was typed into it.
fn holds(length: usize, marks: &[Mark<'_>]) -> bool {
    let is_said = |mark: &&Mark<'_>| matches!(mark, Mark::Same(_) | Mark::Grown(..));
    let said: BTreeSet<_> = marks.iter().filter(is_said).filter_map(Mark::base).collect();
    said.len() == length
}

/// Of an old form, what no line of today's note tells: the first line is ours, and so are lines that stand for others between two of ours.
fn take_as_ours(marks: &mut [Mark<'_>]) {
    if let Some(first @ Mark::Foreign) = marks.first_mut() {
        *first = Mark::Altered(0);
    }
    let known: Vec<_> = marks.iter().enumerate().filter_map(|(place, mark)| Some((place, mark.base()?))).collect();
    for (&(from, base_from), &(to, base_to)) in known.iter().zip(known.iter().skip(1)) {
        let gone = base_to.saturating_sub(base_from + 1);
        if to - from - 1 <= gone {
            let between = marks.get_mut(from + 1..to).unwrap_or_default();
            between.iter_mut().for_each(|mark| *mark = Mark::Altered(base_from));
        }
    }
}

/// What was typed into our lines and between them.
fn typed<'t>(inside: &[Line<'t>], marks: &[Mark<'t>], body: &'t str) -> Vec<&'t str> {
    let mut typed = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    for (line, mark) in inside.iter().zip(marks) {
        if *mark == Mark::Foreign {
            open = Some((open.map_or(line.start, |(start, _)| start), line.end));
            continue;
        }
        typed.extend(open.take().and_then(|(start, end)| body.get(start..end)));
        if let Mark::Grown(_, text) = mark {
            typed.push(*text);
        }
    }
    typed
}

fn texts<'t>(lines: &[Line<'t>]) -> Vec<&'t str> {
    lines.iter().map(|line| line.text).collect()
}
