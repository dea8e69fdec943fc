//! What a second core gives.

use std::thread;

use super::measure::{compare, seconds};

const REPEATS: usize = 20;

/// How many times as much two threads do as one; 2 is all that can be had.
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
