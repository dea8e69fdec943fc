//! A number's digits, held inline.

/// More digits than any number has: 17 national ones, and what may stand before them.
const CAPACITY: usize = 64;

/// Up to 64 ASCII digits, without allocation.
#[derive(Clone, Copy)]
pub(super) struct Digits {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Digits {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: 0 }
    }

    /// Appends an ASCII digit; `None` when full, and so no number whatever its prefixes are.
    pub(super) fn push(&mut self, digit: u8) -> Option<()> {
        self.push_if(digit, true)
    }

    /// The same, or nothing. Which of both takes no branch: that would often be guessed wrong.
    pub(super) fn push_if(&mut self, digit: u8, is_digit: bool) -> Option<()> {
        *self.bytes.get_mut(self.len)? = digit;
        self.len += usize::from(is_digit);
        Some(())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}
