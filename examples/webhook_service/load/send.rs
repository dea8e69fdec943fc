//! Sends webhooks as Aircall does: it repeats each one until the service accepts it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::calls::{Delivery, Stream};

/// How many requests run at the same time.
const CONCURRENCY: usize = 256;
/// How many times a webhook is sent at most, as by Aircall.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(200);
/// Aircall's time limit for a response.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// How the service responded.
pub(crate) struct Sent {
    /// The times from request to response, sorted.
    took: Vec<Duration>,
    repeated: usize,
    never: usize,
    /// When the service first accepted each webhook, by the indexes of call and webhook. In
    /// milliseconds since 1970.
    pub(crate) accepted: BTreeMap<(usize, usize), i64>,
}

impl Sent {
    /// Returns whether the service accepted every webhook within Aircall's five seconds; a later
    /// response counts as a failure.
    pub(crate) fn is_complete(&self) -> bool {
        self.never == 0
    }
}

/// Returns the quantile of sorted values.
pub(crate) fn quantile<T: Copy>(sorted: &[T], percent: usize) -> Option<T> {
    let index = (sorted.len() * percent / 100).min(sorted.len().checked_sub(1)?);
    sorted.get(index).copied()
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, most, longest] = [50, 99, 100].map(|percent| quantile(&self.took, percent).unwrap_or_default());
        write!(
            f,
            "responses took {median:.1?} (median), {most:.1?} (99 %), {longest:.1?} (longest); {} repeated, {} never accepted",
            self.repeated, self.never
        )
    }
}

/// Sends all webhooks, each when it is due.
pub(crate) async fn all(stream: Arc<Stream>, url: Url) -> Result<Sent> {
    let client = reqwest::Client::builder().timeout(TIME_LIMIT).build()?;
    let free = Arc::new(Semaphore::new(CONCURRENCY));
    let begun = tokio::time::Instant::now();
    let mut running = JoinSet::new();
    for Delivery { due, call, webhook } in stream.deliveries.iter().copied() {
        tokio::time::sleep_until(begun + due).await;
        let permit = free.clone().acquire_owned().await?;
        let (client, url, stream) = (client.clone(), url.clone(), stream.clone());
        running.spawn(async move {
            let (took, attempts) = one(&client, &url, &stream.calls[call].webhooks[webhook].1).await;
            drop(permit);
            ((call, webhook), took, attempts, now())
        });
    }
    let mut sent = Sent { took: Vec::new(), repeated: 0, never: 0, accepted: BTreeMap::new() };
    for (webhook, took, attempts, at) in running.join_all().await {
        sent.repeated += attempts as usize - 1;
        let Some(took) = took else {
            sent.never += 1;
            continue;
        };
        sent.took.push(took);
        let first = sent.accepted.entry(webhook).or_insert(at);
        *first = at.min(*first);
    }
    sent.took.sort_unstable();
    Ok(sent)
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

async fn one(client: &reqwest::Client, url: &Url, webhook: &str) -> (Option<Duration>, u32) {
    for attempt in 1..=ATTEMPTS {
        let begun = Instant::now();
        let response =
            client.post(url.clone()).header(CONTENT_TYPE, "application/json").body(webhook.to_owned()).send().await;
        if response.is_ok_and(|response| response.status().is_success()) {
            return (Some(begun.elapsed()), attempt);
        }
        tokio::time::sleep(PAUSE).await;
    }
    (None, ATTEMPTS)
}
