#![doc = include_str!("../README.md")]
#![warn(missing_docs)]
// No panic is reachable from a request.
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
pub use switches::{Counts, Failure, Switches};

/// An org that answers as Salesforce does. Clones are the same org.
#[derive(Clone)]
pub struct StandIn(Arc<Mutex<Org>>);

impl StandIn {
    /// An org that begins with a seed.
    ///
    /// # Errors
    ///
    /// A record of the seed that cannot be.
    pub fn new(seed: Seed) -> Result<Self, SeedError> {
        Ok(Self(Arc::new(Mutex::new(Org::new(seed)?))))
    }

    /// Its HTTP: to be served by itself, or as a part of another service.
    pub fn router(&self) -> Router {
        http::router(self.clone())
    }

    /// The org for one request. If another request panicked, what it wrote is taken back before the next is answered.
    fn org(&self) -> MutexGuard<'_, Org> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
