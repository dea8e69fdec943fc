//! Turns years of Aircall calls into job files for Salesforce's Bulk API 2.0.
//!
//! The program first sorts the input by call (`reading`, `sort`), so that all data about a call
//! comes together whatever the order of the files. It then maps each call (`mapping`, `map`) and
//! writes the rows (`sheets`). `checkpoint` stores where a stopped run continues.

mod checkpoint;
mod columns;
mod compare;
mod directory;
mod generate;
mod input;
mod map;
mod mapping;
mod options;
mod parallel;
mod progress;
mod reading;
mod report;
mod sheets;
mod sort;
mod stop;
mod tally;

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use aircall_salesforce::{Settings, read_json};
use anyhow::{Context, Result};

use checkpoint::{Checkpoint, Stage};
use options::{Command, Options, USAGE};
use progress::say;
use report::Report;
use sheets::Sheets;

/// The exit status of a complete run in which some of the input could not be read.
const INCOMPLETE: u8 = 2;

fn main() -> ExitCode {
    let done = options::read(std::env::args_os().skip(1)).and_then(|command| match command {
        Command::Backfill(options) => backfill(&options),
        Command::Generate(options) => generate::generate(&options).map(|()| ExitCode::SUCCESS),
        Command::Help => print(USAGE).map(|()| ExitCode::SUCCESS),
    });
    done.unwrap_or_else(|error| {
        say(&format!("backfill: {error:#}"));
        if is_full(&error) {
            say("backfill: free disk space, then continue with --resume; no row is written twice");
        }
        ExitCode::FAILURE
    })
}

fn backfill(options: &Options) -> Result<ExitCode> {
    stop::listen()?;
    let settings = read_settings(&options.settings)?;
    let others = options.compare.as_deref().map(read_settings).transpose()?;
    let mut checkpoint = Checkpoint::open(options)?;
    let (directory, counts) = directory::read(&options.directory, &settings)?;
    checkpoint.tally.directory = counts;
    fs::create_dir_all(&options.out).with_context(|| options.out.display().to_string())?;
    checkpoint.save(&options.out)?;
    let mut sheets = Sheets::open(&options.out, &settings, checkpoint.parts.clone())?;

    if let Stage::Reading(position) = checkpoint.stage.clone() {
        let is_read = reading::read(options, &settings, &mut checkpoint, &mut sheets, position)?;
        if !is_read || !reading::gather(options, &mut checkpoint)? {
            return Ok(stopped());
        }
        checkpoint.stage = Stage::Mapping(vec![0; checkpoint.runs.len()]);
        checkpoint.save(&options.out)?;
    }
    if let Stage::Mapping(offsets) = checkpoint.stage.clone() {
        let both = (&settings, others.as_ref());
        if !mapping::map(options, both, &directory, &mut checkpoint, &mut sheets, &offsets)? {
            return Ok(stopped());
        }
        let report = Report::new(&checkpoint);
        report.save(options)?;
        checkpoint.stage = Stage::Done;
        checkpoint.save(&options.out)?;
    }
    let runs = reading::folder(&options.out);
    if runs.exists() {
        fs::remove_dir_all(&runs).with_context(|| runs.display().to_string())?;
    }
    let report = Report::new(&checkpoint);
    print(&report.to_string())?;
    Ok(if report.has_unreadable() { ExitCode::from(INCOMPLETE) } else { ExitCode::SUCCESS })
}

fn stopped() -> ExitCode {
    say("backfill: stopped; continue with --resume");
    ExitCode::from(stop::STATUS)
}

fn read_settings(path: &Path) -> Result<Settings> {
    let read = || anyhow::Ok(read_json::<Settings>(&fs::read(path)?)?);
    read().with_context(|| path.display().to_string())
}

fn print(text: &str) -> Result<()> {
    match writeln!(io::stdout(), "{}", text.trim_end()) {
        // The reader of a pipe, for example `head`, may close it early.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed.context("stdout"),
    }
}

/// Returns whether an error was caused by a full disk.
fn is_full(error: &anyhow::Error) -> bool {
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge];
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| full.contains(&error.kind())))
}
