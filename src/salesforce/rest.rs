//! Where Salesforce's REST API answers.

use std::fmt;

/// The version of Salesforce's REST API that is spoken: Summer '26.
pub const API_VERSION: &str = "v67.0";

/// The path of a resource: `sobjects/Task`.
pub(crate) fn path(resource: impl fmt::Display) -> String {
    format!("/services/data/{API_VERSION}/{resource}")
}
