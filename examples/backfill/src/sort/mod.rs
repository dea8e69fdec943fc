//! Brings the records of each call together with bounded memory, whatever the order of the files.
//!
//! The input is written to disk in sorted runs, and the runs are merged.
//!
//! A run is a sequence of records. Each record consists of the call's id and the text's length,
//! both little-endian, and the text.

mod merge;
mod run;

pub(crate) use merge::{Batch, Merge};
pub(crate) use run::Run;

/// The size of a record's header: eight bytes for the id and four for the length.
const HEAD: usize = 12;

/// The size of a read or write buffer.
const READ_AT_ONCE: usize = 128 << 10;
