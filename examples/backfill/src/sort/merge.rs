//! Merges sorted runs, so that all records of a call or message come together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use aircall_salesforce::lookup::TaskKey;
use anyhow::{Context, Result};

use super::run::RunWriter;
use super::{HEAD, READ_AT_ONCE};
use crate::stop;

/// Some calls and messages, sorted by key: calls come first.
pub(crate) struct Batch {
    text: Vec<u8>,
    records: Vec<Range<usize>>,
    /// Each key, and the range of its records.
    calls: Vec<(TaskKey, Range<usize>)>,
    /// The offset up to which each run has been read.
    pub(crate) offsets: Vec<u64>,
}

impl Batch {
    /// Returns each call and message with its distinct records.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (&TaskKey, impl Iterator<Item = &[u8]> + Clone)> {
        self.calls
            .iter()
            .map(|(key, records)| (key, self.records[records.clone()].iter().map(|text| &self.text[text.clone()])))
    }
}

impl Batch {
    /// Writes all batches as one run and returns the file's length.
    pub(crate) fn write_all(mut batches: impl Iterator<Item = Result<Self>>, path: &Path) -> Result<u64> {
        let mut write = || {
            let mut file = RunWriter::create(path)?;
            for batch in &mut batches {
                for (key, records) in batch?.calls() {
                    records.into_iter().try_for_each(|text| file.write(key, text))?;
                }
            }
            file.finish()
        };
        write().with_context(|| path.display().to_string())
    }
}

/// Iterates over the merged runs in batches.
pub(crate) struct Merge {
    runs: Vec<Reader>,
    /// The next key of each run.
    next: BinaryHeap<Reverse<(TaskKey, usize)>>,
    /// The size of a batch in bytes.
    size: usize,
}

impl Merge {
    pub(crate) fn open(runs: impl Iterator<Item = (PathBuf, u64)>, size: usize) -> Result<Self> {
        let runs: Result<Vec<_>> = runs.map(|(path, offset)| Reader::open(&path, offset)).collect();
        let runs = runs?;
        let next = runs.iter().enumerate();
        let next = next.filter_map(|(index, run)| Some(Reverse((run.head.as_ref()?.0.clone(), index)))).collect();
        Ok(Self { runs, next, size })
    }

    fn batch(&mut self) -> Result<Option<Batch>> {
        let mut batch =
            Batch { text: Vec::with_capacity(self.size), records: Vec::new(), calls: Vec::new(), offsets: Vec::new() };
        while batch.text.len() < self.size {
            let Some(Reverse((key, _))) = self.next.peek() else { break };
            let key = key.clone();
            let first = batch.records.len();
            while self.next.peek().is_some_and(|Reverse((next, _))| *next == key) {
                let Some(Reverse((_, index))) = self.next.pop() else { break };
                let run = &mut self.runs[index];
                let start = batch.text.len();
                run.read(&mut batch.text).with_context(|| run.path.display().to_string())?;
                if let Some((next, _)) = &run.head {
                    self.next.push(Reverse((next.clone(), index)));
                }
                // The same call in several files is one record.
                let (before, text) = batch.text.split_at(start);
                if batch.records[first..].iter().any(|record| before[record.clone()] == *text) {
                    batch.text.truncate(start);
                } else {
                    batch.records.push(start..batch.text.len());
                }
            }
            batch.calls.push((key, first..batch.records.len()));
        }
        batch.offsets = self.runs.iter().map(|run| run.offset).collect();
        Ok((!batch.calls.is_empty()).then_some(batch))
    }
}

impl Iterator for Merge {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Result<Batch>> {
        if stop::is_wanted() {
            return None;
        }
        self.batch().transpose()
    }
}

const EARLY_END: &str = "the run's file ends early";

struct Reader {
    path: PathBuf,
    file: BufReader<File>,
    offset: u64,
    /// The key and length of the next record.
    head: Option<(TaskKey, usize)>,
}

impl Reader {
    fn open(path: &Path, offset: u64) -> Result<Self> {
        let open = || {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(offset))?;
            let file = BufReader::with_capacity(READ_AT_ONCE, file);
            let mut reader = Self { path: path.to_owned(), file, offset, head: None };
            reader.read_head()?;
            anyhow::Ok(reader)
        };
        open().with_context(|| path.display().to_string())
    }

    fn read_head(&mut self) -> Result<()> {
        let mut head = Vec::with_capacity(HEAD);
        self.file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        self.head = match head.split_first_chunk() {
            None => None,
            Some((call, lengths)) => {
                let (message, text) = lengths.split_at_checked(HEAD / 4).context(EARLY_END)?;
                let length = |bytes: &[u8]| anyhow::Ok(u32::from_le_bytes(bytes.try_into().context(EARLY_END)?));
                let mut id = String::new();
                self.file.by_ref().take(length(message)?.into()).read_to_string(&mut id)?;
                let key = if id.is_empty() { u64::from_le_bytes(*call).into() } else { TaskKey::Message(id) };
                Some((key, usize::try_from(length(text)?)?))
            }
        };
        Ok(())
    }

    /// Appends the next record's text.
    fn read(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let Some((key, length)) = &self.head else { return Ok(()) };
        let read = self.file.by_ref().take(*length as u64).read_to_end(out)?;
        anyhow::ensure!(read == *length, EARLY_END);
        let message = if let TaskKey::Message(id) = key { id.len() } else { 0 };
        self.offset += (HEAD + message + length) as u64;
        self.read_head()
    }
}
