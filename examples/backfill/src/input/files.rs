//! Lists and opens the input files.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};
use flate2::bufread::MultiGzDecoder;

/// The argument that selects standard input.
pub(crate) const STDIN: &str = "-";

const GZIP: [u8; 2] = [0x1f, 0x8b];
const READ_AT_ONCE: usize = 256 << 10;

/// Lists the files of these paths. Files in folders are listed by name, at any depth.
pub(crate) fn list(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.as_os_str() == STDIN || !path.is_dir() {
            files.push(path.clone());
        } else {
            add_folder(path, &mut files).with_context(|| path.display().to_string())?;
        }
    }
    if files.iter().filter(|file| file.as_os_str() == STDIN).count() > 1 {
        bail!("standard input (`-`) can only be read once");
    }
    Ok(files)
}

fn add_folder(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries: io::Result<Vec<_>> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let mut entries = entries?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            add_folder(&entry, files)?;
        } else {
            files.push(entry);
        }
    }
    Ok(())
}

/// Returns a file's length; 0 for standard input and for a file that cannot be read.
pub(crate) fn length(file: &Path) -> u64 {
    fs::metadata(file).map_or(0, |metadata| if metadata.is_file() { metadata.len() } else { 0 })
}

/// Opens a file at an offset of its uncompressed text. `read` counts the bytes read from disk.
pub(crate) fn open(file: &Path, offset: u64, read: &Arc<AtomicU64>) -> io::Result<Box<dyn BufRead + Send>> {
    let count = |source| BufReader::with_capacity(READ_AT_ONCE, Counted { source, read: Arc::clone(read) });
    if file.as_os_str() == STDIN {
        return unpack(count(Source::Stdin(io::stdin())), offset);
    }
    let mut source = File::open(file)?;
    let mut first = Vec::new();
    source.by_ref().take(GZIP.len() as u64).read_to_end(&mut first)?;
    let is_packed = first == GZIP;
    source.seek(SeekFrom::Start(if is_packed { 0 } else { offset }))?;
    if !is_packed {
        read.fetch_add(offset, Ordering::Relaxed);
    }
    unpack(count(Source::File(source)), if is_packed { offset } else { 0 })
}

fn unpack(mut source: BufReader<Counted>, skip: u64) -> io::Result<Box<dyn BufRead + Send>> {
    let is_packed = source.fill_buf()?.starts_with(&GZIP);
    let mut text: Box<dyn BufRead + Send> = if is_packed {
        Box::new(BufReader::with_capacity(READ_AT_ONCE, MultiGzDecoder::new(source)))
    } else {
        Box::new(source)
    };
    io::copy(&mut text.by_ref().take(skip), &mut io::sink())?;
    Ok(text)
}

enum Source {
    File(File),
    Stdin(io::Stdin),
}

struct Counted {
    source: Source,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = match &mut self.source {
            Source::File(file) => file.read(buffer),
            Source::Stdin(stdin) => stdin.read(buffer),
        }?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}
