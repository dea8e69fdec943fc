//! Starts, serves and stops the whole service.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use reqwest::Url;
use salesforce_client::{Client, Credentials};
use stand_in_salesforce::{Seed, StandIn};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};

use crate::config::Config;
use crate::metrics::Metrics;
use crate::pages::About;
use crate::store::{Store, millis, now};
use crate::worker::Worker;
use crate::{Service, dispatch, intake};

/// How often the service deletes old calls.
const CLEANUP_INTERVAL: Duration = Duration::from_hours(1);
/// How long the service remembers a created record: after this time, Salesforce's search returns
/// it.
const SEARCH_DELAY: Duration = Duration::from_hours(24);
/// How long running calls may take to finish after the stop signal.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(40);

/// A service that listens but does not serve yet.
pub struct Running {
    /// The address that accepts webhooks.
    pub listen: SocketAddr,
    /// The address that serves the pages.
    pub pages: SocketAddr,
    pub service: Arc<Service>,
    webhooks: (TcpListener, Router),
    people: (TcpListener, Router),
    keep: Duration,
}

/// Opens the listeners and the database.
///
/// # Errors
///
/// An address is in use, or the database cannot be opened.
pub async fn open(config: Config) -> Result<Running> {
    let webhooks = TcpListener::bind(config.listen).await.with_context(|| format!("LISTEN: {}", config.listen))?;
    let people = TcpListener::bind(config.pages).await.with_context(|| format!("PAGES: {}", config.pages))?;
    let (listen, pages) = (webhooks.local_addr()?, people.local_addr()?);
    let store = Store::open(&config.database).with_context(|| format!("DATABASE: {}", config.database.display()))?;
    // Salesforce may still be processing requests of a previous process.
    store.hold_back(now().saturating_add(millis(config.backoff.lost_answer))).await?;
    let is_stand_in = config.salesforce.is_none();
    let credentials = match config.salesforce {
        Some(credentials) => credentials,
        None => stand_in().await?,
    };
    let org = credentials.url.clone();
    let client = Client::new(credentials, config.org)?;
    let service = Arc::new(Service {
        worker: Arc::new(Worker::new(store, client, config.settings, config.backoff)),
        metrics: Metrics::new()?,
        rounds: config.rounds,
        news: Notify::new(),
        tokens: config.tokens,
        settings_text: config.settings_text,
        about: About { listen, org, is_stand_in },
    });
    Ok(Running {
        listen,
        pages,
        webhooks: (webhooks, intake::routes(service.clone())),
        people: (people, crate::pages::routes(service.clone())),
        service,
        keep: config.keep,
    })
}

/// Starts the stand-in Salesforce in this process. It contains a small company; the bundled
/// webhook's caller is one of its customers.
async fn stand_in() -> Result<Credentials> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("the stand-in")?;
    let url = Url::parse(&format!("http://{}/", listener.local_addr()?))?;
    let router = StandIn::new(Seed::demonstration()?)?.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(Credentials { url, client_id: "stand-in".to_owned(), client_secret: "stand-in".to_owned() })
}

impl Running {
    /// Serves until `stop` completes, then rejects webhooks and returns when the running calls are
    /// finished.
    ///
    /// # Errors
    ///
    /// A listener fails.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        let Self { webhooks, people, service, keep, .. } = self;
        let (stop_sender, stopped) = watch::channel(false);
        tokio::spawn(async move {
            stop.await;
            tracing::info!("stopping");
            stop_sender.send_replace(true);
        });
        let until_stopped =
            |mut stopped: watch::Receiver<bool>| async move { drop(stopped.wait_for(|stop| *stop).await) };
        let workers = tokio::spawn(dispatch::run(service.clone(), stopped.clone()));
        let forgetting = tokio::spawn(forget(service.clone(), keep));
        let (webhooks, people) = tokio::join!(
            axum::serve(webhooks.0, webhooks.1).with_graceful_shutdown(until_stopped(stopped.clone())).into_future(),
            axum::serve(people.0, people.1).with_graceful_shutdown(until_stopped(stopped)).into_future(),
        );
        if tokio::time::timeout(SHUTDOWN_LIMIT, workers).await.is_err() {
            tracing::warn!("unfinished calls are left for the next start");
        }
        forgetting.abort();
        webhooks.and(people)?;
        Ok(())
    }
}

async fn forget(service: Arc<Service>, keep: Duration) {
    let ago = |span| now().saturating_sub(millis(span));
    loop {
        if let Err(error) = service.worker.store.forget(ago(keep), ago(SEARCH_DELAY)).await {
            tracing::error!(%error, "old calls could not be deleted");
        }
        tokio::time::sleep(CLEANUP_INTERVAL).await;
    }
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn stop_signal() {
    let received = async |kind| match signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = received(SignalKind::interrupt()) => {}
        () = received(SignalKind::terminate()) => {}
    }
}
