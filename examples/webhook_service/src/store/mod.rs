//! What has to outlast a crash: webhooks until they are absorbed, and of each call its history, its Task and what became of it.

mod rows;
mod writer;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aircall_salesforce::Id;
use aircall_salesforce::salesforce::OwnerChange;
use rusqlite::{Connection, Savepoint, named_params, params};
use serde_json::{Map, Value};

pub use rows::{Counts, Shown, Unreadable};
pub use writer::StoreError;
use writer::Writer;

/// Milliseconds since 1970.
pub type Millis = i64;

/// Events of one call that are absorbed at once; more wait for the next turn.
const EVENTS_AT_ONCE: usize = 100;

/// The fields of a Task by API name.
pub type Fields = Map<String, Value>;

/// An embedded database in one file.
pub struct Store(Writer);

/// A call that a worker has taken, with all that is known of it.
#[derive(Debug)]
pub struct Claim {
    pub call: u64,
    pub history: Option<String>,
    pub is_written: bool,
    pub failures: Failures,
    pub task: Option<Id>,
    pub wrote: Option<Fields>,
    pub sent: Option<Fields>,
    pub owed: Option<OwnerChange>,
    pub report: Option<String>,
    /// Webhooks that are not absorbed yet, with their ids, oldest first.
    pub events: Vec<(i64, Vec<u8>)>,
}

/// How often a call was tried in vain since it was written last.
#[derive(Debug, Clone, Copy, Default)]
pub struct Failures {
    /// In all.
    pub attempts: u32,
    /// Because what had been looked up was no longer so.
    pub outdated: u32,
}

/// What became of a claim.
#[derive(Debug)]
pub enum Settled {
    /// Salesforce has it all.
    Written { history: String, task: Option<Id>, wrote: Option<Fields>, report: String },
    /// It did not work out; `due` is when it is tried again, `None` if a person has to look first.
    Failed {
        history: Option<String>,
        due: Option<Millis>,
        trouble: String,
        /// What had been looked up is no longer so.
        is_outdated: bool,
        /// Salesforce refused it for certain, so that nothing of what was sent can have been written.
        refused: bool,
        task: Option<Id>,
    },
    /// The webhooks told nothing new.
    Nothing,
}

/// The time.
#[must_use]
pub fn now() -> Millis {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// A span of time.
#[must_use]
pub fn millis(span: Duration) -> Millis {
    Millis::try_from(span.as_millis()).unwrap_or(Millis::MAX)
}

fn set_up(sql: &Connection) -> rusqlite::Result<()> {
    sql.execute_batch(include_str!("schema.sql"))?;
    // A file of before has a table without it, which `IF NOT EXISTS` leaves alone.
    let outdated = "SELECT 1 FROM pragma_table_info('call') WHERE name = 'outdated'";
    if !sql.prepare(outdated)?.exists([])? {
        sql.execute("ALTER TABLE call ADD COLUMN outdated INTEGER NOT NULL DEFAULT 0", [])?;
    }
    Ok(())
}

impl Store {
    /// Opens the file, and makes it if it is not there. `:memory:` is none at all.
    ///
    /// # Errors
    ///
    /// A file that cannot be opened, or is no such database.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Writer::new(path, set_up).map(Self)
    }

    /// Keeps a webhook until it is absorbed; when this returns, it is on the disk.
    ///
    /// # Errors
    ///
    /// As every function here: the database cannot be used, the disk is full.
    pub async fn keep(&self, call: u64, body: Vec<u8>) -> Result<(), StoreError> {
        let run = move |sql: &Savepoint<'_>| {
            let (call, now) = (call.cast_signed(), now());
            sql.prepare_cached("INSERT INTO event (call, received_at, body) VALUES (?, ?, ?)")?
                .execute(params![call, now, body])?;
            // A call that waits for a better moment goes on waiting.
            sql.prepare_cached(
                "INSERT INTO call (id, seen_at, due) VALUES (?1, ?2, ?2)
                 ON CONFLICT DO UPDATE SET seen_at = ?2, due = coalesce(due, ?2)",
            )?
            .execute(params![call, now])?;
            Ok(())
        };
        self.0.run(run).await
    }

    /// Keeps a webhook that cannot be read, for a person to look at.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn keep_unreadable(&self, body: Vec<u8>, reason: String) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached("INSERT INTO event (received_at, body, unreadable) VALUES (?, ?, ?)")?
                    .execute(params![now(), body, reason])
                    .map(drop)
            })
            .await
    }

    /// Calls that are due, but for those that workers have already: at most so many, those that have waited longest first.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
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

    /// Notes what is about to be sent, so that after a crash it is known what may stand in the Task.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn intend(&self, call: u64, sent: Fields, owed: Option<OwnerChange>) -> Result<(), StoreError> {
        let owed = owed.and_then(|owed| serde_json::to_string(&owed).ok());
        self.0
            .run(move |sql| {
                sql.prepare_cached("UPDATE call SET sent = ?, owed = coalesce(?, owed) WHERE id = ?")?
                    .execute(params![Value::Object(sent).to_string(), owed, call.cast_signed()])
                    .map(drop)
            })
            .await
    }

    /// Notes what became of a claim, and forgets the webhooks that it absorbed, those up to an id. `None`: it absorbed none and never will,
    /// so those that wait are no reason to try again.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn settle(&self, call: u64, absorbed: Option<i64>, settled: Settled) -> Result<(), StoreError> {
        let run = move |sql: &Savepoint<'_>| {
            let call = call.cast_signed();
            sql.prepare_cached("DELETE FROM event WHERE call = ? AND id <= ?")?.execute(params![call, absorbed])?;
            let more =
                "CASE WHEN :absorbed IS NOT NULL AND EXISTS (SELECT 1 FROM event WHERE call = :call) THEN :now END";
            match settled {
                Settled::Nothing => {
                    sql.prepare_cached(&format!("UPDATE call SET due = {more} WHERE id = :call"))?
                        .execute(named_params! {":call": call, ":absorbed": absorbed, ":now": now()})?;
                }
                Settled::Written { history, task, wrote, report } => {
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
                Settled::Failed { history, due, trouble, is_outdated, refused, task } => {
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
