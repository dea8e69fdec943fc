//! Reads and changes rows.

use std::collections::BTreeMap;

use aircall_salesforce::lookup::Record;
use aircall_salesforce::request::Checkpoint;
use rusqlite::{Connection, Params, Row, Savepoint, params};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{Claim, Failures, Millis, Store, StoreError, now};

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
    /// The history, else the latest webhook.
    pub source: Option<Vec<u8>>,
}

/// The columns of a [`CallRow`], in its order.
const COLUMNS: &str = "id, key, seen_at, due, attempts, trouble, is_parked, task, report, coalesce(
    CAST(history AS BLOB), (SELECT body FROM event WHERE event.call = call.id ORDER BY event.id DESC LIMIT 1))";

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
    /// Salesforce has no Task, and needs none.
    NotLogged,
}

/// Returns the SQL of a column without the signs that group the digits of a number.
fn compact(column: &str) -> String {
    [" ", "-", "(", ")", "."].iter().fold(column.to_owned(), |sql, sign| format!("replace({sql}, '{sign}', '')"))
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
    let mut waiting =
        sql.prepare_cached("SELECT id, body FROM event WHERE call = ? AND is_absorbed = 0 ORDER BY id LIMIT ?")?;
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
    let task: Option<String> = row.get("task")?;
    let (wrote, sent, owed) = (json(row, "wrote")?, json(row, "sent")?, json(row, "owed")?);
    Ok(Checkpoint { task: task.and_then(|task| task.parse().ok()), wrote, sent, owed, made: None })
}

fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn call_row(row: &Row<'_>) -> rusqlite::Result<CallRow> {
    let (call, key, seen_at, due, attempts, trouble, is_parked, task, report, source) = row.try_into()?;
    Ok(CallRow { call, key, seen_at, due, attempts, trouble, is_parked, task, report, source })
}

impl Store {
    /// Returns the calls with the latest webhooks.
    pub async fn last(&self, limit: usize) -> Result<Vec<CallRow>, StoreError> {
        self.calls("ORDER BY seen_at DESC LIMIT ?", [limit]).await
    }

    /// Returns the calls in trouble; parked calls come first.
    pub async fn in_trouble(&self, limit: usize) -> Result<Vec<CallRow>, StoreError> {
        self.calls("WHERE trouble IS NOT NULL ORDER BY is_parked DESC, seen_at DESC LIMIT ?", [limit]).await
    }

    /// Returns a call or message by its key.
    pub async fn find(&self, key: String) -> Result<Option<CallRow>, StoreError> {
        Ok(self.calls("WHERE key = ?", [key]).await?.pop())
    }

    async fn calls(
        &self,
        condition: &'static str,
        values: impl Params + Send + 'static,
    ) -> Result<Vec<CallRow>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM call {condition}");
        self.0.run(move |sql| sql.prepare_cached(&select)?.query_map(values, call_row)?.collect()).await
    }

    /// Returns the latest calls that contain a text, such as a name, a number or an id, and that
    /// are in a state. It looks through the latest [`SEARCHED`] calls.
    pub async fn search(&self, text: String, state: CallState, limit: usize) -> Result<Vec<CallRow>, StoreError> {
        let condition = match state {
            CallState::Any => "true",
            CallState::Written => "is_written AND task IS NOT NULL",
            CallState::Waiting => "due IS NOT NULL",
            CallState::Parked => "is_parked",
            CallState::NotLogged => "is_written AND task IS NULL",
        };
        let select = format!(
            "SELECT {COLUMNS} FROM (SELECT * FROM call ORDER BY seen_at DESC LIMIT {SEARCHED}) AS call
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

    /// Makes one call in trouble due now, or all of them.
    ///
    /// Calls whose last request may still be under way keep their due time.
    pub async fn retry(&self, call: Option<i64>) -> Result<(), StoreError> {
        let retry = "UPDATE call SET due = ?1
                     WHERE trouble IS NOT NULL AND id = coalesce(?2, id) AND (sent IS NULL OR due IS NULL)";
        self.execute(retry, (now(), call)).await
    }

    /// Delays the calls whose last request has no stored outcome: after a restart, Salesforce may
    /// still be processing it.
    pub async fn hold_back(&self, until: Millis) -> Result<(), StoreError> {
        self.execute("UPDATE call SET due = ? WHERE sent IS NOT NULL AND due IS NOT NULL", [until]).await
    }

    /// Deletes written calls that had no webhook since `calls_before`, and remembered records that
    /// Salesforce's search returns by now.
    pub async fn forget(&self, calls_before: Millis, made_before: Millis) -> Result<(), StoreError> {
        self.execute("DELETE FROM call WHERE seen_at < ? AND due IS NULL AND trouble IS NULL", [calls_before]).await?;
        self.execute("DELETE FROM made WHERE made_at < ?", [made_before]).await
    }

    /// Counts the waiting work, and the calls that had a webhook after `since`.
    pub async fn counts(&self, since: Millis) -> Result<Counts, StoreError> {
        let select = "SELECT (SELECT count(*) FROM event WHERE call IS NOT NULL AND is_absorbed = 0),
                             (SELECT count(*) FROM event WHERE call IS NULL),
                             (SELECT count(*) FROM call WHERE due IS NOT NULL),
                             (SELECT count(*) FROM call WHERE trouble IS NOT NULL AND is_parked),
                             (SELECT min(due) FROM call),
                             (SELECT count(*) FROM call WHERE seen_at >= ? AND task IS NOT NULL)";
        let counts = move |row: &Row<'_>| {
            let (events, unreadable, waiting, parked, first_due, logged) = row.try_into()?;
            let late_millis = Option::<Millis>::map_or(first_due, 0, |due| (now() - due).max(0));
            Ok(Counts { events, unreadable, waiting, parked, late_millis, logged })
        };
        self.0.run(move |sql| sql.prepare_cached(select)?.query_row([since], counts)).await
    }

    /// Counts the calls that are due.
    pub async fn due(&self) -> Result<usize, StoreError> {
        let due = "SELECT count(*) FROM call WHERE due <= ?";
        self.0.run(|sql| sql.prepare_cached(due)?.query_row([now()], |row| row.get(0))).await
    }

    /// Counts the changed rows since the start.
    pub async fn changes(&self) -> Result<i64, StoreError> {
        self.0.run(|sql| sql.prepare_cached("SELECT total_changes()")?.query_row([], |row| row.get(0))).await
    }

    /// Writes a row, to check that webhooks can be stored.
    pub async fn probe(&self) -> Result<(), StoreError> {
        self.execute("INSERT OR REPLACE INTO probe VALUES (1, ?)", [now()]).await
    }

    /// Returns the records that the service created for numbers.
    pub async fn made_for(&self, numbers: Vec<String>) -> Result<BTreeMap<String, Record>, StoreError> {
        let select = "SELECT number, record FROM made WHERE number IN (SELECT value FROM json_each(?))";
        let numbers = json!(numbers).to_string();
        let made = move |sql: &Savepoint<'_>| {
            let mut select = sql.prepare_cached(select)?;
            let rows = select.query_map([numbers], |row| Ok((row.get("number")?, json(row, "record")?)))?;
            rows.filter_map(|row| row.map(|(number, record)| Some((number, record?))).transpose()).collect()
        };
        self.0.run(made).await
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
