//! Runs all SQL on one connection in one thread.
//!
//! Jobs that wait at the same time share one transaction, and therefore one `fsync`.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use rusqlite::{Connection, Savepoint, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

/// How many jobs share one transaction: a limit keeps the first job's wait short.
const JOBS_AT_ONCE: usize = 1_000;

/// The path with which `SQLite` keeps everything in memory.
const IN_MEMORY: &str = ":memory:";
/// The file's mode: only the owner may read names, numbers and notes.
const OWNER_ONLY: u32 = 0o600;

/// The reason why the store failed. It contains none of the stored content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk has no free space.
    #[error("the disk is full")]
    Full,
    /// `SQLite` reported another error.
    #[error("the database cannot be used: {0}")]
    Sqlite(String),
    /// The writer thread has ended.
    #[error("the store has stopped")]
    Stopped,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Sqlite(error.to_string()),
        }
    }
}

/// Runs in the shared transaction, or receives the error with which the transaction failed to
/// begin. The returned [`Reply`] runs after the commit and receives its result.
type Job = Box<dyn FnOnce(Result<&mut Transaction<'_>, StoreError>) -> Reply + Send>;
type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// The handle of the writer thread. The thread ends when the handle is dropped.
pub(super) struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Opens the file and starts the thread; `set_up` creates the missing tables.
    pub(super) fn new(path: &Path, set_up: fn(&Connection) -> rusqlite::Result<()>) -> Result<Self, StoreError> {
        if path != Path::new(IN_MEMORY) {
            let mine = OpenOptions::new().create(true).append(true).mode(OWNER_ONLY).open(path);
            mine.map_err(|error| StoreError::Sqlite(error.to_string()))?;
        }
        let mut connection = Connection::open(path)?;
        // Two processes on one file could both process a call. The operating system releases the
        // lock when the process ends, even after a crash.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        // With FULL, an acknowledged webhook survives a power failure, too.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        set_up(&connection)?;
        let (jobs, inbox) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || work(&mut connection, &inbox))
            .map_err(|error| StoreError::Sqlite(error.to_string()))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Runs some SQL. Its changes are on the disk when this function returns.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Savepoint<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, result) = oneshot::channel();
        let job: Job = Box::new(move |transaction| {
            let result = transaction.and_then(|transaction| {
                let savepoint = transaction.savepoint()?;
                let value = work(&savepoint)?;
                savepoint.commit()?;
                Ok(value)
            });
            // The caller may have been cancelled, so a failed send is ignored.
            Box::new(move |committed| drop(reply.send(result.and_then(|value| committed.map(|()| value)))))
        });
        self.jobs.as_ref().and_then(|jobs| jobs.send(job).ok()).ok_or(StoreError::Stopped)?;
        result.await.map_err(|_| StoreError::Stopped)?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // The panic has already printed its message, so the result is ignored.
            drop(thread.join());
        }
    }
}

fn work(connection: &mut Connection, inbox: &Receiver<Job>) {
    while let Ok(first) = inbox.recv() {
        let mut replies = Vec::new();
        let committed = batch(connection, first, inbox, &mut replies);
        for reply in replies {
            reply(committed.clone());
        }
    }
}

fn batch(
    connection: &mut Connection,
    first: Job,
    inbox: &Receiver<Job>,
    replies: &mut Vec<Reply>,
) -> Result<(), StoreError> {
    let mut transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Ok(transaction) => transaction,
        Err(error) => {
            let error = StoreError::from(error);
            replies.push(first(Err(error.clone())));
            return Err(error);
        }
    };
    let mut next = Some(first);
    while let Some(job) = next {
        replies.push(job(Ok(&mut transaction)));
        // A full disk rolls back the whole transaction, not only the failing statement.
        if transaction.is_autocommit() {
            return Err(StoreError::Sqlite("the transaction was rolled back".to_owned()));
        }
        next = if replies.len() < JOBS_AT_ONCE { inbox.try_recv().ok() } else { None };
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
#[path = "../../tests/unit/writer.rs"]
mod tests;
