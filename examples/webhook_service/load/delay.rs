//! Measures the time from a webhook to the Task.
//!
//! For each call, the time begins when the service accepted the last webhook that changed the
//! planned Task, and ends with the last write of the Task. Which webhook was the last one depends
//! on the order in which the service accepted them, so the call's webhooks are merged again in this
//! order. Later webhooks that change nothing in the Task do not count.

use std::collections::BTreeMap;
use std::fmt;

use aircall_salesforce::rules::fields::key_text;
use aircall_salesforce::salesforce::task::field::CALL_OBJECT;
use aircall_salesforce::{CallHistory, Directory, Settings, Webhook, plan};
use anyhow::{Context, Result};
use webhook_service::store::Millis;

use crate::calls::{Call, Stream};
use crate::judge::fields;
use crate::processes::{self, Stage, text};
use crate::send::{Sent, quantile};

/// The times from webhook to Task, sorted.
pub(crate) struct Delays {
    all: Vec<Millis>,
    without_failure: Vec<Millis>,
    /// The number of calls whose Task was not written after the last webhook that changed it.
    not_measured: usize,
}

impl Delays {
    pub(crate) async fn measure(stream: &Stream, sent: &Sent, stage: &Stage) -> Result<Self> {
        let settings = Settings::from_json(&processes::settings().to_string())?;
        let (failed, last_writes) = (stage.failed_calls()?, stage.last_writes().await?);
        let tasks = stage.records("Task").await?;
        let written: BTreeMap<_, _> =
            tasks.iter().filter_map(|(id, task)| Some((text(task, CALL_OBJECT), last_writes.get(id)?))).collect();
        let mut delays = Self { all: Vec::new(), without_failure: Vec::new(), not_measured: 0 };
        for (index, call) in stream.calls.iter().enumerate() {
            let (id, news) = last_news(index, call, sent, &settings)?;
            match written.get(key_text(&id.into()).as_str()).map(|written| **written - news).filter(|delay| *delay >= 0)
            {
                Some(delay) => {
                    delays.all.push(delay);
                    if !failed.contains(&id) {
                        delays.without_failure.push(delay);
                    }
                }
                None => delays.not_measured += 1,
            }
        }
        delays.all.sort_unstable();
        delays.without_failure.sort_unstable();
        Ok(delays)
    }
}

/// Returns the call's id, and when the service accepted the last webhook that changed its Task.
fn last_news(index: usize, call: &Call, sent: &Sent, settings: &Settings) -> Result<(u64, Millis)> {
    let mut webhooks: Vec<_> = (0..call.webhooks.len())
        .map(|webhook| Ok((sent.accepted.get(&(index, webhook)).context("a webhook was not accepted")?, webhook)))
        .collect::<Result<_>>()?;
    webhooks.sort_unstable();
    let directory = Directory::default();
    let (mut history, mut task, mut news) = (None::<CallHistory>, None, None);
    for (at, webhook) in webhooks {
        let event = CallHistory::new(&Webhook::from_json(&call.webhooks[webhook].1)?)?;
        match &mut history {
            Some(history) => drop(history.merge(event)?),
            None => history = Some(event),
        }
        let merged = history.as_ref().and_then(CallHistory::call).context("a history without a call")?;
        let planned = fields(&plan(&merged, &directory, settings));
        if task.as_ref() != Some(&planned) {
            (task, news) = (Some(planned), Some((merged.id, *at)));
        }
    }
    news.context("a call without webhooks")
}

impl fmt::Display for Delays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, delays) in [("all calls", &self.all), ("calls without a failure", &self.without_failure)] {
            let [median, most, longest] = [50, 99, 100].map(|percent| quantile(delays, percent).unwrap_or_default());
            let count = delays.len();
            writeln!(
                f,
                "webhook to Task, {count} {name}: {median} ms (median), {most} ms (99 %), {longest} ms (longest)"
            )?;
        }
        write!(f, "webhook to Task, not measured: {} calls", self.not_measured)
    }
}
