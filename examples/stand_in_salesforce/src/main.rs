//! Runs the stand-in as a program.

use std::path::PathBuf;

use anyhow::Context;
use lexopt::prelude::*;
use stand_in_salesforce::{Seed, StandIn};

const USAGE: &str = "usage: stand_in_salesforce [--port N] [--seed FILE] [--contacts N]

--port N     the port on 127.0.0.1, default 4040; 0 selects a free port
--seed FILE  the org's initial content as JSON; default: a small company
--contacts N adds N contacts, for load tests";

const PORT: u16 = 4040;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (mut port, mut file, mut contacts) = (PORT, None::<PathBuf>, 0);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => port = arguments.value()?.parse()?,
            Long("contacts") => contacts = arguments.value()?.parse()?,
            Long("seed") => file = Some(arguments.value()?.into()),
            Long("help") => {
                println!("{USAGE}");
                return Ok(());
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let seed = match file {
        Some(file) => {
            let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            Seed::from_json(&text)?
        }
        None => Seed::demonstration()?,
    };
    let stand_in = StandIn::new(seed.with_contacts(contacts))?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.context("binding the port")?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, stand_in.router()).with_graceful_shutdown(interrupted()).await?;
    Ok(())
}

async fn interrupted() {
    // If the signal handler fails, the program only ends when it is killed. It has no data to lose.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
