#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
// A request must not cause a panic.
#![warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice, clippy::unwrap_used)]

mod schema;
mod seed;
mod switches;

mod fault;
mod json;
mod org;
mod soql;
mod sosl;
mod store;

mod http;
mod login;
mod rest;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;

use org::Org;
pub use schema::{CustomField, CustomType, Table};
pub use seed::{Credentials, RecordError, Seed, SeedError};
pub use switches::{Counts, Failure, Refusal, Resource, Switches};

/// An org that responds as Salesforce does. Clones share the org.
#[derive(Clone)]
pub struct StandIn(Arc<Mutex<Org>>);

impl StandIn {
    /// Creates an org from a seed.
    ///
    /// # Errors
    ///
    /// A record of the seed is invalid.
    pub fn new(seed: Seed) -> Result<Self, SeedError> {
        Ok(Self(Arc::new(Mutex::new(Org::new(seed)?))))
    }

    /// Builds the org's routes, to be served alone or as part of another service.
    pub fn router(&self) -> Router {
        http::router(self.clone())
    }

    /// Locks the org for one request. If the previous request panicked, the next one first rolls
    /// back its writes.
    fn org(&self) -> MutexGuard<'_, Org> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
