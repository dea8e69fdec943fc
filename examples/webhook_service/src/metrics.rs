//! Defines the metrics that Prometheus reads.

use prometheus::{
    Encoder, Histogram, IntCounterVec, Registry, TextEncoder, register_gauge_with_registry,
    register_histogram_with_registry, register_int_counter_vec_with_registry, register_int_gauge_with_registry,
};
use salesforce_client::Usage;

use crate::store::{Counts, Millis, now};

/// Every metric of the service.
pub struct Metrics {
    registry: Registry,
    /// When the counting began.
    pub since: Millis,
    /// Webhooks received, by outcome.
    pub webhooks: IntCounterVec,
    /// Seconds from a webhook's arrival to the response.
    pub webhook_seconds: Histogram,
    /// Attempts to log a call or message, by outcome.
    pub calls: IntCounterVec,
    /// Seconds that a round took.
    pub round_seconds: Histogram,
    requests: IntCounterVec,
}

impl Metrics {
    /// Registers all metrics with the value zero.
    ///
    /// # Errors
    ///
    /// A metric's name is invalid or registered twice.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let counter = |name, help, label| register_int_counter_vec_with_registry!(name, help, &[label], registry);
        let histogram = |name, help| register_histogram_with_registry!(name, help, registry);
        Ok(Self {
            since: now(),
            webhooks: counter("aircall_webhooks_total", "Webhooks received, by outcome", "outcome")?,
            webhook_seconds: histogram("aircall_webhook_seconds", "Seconds from a webhook's arrival to its answer")?,
            calls: counter("calls_total", "Attempts to log a call or message, by outcome", "outcome")?,
            round_seconds: histogram("round_seconds", "Seconds that a round took")?,
            requests: counter("salesforce_requests_total", "Requests to Salesforce, by resource", "resource")?,
            registry,
        })
    }

    /// Returns the metrics as text.
    ///
    /// # Errors
    ///
    /// The metrics cannot be encoded; no such case is known.
    #[expect(clippy::cast_precision_loss, reason = "a ratio of counts far below 2^52")]
    pub fn text(&self, counts: Counts, usage: &Usage) -> Result<Vec<u8>, prometheus::Error> {
        let Counts { events, unreadable, waiting, parked, late_millis, logged } = counts;
        for (resource, sent) in &usage.requests {
            let counter = self.requests.with_label_values(&[resource.as_str()]);
            counter.inc_by(sent.saturating_sub(counter.get()));
        }
        let sent: u64 = usage.requests.values().sum();
        let requests_per_call = sent as f64 / logged.max(1) as f64;
        // These metrics are computed for each response, so they have no state to keep.
        let counted = Registry::new();
        let gauge =
            |name, help, value| register_int_gauge_with_registry!(name, help, counted).map(|gauge| gauge.set(value));
        register_gauge_with_registry!(
            "salesforce_requests_per_call",
            "Requests to Salesforce since the start, by calls and messages with a Task",
            counted
        )?
        .set(requests_per_call);
        let (used, limit) = usage.allowance.map_or((0, 0), |allowance| (allowance.used, allowance.limit));
        let help = "Requests that the org's integrations sent in 24 hours";
        gauge("salesforce_allowance_used", help, used.cast_signed())?;
        gauge("salesforce_allowance", "Requests that the org allows in 24 hours", limit.cast_signed())?;
        gauge("waiting_events", "Webhooks stored and not yet absorbed", events)?;
        gauge("unreadable_events", "Webhooks that cannot be read", unreadable)?;
        gauge("waiting_calls", "Calls and messages that are not written yet", waiting)?;
        gauge("parked_calls", "Calls and messages that a person has to look at", parked)?;
        let help = "Seconds since the longest-waiting call or message became due";
        gauge("late_seconds", help, late_millis / 1_000)?;
        let mut text = Vec::new();
        TextEncoder::new().encode(&[self.registry.gather(), counted.gather()].concat(), &mut text)?;
        Ok(text)
    }
}
