//! The HTTP requests that look calls up and write their Tasks, and the reading of Salesforce's
//! responses.
//!
//! - [`Batch`] takes one or many calls from the first query to the written Task.
//! - [`Failure`] classifies an error response and says how to recover.
//! - [`bulk`] writes thousands of plans as CSV files.
//!
//! Source: Salesforce's REST API Developer Guide and Composite resources, v67.

mod allowance;
mod answers;
mod ask;
mod batch;
pub mod bulk;
mod collection;
mod composite;
mod entry;
mod failure;
mod graph;
mod outcome;
mod query;
mod question;
mod rows;
mod shared;
mod write;

pub use allowance::Allowance;
pub use answers::Answers;
pub use batch::Batch;
pub use failure::{Failure, Remedy};
pub use outcome::{Checkpoint, Created, Fate, Outcome};
pub use query::Org;

use std::fmt;

use serde::Serialize;

use crate::json::words;

words! {
    /// The HTTP method of a request.
    pub enum Method {
        /// Reads.
        Get = "GET",
        /// Creates records, or runs several queries.
        Post = "POST",
        /// Updates records.
        Patch = "PATCH",
    }
}

/// A request to Salesforce.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The path and query string on the org's host.
    pub path: String,
    /// The JSON of the body, whose type is `application/json`. A `GET` has no body.
    pub body: Option<String>,
    /// The number by which the batch recognises the response.
    number: usize,
}

/// The version of Salesforce's REST API in every path: Summer '26.
const API_VERSION: &str = "v67.0";

/// Returns the path of a resource such as `sobjects/Task`.
fn path(resource: impl fmt::Display) -> String {
    format!("/services/data/{API_VERSION}/{resource}")
}

/// Writes the body of a request.
fn to_json(body: &impl Serialize) -> String {
    // serde_json fails only if a map has keys that are not texts, or if a value's own `Serialize`
    // fails. The bodies have neither, so the fallback is unreachable.
    let json = serde_json::to_string(body);
    debug_assert!(json.is_ok());
    json.unwrap_or_default()
}

/// Returns whether an HTTP status means success.
const fn is_success(status: u16) -> bool {
    matches!(status, 200..=299)
}
