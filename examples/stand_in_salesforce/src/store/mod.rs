//! The records, in memory: indexed by what they are looked up by, and able to take back what was written.

mod index;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aircall_salesforce::salesforce::Id;
use serde_json::{Map, Value};

use crate::schema::{Schema, Table};
use index::Index;

/// The fields of a record by API name; what is null is not there.
pub(crate) type Row = Map<String, Value>;

/// How ids that are minted here go on after the object's prefix.
const POD: &str = "fM00000";
/// What counts in them, in the order of ASCII: ids that are minted later are greater.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits that count.
const COUNTING: u32 = 5;

pub(crate) struct Store {
    rows: HashMap<Table, BTreeMap<Id, Row>>,
    index: Index,
    /// What was there before each write since the last commit.
    journal: Vec<(Table, Id, Option<Row>)>,
    minted: usize,
}

impl Store {
    pub(crate) fn new(schema: &Schema) -> Self {
        Self { rows: HashMap::new(), index: Index::new(schema), journal: Vec::new(), minted: 0 }
    }

    /// An id that nothing has yet; `None` after some hundred million.
    pub(crate) fn mint(&mut self, table: Table) -> Option<Id> {
        loop {
            self.minted += 1;
            let digit = |place: u32| DIGITS.get(self.minted / DIGITS.len().pow(place) % DIGITS.len());
            let digits: Option<Vec<u8>> = (0..COUNTING).rev().map(|place| digit(place).copied()).collect();
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

    /// The record, deleted or not.
    pub(crate) fn get(&self, table: Table, id: Id) -> Option<&Row> {
        self.rows.get(&table)?.get(&id)
    }

    /// Every record of a table in the order of their ids.
    pub(crate) fn all(&self, table: Table) -> impl Iterator<Item = (Id, &Row)> {
        self.rows.get(&table).into_iter().flatten().map(|(id, row)| (*id, row))
    }

    /// How many records a table has, the deleted among them.
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

    /// Where the journal stands.
    pub(crate) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Takes back everything since a mark.
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

    /// Nothing is taken back any more.
    pub(crate) fn commit(&mut self) {
        self.journal.clear();
    }

    /// The records that can hold a value in a column, and some that do not; `None` where the column is not indexed.
    pub(crate) fn holding(&self, table: Table, column: &str, value: &str) -> Option<BTreeSet<Id>> {
        self.index.holding(table, column, value)
    }

    /// The records that have a phone field which can end in these digits.
    pub(crate) fn with_phone(&self, table: Table, digits: &str) -> BTreeSet<Id> {
        self.index.with_phone(table, digits)
    }
}
