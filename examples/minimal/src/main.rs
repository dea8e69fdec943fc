//! The smallest service: it receives a webhook, looks up and writes the webhook's call or message,
//! and responds with the result. Aircall repeats a webhook whose response is not a success.

use std::collections::HashMap;
use std::sync::Arc;

use aircall_salesforce::aircall::Token;
use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::request::{Batch, Checkpoint, Fate, Org, Remedy};
use aircall_salesforce::rules::fields::key_text;
use aircall_salesforce::{Settings, Webhook};
use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use history::History;
use salesforce_client::{Client, Credentials};
use tokio::sync::Mutex;

struct Service {
    settings: Settings,
    salesforce: Client,
    token: String,
    /// What to keep of each call and message. A service that may be restarted keeps it in a
    /// database.
    calls: Mutex<HashMap<TaskKey, (History, Checkpoint)>>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let variable = |name| std::env::var(name).with_context(|| format!("{name} is not set"));
    let settings = std::fs::read_to_string(variable("SETTINGS")?).context("SETTINGS names no file that can be read")?;
    let settings = Settings::from_json(&settings).context("SETTINGS")?;
    let credentials = Credentials {
        url: variable("SALESFORCE_URL")?.parse().context("SALESFORCE_URL")?,
        client_id: variable("SALESFORCE_CLIENT_ID")?,
        client_secret: variable("SALESFORCE_CLIENT_SECRET")?,
    };
    let salesforce = Client::new(credentials, Org::default())?;
    let service = Service { settings, salesforce, token: variable("AIRCALL_TOKEN")?, calls: Mutex::default() };
    let routes = Router::new().route("/webhook", post(webhook)).with_state(Arc::new(service));
    let listener = tokio::net::TcpListener::bind(variable("LISTEN")?).await.context("LISTEN")?;
    println!("http://{}/webhook", listener.local_addr()?);
    Ok(axum::serve(listener, routes).await?)
}

async fn webhook(State(service): State<Arc<Service>>, body: Bytes) -> (StatusCode, String) {
    let webhook = match Webhook::from_slice(&body) {
        Ok(webhook) => webhook,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()),
    };
    if webhook.token.as_ref().map(Token::as_str) != Some(&service.token) {
        return (StatusCode::UNAUTHORIZED, "wrong token".to_owned());
    }
    let (Ok(key), Ok(event)) = (history::key(&webhook, &service.settings), History::new(&body)) else {
        return (StatusCode::OK, "not a call or message that is logged".to_owned());
    };
    // The lock is held until the call is written, so that no call is written twice at once.
    let mut calls = service.calls.lock().await;
    let (history, checkpoint) = calls.entry(key).or_insert_with(|| (event.clone(), Checkpoint::default()));
    if let Err(error) = history.merge(event) {
        return (StatusCode::BAD_REQUEST, error.to_string());
    }
    let Some(item) = history.item() else { return (StatusCode::OK, "not a call yet".to_owned()) };
    let mut batch = Batch::new(&service.settings, service.salesforce.org);
    batch.add(item.source(), checkpoint.clone());
    service.salesforce.run(&mut batch).await;
    let Some(outcome) = batch.into_outcomes().0.pop() else { return (StatusCode::OK, String::new()) };
    *checkpoint = outcome.checkpoint;
    match outcome.fate {
        Fate::Failed(failure) if matches!(failure.remedy(), Remedy::Settings | Remedy::Unknown) => {
            eprintln!("{}: {failure}", key_text(&outcome.key));
            (StatusCode::OK, format!("refused: {failure}"))
        }
        Fate::Failed(failure) => (StatusCode::SERVICE_UNAVAILABLE, failure.to_string()),
        Fate::Gone => (StatusCode::OK, "the Task was deleted".to_owned()),
        Fate::Done => (StatusCode::OK, checkpoint.task.map_or("not logged".to_owned(), |task| format!("Task {task}"))),
    }
}
