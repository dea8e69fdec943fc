//! The payloads that Aircall sends: webhooks, and calls from its REST API.
//!
//! Reading is lenient: a payload needs only what a Task cannot do without. [`Call`] lists the
//! required fields.
//!
//! [`Webhook::from_slice`] reads one payload. A page of calls (`GET /v1/calls`) is a list of
//! [`Call`]s:
//!
//! ```
//! use aircall_salesforce::{Call, read_json};
//!
//! #[derive(serde::Deserialize)]
//! struct Page<'a> {
//!     #[serde(borrow)]
//!     calls: Vec<Call<'a>>,
//! }
//!
//! let Page { calls } = read_json(
//!     br#"{"calls": [{"id": 812, "direction": "outbound", "started_at": 1772457500}],
//!         "meta": {"total": 1, "next_page_link": null}}"#,
//! )?;
//! assert_eq!(calls[0].id, 812);
//! # Ok::<(), aircall_salesforce::ReadError>(())
//! ```
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
//! | times | UNIX seconds, ISO 8601 |
//! | ids | numbers, text |
//! | an absent person | `null`, `{}`, a missing key |

mod call;
mod envelope;
mod id;
mod lenient;
mod locate;
mod notes;
mod object;
mod open_text;
mod people;
mod strict;
mod time;
mod unusable;
mod webhook;

pub use call::{Call, Direction, MissedCallReason};
pub use id::AircallId;
pub(crate) use lenient::digits;
pub use notes::{Comment, Tag, Tags};
pub use people::{CompanyNumber, Contact, Participant, ParticipantType, Team, User};
pub(crate) use time::OUT_OF_RANGE;
pub use time::Timestamp;
pub(crate) use unusable::Unusable;
pub use webhook::{Event, Token, Webhook};
