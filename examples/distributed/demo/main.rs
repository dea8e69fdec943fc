//! What the demonstration needs beside curl: a stream of webhooks, and an org's Tasks in a form to compare.
//!
//! ```text
//! demo send URL COUNT RATE     # so many webhooks, each twice and in no order, so many a second
//! demo tasks STAND_IN          # every Task, one a line, in the order of the calls
//! ```

#[path = "../../webhook_service/load/calls.rs"]
mod calls;
#[path = "../../webhook_service/load/send.rs"]
mod send;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// The field with the call's id, as `settings.json` has it.
const CALL_ID: &str = "Call_Id__c";
/// Every run sends the same webhooks in the same order.
const SEED: u64 = 1;
/// What every run has of its own: ids and times of the org's.
const OF_THE_RUN: [&str; 6] =
    ["Id", "attributes", "CompletedDateTime", "CreatedDate", "LastModifiedDate", "SystemModstamp"];

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["send", url, count, rate] => {
            let stream = calls::Stream::new(SEED, count.parse()?);
            eprintln!("{} webhooks of {} calls", stream.webhooks.len(), stream.calls());
            let sent = send::all(stream.webhooks, rate.parse()?, url.parse()?).await?;
            eprintln!("{sent}");
            if !sent.is_whole() {
                bail!("not all were taken");
            }
        }
        ["tasks", stand_in] => print!("{}", tasks(stand_in).await?),
        _ => bail!("demo send URL COUNT RATE | demo tasks STAND_IN"),
    }
    Ok(())
}

async fn tasks(stand_in: &str) -> Result<String> {
    let url = format!("{stand_in}/stand-in/state?object=Task");
    let rows = reqwest::get(url).await?.error_for_status()?.text().await?;
    let mut lines = Vec::new();
    for row in rows.lines() {
        let mut task: Map<String, Value> = serde_json::from_str(row)?;
        for name in OF_THE_RUN {
            task.remove(name);
        }
        let call = task.get(CALL_ID).and_then(Value::as_str).context("a Task of no call")?.to_owned();
        lines.push((call, Value::Object(task).to_string()));
    }
    lines.sort();
    Ok(lines.into_iter().map(|(_, line)| line + "\n").collect())
}
