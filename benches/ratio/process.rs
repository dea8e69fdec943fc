//! Fresh processes: a cold start, and a million calls through `log_call --ndjson`.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use aircall_salesforce::{Action, Directory, Settings, Webhook, plan_webhook};

use super::corpus::Case;
use super::measure::{compare, seconds};

/// The argument with which this program does what a cold start is measured on.
pub const COLD: &str = "--cold";

const WEBHOOK: &str = "webhook.json";
const DIRECTORY: &str = "directory.json";
const SETTINGS: &str = "settings.json";

/// How much longer a fresh process takes that maps one call, files read and body written, than one that has nothing but `main`.
pub fn cold_start(case: &Case) -> f64 {
    let folder = folder("cold");
    for (name, text) in [(WEBHOOK, &case.webhook), (DIRECTORY, &case.directory), (SETTINGS, &case.settings)] {
        fs::write(folder.join(name), text).expect("a file for the cold start");
    }
    let empty = empty_program(&folder);
    let itself = std::env::current_exe().expect("this program");
    let run = |program: &Path, argument: &[&str]| {
        let mut command = Command::new(program);
        command.args(argument).current_dir(&folder).stdout(Stdio::null());
        seconds(|| assert!(command.status().is_ok_and(|status| status.success()), "a cold start failed"))
    };
    let (map, nothing) = compare(|| run(&itself, &[COLD]), || run(&empty, &[]));
    map / nothing
}

/// What a fresh process does for [`cold_start`].
pub fn map_one_call() {
    let read = |name| fs::read(name).expect("a file of the cold start");
    let text = |name| String::from_utf8(read(name)).expect("text");
    let body = read(WEBHOOK);
    let webhook = Webhook::from_slice(&body).expect("a webhook");
    let directory = Directory::from_json(&text(DIRECTORY)).expect("a directory");
    let settings = Settings::from_json(&text(SETTINGS)).expect("settings");
    let plan = plan_webhook(&webhook, &directory, &settings);
    let mut out = Vec::new();
    match &plan.action {
        Action::Create(create) => create.task.write_json(&mut out),
        Action::Update { task, .. } => task.write_json(&mut out),
        Action::Unchanged { .. } | Action::Skip(_) => panic!("the call of the cold start is not written"),
    }
    std::io::stdout().write_all(&out).expect("stdout");
}

/// A program that only has `main`.
fn empty_program(folder: &Path) -> PathBuf {
    let (source, program) = (folder.join("empty.rs"), folder.join("empty"));
    fs::write(&source, "fn main() {}").expect("a source file");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let status = Command::new(rustc).arg("-Copt-level=3").arg("-o").args([&program, &source]).status();
    assert!(status.is_ok_and(|status| status.success()), "rustc did not build the empty program");
    program
}

/// What `--ndjson` used for many calls.
pub struct Usage {
    pub megabytes: f64,
    pub cores: f64,
    pub calls_a_second: f64,
}

/// Feeds `log_call --ndjson` these cases, again and again, until it has mapped `calls`. `None` where there is no `/proc`.
pub fn ndjson(cases: &[Case], calls: usize) -> Option<Usage> {
    let program = log_call();
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
    let is_fed = AtomicBool::new(false);
    let usage = thread::scope(|scope| {
        // A process that has ended tells nothing any more, so it is asked while it runs.
        let watch = scope.spawn(|| {
            let mut last = None;
            while !is_fed.load(Ordering::Relaxed) {
                last = read_usage(&process).or(last);
                thread::sleep(Duration::from_millis(20));
            }
            last
        });
        for line in lines.iter().cycle().take(calls) {
            stdin.write_all(line.as_bytes()).expect("log_call should read on");
        }
        stdin.flush().expect("log_call should read on");
        is_fed.store(true, Ordering::Relaxed);
        watch.join().expect("the watch")
    });
    let fed = start.elapsed().as_secs_f64();
    drop(stdin);
    child.wait().expect("log_call should end");
    let (megabytes, seconds) = usage?;
    Some(Usage { megabytes, cores: seconds / fed, calls_a_second: calls as f64 / start.elapsed().as_secs_f64() })
}

/// The most memory a process had resident, in MB, and the seconds of all cores it has used.
fn read_usage(process: &Path) -> Option<(f64, f64)> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let kilobytes = status.split("VmHWM:").nth(1)?.split_whitespace().next()?.parse::<f64>().ok()?;
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name, in brackets, is the second field; of the rest, user and system time are the 12th and 13th, in hundredths.
    let fields: Vec<_> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((kilobytes / 1024.0, (ticks(11)? + ticks(12)?) / 100.0))
}

/// The example, built.
fn log_call() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--example", "log_call", "--message-format=json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo should run");
    let messages = String::from_utf8_lossy(&build.stdout);
    let path = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let path = path.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back();
    path.expect("cargo should build log_call")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}
