//! Tests that a stopped and resumed run writes the same bytes as a run without a stop.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::world::{SETTINGS, World, call, message, settings_with};

/// Enough calls for several runs of a megabyte, with several checkpoints in both halves.
const CALLS: &str = "2000";
/// Enough calls for an output of more than the file size limit.
const MORE_CALLS: &str = "4000";

fn generated(form: &str, calls: &str) -> World {
    let world = World::new(SETTINGS);
    let made = world.run(&["generate", "--calls", calls, "--seed", "7", "--form", form, "--out", "in"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    fs::create_dir(world.path("in/calls")).unwrap();
    for name in ["calls.json.gz", "calls.ndjson", "events.ndjson"] {
        if world.path("in").join(name).exists() {
            fs::rename(world.path("in").join(name), world.path("in/calls").join(name)).unwrap();
        }
    }
    world
}

const ARGUMENTS: [&str; 8] =
    ["--settings", "in/settings.json", "--directory", "in/directory", "--memory", "1", "in/calls", "--out"];

/// Starts or resumes the program, and returns when it has written a checkpoint or ended.
fn until_checkpoint(world: &World) -> Child {
    let checkpoint = || fs::read(world.path("out/checkpoint.json")).ok();
    let before = checkpoint();
    let mut command = world.command(&[&ARGUMENTS[..], &["out", "--resume"]].concat());
    let mut program = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while checkpoint() == before && program.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(1));
    }
    program
}

/// Stops the program after every checkpoint and resumes it until it is finished.
fn stopped_repeatedly(form: &str, stop: impl Fn(&mut Child), status: Option<i32>) {
    let world = generated(form, CALLS);
    let whole = world.run(&[&ARGUMENTS[..], &["whole"]].concat());
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
    let mut stops = 0;
    loop {
        let mut program = until_checkpoint(&world);
        // The delay varies, so that the stop hits different places between two checkpoints.
        sleep(Duration::from_millis(stops % 4 * 7));
        stop(&mut program);
        let ended = program.wait().unwrap();
        if ended.success() {
            break;
        }
        assert_eq!(ended.code(), status);
        stops += 1;
    }
    assert!(stops > 2, "stopped {stops} times");
    assert_eq!(world.files("out"), world.files("whole"));
    assert!(!world.path("out/work").exists());
    let again = world.run(&[&ARGUMENTS[..], &["out", "--resume"]].concat());
    assert_eq!(again.stdout, whole.stdout);
}

#[test]
fn killed() {
    stopped_repeatedly("lines", |program| drop(program.kill()), None);
}

#[test]
fn killed_with_gzipped_pages() {
    stopped_repeatedly("pages", |program| drop(program.kill()), None);
}

#[test]
fn killed_with_webhooks() {
    stopped_repeatedly("events", |program| drop(program.kill()), None);
}

#[cfg(unix)]
#[test]
fn interrupted() {
    let interrupt = |program: &mut Child| {
        drop(Command::new("kill").args(["-INT", &program.id().to_string()]).stderr(Stdio::null()).status());
    };
    stopped_repeatedly("lines", interrupt, Some(130));
}

/// A file size limit simulates a full disk.
#[cfg(unix)]
#[test]
fn the_disk_is_full() {
    let world = generated("lines", MORE_CALLS);
    let whole = world.run(&[&ARGUMENTS[..], &["whole"]].concat());
    assert!(whole.status.success());
    let program = format!("{} {} out", env!("CARGO_BIN_EXE_backfill"), ARGUMENTS.join(" "));
    let limited = |blocks: u32, more: &str| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec {program} {more}");
        let output = Command::new("bash").args(["-c", &script]).current_dir(world.path(".")).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    for (blocks, more) in [(500, ""), (500, "--resume"), (1100, "--resume")] {
        let said = limited(blocks, more);
        assert!(said.contains("File too large") && said.contains("continue with --resume"), "{said}");
    }
    let resumed = world.run(&[&ARGUMENTS[..], &["out", "--resume"]].concat());
    assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
    assert_eq!(world.files("out"), world.files("whole"));
}

#[test]
fn memory_and_input_order_do_not_change_the_output() {
    let world = generated("events", CALLS);
    let lines = world.read("in/calls/events.ndjson");
    let mut backwards: Vec<_> = lines.lines().rev().collect();
    backwards.dedup();
    world.write("backwards/events.ndjson", backwards.join("\n"));
    let more = ["--settings", "in/settings.json", "--directory", "in/directory", "--out"];
    for arguments in [["small", "--memory", "1", "in/calls"], ["large", "--memory", "64", "backwards"]] {
        assert!(world.run(&[&more[..], &arguments].concat()).status.success());
    }
    let (mut small, mut large) = (world.files("small"), world.files("large"));
    // The number of webhooks differs between the inputs, and so does the order of the records in
    // `waiting.ndjson`.
    for other in ["report.json", "waiting.ndjson"] {
        assert!(small.remove(other).is_some() && large.remove(other).is_some());
    }
    assert_eq!(small, large);
}

#[test]
fn messages_of_several_runs_come_together() {
    let world = World::new(&settings_with(r#""messages": "completed""#));
    // Two megabytes, so that a megabyte of memory holds two runs or more, and ids of many lengths.
    let body = "Hello. ".repeat(80);
    let webhooks = |at: u64| {
        (0..1_500).map(move |number: u64| (number, at)).map(|(number, at)| {
            let id = format!("{}{number}", "x".repeat(usize::try_from(number % 50).unwrap()));
            message("message.sent", &id, at, &format!("{body}{at}"))
        })
    };
    let newer: Vec<_> = webhooks(2).collect();
    let older: Vec<_> = webhooks(1).collect::<Vec<_>>().into_iter().rev().collect();
    world.write("in/1", newer.join("\n"));
    world.write("in/2", older.join("\n"));
    world.backfill("small", 0, &["--memory", "1", "in"]);
    world.backfill("large", 0, &["in"]);
    assert_eq!(world.files("small"), world.files("large"));
    let rows = world.rows("small/tasks-0001.csv");
    assert_eq!(rows.len(), 1_500);
    assert!(rows.iter().all(|row| row["Description"].ends_with('2')));
}

#[test]
fn a_resumed_run_must_have_the_same_inputs() {
    let world = World::new(SETTINGS);
    world.write("calls", call(1).to_string());
    world.write("users.csv", "Id,Email,CreatedDate,IsActive\n");
    let arguments = ["--directory", "users.csv", "calls"];
    world.backfill("out", 0, &arguments);
    assert!(world.backfill("out", 1, &arguments).contains("continue it with --resume, or choose another folder"));
    world.backfill("out", 0, &[&arguments[..], &["--resume"]].concat());
    let rejected = |what: &str| {
        let said = world.backfill("out", 1, &[&arguments[..], &["--resume"]].concat());
        assert!(said.contains(what), "{said}");
    };
    world.write("calls", call(12).to_string());
    rejected("the run in out was started with a different input");
    world.write("calls", call(1).to_string());
    world.write("users.csv", "Id,Email,CreatedDate\n");
    rejected("started with a different directory");
    world.write("users.csv", "Id,Email,CreatedDate,IsActive\n");
    world.write("settings.json", SETTINGS.replace("do_nothing", "completed"));
    rejected("started with different settings");
    world.write("other/something.txt", "");
    assert!(world.backfill("other", 1, &arguments).contains("not empty"));
}
