//! Stores what must survive a crash.
//!
//! The store contains webhooks until they are absorbed, and the history, the Task and the outcome
//! of each call.

mod rows;
mod writer;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aircall_salesforce::Id;
use aircall_salesforce::salesforce::OwnerChange;
use rusqlite::{Connection, Savepoint, named_params, params};
use salesforce_client::{Fields, Kept};
use serde_json::Value;

pub use rows::{CallRow, Counts, Unreadable};
pub use writer::StoreError;
use writer::Writer;

/// Milliseconds since 1970.
pub type Millis = i64;

/// How many webhooks of one call a worker absorbs at once; the others wait for the next turn.
const EVENTS_AT_ONCE: usize = 100;

/// A `SQLite` database in one file, behind one writer thread.
pub struct Store(Writer);

/// A call that a worker has claimed, with everything that the store knows about it.
#[derive(Debug)]
pub struct Claim {
    pub call: u64,
    pub history: Option<String>,
    pub is_written: bool,
    pub failures: Failures,
    pub kept: Kept,
    pub owed: Option<OwnerChange>,
    pub report: Option<String>,
    /// The webhooks that are not absorbed yet, with their ids, oldest first.
    pub events: Vec<(i64, Vec<u8>)>,
}

/// How many attempts have failed since the call was last written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Failures {
    /// All failed attempts.
    pub attempts: u32,
    /// The attempts that failed because the looked-up records had changed.
    pub outdated: u32,
}

/// The outcome of a claim.
#[derive(Debug)]
pub enum Outcome {
    /// Salesforce has everything.
    Written { history: String, task: Option<Id>, wrote: Option<Fields>, report: String },
    /// The attempt failed. `due` is the time of the next attempt; `None` parks the call for a
    /// person.
    Failed {
        history: Option<String>,
        due: Option<Millis>,
        trouble: String,
        /// Whether the looked-up records had changed.
        is_outdated: bool,
        /// Whether Salesforce certainly rejected the request, so that it has written nothing.
        refused: bool,
        task: Option<Id>,
    },
    /// The webhooks contained nothing new.
    Nothing,
}

/// Returns the current time.
#[must_use]
pub fn now() -> Millis {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// Returns a duration in milliseconds.
#[must_use]
pub fn millis(span: Duration) -> Millis {
    Millis::try_from(span.as_millis()).unwrap_or(Millis::MAX)
}

fn set_up(sql: &Connection) -> rusqlite::Result<()> {
    sql.execute_batch(include_str!("schema.sql"))?;
    let version: i64 = sql.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > 0 {
        return Ok(());
    }
    // An older file has this table without the column, and `IF NOT EXISTS` does not add it.
    let outdated = "SELECT 1 FROM pragma_table_info('call') WHERE name = 'outdated'";
    if !sql.prepare(outdated)?.exists([])? {
        sql.execute("ALTER TABLE call ADD COLUMN outdated INTEGER NOT NULL DEFAULT 0", [])?;
    }
    // Version 0 stored the Description as it was sent, with what people had typed. As the base of a
    // merge, it would delete their lines. Without it, DESC-8 holds. Its `history` may be older than
    // its `sent`, and `is_written` says nothing about `sent`.
    sql.execute_batch(
        "BEGIN IMMEDIATE;
         UPDATE call SET wrote = json_remove(wrote, '$.Description'), sent = json_remove(sent, '$.Description'),
                         is_written = is_written AND sent IS NULL;
         PRAGMA user_version = 1;
         COMMIT;",
    )
}

impl Store {
    /// Opens the file, and creates it if it is missing. The path `:memory:` keeps everything in
    /// memory.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, or it is not a `SQLite` database.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Writer::new(path, set_up).map(Self)
    }

    /// Stores a webhook until it is absorbed. The webhook is on the disk when this function
    /// returns.
    ///
    /// # Errors
    ///
    /// The database cannot be used, or the disk is full. Every function of the store can fail so.
    pub async fn keep(&self, call: u64, body: Vec<u8>) -> Result<(), StoreError> {
        let run = move |sql: &Savepoint<'_>| {
            let (call, now) = (call.cast_signed(), now());
            sql.prepare_cached("INSERT INTO event (call, received_at, body) VALUES (?, ?, ?)")?
                .execute(params![call, now, body])?;
            // A call that already waits keeps its due time, so a new webhook does not cut a backoff
            // short.
            sql.prepare_cached(
                "INSERT INTO call (id, seen_at, due) VALUES (?1, ?2, ?2)
                 ON CONFLICT DO UPDATE SET seen_at = ?2, due = coalesce(due, ?2)",
            )?
            .execute(params![call, now])?;
            Ok(())
        };
        self.0.run(run).await
    }

    /// Stores a webhook that cannot be read, for a person to look at.
    ///
    /// # Errors
    ///
    /// Fails like [`Store::keep`].
    pub async fn keep_unreadable(&self, body: Vec<u8>, reason: String) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached("INSERT INTO event (received_at, body, unreadable) VALUES (?, ?, ?)")?
                    .execute(params![now(), body, reason])
                    .map(drop)
            })
            .await
    }

    /// Claims at most `limit` calls that are due, except `taken`. The calls that have waited
    /// longest come first.
    ///
    /// # Errors
    ///
    /// Fails like [`Store::keep`].
    pub async fn claim(&self, limit: usize, taken: BTreeSet<u64>) -> Result<Vec<Claim>, StoreError> {
        self.0
            .run(move |sql| {
                let mut due = sql.prepare_cached("SELECT id FROM call WHERE due <= ? ORDER BY due LIMIT ?")?;
                let ids: Vec<i64> =
                    due.query_map(params![now(), limit + taken.len()], |row| row.get(0))?.collect::<Result<_, _>>()?;
                let ids = ids.into_iter().filter(|id| !taken.contains(&id.cast_unsigned()));
                ids.take(limit).map(|id| rows::claim(sql, id, EVENTS_AT_ONCE)).collect()
            })
            .await
    }

    /// Stores what is about to be sent, the history that it came from, and the Task of an update.
    /// After a crash, the service then knows what the Task may contain, and repeats the same plan
    /// first.
    ///
    /// # Errors
    ///
    /// Fails like [`Store::keep`].
    pub async fn intend(
        &self,
        call: u64,
        history: String,
        task: Option<Id>,
        sent: Fields,
        owed: Option<OwnerChange>,
    ) -> Result<(), StoreError> {
        let owed = owed.and_then(|owed| serde_json::to_string(&owed).ok());
        self.0
            .run(move |sql| {
                let (task, sent) = (task.as_ref().map(Id::as_str), Value::Object(sent).to_string());
                sql.prepare_cached(
                    "UPDATE call SET history = ?, is_written = 0, task = coalesce(?, task), sent = ?,
                                     owed = coalesce(?, owed)
                     WHERE id = ?",
                )?
                .execute(params![history, task, sent, owed, call.cast_signed()])
                .map(drop)
            })
            .await
    }

    /// Stores the outcome of a claim, and deletes the webhooks up to the id `absorbed`.
    ///
    /// `None` means that the claim absorbed no webhook and never will. The waiting webhooks then do
    /// not make the call due again.
    ///
    /// # Errors
    ///
    /// Fails like [`Store::keep`].
    pub async fn settle(&self, call: u64, absorbed: Option<i64>, outcome: Outcome) -> Result<(), StoreError> {
        let run = move |sql: &Savepoint<'_>| {
            let call = call.cast_signed();
            sql.prepare_cached("DELETE FROM event WHERE call = ? AND id <= ?")?.execute(params![call, absorbed])?;
            let more =
                "CASE WHEN :absorbed IS NOT NULL AND EXISTS (SELECT 1 FROM event WHERE call = :call) THEN :now END";
            match outcome {
                Outcome::Nothing => {
                    sql.prepare_cached(&format!("UPDATE call SET due = {more} WHERE id = :call"))?
                        .execute(named_params! {":call": call, ":absorbed": absorbed, ":now": now()})?;
                }
                Outcome::Written { history, task, wrote, report } => {
                    sql.prepare_cached(&format!(
                        "UPDATE call SET due = {more}, history = :history, is_written = 1, attempts = 0, outdated = 0, trouble = NULL,
                         is_parked = 0, task = coalesce(:task, task), wrote = :wrote, sent = NULL, owed = NULL, report = :report
                         WHERE id = :call"
                    ))?
                    .execute(named_params! {
                        ":call": call, ":absorbed": absorbed, ":now": now(), ":history": history, ":task": task.as_ref().map(Id::as_str),
                        ":wrote": wrote.map(|wrote| Value::Object(wrote).to_string()), ":report": report,
                    })?;
                }
                Outcome::Failed { history, due, trouble, is_outdated, refused, task } => {
                    sql.prepare_cached(&format!(
                        "UPDATE call SET due = coalesce(:due, {more}), history = coalesce(:history, history), is_written = 0,
                         attempts = attempts + 1, outdated = outdated + :is_outdated, trouble = :trouble, is_parked = :due IS NULL, task = coalesce(:task, task),
                         sent = CASE WHEN :refused THEN NULL ELSE sent END
                         WHERE id = :call"
                    ))?
                    .execute(named_params! {
                        ":call": call, ":absorbed": absorbed, ":now": now(), ":history": history, ":due": due, ":trouble": trouble,
                        ":is_outdated": is_outdated, ":refused": refused, ":task": task.as_ref().map(Id::as_str),
                    })?;
                }
            }
            Ok(())
        };
        self.0.run(run).await
    }
}
