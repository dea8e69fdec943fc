//! Salesforce's side of the mapping: ids, texts within their limits, and the bodies of requests.
//!
//! This module knows nothing of Aircall.
//!
//! Sources: Salesforce's Object Reference and Field Reference Guide, v67.

pub(crate) mod body;
pub(crate) mod bytes;
pub mod check;
pub mod fields;
pub(crate) mod id;
pub(crate) mod record;
pub mod task;
pub mod text;

pub use body::BodyValue;
pub use id::{Id, IdError, Object};
pub use record::{NewCase, NewRecord, OwnerChange, RecordType};
pub use task::{FieldName, FieldValue, RecordRef, TaskCreate, TaskUpdate};
