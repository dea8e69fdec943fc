//! The three-way merge of a Description that somebody may have edited (DESC-7).
//!
//! What we changed since the base and what people changed are both applied. Two changes conflict only
//! where they share a line of the base, or both insert at the same place. In a conflict
//!
//! - where people only took lines away, of ours only blocks stand that have a line which the base lacks;
//! - else ours stands, and the lines that people typed follow below the block it is in.
//!
//! Blank lines do not take part in the alignment: a line with text carries the blank lines above it.

use std::collections::BTreeSet;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

use super::{BETWEEN_BLOCKS, Blocks};
use crate::rules::description::place::stands;

/// The outcome of a merge.
pub(super) struct Merged {
    /// The Description.
    pub(super) text: String,
    /// What the call says in it.
    pub(super) ours: String,
}

/// Merges what the call says into the text that stands in Salesforce.
pub(super) fn merge(base: &str, blocks: &Blocks, theirs: &str, ended: bool) -> Merged {
    let new: Vec<_> = blocks.iter().filter(|block| stands(base, block, 0).is_none()).collect();
    // Then the last update arrived although its answer was lost.
    let has_arrived = !new.is_empty() && new.iter().all(|block| stands(theirs, block, 0).is_some());
    let (base, theirs_lines) = (lines(base), lines(theirs));
    let mut ours = ours_lines(blocks);
    if !ended {
        ours = with_kept(&base, ours);
    }
    let said = written(&ours);
    let text = if has_arrived || is_same(&base, &ours) {
        theirs.to_owned()
    } else if is_same(&base, &theirs_lines) {
        said.clone()
    } else {
        Merge { base: &base, ours: &ours, theirs: &theirs_lines, out: Vec::new(), typed: Vec::new() }.text()
    };
    Merged { text: text.trim().to_owned(), ours: said }
}

/// A line with text.
#[derive(Debug, Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    /// What separates it from the line with text above: a line break, and perhaps blank lines.
    gap: &'t str,
    /// The block it belongs to; lines of one block follow each other.
    block: usize,
}

impl Line<'_> {
    fn begins_paragraph(&self) -> bool {
        self.gap.len() != 1
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let (mut start, mut last_end) = (0, 0);
    for line in text.split('\n') {
        if !line.trim().is_empty() {
            let gap = text.get(last_end..start).unwrap_or_default();
            lines.push(Line { text: line, gap, block: 0 });
            last_end = start + line.len();
        }
        start += line.len() + 1;
    }
    lines
}

fn ours_lines(blocks: &Blocks) -> Vec<Line<'_>> {
    let of_block = |(block, text)| {
        let above_block = if block == 0 { "" } else { BETWEEN_BLOCKS };
        lines(text).into_iter().map(move |line| {
            let gap = if line.gap.is_empty() { above_block } else { line.gap };
            Line { gap, block, ..line }
        })
    };
    blocks.iter().enumerate().flat_map(of_block).collect()
}

fn is_same(one: &[Line<'_>], other: &[Line<'_>]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.text == other.text && one.gap == other.gap)
}

fn written(lines: &[Line<'_>]) -> String {
    lines.iter().flat_map(|line| [line.gap, line.text]).collect()
}

/// Lines of the base and what stands in their place; one of the two may be empty.
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
    let paragraphs: BTreeSet<u32> =
        tokens.filter(|(_, line)| line.begins_paragraph()).map(|(token, _)| token.0).collect();
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    // Notes of one author begin with the same heading, so an added note can be read as "heading, text"
    // or as "text, heading of the next". It has to be a whole paragraph, for it is moved as one.
    diff.postprocess_with_heuristic(&input, |tokens: &[imara_diff::Token], hunk: Range<u32>, earliest_end: u32| {
        let first = |end: &u32| tokens.get((end - (hunk.end - hunk.start)) as usize);
        (earliest_end..=hunk.end)
            .find(|end| first(end).is_some_and(|token| paragraphs.contains(&token.0)))
            .unwrap_or(hunk.end)
    });
    let range = |range: Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| Hunk { base: range(hunk.before), new: range(hunk.after) }).collect()
}

/// Adds the lines of the base that a call in progress only lacks: they count as still said.
fn with_kept<'t>(base: &[Line<'t>], ours: Vec<Line<'t>>) -> Vec<Line<'t>> {
    let mut kept = Vec::with_capacity(ours.len());
    let mut from = 0;
    for hunk in hunks(base, &ours).into_iter().filter(|hunk| hunk.new.is_empty()) {
        kept.extend(ours.get(from..hunk.new.start).into_iter().flatten().copied());
        kept.extend(base.get(hunk.base).into_iter().flatten().copied());
        from = hunk.new.start;
    }
    kept.extend(ours.get(from..).into_iter().flatten().copied());
    let mut block = 0;
    for (place, line) in kept.iter_mut().enumerate() {
        if place > 0 && line.gap.is_empty() {
            line.gap = BETWEEN_BLOCKS;
        }
        block += usize::from(place > 0 && line.begins_paragraph());
        line.block = block;
    }
    if let Some(first) = kept.first_mut() {
        first.gap = "";
    }
    kept
}

/// A line of the result, by its places in the three texts.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    base: Option<usize>,
    ours: Option<usize>,
    theirs: Option<usize>,
    /// For a first line of ours that replaces others: the lines of base and theirs in whose place it is.
    replaced: Option<(usize, usize)>,
    /// Typed text that follows the block it conflicted with: an empty line separates it.
    apart: bool,
}

struct Merge<'m, 't> {
    base: &'m [Line<'t>],
    ours: &'m [Line<'t>],
    theirs: &'m [Line<'t>],
    out: Vec<Place>,
    /// Typed lines that wait for the end of a block of ours.
    typed: Vec<usize>,
}

impl Merge<'_, '_> {
    fn text(mut self) -> String {
        self.run();
        let mut text = String::new();
        let mut above = None;
        for place in &self.out {
            if let Some(above) = above {
                text.push_str(self.gap(above, place));
            }
            text.push_str(self.line(place));
            above = Some(place);
        }
        text
    }

    fn run(&mut self) {
        let ours_hunks = hunks(self.base, self.ours);
        let theirs_hunks = hunks(self.base, self.theirs);
        let (mut ours_hunks, mut theirs_hunks) = (&ours_hunks[..], &theirs_hunks[..]);
        // How far each text has been copied.
        let (mut base, mut ours, mut theirs) = (0, 0, 0);
        loop {
            let region = Region::next(&mut ours_hunks, &mut theirs_hunks);
            let end = region.as_ref().map_or(self.base.len(), |region| region.base.start);
            while base < end {
                self.push(Place { base: Some(base), ours: Some(ours), theirs: Some(theirs), ..Place::default() });
                (base, ours, theirs) = (base + 1, ours + 1, theirs + 1);
            }
            let Some(region) = region else { break };
            let ours_end = ours + region.length(region.ours);
            let theirs_end = theirs + region.length(region.theirs);
            self.region(&region, ours..ours_end, theirs..theirs_end);
            (base, ours, theirs) = (region.base.end, ours_end, theirs_end);
        }
        self.flush();
    }

    /// Writes the lines of a place where we or people changed something.
    fn region(&mut self, region: &Region<'_>, ours: Range<usize>, theirs: Range<usize>) {
        fn texts<'t>(lines: &[Line<'t>], range: &Range<usize>) -> Vec<&'t str> {
            lines.get(range.clone()).unwrap_or_default().iter().map(|line| line.text).collect()
        }
        let is_alike = || texts(self.ours, &ours) == texts(self.theirs, &theirs);
        if region.ours.is_empty() {
            theirs.for_each(|line| self.push(Place { theirs: Some(line), ..Place::default() }));
        } else if region.theirs.is_empty() {
            let replaced = (!region.base.is_empty()).then_some((region.base.start, theirs.start));
            for line in ours.clone() {
                let replaced = replaced.filter(|_| line == ours.start);
                self.push(Place { ours: Some(line), replaced, ..Place::default() });
            }
        } else if is_alike() {
            ours.zip(theirs).for_each(|(ours, theirs)| {
                self.push(Place { ours: Some(ours), theirs: Some(theirs), ..Place::default() });
            });
        } else if region.theirs.iter().all(|hunk| hunk.new.is_empty()) {
            let new = region.ours.iter().flat_map(|hunk| hunk.new.clone());
            let changed: BTreeSet<_> = new.filter_map(|line| self.ours.get(line)).map(|line| line.block).collect();
            let is_changed = |line: &usize| self.ours.get(*line).is_some_and(|line| changed.contains(&line.block));
            ours.filter(is_changed).collect::<Vec<_>>().into_iter().for_each(|line| {
                self.push(Place { ours: Some(line), ..Place::default() });
            });
        } else {
            let known: BTreeSet<_> =
                texts(self.base, &region.base).into_iter().chain(texts(self.ours, &ours)).collect();
            let is_typed = |line: &usize| self.theirs.get(*line).is_some_and(|line| !known.contains(line.text));
            let typed: Vec<_> = theirs.filter(is_typed).collect();
            let end = ours.end;
            ours.for_each(|line| self.push(Place { ours: Some(line), ..Place::default() }));
            self.typed.extend(typed);
            if !self.is_within_block(end) {
                self.flush();
            }
        }
    }

    /// Whether the lines of ours above and at a place belong to one block.
    fn is_within_block(&self, line: usize) -> bool {
        let above = line.checked_sub(1).and_then(|above| self.ours.get(above));
        above.zip(self.ours.get(line)).is_some_and(|(above, below)| above.block == below.block)
    }

    fn push(&mut self, place: Place) {
        if place.ours.is_some_and(|line| !self.is_within_block(line)) {
            self.flush();
        }
        self.out.push(place);
    }

    fn flush(&mut self) {
        let typed = std::mem::take(&mut self.typed);
        self.out.extend(typed.into_iter().map(|line| Place { theirs: Some(line), apart: true, ..Place::default() }));
    }

    fn line(&self, place: &Place) -> &str {
        let ours = place.ours.and_then(|line| self.ours.get(line));
        ours.or_else(|| self.theirs.get(place.theirs?)).map_or("", |line| line.text)
    }

    /// What separates two lines of the result: what separates them where they are neighbours, a change
    /// of the blank lines included.
    fn gap(&self, above: &Place, below: &Place) -> &str {
        fn of<'t>(lines: &[Line<'t>], above: Option<usize>, below: Option<usize>) -> Option<&'t str> {
            let below = below.filter(|below| above.is_some_and(|above| above + 1 == *below))?;
            lines.get(below).map(|line| line.gap)
        }
        if above.apart != below.apart {
            return BETWEEN_BLOCKS;
        }
        let mut base = of(self.base, above.base, below.base);
        let mut ours = of(self.ours, above.ours, below.ours);
        let mut theirs = of(self.theirs, above.theirs, below.theirs);
        if let Some((base_line, theirs_line)) = below.replaced {
            base = self.base.get(base_line).map(|line| line.gap);
            theirs = self.theirs.get(theirs_line).map(|line| line.gap);
        }
        if ours.is_none() && (theirs.is_none() || below.replaced.is_some()) {
            ours = below.ours.and_then(|line| self.ours.get(line)).map(|line| line.gap);
            theirs = theirs.or_else(|| below.theirs.and_then(|line| self.theirs.get(line)).map(|line| line.gap));
        }
        let gap = match (ours, theirs) {
            (Some(ours), theirs) if theirs.is_none() || theirs == base => ours,
            (_, theirs) => theirs.unwrap_or_default(),
        };
        // The first line of a text has nothing above it.
        if gap.is_empty() { BETWEEN_BLOCKS } else { gap }
    }
}

/// Changes that conflict, or a change that conflicts with none.
struct Region<'h> {
    base: Range<usize>,
    ours: &'h [Hunk],
    theirs: &'h [Hunk],
}

impl<'h> Region<'h> {
    /// Takes the next region off the two lists.
    fn next(ours: &mut &'h [Hunk], theirs: &mut &'h [Hunk]) -> Option<Self> {
        fn key(hunk: &Hunk) -> (usize, usize) {
            (hunk.base.start, hunk.base.end)
        }
        let first = match (ours.first(), theirs.first()) {
            (Some(ours), Some(theirs)) => {
                if key(ours) <= key(theirs) {
                    ours
                } else {
                    theirs
                }
            }
            (one, other) => one.or(other)?,
        };
        let mut base = first.base.clone();
        let (mut ours_taken, mut theirs_taken) = (0, 0);
        loop {
            let before = (ours_taken, theirs_taken);
            for (hunks, taken) in [(&*ours, &mut ours_taken), (&*theirs, &mut theirs_taken)] {
                while let Some(hunk) =
                    hunks.get(*taken).filter(|hunk| std::ptr::eq(*hunk, first) || conflicts(&base, &hunk.base))
                {
                    base = base.start.min(hunk.base.start)..base.end.max(hunk.base.end);
                    *taken += 1;
                }
            }
            if before == (ours_taken, theirs_taken) {
                break;
            }
        }
        let (of_ours, ours_left) = ours.split_at_checked(ours_taken)?;
        let (of_theirs, theirs_left) = theirs.split_at_checked(theirs_taken)?;
        (*ours, *theirs) = (ours_left, theirs_left);
        Some(Self { base, ours: of_ours, theirs: of_theirs })
    }

    /// How many lines stand here in the text that has these changes.
    fn length(&self, hunks: &[Hunk]) -> usize {
        let changed: usize = hunks.iter().map(|hunk| hunk.base.len()).sum();
        self.base.len() - changed + hunks.iter().map(|hunk| hunk.new.len()).sum::<usize>()
    }
}

/// Whether two places share a line, or are the same place between two lines.
fn conflicts(one: &Range<usize>, other: &Range<usize>) -> bool {
    match (one.is_empty(), other.is_empty()) {
        (true, true) => one.start == other.start,
        (true, false) => other.start < one.start && one.start < other.end,
        (false, true) => one.start < other.start && other.start < one.end,
        (false, false) => one.start < other.end && other.start < one.end,
    }
}
