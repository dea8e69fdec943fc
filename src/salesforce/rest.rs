//! The paths of Salesforce's REST API.

use std::fmt;

/// The version of Salesforce's REST API in every path: Summer '26.
const API_VERSION: &str = "v67.0";

/// Returns the path of a resource such as `sobjects/Task`.
pub(crate) fn path(resource: impl fmt::Display) -> String {
    format!("/services/data/{API_VERSION}/{resource}")
}
