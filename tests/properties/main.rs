//! Tests properties that hold for every call, every setting and every directory.
//!
//! Each property runs a few hundred cases. To run more: `PROPTEST_CASES=50000 cargo test --release
//! --test properties`.

mod batch;
mod checker;
mod choices;
mod generate;
mod rules;
#[path = "../support/salesforce.rs"]
mod salesforce;
mod texts;
mod whole;
mod worlds;

use proptest::prelude::ProptestConfig;

/// Returns the default configuration, which the environment can override.
fn config() -> ProptestConfig {
    // A failing case belongs in a named test, so no seeds are stored in a file.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}
