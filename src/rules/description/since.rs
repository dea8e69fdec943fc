//! What is ours in a Description of which we know what we wrote last.

use super::Block;
use super::parse::{ByLine, Known, Piece, Reading, read};
use super::standing::{Item, Slot};
use super::trace::{Base, Line, Mark, lines, trace};
use crate::salesforce::text::{Count, DESCRIPTION_LIMIT};

/// The parts of a text of which we know what we wrote last.
pub(super) fn since<'t>(wrote: &str, present: &'t str, known: &'t Known<'_>, count: Count) -> Vec<Item<'t>> {
    let room = DESCRIPTION_LIMIT.saturating_sub(count.measure(present));
    let length = known.blocks.iter().map(|block| count.measure(&block.text)).sum::<usize>();
    let pieces = written(wrote, known, length <= room);
    let today = lines(present);
    let origins = origins(&pieces, present, &today);

    let mut places: Vec<Place<'t>> = Vec::new();
    for (line, origin) in today.iter().zip(&origins) {
        let piece = origin.piece.and_then(|number| Some((number, pieces.get(number)?.slot.clone()?)));
        let Some((number, slot)) = piece else {
            match places.last_mut() {
                Some(Place::Typed { end, .. }) => *end = line.end,
                _ => places.push(Place::Typed { start: line.start, end: line.end }),
            }
            continue;
        };
        let same = |place: &Place<'_>| matches!(place, Place::Ours { number: other, .. } if *other == number);
        let at = places.iter().position(same).unwrap_or_else(|| {
            places.push(Place::Ours { number, slot });
            places.len() - 1
        });
        // What was typed since the piece's last line stands inside it.
        let mut inside = Vec::new();
        if places.iter().skip(at + 1).all(|place| matches!(place, Place::Typed { .. })) {
            inside.extend(places.drain(at + 1..).filter_map(|place| place.typed(present)));
        }
        if let Some(Place::Ours { slot, .. }) = places.get_mut(at) {
            slot.typed.extend(inside.into_iter().chain(origin.typed));
        }
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

/// A part of what we wrote last.
struct Written<'t> {
    text: String,
    /// What it becomes; nothing where it had been typed.
    slot: Option<Slot<'t>>,
}

/// The parts of what we wrote last. Where not all that the call says fits, also what stands there in another way: a note that was cut as
/// the whole note, and notes that were left out.
fn written<'t>(wrote: &str, known: &'t Known<'_>, all_fits: bool) -> Vec<Written<'t>> {
    let mut seen = vec![false; known.blocks.len()];
    let mut pieces: Vec<_> = read(wrote, known, Reading::Written, &mut seen)
        .iter()
        .map(|found| {
            let slot = Slot::of(found, wrote).owned();
            let is_ours = !matches!(slot.piece, Piece::Other(_));
            Written { text: slot.text.clone(), slot: is_ours.then_some(slot) }
        })
        .collect();
    if all_fits {
        return pieces;
    }
    for (number, block) in known.blocks.iter().enumerate().filter(|(number, _)| seen.get(*number) == Some(&false)) {
        let cut = pieces.iter_mut().find(|piece| is_cut(piece, block));
        let slot = Slot {
            piece: block.piece.borrowed(),
            block: Some(number),
            is_current: false,
            text: block.text.clone(),
            typed: Vec::new(),
        };
        let whole = Written { text: block.text.clone(), slot: Some(slot) };
        match cut {
            Some(cut) => *cut = whole,
            None => pieces.push(whole),
        }
    }
    pieces
}

/// Whether this is what was left of a block.
fn is_cut(piece: &Written<'_>, block: &Block<'_>) -> bool {
    let is_old = piece.slot.as_ref().is_some_and(|slot| slot.block.is_none());
    is_old && piece.text.len() > block.head().len() && block.text.starts_with(&piece.text)
}

/// Where a line of today's text comes from.
#[derive(Clone, Copy, Default)]
struct Origin<'t> {
    /// The part of what we wrote.
    piece: Option<usize>,
    /// What somebody typed into the line.
    typed: Option<&'t str>,
}

/// Parts that stand whole are found wherever they stand; the lines of the others in their order.
fn origins<'t>(pieces: &[Written<'_>], present: &'t str, today: &[Line<'t>]) -> Vec<Origin<'t>> {
    let ours = pieces.iter().enumerate().filter(|(_, piece)| piece.slot.is_some());
    let whole = ByLine::new(ours.map(|(number, piece)| (number, piece.text.as_str())));
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

    let left = pieces.iter().enumerate().zip(&seen).filter(|(_, seen)| !**seen);
    let left = left.flat_map(|((number, piece), _)| {
        let part = piece.slot.as_ref().map(|_| number);
        lines(&piece.text).into_iter().map(move |line| (line.text, part))
    });
    let (base, parts): (Vec<_>, Vec<_>) = left.unzip();
    let today: Vec<_> = rest.iter().map(|(text, _)| *text).collect();
    for (mark, (_, origin)) in trace(Base::Written, &base, &today).into_iter().zip(rest) {
        origin.piece = mark.base().and_then(|line| parts.get(line).copied().flatten());
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
}
