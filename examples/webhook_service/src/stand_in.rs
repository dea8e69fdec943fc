//! A Salesforce that is none, for trying out.

use anyhow::Result;
use axum::Router;
use stand_in_salesforce::{Seed, StandIn};

/// A small company; the bundled webhook is a call from one of its customers.
///
/// # Errors
///
/// The company cannot be read.
pub fn router() -> Result<Router> {
    Ok(StandIn::new(Seed::demonstration()?)?.router())
}
