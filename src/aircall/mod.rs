//! What arrives from Aircall: webhooks, and calls from its REST API.
//!
//! Lenient by design: of a payload only what a Task cannot do without has to be there, see [`Call`].
//!
//! # Sources
//!
//! Aircall's API reference, webhooks captured in 2022, REST answers of 2023 to 2026. Where they differ, all forms are read:
//! `participants` and `conference_participants`, `tagged_at` and `created_at`, times as seconds or ISO 8601, ids as numbers or text,
//! an absent person as `null`, `{}` or no key.

mod call;
mod draft;
mod id;
mod lenient;
mod locate;
mod notes;
mod open_enum;
mod page;
mod people;
mod time;
mod webhook;

pub use call::{Call, CallError, Direction, MissedCallReason};
pub use id::AircallId;
pub use lenient::Shape;
pub use notes::{Comment, Tag, Tags};
pub use page::{CallPage, PageMeta};
pub use people::{CompanyNumber, Contact, Participant, ParticipantType, Team, User};
pub use time::{OutOfRange, Timestamp};
pub use webhook::{Event, Token, Webhook};
