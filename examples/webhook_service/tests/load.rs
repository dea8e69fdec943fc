//! The load program, short: killed half-way, nothing may be lost or there twice.

use std::process::Command;

#[test]
fn a_service_that_is_killed_loses_nothing_and_writes_nothing_twice() {
    let options = ["--kill", "--rate", "60", "--seconds", "3"];
    let ran = Command::new(env!("CARGO_BIN_EXE_load")).args(options).output().unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(told.contains("0 wrong, 0 missing, 0 calls with more than one, 0 of no call"), "{told}\n{ran:?}");
}
