//! Reads and changes stored webhooks, for the people who look at them.

use rusqlite::{OptionalExtension, Row, params};

use super::{Millis, Store, StoreError, now};

/// A stored webhook, without its text.
#[derive(Debug)]
pub struct Received {
    pub id: i64,
    pub received_at: Millis,
    pub bytes: usize,
    /// Aircall's name of the event.
    pub event: Option<String>,
    /// Why the webhook cannot be read.
    pub unreadable: Option<String>,
}

/// The columns of a [`Received`], in its order. `SQLite` rejects some texts that serde accepts, and
/// takes a BLOB for a JSON format of its own.
const COLUMNS: &str = "id, received_at, length(body), unreadable, CASE WHEN json_valid(CAST(body AS TEXT))
    THEN CAST(CAST(body AS TEXT) ->> '$.event' AS TEXT) END";

fn received(row: &Row<'_>) -> rusqlite::Result<Received> {
    let (id, received_at, bytes, unreadable) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
    Ok(Received { id, received_at, bytes, unreadable, event: row.get(4).unwrap_or_default() })
}

impl Store {
    /// Stores a webhook that cannot be read, for a person to look at.
    pub async fn keep_unreadable(&self, body: Vec<u8>, reason: String) -> Result<(), StoreError> {
        let insert = "INSERT INTO event (received_at, body, unreadable) VALUES (?, ?, ?)";
        self.execute(insert, (now(), body, reason)).await
    }

    /// Marks a stored webhook as unreadable, for a person to look at.
    pub async fn set_aside(&self, event: i64, reason: String) -> Result<(), StoreError> {
        self.execute("UPDATE event SET call = NULL, unreadable = ? WHERE id = ?", (reason, event)).await
    }

    /// Returns the latest webhooks of a call, or those that cannot be read; the newest is first.
    pub async fn webhooks(&self, call: Option<i64>, limit: usize) -> Result<Vec<Received>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM event WHERE call IS ? ORDER BY id DESC LIMIT ?");
        self.0.run(move |sql| sql.prepare_cached(&select)?.query_map(params![call, limit], received)?.collect()).await
    }

    /// Returns a stored webhook with its text, and the key of its call.
    pub async fn webhook(&self, id: i64) -> Result<Option<(Received, Vec<u8>, Option<String>)>, StoreError> {
        let select = format!(
            "SELECT {COLUMNS}, body, (SELECT key FROM call WHERE call.id = event.call) AS key FROM event WHERE id = ?"
        );
        let all = |row: &Row<'_>| Ok((received(row)?, row.get("body")?, row.get("key")?));
        self.0.run(move |sql| sql.prepare_cached(&select)?.query_row([id], all).optional()).await
    }

    /// Removes an unreadable webhook from the store and returns it.
    pub async fn take_unreadable(&self, id: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let delete = "DELETE FROM event WHERE id = ? AND call IS NULL RETURNING body";
        self.0.run(move |sql| sql.prepare_cached(delete)?.query_row([id], |row| row.get(0)).optional()).await
    }
}
