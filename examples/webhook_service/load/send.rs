//! Sending as Aircall does: again, until it is taken.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// Requests under way at once.
const AT_ONCE: usize = 256;
/// How many times a webhook is sent, as Aircall does.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(200);
/// Aircall's.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// How the service answered.
pub(crate) struct Sent {
    /// From the request to the answer, sorted.
    took: Vec<Duration>,
    again: usize,
    never: usize,
}

impl Sent {
    /// Every webhook was taken in the end, each within Aircall's five seconds: an answer that takes longer is none.
    pub(crate) fn is_whole(&self) -> bool {
        self.never == 0
    }

    fn quantile(&self, percent: usize) -> Duration {
        let place = (self.took.len() * percent / 100).min(self.took.len().saturating_sub(1));
        self.took.get(place).copied().unwrap_or_default()
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, most, longest] = [50, 99, 100].map(|percent| self.quantile(percent));
        write!(
            f,
            "answers took {median:.1?} (median), {most:.1?} (99 %), {longest:.1?} (longest); {} sent again, {} never taken",
            self.again, self.never
        )
    }
}

/// Sends all, so many a second.
pub(crate) async fn all(webhooks: Vec<String>, rate: u32, url: Url) -> Result<Sent> {
    let client = reqwest::Client::builder().timeout(TIME_LIMIT).build()?;
    let free = Arc::new(Semaphore::new(AT_ONCE));
    let mut tick = tokio::time::interval(Duration::from_secs(1) / rate);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut under_way = JoinSet::new();
    for webhook in webhooks {
        tick.tick().await;
        let permit = free.clone().acquire_owned().await?;
        let (client, url) = (client.clone(), url.clone());
        under_way.spawn(async move {
            let sent = one(&client, &url, &webhook).await;
            drop(permit);
            sent
        });
    }
    let mut sent = Sent { took: Vec::new(), again: 0, never: 0 };
    for (took, attempts) in under_way.join_all().await {
        sent.again += attempts as usize - 1;
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
