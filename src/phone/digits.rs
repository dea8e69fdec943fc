//! The digits of a number, stored inline.

/// The capacity: more digits than 17 national digits and their prefixes.
const CAPACITY: usize = 64;

/// Up to 64 ASCII digits without an allocation.
#[derive(Clone, Copy)]
pub(super) struct Digits {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Digits {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: 0 }
    }

    /// Collects ASCII digits; `None` if there are too many digits for any number.
    pub(super) fn collect(digits: impl IntoIterator<Item = u8>) -> Option<Self> {
        let mut collected = Self::new();
        digits.into_iter().try_for_each(|digit| collected.push_if(digit, true))?;
        Some(collected)
    }

    /// Appends the byte if it is a digit.
    // Without a branch on `is_digit`, which the processor would often predict wrong.
    pub(super) fn push_if(&mut self, digit: u8, is_digit: bool) -> Option<()> {
        *self.bytes.get_mut(self.len)? = digit;
        self.len += usize::from(is_digit);
        Some(())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        // `push_if` fails before `len` exceeds the array, so the fallback is unreachable.
        self.bytes.get(..self.len).unwrap_or_default()
    }
}
