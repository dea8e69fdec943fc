//! Which records hold a number, whatever way it is written, without reading every record's numbers for every call.

use crate::phone::{self, E164, Region, Tail};

/// Phone fields by number, each with the place of its record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PhoneBook {
    /// Written with a calling code: they are what they are.
    international: Vec<(Tail, usize, E164)>,
    /// Written without: which number they are depends on who reads them.
    national: Vec<(Tail, usize, String)>,
}

impl PhoneBook {
    pub(super) fn new<'a>(phones: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let mut book = Self::default();
        for (place, phone) in phones {
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

    /// The places of the records that hold a number, each once, in order.
    pub(super) fn places(&self, number: E164, home: Option<Region>) -> impl Iterator<Item = usize> {
        let mut international = run(&self.international, number.tail());
        let mut merged = self.dialled_at_home(number, home);
        if !merged.is_empty() {
            merged.extend(international.iter().filter(|(.., e164)| *e164 == number).map(|&(_, place, _)| place));
            merged.sort_unstable();
            international = &[];
        }
        let mut before = None;
        let international = international.iter().filter(move |(.., e164)| *e164 == number);
        let places = international.map(|&(_, place, _)| place).chain(merged);
        places.filter(move |&place| before.replace(place) != Some(place))
    }

    /// The places of those that hold it as people at home write it; no place needs no allocation.
    fn dialled_at_home(&self, number: E164, home: Option<Region>) -> Vec<usize> {
        if home.is_none() {
            return Vec::new();
        }
        let is_it = |text: &str| phone::parse(text, home).is_some_and(|read| read.e164 == number);
        let found = run(&self.national, number.tail()).iter().filter(|(.., text)| is_it(text));
        found.map(|&(_, place, _)| place).collect()
    }
}

/// The elements of a sorted list that have a tail.
fn run<T>(list: &[(Tail, usize, T)], wanted: Tail) -> &[(Tail, usize, T)] {
    let from = list.partition_point(|&(tail, ..)| tail < wanted);
    let rest = list.get(from..).unwrap_or_default();
    let length = rest.iter().take_while(|&&(tail, ..)| tail == wanted).count();
    rest.get(..length).unwrap_or_default()
}
