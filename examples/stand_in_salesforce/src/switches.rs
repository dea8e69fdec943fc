//! Defines the switches for demonstrations and load tests.

use serde::{Deserialize, Serialize};

/// The switches of the stand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Makes every n-th write fail; 0 disables failures.
    pub fail_one_write_in: u64,
    /// The failures, used in turn.
    pub failures: Vec<Failure>,
    /// The delay of every response in milliseconds.
    pub latency_ms: u64,
    /// Fields that the integration user cannot see, for example `Task.Type`.
    pub hidden_fields: Vec<String>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            fail_one_write_in: 0,
            failures: vec![Failure::RowLocked, Failure::Unavailable],
            latency_ms: 0,
            hidden_fields: Vec::new(),
        }
    }
}

/// A failure of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// `UNABLE_TO_LOCK_ROW`; nothing is written.
    RowLocked,
    /// Status 503; nothing is written.
    Unavailable,
    /// The record is written, but the response is lost: status 504 without JSON.
    AnswerLost,
}

/// The numbers of requests, writes and failures so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Requests to the API.
    pub requests: u64,
    /// Requests that write.
    pub writes: u64,
    /// Writes that a switch made fail.
    pub failed: u64,
}

impl Switches {
    /// Returns the failure of the n-th write.
    pub(crate) fn failure(&self, write: u64) -> Option<Failure> {
        let nth = write.checked_div(self.fail_one_write_in).filter(|_| write.is_multiple_of(self.fail_one_write_in))?;
        let kinds = u64::try_from(self.failures.len()).ok()?;
        let kind = nth.checked_sub(1)?.checked_rem(kinds)?;
        self.failures.get(usize::try_from(kind).ok()?).copied()
    }
}
