//! An index of phone fields: finds the records that contain a number, in any spelling.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::NumberNeed;
use super::directory::Index;
use crate::phone::{self, E164, Tail};

/// Phone fields, found by the ends of their numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct PhoneBook {
    /// Each field with the place of its record, once for each tail.
    fields: Vec<(usize, PhoneField)>,
    by_tail: Index<Tail>,
}

#[derive(Debug, Clone, PartialEq)]
enum PhoneField {
    /// A single number with a calling code. It is the same number everywhere.
    International(E164),
    /// Any other field. Its numbers depend on the regions of the call.
    Text(Arc<str>),
}

impl PhoneBook {
    pub(super) fn new<'a>(phones: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let entries = phones
            .flat_map(|(place, field)| entries(field).into_iter().map(move |(tail, field)| (tail, (place, field))));
        let (tails, fields): (Vec<_>, Vec<_>) = entries.unzip();
        Self { fields, by_tail: Index::new(tails.into_iter()) }
    }

    /// Returns the indices of the records that contain a number, each index once, in order.
    pub(super) fn places(&self, number: NumberNeed) -> impl Iterator<Item = usize> {
        let is_it = move |field: &PhoneField| match field {
            PhoneField::International(e164) => *e164 == number.e164,
            // A national number is another number in every region, so each call parses it anew.
            PhoneField::Text(text) => number.is_in(text),
        };
        let tail = number.e164.tail();
        let found = self.by_tail.find(&self.fields, move |key| key.cmp(&tail));
        // A record with the number in two fields is found once.
        let mut before = None;
        let places = found.filter(move |(_, field)| is_it(field)).map(|&(place, _)| place);
        places.filter(move |&place| before.replace(place) != Some(place))
    }
}

/// Returns a field with each of its tails. All spellings of a number end in the same digits, so the
/// tail finds every candidate.
fn entries(field: &str) -> Vec<(Tail, PhoneField)> {
    let number = if phone::is_divided(field) { None } else { phone::parse(field, None) };
    if let Some(number) = number {
        return vec![(number.e164.tail(), PhoneField::International(number.e164))];
    }
    // A text without a tail is a number in no region, so no call can find it. The tails are a set,
    // because a long field has many stretches and few tails.
    let tails: BTreeSet<_> = phone::stretches(field).filter_map(phone::tail).collect();
    let text = Arc::<str>::from(field);
    tails.into_iter().map(|tail| (tail, PhoneField::Text(Arc::clone(&text)))).collect()
}
