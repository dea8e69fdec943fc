//! Reads the program's command line.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::generate::GenerateOptions;
use crate::input::files;

pub(crate) const USAGE: &str = "\
usage: backfill --settings FILE [--directory FILE]... --out FOLDER [--compare FILE] [--resume] [--memory MB] INPUT...
       backfill generate --calls N [--seed N] [--form pages|lines|events] --out FOLDER

INPUT is a file, a folder or `-`. It contains Aircall's REST pages, calls or webhooks, gzipped or not.
--directory  exports from Salesforce as CSV, or a directory as JSON; a file or a folder
--compare    other settings: lists the Tasks that would differ, and writes no job files
--resume     continues the stopped run in FOLDER
--memory     megabytes for sorting, default 64; the directory needs additional memory
generate     writes calls of invented people, a directory and settings, to try the program";

pub(crate) enum Command {
    Backfill(Options),
    Generate(GenerateOptions),
    Help,
}

pub(crate) struct Options {
    pub(crate) input: Vec<PathBuf>,
    pub(crate) settings: PathBuf,
    pub(crate) compare: Option<PathBuf>,
    pub(crate) directory: Vec<PathBuf>,
    pub(crate) out: PathBuf,
    pub(crate) resume: bool,
    /// How many bytes are sorted at once.
    pub(crate) run: usize,
}

const DEFAULT_MEMORY: usize = 64;
const MAX_MEMORY: usize = 4096;

pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command> {
    let mut arguments = lexopt::Parser::from_args(arguments);
    let (mut input, mut directory) = (Vec::new(), Vec::new());
    let (mut settings, mut compare, mut out, mut resume, mut memory) = (None, None, None, false, DEFAULT_MEMORY);
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Value(word) if word == "generate" && input.is_empty() && out.is_none() => {
                return read_generate(arguments).map(Command::Generate);
            }
            lexopt::Arg::Value(path) => input.push(PathBuf::from(path)),
            lexopt::Arg::Long("settings") if settings.is_none() => settings = Some(PathBuf::from(arguments.value()?)),
            lexopt::Arg::Long("compare") if compare.is_none() => compare = Some(PathBuf::from(arguments.value()?)),
            lexopt::Arg::Long("directory") => directory.push(PathBuf::from(arguments.value()?)),
            lexopt::Arg::Long("out") if out.is_none() => out = Some(PathBuf::from(arguments.value()?)),
            lexopt::Arg::Long("resume") => resume = true,
            lexopt::Arg::Long("memory") => memory = number(&mut arguments, "--memory")?,
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(Command::Help),
            other => bail!("{}\n{USAGE}", other.unexpected()),
        }
    }
    ensure!((1..=MAX_MEMORY).contains(&memory), "--memory must be a number of megabytes from 1 to {MAX_MEMORY}");
    ensure!(!input.is_empty(), "INPUT is missing\n{USAGE}");
    Ok(Command::Backfill(Options {
        input: files::list(&input)?,
        settings: settings.with_context(|| format!("--settings is missing\n{USAGE}"))?,
        compare,
        directory,
        out: out.with_context(|| format!("--out is missing\n{USAGE}"))?,
        resume,
        run: memory << 20,
    }))
}

fn read_generate(mut arguments: lexopt::Parser) -> Result<GenerateOptions> {
    let (mut calls, mut seed, mut form, mut out) = (None, 0, None, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("calls") => calls = Some(number(&mut arguments, "--calls")?),
            lexopt::Arg::Long("seed") => seed = number(&mut arguments, "--seed")?,
            lexopt::Arg::Long("form") => form = Some(arguments.value()?),
            lexopt::Arg::Long("out") => out = Some(PathBuf::from(arguments.value()?)),
            other => bail!("{}\n{USAGE}", other.unexpected()),
        }
    }
    Ok(GenerateOptions {
        calls: calls.with_context(|| format!("--calls is missing\n{USAGE}"))?,
        seed,
        form: match form {
            None => crate::generate::Form::default(),
            Some(word) => word.to_str().unwrap_or_default().parse()?,
        },
        out: out.with_context(|| format!("--out is missing\n{USAGE}"))?,
    })
}

fn number<T: std::str::FromStr>(arguments: &mut lexopt::Parser, name: &str) -> Result<T> {
    let value = arguments.value()?;
    value.to_str().and_then(|text| text.parse().ok()).with_context(|| format!("{name} must be a whole number"))
}
