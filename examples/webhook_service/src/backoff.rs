//! Computes how long a failed call waits before its next attempt.

use std::time::Duration;

/// Exponential backoff with full jitter.
///
/// The wait is random, between zero and a bound that doubles with every failure. Calls that failed
/// together therefore do not all come back together.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The bound after the first failure.
    pub first: Duration,
    /// The largest bound.
    pub most: Duration,
    /// The shortest wait after a request whose response was lost: Salesforce may still be
    /// processing the request.
    pub lost_answer: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), most: Duration::from_mins(5), lost_answer: Duration::from_mins(1) }
    }
}

impl Backoff {
    /// Returns a random wait for a call that has failed `failures + 1` times.
    #[must_use]
    pub fn wait(&self, failures: u32) -> Duration {
        self.bound(failures).mul_f64(fastrand::f64())
    }

    fn bound(&self, failures: u32) -> Duration {
        self.first.saturating_mul(2_u32.saturating_pow(failures)).min(self.most)
    }
}

#[cfg(test)]
#[path = "../tests/unit/backoff.rs"]
mod tests;
