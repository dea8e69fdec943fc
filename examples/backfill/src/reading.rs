//! Runs the first half: reads every call and webhook, and sorts them by call or message onto disk.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::{Action, Directory, Settings, Webhook, plan_webhook};
use anyhow::{Context, Result};

use crate::checkpoint::{Checkpoint, RunFile, Stage};
use crate::input::{Chunk, Chunks, Position, files};
use crate::map::word;
use crate::options::Options;
use crate::parallel::in_order;
use crate::progress::Progress;
use crate::sheets::{Rows, Sheet, Sheets};
use crate::sort::{Batch, Merge, Run};
use crate::stop;
use crate::tally::{Tally, count};

/// The folder of the sorted runs, inside the output folder.
const FOLDER: &str = "work";
/// How many bytes one core reads at a time.
const CHUNK: usize = 1 << 20;
/// How many runs are merged at the same time.
const MAX_RUNS: usize = 256;

pub(crate) fn folder(out: &Path) -> PathBuf {
    out.join(FOLDER)
}

/// Returns the path of a run's file.
pub(crate) fn path(out: &Path, number: u64) -> PathBuf {
    folder(out).join(format!("run-{number:06}"))
}

/// The calls and webhooks that a chunk contains.
struct ParsedChunk {
    text: Vec<u8>,
    calls: Vec<(TaskKey, Range<usize>)>,
    skipped: Rows,
    tally: Tally,
    next: Position,
}

/// Reads from the checkpoint's position on. Returns whether everything has been read.
pub(crate) fn read(
    options: &Options,
    settings: &Settings,
    checkpoint: &mut Checkpoint,
    sheets: &mut Sheets<'_>,
    from: Position,
) -> Result<bool> {
    fs::create_dir_all(folder(&options.out)).with_context(|| options.out.display().to_string())?;
    let total = options.input.iter().map(|file| files::length(file)).sum();
    let passed = Arc::new(AtomicU64::new(0));
    let chunks = Chunks::new(options.input.clone(), from.clone(), CHUNK.min(options.run / 4), Arc::clone(&passed));
    let mut progress = Progress::new("reading", "calls and webhooks", total, passed.load(Ordering::Relaxed));
    let mut run = Run::new(options.run);
    let mut position = from;
    in_order(
        chunks,
        |chunk| parse_chunk(&options.input, settings, chunk),
        |parsed| {
            let ParsedChunk { text, calls, skipped, tally, next } = parsed?;
            if !run.has_room(text.len()) {
                save(options, checkpoint, sheets, &mut run, position.clone())?;
            }
            let read = calls.len() as u64;
            run.add(&text, calls);
            sheets.add(Sheet::Skipped, &skipped)?;
            checkpoint.tally.add(tally);
            position = next;
            progress.advance(read, passed.load(Ordering::Relaxed));
            Ok(())
        },
    )?;
    save(options, checkpoint, sheets, &mut run, position)?;
    progress.finish();
    Ok(!stop::is_wanted())
}

fn save(
    options: &Options,
    checkpoint: &mut Checkpoint,
    sheets: &Sheets<'_>,
    run: &mut Run,
    position: Position,
) -> Result<()> {
    if run.len() > 0 {
        let number = checkpoint.begun;
        checkpoint.begun += 1;
        let length = run.write(&path(&options.out, number))?;
        checkpoint.runs.push(RunFile { number, length });
    }
    checkpoint.stage = Stage::Reading(position);
    sheets.sync()?;
    checkpoint.parts.clone_from(sheets.parts());
    checkpoint.save(&options.out)
}

/// Merges runs until few enough remain. Returns whether the merge was completed.
pub(crate) fn gather(options: &Options, checkpoint: &mut Checkpoint) -> Result<bool> {
    while checkpoint.runs.len() > MAX_RUNS {
        let first: Vec<_> = checkpoint.runs.drain(..MAX_RUNS).collect();
        let paths: Vec<_> = first.iter().map(|run| path(&options.out, run.number)).collect();
        let number = checkpoint.begun;
        checkpoint.begun += 1;
        let batches = Merge::open(paths.iter().map(|path| (path.clone(), 0)), CHUNK)?;
        let length = Batch::write_all(batches, &path(&options.out, number))?;
        if stop::is_wanted() {
            return Ok(false);
        }
        checkpoint.runs.push(RunFile { number, length });
        checkpoint.save(&options.out)?;
        // The runs are deleted last: a crash before this line leaves files, but loses no data.
        for path in paths {
            fs::remove_file(&path).with_context(|| path.display().to_string())?;
        }
    }
    Ok(true)
}

/// Parses each item of a chunk to find its call or message.
fn parse_chunk(files: &[PathBuf], settings: &Settings, chunk: Chunk) -> Result<ParsedChunk> {
    let Chunk { file, text, items, next } = chunk;
    let name = files.get(file).map(|file| file.display().to_string()).unwrap_or_default();
    let (mut calls, mut skipped, mut tally) = (Vec::new(), Rows::default(), Tally::default());
    for item in items {
        let mut skip = |why: &str, detail: &str, line: u64| {
            count(&mut tally.input, why);
            skipped.write(["", why, detail, &name, &line.to_string()])
        };
        let range = match item.content {
            Ok(range) => range,
            Err(fault) => {
                skip("unreadable", &fault, item.line)?;
                continue;
            }
        };
        match Webhook::from_slice(&text[range.clone()]) {
            Ok(webhook) => {
                if let Some(key) = TaskKey::of_webhook(&webhook) {
                    count(&mut tally.input, "read");
                    calls.push((key, range));
                } else if let Action::Skip(reason) = plan_webhook(&webhook, &Directory::default(), settings).action {
                    skip(&word(reason), "", item.line)?;
                }
            }
            Err(error) => skip("unreadable", error.message(), item.line + error.line().saturating_sub(1) as u64)?,
        }
    }
    Ok(ParsedChunk { text, calls, skipped, tally, next })
}
