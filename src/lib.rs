#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
// No panic is reachable from input.
#![warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![warn(clippy::string_slice, clippy::unwrap_used)]
// No I/O, no clock, no environment, and no order that differs from run to run: clippy.toml lists
// the methods and types that are forbidden.
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod aircall;
pub mod history;
mod json;
pub mod phone;
mod time;

pub mod facts;
pub mod lookup;
pub mod settings;
pub mod wording;

mod explain;
pub mod notice;
pub mod plan;
pub mod rules;
pub mod salesforce;

pub mod request;

#[doc = include_str!("../docs/cookbook.md")]
pub mod cookbook {}

pub use aircall::{Call, Webhook};
// This library's API contains types of chrono.
pub use chrono;
pub use explain::Explanation;
pub use facts::{Facts, Kind};
pub use history::CallHistory;
pub use json::{ReadError, read_json};
pub use lookup::{Directory, Lookup, Needs, needs};
pub use notice::Notice;
pub use phone::E164;
pub use plan::{Action, Because, Create, Plan, plan, plan_webhook};
pub use salesforce::{Id, TaskCreate, TaskUpdate};
pub use settings::{Settings, WorkflowAction};
