//! Processes due calls in rounds. The calls of a round share their requests to Salesforce.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::Service;
use crate::metrics::Metrics;
use crate::store::{Claim, Outcome, Settled, StoreError};
use crate::worker::Worker;

/// How many times longer the rounds are while the org's allowance of requests is nearly used up.
const SLOWER: u32 = 10;
/// The used part of the allowance, in percent, above which the rounds are longer.
pub const NEARLY_USED: u64 = 90;
/// How often the dispatcher looks for calls that have become due.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long the dispatcher pauses after the store has failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// When a round begins.
#[derive(Debug, Clone, Copy)]
pub struct Rounds {
    /// The longest time between two rounds while calls are due.
    pub every: Duration,
    /// How many due calls begin a round at once; no round has more.
    pub most: usize,
    /// How long a call waits for further webhooks after each webhook.
    pub quiet: Duration,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { every: Duration::from_secs(1), most: 200, quiet: Duration::from_secs(2) }
    }
}

/// Processes rounds, one after the other, until `stop` is set.
///
/// Two rounds never overlap: each looks for a call's Task before it creates one, so two rounds
/// could create two Tasks.
pub async fn run(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let Service { worker, metrics, rounds, news, .. } = &*service;
    let mut last = Instant::now();
    while !*stop.borrow() {
        let every = if is_nearly_used(worker) { rounds.every * SLOWER } else { rounds.every };
        let is_time = last.elapsed() >= every;
        let due = worker.store.due().await;
        if due.as_ref().is_ok_and(|due| *due == 0 || !is_time && *due < rounds.most) {
            tokio::select! {
                () = news.notified() => tokio::time::sleep(LOOK_EVERY).await,
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
            continue;
        }
        last = Instant::now();
        let timer = metrics.round_seconds.start_timer();
        let done = round(worker, metrics, rounds.most).await;
        drop(timer);
        if let Err(error) = done {
            tracing::error!(%error, "the round could not be stored");
            metrics.calls.with_label_values(&["store_failed"]).inc();
            // The calls are still due. Without the pause, a failing store would make this a busy
            // loop.
            tokio::time::sleep(STORE_PAUSE).await;
        }
    }
}

/// Returns whether the org's allowance of requests is nearly used up.
pub fn is_nearly_used(worker: &Worker) -> bool {
    worker.salesforce.usage().allowance.is_some_and(|allowance| allowance.percent() > NEARLY_USED)
}

/// Processes one round. After a panic, each call has a round of its own, and a call that causes a
/// panic is parked.
async fn round(worker: &Arc<Worker>, metrics: &Metrics, limit: usize) -> Result<(), StoreError> {
    let claims = worker.store.claim(limit).await?;
    let calls: Vec<_> = claims.iter().map(|claim| claim.call).collect();
    let mut labels = Vec::new();
    if let Some(done) = isolated(worker, claims).await {
        labels = done?;
    } else {
        for call in calls {
            let claim = worker.store.claim_one(call).await?;
            if let Some(done) = isolated(worker, vec![claim]).await {
                labels.extend(done?);
            } else {
                let trouble = "the worker panicked, a defect in this program; the log shows where".to_owned();
                let outcome = Outcome::parked(trouble);
                worker.store.settle(vec![Settled { call, absorbed: None, outcome }]).await?;
                labels.push("died");
            }
        }
    }
    for label in labels {
        metrics.calls.with_label_values(&[label]).inc();
    }
    Ok(())
}

/// Processes calls in a task of its own; `None` if it panics.
async fn isolated(worker: &Arc<Worker>, claims: Vec<Claim>) -> Option<Result<Vec<&'static str>, StoreError>> {
    let worker = worker.clone();
    let done = tokio::spawn(async move { worker.round(claims).await }).await;
    done.inspect_err(|error| tracing::error!(%error, "the round panicked")).ok()
}
