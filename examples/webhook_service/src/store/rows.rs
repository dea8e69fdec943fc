//! Reads and changes rows.

use std::collections::BTreeMap;

use aircall_salesforce::Id;
use aircall_salesforce::lookup::Record;
use aircall_salesforce::request::Checkpoint;
use aircall_salesforce::salesforce::OwnerChange;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Claim, Failures, Fields, Millis, Store, StoreError, now};

/// A call as the page shows it.
#[derive(Debug)]
pub struct CallRow {
    pub call: i64,
    pub key: String,
    pub seen_at: Millis,
    pub due: Option<Millis>,
    pub attempts: u32,
    pub trouble: Option<String>,
    pub is_parked: bool,
    pub task: Option<String>,
    pub report: Option<String>,
}

/// How many of the latest calls a search looks through.
const SEARCHED: usize = 10_000;

/// The state of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    #[default]
    Any,
    Written,
    Waiting,
    Parked,
}

/// Returns the SQL of a column without the signs that group the digits of a number.
fn compact(column: &str) -> String {
    [" ", "-", "(", ")", "."].iter().fold(column.to_owned(), |sql, sign| format!("replace({sql}, '{sign}', '')"))
}

/// A webhook that cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    pub id: i64,
    pub received_at: Millis,
    pub bytes: usize,
    pub reason: String,
}

/// How much work is waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Webhooks that are not absorbed yet.
    pub events: i64,
    /// Webhooks that cannot be read.
    pub unreadable: i64,
    /// Calls that are not written yet.
    pub waiting: i64,
    /// Calls that wait for a person.
    pub parked: i64,
    /// How long the longest-waiting call has been due.
    pub late_millis: Millis,
    /// Calls with a Task that had a webhook lately.
    pub logged: i64,
}

pub(super) fn claim(sql: &Connection, id: i64, events: usize) -> rusqlite::Result<Claim> {
    let mut waiting = sql.prepare_cached("SELECT id, body FROM event WHERE call = ? ORDER BY id LIMIT ?")?;
    let events = waiting.query_map(params![id, events], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let events = events.collect::<Result<_, _>>()?;
    let mut call = sql.prepare_cached(
        "SELECT key, history, is_written, attempts, outdated, task, wrote, sent, owed, report FROM call WHERE id = ?",
    )?;
    call.query_row([id], |row| {
        Ok(Claim {
            call: id,
            key: row.get("key")?,
            history: row.get("history")?,
            is_written: row.get("is_written")?,
            failures: Failures { attempts: row.get("attempts")?, outdated: row.get("outdated")? },
            checkpoint: checkpoint(row)?,
            report: row.get("report")?,
            events,
        })
    })
}

fn checkpoint(row: &Row<'_>) -> rusqlite::Result<Checkpoint> {
    Ok(Checkpoint {
        task: row.get::<_, Option<String>>("task")?.and_then(|task| task.parse::<Id>().ok()),
        wrote: fields(row, "wrote")?,
        sent: fields(row, "sent")?,
        owed: row.get::<_, Option<String>>("owed")?.and_then(|owed| serde_json::from_str(&owed).ok()),
        made: None,
    })
}

fn fields(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Fields>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| match serde_json::from_str(&text) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }))
}

pub(super) fn owner_change_json(change: OwnerChange) -> String {
    json!(change).to_string()
}

fn call_row(row: &Row<'_>) -> rusqlite::Result<CallRow> {
    Ok(CallRow {
        call: row.get("id")?,
        key: row.get("key")?,
        seen_at: row.get("seen_at")?,
        due: row.get("due")?,
        attempts: row.get("attempts")?,
        trouble: row.get("trouble")?,
        is_parked: row.get("is_parked")?,
        task: row.get("task")?,
        report: row.get("report")?,
    })
}

impl Store {
    /// Returns the calls with the latest webhooks.
    pub async fn last(&self, limit: usize) -> Result<Vec<CallRow>, StoreError> {
        self.calls("SELECT * FROM call ORDER BY seen_at DESC LIMIT ?", limit).await
    }

    /// Returns the calls in trouble; parked calls come first.
    pub async fn in_trouble(&self, limit: usize) -> Result<Vec<CallRow>, StoreError> {
        let select = "SELECT * FROM call WHERE trouble IS NOT NULL ORDER BY is_parked DESC, seen_at DESC LIMIT ?";
        self.calls(select, limit).await
    }

    /// Returns the latest calls that contain a text, such as a name, a number or an id, and that
    /// are in a state. It looks through the latest [`SEARCHED`] calls.
    pub async fn search(&self, text: String, state: CallState, limit: usize) -> Result<Vec<CallRow>, StoreError> {
        let condition = match state {
            CallState::Any => "true",
            CallState::Written => "is_written",
            CallState::Waiting => "due IS NOT NULL",
            CallState::Parked => "is_parked",
        };
        let select = format!(
            "SELECT * FROM (SELECT * FROM call ORDER BY seen_at DESC LIMIT {SEARCHED})
             WHERE {condition} AND (instr(lower(key || coalesce(history, '') || coalesce(report, '')), lower(?1))
                                    OR ?2 <> '' AND instr({}, ?2))
             LIMIT ?3",
            compact("history")
        );
        // People write a number in other groups than Aircall does.
        let is_number = text.len() > 3 && text.chars().all(|sign| sign.is_ascii_digit() || " +-().".contains(sign));
        let digits: String = text.chars().filter(|sign| is_number && sign.is_ascii_digit()).collect();
        self.0
            .run(move |sql| sql.prepare_cached(&select)?.query_map(params![text, digits, limit], call_row)?.collect())
            .await
    }

    /// Returns a call or message by its key.
    pub async fn find(&self, key: String) -> Result<Option<CallRow>, StoreError> {
        let select = "SELECT * FROM call WHERE key = ?";
        self.0.run(move |sql| sql.prepare_cached(select)?.query_row([key], call_row).optional()).await
    }

    async fn calls(&self, select: &'static str, limit: usize) -> Result<Vec<CallRow>, StoreError> {
        self.0.run(move |sql| sql.prepare_cached(select)?.query_map([limit], call_row)?.collect()).await
    }

    /// Returns the webhooks that cannot be read, newest first.
    pub async fn unreadable(&self, limit: usize) -> Result<Vec<Unreadable>, StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached(
                    "SELECT id, received_at, length(body) AS bytes, unreadable FROM event WHERE call IS NULL
                     ORDER BY id DESC LIMIT ?",
                )?
                .query_map([limit], |row| {
                    Ok(Unreadable {
                        id: row.get("id")?,
                        received_at: row.get("received_at")?,
                        bytes: row.get("bytes")?,
                        reason: row.get("unreadable")?,
                    })
                })?
                .collect()
            })
            .await
    }

    /// Removes an unreadable webhook from the store and returns it.
    pub async fn take_unreadable(&self, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached("DELETE FROM event WHERE id = ? AND call IS NULL RETURNING body")?
                    .query_row([id], |row| row.get(0))
                    .optional()
            })
            .await
    }

    /// Marks a stored webhook as unreadable, for a person to look at.
    pub async fn set_aside(&self, event: i64, reason: String) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached("UPDATE event SET call = NULL, unreadable = ? WHERE id = ?")?
                    .execute(params![reason, event])
                    .map(drop)
            })
            .await
    }

    /// Makes one call in trouble due now, or all of them.
    ///
    /// Calls whose last request may still be under way keep their due time.
    pub async fn retry(&self, call: Option<i64>) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached(
                    "UPDATE call SET due = ?1
                     WHERE trouble IS NOT NULL AND id = coalesce(?2, id) AND (sent IS NULL OR due IS NULL)",
                )?
                .execute(params![now(), call])
                .map(drop)
            })
            .await
    }

    /// Delays the calls whose last request has no stored outcome: after a restart, Salesforce may
    /// still be processing it.
    pub async fn hold_back(&self, until: Millis) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.execute("UPDATE call SET due = ? WHERE sent IS NOT NULL AND due IS NOT NULL", [until]).map(drop)
            })
            .await
    }

    /// Deletes written calls that had no webhook since `calls_before`, and remembered records that
    /// Salesforce's search returns by now.
    pub async fn forget(&self, calls_before: Millis, made_before: Millis) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.execute("DELETE FROM call WHERE seen_at < ? AND due IS NULL AND trouble IS NULL", [calls_before])?;
                sql.execute("DELETE FROM made WHERE made_at < ?", [made_before]).map(drop)
            })
            .await
    }

    /// Counts the waiting work, and the calls that had a webhook after `since`.
    pub async fn counts(&self, since: Millis) -> Result<Counts, StoreError> {
        self.0
            .run(move |sql| {
                let mut counts = sql.prepare_cached(
                    "SELECT (SELECT count(*) FROM event WHERE call IS NOT NULL) AS events,
                            (SELECT count(*) FROM event WHERE call IS NULL) AS unreadable,
                            (SELECT count(*) FROM call WHERE due IS NOT NULL) AS waiting,
                            (SELECT count(*) FROM call WHERE trouble IS NOT NULL AND is_parked) AS parked,
                            (SELECT min(due) FROM call) AS first_due,
                            (SELECT count(*) FROM call WHERE seen_at >= ? AND task IS NOT NULL) AS logged",
                )?;
                counts.query_row([since], |row| {
                    let first_due: Option<Millis> = row.get("first_due")?;
                    Ok(Counts {
                        events: row.get("events")?,
                        unreadable: row.get("unreadable")?,
                        waiting: row.get("waiting")?,
                        parked: row.get("parked")?,
                        late_millis: first_due.map_or(0, |due| (now() - due).max(0)),
                        logged: row.get("logged")?,
                    })
                })
            })
            .await
    }

    /// Counts the calls that are due.
    pub async fn due(&self) -> Result<usize, StoreError> {
        let due = "SELECT count(*) FROM call WHERE due <= ?";
        self.0.run(|sql| sql.prepare_cached(due)?.query_row([now()], |row| row.get(0))).await
    }

    /// Writes a row, to check that webhooks can be stored.
    pub async fn probe(&self) -> Result<(), StoreError> {
        self.0.run(|sql| sql.execute("INSERT OR REPLACE INTO probe VALUES (1, ?)", [now()]).map(drop)).await
    }

    /// Returns the records that the service created for numbers.
    pub async fn made_for(&self, numbers: Vec<String>) -> Result<BTreeMap<String, Record>, StoreError> {
        self.0
            .run(move |sql| {
                let mut made = sql.prepare_cached("SELECT record FROM made WHERE number = ?")?;
                let mut records = BTreeMap::new();
                for number in numbers {
                    let record: Option<String> = made.query_row([&number], |row| row.get(0)).optional()?;
                    records.extend(record.and_then(|record| Some((number, serde_json::from_str(&record).ok()?))));
                }
                Ok(records)
            })
            .await
    }

    /// Remembers the records that the service created for numbers, and forgets those of other
    /// numbers, which may no longer exist.
    pub async fn remember_made(&self, made: Vec<Record>, forgotten: Vec<String>) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                for number in forgotten {
                    sql.prepare_cached("DELETE FROM made WHERE number = ?")?.execute([number])?;
                }
                for Record { record_type, id, name, owner, phones, .. } in made {
                    let record = json!({"type": record_type, "id": id, "name": name, "owner": owner, "phones": phones});
                    sql.prepare_cached("INSERT OR REPLACE INTO made (number, record, made_at) VALUES (?, ?, ?)")?
                        .execute(params![phones.first(), record.to_string(), now()])?;
                }
                Ok(())
            })
            .await
    }
}
