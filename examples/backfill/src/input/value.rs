//! Follows the brackets of a JSON value and detects a page of calls.

/// The deepest nesting, the same as `serde_json`'s limit.
const MAX_DEPTH: u32 = 127;
/// The key of a page's list.
const CALLS: &[u8] = b"calls";

/// The state inside a value.
#[derive(Default)]
pub(super) struct Value {
    /// One bit for each open bracket, the innermost last: 1 for an object, 0 for a list.
    objects: u128,
    pub(super) depth: u32,
    pub(super) text: Text,
    /// The last significant byte outside of strings.
    pub(super) before: u8,
    /// Whether the value can be a page.
    is_outermost: bool,
    in_key: bool,
    /// The beginning of the last key of the outermost object.
    key: Vec<u8>,
}

/// The position relative to strings.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Text {
    #[default]
    Outside,
    Inside,
    Escaped,
}

impl Value {
    /// Creates the state before a value's first byte.
    pub(super) fn new(is_outermost: bool) -> Self {
        Self { is_outermost, ..Self::default() }
    }

    /// Creates the state of a page after its list.
    pub(super) fn rest_of_page() -> Self {
        Self { objects: 1, depth: 1, ..Self::default() }
    }

    const fn is_in_object(&self) -> bool {
        self.depth > 0 && self.objects & 1 == 1
    }

    pub(super) fn open_text(&mut self) {
        self.text = Text::Inside;
        self.in_key = self.is_outermost && self.depth == 1 && matches!(self.before, b'{' | b',');
        if self.in_key {
            self.key.clear();
        }
    }

    pub(super) fn note_key(&mut self, part: &[u8]) {
        if self.in_key {
            let room = (CALLS.len() + 1).saturating_sub(self.key.len());
            self.key.extend(part.iter().take(room));
        }
    }

    pub(super) fn is_at_calls(&self) -> bool {
        self.is_outermost && self.depth == 1 && self.before == b':' && self.key == CALLS
    }

    pub(super) fn open(&mut self, bracket: u8) -> bool {
        if self.depth == MAX_DEPTH || (self.is_in_object() && self.before != b':') {
            return false;
        }
        self.objects = self.objects << 1 | u128::from(bracket == b'{');
        self.depth += 1;
        self.before = bracket;
        true
    }

    pub(super) fn close(&mut self, bracket: u8) -> bool {
        let fits = self.is_in_object() == (bracket == b'}');
        self.objects >>= 1;
        self.depth -= 1;
        self.before = bracket;
        fits
    }
}
