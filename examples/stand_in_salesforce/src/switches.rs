//! Defines the switches for demonstrations and load tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::schema::Table;

/// The switches of the stand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Makes every n-th write fail; 0 disables failures.
    pub fail_one_write_in: u64,
    /// The failures, used in turn.
    pub failures: Vec<Failure>,
    /// Makes every n-th record fail, and in composite requests every n-th graph or composite
    /// request, in turn with `UNABLE_TO_LOCK_ROW` and with a flow's error that contains this code
    /// only in its message; 0 disables these failures.
    pub fail_one_record_in: u64,
    /// Makes each record of an object in a collection fail with a governor limit if the collection
    /// has more than this number of them; 0 disables the limit.
    pub records_per_trigger: usize,
    /// The number of requests a day that the org accepts; it rejects all further ones. The
    /// stand-in's day never ends.
    pub allowance: u64,
    /// The delay of every response in milliseconds.
    pub latency_ms: u64,
    /// Fields that the integration user cannot see, for example `Task.Type`.
    pub hidden_fields: Vec<String>,
    /// Errors with which every write of an object fails, as by a validation rule, trigger or flow.
    pub refusals: Vec<Refusal>,
    /// Objects whose duplicate rule blocks a new record with the name of another record. The rule
    /// lets a request with `allowSave=true` pass.
    pub duplicate_rules: Vec<Table>,
    /// Closed Tasks with an `ActivityDate` before this day (`YYYY-MM-DD`) are archived. A Task
    /// without an `ActivityDate` counts by its `CreatedDate`.
    pub archived_before: Option<String>,
}

/// An error of every write of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The object.
    pub object: Table,
    /// The error's code.
    pub code: String,
    /// The error's message.
    #[serde(default)]
    pub message: String,
    /// The fields that the error names.
    #[serde(default)]
    pub fields: Vec<String>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            fail_one_write_in: 0,
            failures: vec![Failure::RowLocked, Failure::Unavailable],
            fail_one_record_in: 0,
            records_per_trigger: 0,
            allowance: 100_000_000,
            latency_ms: 0,
            hidden_fields: Vec::new(),
            refusals: Vec::new(),
            duplicate_rules: Vec::new(),
            archived_before: None,
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

/// A resource of the API, by which requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// `search`
    Search,
    /// `query` and `queryAll`, with their further pages.
    Query,
    /// `composite`
    Composite,
    /// `composite/graph`
    #[serde(rename = "composite/graph")]
    Graph,
    /// `composite/sobjects`
    #[serde(rename = "composite/sobjects")]
    Collections,
    /// `sobjects`
    Sobjects,
    /// Any other resource.
    Other,
}

impl Resource {
    /// Returns the resource of the path segments after the version.
    pub(crate) fn of(path: &[String]) -> Self {
        let mut path = path.iter().map(String::as_str);
        match (path.next(), path.next()) {
            (Some("search"), None) => Self::Search,
            (Some("query" | "queryAll"), _) => Self::Query,
            (Some("composite"), None) => Self::Composite,
            (Some("composite"), Some("graph")) => Self::Graph,
            (Some("composite"), Some("sobjects")) => Self::Collections,
            (Some("sobjects"), _) => Self::Sobjects,
            _ => Self::Other,
        }
    }
}

/// The numbers of requests, writes and failures so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Requests to the API, without those over the allowance.
    pub requests: u64,
    /// The same requests by resource. A composite request counts once.
    pub by_resource: BTreeMap<Resource, u64>,
    /// Requests that write.
    pub writes: u64,
    /// Requests that `fail_one_write_in` made fail.
    pub failed: u64,
    /// Writes of a record, a graph or a composite request.
    pub records: u64,
    /// Writes that `fail_one_record_in` made fail.
    pub failed_records: u64,
}

impl Switches {
    /// Returns the failure of the n-th write.
    pub(crate) fn failure(&self, write: u64) -> Option<Failure> {
        let nth = failing(write, self.fail_one_write_in)?;
        let kinds = u64::try_from(self.failures.len()).ok()?;
        let kind = nth.checked_sub(1)?.checked_rem(kinds)?;
        self.failures.get(usize::try_from(kind).ok()?).copied()
    }
}

/// Returns `n` if write number `count` is the n-th one that fails, where one write of every `every`
/// fails.
pub(crate) fn failing(count: u64, every: u64) -> Option<u64> {
    count.checked_div(every).filter(|_| count.is_multiple_of(every))
}
