//! The digits of a number, stored inline.

/// More digits than the 17 of a national number together with their prefixes.
const CAPACITY: usize = 64;

/// ASCII digits without an allocation.
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

    /// Appends the byte if it is a digit. Returns `None` if the array is full.
    // There is no branch on `is_digit`, because the processor would often predict it wrong.
    pub(super) fn push_if(&mut self, byte: u8, is_digit: bool) -> Option<()> {
        *self.bytes.get_mut(self.len)? = byte;
        self.len += usize::from(is_digit);
        Some(())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        // `push_if` fails before `len` exceeds the array, so the fallback is unreachable.
        self.bytes.get(..self.len).unwrap_or_default()
    }
}
