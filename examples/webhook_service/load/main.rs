//! Sends more webhooks than any company has, every one twice, while Salesforce fails, and then
//! checks that every call has exactly one correct Task. Prints the number of requests to Salesforce
//! and the time from webhook to Task.
//!
//! ```text
//! cargo run --release --bin load                # 500 webhooks a second for a minute, shuffled
//! cargo run --release --bin load -- --ordered   # each call's webhooks in their order
//! cargo run --release --bin load -- --kill      # also kills the service half-way
//! cargo run --release --bin load -- --rate 5 --round-seconds 5
//! ```
//!
//! `--seconds`, `--seed` and `--quiet-seconds` take a number as well.
//!
//! The service and the stand-in are separate processes. Each is this program, started again with a
//! role in the environment.

mod calls;
mod delay;
mod judge;
mod org;
mod processes;
mod send;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use lexopt::ValueExt;

use crate::calls::Stream;
use crate::delay::Delays;
use crate::processes::{Role, Stage, Times};

/// How long the service may take to process everything that it has accepted.
const FINISH_LIMIT: Duration = Duration::from_mins(5);

struct Options {
    rate: u32,
    seconds: u32,
    kill: bool,
    ordered: bool,
    seed: u64,
    times: Times,
}

#[tokio::main]
async fn main() -> Result<()> {
    if let Some(role) = Role::of_this_process() {
        return role.play().await;
    }
    let Options { rate, seconds, kill, ordered, seed, times } = options()?;
    let stream = Arc::new(Stream::new(seed, rate, seconds, ordered));
    let calls = stream.calls.len();
    let order = if ordered { "in order" } else { "shuffled" };
    println!("{calls} calls, {} webhooks, each sent twice, {order}", stream.deliveries.len() / 2);
    let mut stage = Stage::set(times).await?;
    let contacts = stage.records("Contact").await?;
    stage.start_failing().await?;

    let begun = Instant::now();
    let sending = tokio::spawn(send::all(stream.clone(), stage.webhook_url()?));
    if kill {
        tokio::time::sleep(Duration::from_secs(seconds.into()) / 2).await;
        stage.kill_service().await?;
        println!("killed and started again after {:.1} s", begun.elapsed().as_secs_f64());
    }
    let sent = sending.await??;
    println!("sent in {:.1} s; {sent}", begun.elapsed().as_secs_f64());
    stage.wait_until_done(FINISH_LIMIT).await?;
    println!("all done after {:.1} s", begun.elapsed().as_secs_f64());
    println!("{}", stage.requests(calls).await?);
    stage.stop_failing().await?;
    if sent.is_complete() {
        println!("{}", Delays::measure(&stream, &sent, &stage).await?);
    }

    let verdict = judge::judge(&stream, &stage, &contacts).await?;
    println!("{verdict}");
    stage.stop()?;
    if !verdict.is_good() || !sent.is_complete() {
        bail!("a Task or Contact is wrong, missing or duplicated, or a webhook was never accepted");
    }
    println!("every call has exactly one correct Task");
    Ok(())
}

fn options() -> Result<Options> {
    let mut options = Options { rate: 500, seconds: 60, kill: false, ordered: false, seed: 1, times: Times::default() };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        let lexopt::Arg::Long(name) = argument else { return Err(argument.unexpected().into()) };
        match name {
            "kill" => options.kill = true,
            "ordered" => options.ordered = true,
            "rate" => options.rate = arguments.value()?.parse()?,
            "seconds" => options.seconds = arguments.value()?.parse()?,
            "seed" => options.seed = arguments.value()?.parse()?,
            "round-seconds" => options.times.round = Some(arguments.value()?.parse()?),
            "quiet-seconds" => options.times.quiet = Some(arguments.value()?.parse()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if options.rate == 0 || options.seconds == 0 {
        bail!("--rate and --seconds must be greater than zero");
    }
    Ok(options)
}
