//! Starts and observes the other processes: the service and the stand-in.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aircall_salesforce::request::Org;
use anyhow::{Context, Result, bail};
use reqwest::{StatusCode, Url};
use salesforce_client::{Client, Credentials};
use serde_json::{Value, json};
use stand_in_salesforce::{Seed, StandIn};

use webhook_service::config::{Config, environment};
use webhook_service::run;

use crate::calls::TOKEN;

/// The environment variable that contains the role of this process.
const ROLE: &str = "LOAD_ROLE";
const POLL: Duration = Duration::from_millis(200);
const START_LIMIT: Duration = Duration::from_secs(20);

/// Returns the mapping's settings.
///
/// An unknown number creates no record: otherwise the expected Task would depend on which call
/// arrives first.
pub(crate) fn settings() -> Value {
    json!({
        "wording": "de", "workflow": {"missed": "in_progress", "voicemail": "in_progress"}, "relate_to": "case",
        "admin": "005000000000001AAA", "call_id_field": "CallObject",
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
                let running = run::open(Config::read(environment)?).await?;
                running.serve(run::stop_signal()).await
            }
            Self::StandIn => {
                let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
                println!("http://{}/", listener.local_addr()?);
                axum::serve(listener, StandIn::new(Seed::demonstration()?)?.router()).await?;
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
    http: reqwest::Client,
}

impl Stage {
    pub(crate) async fn set() -> Result<Self> {
        let mut stand_in = Role::StandIn.start()?.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(stand_in.stdout.take().context("no output")?).read_line(&mut line)?;
        let org: Url = line.trim().parse()?;
        let folder = std::env::temp_dir().join(format!("webhook_service-load-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("settings.json"), settings().to_string())?;
        let [listen, pages] = [free_address()?, free_address()?];
        let service = start_service(&org, &listen, &pages, &folder)?;
        let stage = Self { stand_in, service, org, listen, pages, folder, http: reqwest::Client::new() };
        stage.wait_until_healthy().await?;
        Ok(stage)
    }

    pub(crate) fn webhook_url(&self) -> Result<Url> {
        Ok(format!("http://{}/webhook", self.listen).parse()?)
    }

    pub(crate) fn client(&self) -> Result<Client> {
        Ok(Client::new(credentials(&self.org), Org::default())?)
    }

    /// Returns every Task, one JSON object a line.
    pub(crate) async fn tasks(&self) -> Result<String> {
        let url = self.org.join("stand-in/state?object=Task")?;
        Ok(self.http.get(url).send().await?.error_for_status()?.text().await?)
    }

    /// Makes every n-th write fail. Some failures happen after the write, so that only the response
    /// is lost.
    pub(crate) async fn fail_one_write_in(&self, writes: u64) -> Result<()> {
        let switches = json!({
            "fail_one_write_in": writes, "failures": ["row_locked", "unavailable", "answer_lost"],
        });
        let url = self.org.join("stand-in/switches")?;
        self.http.put(url).json(&switches).send().await?.error_for_status()?;
        Ok(())
    }

    /// Returns the stand-in's request counts.
    pub(crate) async fn counts(&self) -> Result<String> {
        let url = self.org.join("stand-in/switches")?;
        let state: Value = self.http.get(url).send().await?.error_for_status()?.json().await?;
        let count = |name: &str| state["counts"][name].as_u64().unwrap_or_default();
        Ok(format!(
            "{} requests, {} of them writes, {} of those failed",
            count("requests"),
            count("writes"),
            count("failed")
        ))
    }

    /// Kills the service without warning, as a power failure would, and starts it again.
    pub(crate) async fn kill_service(&mut self) -> Result<()> {
        self.service.kill()?;
        self.service.wait()?;
        self.service = start_service(&self.org, &self.listen, &self.pages, &self.folder)?;
        self.wait_until_healthy().await
    }

    async fn wait_until_healthy(&self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < START_LIMIT {
            let answer = self.http.get(format!("http://{}/healthz", self.pages)).send().await;
            if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
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
            let metrics = self.http.get(format!("http://{}/metrics", self.pages)).send().await?.text().await?;
            let figure = |name: &str| {
                let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
                line.and_then(|figure| figure.parse::<u64>().ok()).with_context(|| format!("no figure {name}"))
            };
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

fn start_service(org: &Url, listen: &str, pages: &str, folder: &std::path::Path) -> Result<Child> {
    let mut command = Role::Service.start()?;
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
        .env("LOST_ANSWER_SECONDS", "1");
    Ok(command.spawn()?)
}

/// Returns a free address, so that the service keeps its address when it is started again.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.to_string())
}
