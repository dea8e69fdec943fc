//! Logs Aircall's calls in Salesforce as they happen: one machine, one process, one file. See README.md.
//!
//! The path of a webhook is the path of the modules: `intake` checks and stores it, `dispatch` hands its call to a worker, `worker` looks
//! up, plans and writes, `report` keeps why, `pages` show it.

pub mod backoff;
pub mod config;
pub mod dispatch;
pub mod explain;
pub mod health;
pub mod intake;
pub mod known;
pub mod metrics;
pub mod pages;
pub mod report;
pub mod run;
pub mod store;
pub mod worker;

use std::sync::Arc;

use tokio::sync::Notify;

/// What all parts share.
pub struct Service {
    pub worker: Arc<worker::Worker>,
    pub metrics: Arc<metrics::Metrics>,
    /// Says that a webhook was stored.
    pub news: Arc<Notify>,
    /// The tokens of valid webhooks.
    pub tokens: Vec<String>,
    /// The mapping's settings as text, for the page that tries others.
    pub settings_text: String,
    /// Where webhooks arrive, and where records are shown.
    pub about: pages::About,
}
