//! How rows are read.

use aircall_salesforce::Id;
use aircall_salesforce::salesforce::{Object, OwnerChange};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::{Claim, Failures, Fields, Millis, Store, StoreError, now};

/// A call as a page shows it.
#[derive(Debug)]
pub struct Shown {
    pub call: u64,
    pub seen_at: Millis,
    pub due: Option<Millis>,
    pub attempts: u32,
    pub trouble: Option<String>,
    pub is_parked: bool,
    pub task: Option<String>,
    pub report: Option<String>,
}

/// A webhook that cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    pub id: i64,
    pub received_at: Millis,
    pub bytes: usize,
    pub reason: String,
}

/// How much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Webhooks that are not absorbed.
    pub events: i64,
    /// Webhooks that cannot be read.
    pub unreadable: i64,
    /// Calls that are to be written.
    pub waiting: i64,
    /// Calls that a person has to look at.
    pub parked: i64,
    /// How long the one that has waited longest has been due.
    pub late_millis: Millis,
}

pub(super) fn claim(sql: &Connection, id: i64, events: usize) -> rusqlite::Result<Claim> {
    let mut waiting = sql.prepare_cached("SELECT id, body FROM event WHERE call = ? ORDER BY id LIMIT ?")?;
    let events = waiting.query_map(params![id, events], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let events = events.collect::<Result<_, _>>()?;
    let mut call = sql.prepare_cached(
        "SELECT history, is_written, attempts, outdated, task, wrote, sent, owed, report FROM call WHERE id = ?",
    )?;
    call.query_row([id], |row| {
        Ok(Claim {
            call: id.cast_unsigned(),
            history: row.get("history")?,
            is_written: row.get("is_written")?,
            failures: Failures { attempts: row.get("attempts")?, outdated: row.get("outdated")? },
            task: row.get::<_, Option<String>>("task")?.and_then(|task| task.parse::<Id>().ok()),
            wrote: fields(row, "wrote")?,
            sent: fields(row, "sent")?,
            owed: fields(row, "owed")?.as_ref().and_then(owner_change),
            report: row.get("report")?,
            events,
        })
    })
}

fn fields(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Fields>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| match serde_json::from_str(&text) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }))
}

fn owner_change(fields: &Fields) -> Option<OwnerChange> {
    let text = |key: &str| fields.get(key).and_then(Value::as_str);
    let object = Object::ALL.into_iter().find(|object| Some(object.name()) == text("type"))?;
    Some(OwnerChange { object, id: text("id")?.parse().ok()?, owner: text("owner")?.parse().ok()? })
}

fn shown(row: &Row<'_>) -> rusqlite::Result<Shown> {
    Ok(Shown {
        call: row.get::<_, i64>("id")?.cast_unsigned(),
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
    /// The calls seen last.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn last(&self, limit: usize) -> Result<Vec<Shown>, StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached("SELECT * FROM call ORDER BY seen_at DESC LIMIT ?")?
                    .query_map([limit], shown)?
                    .collect()
            })
            .await
    }

    /// Calls in trouble, those that a person has to look at first.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn in_trouble(&self, limit: usize) -> Result<Vec<Shown>, StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached(
                    "SELECT * FROM call WHERE trouble IS NOT NULL ORDER BY is_parked DESC, seen_at DESC LIMIT ?",
                )?
                .query_map([limit], shown)?
                .collect()
            })
            .await
    }

    /// Webhooks that cannot be read, the newest first.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
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

    /// Takes a webhook that could not be read out of the store, to be read again or thrown away.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn take_unreadable(&self, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached("DELETE FROM event WHERE id = ? AND call IS NULL RETURNING body")?
                    .query_row([id], |row| row.get(0))
                    .optional()
            })
            .await
    }

    /// A call whose webhook cannot be read any more: it is set aside for a person.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn set_aside(&self, event: i64, reason: String) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached("UPDATE event SET call = NULL, unreadable = ? WHERE id = ?")?
                    .execute(params![reason, event])
                    .map(drop)
            })
            .await
    }

    /// Lets a worker try a call at once, or all that are in trouble; but for those of which something may still be on its way.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn retry(&self, call: Option<u64>) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached(
                    "UPDATE call SET due = ?1
                     WHERE trouble IS NOT NULL AND id = coalesce(?2, id) AND (sent IS NULL OR due IS NULL)",
                )?
                .execute(params![now(), call.map(u64::cast_signed)])
                .map(drop)
            })
            .await
    }

    /// After a start: what was sent and not noted may still be on its way, so its call waits until then.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn hold_back(&self, until: Millis) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.execute("UPDATE call SET due = ? WHERE sent IS NOT NULL AND due IS NOT NULL", [until]).map(drop)
            })
            .await
    }

    /// Forgets calls that are written and of which nothing was heard since, and records that a search finds by now.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn forget(&self, calls_before: Millis, made_before: Millis) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.execute("DELETE FROM call WHERE seen_at < ? AND due IS NULL AND trouble IS NULL", [calls_before])?;
                sql.execute("DELETE FROM made WHERE made_at < ?", [made_before]).map(drop)
            })
            .await
    }

    /// How much waits.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        self.0
            .run(|sql| {
                let mut counts = sql.prepare_cached(
                    "SELECT (SELECT count(*) FROM event WHERE call IS NOT NULL) AS events,
                            (SELECT count(*) FROM event WHERE call IS NULL) AS unreadable,
                            (SELECT count(*) FROM call WHERE due IS NOT NULL) AS waiting,
                            (SELECT count(*) FROM call WHERE trouble IS NOT NULL AND is_parked) AS parked,
                            (SELECT min(due) FROM call) AS first_due",
                )?;
                counts.query_row([], |row| {
                    let first_due: Option<Millis> = row.get("first_due")?;
                    Ok(Counts {
                        events: row.get("events")?,
                        unreadable: row.get("unreadable")?,
                        waiting: row.get("waiting")?,
                        parked: row.get("parked")?,
                        late_millis: first_due.map_or(0, |due| (now() - due).max(0)),
                    })
                })
            })
            .await
    }

    /// Writes something, as a webhook would be.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn probe(&self) -> Result<(), StoreError> {
        self.0.run(|sql| sql.execute("INSERT OR REPLACE INTO probe VALUES (1, ?)", [now()]).map(drop)).await
    }

    /// The record made for a number, JSON.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn made_for(&self, number: String) -> Result<Option<String>, StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached("SELECT record FROM made WHERE number = ?")?
                    .query_row([number], |row| row.get(0))
                    .optional()
            })
            .await
    }

    /// Forgets the record made for a number.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn forget_made(&self, number: String) -> Result<(), StoreError> {
        self.0.run(move |sql| sql.execute("DELETE FROM made WHERE number = ?", [number]).map(drop)).await
    }

    /// Remembers a record made for a number.
    ///
    /// # Errors
    ///
    /// As [`Store::keep`].
    pub async fn remember_made(&self, number: String, record: String) -> Result<(), StoreError> {
        self.0
            .run(move |sql| {
                sql.prepare_cached("INSERT OR REPLACE INTO made (number, record, made_at) VALUES (?, ?, ?)")?
                    .execute(params![number, record, now()])
                    .map(drop)
            })
            .await
    }
}
