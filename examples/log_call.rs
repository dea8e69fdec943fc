//! Maps Aircall calls and messages from files, or as a filter for programs in any language.
//!
//! ```text
//! # plans a bundled call with a bundled directory and settings
//! cargo run --example log_call
//! cargo run --example log_call -- CALL.json [--directory FILE] [--settings FILE]
//! # reads a case a line, prints a plan a line, in order
//! cargo run --release --example log_call -- --ndjson
//! # reads webhooks in any order, prints a plan for each call and message
//! cargo run --example log_call -- --events [--directory FILE] [--settings FILE]
//! ```
//!
//! With `--explain`, each plan has the key `explanation`: the reason for the decision and for each
//! field in words. It contains personal data. With `--wrote`, each plan has the key `wrote`: what
//! to keep of it, and to hand in as `tasks[].wrote` with the next plan of the call.
//!
//! `CALL.json` is a webhook, a REST response or a bare call; `-` reads stdin. The default for
//! `--settings` is the bundled settings, and the default for `--directory` is an empty directory. A
//! line of `--ndjson` is `{"webhook":…,"directory":…,"settings":…}`; a line of `--events` is a
//! webhook.

#[path = "log_call/lines.rs"]
mod lines;

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use aircall_salesforce::aircall::Timestamp;
use aircall_salesforce::facts::Source;
use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::rules::logging::Skip;
use aircall_salesforce::{
    Action, CallHistory, Directory, Explanation, Lookup, Plan, ReadError, Settings, Webhook, plan, plan_webhook,
    read_json,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

const WEBHOOK: &str = include_str!("data/webhook.json");
const DIRECTORY: &str = include_str!("data/directory.json");
const SETTINGS: &str = include_str!("data/settings.json");

/// The size of the read buffer, the capacity of a pipe.
const READ_AT_ONCE: usize = 1 << 16;

const USAGE: &str = "usage: log_call [CALL.json | - | --events] [--directory FILE] [--settings FILE] \
                     [--explain] [--wrote], or log_call --ndjson [--explain] [--wrote]";

fn main() -> ExitCode {
    match run() {
        Ok(status) => status,
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("log_call: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = lexopt::Parser::from_env();
    let (mut call, mut directory, mut settings) = (None, None, None);
    let (mut events, mut ndjson, mut more) = (false, false, More::default());
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("directory") if directory.is_none() => {
                directory = Some(PathBuf::from(arguments.value()?));
            }
            lexopt::Arg::Long("settings") if settings.is_none() => settings = Some(PathBuf::from(arguments.value()?)),
            lexopt::Arg::Long("events") => events = true,
            lexopt::Arg::Long("ndjson") => ndjson = true,
            lexopt::Arg::Long("explain") => more.explanation = true,
            lexopt::Arg::Long("wrote") => more.wrote = true,
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => {
                writeln!(io::stdout(), "{USAGE}")?;
                return Ok(ExitCode::SUCCESS);
            }
            lexopt::Arg::Value(path) if call.is_none() => call = Some(path),
            other => return Err(format!("{}; {USAGE}", other.unexpected()).into()),
        }
    }
    if ndjson {
        if call.is_some() || directory.is_some() || settings.is_some() || events {
            return Err(format!("--ndjson reads call, directory and settings from its lines; {USAGE}").into());
        }
        return map_cases(more);
    }
    if events && call.is_some() {
        return Err(format!("--events reads the webhooks from stdin; {USAGE}").into());
    }
    let is_bundled = call.is_none() && !events;
    let call = call.map_or(Ok(Input::bundled(WEBHOOK)), Input::read)?;
    let directory: Directory = match directory {
        Some(path) => Input::read(path)?.parse()?,
        None if is_bundled => Input::bundled(DIRECTORY).parse()?,
        None => Directory::default(),
    };
    let settings = settings.map_or(Ok(Input::bundled(SETTINGS)), Input::read)?;
    let settings: Settings = settings.parse()?;
    if events {
        let out = BufWriter::new(io::stdout().lock());
        return map_events(io::stdin().lock(), out, &directory, &settings, more);
    }

    let webhook = Webhook::from_slice(&call.bytes).map_err(|error| call.error(&error))?;
    let plan = plan_webhook(&webhook, &directory, &settings);
    say(Summary(&webhook, &plan));
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &Printed::new(&plan, (&webhook).into(), &directory, &settings, more))?;
    writeln!(out)?;
    Ok(ExitCode::SUCCESS)
}

/// The content of a file, of stdin or of a bundled text.
struct Input {
    name: String,
    bytes: Vec<u8>,
}

impl Input {
    fn bundled(text: &str) -> Self {
        Self { name: "(bundled)".to_owned(), bytes: text.as_bytes().to_vec() }
    }

    fn read(path: impl Into<OsString>) -> Result<Self, Box<dyn Error>> {
        let path = path.into();
        let name = Path::new(&path).display().to_string();
        let mut bytes = Vec::new();
        let read = if path == "-" {
            io::stdin().read_to_end(&mut bytes).map(drop)
        } else {
            std::fs::read(&path).map(|read| bytes = read)
        };
        read.map_err(|error| format!("{name}: {error}"))?;
        Ok(Self { name, bytes })
    }

    fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, String> {
        read_json(&self.bytes).map_err(|error| self.error(&error))
    }

    fn error(&self, error: &ReadError) -> String {
        format!("{}: {error}", self.name)
    }
}

/// A summary of a plan for people.
struct Summary<'a>(&'a Webhook<'a>, &'a Plan<'a>);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(webhook, plan) = self;
        match Option::<Source<'_>>::from(*webhook).map(Source::key) {
            Some(TaskKey::Call(id)) => write!(f, "call {id}")?,
            Some(TaskKey::Message(id)) => write!(f, "message {id}")?,
            None => write!(f, "not a call")?,
        }
        match plan.because.kind {
            Some(kind) => writeln!(f, ": {}", word(kind))?,
            None => writeln!(f)?,
        }
        match &plan.action {
            Action::Create(create) => {
                writeln!(f, "a Task is created")?;
                let ids = [("WhoId", create.task.who_id), ("WhatId", create.task.what_id)];
                let ids: Vec<_> =
                    ids.iter().filter_map(|(name, id)| Some(format!("{name} {}", id.as_ref()?.as_str()))).collect();
                let ids = if ids.is_empty() { "on no record".to_owned() } else { ids.join(", ") };
                let because = &plan.because;
                writeln!(f, "record: {ids} ({}, related to {})", word(because.record), word(because.relation))?;
                let owner = create.task.owner_id.map_or_else(|| "nobody".to_owned(), |owner| owner.to_string());
                writeln!(f, "owner: {owner} by {}", word(because.owner))?;
            }
            Action::Update { task_id, .. } => writeln!(f, "Task {task_id} is updated")?,
            Action::Unchanged { task_id } => writeln!(f, "Task {task_id} is up to date")?,
            Action::Skip(reason) => writeln!(f, "nothing is written: {}", word(*reason))?,
        }
        if plan.notices.is_empty() {
            writeln!(f, "no value was shortened, dropped or ignored")?;
        }
        for notice in &plan.notices {
            writeln!(f, "notice {}: {}: {}", word(notice.rule), notice.field, notice.message)?;
        }
        Ok(())
    }
}

/// Returns the word that the plan's JSON uses for a value.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => "-".to_owned(),
    }
}

/// A line of `--ndjson`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case<'a> {
    #[serde(borrow)]
    webhook: Webhook<'a>,
    #[serde(default)]
    directory: Directory,
    settings: Settings,
}

/// What to print of a plan besides the plan itself.
#[derive(Clone, Copy, Default)]
struct More {
    explanation: bool,
    wrote: bool,
}

/// The plan of a call or message, an output line.
#[derive(Serialize)]
struct Mapped<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    plan: Printed<'a>,
}

impl<'a> Mapped<'a> {
    fn new(key: Option<TaskKey>, plan: Printed<'a>) -> Self {
        let (call, message) = match key {
            Some(TaskKey::Call(id)) => (Some(id), None),
            Some(TaskKey::Message(id)) => (None, Some(id)),
            None => (None, None),
        };
        Self { call, message, plan }
    }
}

/// A plan, its explanation, and what to keep of it.
#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    plan: &'a Plan<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Vec<Explanation<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrote: Option<Map<String, Value>>,
}

impl<'a> Printed<'a> {
    fn new(
        plan: &'a Plan<'a>,
        source: Option<Source<'a>>,
        directory: &'a Directory,
        settings: &'a Settings,
        more: More,
    ) -> Self {
        let before = || source.and_then(|source| directory.task(&source.key())?.wrote.as_ref());
        let explanation = more.explanation.then(|| plan.explain(source, directory, settings));
        let wrote = if more.wrote { plan.wrote(before()) } else { None };
        Self { plan, explanation, wrote }
    }
}

/// The output line for a line of `--ndjson` that cannot be read.
#[derive(Serialize)]
struct LineError {
    error: String,
}

/// Maps every line independently. A line that cannot be read produces an error line.
fn map_cases(more: More) -> Result<ExitCode, Box<dyn Error>> {
    let has_failed = AtomicBool::new(false);
    let input = BufReader::with_capacity(READ_AT_ONCE, io::stdin().lock());
    lines::map(input, io::stdout(), |number, line, out| {
        match read_json::<Case<'_>>(line) {
            Ok(Case { webhook, directory, settings }) => {
                let plan = plan_webhook(&webhook, &directory, &settings);
                let source: Option<Source<'_>> = (&webhook).into();
                let printed = Printed::new(&plan, source, &directory, &settings, more);
                serde_json::to_writer(&mut *out, &Mapped::new(source.map(Source::key), printed))?;
            }
            Err(error) => {
                has_failed.store(true, Ordering::Relaxed);
                serde_json::to_writer(&mut *out, &LineError { error: in_line(number, &error) })?;
            }
        }
        out.push(b'\n');
        Ok(())
    })?;
    Ok(if has_failed.into_inner() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Merges all webhooks by call and plans each call, then each message. Other webhooks are skipped.
fn map_events(
    lines: impl BufRead,
    mut out: impl Write,
    directory: &Directory,
    settings: &Settings,
    more: More,
) -> Result<ExitCode, Box<dyn Error>> {
    let mut status = ExitCode::SUCCESS;
    let mut histories: BTreeMap<u64, CallHistory> = BTreeMap::new();
    // The newest webhook of each message; of the same second, the greater one.
    let mut messages: BTreeMap<String, (Option<Timestamp>, Vec<u8>)> = BTreeMap::new();
    each_line(lines, |number, line| {
        match Webhook::from_slice(line) {
            Ok(webhook) => {
                if let Some(message) = &webhook.message {
                    let newest = messages.entry(message.id.clone().into_owned()).or_default();
                    *newest = std::mem::take(newest).max((webhook.timestamp, line.to_vec()));
                } else if let Ok(history) = CallHistory::new(&webhook) {
                    match histories.get_mut(&history.call_id()) {
                        Some(merged) => drop(merged.merge(history)?),
                        None => drop(histories.insert(history.call_id(), history)),
                    }
                }
            }
            Err(error) => {
                status = ExitCode::FAILURE;
                say(format_args!("log_call: -: {}\n", in_line(number, &error)));
            }
        }
        Ok(())
    })?;
    let mut write = |key, plan: &Plan<'_>, source: Option<Source<'_>>| {
        let printed = Printed::new(plan, source, directory, settings, more);
        serde_json::to_writer(&mut out, &Mapped::new(Some(key), printed))?;
        out.write_all(b"\n")
    };
    for (&call, history) in &histories {
        let snapshot = history.call();
        let source = snapshot.as_ref().map(Source::from);
        // Nothing but what Aircall's AI says of the call has arrived.
        let not_yet = || Plan::skip(Skip::NotYet);
        write(call.into(), &source.map_or_else(not_yet, |source| plan(source, directory, settings)), source)?;
    }
    for (id, (_, line)) in messages {
        let webhook = Webhook::from_slice(&line)?;
        write(TaskKey::Message(id), &plan_webhook(&webhook, directory, settings), (&webhook).into())?;
    }
    out.flush()?;
    Ok(status)
}

/// Passes every line that is not blank to `read`, with its number from 1.
fn each_line(
    mut lines: impl BufRead,
    mut read: impl FnMut(usize, &[u8]) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if !line.trim_ascii().is_empty() {
            read(number, &line)?;
        }
    }
    Ok(())
}

/// Formats an error with the line's number in the input. The error's own line number is always 1,
/// because each line is a separate JSON text.
fn in_line(number: usize, error: &ReadError) -> String {
    format!("{} at line {number} column {}", error.message(), error.column())
}

/// Prints a text to stderr. A closed stderr is not an error.
fn say(text: impl fmt::Display) {
    drop(write!(io::stderr(), "{text}"));
}

/// Returns whether an error means that the reader closed the pipe, which is not a failure.
fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let kind = match error.downcast_ref::<io::Error>() {
        Some(error) => Some(error.kind()),
        None => error.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind),
    };
    kind == Some(io::ErrorKind::BrokenPipe)
}
