//! The texts that agents add to a call: notes and tags.

use std::borrow::Cow;
use std::ops::Deref;

use serde::Serialize;
use serde::de::SeqAccess;

use super::id::AircallId;
use super::lenient::{Json, Wire, take_json};
use super::object::wire_object;
use super::people::User;
use super::time::Timestamp;
use super::unusable::Report;

wire_object! {
    /// A note on the call. Every event contains all existing notes, but agents often write a note
    /// only after `call.ended`.
    pub struct Comment<'a> {
        /// Aircall's id of the note.
        pub id: Option<AircallId<'a>> = "id",
        /// The text, with line breaks.
        pub content: Option<Cow<'a, str>> = "content",
        /// The time at which the note was written.
        pub posted_at: Option<Timestamp> = "posted_at",
        /// The author. A note that came through Aircall's API has no author.
        pub posted_by: Option<User<'a>> = "posted_by",
    }
}

wire_object! {
    /// A tag on the call.
    pub struct Tag<'a> {
        /// Aircall's id of the tag.
        pub id: Option<AircallId<'a>> = "id",
        /// The name that people read.
        pub name: Option<Cow<'a, str>> = "name",
        /// The agent who set the tag. A tag that Aircall set has none: a queue callback's tag
        /// contains `"tagged_by": {}`.
        pub tagged_by: Option<User<'a>> = "tagged_by",
        /// The time at which the tag was set: `tagged_at` in webhooks, `created_at` in REST.
        pub tagged_at: Option<Timestamp> = "tagged_at" | created_at = "created_at",
    }
    // Flows and warehouses reduce a tag to its name.
    or text: name
}

impl Tag<'_> {
    /// Returns whether the tag is logged after the call was handed over to `holder`: an agent's own
    /// tags are logged (XFER-1), and tags without a known tagger (XFER-3). Without a `holder` the
    /// call was not handed over, and every tag is logged.
    pub(crate) fn stays_with(&self, holder: Option<&AircallId<'_>>) -> bool {
        let tagger = self.tagged_by.as_ref().and_then(|user| user.id.as_ref());
        holder.is_none() || tagger.is_none() || tagger == holder
    }
}

/// The tags on a call, in the order of the payload.
///
/// The type also remembers whether the payload contained a list. `[]` means that the last tag was
/// removed; `null` or a missing key means nothing. Only [`history`](crate::history) needs the
/// difference: everywhere else both are an empty list, and both are equal.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Tags<'a>(Option<Vec<Tag<'a>>>);

impl Tags<'_> {
    /// Returns whether the payload contained a list of tags, also if the list was empty.
    pub(crate) const fn is_present(&self) -> bool {
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
        // An absent list and an empty list mean the same to every rule.
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
    fn take_value(&mut self, value: Json<'de>, report: &mut Report) {
        self.0 = report.unusable(&value);
    }

    fn take_text(&mut self, text: Cow<'de, str>, report: &mut Report) {
        take_json(self, text, '[', report);
    }

    fn take_list<A: SeqAccess<'de>>(&mut self, list: A, report: &mut Report) -> Result<(), A::Error> {
        self.0.insert(Vec::new()).take_list(list, report)
    }
}
