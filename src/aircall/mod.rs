//! The payloads that Aircall sends: webhooks about calls, messages and insights of Aircall's AI,
//! and responses of Aircall's REST API with calls.
//!
//! Reading is lenient: a payload needs only what a Task cannot do without. [`Call`] and [`Message`]
//! list the required fields.
//!
//! [`Webhook::from_slice`] reads one payload, and [`CallPage::from_slice`] reads a page of calls
//! (`GET /v1/calls`).
//!
//! - **LOG-8**: Every other field may be missing, empty or of a wrong shape. This affects only what
//!   depends on the field. `null`, `{}`, `[]` and blank texts have no content and count as absent.
//!   A value that has content and cannot be used becomes a [`Notice`](crate::Notice) in the plan.
//!   The notice's field is the path in Aircall's names, without list indices:
//!   `comments.posted_by.name`.
//!
//! # Sources
//!
//! - Aircall's API reference.
//! - Webhooks captured in 2022.
//! - REST responses from 2023 to 2026.
//!
//! The sources differ in these fields. Every form is read:
//!
//! | field | forms |
//! |---|---|
//! | participants | `participants`, `conference_participants` |
//! | the time of a tag | `tagged_at`, `created_at` |
//! | times | UNIX seconds (`1772457500`, `1772457500.0`, both as text too), ISO 8601 |
//! | times of messages | UNIX milliseconds too |
//! | no answer, no end | `null`, `""`, 0, a missing key |
//! | ids | numbers, text |
//! | `direction` | in any case |
//! | an absent person | `null`, `{}`, a missing key |
//! | objects and lists | themselves, a text that contains their JSON |
//! | tags | objects, names |

mod call;
mod envelope;
mod error;
mod id;
mod insight;
mod lenient;
mod message;
mod notes;
mod object;
mod page;
mod people;
mod strict;
mod time;
mod unusable;
mod webhook;

pub use call::{Call, Direction};
pub use id::AircallId;
pub(crate) use insight::CallInsight;
pub use insight::{Insight, InsightKind};
pub(crate) use lenient::digits;
pub use message::{Media, Message};
pub use notes::{Comment, Tag, Tags};
pub use page::CallPage;
pub use people::{CompanyNumber, Contact, Participant, Team, User};
pub(crate) use time::OUT_OF_RANGE;
pub use time::Timestamp;
pub(crate) use unusable::Unusable;
pub use webhook::{Token, Webhook};
