//! Hands calls that are due to workers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinError, JoinSet};

use crate::metrics::Metrics;
use crate::store::{Claim, Outcome, StoreError};
use crate::worker::Worker;

/// How many calls are processed at the same time.
pub const WORKERS: usize = 16;
/// How often the dispatcher looks for calls that have become due.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long the dispatcher pauses after the store has failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Hands calls to workers until `stop` is set, then waits for the workers to finish.
///
/// A call is never with two workers: each looks for the call's Task before it creates one, so two
/// workers could create two Tasks.
pub async fn run(worker: Arc<Worker>, metrics: Arc<Metrics>, news: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let mut workers = Workers { worker, metrics, running: JoinSet::new(), calls: BTreeMap::new() };
    while !*stop.borrow() {
        let free = WORKERS.saturating_sub(workers.calls.len());
        if free > 0 {
            let taken = workers.calls.values().copied().collect();
            match workers.worker.store.claim(free, taken).await {
                Ok(claims) => claims.into_iter().for_each(|claim| workers.begin(claim)),
                Err(error) => {
                    tracing::error!(%error, "the due calls could not be read");
                    tokio::time::sleep(STORE_PAUSE).await;
                }
            }
        }
        let is_free = workers.calls.len() < WORKERS;
        tokio::select! {
            Some(done) = workers.running.join_next_with_id() => workers.end(done).await,
            () = news.notified(), if is_free => {}
            () = tokio::time::sleep(LOOK_EVERY), if is_free => {}
            _ = stop.changed() => {}
        }
        while let Some(done) = workers.running.try_join_next_with_id() {
            workers.end(done).await;
        }
    }
    while let Some(done) = workers.running.join_next_with_id().await {
        workers.end(done).await;
    }
}

/// The running workers and the call that each of them processes.
struct Workers {
    worker: Arc<Worker>,
    metrics: Arc<Metrics>,
    running: JoinSet<Result<&'static str, StoreError>>,
    calls: BTreeMap<Id, u64>,
}

impl Workers {
    fn begin(&mut self, claim: Claim) {
        let call = claim.call;
        let (worker, metrics) = (self.worker.clone(), self.metrics.clone());
        let task = self.running.spawn(async move {
            let timer = metrics.call_seconds.start_timer();
            let outcome = worker.work(claim).await;
            drop(timer);
            outcome
        });
        self.calls.insert(task.id(), call);
    }

    async fn end(&mut self, done: Result<(Id, Result<&'static str, StoreError>), JoinError>) {
        let id = match &done {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let Some(call) = self.calls.remove(&id) else {
            return;
        };
        let outcome = match done {
            Ok((_, Ok(outcome))) => outcome,
            Ok((_, Err(error))) => {
                tracing::error!(call, %error, "the outcome of the call could not be stored");
                // The call is still due. Without the pause, a failing store would make this a busy
                // loop.
                tokio::time::sleep(STORE_PAUSE).await;
                "store_failed"
            }
            Err(error) => {
                tracing::error!(call, %error, "the worker panicked");
                let parked = Outcome::Failed {
                    history: None,
                    due: None,
                    trouble: "the worker panicked, a defect in this program; the log shows where".to_owned(),
                    is_outdated: false,
                    refused: false,
                    task: None,
                };
                if let Err(error) = self.worker.store.settle(call, None, parked).await {
                    tracing::error!(call, %error, "the call could not be parked");
                }
                "died"
            }
        };
        self.metrics.calls.with_label_values(&[outcome]).inc();
    }
}
