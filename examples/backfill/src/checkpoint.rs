//! Stores the progress of a run on disk. A resumed run truncates everything that was written after
//! its last checkpoint.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::input::{Position, files};
use crate::options::Options;
use crate::sheets::SheetFiles;
use crate::tally::Tally;

const FILE: &str = "checkpoint.json";
const NEXT: &str = "checkpoint.json.new";
/// The version of the checkpoint's format.
const VERSION: u32 = 2;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checkpoint {
    version: u32,
    of: Origin,
    pub(crate) stage: Stage,
    /// How many sorted runs have been started; the next run gets this number, so no run overwrites
    /// another.
    pub(crate) begun: u64,
    pub(crate) runs: Vec<RunFile>,
    pub(crate) parts: SheetFiles,
    pub(crate) tally: Tally,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// The run reads the input and has reached this position.
    Reading(Position),
    /// The run maps the sorted runs and has reached these offsets.
    Mapping(Vec<u64>),
    Done,
}

/// The file of a sorted run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunFile {
    pub(crate) number: u64,
    pub(crate) length: u64,
}

/// The inputs with which a run was started. A resumed run must have the same inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Origin {
    input: Vec<(String, u64)>,
    settings: u32,
    compare: Option<u32>,
    directory: Vec<u32>,
}

impl Origin {
    fn of(options: &Options) -> Result<Self> {
        let sum = |path: &PathBuf| {
            let bytes = fs::read(path).with_context(|| path.display().to_string())?;
            anyhow::Ok(crc32fast::hash(&bytes))
        };
        Ok(Self {
            input: options.input.iter().map(|file| (file.display().to_string(), files::length(file))).collect(),
            settings: sum(&options.settings)?,
            compare: options.compare.as_ref().map(sum).transpose()?,
            directory: files::list(&options.directory)?.iter().map(sum).collect::<Result<_>>()?,
        })
    }
}

/// Returns whether a folder is missing or empty. A checkpoint that was never finished does not
/// count.
fn is_unused(folder: &Path) -> Result<bool> {
    if !folder.exists() {
        return Ok(true);
    }
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    Ok(entries.flatten().all(|entry| entry.file_name() == NEXT))
}

impl Checkpoint {
    /// Reads the checkpoint in the output folder, or creates the first one.
    pub(crate) fn open(options: &Options) -> Result<Self> {
        let of = Origin::of(options)?;
        let path = options.out.join(FILE);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            read => Some(read.with_context(|| path.display().to_string())?),
        };
        let Some(text) = text else {
            ensure!(
                is_unused(&options.out)?,
                "{}: the folder is not empty and contains no checkpoint",
                options.out.display()
            );
            let (stage, tally) = (Stage::Reading(Position::default()), Tally::default());
            return Ok(Self {
                version: VERSION,
                of,
                stage,
                begun: 0,
                runs: Vec::new(),
                parts: SheetFiles::new(),
                tally,
            });
        };
        if !options.resume {
            bail!(
                "{}: the folder contains a run; continue it with --resume, or choose another folder",
                options.out.display()
            );
        }
        let checkpoint: Self = serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
        ensure!(
            checkpoint.version == VERSION,
            "{}: another version of this program wrote this checkpoint",
            path.display()
        );
        let Origin { input, settings, compare, directory } = &checkpoint.of;
        for (is_same, difference) in [
            (*input == of.input, "a different input"),
            (*settings == of.settings && *compare == of.compare, "different settings"),
            (*directory == of.directory, "a different directory"),
        ] {
            ensure!(is_same, "the run in {} was started with {difference}", options.out.display());
        }
        Ok(checkpoint)
    }

    /// Replaces the previous checkpoint atomically: a crash leaves either the old file or the new
    /// one.
    pub(crate) fn save(&self, folder: &Path) -> Result<()> {
        let (path, next) = (folder.join(FILE), folder.join(NEXT));
        let save = || {
            let mut file = File::create(&next)?;
            file.write_all(&serde_json::to_vec(self)?)?;
            file.sync_all()?;
            // A rename is atomic, and syncing the folder makes it survive a power failure.
            fs::rename(&next, &path)?;
            File::open(folder)?.sync_all()?;
            anyhow::Ok(())
        };
        save().with_context(|| path.display().to_string())
    }
}
