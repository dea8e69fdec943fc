//! Measures new processes: a cold start, and a million calls through `log_call --ndjson`.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::corpus::Case;
use super::measure::{compare, seconds};

const WEBHOOK: &str = "webhook.json";
const DIRECTORY: &str = "directory.json";
const SETTINGS: &str = "settings.json";

/// Compiler flags for a program with fixed addresses. A position-independent program, Rust's
/// default, starts with 47,500 relocations for `chrono-tz`'s time zones, which take longer than the
/// rest of its work.
const FIXED: &[&str] = &["-C", "relocation-model=static"];

/// The time of a new process that maps one call, relative to one that contains only `main`.
pub struct ColdStart {
    pub fixed: f64,
    /// The ratio for position-independent programs.
    pub anywhere: f64,
}

/// Measures `log_call`, which reads three files and prints the plan.
pub fn cold_start(case: &Case) -> ColdStart {
    let folder = folder();
    for (name, text) in [(WEBHOOK, &case.webhook), (DIRECTORY, &case.directory), (SETTINGS, &case.settings)] {
        fs::write(folder.join(name), text).expect("a file for the cold start");
    }
    let call = [WEBHOOK, "--directory", DIRECTORY, "--settings", SETTINGS];
    let run = |program: &Path, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
        seconds(|| assert!(command.status().is_ok_and(|status| status.success()), "a cold start failed"))
    };
    let ratio = |flags| {
        let (program, empty) = (log_call(flags), empty_program(flags));
        let (map, nothing) = compare(|| run(&program, &call), || run(&empty, &[]));
        map / nothing
    };
    ColdStart { fixed: ratio(FIXED), anywhere: ratio(&[]) }
}

/// Builds a program that contains only `main`.
fn empty_program(flags: &[&str]) -> PathBuf {
    let (source, program) = (folder().join("empty.rs"), folder().join("empty"));
    fs::write(&source, "fn main() {}").expect("a source file");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let status = Command::new(rustc).arg("-Copt-level=3").args(flags).arg("-o").args([&program, &source]).status();
    assert!(status.is_ok_and(|status| status.success()), "rustc did not build the empty program");
    program
}

/// Builds the example with these flags.
fn log_call(flags: &[&str]) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = Command::new(cargo)
        .args(["rustc", "--quiet", "--release", "--example", "log_call", "--message-format=json", "--"])
        .args(flags)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo should run");
    let messages = String::from_utf8_lossy(&build.stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let programs = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    programs.collect::<Vec<_>>().pop().expect("cargo should build log_call")
}

/// The resources that `--ndjson` used for many calls.
pub struct Usage {
    pub megabytes: f64,
    pub cores: f64,
    pub calls_a_second: f64,
}

/// Sends these cases to `log_call --ndjson` repeatedly, until it has mapped `calls`. `None` without
/// `/proc`.
pub fn ndjson(cases: &[Case], calls: usize) -> Option<Usage> {
    let program = log_call(&[]);
    let line = |case: &Case| {
        let Case { webhook, directory, settings } = case;
        format!("{{\"webhook\":{webhook},\"directory\":{directory},\"settings\":{settings}}}\n")
    };
    let lines: Vec<_> = cases.iter().map(line).collect();
    let start = Instant::now();
    let mut child = Command::new(program)
        .arg("--ndjson")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("log_call should start");
    let mut stdin = BufWriter::new(child.stdin.take().expect("a pipe"));
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let is_written = AtomicBool::new(false);
    let usage = thread::scope(|scope| {
        // `/proc` has no figures for an ended process, so this thread reads them while it runs.
        let watch = scope.spawn(|| {
            let mut last = None;
            while !is_written.load(Ordering::Relaxed) {
                last = read_usage(&process).or(last);
                thread::sleep(Duration::from_millis(20));
            }
            last
        });
        for line in lines.iter().cycle().take(calls) {
            stdin.write_all(line.as_bytes()).expect("log_call should read its input");
        }
        stdin.flush().expect("log_call should read its input");
        is_written.store(true, Ordering::Relaxed);
        watch.join().expect("the watching thread should not panic")
    });
    let written = start.elapsed().as_secs_f64();
    drop(stdin);
    child.wait().expect("log_call should end");
    let (megabytes, seconds) = usage?;
    Some(Usage { megabytes, cores: seconds / written, calls_a_second: calls as f64 / start.elapsed().as_secs_f64() })
}

/// Returns the peak resident memory in MB and the processor time in seconds.
fn read_usage(process: &Path) -> Option<(f64, f64)> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let kilobytes = status.split("VmHWM:").nth(1)?.split_whitespace().next()?.parse::<f64>().ok()?;
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The second field, the name, is in brackets. After it, user and system time are the 12th and
    // 13th fields, in hundredths of a second.
    let fields: Vec<_> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((kilobytes / 1024.0, (ticks(11)? + ticks(12)?) / 100.0))
}

/// Returns the folder for the files of these measurements.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ratio");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}
