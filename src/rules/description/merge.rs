//! The three-way merge of a Description that somebody may have edited (DESC-7).
//!
//! What we changed since the base and what people changed are both applied. Two changes conflict
//! only where they share a line of the base, or both insert at the same place. In a conflict
//!
//! - where people only took lines away, of ours only blocks stand that have a line which the base
//!   lacks;
//! - else ours stands, and the lines that people typed follow below the block it is in.
//!
//! Blank lines do not take part in the alignment: a line with text carries the blank lines above
//! it.

use std::collections::BTreeSet;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput, Token};

use super::place::stands;
use super::{BETWEEN_BLOCKS, Blocks, Merged};

/// Merges what the call says into the text that stands in Salesforce.
pub(super) fn merge(base: &str, blocks: &Blocks, theirs: &str, ended: bool) -> Merged {
    let new: Vec<_> = blocks.texts.iter().filter(|block| stands(base, block, 0).is_none()).collect();
    // Then the last update arrived although its answer was lost.
    let has_arrived = !new.is_empty() && new.iter().all(|block| stands(theirs, block, 0).is_some());
    let (base, theirs_lines) = (lines(base, 0), lines(theirs, 0));
    let mut ours: Vec<_> = blocks.texts.iter().enumerate().flat_map(|(block, text)| lines(text, block)).collect();
    if !ended {
        ours = with_kept(&base, &ours);
    }
    let said = Merge::new(&[], &ours, &[]).text();
    let text = if has_arrived || said == Merge::new(&[], &base, &[]).text() {
        theirs.to_owned()
    } else {
        Merge::new(&base, &ours, &theirs_lines).text()
    };
    Merged { text, ours: said }
}

/// A line with text.
#[derive(Debug, Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    /// What separates it from the line with text above: a line break, and perhaps blank lines.
    /// Nothing separates the first line of a text or block.
    gap: &'t str,
    /// The block it belongs to; the lines of a block follow each other.
    block: usize,
}

fn lines(text: &str, block: usize) -> Vec<Line<'_>> {
    let (mut start, mut end_above) = (0, 0);
    let line = |text_of_line: &'_ str| {
        let (from, end) = (start, start + text_of_line.len());
        start = end + 1;
        (!text_of_line.trim().is_empty()).then(|| (std::mem::replace(&mut end_above, end)..from, from..end))
    };
    let places: Vec<_> = text.split('\n').filter_map(line).collect();
    let at = |range| text.get(range).unwrap_or_default();
    places.into_iter().map(|(gap, line)| Line { text: at(line), gap: at(gap), block }).collect()
}

/// Lines of the base, and the lines that stand in their place; one of the two may be empty.
#[derive(Debug, Clone)]
struct Hunk {
    base: Range<usize>,
    new: Range<usize>,
}

fn hunks(base: &[Line<'_>], new: &[Line<'_>]) -> Vec<Hunk> {
    let mut input = InternedInput::default();
    input.update_before(base.iter().map(|line| line.text));
    input.update_after(new.iter().map(|line| line.text));
    let tokens = input.before.iter().chain(&input.after).zip(base.iter().chain(new));
    let paragraphs: BTreeSet<_> = tokens.filter(|(_, line)| line.gap != "\n").map(|(token, _)| token.0).collect();
    // Notes of one author begin with the same heading, so an added note can be read as "heading,
    // text" or as "text, heading of the next". It has to be a whole paragraph, for a conflict moves
    // it as one.
    let begin_with_paragraph = |tokens: &[Token], hunk: Range<u32>, earliest_end: u32| {
        let first = |end: u32| tokens.get((end - (hunk.end - hunk.start)) as usize);
        let mut ends = earliest_end..=hunk.end;
        ends.find(|end| first(*end).is_some_and(|token| paragraphs.contains(&token.0))).unwrap_or(hunk.end)
    };
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_with_heuristic(&input, begin_with_paragraph);
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| Hunk { base: range(hunk.before), new: range(hunk.after) }).collect()
}

/// Returns ours with the lines of the base that a call in progress only lacks: they are still said.
fn with_kept<'t>(base: &[Line<'t>], ours: &[Line<'t>]) -> Vec<Line<'t>> {
    let (mut kept, mut copied) = (Vec::new(), 0);
    for hunk in hunks(base, ours).into_iter().filter(|hunk| hunk.new.is_empty()) {
        kept.extend(ours.get(copied..hunk.new.start).into_iter().flatten().copied());
        kept.extend(base.get(hunk.base).into_iter().flatten().map(|line| Line { block: usize::MAX, ..*line }));
        copied = hunk.new.start;
    }
    kept.extend(ours.get(copied..).into_iter().flatten().copied());
    kept
}

/// Where a line of the result stands in the three texts; `ours`, else `theirs`, has its text.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    base: Option<usize>,
    ours: Option<usize>,
    theirs: Option<usize>,
    /// Whether an empty line separates it on each side: typed text below the block it conflicted
    /// with.
    apart: bool,
}

struct Merge<'m, 't> {
    base: &'m [Line<'t>],
    ours: &'m [Line<'t>],
    theirs: &'m [Line<'t>],
    text: String,
    /// The line that was written last.
    above: Option<Place>,
    /// Typed lines that wait for the end of a block of ours.
    typed: Vec<usize>,
}

impl<'m, 't> Merge<'m, 't> {
    fn new(base: &'m [Line<'t>], ours: &'m [Line<'t>], theirs: &'m [Line<'t>]) -> Self {
        Self { base, ours, theirs, text: String::new(), above: None, typed: Vec::new() }
    }

    fn text(mut self) -> String {
        let mut regions = Region::all(hunks(self.base, self.ours), hunks(self.base, self.theirs));
        regions.push(Region::new(self.base.len()..self.base.len()));
        // How far each text has been copied.
        let (mut base, mut ours, mut theirs) = (0, 0, 0);
        for region in regions {
            for line in base..region.base.start {
                self.push(Place { base: Some(line), ours: Some(ours), theirs: Some(theirs), apart: false });
                (ours, theirs) = (ours + 1, theirs + 1);
            }
            let (ours_end, theirs_end) = (ours + region.length(&region.ours), theirs + region.length(&region.theirs));
            self.write_region(&region, ours..ours_end, theirs..theirs_end);
            (base, ours, theirs) = (region.base.end, ours_end, theirs_end);
        }
        self.end_block();
        self.text.trim().to_owned()
    }

    /// Writes what stands where we or people changed something.
    fn write_region(&mut self, region: &Region, ours: Range<usize>, theirs: Range<usize>) {
        let texts = |lines: &'m [Line<'t>], range: &Range<usize>| {
            lines.get(range.clone()).unwrap_or_default().iter().map(|line| line.text)
        };
        if region.ours.is_empty() {
            theirs.for_each(|line| self.push(Place { theirs: Some(line), ..Place::default() }));
        } else if region.theirs.is_empty() || texts(self.ours, &ours).eq(texts(self.theirs, &theirs)) {
            // A line takes the place of the one that it replaces: the blank lines above may be
            // people's.
            let all = |lines: Range<usize>| lines.map(Some).chain(std::iter::repeat(None));
            for ((ours, base), theirs) in ours.zip(all(region.base.clone())).zip(all(theirs)) {
                self.push(Place { base, ours: Some(ours), theirs, apart: false });
            }
        } else {
            let only_removed = region.theirs.iter().all(|hunk| hunk.new.is_empty());
            let new = region.ours.iter().flat_map(|hunk| hunk.new.clone());
            let new_blocks: BTreeSet<_> = new.filter_map(|line| Some(self.ours.get(line)?.block)).collect();
            let is_kept = |line: &Line<'_>| !only_removed || new_blocks.contains(&line.block);
            for line in ours.clone().filter(|line| self.ours.get(*line).is_some_and(is_kept)) {
                self.push(Place { ours: Some(line), ..Place::default() });
            }
            let known: BTreeSet<_> = texts(self.base, &region.base).chain(texts(self.ours, &ours)).collect();
            let is_typed = |line: &Line<'_>| !known.contains(line.text);
            self.typed.extend(theirs.filter(|line| self.theirs.get(*line).is_some_and(is_typed)));
            if !self.is_within_block(ours.end) {
                self.end_block();
            }
        }
    }

    /// Returns whether a line of ours belongs to the same block as the line above it.
    fn is_within_block(&self, line: usize) -> bool {
        let block = |line: usize| self.ours.get(line).map(|line| line.block);
        line.checked_sub(1).is_some_and(|above| block(above) == block(line))
    }

    fn push(&mut self, place: Place) {
        if place.ours.is_some_and(|line| !self.is_within_block(line)) {
            self.end_block();
        }
        self.write(place);
    }

    fn end_block(&mut self) {
        for line in std::mem::take(&mut self.typed) {
            self.write(Place { theirs: Some(line), apart: true, ..Place::default() });
        }
    }

    fn write(&mut self, place: Place) {
        if let Some(above) = self.above.replace(place) {
            let gap = self.gap(&above, &place);
            self.text.push_str(gap);
        }
        let line = place.ours.and_then(|line| self.ours.get(line)).or_else(|| self.theirs.get(place.theirs?));
        self.text.push_str(line.map_or("", |line| line.text));
    }

    /// Returns what separates two lines of the result: what separates them where they are
    /// neighbours; if they are in several texts, a change of the blank lines counts, people's
    /// first.
    fn gap(&self, above: &Place, below: &Place) -> &'t str {
        fn between<'t>(lines: &[Line<'t>], above: Option<usize>, below: Option<usize>) -> Option<&'t str> {
            let line = below.filter(|below| above.is_some_and(|above| above + 1 == *below))?;
            lines.get(line).map(|line| line.gap)
        }
        let base = between(self.base, above.base, below.base);
        let ours = between(self.ours, above.ours, below.ours);
        let theirs = between(self.theirs, above.theirs, below.theirs);
        let gap = match (ours, theirs) {
            _ if above.apart != below.apart => "",
            (Some(ours), theirs) if theirs.is_none() || theirs == base => ours,
            (_, Some(theirs)) => theirs,
            (_, None) => {
                let own = below.theirs.and_then(|line| self.theirs.get(line));
                own.or_else(|| self.ours.get(below.ours?)).map_or("", |line| line.gap)
            }
        };
        if gap.is_empty() { BETWEEN_BLOCKS } else { gap }
    }
}

/// Changes that conflict with each other, or one change that conflicts with none.
struct Region {
    base: Range<usize>,
    ours: Vec<Hunk>,
    theirs: Vec<Hunk>,
}

impl Region {
    const fn new(base: Range<usize>) -> Self {
        Self { base, ours: Vec::new(), theirs: Vec::new() }
    }

    fn all(ours: Vec<Hunk>, theirs: Vec<Hunk>) -> Vec<Self> {
        let ours = ours.into_iter().map(|hunk| (hunk, true));
        let mut hunks: Vec<_> = ours.chain(theirs.into_iter().map(|hunk| (hunk, false))).collect();
        hunks.sort_by_key(|(hunk, _)| (hunk.base.start, hunk.base.end));
        let mut regions: Vec<Self> = Vec::new();
        for (hunk, is_ours) in hunks {
            // An insertion at the edge of a change shares nothing with it: it stands beside it.
            let shares = |region: &Self| hunk.base.start < region.base.end || hunk.base == region.base;
            if !regions.last().is_some_and(shares) {
                regions.push(Self::new(hunk.base.clone()));
            }
            if let Some(region) = regions.last_mut() {
                region.base.end = region.base.end.max(hunk.base.end);
                if is_ours { &mut region.ours } else { &mut region.theirs }.push(hunk);
            }
        }
        regions
    }

    /// Returns how many lines stand here in the text that has these changes.
    fn length(&self, hunks: &[Hunk]) -> usize {
        let replaced: usize = hunks.iter().map(|hunk| hunk.base.len()).sum();
        self.base.len() - replaced + hunks.iter().map(|hunk| hunk.new.len()).sum::<usize>()
    }
}
