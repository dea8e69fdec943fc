//! Sends a stream of webhooks, and prints an org's Tasks in a form that can be compared.
//!
//! ```text
//! demo send URL COUNT RATE     # sends COUNT webhooks, each twice and shuffled, RATE a second, and
//!                              # the bundled webhooks of messages and of Aircall's AI
//! demo tasks STAND_IN          # prints every Task, one a line, sorted by call and message
//! ```

#[path = "../../webhook_service/load/calls.rs"]
#[allow(dead_code, reason = "the demonstration judges nothing")]
mod calls;
#[path = "../../webhook_service/load/org.rs"]
#[allow(dead_code, reason = "the demonstration has the stand-in's own company")]
mod org;
#[path = "../../webhook_service/load/send.rs"]
#[allow(dead_code, reason = "the demonstration measures no delays")]
mod send;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// The field for the key, as in `settings.json`.
const CALL_ID: &str = "Call_Id__c";
/// The folder of the bundled webhooks.
const BUNDLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/webhooks");
/// The seed is fixed, so every run sends the same webhooks in the same order.
const SEED: u64 = 1;
/// The admin owns the record with this number. Which owner its Tasks get depends on which call
/// arrives first (OWN-10), so its calls are left out.
const HANDED_OVER: &str = "+1 212-555-0142";
/// The fields that differ between runs: the org's ids and times.
const RUN_SPECIFIC: [&str; 6] =
    ["Id", "attributes", "CompletedDateTime", "CreatedDate", "LastModifiedDate", "SystemModstamp"];

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["send", url, count, rate] => {
            let rate = rate.parse()?;
            let mut stream = calls::Stream::new(SEED, rate, count.parse::<u32>()? / rate, false);
            let calls = &stream.calls;
            stream.deliveries.retain(|delivery| calls[delivery.call].number != HANDED_OVER);
            add_bundled(&mut stream)?;
            eprintln!("{} webhooks", stream.deliveries.len());
            let sent = send::all(Arc::new(stream), url.parse()?).await?;
            eprintln!("{sent}");
            if !sent.is_complete() {
                bail!("some webhooks were never accepted");
            }
        }
        ["tasks", stand_in] => print!("{}", tasks(stand_in).await?),
        _ => bail!("demo send URL COUNT RATE | demo tasks STAND_IN"),
    }
    Ok(())
}

/// Adds the bundled webhooks, twice each. The summary comes before its call.
fn add_bundled(stream: &mut calls::Stream) -> Result<()> {
    let bundled = fs::read_dir(BUNDLED)?.map(|file| fs::read_to_string(file?.path()));
    let mut bundled = bundled.collect::<Result<Vec<_>, _>>()?;
    bundled.sort_by_key(|webhook| !webhook.contains("summary.created"));
    let call = stream.calls.len();
    let again = stream.deliveries.last().map(|delivery| delivery.due).unwrap_or_default();
    let at = |due| (0..bundled.len()).map(move |webhook| calls::Delivery { due, call, webhook });
    stream.deliveries.splice(..0, at(Duration::ZERO));
    stream.deliveries.extend(at(again));
    let webhooks = bundled.into_iter().map(|webhook| (Duration::ZERO, webhook)).collect();
    stream.calls.push(calls::Call { number: String::new(), heir: None, webhooks });
    Ok(())
}

async fn tasks(stand_in: &str) -> Result<String> {
    let url = format!("{stand_in}/stand-in/state?object=Task");
    let rows = reqwest::get(url).await?.error_for_status()?.text().await?;
    let mut lines = Vec::new();
    for row in rows.lines() {
        let mut task: Map<String, Value> = serde_json::from_str(row)?;
        for name in RUN_SPECIFIC {
            task.remove(name);
        }
        let call = task.get(CALL_ID).and_then(Value::as_str).context("a Task has no call id")?.to_owned();
        lines.push((call, Value::Object(task).to_string()));
    }
    lines.sort();
    Ok(lines.into_iter().map(|(_, line)| line + "\n").collect())
}
