//! Runs a service and its stand-in in the test process.
#![allow(dead_code, reason = "each test program uses some of the functions")]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use aircall_salesforce::Settings;
use aircall_salesforce::request::Org;
use reqwest::StatusCode;
use salesforce_client::Credentials;
use serde_json::{Map, Value, json};
use stand_in_salesforce::{Seed, StandIn, Switches, Table};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use webhook_service::backoff::Backoff;
use webhook_service::config::Config;
use webhook_service::dispatch::Rounds;
use webhook_service::run;
use webhook_service::store::Store;

pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const SAMPLE: &str = include_str!("../../../data/webhook.json");
pub(crate) const SETTINGS: &str = include_str!("../../../data/settings.json");
const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// Longer than any of these tests takes on a busy machine.
const TIME_LIMIT: Duration = Duration::from_mins(1);

/// An org that outlives the services that write to it.
pub(crate) struct Sandbox {
    pub(crate) stand_in: StandIn,
    pub(crate) org: reqwest::Url,
    folder: TempDir,
}

impl Sandbox {
    pub(crate) async fn new() -> Self {
        let stand_in = StandIn::new(Seed::demonstration().unwrap()).unwrap();
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let org = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let router = stand_in.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { stand_in, org, folder: tempfile::tempdir().unwrap() }
    }

    /// Returns the path of a database that services can share one after the other.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("calls.sqlite")
    }

    pub(crate) fn tasks(&self) -> Vec<Map<String, Value>> {
        self.stand_in.records(Table::Task)
    }

    pub(crate) fn switch(&self, switches: Value) {
        self.stand_in.set_switches(serde_json::from_value::<Switches>(switches).unwrap());
    }

    pub(crate) fn config(&self, settings: &str, database: impl Into<PathBuf>) -> Config {
        let secret = "stand-in".to_owned();
        Config {
            listen: ANY_PORT,
            pages: ANY_PORT,
            tokens: vec!["another".to_owned(), TOKEN.to_owned()],
            salesforce: Some(Credentials { url: self.org.clone(), client_id: secret.clone(), client_secret: secret }),
            org: Org::default(),
            settings: Settings::from_json(settings).unwrap(),
            settings_text: settings.to_owned(),
            database: database.into(),
            backoff: Backoff {
                first: Duration::from_millis(10),
                most: Duration::from_millis(50),
                lost_answer: Duration::from_millis(20),
            },
            rounds: Rounds { every: Duration::from_millis(10), quiet: Duration::ZERO, ..Rounds::default() },
            keep: Duration::from_hours(1),
        }
    }

    pub(crate) async fn service(&self) -> TestService {
        self.service_under(SETTINGS).await
    }

    pub(crate) async fn service_under(&self, settings: &str) -> TestService {
        TestService::open(self.config(settings, ":memory:")).await
    }

    /// Starts a service whose database outlives it.
    pub(crate) async fn service_on_file(&self) -> TestService {
        TestService::open(self.config(SETTINGS, self.file())).await
    }

    /// Opens the database of [`Self::service_on_file`] with the sample in it, which waits.
    pub(crate) async fn store_with_sample(&self) -> Store {
        let store = Store::open(&self.file()).unwrap();
        store.keep("aircall:780836754".to_owned(), SAMPLE.as_bytes().to_vec(), Duration::ZERO).await.unwrap();
        store
    }
}

/// A running service.
pub(crate) struct TestService {
    pub(crate) listen: SocketAddr,
    pub(crate) pages: SocketAddr,
    pub(crate) http: reqwest::Client,
    stop: oneshot::Sender<()>,
    served: JoinHandle<anyhow::Result<()>>,
}

impl TestService {
    pub(crate) async fn open(config: Config) -> Self {
        let running = run::open(config).await.unwrap();
        let (listen, pages) = (running.listen, running.pages);
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(running.serve(async move { drop(stopped.await) }));
        Self { listen, pages, http: reqwest::Client::new(), stop, served }
    }

    /// Sends a webhook and returns the status that Aircall would receive.
    pub(crate) async fn post(&self, body: impl Into<reqwest::Body>) -> StatusCode {
        let sent = self.http.post(format!("http://{}/webhook", self.listen)).body(body).send().await;
        sent.unwrap().status()
    }

    /// Sends a webhook, which the service must accept, and waits until no call waits to be written.
    pub(crate) async fn deliver(&self, body: impl Into<reqwest::Body>) {
        assert_eq!(self.post(body).await, StatusCode::OK);
        self.quiet().await;
    }

    pub(crate) async fn get(&self, path: &str) -> String {
        let sent = self.http.get(format!("http://{}{path}", self.pages)).send().await;
        sent.unwrap().text().await.unwrap()
    }

    pub(crate) async fn press(&self, path: &str) -> StatusCode {
        self.http.post(format!("http://{}{path}", self.pages)).send().await.unwrap().status()
    }

    pub(crate) async fn fill_in(&self, path: &str, form: &[(&str, &str)]) -> (StatusCode, String) {
        let sent = self.http.post(format!("http://{}{path}", self.pages)).form(form).send().await.unwrap();
        (sent.status(), sent.text().await.unwrap())
    }

    pub(crate) async fn figure(&self, name: &str) -> u64 {
        let metrics = self.get("/metrics").await;
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {metrics}")).parse().unwrap()
    }

    /// Waits until no call waits to be written.
    pub(crate) async fn quiet(&self) {
        self.until("calls are written", async || {
            self.figure("waiting_calls").await + self.figure("waiting_events").await == 0
        })
        .await;
    }

    /// Waits until a call is parked.
    pub(crate) async fn until_parked(&self) {
        self.until("it is parked", async || self.figure("parked_calls").await == 1).await;
    }

    pub(crate) async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let wait = async {
            while !holds().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        assert!(tokio::time::timeout(TIME_LIMIT, wait).await.is_ok(), "timeout: {what}");
    }

    pub(crate) async fn close(self) {
        drop(self.stop);
        self.served.await.unwrap().unwrap();
    }
}

/// Returns a webhook of a call from Ada Lovelace that Jonas Weber answered.
pub(crate) fn webhook(call: u64, event: &str, at: u64, change: impl FnOnce(&mut Value)) -> String {
    let mut data = json!({
        "id": call, "direction": "inbound", "status": "done", "started_at": 1_772_457_500, "answered_at": 1_772_457_510,
        "ended_at": 1_772_457_600, "raw_digits": "+33 1 99 00 12 34",
        "user": {"id": 2, "name": "Jonas Weber", "email": "jonas.weber@example.com"},
        "number": {"id": 1, "name": "Support", "digits": "+49 30 23125000", "country": "DE", "time_zone": "Europe/Berlin"},
        "comments": [], "tags": [],
    });
    change(&mut data);
    json!({"resource": "call", "event": event, "timestamp": at, "token": TOKEN, "data": data}).to_string()
}

/// Returns the webhook of the end of this call.
pub(crate) fn ended(call: u64) -> String {
    webhook(call, "call.ended", 1_772_457_630, |_| {})
}

#[track_caller]
pub(crate) fn assert_has(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "no {text} in {page}");
    }
}

pub(crate) fn note(text: &str) -> Value {
    notes(&[text])
}

pub(crate) fn notes(texts: &[&str]) -> Value {
    let author = json!({"id": 2, "name": "Jonas Weber"});
    let note = |(id, text)| json!({"id": id, "content": text, "posted_at": 1_772_457_610 + id, "posted_by": author});
    (1_u64..).zip(texts).map(note).collect()
}

pub(crate) fn tags(names: &[&str]) -> Value {
    (1_u64..).zip(names).map(|(id, name)| json!({"id": id, "name": name})).collect()
}

/// A person, who edits Tasks in the same org.
pub(crate) struct Person<'t> {
    sandbox: &'t Sandbox,
    http: reqwest::Client,
    token: String,
}

impl<'t> Person<'t> {
    pub(crate) async fn sign_in(sandbox: &'t Sandbox, service: &TestService) -> Self {
        let form = [("grant_type", "client_credentials"), ("client_id", "stand-in"), ("client_secret", "stand-in")];
        let url = sandbox.org.join("services/oauth2/token").unwrap();
        let granted: Value = service.http.post(url).form(&form).send().await.unwrap().json().await.unwrap();
        Self { sandbox, http: service.http.clone(), token: granted["access_token"].as_str().unwrap().to_owned() }
    }

    pub(crate) async fn create_contact(&self, phone: &str) -> String {
        let url = self.sandbox.org.join("services/data/v60.0/sobjects/Contact").unwrap();
        let body = json!({"LastName": "Example", "Phone": phone});
        let sent = self.http.post(url).bearer_auth(&self.token).json(&body).send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::CREATED);
        sent.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
    }

    fn url(&self, id: &str) -> reqwest::Url {
        self.sandbox.org.join(&format!("services/data/v60.0/sobjects/Task/{id}")).unwrap()
    }

    pub(crate) async fn patch(&self, id: &str, body: Value) {
        let sent = self.http.patch(self.url(id)).bearer_auth(&self.token).json(&body).send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::NO_CONTENT);
    }

    /// Spends requests of the org's allowance, as another integration does.
    pub(crate) async fn spend(&self, requests: usize) {
        let url = self.sandbox.org.join("services/data/v60.0/limits").unwrap();
        for _ in 0..requests {
            let sent = self.http.get(url.clone()).bearer_auth(&self.token).send().await.unwrap();
            assert_eq!(sent.status(), StatusCode::OK);
        }
    }

    pub(crate) async fn delete(&self, id: &str) {
        let sent = self.http.delete(self.url(id)).bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::NO_CONTENT);
    }
}
