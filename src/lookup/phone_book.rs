//! An index of phone fields: finds the records that contain a number, in any spelling.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::NumberNeed;
use super::directory::Index;
use crate::phone::{self, E164, Tail};

/// The numbers in phone fields, found by their ends.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct PhoneBook {
    /// Each number with the index of its record.
    numbers: Vec<(usize, StoredNumber)>,
    by_tail: Index<Tail>,
}

#[derive(Debug, Clone, PartialEq)]
enum StoredNumber {
    /// A number with a calling code. It is the same number everywhere.
    International(E164),
    /// The field of a number without a calling code. The number depends on the regions of the call.
    National(Arc<str>),
}

impl PhoneBook {
    pub(super) fn new<'a>(phones: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let entries =
            phones.flat_map(|(record, field)| entries(field).map(move |(tail, number)| (tail, (record, number))));
        let (tails, numbers): (Vec<_>, Vec<_>) = entries.unzip();
        Self { numbers, by_tail: Index::new(tails.into_iter()) }
    }

    /// Returns the indices of the records that contain a number, each index once, in order.
    pub(super) fn find(&self, number: NumberNeed) -> impl Iterator<Item = usize> {
        let matches = move |stored: &StoredNumber| match stored {
            StoredNumber::International(e164) => *e164 == number.e164,
            // A national number is another number in every region, so each call parses it anew.
            StoredNumber::National(field) => number.is_in(field),
        };
        let tail = number.e164.tail();
        let found = self.by_tail.find(&self.numbers, move |key| key.cmp(&tail));
        // A record that contains the number twice is found once.
        let mut last = None;
        let records = found.filter(move |(record, stored)| {
            let is_new = last != Some(*record) && matches(stored);
            if is_new {
                last = Some(*record);
            }
            is_new
        });
        records.map(|&(record, _)| record)
    }
}

/// Returns the numbers in a field, with their tails. All spellings of a number end in the same
/// digits, so the tail finds every candidate.
fn entries(field: &str) -> impl Iterator<Item = (Tail, StoredNumber)> {
    // Sets, because many stretches of a long field are read as the same number.
    let (mut international, mut national) = (BTreeSet::new(), BTreeSet::new());
    for text in phone::stretches(field) {
        match phone::parse(text, None) {
            Some(number) => international.extend([number.e164]),
            // A text without a tail is a number in no region, so no call can find it.
            None => national.extend(phone::tail(text)),
        }
    }
    let shared = Arc::<str>::from(if national.is_empty() { "" } else { field });
    let national = national.into_iter().map(move |tail| (tail, StoredNumber::National(Arc::clone(&shared))));
    international.into_iter().map(|e164| (e164.tail(), StoredNumber::International(e164))).chain(national)
}
