//! The other processes: the service, and the stand-in.

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

/// Says which process this is.
const ROLE: &str = "LOAD_ROLE";
const POLL: Duration = Duration::from_millis(200);
const START: Duration = Duration::from_secs(20);

/// The settings: a number that nobody knows makes no record, for then the right Task would depend on which call came first.
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
                running.serve(run::told_to_stop()).await
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

/// The processes, and where they are.
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
        stage.wait_until_well().await?;
        Ok(stage)
    }

    pub(crate) fn webhook_url(&self) -> Result<Url> {
        Ok(format!("http://{}/webhook", self.listen).parse()?)
    }

    pub(crate) fn client(&self) -> Result<Client> {
        Ok(Client::new(credentials(&self.org), Org::default())?)
    }

    /// Every Task, one a line.
    pub(crate) async fn tasks(&self) -> Result<String> {
        let url = self.org.join("stand-in/state?object=Task")?;
        Ok(self.http.get(url).send().await?.error_for_status()?.text().await?)
    }

    /// With answers that are lost, too.
    pub(crate) async fn fail_one_write_in(&self, writes: u64) -> Result<()> {
        let switches = json!({
            "fail_one_write_in": writes, "failures": ["row_locked", "unavailable", "answer_lost"],
        });
        let url = self.org.join("stand-in/switches")?;
        self.http.put(url).json(&switches).send().await?.error_for_status()?;
        Ok(())
    }

    /// How much the stand-in had to do.
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

    /// As a power cut does; then starts it again.
    pub(crate) async fn kill_service(&mut self) -> Result<()> {
        self.service.kill()?;
        self.service.wait()?;
        self.service = start_service(&self.org, &self.listen, &self.pages, &self.folder)?;
        self.wait_until_well().await
    }

    async fn wait_until_well(&self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < START {
            let answer = self.http.get(format!("http://{}/healthz", self.pages)).send().await;
            if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                return Ok(());
            }
            tokio::time::sleep(POLL).await;
        }
        bail!("the service does not start")
    }

    /// Until nothing waits and nothing is parked.
    pub(crate) async fn wait_until_done(&self, patience: Duration) -> Result<()> {
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
            if waiting == 0 || begun.elapsed() > patience {
                bail!("{waiting} still wait, {left} are parked or cannot be read");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Stops both, the service as its manager would.
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
        // Whatever failed, no process is left behind.
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

/// One that stays the same when the service is started again.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.to_string())
}
