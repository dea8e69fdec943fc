//! Merges sorted runs, so that all records of a call come together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::run::RunWriter;
use super::{HEAD, READ_AT_ONCE};
use crate::stop;

/// Some calls, sorted by id.
pub(crate) struct Batch {
    text: Vec<u8>,
    records: Vec<Range<usize>>,
    /// Each call's id, and the range of its records.
    calls: Vec<(u64, Range<usize>)>,
    /// The offset up to which each run has been read.
    pub(crate) offsets: Vec<u64>,
}

impl Batch {
    /// Returns each call with its distinct records.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (u64, impl Iterator<Item = &[u8]> + Clone)> {
        self.calls
            .iter()
            .map(|(call, records)| (*call, self.records[records.clone()].iter().map(|text| &self.text[text.clone()])))
    }
}

impl Batch {
    /// Writes all batches as one run and returns the file's length.
    pub(crate) fn write_all(mut batches: impl Iterator<Item = Result<Self>>, path: &Path) -> Result<u64> {
        let mut write = || {
            let mut file = RunWriter::create(path)?;
            for batch in &mut batches {
                for (call, records) in batch?.calls() {
                    records.into_iter().try_for_each(|text| file.write(call, text))?;
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
    /// The next call of each run.
    next: BinaryHeap<Reverse<(u64, usize)>>,
    /// The size of a batch in bytes.
    size: usize,
}

impl Merge {
    pub(crate) fn open(runs: impl Iterator<Item = (PathBuf, u64)>, size: usize) -> Result<Self> {
        let runs: Result<Vec<_>> = runs.map(|(path, offset)| Reader::open(&path, offset)).collect();
        let runs = runs?;
        let next = runs.iter().enumerate().filter_map(|(index, run)| Some(Reverse((run.head?.0, index)))).collect();
        Ok(Self { runs, next, size })
    }

    fn batch(&mut self) -> Result<Option<Batch>> {
        let mut batch =
            Batch { text: Vec::with_capacity(self.size), records: Vec::new(), calls: Vec::new(), offsets: Vec::new() };
        while batch.text.len() < self.size {
            let Some(&Reverse((call, _))) = self.next.peek() else { break };
            let first = batch.records.len();
            while let Some(&Reverse((next, index))) = self.next.peek() {
                if next != call {
                    break;
                }
                self.next.pop();
                let run = &mut self.runs[index];
                let start = batch.text.len();
                run.read(&mut batch.text).with_context(|| run.path.display().to_string())?;
                if let Some((id, _)) = run.head {
                    self.next.push(Reverse((id, index)));
                }
                // The same call in several files is one record.
                let (before, text) = batch.text.split_at(start);
                if batch.records[first..].iter().any(|record| before[record.clone()] == *text) {
                    batch.text.truncate(start);
                } else {
                    batch.records.push(start..batch.text.len());
                }
            }
            batch.calls.push((call, first..batch.records.len()));
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

struct Reader {
    path: PathBuf,
    file: BufReader<File>,
    offset: u64,
    /// The call and length of the next record.
    head: Option<(u64, usize)>,
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
            Some((call, length)) => {
                let length = u32::from_le_bytes(length.try_into().context("the run's file ends early")?);
                Some((u64::from_le_bytes(*call), usize::try_from(length)?))
            }
        };
        Ok(())
    }

    /// Appends the next record's text.
    fn read(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let Some((_, length)) = self.head else { return Ok(()) };
        let read = self.file.by_ref().take(length as u64).read_to_end(out)?;
        anyhow::ensure!(read == length, "the run's file ends early");
        self.offset += (HEAD + length) as u64;
        self.read_head()
    }
}
