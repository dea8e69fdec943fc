#![doc = include_str!("../README.md")]

pub mod aircall;
mod json;
pub mod phone;

pub mod facts;
pub mod lookup;
pub mod settings;
pub mod wording;

pub mod notice;
pub mod plan;
pub mod rules;
pub mod salesforce;

pub use aircall::{Call, Webhook};
pub use facts::{Facts, Kind};
pub use json::ReadError;
pub use lookup::{Directory, Lookup, Needs, needs};
pub use notice::Notice;
pub use phone::E164;
pub use plan::{Action, Because, Create, Plan, plan, plan_webhook};
pub use salesforce::{Id, TaskCreate, TaskUpdate};
pub use settings::{OnCall, Settings};
