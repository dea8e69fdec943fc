//! From a plan to what goes over the wire, and what Salesforce's answers say: requests out, answers in, until all is written.
//!
//! [`Enquiry`] writes the queries for a call. [`Writing`] writes one plan; [`collection`] many, in requests of 200; [`bulk`] thousands, as
//! files. [`Failure`] says what to do about an answer that is none.
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
pub use writing::{Made, Writing};

use serde_json::json;

use crate::json::words;
pub use crate::salesforce::API_VERSION;
use crate::salesforce::rest::path;
use crate::salesforce::task::field::OWNER_ID;
use crate::salesforce::{Id, Object, OwnerChange};

words! {
    /// How a request is sent.
    pub enum Method {
        /// Makes something.
        Post = "POST",
        /// Changes something.
        Patch = "PATCH",
    }
}

/// A request to Salesforce, its body `application/json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// How.
    pub method: Method,
    /// The path on the org's host.
    pub path: String,
    /// The body.
    pub body: String,
}

impl Request {
    /// Gives a record its new owner (OWN-10). [`Writing`] does so after the Task; this is for one that was cut short in between.
    #[must_use]
    pub fn hand_over(change: &OwnerChange) -> Self {
        let OwnerChange { object, id, owner } = change;
        Self::patch(*object, *id, json!({OWNER_ID: owner}).to_string())
    }

    fn post(object: Object, body: String) -> Self {
        Self { method: Method::Post, path: path(format_args!("sobjects/{}", object.name())), body }
    }

    fn patch(object: Object, id: Id, body: String) -> Self {
        Self { method: Method::Patch, path: path(format_args!("sobjects/{}/{id}", object.name())), body }
    }
}

/// Whether a status is one of success.
const fn is_success(status: u16) -> bool {
    matches!(status, 200..=299)
}
