//! The fields of the call whose newest value counts, and the list of all fields (HIST-1).

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use super::CallHistory;
use crate::aircall::{Participant, Team, Timestamp};

/// A value of the call, and the form in which a history stores it.
pub(super) trait Value<'h>: Sized {
    type Stored;

    fn store(&self) -> Self::Stored;

    /// Returns whether a value contains nothing, like `{}`: it is as good as absent.
    fn is_absent(_stored: &Self::Stored) -> bool {
        false
    }

    fn load(stored: &'h Self::Stored, history: &'h CallHistory) -> Self;
}

impl<'h> Value<'h> for Cow<'h, str> {
    type Stored = String;

    fn store(&self) -> String {
        self.clone().into_owned()
    }

    fn load(stored: &'h String, _: &'h CallHistory) -> Self {
        Cow::Borrowed(stored)
    }
}

impl Value<'_> for Timestamp {
    type Stored = Self;

    fn store(&self) -> Self {
        *self
    }

    fn load(stored: &Self, _: &CallHistory) -> Self {
        *stored
    }
}

/// A participant is stored as its role.
impl<'h> Value<'h> for Participant<'h> {
    type Stored = Option<String>;

    fn store(&self) -> Option<String> {
        // A participant without a role counts too (KIND-3), hence the `Option` in the list.
        self.participant_type.as_deref().map(str::to_owned)
    }

    fn load(stored: &'h Option<String>, _: &'h CallHistory) -> Self {
        Self { participant_type: stored.as_deref().map(Cow::Borrowed) }
    }
}

/// A team is stored as its name.
impl<'h> Value<'h> for Team<'h> {
    type Stored = Option<String>;

    fn store(&self) -> Option<String> {
        self.name.as_deref().map(str::to_owned)
    }

    fn load(stored: &'h Option<String>, _: &'h CallHistory) -> Self {
        Self { name: stored.as_deref().map(Cow::Borrowed) }
    }
}

/// A field of the call that may be absent.
pub(super) trait Field<'h>: Sized {
    type Stored;

    /// Returns what is stored, or `None` if the field is absent.
    fn store(&self) -> Option<Self::Stored>;

    fn load(stored: Option<&'h Self::Stored>, history: &'h CallHistory) -> Self;
}

impl<'h, T: Value<'h>> Field<'h> for Option<T> {
    type Stored = T::Stored;

    fn store(&self) -> Option<T::Stored> {
        self.as_ref().map(T::store).filter(|stored| !T::is_absent(stored))
    }

    fn load(stored: Option<&'h T::Stored>, history: &'h CallHistory) -> Self {
        stored.map(|stored| T::load(stored, history))
    }
}

/// An empty list is absent: it takes nothing away (HIST-4).
impl<'h, T: Value<'h>> Field<'h> for Vec<T> {
    type Stored = Vec<T::Stored>;

    fn store(&self) -> Option<Self::Stored> {
        (!self.is_empty()).then(|| self.iter().map(T::store).collect())
    }

    fn load(stored: Option<&'h Self::Stored>, history: &'h CallHistory) -> Self {
        stored.into_iter().flatten().map(|stored| T::load(stored, history)).collect()
    }
}

/// Reads the value of a key. serde reads a missing key as null, unless a function reads the value
/// (HIST-10).
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(deserializer)
}

/// Declares [`CallHistory`]: one line a field.
///
/// - `newest`: fields that have the same name in [`Call`](crate::aircall::Call), with their stored
///   type. The newest value counts.
/// - `joined`: fields with a rule of their own, each with what one snapshot contributes.
/// - `call`: the remaining fields of the call, made from the history.
///
/// The compiler rejects a field of the call that none of the lists contains.
macro_rules! call_history {
    (
        $(#[$meta:meta])*
        $visibility:vis struct CallHistory;
        newest { $($(#[$newest_meta:meta])* $newest:ident: $stored:ty,)* }
        joined from |$as_of:ident, $snapshot:ident| {
            $($(#[$joined_meta:meta])* $joined:ident: $type:ty = $contribution:expr,)*
        }
        call from |$history:ident| { $($field:ident: $value:expr,)* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, expecting = "a call's history")]
        $visibility struct CallHistory {
            #[serde(deserialize_with = "version::read")]
            version: u64,
            call: u64,
            $($(#[$newest_meta])* #[serde(deserialize_with = "field::present")] $newest: Newest<$stored>,)*
            $($(#[$joined_meta])* #[serde(deserialize_with = "field::present")] $joined: $type,)*
        }

        impl CallHistory {
            /// Returns the history that contains only one snapshot.
            fn of_snapshot($as_of: Stamp, $snapshot: &Call<'_>) -> Self {
                Self {
                    version: version::VERSION,
                    call: $snapshot.id,
                    $($newest: Dated::newest($as_of, Field::store(&$snapshot.$newest)),)*
                    $($joined: $contribution,)*
                }
            }

            /// Returns the history that contains no snapshot.
            fn without_snapshot(call: u64) -> Self {
                Self {
                    version: version::VERSION,
                    call,
                    $($newest: None,)*
                    $($joined: Default::default(),)*
                }
            }

            /// Returns the call as of its newest webhook, completed by the others, or `None` if no
            /// webhook of the call itself is known.
            ///
            /// Its tags are the tags to log: after an answered transfer, the tags of earlier agents
            /// are left out (HIST-8).
            #[must_use]
            pub fn call(&self) -> Option<Call<'_>> {
                let $history = self;
                Some(Call {
                    id: self.call,
                    $($newest: Field::load(self.$newest.as_ref().map(Dated::value), self),)*
                    $($field: $value,)*
                })
            }

            /// Joins two histories of the same call. Returns whether the other one contained
            /// anything new.
            fn join(&mut self, other: Self) -> bool {
                // The lists are the struct's own, so that no field can be forgotten here.
                // `||` would skip every field after the first that contained something new.
                false $(| self.$newest.join(other.$newest))* $(| self.$joined.join(other.$joined))*
            }
        }
    };
}
pub(super) use call_history;
