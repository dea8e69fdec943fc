//! The HTTP requests that write plans, and the reading of Salesforce's responses.
//!
//! - [`Enquiry`] builds the queries for a call and reads the responses into a directory.
//! - [`Writing`] writes one plan.
//! - [`collection`] writes many plans in requests of up to 200 records.
//! - [`bulk`] writes thousands of plans as CSV files.
//! - [`Failure`] classifies an error response and says how to recover.
//!
//! Source: Salesforce's REST API Developer Guide and Composite resources, v67.

mod answers;
pub mod bulk;
pub mod collection;
mod composite;
mod enquiry;
mod failure;
mod question;
mod writing;

pub use enquiry::Enquiry;
pub use failure::{Failure, Remedy};
pub use question::{Org, Question};
pub use writing::{Created, Writing};

use serde::Serialize;

use crate::json::words;
use crate::salesforce::body::Fields;
use crate::salesforce::rest::path;
use crate::salesforce::{Id, Object, OwnerChange};

words! {
    /// The HTTP method of a request.
    pub enum Method {
        /// Creates records.
        Post = "POST",
        /// Updates records.
        Patch = "PATCH",
    }
}

/// A request to Salesforce whose body is `application/json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The path on the org's host.
    pub path: String,
    /// The JSON of the body.
    pub body: String,
}

impl Request {
    /// Returns the request that changes the owner of a record (OWN-10).
    ///
    /// [`Writing`] sends this request after the Task. Use `hand_over` to resume a plan that was
    /// interrupted in between.
    #[must_use]
    pub fn hand_over(change: &OwnerChange) -> Self {
        Self::patch(change.object, change.id, to_json(&Fields(change.fields())))
    }

    fn post(object: Object, body: String) -> Self {
        Self { method: Method::Post, path: path(format_args!("sobjects/{}", object.name())), body }
    }

    fn patch(object: Object, id: Id, body: String) -> Self {
        Self { method: Method::Patch, path: path(format_args!("sobjects/{}/{id}", object.name())), body }
    }
}

/// Writes the body of a request.
fn to_json(body: &impl Serialize) -> String {
    // serde_json fails only on map keys that are not texts, and on errors of the value's own
    // `Serialize`. The bodies have neither, so the fallback is unreachable.
    let json = serde_json::to_string(body);
    debug_assert!(json.is_ok());
    json.unwrap_or_default()
}

/// Returns whether an HTTP status means success.
const fn is_success(status: u16) -> bool {
    matches!(status, 200..=299)
}
