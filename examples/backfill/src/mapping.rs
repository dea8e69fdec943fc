//! Runs the second half: maps the sorted calls to rows.

use aircall_salesforce::{Directory, Settings};
use anyhow::Result;

use crate::checkpoint::{Checkpoint, Stage};
use crate::map::{MappedBatch, Mapper};
use crate::options::Options;
use crate::parallel::in_order;
use crate::progress::Progress;
use crate::reading::path;
use crate::sheets::Sheets;
use crate::sort::Merge;
use crate::stop;

/// How many bytes one core maps at a time.
const BATCH: usize = 1 << 20;

/// Maps from the checkpoint's offsets on. Returns whether all calls have been mapped.
pub(crate) fn map(
    options: &Options,
    settings: (&Settings, Option<&Settings>),
    directory: &Directory,
    checkpoint: &mut Checkpoint,
    sheets: &mut Sheets<'_>,
    from: &[u64],
) -> Result<bool> {
    let total = checkpoint.runs.iter().map(|run| run.length).sum();
    let mut saved: u64 = from.iter().sum();
    let runs = checkpoint.runs.iter().zip(from).map(|(run, offset)| (path(&options.out, run.number), *offset));
    let batches = Merge::open(runs, BATCH.min(options.run / 4))?;
    let mut progress = Progress::new("mapping", "calls", total, saved);
    let mapper = Mapper::new(settings.0, settings.1, directory);
    in_order(
        batches,
        |batch| mapper.map(&batch?),
        |mapped| {
            let MappedBatch { rows, once, tally, offsets, calls } = mapped?;
            for (sheet, rows) in &rows {
                sheets.add(*sheet, rows)?;
            }
            for (sheet, key, row) in &once {
                sheets.add_once(*sheet, *key, row)?;
            }
            checkpoint.tally.add(tally);
            let passed: u64 = offsets.iter().sum();
            checkpoint.stage = Stage::Mapping(offsets);
            progress.advance(calls, passed);
            if passed - saved >= options.run as u64 {
                saved = passed;
                save(options, checkpoint, sheets)?;
            }
            Ok(())
        },
    )?;
    save(options, checkpoint, sheets)?;
    progress.finish();
    Ok(!stop::is_wanted())
}

fn save(options: &Options, checkpoint: &mut Checkpoint, sheets: &Sheets<'_>) -> Result<()> {
    // A checkpoint must not refer to bytes that a power failure can still lose.
    sheets.sync()?;
    checkpoint.parts.clone_from(sheets.parts());
    checkpoint.save(&options.out)
}
