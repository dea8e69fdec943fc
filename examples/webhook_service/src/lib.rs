//! Logs Aircall's calls and messages in Salesforce as they happen: one machine, one process, one
//! file.
//!
//! A webhook passes the modules in this order: `intake` checks and stores it, `dispatch` collects
//! the calls of a round, `worker` merges, looks up, plans and writes, `report` keeps the
//! explanation, and `pages` shows it. README.md describes how to run the service.

pub mod backoff;
pub mod config;
pub mod dispatch;
pub mod health;
pub mod intake;
pub mod metrics;
pub mod pages;
pub mod report;
pub mod run;
pub mod store;
pub mod worker;

use std::sync::Arc;

use tokio::sync::Notify;

/// The state that all parts share.
pub struct Service {
    pub worker: Arc<worker::Worker>,
    pub metrics: metrics::Metrics,
    /// When the rounds begin.
    pub rounds: dispatch::Rounds,
    /// Notifies the dispatcher that a webhook was stored.
    pub news: Notify,
    /// The tokens of valid webhooks.
    pub tokens: Vec<String>,
    /// The mapping's settings as text, for the page that tries other settings.
    pub settings_text: String,
    /// The addresses that the pages show.
    pub about: pages::About,
}
