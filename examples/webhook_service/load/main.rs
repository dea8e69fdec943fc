//! Sends more webhooks than any company has, twice and shuffled, while Salesforce fails, and then
//! checks that every call has exactly one correct Task.
//!
//! ```text
//! cargo run --release --bin load                       # 500 webhooks a second for a minute
//! cargo run --release --bin load -- --kill             # also kills the service half-way
//! cargo run --release --bin load -- --rate 200 --seconds 10
//! ```
//!
//! The service and the stand-in are separate processes. Each is this program, started again with a
//! role in the environment.

mod calls;
mod judge;
mod processes;
mod send;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use lexopt::ValueExt;

use crate::calls::Stream;
use crate::processes::{Role, Stage};

/// How long the service may take to process everything that it has accepted.
const FINISH_LIMIT: Duration = Duration::from_mins(5);

struct Options {
    rate: u32,
    seconds: u32,
    kill: bool,
    seed: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    if let Some(role) = Role::of_this_process() {
        return role.play().await;
    }
    let Options { rate, seconds, kill, seed } = options()?;
    let stream = Stream::new(seed, rate as usize * seconds as usize);
    println!("{} calls, {} webhooks, each sent twice, shuffled", stream.calls(), stream.webhooks.len() / 2);
    let mut stage = Stage::set().await?;
    stage.fail_one_write_in(10).await?;

    let begun = Instant::now();
    let half = Duration::from_secs(u64::from(seconds)) / 2;
    let sending = tokio::spawn(send::all(stream.webhooks.clone(), rate, stage.webhook_url()?));
    if kill {
        tokio::time::sleep(half).await;
        stage.kill_service().await?;
        println!("killed and started again after {:.1} s", begun.elapsed().as_secs_f64());
    }
    let sent = sending.await??;
    println!("sent in {:.1} s; {sent}", begun.elapsed().as_secs_f64());
    stage.wait_until_done(FINISH_LIMIT).await?;
    println!("all done after {:.1} s", begun.elapsed().as_secs_f64());
    println!("Salesforce: {}", stage.counts().await?);
    stage.fail_one_write_in(0).await?;

    let verdict = judge::judge(&stream, &stage).await?;
    println!("{verdict}");
    stage.stop()?;
    if !verdict.is_good() || !sent.is_complete() {
        bail!("a Task is wrong, missing or duplicated, or a webhook was never accepted");
    }
    println!("every call has exactly one correct Task");
    Ok(())
}

fn options() -> Result<Options> {
    let mut options = Options { rate: 500, seconds: 60, kill: false, seed: 1 };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("kill") => options.kill = true,
            lexopt::Arg::Long("rate") => options.rate = arguments.value()?.string()?.parse()?,
            lexopt::Arg::Long("seconds") => options.seconds = arguments.value()?.string()?.parse()?,
            lexopt::Arg::Long("seed") => options.seed = arguments.value()?.string()?.parse()?,
            other => return Err(other.unexpected().into()),
        }
    }
    if options.rate == 0 || options.seconds == 0 {
        bail!("--rate and --seconds must be greater than zero");
    }
    Ok(options)
}
