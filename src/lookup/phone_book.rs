//! An index of phone fields: finds the records that hold a number, in whatever spelling.

use crate::phone::{self, E164, Region, Tail};

/// Phone fields by the end of their number, each with the place of its record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PhoneBook {
    /// Fields with a calling code. They are the same number everywhere.
    international: Vec<(Tail, usize, E164)>,
    /// Fields without a calling code. Their number depends on the region of the call.
    national: Vec<(Tail, usize, String)>,
}

impl PhoneBook {
    pub(super) fn new<'a>(phones: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let mut book = Self::default();
        for (place, phone) in phones {
            // All spellings of a number end in the same digits, so the tail finds every candidate.
            if let Some(number) = phone::parse(phone, None) {
                book.international.push((number.e164.tail(), place, number.e164));
            } else if let Some(tail) = phone::tail(phone) {
                book.national.push((tail, place, phone.to_owned()));
            }
        }
        book.international.sort_unstable();
        book.national.sort_unstable();
        book
    }

    /// Returns the places of the records that hold a number, each place once, in order.
    pub(super) fn places(&self, number: E164, home: Option<Region>) -> impl Iterator<Item = usize> {
        // Mostly no field is in national notation: then nothing is sorted and nothing allocated.
        let mut international = run(&self.international, number.tail());
        let mut merged = self.dialled_at_home(number, home);
        if !merged.is_empty() {
            merged.extend(international.iter().filter(|(.., e164)| *e164 == number).map(|&(_, place, _)| place));
            merged.sort_unstable();
            international = &[];
        }
        // A record with the number in two fields is found once.
        let mut before = None;
        let international = international.iter().filter(move |(.., e164)| *e164 == number);
        let places = international.map(|&(_, place, _)| place).chain(merged);
        places.filter(move |&place| before.replace(place) != Some(place))
    }

    /// Returns the places of the records that hold the number in the national notation of `home`.
    fn dialled_at_home(&self, number: E164, home: Option<Region>) -> Vec<usize> {
        if home.is_none() {
            return Vec::new();
        }
        // A national number is another number in every region, so it is read for each call anew.
        let is_it = |text: &str| phone::parse(text, home).is_some_and(|read| read.e164 == number);
        let found = run(&self.national, number.tail()).iter().filter(|(.., text)| is_it(text));
        found.map(|&(_, place, _)| place).collect()
    }
}

/// Returns the elements of a sorted list that have a tail.
fn run<T>(list: &[(Tail, usize, T)], wanted: Tail) -> &[(Tail, usize, T)] {
    let from = list.partition_point(|&(tail, ..)| tail < wanted);
    let rest = list.get(from..).unwrap_or_default();
    let length = rest.iter().take_while(|&&(tail, ..)| tail == wanted).count();
    rest.get(..length).unwrap_or_default()
}
