//! Runs the load program briefly, with a kill half-way.

use std::process::Command;

#[test]
fn a_service_that_is_killed_loses_nothing_and_writes_nothing_twice() {
    let options = ["--kill", "--rate", "60", "--seconds", "3"];
    let ran = Command::new(env!("CARGO_BIN_EXE_load")).args(options).output().unwrap();
    let output = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{output}\n{ran:?}");
    assert!(output.contains("0 wrong, 0 missing, 0 calls with more than one, 0 without a call"), "{output}\n{ran:?}");
}
