//! The three-way merge of a Description that somebody may have edited (DESC-7).
//!
//! The changes that the call and people made since the base are both applied. Two changes conflict
//! only if they share a line of the base, or if both insert at the same place. In a conflict:
//!
//! - If people only removed lines, only those blocks of ours are written that have a new line, a
//!   line which the base lacks.
//! - Else ours is written. Below the block of the conflict follow the lines of theirs that neither
//!   the base nor ours has there, with an empty line above and below them.
//!
//! Three rules come before the merge:
//!
//! - If ours has blocks that the base lacks, and theirs has each of them, the last update arrived
//!   although its response was lost. Then ours is the base, and theirs stays as it is.
//! - A call that has not ended removes no line (UPD-3). Lines of the base that ours lacks count as
//!   still in ours, also for the next base.
//! - If nobody typed, the result is ours. If the call did not change, the result is theirs.
//!
//! The result is trimmed. A blank line equals no other line, so only lines with text decide how the
//! texts are aligned.

use std::collections::BTreeSet;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput, Token};

use super::recognition::find_block;
use super::{Blocks, Merged};
use crate::salesforce::text::is_blank;

/// Merges the call's own text into the text that Salesforce contains.
pub(super) fn merge(base: &str, blocks: &Blocks, theirs: &str, ended: bool) -> Merged {
    // Whether the last update arrived although its response was lost.
    let has_arrived = || {
        let mut new = blocks.texts.iter().filter(|block| find_block(base, block, 0).is_none()).peekable();
        new.peek().is_some() && new.all(|block| find_block(theirs, block, 0).is_some())
    };
    let base_lines = lines(base, 0);
    let mut ours = Vec::new();
    for (block, text) in blocks.texts.iter().enumerate() {
        ours.extend((block > 0).then_some(Line { text: "", block: None }));
        ours.extend(lines(text, block));
    }
    if !ended {
        ours = with_kept(&base_lines, &ours);
    }
    let said = ours.iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
    let text = if theirs == base {
        said.trim().to_owned()
    } else if said == base || has_arrived() {
        theirs.to_owned()
    } else {
        let merge =
            Merge { ours: &ours, new_blocks: BTreeSet::new(), out: Vec::new(), typed: Vec::new(), is_apart: false };
        merge.text(&base_lines, &lines(theirs, 0))
    };
    Merged { text, ours: said }
}

/// A line of one of the three texts.
#[derive(Debug, Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    /// The block of ours that contains the line; an empty line between two blocks has no block.
    block: Option<usize>,
}

/// Returns the lines of a text that is one block; an empty text has no line.
fn lines(text: &str, block: usize) -> Vec<Line<'_>> {
    text.split('\n').filter(|_| !text.is_empty()).map(|text| Line { text, block: Some(block) }).collect()
}

/// Lines of the base, and the lines that replace them; one of the two may be empty.
struct Hunk {
    base: Range<usize>,
    new: Range<usize>,
}

/// Returns the changes that turn the base into another text, in the base's order.
fn hunks<'t>(base: &[Line<'t>], new: &[Line<'t>]) -> Vec<Hunk> {
    let mut blanks = 0;
    // A blank line equals no other line, so it anchors nothing.
    let mut token = |line: &Line<'t>| {
        blanks += 1;
        if is_blank(line.text) { ("", blanks) } else { (line.text, 0) }
    };
    let mut input = InternedInput::default();
    input.update_before(base.iter().map(&mut token));
    input.update_after(new.iter().map(&mut token));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    // Notes of one author begin with the same heading, so an added note can be read as "heading,
    // text" or as "text, heading of the next". It must be a whole paragraph.
    diff.postprocess_with_heuristic(&input, |tokens: &[Token], hunk: Range<u32>, earliest_end: u32| {
        let is_blank = |place: u32| tokens.get(place as usize).is_some_and(|token| input.interner[*token].0.is_empty());
        let is_paragraph = |end: &u32| {
            let start = end - (hunk.end - hunk.start);
            start == 0 || is_blank(start) || is_blank(end - 1)
        };
        (earliest_end..=hunk.end).rev().find(is_paragraph).unwrap_or(hunk.end)
    });
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    // Blank lines have different tokens, so a hunk can begin and end with lines that both texts
    // have.
    let without_same_ends = |hunk: imara_diff::Hunk| {
        let (old, new_range) = (range(hunk.before), range(hunk.after));
        let is_same = |at: usize, to: usize| base.get(at).map(|line| line.text) == new.get(to).map(|line| line.text);
        let most = old.len().min(new_range.len());
        let head = (0..most).take_while(|n| is_same(old.start + n, new_range.start + n)).count();
        let tail = (1..=most - head).take_while(|n| is_same(old.end - n, new_range.end - n)).count();
        let hunk = Hunk { base: old.start + head..old.end - tail, new: new_range.start + head..new_range.end - tail };
        (!hunk.base.is_empty() || !hunk.new.is_empty()).then_some(hunk)
    };
    diff.hunks().filter_map(without_same_ends).collect()
}

/// The block of the lines that a call in progress no longer has. The blocks of ours are counted
/// from 0 and never reach this number.
const KEPT: usize = usize::MAX;

/// Returns ours and the lines of the base that ours lacks: a call in progress removes no line.
fn with_kept<'t>(base: &[Line<'t>], ours: &[Line<'t>]) -> Vec<Line<'t>> {
    let mut rest = base.iter();
    // A diff is not always minimal, but nothing may change if ours has no new line.
    if ours.iter().all(|line| is_blank(line.text) || rest.any(|other| other.text == line.text)) {
        return base.to_vec();
    }
    let (mut kept, mut copied) = (Vec::new(), 0);
    for hunk in hunks(base, ours).into_iter().filter(|hunk| hunk.new.is_empty()) {
        kept.extend(ours.get(copied..hunk.new.start).into_iter().flatten().copied());
        kept.extend(base.get(hunk.base).into_iter().flatten().map(|line| Line { block: Some(KEPT), ..*line }));
        copied = hunk.new.start;
    }
    kept.extend(ours.get(copied..).into_iter().flatten().copied());
    kept
}

/// A merge whose result is written line by line.
struct Merge<'m, 't> {
    ours: &'m [Line<'t>],
    /// The blocks of ours that have a line which the base lacks.
    new_blocks: BTreeSet<usize>,
    out: Vec<&'t str>,
    /// The typed lines that are written at the end of the current block of ours.
    typed: Vec<&'t str>,
    /// Whether an empty line must precede the next line.
    is_apart: bool,
}

impl<'t> Merge<'_, 't> {
    fn text(mut self, base_lines: &[Line<'t>], theirs_lines: &[Line<'t>]) -> String {
        let our_hunks = hunks(base_lines, self.ours);
        let new = our_hunks.iter().flat_map(|hunk| hunk.new.clone());
        self.new_blocks = new.filter_map(|line| self.ours.get(line)?.block).collect();
        let mut regions = Region::all(our_hunks, hunks(base_lines, theirs_lines));
        regions.push(Region { base: base_lines.len()..base_lines.len(), ..Region::default() });
        // How far each text has been copied.
        let (mut base, mut ours, mut theirs) = (0, 0, 0);
        for region in regions {
            let unchanged = region.base.start - base;
            self.push_ours(ours..ours + unchanged);
            (ours, theirs) = (ours + unchanged, theirs + unchanged);
            let (ours_end, theirs_end) = (ours + region.length(&region.ours), theirs + region.length(&region.theirs));
            let of_base = base_lines.get(region.base.clone()).unwrap_or_default();
            let of_theirs = theirs_lines.get(theirs..theirs_end).unwrap_or_default();
            self.push_region(&region, of_base, ours..ours_end, of_theirs);
            (base, ours, theirs) = (region.base.end, ours_end, theirs_end);
        }
        self.end_block();
        self.out.join("\n").trim().to_owned()
    }

    /// Writes the merged lines of a region in which the call or people changed something.
    fn push_region(&mut self, region: &Region, base: &[Line<'t>], ours: Range<usize>, theirs: &[Line<'t>]) {
        let of_ours = self.ours.get(ours.clone()).unwrap_or_default();
        let is_equal = || of_ours.iter().map(|line| line.text).eq(theirs.iter().map(|line| line.text));
        if region.ours.is_empty() {
            theirs.iter().map(|line| line.text).for_each(|line| self.push(line));
        } else if region.theirs.is_empty() || is_equal() {
            self.push_ours(ours);
        } else if region.theirs.iter().all(|hunk| hunk.new.is_empty()) {
            let is_kept = |line: &Line<'_>| line.block.is_some_and(|block| self.new_blocks.contains(&block));
            // A block's new line may be outside of the region, right below the lines that people
            // removed.
            let kept: Vec<_> =
                ours.clone().zip(of_ours).filter(|(_, line)| is_kept(line)).map(|(line, _)| line).collect();
            for &line in &kept {
                self.is_apart |= !self.is_within_block(line);
                self.push_ours(line..line + 1);
            }
            self.is_apart |= !kept.is_empty() && !self.is_within_block(ours.end);
        } else {
            self.push_ours(ours.clone());
            let known: BTreeSet<_> = base.iter().chain(of_ours).map(|line| line.text).collect();
            let is_typed = |line: &&Line<'_>| is_blank(line.text) || !known.contains(line.text);
            self.typed.extend(theirs.iter().filter(is_typed).map(|line| line.text));
            if !self.is_within_block(ours.end) {
                self.end_block();
            }
        }
    }

    /// Returns whether a line of ours belongs to the same block as the line above it.
    fn is_within_block(&self, line: usize) -> bool {
        let block = |line: usize| self.ours.get(line).and_then(|line| line.block);
        line.checked_sub(1).and_then(block).is_some_and(|above| block(line) == Some(above))
    }

    fn push_ours(&mut self, lines: Range<usize>) {
        for line in lines {
            if !self.is_within_block(line) {
                self.end_block();
            }
            self.push(self.ours.get(line).map_or("", |line| line.text));
        }
    }

    /// Writes the typed lines that belong below the current block of ours.
    fn end_block(&mut self) {
        let typed = std::mem::take(&mut self.typed);
        let last = typed.iter().rposition(|line| !is_blank(line)).map_or(0, |last| last + 1);
        self.is_apart |= last > 0;
        typed.iter().take(last).skip_while(|line| is_blank(line)).for_each(|line| self.push(line));
        self.is_apart |= last > 0;
    }

    fn push(&mut self, line: &'t str) {
        if self.is_apart && !is_blank(line) && self.out.last().is_some_and(|above| !is_blank(above)) {
            self.out.push("");
        }
        self.is_apart = false;
        self.out.push(line);
    }
}

/// Changes that conflict with each other, or one change that conflicts with none.
#[derive(Default)]
struct Region {
    base: Range<usize>,
    ours: Vec<Hunk>,
    theirs: Vec<Hunk>,
}

impl Region {
    /// Groups the changes of both sides into regions, in the base's order.
    fn all(ours: Vec<Hunk>, theirs: Vec<Hunk>) -> Vec<Self> {
        let ours = ours.into_iter().map(|hunk| (hunk, true));
        let mut hunks: Vec<_> = ours.chain(theirs.into_iter().map(|hunk| (hunk, false))).collect();
        hunks.sort_by_key(|(hunk, _)| (hunk.base.start, hunk.base.end));
        let mut regions: Vec<Self> = Vec::new();
        for (hunk, is_ours) in hunks {
            // An insertion at the edge of a change does not conflict with the change.
            let shares = |region: &Self| hunk.base.start < region.base.end || hunk.base == region.base;
            if !regions.last().is_some_and(shares) {
                regions.push(Self { base: hunk.base.clone(), ..Self::default() });
            }
            if let Some(region) = regions.last_mut() {
                region.base.end = region.base.end.max(hunk.base.end);
                if is_ours { &mut region.ours } else { &mut region.theirs }.push(hunk);
            }
        }
        regions
    }

    /// Returns how many lines this region has in the text with these changes.
    fn length(&self, hunks: &[Hunk]) -> usize {
        hunks.iter().fold(self.base.len(), |length, hunk| length + hunk.new.len() - hunk.base.len())
    }
}
