//! What agents write on a call: notes and tags.

use std::borrow::Cow;
use std::ops::Deref;

use serde::Serialize;
use serde::de::SeqAccess;

use super::id::AircallId;
use super::lenient::{Shape, Wire, wire_object};
use super::people::User;
use super::time::Timestamp;

wire_object! {
    /// A note on the call. Every event carries all notes there are, but a note is often written only after `call.ended`.
    pub struct Comment<'a> {
        /// Aircall's id of the note.
        pub id: Option<AircallId<'a>> = "id",
        /// The text, with line breaks.
        pub content: Option<Cow<'a, str>> = "content",
        /// When it was written.
        pub posted_at: Option<Timestamp> = "posted_at",
        /// Who wrote it; `null` when it came through Aircall's API.
        pub posted_by: Option<User<'a>> = "posted_by",
    }
}

wire_object! {
    /// A tag on the call.
    pub struct Tag<'a> {
        /// Aircall's id of the tag.
        pub id: Option<AircallId<'a>> = "id",
        /// What people read.
        pub name: Option<Cow<'a, str>> = "name",
        /// Who set it; `{}` when the system did (`"tagged_by": {}` on a queue callback's tag).
        pub tagged_by: Option<User<'a>> = "tagged_by",
        /// When it was set: `tagged_at` in webhooks, `created_at` in REST.
        pub tagged_at: Option<Timestamp> = "tagged_at" | "created_at",
    }
}

impl Tag<'_> {
    /// Returns whether the tag is logged after the call was handed over to `holder`, if it was: only their
    /// own tags are (XFER-1), and those that nobody known has set (XFER-3).
    pub(crate) fn stays_with(&self, holder: Option<&AircallId<'_>>) -> bool {
        let tagger = self.tagged_by.as_ref().and_then(|user| user.id.as_ref());
        holder.is_none() || tagger.is_none() || tagger == holder
    }
}

/// The tags on a call, in the payload's order; a list, and whether the payload has one.
///
/// `[]` says that the last tag was taken away, `null` or no key says nothing. To most rules both are an empty list; only where snapshots of
/// one call are brought together do they differ ([`history`](crate::history)). Two are equal where their tags are.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Tags<'a>(Option<Vec<Tag<'a>>>);

impl Tags<'_> {
    pub(super) const fn untold() -> Self {
        Self(None)
    }

    /// Whether the payload has a list of tags, be it empty.
    #[must_use]
    pub const fn are_told(&self) -> bool {
        self.0.is_some()
    }
}

impl<'a> Deref for Tags<'a> {
    type Target = [Tag<'a>];

    fn deref(&self) -> &[Tag<'a>] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl PartialEq for Tags<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Tags<'_> {}

impl<'a> From<Vec<Tag<'a>>> for Tags<'a> {
    fn from(tags: Vec<Tag<'a>>) -> Self {
        Self(Some(tags))
    }
}

impl<'de> Wire<'de> for Tags<'de> {
    fn take_shape(&mut self, _: Shape) {
        self.0 = None;
    }

    fn take_list<A: SeqAccess<'de>>(&mut self, list: A) -> Result<(), A::Error> {
        self.0.insert(Vec::new()).take_list(list)
    }
}
