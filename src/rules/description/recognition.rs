//! The update of a Description whose base is unknown (DESC-8).
//!
//! - A block of the call that the Description contains unchanged, as whole lines, stays where it
//!   is. If the call has the same block twice, the Description must contain it twice.
//! - The link's line is missing: the first line of the present wording, for a voicemail or a
//!   recording, that leads to another link is replaced by it. If there is no such line, the link's
//!   line is added on top.
//! - A missing note is added below the note before it, else at the end, with an empty line between.
//! - An empty Description gets all blocks.
//!
//! Nothing else changes, so an older form of a note stays beside the new note: somebody may have
//! typed the older form.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{BETWEEN_BLOCKS, Blocks, Merged};
use crate::salesforce::text;
use crate::wording::Template;

/// Replaces the link while a line is matched with a template. It is no character of Unicode, so no
/// text should contain it.
const HOLE: &str = "\u{ffff}";

/// Returns the range of a block that occupies whole lines of a text, at or after the index `from`.
pub(super) fn find_block(text: &str, block: &str, from: usize) -> Option<Range<usize>> {
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

/// Adds the missing blocks to a text.
pub(super) fn add_missing(blocks: &Blocks, theirs: &str, link_lines: [&Template; 2]) -> Merged {
    let mut places: BTreeMap<usize, Range<usize>> = BTreeMap::new();
    let mut by_length: Vec<_> = blocks.texts.iter().enumerate().rev().collect();
    by_length.sort_by_key(|(_, block)| block.len());
    // The longest first: a note may quote another one in whole.
    for (number, block) in by_length.into_iter().rev() {
        let is_taken = |at: &Range<usize>| places.values().any(|other| other.start < at.end && at.start < other.end);
        let mut found = find_block(theirs, block, 0);
        // A note that was written twice must be found at two different places.
        while let Some(at) = found.clone().filter(is_taken) {
            found = find_block(theirs, block, at.end);
        }
        places.extend(found.map(|at| (number, at)));
    }

    // The ranges to replace, each with its new text.
    let (mut edits, mut note_above): (Vec<(Range<usize>, String)>, _) = (Vec::new(), None);
    for (number, block) in blocks.texts.iter().enumerate() {
        let is_link = number == 0 && blocks.has_link;
        let end = match places.get(&number) {
            Some(place) => place.end,
            None if is_link => {
                let on_top = || (0..0, format!("{block}{BETWEEN_BLOCKS}"));
                edits.push(other_link(theirs, link_lines).map_or_else(on_top, |line| (line, block.clone())));
                continue;
            }
            None => {
                let end = note_above.unwrap_or(theirs.len());
                let is_apart =
                    theirs.get(end..).is_none_or(|below| below.is_empty() || below.starts_with(BETWEEN_BLOCKS));
                edits.push((end..end, format!("{BETWEEN_BLOCKS}{block}{}", if is_apart { "" } else { "\n" })));
                end
            }
        };
        if !is_link {
            note_above = Some(end);
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let (mut text, mut copied) = (String::with_capacity(theirs.len()), 0);
    for (range, with) in edits {
        text.push_str(theirs.get(copied..range.start).unwrap_or_default());
        text.push_str(&with);
        copied = range.end;
    }
    text.push_str(theirs.get(copied..).unwrap_or_default());
    Merged { text: text.trim().to_owned(), ours: blocks.text() }
}

/// Returns the first line that one of the templates renders with any link.
fn other_link(text: &str, templates: [&Template; 2]) -> Option<Range<usize>> {
    let forms = templates.map(|template| {
        let mut form = String::new();
        template.render(&mut form, "", |_| Some(HOLE.into()));
        text::text_area(&form).into_owned()
    });
    let is_of = |form: &String, line: &str| {
        let url = form.split_once(HOLE).and_then(|(before, after)| line.strip_prefix(before)?.strip_suffix(after));
        // Anything else in place of the link is what somebody typed after the template's words.
        url.is_some_and(|url| url.starts_with("http") && !url.contains(char::is_whitespace))
    };
    let mut start = 0;
    text.split('\n').find_map(|line| {
        let place = start..start + line.len();
        start = place.end + 1;
        forms.iter().any(|form| is_of(form, line)).then_some(place)
    })
}
