//! The update of a Description whose base is unknown (DESC-8).
//!
//! Every block of today that stands there to the letter stays where it is. A line of the wording in use
//! that leads to another link is replaced by today's. What stands nowhere is added. Nothing else is
//! touched, so an older form of a note stays beside the new one: it may be what somebody typed.

use std::ops::Range;

use super::{BETWEEN_BLOCKS, Blocks, Merged};
use crate::salesforce::text;
use crate::wording::Template;

/// What stands for the link while a template is read backwards; Unicode keeps it free, so no text has it.
const HOLE: &str = "\u{ffff}";

/// Returns where a block stands as whole neighbouring lines, at or behind a place.
pub(super) fn stands(text: &str, block: &str, from: usize) -> Option<Range<usize>> {
    let mut from = from;
    loop {
        let start = from + text.get(from..)?.find(block)?;
        let end = start + block.len();
        let is_line = |before: Option<&str>, after: Option<&str>| {
            before.is_some_and(|before| before.is_empty() || before.ends_with('\n'))
                && after.is_some_and(|after| after.is_empty() || after.starts_with('\n'))
        };
        if is_line(text.get(..start), text.get(end..)) {
            return Some(start..end);
        }
        // No other line begins before the next line break.
        from = start + text.get(start..)?.find('\n')? + 1;
    }
}

/// Puts the blocks that are missing into a text.
pub(super) fn place(blocks: &Blocks, theirs: &str, link_lines: [&Template; 2]) -> Merged {
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut places: Vec<Option<Range<usize>>> = Vec::new();
    for block in blocks.iter() {
        let mut found = stands(theirs, block, 0);
        while let Some(again) = found.as_ref().filter(|place| taken.iter().any(|other| overlap(place, other))) {
            found = stands(theirs, block, again.end);
        }
        taken.extend(found.clone());
        places.push(found);
    }

    // Edits of the text: the range that goes, and what comes in its place.
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut note_above: Option<Range<usize>> = None;
    for (number, (block, place)) in blocks.iter().zip(places).enumerate() {
        let is_link = number == 0 && blocks.has_link;
        let place = match place {
            Some(place) => place,
            None if is_link => {
                match other_link(theirs, link_lines) {
                    Some(line) => edits.push((line, block.to_owned())),
                    None => edits.push((0..0, format!("{block}{BETWEEN_BLOCKS}"))),
                }
                continue;
            }
            None => {
                let end = note_above.as_ref().map_or(theirs.len(), |note| note.end);
                let below = theirs.get(end..).unwrap_or_default();
                let is_apart = below.is_empty() || below.starts_with(BETWEEN_BLOCKS);
                let gap = if is_apart { "" } else { "\n" };
                edits.push((end..end, format!("{BETWEEN_BLOCKS}{block}{gap}")));
                end..end
            }
        };
        if !is_link {
            note_above = Some(place);
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut text = String::with_capacity(theirs.len());
    let mut from = 0;
    for (range, with) in edits {
        text.push_str(theirs.get(from..range.start).unwrap_or_default());
        text.push_str(&with);
        from = range.end;
    }
    text.push_str(theirs.get(from..).unwrap_or_default());
    Merged { text: text.trim().to_owned(), ours: blocks.text.clone() }
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// Returns the first line that one of the templates makes with some link.
fn other_link(text: &str, templates: [&Template; 2]) -> Option<Range<usize>> {
    let forms = templates.map(|template| {
        let mut form = String::new();
        template.render(&mut form, "", |_| Some(HOLE));
        text::area(&form).into_owned()
    });
    let is_link = |url: &str| url.starts_with("http") && !url.contains(char::is_whitespace);
    let is_of = |form: &String, line: &str| {
        let inner = form.split_once(HOLE).and_then(|(before, after)| line.strip_prefix(before)?.strip_suffix(after));
        inner.is_some_and(is_link)
    };
    let mut start = 0;
    text.split('\n').find_map(|line| {
        let place = start..start + line.len();
        start = place.end + 1;
        forms.iter().any(|form| is_of(form, line)).then_some(place)
    })
}
