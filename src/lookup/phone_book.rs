//! An index of phone fields: finds the records that contain a number, in any spelling.

use super::directory::Index;
use crate::phone::{self, E164, Region, Tail};

/// Phone fields, found by the end of their number.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct PhoneBook {
    /// Each field with the place of its record.
    fields: Vec<(usize, PhoneField)>,
    by_tail: Index<Tail>,
}

#[derive(Debug, Clone, PartialEq)]
enum PhoneField {
    /// A number with a calling code. It is the same number everywhere.
    International(E164),
    /// A number without a calling code. It depends on the region of the call.
    National(String),
}

impl PhoneBook {
    pub(super) fn new<'a>(phones: impl Iterator<Item = (usize, &'a str)>) -> Self {
        // All spellings of a number end in the same digits, so the tail finds every candidate.
        let entry = |(place, phone)| match phone::parse(phone, None) {
            Some(number) => Some((number.e164.tail(), (place, PhoneField::International(number.e164)))),
            // A field without a tail is a number in no region, so no call can find it.
            None => Some((phone::tail(phone)?, (place, PhoneField::National(phone.to_owned())))),
        };
        let (tails, fields): (Vec<_>, Vec<_>) = phones.filter_map(entry).unzip();
        Self { fields, by_tail: Index::new(tails.into_iter()) }
    }

    /// Returns the indices of the records that contain a number, each index once, in order.
    pub(super) fn places(&self, number: E164, home: Option<Region>) -> impl Iterator<Item = usize> {
        let is_it = move |field: &PhoneField| match field {
            PhoneField::International(e164) => *e164 == number,
            // A national number is another number in every region, so each call parses it anew.
            PhoneField::National(text) => {
                home.is_some() && phone::parse(text, home).is_some_and(|read| read.e164 == number)
            }
        };
        let tail = number.tail();
        let found = self.by_tail.find(&self.fields, move |key| key.cmp(&tail));
        // A record with the number in two fields is found once.
        let mut before = None;
        let places = found.filter(move |(_, field)| is_it(field)).map(|&(place, _)| place);
        places.filter(move |&place| before.replace(place) != Some(place))
    }
}
