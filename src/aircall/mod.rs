//! The payloads that Aircall sends: webhooks about calls, text messages and what Aircall's AI says
//! of calls, and calls from its REST API.
//!
//! Reading is lenient: a payload needs only what a Task cannot do without. [`Call`] and [`Message`]
//! list the required fields.
//!
//! [`Webhook::from_slice`] reads one payload, and [`CallPage::from_slice`] a page of calls
//! (`GET /v1/calls`).
//!
//! - **LOG-8**: Whatever else is missing, empty or of a wrong shape costs only what depends on it.
//!   `null`, `{}`, `[]` and blank texts say nothing. A value that says something and cannot be used
//!   becomes a [`Notice`](crate::Notice) in the plan. Its field is the path in Aircall's names,
//!   without places in lists: `comments.posted_by.name`.
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
