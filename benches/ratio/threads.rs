//! What a second core gives.

use std::thread;

use super::measure::{compare, seconds};
use super::work::Corpus;

const REPEATS: usize = 20;

/// How many times the calls of one thread two of them map; 2 is all that can be had.
pub fn second(corpus: &Corpus) -> f64 {
    let work = || {
        let mut out = Vec::new();
        (0..REPEATS).for_each(|_| corpus.map(&mut out));
    };
    let together = |threads: usize| {
        seconds(|| {
            thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        })
    };
    let (one, two) = compare(|| together(1), || together(2));
    2.0 * one / two
}
