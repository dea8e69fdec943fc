//! Defines the metrics that Prometheus reads.

use prometheus::{Encoder, Histogram, HistogramOpts, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

use crate::store::Counts;

/// Every metric of the service.
pub struct Metrics {
    registry: Registry,
    /// Webhooks received, by outcome.
    pub webhooks: IntCounterVec,
    /// Seconds from a webhook's arrival to its answer.
    pub webhook_seconds: Histogram,
    /// Attempts to log a call, by outcome.
    pub calls: IntCounterVec,
    /// Seconds that an attempt to log a call took.
    pub call_seconds: Histogram,
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
        let counter = |name, help| {
            let counter = IntCounterVec::new(Opts::new(name, help), &["outcome"])?;
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
        Ok(Self {
            webhooks: counter("aircall_webhooks_total", "Webhooks received, by outcome")?,
            webhook_seconds: histogram("aircall_webhook_seconds", "Seconds from a webhook's arrival to its answer")?,
            calls: counter("calls_total", "Attempts to log a call, by outcome")?,
            call_seconds: histogram("call_seconds", "Seconds that an attempt to log a call took")?,
            waiting_events: gauge("waiting_events", "Webhooks stored and not yet absorbed")?,
            unreadable_events: gauge("unreadable_events", "Webhooks that cannot be read")?,
            waiting_calls: gauge("waiting_calls", "Calls that are not written yet")?,
            parked_calls: gauge("parked_calls", "Calls that a person has to look at")?,
            late_seconds: gauge("late_seconds", "Seconds since the longest-waiting call became due")?,
            registry,
        })
    }

    /// Returns the metrics as text.
    ///
    /// # Errors
    ///
    /// The metrics cannot be encoded; no such case is known.
    pub fn text(&self, counts: Counts) -> Result<Vec<u8>, prometheus::Error> {
        let Counts { events, unreadable, waiting, parked, late_millis } = counts;
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
