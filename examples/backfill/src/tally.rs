//! Counts the input, the calls and their outcomes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Counts in groups.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// The records of the directory, by file.
    pub(crate) directory: Counts,
    /// The input, by result.
    pub(crate) input: Counts,
    /// The calls, by outcome.
    pub(crate) calls: Counts,
    /// The calls, by kind.
    pub(crate) kinds: Counts,
    /// The notices, by rule and field.
    pub(crate) notices: Counts,
    /// The fields that differ, with `--compare`.
    pub(crate) changes: BTreeMap<String, Change>,
}

/// Counts by name.
pub(crate) type Counts = BTreeMap<String, u64>;

/// The number of calls in which a field differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) calls: u64,
    /// One of these calls.
    pub(crate) example: u64,
}

/// Adds one to a count.
pub(crate) fn count(counts: &mut Counts, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(counts.insert(name.to_owned(), 1)),
    }
}

impl Tally {
    pub(crate) fn count_change(&mut self, field: &str, call: u64) {
        let change = self.changes.entry(field.to_owned()).or_insert(Change { calls: 0, example: call });
        change.calls += 1;
    }

    /// Adds the counts of later calls.
    pub(crate) fn add(&mut self, later: Self) {
        // The directory is read as a whole before the calls.
        let Self { directory: _, input, calls, kinds, notices, changes } = later;
        for (to, from) in
            [(&mut self.input, input), (&mut self.calls, calls), (&mut self.kinds, kinds), (&mut self.notices, notices)]
        {
            for (name, count) in from {
                *to.entry(name).or_default() += count;
            }
        }
        for (field, Change { calls, example }) in changes {
            self.changes.entry(field).or_insert(Change { calls: 0, example }).calls += calls;
        }
    }
}
