//! What makes the order of arrival not matter: every part of a history takes the greater of two, or the union.
//!
//! Greater by an order in which no two different values are equal, so whichever comes first, whichever comes twice, the greatest stays.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::stamp::Stamp;

/// Something of which two accounts can be brought together, in any order and any number of times.
pub(super) trait Join {
    /// Takes in the other account; whether it told anything new.
    fn join(&mut self, other: Self) -> bool;
}

/// A value as a snapshot told it. The newer one is greater; of one moment, the one with the greater value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Told<T> {
    pub(super) as_of: Stamp,
    pub(super) value: T,
}

/// The newest value told of a field, if any snapshot said anything of it (HIST-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Newest<T>(Option<Told<T>>);

impl<T> Newest<T> {
    /// What one snapshot says.
    pub(super) fn told(as_of: Stamp, value: Option<T>) -> Self {
        Self(value.map(|value| Told { as_of, value }))
    }

    pub(super) fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|told| &told.value)
    }

    pub(super) const fn is_untold(&self) -> bool {
        self.0.is_none()
    }
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl Newest<String> {
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        self.get().map(|text| Cow::Borrowed(text.as_str()))
    }
}

/// Keeps the greater of two.
pub(super) fn greater<T: Ord>(this: &mut T, other: T) -> bool {
    let is_new = other > *this;
    if is_new {
        *this = other;
    }
    is_new
}

impl<T: Ord> Join for Told<T> {
    fn join(&mut self, other: Self) -> bool {
        greater(self, other)
    }
}

impl<T: Ord> Join for Newest<T> {
    fn join(&mut self, other: Self) -> bool {
        self.0.join(other.0)
    }
}

impl<T: Join> Join for Option<T> {
    fn join(&mut self, other: Self) -> bool {
        match (self.as_mut(), other) {
            (Some(this), Some(other)) => this.join(other),
            (None, Some(other)) => {
                *self = Some(other);
                true
            }
            (_, None) => false,
        }
    }
}

impl<K: Ord, V: Join> Join for BTreeMap<K, V> {
    fn join(&mut self, other: Self) -> bool {
        let mut is_new = false;
        for (key, value) in other {
            match self.get_mut(&key) {
                Some(known) => is_new |= known.join(value),
                None => is_new |= self.insert(key, value).is_none(),
            }
        }
        is_new
    }
}

impl<T: Ord> Join for BTreeSet<T> {
    fn join(&mut self, other: Self) -> bool {
        let before = self.len();
        self.extend(other);
        self.len() > before
    }
}
