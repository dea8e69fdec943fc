//! What is ours in a Description of which nobody knows what we wrote last.

use std::collections::BTreeSet;

use super::Block;
use super::parse::{Found, Known, Piece, Reading, read};
use super::standing::{Item, Slot};
use super::trace::{Base, Line, Mark, lines, trace};

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
    let is_of_author = |number: usize, block: &Block<'_>| {
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
    present.get(found.start..found.head_end).unwrap_or_default().trim().clone_into(&mut slot.text);
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
            marks.get_mut(from + 1..to).unwrap_or_default().fill(Mark::Altered(base_from));
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
            typed.push(text.trim());
        }
    }
    typed
}

fn texts<'t>(lines: &[Line<'t>]) -> Vec<&'t str> {
    lines.iter().map(|line| line.text).collect()
}
