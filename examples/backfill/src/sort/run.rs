//! Sorts and writes a run.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::Path;

use aircall_salesforce::lookup::TaskKey;
use anyhow::{Context, Result};

/// The records of some calls and messages, to be sorted.
pub(crate) struct Run {
    text: Vec<u8>,
    records: Vec<(TaskKey, Range<usize>)>,
}

impl Run {
    pub(crate) fn new(size: usize) -> Self {
        Self { text: Vec::with_capacity(size), records: Vec::new() }
    }

    /// Returns whether `length` more bytes fit. An empty run accepts any length.
    pub(crate) fn has_room(&self, length: usize) -> bool {
        self.text.is_empty() || self.text.len() + length <= self.text.capacity()
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds the records of a chunk.
    pub(crate) fn add(&mut self, text: &[u8], records: Vec<(TaskKey, Range<usize>)>) {
        let before = self.text.len();
        self.text.extend_from_slice(text);
        let moved = |range: Range<usize>| before + range.start..before + range.end;
        self.records.extend(records.into_iter().map(|(key, range)| (key, moved(range))));
    }

    /// Writes the records sorted by key, in input order within a key, and empties the run. Returns
    /// the file's length.
    pub(crate) fn write(&mut self, path: &Path) -> Result<u64> {
        self.records.sort_by(|(one, _), (other, _)| one.cmp(other));
        let written = self.write_to(path).with_context(|| path.display().to_string());
        self.text.clear();
        self.records.clear();
        written
    }

    fn write_to(&self, path: &Path) -> Result<u64> {
        let mut file = RunWriter::create(path)?;
        for (key, range) in &self.records {
            file.write(key, &self.text[range.clone()])?;
        }
        file.finish()
    }
}

/// The file of a run while it is written.
pub(super) struct RunWriter {
    file: BufWriter<File>,
    length: u64,
}

impl RunWriter {
    pub(super) fn create(path: &Path) -> Result<Self> {
        Ok(Self { file: BufWriter::with_capacity(super::READ_AT_ONCE, File::create(path)?), length: 0 })
    }

    pub(super) fn write(&mut self, key: &TaskKey, text: &[u8]) -> Result<()> {
        let (call, message) = match key {
            TaskKey::Call(id) => (*id, ""),
            TaskKey::Message(id) => (0, id.as_str()),
        };
        self.file.write_all(&call.to_le_bytes())?;
        self.file.write_all(&u32::try_from(message.len())?.to_le_bytes())?;
        self.file.write_all(&u32::try_from(text.len())?.to_le_bytes())?;
        self.file.write_all(message.as_bytes())?;
        self.file.write_all(text)?;
        self.length += (super::HEAD + message.len() + text.len()) as u64;
        Ok(())
    }

    /// Waits until the file is on the disk and returns its length.
    pub(super) fn finish(self) -> Result<u64> {
        self.file.into_inner()?.sync_all()?;
        Ok(self.length)
    }
}
