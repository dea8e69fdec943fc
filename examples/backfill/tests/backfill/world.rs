//! Runs the program in a temporary folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const SETTINGS: &str =
    r#"{"admin": "005000000000001AAA", "call_id_field": "CallObject", "workflow": {"voicemail": "do_nothing"}}"#;

/// The columns and the row of an export with the user Jonas.
pub(crate) const USERS: &str = "Id,Email,CreatedDate\n005000000000007,jonas@example.com,2025-01-01T08:00:00Z\n";

pub(crate) struct World {
    folder: TempDir,
}

impl World {
    /// Creates a folder that contains only settings.
    pub(crate) fn new(settings: &str) -> Self {
        let world = Self { folder: TempDir::new().unwrap() };
        world.write("settings.json", settings);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Returns the rows of a CSV file, by column.
    pub(crate) fn rows(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        csv::Reader::from_path(self.path(name)).unwrap().deserialize().collect::<Result<_, _>>().unwrap()
    }

    /// Returns `why`, `call`, `file` and `line` of the skipped input.
    pub(crate) fn skipped(&self, out: &str) -> Vec<String> {
        let word = |row: &BTreeMap<String, String>| {
            let file =
                Path::new(&row["file"]).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            [&row["why"], &row["call"], &file, &row["line"]].map(String::as_str).join(" ").trim().to_owned()
        };
        if !self.path(out).join("skipped.csv").exists() {
            return Vec::new();
        }
        self.rows(&format!("{out}/skipped.csv")).iter().map(word).collect()
    }

    pub(crate) fn report(&self, out: &str) -> Value {
        serde_json::from_str(&self.read(&format!("{out}/report.json"))).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_backfill"));
        command.current_dir(self.folder.path()).args(arguments).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs the program with the settings, checks the exit status and returns stderr.
    #[track_caller]
    pub(crate) fn backfill(&self, out: &str, status: i32, arguments: &[&str]) -> String {
        let output = self.run(&[&["--settings", "settings.json", "--out", out], arguments].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{said}");
        said
    }

    /// Returns every file of a folder with its content, except the checkpoint.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.path(folder)).unwrap().map(|entry| entry.unwrap());
        let files = entries.filter(|entry| entry.path().is_file() && entry.file_name() != "checkpoint.json");
        files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect()
    }
}

/// Returns [`SETTINGS`] with further keys, such as `"wording": "de"`.
pub(crate) fn settings_with(keys: &str) -> String {
    SETTINGS.replacen('{', &format!("{{{keys}, "), 1)
}

/// Returns Jonas as Aircall sends a user.
pub(crate) fn jonas() -> Value {
    json!({"id": 5, "name": "Jonas Weber", "email": "jonas@example.com"})
}

/// Returns an answered call.
pub(crate) fn call(id: u64) -> Value {
    json!({"id": id, "direction": "inbound", "started_at": 1_772_457_500, "answered_at": 1_772_457_505, "ended_at": 1_772_457_525,
        "raw_digits": format!("+33 1 99 00 12 {:02}", id % 100), "number": {"name": "Support, \"EU\"", "country": "FR"}})
}

/// Returns the webhook of a message to or from Ada.
pub(crate) fn message(event: &str, id: &str, at: u64, body: &str) -> String {
    let data = json!({"id": id, "body": body, "external_number": "+33 1 99 00 12 01",
        "number": {"name": "Support, \"EU\"", "country": "FR"}});
    json!({"resource": "message", "event": event, "timestamp": 1_772_457_500 + at, "data": data}).to_string()
}

pub(crate) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}
