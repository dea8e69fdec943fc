//! Ctrl-C: what is under way is finished, and where to go on is noted. The second one ends the program at once.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

/// As a shell reports a program that Ctrl-C has ended.
pub(crate) const STATUS: u8 = 130;

static WANTED: AtomicBool = AtomicBool::new(false);

pub(crate) fn listen() -> Result<()> {
    ctrlc::set_handler(|| {
        if WANTED.swap(true, Ordering::Relaxed) {
            std::process::exit(STATUS.into());
        }
    })
    .context("cannot listen for Ctrl-C")
}

pub(crate) fn is_wanted() -> bool {
    WANTED.load(Ordering::Relaxed)
}
