//! Reads the calls and webhooks of all files, in chunks of about a megabyte.

mod cut;
pub(crate) mod files;
mod value;

use std::io::BufRead;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use cut::{Cut, Cutter};
use serde::{Deserialize, Serialize};

use crate::stop;

/// The largest number of items in a chunk. Faults count, too, because a broken file can have very
/// many.
const MAX_ITEMS: usize = 1 << 12;

/// The position between two values up to which the files have been read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    file: usize,
    cutter: Cutter,
}

/// Some values, with their text in one buffer.
pub(crate) struct Chunk {
    pub(crate) file: usize,
    pub(crate) text: Vec<u8>,
    pub(crate) items: Vec<Item>,
    /// The position at which the next chunk begins.
    pub(crate) next: Position,
}

/// A value or a fault.
pub(crate) struct Item {
    pub(crate) line: u64,
    /// The value's range in the text, or the reason why there is no value.
    pub(crate) content: Result<Range<usize>, String>,
}

/// Iterates over the chunks of the files.
pub(crate) struct Chunks {
    files: Vec<PathBuf>,
    position: Position,
    open: Option<Box<dyn BufRead + Send>>,
    /// The size of a chunk in bytes.
    size: usize,
    read: Arc<AtomicU64>,
}

impl Chunks {
    /// Starts at a position; `read` counts the bytes read from disk.
    pub(crate) fn new(files: Vec<PathBuf>, position: Position, size: usize, read: Arc<AtomicU64>) -> Self {
        for passed in files.iter().take(position.file) {
            read.fetch_add(files::length(passed), std::sync::atomic::Ordering::Relaxed);
        }
        Self { files, position, open: None, size, read }
    }

    /// Adds the file's next item to the chunk. Returns whether the file may contain more.
    fn add_to(&mut self, chunk: &mut Chunk) -> bool {
        let Some(path) = self.files.get(self.position.file) else { return false };
        let cutter = &mut self.position.cutter;
        let input = match &mut self.open {
            Some(input) => Ok(input),
            closed => files::open(path, cutter.offset, &self.read).map(|input| closed.insert(input)),
        };
        let start = chunk.text.len();
        let cut = input.and_then(|input| cutter.next(input, &mut chunk.text));
        let item = match cut {
            Ok(Cut::Value(line)) => Item { line, content: Ok(start..chunk.text.len()) },
            Ok(Cut::Fault(line, fault)) => Item { line, content: Err(fault.as_str().to_owned()) },
            Ok(Cut::End) if cutter.offset == 0 => Item { line: 1, content: Err("the file is empty".to_owned()) },
            Ok(Cut::End) => return false,
            Err(error) => {
                chunk.text.truncate(start);
                chunk.items.push(Item { line: cutter.line(), content: Err(format!("reading failed: {error}")) });
                return false;
            }
        };
        let is_last = item.content.is_err() && cutter.offset == 0;
        chunk.items.push(item);
        !is_last
    }
}

impl Iterator for Chunks {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        if stop::is_wanted() || self.position.file >= self.files.len() {
            return None;
        }
        let mut chunk = Chunk {
            file: self.position.file,
            text: Vec::with_capacity(self.size),
            items: Vec::new(),
            next: Position::default(),
        };
        while chunk.text.len() < self.size && chunk.items.len() < MAX_ITEMS {
            if !self.add_to(&mut chunk) {
                self.open = None;
                self.position = Position { file: self.position.file + 1, cutter: Cutter::default() };
                break;
            }
        }
        chunk.next = self.position.clone();
        Some(chunk)
    }
}
