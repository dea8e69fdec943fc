//! Which calls are worked on now.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinError, JoinSet};

use crate::metrics::Metrics;
use crate::store::{Claim, Settled, StoreError};
use crate::worker::Worker;

/// Calls that are worked on at once.
pub const WORKERS: usize = 16;
/// How often to look for calls whose time has come.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long to wait after the store has failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Hands calls to workers until `stop`, and then waits for those that have begun. No call is with two at once: a Task is looked for and
/// made by one hand.
pub async fn run(worker: Arc<Worker>, metrics: Arc<Metrics>, news: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let mut crew = Crew { worker, metrics, at_work: JoinSet::new(), calls: BTreeMap::new() };
    while !*stop.borrow() {
        let free = WORKERS.saturating_sub(crew.calls.len());
        if free > 0 {
            let taken = crew.calls.values().copied().collect();
            match crew.worker.store.claim(free, taken).await {
                Ok(claims) => claims.into_iter().for_each(|claim| crew.begin(claim)),
                Err(error) => {
                    tracing::error!(%error, "no calls can be taken");
                    tokio::time::sleep(STORE_PAUSE).await;
                }
            }
        }
        let is_free = crew.calls.len() < WORKERS;
        tokio::select! {
            Some(done) = crew.at_work.join_next_with_id() => crew.end(done).await,
            () = news.notified(), if is_free => {}
            () = tokio::time::sleep(LOOK_EVERY), if is_free => {}
            _ = stop.changed() => {}
        }
        while let Some(done) = crew.at_work.try_join_next_with_id() {
            crew.end(done).await;
        }
    }
    while let Some(done) = crew.at_work.join_next_with_id().await {
        crew.end(done).await;
    }
}

/// Those who work, and on which calls.
struct Crew {
    worker: Arc<Worker>,
    metrics: Arc<Metrics>,
    at_work: JoinSet<Result<&'static str, StoreError>>,
    calls: BTreeMap<Id, u64>,
}

impl Crew {
    fn begin(&mut self, claim: Claim) {
        let call = claim.call;
        let (worker, metrics) = (self.worker.clone(), self.metrics.clone());
        let task = self.at_work.spawn(async move {
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
        let word = match done {
            Ok((_, Ok(word))) => word,
            Ok((_, Err(error))) => {
                tracing::error!(call, %error, "what became of the call cannot be noted");
                tokio::time::sleep(STORE_PAUSE).await;
                "store_failed"
            }
            Err(error) => {
                tracing::error!(call, %error, "the worker died");
                let settled = Settled::Failed {
                    history: None,
                    due: None,
                    trouble: "a defect of this program; its log says where".to_owned(),
                    is_outdated: false,
                    refused: false,
                    task: None,
                };
                if let Err(error) = self.worker.store.settle(call, None, settled).await {
                    tracing::error!(call, %error, "the call cannot be parked");
                }
                "died"
            }
        };
        self.metrics.calls.with_label_values(&[word]).inc();
    }
}
