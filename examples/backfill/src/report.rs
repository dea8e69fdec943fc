//! Reports what was written and what was skipped, as a table and as JSON.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::checkpoint::Checkpoint;
use crate::options::Options;
use crate::sheets::SheetFile;
use crate::tally::{Counts, Tally};

const FILE: &str = "report.json";
/// The word that `skipped.csv` and the report use for input that could not be read.
pub(crate) const UNREADABLE: &str = "unreadable";

#[derive(Serialize)]
pub(crate) struct Report<'c> {
    #[serde(flatten)]
    tally: &'c Tally,
    files: BTreeMap<String, File>,
}

/// An output file and its job.
#[derive(Serialize)]
struct File {
    rows: u64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<Job>,
}

#[derive(Serialize)]
struct Job {
    operation: &'static str,
    object: &'static str,
}

impl<'c> Report<'c> {
    pub(crate) fn new(checkpoint: &'c Checkpoint) -> Self {
        let files = checkpoint.parts.iter().flat_map(|(sheet, parts)| {
            (1..).zip(parts).map(|(number, &SheetFile { bytes, rows })| {
                let job = sheet.job().map(|(operation, object)| Job { operation, object: object.name() });
                (sheet.file(number), File { rows, bytes, job })
            })
        });
        Self { tally: &checkpoint.tally, files: files.collect() }
    }

    pub(crate) fn save(&self, options: &Options) -> Result<()> {
        let path = options.out.join(FILE);
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(&path, text).with_context(|| path.display().to_string())
    }

    /// Returns whether some of the input could not be read.
    pub(crate) fn has_unreadable(&self) -> bool {
        self.tally.input.contains_key(UNREADABLE)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { directory, input, calls, kinds, notices, changes } = self.tally;
        for (title, counts) in [
            ("directory", directory),
            ("input", input),
            ("calls", calls),
            ("kinds of call", kinds),
            ("notices", notices),
        ] {
            f.write_str(&table(title, counts))?;
        }
        if !changes.is_empty() {
            writeln!(f, "changes{:>47}  an example", "calls")?;
            for (field, change) in changes {
                writeln!(f, "  {field:<40}{:>12}  {}", change.calls, change.example)?;
            }
        }
        if !self.files.is_empty() {
            writeln!(f, "files{:>41}{:>15}", "rows", "bytes")?;
        }
        for (name, File { rows, bytes, .. }) in &self.files {
            writeln!(f, "  {name:<32}{rows:>12}{bytes:>15}")?;
        }
        Ok(())
    }
}

fn table(title: &str, counts: &Counts) -> String {
    let mut table = String::new();
    for (name, count) in counts {
        if table.is_empty() {
            let _ = writeln!(table, "{title}");
        }
        let _ = writeln!(table, "  {name:<32}{count:>12}");
    }
    table
}
