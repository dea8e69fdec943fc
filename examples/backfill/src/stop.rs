//! Handles Ctrl-C. The first Ctrl-C lets the program finish its current work and write a
//! checkpoint; the second ends it at once.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

/// The exit status that shells report for a program ended by Ctrl-C.
pub(crate) const STATUS: u8 = 130;

static REQUESTED: AtomicBool = AtomicBool::new(false);

pub(crate) fn listen() -> Result<()> {
    ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::Relaxed) {
            std::process::exit(STATUS.into());
        }
    })
    .context("cannot listen for Ctrl-C")
}

pub(crate) fn is_wanted() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
