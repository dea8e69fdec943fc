//! What holds for every call, every setting and every directory.
//!
//! A few hundred cases a property; for more: `PROPTEST_CASES=50000 cargo test --release --test properties`.

mod checker;
mod generate;
mod rules;
mod texts;
mod whole;
mod worlds;

use proptest::prelude::ProptestConfig;

/// Modest, unless the environment says otherwise.
fn config() -> ProptestConfig {
    // A failing case is for a test of its own, by name; seeds in a file say nothing to a reader.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}
