//! Defines the metrics that Prometheus reads.

use prometheus::{Encoder, Gauge, Histogram, HistogramOpts, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};
use salesforce_client::Usage;

use crate::store::{Counts, Millis, now};

/// Every metric of the service.
pub struct Metrics {
    registry: Registry,
    /// When the counting began.
    pub since: Millis,
    /// Webhooks received, by outcome.
    pub webhooks: IntCounterVec,
    /// Seconds from a webhook's arrival to its answer.
    pub webhook_seconds: Histogram,
    /// Attempts to log a call or message, by outcome.
    pub calls: IntCounterVec,
    /// Seconds that a round took.
    pub round_seconds: Histogram,
    requests: IntCounterVec,
    requests_per_call: Gauge,
    allowance_used: IntGauge,
    allowance: IntGauge,
    waiting_events: IntGauge,
    unreadable_events: IntGauge,
    waiting_calls: IntGauge,
    parked_calls: IntGauge,
    late_seconds: IntGauge,
}

impl Metrics {
    /// Registers all metrics with the value zero.
    ///
    /// # Errors
    ///
    /// A metric's name is invalid or registered twice.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let counter = |name, help, label| {
            let counter = IntCounterVec::new(Opts::new(name, help), &[label])?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let histogram = |name, help| {
            let histogram = Histogram::with_opts(HistogramOpts::new(name, help))?;
            registry.register(Box::new(histogram.clone()))?;
            Ok::<_, prometheus::Error>(histogram)
        };
        let gauge = |name, help| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let requests_per_call = Gauge::new(
            "salesforce_requests_per_call",
            "Requests to Salesforce since the start, by calls and messages with a Task",
        )?;
        registry.register(Box::new(requests_per_call.clone()))?;
        Ok(Self {
            since: now(),
            webhooks: counter("aircall_webhooks_total", "Webhooks received, by outcome", "outcome")?,
            webhook_seconds: histogram("aircall_webhook_seconds", "Seconds from a webhook's arrival to its answer")?,
            calls: counter("calls_total", "Attempts to log a call or message, by outcome", "outcome")?,
            round_seconds: histogram("round_seconds", "Seconds that a round took")?,
            requests: counter("salesforce_requests_total", "Requests to Salesforce, by resource", "resource")?,
            requests_per_call,
            allowance_used: gauge(
                "salesforce_allowance_used",
                "Requests that the org's integrations sent in 24 hours",
            )?,
            allowance: gauge("salesforce_allowance", "Requests that the org allows in 24 hours")?,
            waiting_events: gauge("waiting_events", "Webhooks stored and not yet absorbed")?,
            unreadable_events: gauge("unreadable_events", "Webhooks that cannot be read")?,
            waiting_calls: gauge("waiting_calls", "Calls and messages that are not written yet")?,
            parked_calls: gauge("parked_calls", "Calls and messages that a person has to look at")?,
            late_seconds: gauge("late_seconds", "Seconds since the longest-waiting call or message became due")?,
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
        self.requests_per_call.set(sent as f64 / logged.max(1) as f64);
        if let Some(allowance) = usage.allowance {
            self.allowance_used.set(allowance.used.cast_signed());
            self.allowance.set(allowance.limit.cast_signed());
        }
        self.waiting_events.set(events);
        self.unreadable_events.set(unreadable);
        self.waiting_calls.set(waiting);
        self.parked_calls.set(parked);
        self.late_seconds.set(late_millis / 1_000);
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}
