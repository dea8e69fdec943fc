//! Searches for bytes of a class, sixteen bytes at a time.
//!
//! Most texts that are mapped contain no byte that needs work. The standard library's `any` has a
//! branch for each byte. The searches here have a branch for sixteen bytes, and the compiler turns
//! the test of these bytes into vector instructions.

/// The number of bytes that are tested together.
const STRETCH: usize = 16;

/// Half a stretch, for the many texts that are shorter than a stretch.
const HALF: usize = STRETCH / 2;

/// Returns whether a text contains a byte for which `is` returns true.
///
/// `is` must be free of branches to be fast, as [`is_in`] is.
pub(crate) fn any(text: &[u8], is: impl Fn(u8) -> bool) -> bool {
    text.chunks_exact(STRETCH).any(|stretch| any_in(stretch, &is)) || any_at_end(text, is)
}

/// Returns the index of the first byte for which `is` returns true.
pub(crate) fn find(text: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    let mut stretches = text.chunks_exact(STRETCH);
    let from = match stretches.position(|stretch| any_in(stretch, &is)) {
        Some(number) => number * STRETCH,
        None if any_at_end(text, &is) => text.len() - stretches.remainder().len(),
        None => return None,
    };
    let within = text.get(from..)?.iter().position(|&byte| is(byte))?;
    Some(from + within)
}

/// Returns whether `is` returns true for one of the last bytes, at least those after the last whole
/// stretch.
fn any_at_end(text: &[u8], is: impl Fn(u8) -> bool) -> bool {
    // The last bytes are read as a whole stretch, some of them for the second time: a loop over
    // single bytes would be most of the work.
    match (text.last_chunk::<STRETCH>(), text.first_chunk::<HALF>(), text.last_chunk::<HALF>()) {
        (Some(last), ..) => any_in(last, is),
        (None, Some(first), Some(last)) => any_in(first, &is) || any_in(last, &is),
        _ => text.iter().any(|&byte| is(byte)),
    }
}

#[inline]
fn any_in(stretch: &[u8], is: impl Fn(u8) -> bool) -> bool {
    // `fold` and not `any`: an early exit would be a branch for each byte.
    stretch.iter().fold(0, |found, &byte| found | u8::from(is(byte))) != 0
}

/// Returns whether a byte lies within one of these inclusive ranges.
#[inline]
pub(crate) fn is_in<const N: usize>(byte: u8, ranges: [(u8, u8); N]) -> bool {
    ranges.iter().fold(0, |found, (first, last)| found | u8::from(byte.wrapping_sub(*first) <= last - first)) != 0
}
