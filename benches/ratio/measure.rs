//! Compares measurements within one run: alternating rounds, and the medians of the rounds.

use std::process::Command;
use std::time::Instant;

const ROUNDS: usize = 41;

/// Returns the seconds that some work takes.
pub fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Returns the medians of two measurements, whose rounds alternate.
pub fn compare(mut one: impl FnMut() -> f64, mut other: impl FnMut() -> f64) -> (f64, f64) {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ones.push(one());
        others.push(other());
    }
    (median(ones), median(others))
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Counts the instructions of this program with an argument; `None` without valgrind.
pub fn instructions(argument: &str) -> Option<f64> {
    valgrind(&["--tool=callgrind", "--callgrind-out-file=/dev/null"], argument, "Collected : ")
}

/// Counts the heap allocations and reallocations of this program with an argument; `None` without
/// valgrind.
pub fn allocations(argument: &str) -> Option<f64> {
    valgrind(&["--tool=memcheck", "--undef-value-errors=no"], argument, "total heap usage: ")
}

/// Returns the number that valgrind prints after a text.
fn valgrind(tool: &[&str], argument: &str, before: &str) -> Option<f64> {
    let itself = std::env::current_exe().ok()?;
    let run = Command::new("valgrind").args(tool).arg(itself).arg(argument).output().ok()?;
    let report = String::from_utf8_lossy(&run.stderr).into_owned();
    report.split(before).nth(1)?.split_whitespace().next()?.replace(',', "").parse().ok()
}
