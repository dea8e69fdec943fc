//! How things are compared: within one run, in rounds that take turns, medians of the rounds.

use std::process::Command;
use std::time::Instant;

const ROUNDS: usize = 41;

/// Seconds that work takes.
pub fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Medians of two things' times, rounds taking turns.
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

/// What callgrind counts while this program runs with an argument; `None` without valgrind.
pub fn instructions(argument: &str) -> Option<f64> {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().ok()?)
        .arg(argument)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&run.stderr).into_owned();
    text.split("Collected : ").nth(1)?.split_whitespace().next()?.parse().ok()
}
