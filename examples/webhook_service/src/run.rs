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
use tokio::sync::{Notify, watch};

use crate::config::Config;
use crate::metrics::Metrics;
use crate::pages::About;
use crate::store::{Store, millis, now};
use crate::worker::Worker;
use crate::{Service, dispatch, intake, pages};

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
    /// The address of the org or of the stand-in.
    pub org: Url,
    webhooks: (TcpListener, Router),
    people: (TcpListener, Router),
    service: Arc<Service>,
    keep: Duration,
}

/// Opens the listeners and the database.
///
/// # Errors
///
/// An address is in use, or the database cannot be opened.
pub async fn open(config: Config) -> Result<Running> {
    let Config {
        listen,
        pages: pages_at,
        tokens,
        salesforce,
        org,
        settings,
        settings_text,
        database,
        backoff,
        rounds,
        keep,
    } = config;
    let webhooks = TcpListener::bind(listen).await.with_context(|| format!("LISTEN: {listen}"))?;
    let people = TcpListener::bind(pages_at).await.with_context(|| format!("PAGES: {pages_at}"))?;
    let (listen, pages_at) = (webhooks.local_addr()?, people.local_addr()?);
    let store = Store::open(&database).with_context(|| format!("DATABASE: {}", database.display()))?;
    // Salesforce may still be processing requests of a previous process.
    store.hold_back(now().saturating_add(millis(backoff.lost_answer))).await?;
    let (credentials, is_stand_in) = match salesforce {
        Some(credentials) => (credentials, false),
        None => (stand_in().await?, true),
    };
    let about = About { listen, org: credentials.url.clone(), is_stand_in };
    let org_url = about.org.clone();
    let client = Client::new(credentials, org)?;
    let service = Arc::new(Service {
        worker: Arc::new(Worker::new(store, client, settings, backoff)),
        metrics: Arc::new(Metrics::new()?),
        rounds,
        news: Arc::new(Notify::new()),
        tokens,
        settings_text,
        about,
    });
    Ok(Running {
        listen,
        pages: pages_at,
        org: org_url,
        webhooks: (webhooks, intake::routes(service.clone())),
        people: (people, pages::routes(service.clone())),
        service,
        keep,
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
            // Dropping the sender would close the channel, so the task keeps the sender until every
            // receiver has seen the value.
            stop_sender.closed().await;
        });
        let until_stopped =
            |mut stopped: watch::Receiver<bool>| async move { drop(stopped.wait_for(|stop| *stop).await) };
        let Service { worker, metrics, news, rounds, .. } = &*service;
        let rounds = dispatch::run(worker.clone(), metrics.clone(), *rounds, news.clone(), stopped.clone());
        let workers = tokio::spawn(rounds);
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
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
