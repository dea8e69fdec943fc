//! Stores the records in memory, with indexes and a journal for rollbacks.

mod index;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aircall_salesforce::salesforce::Id;
use serde_json::{Map, Value};

use crate::schema::{Schema, Table};
use index::Index;

/// The fields of a record by API name. Null fields are absent.
pub(crate) type Row = Map<String, Value>;

/// The part of a new id between the object's prefix and the counter.
const POD: &str = "fM00000";
/// The digits of the counter in ASCII order, so that later ids are greater.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The number of digits of the counter.
const COUNTING: u32 = 5;

pub(crate) struct Store {
    rows: HashMap<Table, BTreeMap<Id, Row>>,
    index: Index,
    /// The previous rows of all writes since the last commit.
    journal: Vec<(Table, Id, Option<Row>)>,
    minted: usize,
}

impl Store {
    pub(crate) fn new(schema: &Schema) -> Self {
        Self { rows: HashMap::new(), index: Index::new(schema), journal: Vec::new(), minted: 0 }
    }

    /// Returns an unused id; `None` after some hundred million.
    pub(crate) fn mint(&mut self, table: Table) -> Option<Id> {
        loop {
            self.minted += 1;
            let digit = |position: u32| DIGITS.get(self.minted / DIGITS.len().pow(position) % DIGITS.len());
            let digits: Option<Vec<u8>> = (0..COUNTING).rev().map(|position| digit(position).copied()).collect();
            if self.minted >= DIGITS.len().pow(COUNTING) {
                return None;
            }
            let digits = String::from_utf8(digits?).ok()?;
            let id: Id = format!("{}{POD}{digits}", table.prefix()).parse().ok()?;
            if self.get(table, id).is_none() {
                return Some(id);
            }
        }
    }

    /// Returns a record, deleted or not.
    pub(crate) fn get(&self, table: Table, id: Id) -> Option<&Row> {
        self.rows.get(&table)?.get(&id)
    }

    /// Returns every record of a table, sorted by id.
    pub(crate) fn all(&self, table: Table) -> impl Iterator<Item = (Id, &Row)> {
        self.rows.get(&table).into_iter().flatten().map(|(id, row)| (*id, row))
    }

    /// Returns the number of records of a table, including deleted ones.
    pub(crate) fn count(&self, table: Table) -> usize {
        self.rows.get(&table).map_or(0, BTreeMap::len)
    }

    pub(crate) fn put(&mut self, table: Table, id: Id, row: Row) {
        let rows = self.rows.entry(table).or_default();
        if let Some(before) = rows.get(&id) {
            self.index.remove(table, id, before);
        }
        self.index.add(table, id, &row);
        let before = rows.insert(id, row);
        self.journal.push((table, id, before));
    }

    /// Returns the current position of the journal.
    pub(crate) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Rolls back all writes since a mark.
    pub(crate) fn roll_back(&mut self, mark: usize) {
        while self.journal.len() > mark {
            let Some((table, id, before)) = self.journal.pop() else { return };
            let rows = self.rows.entry(table).or_default();
            let now = rows.remove(&id);
            if let Some(now) = now {
                self.index.remove(table, id, &now);
            }
            if let Some(before) = before {
                self.index.add(table, id, &before);
                rows.insert(id, before);
            }
        }
    }

    /// Makes the writes permanent and returns the written records.
    pub(crate) fn commit(&mut self) -> impl Iterator<Item = (Table, Id)> {
        self.journal.drain(..).map(|(table, id, _)| (table, id))
    }

    /// Returns the records that may have a value in a column; `None` if the column is not indexed.
    pub(crate) fn holding(&self, table: Table, column: &str, value: &str) -> Option<BTreeSet<Id>> {
        self.index.holding(table, column, value)
    }

    /// Returns the records with a phone field that may end in these digits.
    pub(crate) fn with_phone(&self, table: Table, digits: &str) -> BTreeSet<Id> {
        self.index.with_phone(table, digits)
    }
}
