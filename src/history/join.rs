//! Joining: the reason why the order of arrival does not matter.
//!
//! Every part of a history keeps the greater of two values, or the union of two sets. Two different
//! values never compare as equal. So the result is the same, whichever value comes first and
//! however often each value comes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::stamp::Stamp;
use crate::aircall::Unusable;

/// A value that can be joined with another, in any order and any number of times.
pub(super) trait Join {
    /// Adds the other value. Returns whether it contained anything new.
    fn join(&mut self, other: Self) -> bool;
}

/// Implements [`Join`] for a struct by joining every field.
macro_rules! join_fields {
    ($name:ident { $($field:ident),* }) => {
        impl $crate::history::join::Join for $name {
            fn join(&mut self, other: Self) -> bool {
                // The pattern lists all fields, so that the compiler finds a forgotten one.
                let Self { $($field),* } = other;
                // `||` would skip every field after the first that contained something new.
                false $(| self.$field.join($field))*
            }
        }
    };
}
pub(super) use join_fields;

/// A value, and the stamp of the snapshot that contained it.
///
/// The newer value is greater. If two values have the same stamp, the greater value wins:
/// arbitrary, but independent of the order of arrival (HIST-2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dated<T> {
    pub(super) as_of: Stamp,
    pub(super) value: T,
}

/// The newest value of a field, if any snapshot contained one (HIST-1).
pub(super) type Newest<T> = Option<Dated<T>>;

impl<T> Dated<T> {
    /// Returns what one snapshot contributes to a field.
    pub(super) fn newest(as_of: Stamp, value: Option<T>) -> Newest<T> {
        value.map(|value| Self { as_of, value })
    }

    pub(super) const fn value(&self) -> &T {
        &self.value
    }
}

/// Keeps the greater of two values.
pub(super) fn greater<T: Ord>(this: &mut T, other: T) -> bool {
    let is_new = other > *this;
    if is_new {
        *this = other;
    }
    is_new
}

impl<T: Ord> Join for Dated<T> {
    fn join(&mut self, other: Self) -> bool {
        greater(self, other)
    }
}

/// Keeps the earlier stamp.
impl Join for Reverse<Stamp> {
    fn join(&mut self, other: Self) -> bool {
        greater(self, other)
    }
}

impl Join for Unusable {
    fn join(&mut self, other: Self) -> bool {
        self.absorb(other)
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
                Some(this) => is_new |= this.join(value),
                None => is_new |= self.insert(key, value).is_none(),
            }
        }
        is_new
    }
}

impl<T: Ord> Join for BTreeSet<T> {
    fn join(&mut self, other: Self) -> bool {
        // `extend` does not report what it added.
        let before = self.len();
        self.extend(other);
        self.len() > before
    }
}
