//! Brings together what was told of each call, in whatever files and order, with a bounded memory: what was read is written to disk in
//! sorted runs, and the runs are read side by side.
//!
//! A run is a sequence of records: the call's id and the text's length, both little-endian, then the text.

mod merge;
mod run;

pub(crate) use merge::{Batch, Merge};
pub(crate) use run::Run;

/// The id, eight bytes, and the length, four.
const HEAD: usize = 12;

/// Bytes of a run that are read at once.
const READ_AT_ONCE: usize = 128 << 10;
