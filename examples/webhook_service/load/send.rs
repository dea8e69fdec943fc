//! Sends webhooks as Aircall does: it repeats each one until the service accepts it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// How many requests run at the same time.
const CONCURRENCY: usize = 256;
/// How many times a webhook is sent at most, as by Aircall.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(200);
/// Aircall's time limit for an answer.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// How the service answered.
pub(crate) struct Sent {
    /// The times from request to answer, sorted.
    took: Vec<Duration>,
    repeated: usize,
    never: usize,
}

impl Sent {
    /// Returns whether the service accepted every webhook within Aircall's five seconds; a later
    /// answer counts as a failure.
    pub(crate) fn is_complete(&self) -> bool {
        self.never == 0
    }

    fn quantile(&self, percent: usize) -> Duration {
        let index = (self.took.len() * percent / 100).min(self.took.len().saturating_sub(1));
        self.took.get(index).copied().unwrap_or_default()
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, most, longest] = [50, 99, 100].map(|percent| self.quantile(percent));
        write!(
            f,
            "answers took {median:.1?} (median), {most:.1?} (99 %), {longest:.1?} (longest); {} repeated, {} never accepted",
            self.repeated, self.never
        )
    }
}

/// Sends all webhooks, `rate` a second.
pub(crate) async fn all(webhooks: Vec<String>, rate: u32, url: Url) -> Result<Sent> {
    let client = reqwest::Client::builder().timeout(TIME_LIMIT).build()?;
    let free = Arc::new(Semaphore::new(CONCURRENCY));
    let mut tick = tokio::time::interval(Duration::from_secs(1) / rate);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut running = JoinSet::new();
    for webhook in webhooks {
        tick.tick().await;
        let permit = free.clone().acquire_owned().await?;
        let (client, url) = (client.clone(), url.clone());
        running.spawn(async move {
            let sent = one(&client, &url, &webhook).await;
            drop(permit);
            sent
        });
    }
    let mut sent = Sent { took: Vec::new(), repeated: 0, never: 0 };
    for (took, attempts) in running.join_all().await {
        sent.repeated += attempts as usize - 1;
        match took {
            Some(took) => sent.took.push(took),
            None => sent.never += 1,
        }
    }
    sent.took.sort_unstable();
    Ok(sent)
}

async fn one(client: &reqwest::Client, url: &Url, webhook: &str) -> (Option<Duration>, u32) {
    for attempt in 1..=ATTEMPTS {
        let begun = Instant::now();
        let answer =
            client.post(url.clone()).header(CONTENT_TYPE, "application/json").body(webhook.to_owned()).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return (Some(begun.elapsed()), attempt);
        }
        tokio::time::sleep(PAUSE).await;
    }
    (None, ATTEMPTS)
}
