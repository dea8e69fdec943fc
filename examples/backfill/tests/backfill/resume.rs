//! A run that is stopped and goes on writes what one that was left alone writes, to the byte.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::world::{SETTINGS, World, call};

/// Enough for several runs of a megabyte, each with a checkpoint, in both halves.
const CALLS: &str = "2000";
/// Enough for an output of more than that.
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

/// Begins or goes on, until the next checkpoint is written or the program ends.
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

/// How often it had to go on, if it is stopped like this after every checkpoint.
fn stopped_again_and_again(form: &str, stop: impl Fn(&mut Child), status: Option<i32>) {
    let world = generated(form, CALLS);
    let whole = world.run(&[&ARGUMENTS[..], &["whole"]].concat());
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
    let mut stops = 0;
    loop {
        let mut program = until_checkpoint(&world);
        // Somewhere on the way to the next.
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
    stopped_again_and_again("lines", |program| drop(program.kill()), None);
}

#[test]
fn killed_over_packed_pages() {
    stopped_again_and_again("pages", |program| drop(program.kill()), None);
}

#[test]
fn killed_over_webhooks() {
    stopped_again_and_again("events", |program| drop(program.kill()), None);
}

#[cfg(unix)]
#[test]
fn interrupted() {
    let interrupt = |program: &mut Child| {
        drop(Command::new("kill").args(["-INT", &program.id().to_string()]).stderr(Stdio::null()).status());
    };
    stopped_again_and_again("lines", interrupt, Some(130));
}

/// A limit on the length of files stands for a disk that is full.
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
        assert!(said.contains("File too large") && said.contains("go on with --resume"), "{said}");
    }
    let resumed = world.run(&[&ARGUMENTS[..], &["out", "--resume"]].concat());
    assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
    assert_eq!(world.files("out"), world.files("whole"));
}

#[test]
fn the_memory_and_the_order_of_the_input_change_nothing() {
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
    // How many webhooks were read differs, and what of several the second run would be given first.
    for other in ["report.json", "waiting.ndjson"] {
        assert!(small.remove(other).is_some() && large.remove(other).is_some());
    }
    assert_eq!(small, large);
}

#[test]
fn it_goes_on_only_with_what_it_was_begun_with() {
    let world = World::new(SETTINGS);
    world.write("calls", call(1).to_string());
    world.write("users.csv", "Id,Email,CreatedDate,IsActive\n");
    let arguments = ["--directory", "users.csv", "calls"];
    world.backfill("out", 0, &arguments);
    assert!(world.backfill("out", 1, &arguments).contains("go on with --resume, or choose another folder"));
    world.backfill("out", 0, &[&arguments[..], &["--resume"]].concat());
    let refused = |what: &str| {
        let said = world.backfill("out", 1, &[&arguments[..], &["--resume"]].concat());
        assert!(said.contains(what), "{said}");
    };
    world.write("calls", call(12).to_string());
    refused("the input is not what the run in out was begun with");
    world.write("calls", call(1).to_string());
    world.write("users.csv", "Id,Email,CreatedDate\n");
    refused("the directory is not");
    world.write("users.csv", "Id,Email,CreatedDate,IsActive\n");
    world.write("settings.json", SETTINGS.replace("do_nothing", "completed"));
    refused("the settings are not");
    world.write("other/something.txt", "");
    assert!(world.backfill("other", 1, &arguments).contains("not empty"));
}
