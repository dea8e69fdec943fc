//! What agents write on a call: notes and tags.

use std::borrow::Cow;

use super::id::AircallId;
use super::lenient::wire_object;
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
