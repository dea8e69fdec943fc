//! What can be switched while it runs, for demonstrations and load tests.

use serde::{Deserialize, Serialize};

/// How the stand-in behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Of so many requests that write, the last fails; 0 for none.
    pub fail_one_write_in: u64,
    /// How they fail, one after the other.
    pub failures: Vec<Failure>,
    /// How long every answer waits.
    pub latency_ms: u64,
    /// Fields that the integration's user does not see, such as `Task.Type`.
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

/// How a write fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// `UNABLE_TO_LOCK_ROW`; nothing is written.
    RowLocked,
    /// Status 503; nothing is written.
    Unavailable,
    /// It is written, but the answer is lost: status 504, and no JSON.
    AnswerLost,
}

/// What happened so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Requests to the API.
    pub requests: u64,
    /// Those of them that write.
    pub writes: u64,
    /// Writes that a switch let fail.
    pub failed: u64,
}

impl Switches {
    /// Whether, and how, the write of this number fails.
    pub(crate) fn failure(&self, write: u64) -> Option<Failure> {
        let nth = write.checked_div(self.fail_one_write_in).filter(|_| write.is_multiple_of(self.fail_one_write_in))?;
        let kinds = u64::try_from(self.failures.len()).ok()?;
        let kind = nth.checked_sub(1)?.checked_rem(kinds)?;
        self.failures.get(usize::try_from(kind).ok()?).copied()
    }
}
