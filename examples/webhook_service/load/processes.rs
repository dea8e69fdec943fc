//! Starts and observes the other processes: the service and the stand-in.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::request::Org;
use aircall_salesforce::rules::fields::key_of;
use anyhow::{Context, Result, bail};
use reqwest::{StatusCode, Url};
use salesforce_client::{Client, Credentials};
use serde_json::{Value, json};
use stand_in_salesforce::StandIn;
use tracing::Level;

use webhook_service::config::{Config, environment};
use webhook_service::run;
use webhook_service::store::{Fields, Millis};

use crate::calls::TOKEN;
use crate::org;

/// The environment variable that contains the role of this process.
const ROLE: &str = "LOAD_ROLE";
/// The file that contains the service's log.
const LOG: &str = "service.log";
const POLL: Duration = Duration::from_millis(200);
const START_LIMIT: Duration = Duration::from_secs(20);

/// Returns the mapping's settings.
pub(crate) fn settings() -> Value {
    json!({
        "wording": "de", "workflow": {"missed": "in_progress", "voicemail": "in_progress"}, "relate_to": "case",
        "unknown_number": "create_contact", "admin": org::ADMIN, "call_id_field": "CallObject",
    })
}

pub(crate) enum Role {
    Service,
    StandIn,
}

impl Role {
    pub(crate) fn of_this_process() -> Option<Self> {
        match std::env::var(ROLE).ok()?.as_str() {
            "service" => Some(Self::Service),
            "stand-in" => Some(Self::StandIn),
            _ => None,
        }
    }

    const fn word(&self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::StandIn => "stand-in",
        }
    }

    pub(crate) async fn play(self) -> Result<()> {
        match self {
            Self::Service => {
                // The log names the calls with a failed attempt.
                tracing_subscriber::fmt()
                    .with_max_level(Level::WARN)
                    .with_writer(std::io::stderr)
                    .with_ansi(false)
                    .init();
                let running = run::open(Config::read(environment)?).await?;
                running.serve(run::stop_signal()).await
            }
            Self::StandIn => {
                let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
                println!("http://{}/", listener.local_addr()?);
                axum::serve(listener, StandIn::new(org::seed()?)?.router()).await?;
                Ok(())
            }
        }
    }

    fn start(&self) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.env(ROLE, self.word());
        Ok(command)
    }
}

/// The running processes and their addresses.
pub(crate) struct Stage {
    stand_in: Child,
    service: Child,
    org: Url,
    listen: String,
    pages: String,
    folder: PathBuf,
    times: Times,
    http: reqwest::Client,
}

/// The service's times in seconds; `None` leaves the default.
#[derive(Clone, Copy, Default)]
pub(crate) struct Times {
    pub(crate) round: Option<u64>,
    pub(crate) quiet: Option<u64>,
}

impl Stage {
    pub(crate) async fn set(times: Times) -> Result<Self> {
        let mut stand_in = Role::StandIn.start()?.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(stand_in.stdout.take().context("no output")?).read_line(&mut line)?;
        let org: Url = line.trim().parse()?;
        let folder = std::env::temp_dir().join(format!("webhook_service-load-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("settings.json"), settings().to_string())?;
        let [listen, pages] = [free_address()?, free_address()?];
        let service = start_service(&org, &listen, &pages, &folder, times)?;
        let stage = Self { stand_in, service, org, listen, pages, folder, times, http: reqwest::Client::new() };
        stage.wait_until_healthy().await?;
        Ok(stage)
    }

    pub(crate) fn webhook_url(&self) -> Result<Url> {
        Ok(format!("http://{}/webhook", self.listen).parse()?)
    }

    pub(crate) fn client(&self) -> Result<Client> {
        Ok(Client::new(credentials(&self.org), Org::default())?)
    }

    /// Returns the lines of one of the stand-in's own resources.
    async fn lines(&self, resource: &str) -> Result<Vec<Fields>> {
        let url = self.org.join("stand-in/")?.join(resource)?;
        let lines = self.http.get(url).send().await?.error_for_status()?.text().await?;
        lines.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// Returns the records of an object by id.
    pub(crate) async fn records(&self, object: &str) -> Result<BTreeMap<String, Fields>> {
        let records = self.lines(&format!("state?object={object}")).await?;
        Ok(records.into_iter().map(|record| (text(&record, "Id").to_owned(), record)).collect())
    }

    /// Returns when each record was last written.
    pub(crate) async fn last_writes(&self) -> Result<BTreeMap<String, Millis>> {
        let writes = self.lines("writes").await?;
        let at = |write: &Fields| write.get("at").and_then(Value::as_i64).context("a write without a time");
        writes.iter().map(|write| Ok((text(write, "id").to_owned(), at(write)?))).collect()
    }

    /// Returns the calls with a failed attempt.
    pub(crate) fn failed_calls(&self) -> Result<BTreeSet<u64>> {
        let log = std::fs::read_to_string(self.folder.join(LOG))?;
        let key = |line: &str| key_of(line.split_once(" key=\"")?.1.split('"').next()?);
        let calls = log.lines().filter_map(key).filter_map(|key| match key {
            TaskKey::Call(id) => Some(id),
            TaskKey::Message(_) => None,
        });
        Ok(calls.collect())
    }

    /// Makes one record or graph in ten fail, and one writing request in fifty as a whole. Some
    /// requests fail after the write, so that only the response is lost.
    pub(crate) async fn start_failing(&self) -> Result<()> {
        self.switch(json!({
            "fail_one_record_in": 10,
            "fail_one_write_in": 50, "failures": ["row_locked", "unavailable", "answer_lost"],
        }))
        .await
    }

    pub(crate) async fn stop_failing(&self) -> Result<()> {
        self.switch(json!({})).await
    }

    async fn switch(&self, switches: Value) -> Result<()> {
        let url = self.org.join("stand-in/switches")?;
        self.http.put(url).json(&switches).send().await?.error_for_status()?;
        Ok(())
    }

    /// Describes the requests that the stand-in has counted.
    pub(crate) async fn requests(&self, calls: usize) -> Result<String> {
        let url = self.org.join("stand-in/switches")?;
        let state: Value = self.http.get(url).send().await?.error_for_status()?.json().await?;
        let counts = &state["counts"];
        let [requests, writes, failed, records, failed_records] =
            ["requests", "writes", "failed", "records", "failed_records"]
                .map(|name| counts[name].as_u64().unwrap_or_default());
        let by_resource = counts["by_resource"].as_object().context("no counts by resource")?;
        let by_resource: Vec<_> = by_resource.iter().map(|(resource, count)| format!("{count} {resource}")).collect();
        let metrics = self.metrics().await?;
        let [used, allowance, rounds] = ["salesforce_allowance_used", "salesforce_allowance", "round_seconds_count"]
            .map(|name| figure(&metrics, name));
        Ok(format!(
            "requests: {requests} ({}), {:.2} a call; {} rounds since the service started\n\
             writing requests: {writes}, {failed} of them failed; records and graphs: {records}, {failed_records} of them failed\n\
             allowance: {} of {} used, says the header",
            by_resource.join(", "),
            f64::from(u32::try_from(requests)?) / f64::from(u32::try_from(calls)?),
            rounds?,
            used?,
            allowance?,
        ))
    }

    async fn metrics(&self) -> Result<String> {
        Ok(self.http.get(format!("http://{}/metrics", self.pages)).send().await?.text().await?)
    }

    /// Kills the service without warning, as a power failure would, and starts it again.
    pub(crate) async fn kill_service(&mut self) -> Result<()> {
        self.service.kill()?;
        self.service.wait()?;
        self.service = start_service(&self.org, &self.listen, &self.pages, &self.folder, self.times)?;
        self.wait_until_healthy().await
    }

    async fn wait_until_healthy(&self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < START_LIMIT {
            let response = self.http.get(format!("http://{}/healthz", self.pages)).send().await;
            if response.is_ok_and(|response| response.status() == StatusCode::OK) {
                return Ok(());
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("the service did not start in time")
    }

    /// Waits until no call waits and fails if a call is parked.
    pub(crate) async fn wait_until_done(&self, limit: Duration) -> Result<()> {
        let begun = Instant::now();
        loop {
            let metrics = self.metrics().await?;
            let figure = |name| figure(&metrics, name);
            let waiting = figure("waiting_calls")? + figure("waiting_events")?;
            let left = figure("parked_calls")? + figure("unreadable_events")?;
            if waiting == 0 && left == 0 {
                return Ok(());
            }
            if waiting == 0 || begun.elapsed() > limit {
                bail!("{waiting} calls or webhooks still wait, {left} are parked or unreadable");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Stops both processes; the service receives SIGTERM, as from a service manager.
    pub(crate) fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.service.id().to_string()]).status()?;
        let status = self.service.wait()?;
        self.stand_in.kill()?;
        self.stand_in.wait()?;
        std::fs::remove_dir_all(&self.folder)?;
        if !status.success() {
            bail!("the service ended with {status}");
        }
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A failed run must not leave processes behind.
        for child in [&mut self.service, &mut self.stand_in] {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

fn credentials(org: &Url) -> Credentials {
    let (client_id, client_secret) = ("stand-in".to_owned(), "stand-in".to_owned());
    Credentials { url: org.clone(), client_id, client_secret }
}

/// Reads a metric without labels.
fn figure(metrics: &str, name: &str) -> Result<u64> {
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.and_then(|figure| figure.parse::<u64>().ok()).with_context(|| format!("no figure {name}"))
}

/// Returns a text field, or an empty text.
pub(crate) fn text<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn start_service(org: &Url, listen: &str, pages: &str, folder: &Path, times: Times) -> Result<Child> {
    let mut command = Role::Service.start()?;
    for (name, seconds) in [("ROUND_SECONDS", times.round), ("QUIET_SECONDS", times.quiet)] {
        if let Some(seconds) = seconds {
            command.env(name, seconds.to_string());
        }
    }
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join(LOG))?;
    command
        .env("SALESFORCE_URL", org.as_str())
        .env("SALESFORCE_CLIENT_ID", "stand-in")
        .env("SALESFORCE_CLIENT_SECRET", "stand-in")
        .env("AIRCALL_TOKEN", TOKEN)
        .env("SETTINGS", folder.join("settings.json"))
        .env("DATABASE", folder.join("calls.sqlite"))
        .env("LISTEN", listen)
        .env("PAGES", pages)
        .env("RETRY_SECONDS", "2")
        .env("LOST_ANSWER_SECONDS", "1")
        .stderr(log);
    Ok(command.spawn()?)
}

/// Returns a free address, so that the service keeps its address when it is started again.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.to_string())
}
