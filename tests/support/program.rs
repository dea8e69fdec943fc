//! Finds the example program `log_call`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

/// Returns the program's path. `cargo test` builds the examples, but `cargo test --test NAME`
/// does not, so this function builds the program if it is missing.
pub(crate) fn program() -> PathBuf {
    static BUILT: Once = Once::new();
    let tests = std::env::current_exe().unwrap();
    let profile = tests.parent().and_then(Path::parent).unwrap();
    let program = profile.join("examples").join(format!("log_call{}", std::env::consts::EXE_SUFFIX));
    BUILT.call_once(|| {
        if !program.exists() {
            let mut build = Command::new(env!("CARGO"));
            build.args(["build", "--quiet", "--example", "log_call", "--target-dir"]).arg(profile.parent().unwrap());
            if profile.ends_with("release") {
                build.arg("--release");
            }
            assert!(build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
        }
    });
    program
}
