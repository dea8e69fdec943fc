//! Stores what must survive a crash.
//!
//! The store contains the history, the Task, the outcome and the webhooks of each call and message.
//! The store treats both alike and names both calls. Every function fails if the database cannot be
//! used or the disk is full.
#![expect(clippy::missing_errors_doc, reason = "the errors are the same everywhere; the docs of the module name them")]

mod rows;
mod webhooks;
mod writer;

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aircall_salesforce::Id;
use aircall_salesforce::request::Checkpoint;
use aircall_salesforce::salesforce::OwnerChange;
use rusqlite::{Connection, Params, Savepoint, ToSql, named_params, params};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub use rows::{CallRow, CallState, Counts};
pub use webhooks::Received;
pub use writer::StoreError;
use writer::Writer;

/// Milliseconds since 1970.
pub type Millis = i64;

/// How many webhooks of one call a round absorbs at once; the others wait for the next round.
const EVENTS_AT_ONCE: usize = 100;
/// After how many quiet times a call is processed although its webhooks keep coming.
const MOST_QUIET_TIMES: u32 = 5;

/// The fields of a Task by API name.
pub type Fields = Map<String, Value>;

/// A `SQLite` database in one file, behind one writer thread.
pub struct Store(Writer);

/// A call that is due, with everything that the store knows about it.
#[derive(Debug)]
pub struct Claim {
    /// The row of the call or message.
    pub call: i64,
    /// The text of its Task's key.
    pub key: String,
    pub history: Option<String>,
    pub is_written: bool,
    pub failures: Failures,
    pub checkpoint: Checkpoint,
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

/// What is about to be sent for a call, and the history that it came from.
#[derive(Debug)]
pub struct Intent {
    pub call: i64,
    pub history: String,
    /// The Task of an update.
    pub task: Option<Id>,
    pub sent: Fields,
    pub owed: Option<OwnerChange>,
}

/// The outcome of a claim.
#[derive(Debug)]
pub struct Settled {
    pub call: i64,
    /// The last webhook that was absorbed. `None` means that the claim absorbed no webhook and
    /// never will: the waiting webhooks then do not make the call due again.
    pub absorbed: Option<i64>,
    pub outcome: Outcome,
}

/// What became of a call.
#[derive(Debug)]
pub enum Outcome {
    /// Salesforce has everything.
    Written { history: String, checkpoint: Box<Checkpoint>, report: String },
    /// The attempt failed. `due` is the time of the next attempt; `None` parks the call for a
    /// person.
    Failed {
        history: Option<String>,
        /// `None` if what is known is still the same.
        checkpoint: Option<Box<Checkpoint>>,
        due: Option<Millis>,
        trouble: String,
        /// Whether the looked-up records had changed.
        is_outdated: bool,
        /// What was sent, if the response was lost; otherwise `None`.
        report: Option<String>,
    },
    /// The webhooks contained nothing new.
    Nothing,
}

impl Outcome {
    /// Returns the outcome of a call that this program cannot process.
    #[must_use]
    pub const fn parked(trouble: String) -> Self {
        Self::Failed { history: None, checkpoint: None, due: None, trouble, is_outdated: false, report: None }
    }

    /// Returns the label for the metrics.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing_new",
            Self::Written { .. } => "written",
            Self::Failed { due: Some(_), .. } => "to_be_retried",
            Self::Failed { due: None, .. } => "parked",
        }
    }
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

/// What changes in the database of an earlier version, from the first version on.
const UPGRADES: [&str; 3] = [
    // The first version stored the Description as it was sent, with what people had typed. As the
    // base of a merge, it would delete their lines. Without it, DESC-8 holds. Its `history` may be
    // older than its `sent`, and `is_written` says nothing about `sent`.
    "UPDATE call SET wrote = json_remove(wrote, '$.Description'), sent = json_remove(sent, '$.Description'),
                     is_written = is_written AND sent IS NULL;",
    // The second version knew calls only, by Aircall's id; an id above 2^63 was a negative number.
    "ALTER TABLE call ADD COLUMN key TEXT; UPDATE call SET key = format('aircall:%u', id);",
    // The third version deleted a webhook as soon as its call had absorbed it.
    "ALTER TABLE event ADD COLUMN is_absorbed INTEGER NOT NULL DEFAULT 0;",
];

fn set_up(sql: &Connection) -> rusqlite::Result<()> {
    let has = |select| sql.prepare(select)?.exists([]);
    if has("SELECT 1 FROM sqlite_schema WHERE name = 'call'")? {
        if !has("SELECT 1 FROM pragma_table_info('call') WHERE name = 'outdated'")? {
            sql.execute("ALTER TABLE call ADD COLUMN outdated INTEGER NOT NULL DEFAULT 0", [])?;
        }
        let version: usize = sql.pragma_query_value(None, "user_version", |row| row.get(0))?;
        for (version, upgrade) in (1..).zip(UPGRADES).skip(version) {
            sql.execute_batch(&format!("BEGIN IMMEDIATE; {upgrade} PRAGMA user_version = {version}; COMMIT;"))?;
        }
    } else {
        sql.pragma_update(None, "user_version", UPGRADES.len())?;
    }
    sql.execute_batch(include_str!("schema.sql"))
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

    /// Runs one statement.
    async fn execute(&self, statement: &'static str, values: impl Params + Send + 'static) -> Result<(), StoreError> {
        self.0.run(move |sql| sql.prepare_cached(statement)?.execute(values).map(drop)).await
    }

    /// Stores a webhook. It is on the disk when this function returns, and is deleted with its
    /// call. The call is due after the quiet time `quiet`, which begins anew with each webhook.
    pub async fn keep(&self, key: String, body: Vec<u8>, quiet: Duration) -> Result<(), StoreError> {
        let run = move |sql: &Savepoint<'_>| {
            let now = now();
            // A call that failed keeps its due time, so a new webhook does not cut a backoff short.
            let mut keep = sql.prepare_cached(
                "INSERT INTO call (key, seen_at, due) VALUES (:key, :now, :now + :quiet)
                 ON CONFLICT (key) DO UPDATE SET seen_at = :now, due = CASE
                     WHEN due IS NOT NULL AND (trouble IS NOT NULL OR sent IS NOT NULL) THEN due
                     ELSE min(:now + :quiet, coalesce(
                         (SELECT min(received_at) FROM event WHERE event.call = call.id AND is_absorbed = 0), :now
                     ) + :most)
                 END RETURNING id",
            )?;
            let values = named_params! {
                ":key": key, ":now": now, ":quiet": millis(quiet), ":most": millis(quiet * MOST_QUIET_TIMES),
            };
            let call: i64 = keep.query_row(values, |row| row.get(0))?;
            sql.prepare_cached("INSERT INTO event (call, received_at, body) VALUES (?, ?, ?)")?
                .execute(params![call, now, body])
                .map(drop)
        };
        self.0.run(run).await
    }

    /// Returns at most `limit` calls that are due. The calls that have waited longest come first.
    pub async fn claim(&self, limit: usize) -> Result<Vec<Claim>, StoreError> {
        self.0
            .run(move |sql| {
                let mut due = sql.prepare_cached("SELECT id FROM call WHERE due <= ? ORDER BY due LIMIT ?")?;
                let ids: Vec<i64> =
                    due.query_map(params![now(), limit], |row| row.get(0))?.collect::<Result<_, _>>()?;
                ids.into_iter().map(|id| rows::claim(sql, id, EVENTS_AT_ONCE)).collect()
            })
            .await
    }

    /// Returns one call, due or not. Fails if the call does not exist.
    pub async fn claim_one(&self, call: i64) -> Result<Claim, StoreError> {
        self.0.run(move |sql| rows::claim(sql, call, EVENTS_AT_ONCE)).await
    }

    /// Stores what is about to be sent. After a crash, the service then knows what the Tasks may
    /// contain, and repeats the same plans first.
    pub async fn intend(&self, intents: Vec<Intent>) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                let mut intend = sql.prepare_cached(
                    "UPDATE call SET history = ?, is_written = 0, task = coalesce(?, task), sent = ?,
                                     owed = coalesce(?, owed)
                     WHERE id = ?",
                )?;
                for Intent { call, history, task, sent, owed } in intents {
                    let (task, owed) = (text(task.as_ref()), text(owed.as_ref()));
                    intend.execute(params![history, task, text(Some(&sent)), owed, call])?;
                }
                Ok(())
            })
            .await
    }

    /// Stores the outcomes of claims, and which webhooks are absorbed.
    pub async fn settle(&self, settled: Vec<Settled>) -> Result<(), StoreError> {
        self.0.run(move |sql| settled.into_iter().try_for_each(|settled| settle(sql, settled))).await
    }
}

fn settle(sql: &Savepoint<'_>, Settled { call, absorbed, outcome }: Settled) -> rusqlite::Result<()> {
    sql.prepare_cached("UPDATE event SET is_absorbed = 1 WHERE call = ? AND id <= ? AND is_absorbed = 0")?
        .execute(params![call, absorbed])?;
    let checkpoint = match &outcome {
        Outcome::Written { checkpoint, .. } => Some(&**checkpoint),
        Outcome::Failed { checkpoint, .. } => checkpoint.as_deref(),
        Outcome::Nothing => None,
    };
    if let Some(Checkpoint { task, wrote, sent, owed, .. }) = checkpoint {
        sql.prepare_cached("UPDATE call SET task = ?, wrote = ?, sent = ?, owed = ? WHERE id = ?")?.execute(
            params![text(task.as_ref()), text(wrote.as_ref()), text(sent.as_ref()), text(owed.as_ref()), call],
        )?;
    }
    let mut due = None;
    let (set, values): (_, Vec<(&str, &dyn ToSql)>) = match &outcome {
        Outcome::Nothing => ("", Vec::new()),
        Outcome::Written { history, report, .. } => (
            ", history = :history, is_written = 1, attempts = 0, outdated = 0, trouble = NULL, is_parked = 0,
               report = :report",
            vec![(":history", history), (":report", report)],
        ),
        Outcome::Failed { history, due: next, trouble, is_outdated, report, .. } => {
            due = *next;
            (
                ", history = coalesce(:history, history), is_written = 0, attempts = attempts + 1,
                   outdated = outdated + :is_outdated, trouble = :trouble, is_parked = :due IS NULL,
                   report = coalesce(:report, report)",
                vec![(":history", history), (":trouble", trouble), (":is_outdated", is_outdated), (":report", report)],
            )
        }
    };
    let update = format!(
        "UPDATE call SET due = coalesce(:due, CASE WHEN :absorbed IS NOT NULL
                             AND EXISTS (SELECT 1 FROM event WHERE call = :call AND is_absorbed = 0) THEN :now END){set}
         WHERE id = :call"
    );
    let always = named_params! {":call": call, ":absorbed": absorbed, ":now": now(), ":due": due};
    sql.prepare_cached(&update)?.execute(&*[always, &values].concat()).map(drop)
}

/// Returns a value as JSON text; ids are their own text.
fn text(value: Option<&impl Serialize>) -> Option<String> {
    value.map(|value| match json!(value) {
        Value::String(text) => text,
        other => other.to_string(),
    })
}
