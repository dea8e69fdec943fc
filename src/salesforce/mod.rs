//! What Salesforce takes: ids with checksum, texts within their limits, the bodies of its requests.
//!
//! Nothing here knows Aircall. Sources: Salesforce's Object Reference and Field Reference Guide, v67.

pub(crate) mod body;
pub(crate) mod bytes;
pub mod check;
pub mod fields;
pub mod id;
pub mod query;
pub mod record;
pub(crate) mod rest;
pub mod task;
pub mod text;

pub use id::{Id, IdError, Object};
pub use record::{NewCase, NewRecord, OwnerChange, RecordType};
pub use rest::API_VERSION;
pub use task::{FieldName, FieldValue, RecordRef, TaskCreate, TaskUpdate};
