//! Looking for bytes in a text, many at a time.

/// Bytes looked at in one go; of 16 a compiler makes a few vector instructions.
const STRETCH: usize = 16;

/// For the many texts that are shorter than a stretch.
const HALF: usize = STRETCH / 2;

/// Whether a text holds a byte of a kind. `is` should have no branches, [`is_in`] has none.
///
/// The end of a text is no loop over single bytes, that would be most of the work: the last sixteen, or eight, are looked at as one, some
/// of them for a second time.
pub(crate) fn any(text: &[u8], is: impl Fn(u8) -> bool) -> bool {
    match (text.last_chunk::<STRETCH>(), text.first_chunk::<HALF>(), text.last_chunk::<HALF>()) {
        (Some(last), ..) => text.chunks_exact(STRETCH).any(|stretch| any_in(stretch, &is)) || any_in(last, &is),
        (None, Some(first), Some(last)) => any_in(first, &is) || any_in(last, &is),
        _ => text.iter().any(|&byte| is(byte)),
    }
}

/// Where the first such byte stands.
pub(crate) fn find(text: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    let mut stretches = text.chunks_exact(STRETCH);
    let from = match stretches.position(|stretch| any_in(stretch, &is)) {
        Some(number) => number * STRETCH,
        None if any(stretches.remainder(), &is) => text.len() - stretches.remainder().len(),
        None => return None,
    };
    let within = text.get(from..)?.iter().position(|&byte| is(byte))?;
    Some(from + within)
}

#[inline]
fn any_in(stretch: &[u8], is: impl Fn(u8) -> bool) -> bool {
    stretch.iter().fold(0, |found, &byte| found | u8::from(is(byte))) != 0
}

/// Whether a byte lies within one of these bounds.
#[inline]
pub(crate) fn is_in<const N: usize>(byte: u8, bounds: [(u8, u8); N]) -> bool {
    bounds.iter().fold(0, |found, (first, last)| found | u8::from(byte.wrapping_sub(*first) <= last - first)) != 0
}
