//! Runs the service with the configuration from the environment.

use std::io::IsTerminal;
use std::process::ExitCode;

use anyhow::Result;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use webhook_service::config::{Config, environment, meant_by};
use webhook_service::run;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let is_terminal = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_terminal).init();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<()> {
    for (name, _) in std::env::vars_os() {
        if let Some((name, meant)) = name.to_str().and_then(|name| Some((name, meant_by(name)?))) {
            tracing::warn!("the environment variable {name} is ignored; did you mean {meant}?");
        }
    }
    let config = Config::read(environment)?;
    let is_stand_in = config.salesforce.is_none();
    let running = run::open(config).await?;
    if is_stand_in {
        let org = &running.service.about.org;
        println!("No SALESFORCE_URL is set: a stand-in inside this program, {org}, receives the Tasks.");
    }
    println!("Webhooks arrive at http://{}/webhook", running.listen);
    println!("Open http://{}/ for the next steps", running.pages);
    running.serve(run::stop_signal()).await
}
