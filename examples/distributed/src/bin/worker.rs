//! Runs a worker. Start as many as needed and register them with Restate; workers may be added or
//! removed at any time.

use std::sync::Arc;

use distributed::aircall::Aircall;
use distributed::call::Call;
use distributed::config::Config;
use restate_sdk::prelude::*;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let config = Arc::new(Config::from_env()?);
    let listener = tokio::net::TcpListener::bind(config.listen).await?;
    let endpoint = Endpoint::builder().bind(Aircall(Arc::clone(&config))).bind(Call(config)).build();
    HttpServer::new(endpoint).serve(listener).await;
    Ok(())
}
