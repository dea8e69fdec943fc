//! The fields of the call whose newest value counts, and the list of all fields (HIST-1).

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use super::CallHistory;
use crate::aircall::{Participant, Team, Timestamp};

/// A field of the call, and the form in which a history stores it.
pub(super) trait Field<'h>: Sized {
    type Stored;

    /// Returns the value to store, or `None` if the field is absent.
    fn store(&self) -> Option<Self::Stored>;

    /// Returns the field of the call. The history completes what the stored form abridges (HIST-4).
    fn load(stored: Option<&'h Self::Stored>, history: &'h CallHistory) -> Self;
}

impl<'h> Field<'h> for Option<Cow<'h, str>> {
    type Stored = String;

    fn store(&self) -> Option<String> {
        self.as_deref().map(str::to_owned)
    }

    fn load(stored: Option<&'h String>, _: &'h CallHistory) -> Self {
        stored.map(Cow::from)
    }
}

impl Field<'_> for Option<Timestamp> {
    type Stored = Timestamp;

    fn store(&self) -> Option<Timestamp> {
        *self
    }

    fn load(stored: Option<&Timestamp>, _: &CallHistory) -> Self {
        stored.copied()
    }
}

/// A participant is stored as its role.
impl<'h> Field<'h> for Participant<'h> {
    type Stored = String;

    fn store(&self) -> Option<String> {
        self.participant_type.store()
    }

    fn load(stored: Option<&'h String>, history: &'h CallHistory) -> Self {
        Self { participant_type: Field::load(stored, history) }
    }
}

/// A team is stored as its name.
impl<'h> Field<'h> for Team<'h> {
    type Stored = String;

    fn store(&self) -> Option<String> {
        self.name.store()
    }

    fn load(stored: Option<&'h String>, history: &'h CallHistory) -> Self {
        Self { name: Field::load(stored, history) }
    }
}

/// An empty list is absent: it removes nothing (HIST-4).
impl<'h, T: Field<'h>> Field<'h> for Vec<T> {
    // A participant without a role counts too (KIND-3), so absent elements are stored.
    type Stored = Vec<Option<T::Stored>>;

    fn store(&self) -> Option<Self::Stored> {
        (!self.is_empty()).then(|| self.iter().map(T::store).collect())
    }

    fn load(stored: Option<&'h Self::Stored>, history: &'h CallHistory) -> Self {
        stored.into_iter().flatten().map(|stored| T::load(stored.as_ref(), history)).collect()
    }
}

/// Reads the value of a key that must be present (HIST-10). Without such a function, serde reads a
/// missing key of an `Option` as `None`.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(deserializer)
}

/// Declares [`CallHistory`], one line per field.
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
                // The macro has the lists of the struct's fields, so no field can be forgotten.
                // `||` would skip every field after the first that contained something new.
                false $(| self.$newest.join(other.$newest))* $(| self.$joined.join(other.$joined))*
            }
        }
    };
}
pub(super) use call_history;
