//! How far a run has come, on disk: whatever was written after it is cut off when the run goes on.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::input::{Position, files};
use crate::options::Options;
use crate::sheets::Parts;
use crate::tally::Tally;

const FILE: &str = "checkpoint.json";
const NEXT: &str = "checkpoint.json.new";
/// The form of a checkpoint; another form gets another number.
const VERSION: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Checkpoint {
    version: u32,
    of: Origin,
    pub(crate) stage: Stage,
    /// How many runs have been begun, so that none is written over.
    pub(crate) begun: u64,
    pub(crate) runs: Vec<RunFile>,
    pub(crate) parts: Parts,
    pub(crate) tally: Tally,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// Reading the input, up to here.
    Reading(Position),
    /// Mapping what was read, each run up to here.
    Mapping(Vec<u64>),
    Done,
}

/// A sorted run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunFile {
    pub(crate) number: u64,
    pub(crate) length: u64,
}

/// What a run was begun with; with anything else it cannot go on.
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

/// Whether nothing is in a folder, but perhaps a checkpoint that was never finished.
fn is_unused(folder: &Path) -> Result<bool> {
    if !folder.exists() {
        return Ok(true);
    }
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    Ok(entries.flatten().all(|entry| entry.file_name() == NEXT))
}

impl Checkpoint {
    /// Where a run goes on that was begun in this folder, or the beginning of one.
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
                "{}: not empty, and no run of this program is under way there",
                options.out.display()
            );
            let (stage, tally) = (Stage::Reading(Position::default()), Tally::default());
            return Ok(Self { version: VERSION, of, stage, begun: 0, runs: Vec::new(), parts: Parts::new(), tally });
        };
        if !options.resume {
            bail!("{}: a run was begun there; go on with --resume, or choose another folder", options.out.display());
        }
        let checkpoint: Self = serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
        ensure!(checkpoint.version == VERSION, "{}: of another version of this program", path.display());
        let Origin { input, settings, compare, directory } = &checkpoint.of;
        for (is_same, what) in [
            (*input == of.input, "the input is"),
            (*settings == of.settings && *compare == of.compare, "the settings are"),
            (*directory == of.directory, "the directory is"),
        ] {
            ensure!(is_same, "{what} not what the run in {} was begun with", options.out.display());
        }
        Ok(checkpoint)
    }

    /// Puts it in the place of the one before, at once or not at all.
    pub(crate) fn save(&self, folder: &Path) -> Result<()> {
        let (path, next) = (folder.join(FILE), folder.join(NEXT));
        let save = || {
            let mut file = File::create(&next)?;
            file.write_all(&serde_json::to_vec(self)?)?;
            file.sync_all()?;
            fs::rename(&next, &path)?;
            File::open(folder)?.sync_all()?;
            anyhow::Ok(())
        };
        save().with_context(|| path.display().to_string())
    }
}
