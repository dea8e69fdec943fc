//! Writes the output: job files for Bulk API 2.0 within the size limit of a job, and lists for
//! people.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use aircall_salesforce::Settings;
use aircall_salesforce::request::bulk::{Columns, JOB_LIMIT};
use aircall_salesforce::salesforce::{Object, RecordType};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// A kind of output file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sheet {
    Tasks,
    Updates,
    NewContacts,
    NewLeads,
    NewAccounts,
    NewCases,
    ContactOwners,
    LeadOwners,
    AccountOwners,
    Waiting,
    Skipped,
    Compared,
}

/// The columns of the list of skipped calls.
pub(crate) const SKIPPED: [&str; 5] = ["call", "why", "detail", "file", "line"];
/// The columns of a comparison.
pub(crate) const COMPARED: [&str; 4] = ["call", "field", "before", "after"];

impl Sheet {
    const ALL: [Self; 12] = [
        Self::Tasks,
        Self::Updates,
        Self::NewContacts,
        Self::NewLeads,
        Self::NewAccounts,
        Self::NewCases,
        Self::ContactOwners,
        Self::LeadOwners,
        Self::AccountOwners,
        Self::Waiting,
        Self::Skipped,
        Self::Compared,
    ];

    pub(crate) const fn of_new(record: RecordType) -> Self {
        match record {
            RecordType::Contact => Self::NewContacts,
            RecordType::Lead => Self::NewLeads,
            RecordType::Account | RecordType::PersonAccount => Self::NewAccounts,
        }
    }

    /// Returns the sheet for owner changes of an object: a Contact, a Lead or an Account.
    pub(crate) const fn of_owners(object: Object) -> Self {
        match object {
            Object::Contact => Self::ContactOwners,
            Object::Lead => Self::LeadOwners,
            _ => Self::AccountOwners,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        self.facts().0
    }

    /// Returns the job's operation and object; `None` for a list for people.
    pub(crate) const fn job(self) -> Option<(&'static str, Object)> {
        self.facts().1
    }

    /// Returns the name, the job, and the column whose values must be unique.
    const fn facts(self) -> (&'static str, Option<(&'static str, Object)>, Option<&'static str>) {
        match self {
            Self::Tasks => ("tasks", Some(("insert", Object::Task)), None),
            Self::Updates => ("updates", Some(("update", Object::Task)), None),
            Self::NewContacts => ("new-contacts", Some(("insert", Object::Contact)), Some("Phone")),
            Self::NewLeads => ("new-leads", Some(("insert", Object::Lead)), Some("Phone")),
            Self::NewAccounts => ("new-accounts", Some(("insert", Object::Account)), Some("Phone")),
            Self::NewCases => ("new-cases", Some(("insert", Object::Case)), Some("ContactId")),
            Self::ContactOwners => ("contact-owners", Some(("update", Object::Contact)), Some("Id")),
            Self::LeadOwners => ("lead-owners", Some(("update", Object::Lead)), Some("Id")),
            Self::AccountOwners => ("account-owners", Some(("update", Object::Account)), Some("Id")),
            Self::Waiting => ("waiting", None, None),
            Self::Skipped => ("skipped", None, None),
            Self::Compared => ("compared", None, None),
        }
    }

    fn header(self, settings: &Settings) -> Vec<u8> {
        let mut header = Vec::new();
        let columns = match (self, self.job()) {
            (Self::Skipped, _) => return format!("{}\n", SKIPPED.join(",")).into_bytes(),
            (Self::Compared, _) => return format!("{}\n", COMPARED.join(",")).into_bytes(),
            (Self::Tasks, _) => Columns::of_creates(settings),
            (Self::Updates, _) => Columns::of_updates(settings),
            (Self::ContactOwners | Self::LeadOwners | Self::AccountOwners, _) => Columns::of_owners(),
            (_, Some((_, object))) => Columns::of_records(object),
            (_, None) => return header,
        };
        columns.write_header(&mut header);
        header
    }

    /// Returns the name of a file; job files are numbered.
    pub(crate) fn file(self, part: usize) -> String {
        let name = self.name();
        match self {
            Self::Waiting => format!("{name}.ndjson"),
            Self::Skipped | Self::Compared => format!("{name}.csv"),
            _ => format!("{name}-{part:04}.csv"),
        }
    }
}

/// Rows of text, and the end of each row.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Rows {
    /// Marks the bytes after the last row as a complete row.
    pub(crate) fn end(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// Writes a CSV row for people.
    pub(crate) fn write<const N: usize>(&mut self, cells: [&str; N]) -> Result<()> {
        let mut writer = csv::Writer::from_writer(&mut self.bytes);
        writer.write_record(cells)?;
        writer.flush()?;
        drop(writer);
        self.end();
        Ok(())
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.bytes[start..end])
    }
}

/// The size of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SheetFile {
    pub(crate) bytes: u64,
    pub(crate) rows: u64,
}

/// The sizes of the files of each sheet.
pub(crate) type SheetFiles = BTreeMap<Sheet, Vec<SheetFile>>;

/// The output files while they are written.
pub(crate) struct Sheets<'s> {
    folder: PathBuf,
    settings: &'s Settings,
    /// The size limit of a job file in bytes.
    limit: u64,
    parts: SheetFiles,
    open: BTreeMap<Sheet, File>,
    keys: BTreeMap<Sheet, HashSet<u128>>,
}

impl<'s> Sheets<'s> {
    /// Opens the files in a folder and truncates them to the sizes in `parts`.
    pub(crate) fn open(folder: &Path, settings: &'s Settings, parts: SheetFiles) -> Result<Self> {
        let (open, keys) = (BTreeMap::new(), BTreeMap::new());
        let mut sheets = Self { folder: folder.to_owned(), settings, limit: JOB_LIMIT as u64, parts, open, keys };
        for sheet in Sheet::ALL {
            let parts = sheets.parts.get(&sheet).map_or(&[][..], Vec::as_slice);
            if let Some(last) = parts.last() {
                let path = sheets.path(sheet, parts.len());
                let file = truncate(&path, last.bytes).with_context(|| path.display().to_string())?;
                sheets.open.insert(sheet, file);
            }
            let mut path = sheets.path(sheet, parts.len() + 1);
            for part in parts.len() + 1.. {
                if !path.exists() || (sheet.job().is_none() && part > 1) {
                    break;
                }
                fs::remove_file(&path).with_context(|| path.display().to_string())?;
                path = sheets.path(sheet, part + 1);
            }
            let count = parts.len();
            if let Some(column) = sheet.facts().2 {
                for part in 1..=count {
                    let path = sheets.path(sheet, part);
                    let keys = sheets.keys.entry(sheet).or_default();
                    read_keys(&path, column, keys).with_context(|| path.display().to_string())?;
                }
            }
        }
        Ok(sheets)
    }

    fn path(&self, sheet: Sheet, part: usize) -> PathBuf {
        self.folder.join(sheet.file(part))
    }

    pub(crate) const fn parts(&self) -> &SheetFiles {
        &self.parts
    }

    /// Adds rows, and starts a new job file before a file would exceed the limit.
    pub(crate) fn add(&mut self, sheet: Sheet, rows: &Rows) -> Result<()> {
        let limit = if sheet.job().is_some() { self.limit } else { u64::MAX };
        let mut pending = 0..0;
        let mut count = 0;
        for row in rows.iter() {
            let length = (pending.len() + row.len()) as u64;
            if self.parts.get(&sheet).and_then(|parts| parts.last()).is_none_or(|part| part.bytes + length > limit) {
                self.append(sheet, &rows.bytes[pending.clone()], count)?;
                self.begin(sheet)?;
                (pending, count) = (pending.end..pending.end, 0);
            }
            pending.end += row.len();
            count += 1;
        }
        self.append(sheet, &rows.bytes[pending], count)
    }

    /// Adds a row unless a row with the same key exists.
    pub(crate) fn add_once(&mut self, sheet: Sheet, key: u128, row: &Rows) -> Result<()> {
        if self.keys.entry(sheet).or_default().insert(key) { self.add(sheet, row) } else { Ok(()) }
    }

    fn begin(&mut self, sheet: Sheet) -> Result<()> {
        let parts = self.parts.entry(sheet).or_default();
        parts.push(SheetFile { bytes: 0, rows: 0 });
        let count = parts.len();
        let path = self.path(sheet, count);
        let file = File::create(&path).with_context(|| path.display().to_string())?;
        if let Some(full) = self.open.insert(sheet, file) {
            full.sync_all().with_context(|| self.path(sheet, count - 1).display().to_string())?;
        }
        self.append(sheet, &sheet.header(self.settings), 0)
    }

    fn append(&mut self, sheet: Sheet, bytes: &[u8], rows: u64) -> Result<()> {
        let (Some(file), Some(parts)) = (self.open.get_mut(&sheet), self.parts.get_mut(&sheet)) else { return Ok(()) };
        let count = parts.len();
        file.write_all(bytes).with_context(|| self.folder.join(sheet.file(count)).display().to_string())?;
        if let Some(part) = parts.last_mut() {
            part.bytes += bytes.len() as u64;
            part.rows += rows;
        }
        Ok(())
    }

    /// Waits until all files are on the disk.
    pub(crate) fn sync(&self) -> Result<()> {
        for (sheet, file) in &self.open {
            file.sync_all().with_context(|| sheet.name().to_owned())?;
        }
        Ok(())
    }
}

/// Converts a phone number or an id to a unique integer.
pub(crate) fn key(text: &str) -> u128 {
    match text.strip_prefix('+').and_then(|digits| digits.parse().ok()) {
        Some(number) => number,
        None => text.bytes().take(15).fold(0, |key, byte| key << 8 | u128::from(byte)),
    }
}

fn truncate(path: &Path, length: u64) -> Result<File> {
    let file = OpenOptions::new().append(true).open(path)?;
    anyhow::ensure!(file.metadata()?.len() >= length, "the file is shorter than at the checkpoint");
    file.set_len(length)?;
    Ok(file)
}

fn read_keys(path: &Path, column: &str, keys: &mut HashSet<u128>) -> Result<()> {
    let mut rows = csv::Reader::from_path(path)?;
    let column_index = rows.headers()?.iter().position(|name| name == column).context("the key column is missing")?;
    for row in rows.records() {
        keys.insert(key(row?.get(column_index).unwrap_or_default()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns rows of 100 bytes with consecutive numbers.
    fn rows(numbers: std::ops::Range<usize>) -> Rows {
        let mut rows = Rows::default();
        for number in numbers {
            rows.bytes.extend(format!("{number:099}\n").into_bytes());
            rows.end();
        }
        rows
    }

    #[test]
    fn a_full_job_file_is_followed_by_another_without_lost_rows() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap();
        let mut sheets = Sheets::open(folder.path(), &settings, SheetFiles::new()).unwrap();
        let header = Sheet::Tasks.header(&settings);
        // The header and three rows fill a file exactly.
        sheets.limit = header.len() as u64 + 300;
        sheets.add(Sheet::Tasks, &rows(0..2)).unwrap();
        sheets.add(Sheet::Tasks, &rows(2..9)).unwrap();
        // Lists for people have no size limit.
        sheets.add(Sheet::Waiting, &rows(0..9)).unwrap();
        sheets.sync().unwrap();
        let read = |sheet: Sheet, part| fs::read(folder.path().join(sheet.file(part))).unwrap();
        for part in 1..=3 {
            assert_eq!(read(Sheet::Tasks, part), [&header[..], &rows(3 * part - 3..3 * part).bytes].concat());
        }
        assert!(!folder.path().join(Sheet::Tasks.file(4)).exists());
        assert_eq!(read(Sheet::Waiting, 1), rows(0..9).bytes);
        assert!(sheets.parts()[&Sheet::Tasks].iter().all(|part| part.rows == 3 && part.bytes == sheets.limit));
    }

    #[test]
    fn files_are_truncated_to_the_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap();
        let header = Sheet::Tasks.header(&settings);
        let mut sheets = Sheets::open(folder.path(), &settings, SheetFiles::new()).unwrap();
        sheets.limit = header.len() as u64 + 300;
        sheets.add(Sheet::Tasks, &rows(0..2)).unwrap();
        let checkpoint = sheets.parts().clone();
        sheets.add(Sheet::Tasks, &rows(2..9)).unwrap();
        drop(sheets);
        let again = Sheets::open(folder.path(), &settings, checkpoint).unwrap();
        assert_eq!(fs::read(again.path(Sheet::Tasks, 1)).unwrap(), [&header[..], &rows(0..2).bytes].concat());
        assert!(!again.path(Sheet::Tasks, 2).exists() && !again.path(Sheet::Tasks, 3).exists());
    }
}
