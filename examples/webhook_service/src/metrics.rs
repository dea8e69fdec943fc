//! What Prometheus reads.

use prometheus::{Encoder, Histogram, HistogramOpts, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

use crate::store::Counts;

/// Every figure of the service.
pub struct Metrics {
    registry: Registry,
    /// By what became of them.
    pub webhooks: IntCounterVec,
    /// From the first byte to the answer.
    pub webhook_seconds: Histogram,
    /// By what became of them.
    pub calls: IntCounterVec,
    /// From the look-up to the last answer.
    pub call_seconds: Histogram,
    waiting_events: IntGauge,
    unreadable_events: IntGauge,
    waiting_calls: IntGauge,
    parked_calls: IntGauge,
    late_seconds: IntGauge,
}

impl Metrics {
    /// All at nothing.
    ///
    /// # Errors
    ///
    /// A name that is none, or stands twice.
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
            webhooks: counter("aircall_webhooks_total", "Webhooks received, by what became of them")?,
            webhook_seconds: histogram("aircall_webhook_seconds", "From a webhook's arrival to the answer")?,
            calls: counter("calls_total", "Attempts to log a call, by what became of them")?,
            call_seconds: histogram("call_seconds", "How long an attempt to log a call took")?,
            waiting_events: gauge("waiting_events", "Webhooks stored and not yet absorbed")?,
            unreadable_events: gauge("unreadable_events", "Webhooks that cannot be read")?,
            waiting_calls: gauge("waiting_calls", "Calls still to be written")?,
            parked_calls: gauge("parked_calls", "Calls that a person has to look at")?,
            late_seconds: gauge("late_seconds", "How long the call that has waited longest has been due")?,
            registry,
        })
    }

    /// The figures as text.
    ///
    /// # Errors
    ///
    /// They cannot be written; there is no known case.
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
