//! The calls and webhooks of all files, in pieces of about a megabyte.

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

/// Values of a chunk, and faults, of which a broken file can have many.
const MOST_PIECES: usize = 1 << 12;

/// How far the files have been read, between two values.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Position {
    file: usize,
    cutter: Cutter,
}

/// Some values, the text of one after the other.
pub(crate) struct Chunk {
    pub(crate) file: usize,
    pub(crate) text: Vec<u8>,
    pub(crate) pieces: Vec<Piece>,
    /// Where the next one begins.
    pub(crate) next: Position,
}

/// What was found on a line.
pub(crate) struct Piece {
    pub(crate) line: u64,
    /// Where in the text the value stands, or why there is none.
    pub(crate) found: Result<Range<usize>, String>,
}

/// The files, from a position on.
pub(crate) struct Chunks {
    files: Vec<PathBuf>,
    position: Position,
    open: Option<Box<dyn BufRead + Send>>,
    /// Bytes of a chunk.
    size: usize,
    read: Arc<AtomicU64>,
}

impl Chunks {
    /// `read` counts the bytes that are read from disk.
    pub(crate) fn new(files: Vec<PathBuf>, position: Position, size: usize, read: Arc<AtomicU64>) -> Self {
        for passed in files.iter().take(position.file) {
            read.fetch_add(files::length(passed), std::sync::atomic::Ordering::Relaxed);
        }
        Self { files, position, open: None, size, read }
    }

    /// Adds the next value of the file; whether there can be more.
    fn add_to(&mut self, chunk: &mut Chunk) -> bool {
        let Some(path) = self.files.get(self.position.file) else { return false };
        let cutter = &mut self.position.cutter;
        let input = match &mut self.open {
            Some(input) => Ok(input),
            closed => files::open(path, cutter.offset, &self.read).map(|input| closed.insert(input)),
        };
        let start = chunk.text.len();
        let cut = input.and_then(|input| cutter.next(input, &mut chunk.text));
        let piece = match cut {
            Ok(Cut::Item(line)) => Piece { line, found: Ok(start..chunk.text.len()) },
            Ok(Cut::Fault(line, fault)) => Piece { line, found: Err(fault.as_str().to_owned()) },
            Ok(Cut::End) if cutter.offset == 0 => Piece { line: 1, found: Err("the file is empty".to_owned()) },
            Ok(Cut::End) => return false,
            Err(error) => {
                chunk.text.truncate(start);
                chunk.pieces.push(Piece { line: cutter.line(), found: Err(format!("cannot be read on: {error}")) });
                return false;
            }
        };
        let is_last = piece.found.is_err() && cutter.offset == 0;
        chunk.pieces.push(piece);
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
            pieces: Vec::new(),
            next: Position::default(),
        };
        while chunk.text.len() < self.size && chunk.pieces.len() < MOST_PIECES {
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
