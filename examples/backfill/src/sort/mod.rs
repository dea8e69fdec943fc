//! Brings the records of each call and message together with bounded memory, whatever the order of
//! the files.
//!
//! The input is written to disk in sorted runs, and the runs are merged.
//!
//! A run is a sequence of records. Each record consists of:
//!
//! - the call's id, 0 for a message
//! - the length of the message's id, 0 for a call, and the length of the text
//! - the message's id and the text
//!
//! The numbers are little-endian.

mod merge;
mod run;

pub(crate) use merge::{Batch, Merge};
pub(crate) use run::Run;

/// The size of a record's header: eight bytes for the call's id and four for each length.
const HEAD: usize = 16;

/// The size of a read or write buffer.
const READ_AT_ONCE: usize = 128 << 10;
