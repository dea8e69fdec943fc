//! Measures the gain from a second core.

use std::thread;

use super::measure::{compare, seconds};

const REPEATS: usize = 20;

/// Returns the throughput of two threads relative to one; 2 is the maximum.
pub fn second(work: impl Fn(&mut Vec<u8>) + Sync) -> f64 {
    let work = || {
        let mut out = Vec::new();
        (0..REPEATS).for_each(|_| work(&mut out));
    };
    let together = |threads: usize| {
        seconds(|| {
            thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        })
    };
    let (one, two) = compare(|| together(1), || together(2));
    2.0 * one / two
}
