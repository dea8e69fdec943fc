//! Which records hold a number, whatever way it is written, without reading every record's numbers for every call.

use crate::phone::{self, E164, Region};

/// A text's last digits, by which national spellings are found before they are read.
const TAIL: usize = 4;

/// Phone fields by number, each with the place of its record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PhoneBook {
    /// Written with a calling code: they are what they are.
    international: Vec<(E164, usize)>,
    /// Written without: which number they are depends on who reads them. By their last digits.
    national: Vec<([u8; TAIL], usize, String)>,
    /// Without a calling code and with something other than digits and separators (an extension, letters), or very short.
    odd: Vec<(usize, String)>,
}

impl PhoneBook {
    pub(super) fn new<'a>(phones: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let mut book = Self::default();
        for (place, phone) in phones {
            if let Some(number) = phone::parse(phone, None) {
                book.international.push((number.e164, place));
            } else if let Some(tail) = plain_tail(phone) {
                book.national.push((tail, place, phone.to_owned()));
            } else if phone.bytes().any(|byte| byte.is_ascii_digit()) || !phone.is_ascii() {
                book.odd.push((place, phone.to_owned()));
            }
        }
        book.international.sort_unstable();
        book.national.sort_unstable();
        book
    }

    /// The places of the records that hold a number, each once, in order.
    pub(super) fn places(&self, number: E164, home: Option<Region>) -> impl Iterator<Item = usize> {
        let mut international = run(&self.international, &number, |(e164, _)| e164);
        let mut merged = self.dialled_at_home(number, home);
        if !merged.is_empty() {
            merged.extend(international.iter().map(|&(_, place)| place));
            merged.sort_unstable();
            international = &[];
        }
        let mut before = None;
        let places = international.iter().map(|&(_, place)| place).chain(merged);
        places.filter(move |&place| before.replace(place) != Some(place))
    }

    /// The places of those that hold it as people at home write it; no place needs no allocation.
    fn dialled_at_home(&self, number: E164, home: Option<Region>) -> Vec<usize> {
        let is_it = |text: &str| phone::parse(text, home).is_some_and(|read| read.e164 == number);
        let national = tail(number.as_bytes()).filter(|_| home.is_some());
        let national = national.map(|tail| run(&self.national, &tail, |(tail, ..)| tail)).unwrap_or_default();
        let national = national.iter().map(|(_, place, text)| (place, text));
        let odd = self.odd.iter().filter(|_| home.is_some()).map(|(place, text)| (place, text));
        national.chain(odd).filter(|(_, text)| is_it(text)).map(|(&place, _)| place).collect()
    }
}

/// The elements of a sorted list that have a key.
fn run<'l, T, K: Ord>(list: &'l [T], key: &K, key_of: impl Fn(&T) -> &K) -> &'l [T] {
    let from = list.partition_point(|element| key_of(element) < key);
    let rest = list.get(from..).unwrap_or_default();
    let length = rest.partition_point(|element| key_of(element) == key);
    rest.get(..length).unwrap_or_default()
}

fn tail(digits: &[u8]) -> Option<[u8; TAIL]> {
    digits.last_chunk().copied()
}

/// The last digits of a text that holds nothing but digits and separators.
fn plain_tail(text: &str) -> Option<[u8; TAIL]> {
    let is_separator = |byte: u8| matches!(byte, b' ' | b'-' | b'.' | b'(' | b')' | b'/');
    let mut digits = Vec::with_capacity(text.len());
    for byte in text.trim().bytes() {
        if byte.is_ascii_digit() {
            digits.push(byte);
        } else if !is_separator(byte) {
            return None;
        }
    }
    tail(&digits)
}
