//! Measures the cost of mapping relative to parsing and writing.
//!
//! ```text
//! cargo bench --bench ratio                     # prints every row; four minutes
//! cargo bench --bench ratio -- --time           # prints the first row only; seconds
//! cargo bench --bench ratio -- --peers          # prints the peers' µs a call: `map_us=…`
//! cargo bench --bench ratio -- --corpus N SEED  # prints N cases as lines for `log_call --ndjson`
//! ```
//!
//! Every row compares two things within one run, in alternating rounds, by the medians. The ratios
//! vary less between machines than the times. Instructions are counted if valgrind is installed.
//! The last line repeats all figures for programs.
#![allow(clippy::cast_precision_loss, unreachable_pub, reason = "counts, and modules, of a benchmark")]

#[path = "../corpus/mod.rs"]
mod corpus;
mod floor;
mod growth;
mod measure;
mod process;
mod threads;
mod work;

use std::hint::black_box;

use measure::{allocations, compare, instructions, median, seconds};
use work::Corpus;

const SEED: u64 = 20_260_301;
const CALLS: usize = 1_000;

/// The seed of the calls on which the peers are timed.
const PEERS_SEED: u64 = 1;

/// The number of rounds under callgrind.
const COUNTED: usize = 10;
const COUNT_PLAN: &str = "--count-plan";
const COUNT_FLOOR: &str = "--count-floor";
const COUNT_NOTHING: &str = "--count-nothing";

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut out = Vec::new();
    let comparable = || Corpus::comparable(SEED, CALLS);
    match arguments[..] {
        [COUNT_PLAN] => {
            let corpus = comparable();
            corpus.with_plans(|_| (0..COUNTED).for_each(|_| corpus.map(&mut out)));
        }
        [COUNT_FLOOR] => {
            let corpus = comparable();
            corpus.with_plans(|plans| (0..COUNTED).for_each(|_| corpus.floor(plans, &mut out)));
        }
        [COUNT_NOTHING] => comparable().with_plans(|plans| assert_eq!(black_box(plans).len(), CALLS)),
        ["--peers"] => {
            let corpus = Corpus::of(PEERS_SEED, CALLS);
            let rounds = (0..99).map(|_| seconds(|| corpus.map(&mut out))).collect();
            println!("map_us={:.2}", median(rounds) * 1e6 / CALLS as f64);
        }
        ["--corpus", count, seed] => {
            let (seed, count) = (seed.parse().expect("a number"), count.parse().expect("a number"));
            for corpus::Case { webhook, directory, settings } in corpus::cases(seed, count) {
                println!(r#"{{"webhook":{webhook},"directory":{directory},"settings":{settings}}}"#);
            }
        }
        ["--time"] => {
            time(&comparable());
        }
        [] => report(&comparable()),
        _ => panic!("unknown argument"),
    }
}

/// Prints and returns the ratio of the mapping's time to the floor's.
fn time(corpus: &Corpus) -> f64 {
    let calls = corpus.calls.len() as f64;
    let (mut out, mut other) = (Vec::new(), Vec::new());
    let (plan, floor) = corpus.with_plans(|plans| {
        compare(|| seconds(|| corpus.map(&mut out)), || seconds(|| corpus.floor(plans, &mut other)))
    });
    let ratio = plan / floor;
    println!(
        "webhook bytes to Task bytes: {:.2} µs a call, the floor {:.2} µs, ratio {ratio:.3}",
        plan * 1e6 / calls,
        floor * 1e6 / calls
    );
    ratio
}

fn report(corpus: &Corpus) {
    let calls = corpus.calls.len() as f64;
    let bytes: usize = corpus.calls.iter().map(|call| call.body.len()).sum();
    println!("corpus: {calls} calls of {:.0} bytes on average", bytes as f64 / calls);

    let time = time(corpus);
    // Subtracts the cost of preparing the corpus and returns the cost of one call.
    let each = |counted: fn(&str) -> Option<f64>, argument| {
        let all = counted(argument).zip(counted(COUNT_NOTHING));
        all.map_or(f64::NAN, |(all, nothing)| (all - nothing) / calls / COUNTED as f64)
    };
    let (plan, floor) = (each(instructions, COUNT_PLAN), each(instructions, COUNT_FLOOR));
    let instr = plan / floor;
    println!("instructions: {plan:.0} a call, the floor {floor:.0}, ratio {instr:.3}");
    let allocs = each(allocations, COUNT_PLAN);
    println!("heap allocations: {allocs:.1} a call, the floor {:.1}", each(allocations, COUNT_FLOOR));

    let threads = threads::second(|out| corpus.map(out));
    let floor_threads = corpus.with_plans(|plans| threads::second(|out| corpus.floor(plans, out)));
    println!("two threads map {threads:.2} times the calls of one, the floor's {floor_threads:.2} times");
    let cases = corpus::cases(SEED, CALLS);
    let cold = process::cold_start(&cases[0]);
    println!(
        "a fresh process that maps one call takes {:.2} times as long as one that only has main, {:.2} times if both are \
         position-independent",
        cold.fixed, cold.anywhere
    );
    let (notes, tags, directory) = (growth::notes(), growth::tags(), growth::directory());
    println!("each of ten times the notes costs {notes:.2} times as much, each of ten times the tags {tags:.2} times");
    println!("a directory of 10,000 records costs {directory:.2} times one of 10");
    let usage = process::ndjson(&cases, 1_000_000);
    let (megabytes, cores) = usage.as_ref().map_or((f64::NAN, f64::NAN), |usage| (usage.megabytes, usage.cores));
    if let Some(usage) = &usage {
        println!(
            "a million calls through --ndjson: {megabytes:.0} MB resident at most, {cores:.2} cores, {:.0} calls a second",
            usage.calls_a_second
        );
    }
    println!(
        "plan/floor={time:.3} instr={instr:.3} allocs={allocs:.1} threads2={threads:.2} \
         threads2_floor={floor_threads:.2} cold={:.2} cold_anywhere={:.2} growth_notes={notes:.2} \
         growth_tags={tags:.2} growth_directory={directory:.2} ndjson_mb={megabytes:.0} ndjson_cores={cores:.2}",
        cold.fixed, cold.anywhere
    );
}
