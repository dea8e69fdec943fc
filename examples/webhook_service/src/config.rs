//! Reads the configuration from environment variables.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use aircall_salesforce::Settings;
use aircall_salesforce::request::Org;
use anyhow::{Context, Result, bail};
use reqwest::Url;
use salesforce_client::Credentials;

use crate::backoff::Backoff;
use crate::dispatch::Rounds;

const SAMPLE_SETTINGS: &str = include_str!("../../data/settings.json");

/// The configuration of one deployment.
pub struct Config {
    /// The address on which the service accepts webhooks.
    pub listen: SocketAddr,
    /// The address that serves the pages. The pages show names and phone numbers, so this address
    /// differs from `listen` and must not be reachable from the internet.
    pub pages: SocketAddr,
    /// The tokens of the webhooks in Aircall. A deployment has two while a new token replaces an
    /// old one. Without any, the demonstration accepts every webhook.
    pub tokens: Vec<String>,
    /// The credentials of the org; `None` starts the stand-in.
    pub salesforce: Option<Credentials>,
    pub org: Org,
    /// The mapping's settings; `settings_text` is their JSON text.
    pub settings: Settings,
    pub settings_text: String,
    pub database: PathBuf,
    pub backoff: Backoff,
    pub rounds: Rounds,
    /// How long the service keeps a call after its last webhook.
    pub keep: Duration,
}

impl Config {
    /// Reads every variable through `variable`, for example [`environment`].
    ///
    /// # Errors
    ///
    /// A required variable is missing or a value cannot be parsed. The error names the variable.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let salesforce = credentials(&variable)?;
        let is_real = salesforce.is_some();
        let tokens: Vec<_> = match variable("AIRCALL_TOKEN") {
            Some(tokens) => tokens.split(',').map(|token| token.trim().to_owned()).collect(),
            None if is_real => {
                bail!(
                    "AIRCALL_TOKEN is missing: set it to the token of the webhook in Aircall; separate several tokens with commas"
                )
            }
            None => Vec::new(),
        };
        if tokens.iter().any(String::is_empty) {
            bail!("AIRCALL_TOKEN contains an empty token");
        }
        let settings_text = match variable("SETTINGS") {
            Some(path) => std::fs::read_to_string(&path).with_context(|| format!("SETTINGS: {path}"))?,
            None if is_real => bail!("SETTINGS is missing: set it to the path of the settings file (JSON)"),
            None => SAMPLE_SETTINGS.to_owned(),
        };
        let settings = Settings::from_json(&settings_text).context("SETTINGS")?;
        if is_real && settings.field_names.call_id().is_none() {
            tracing::warn!("the settings have no `call_id_field`: after a crash, a call may get a second Task");
        }
        let seconds = |name, default: Duration| parsed(&variable, name, default.as_secs()).map(Duration::from_secs);
        let (usual, rounds) = (Backoff::default(), Rounds::default());
        Ok(Self {
            listen: parsed(&variable, "LISTEN", SocketAddr::from(([127, 0, 0, 1], 8080)))?,
            pages: parsed(&variable, "PAGES", SocketAddr::from(([127, 0, 0, 1], 8081)))?,
            tokens,
            salesforce,
            org: Org { person_accounts: parsed(&variable, "PERSON_ACCOUNTS", false)? },
            settings,
            settings_text,
            // The stand-in loses its Tasks when it stops, so a database that outlives it would
            // refer to Tasks that no longer exist.
            database: variable("DATABASE")
                .unwrap_or(if is_real { "calls.sqlite" } else { ":memory:" }.to_owned())
                .into(),
            backoff: Backoff {
                most: seconds("RETRY_SECONDS", usual.most)?,
                lost_answer: seconds("LOST_ANSWER_SECONDS", usual.lost_answer)?,
                ..usual
            },
            rounds: Rounds {
                every: seconds("ROUND_SECONDS", rounds.every)?,
                most: parsed(&variable, "ROUND_CALLS", rounds.most)?,
                quiet: seconds("QUIET_SECONDS", rounds.quiet)?,
            },
            keep: Duration::from_secs(parsed(&variable, "KEEP_DAYS", 30_u64)?.saturating_mul(86_400)),
        })
    }
}

/// Returns an environment variable, or `None` if it is unset or empty.
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The variables that [`Config::read`] reads and that are long enough to be recognised when they
/// are misspelt.
const VARIABLES: [&str; 13] = [
    "AIRCALL_TOKEN",
    "DATABASE",
    "KEEP_DAYS",
    "LOST_ANSWER_SECONDS",
    "PERSON_ACCOUNTS",
    "QUIET_SECONDS",
    "RETRY_SECONDS",
    "ROUND_CALLS",
    "ROUND_SECONDS",
    "SALESFORCE_CLIENT_ID",
    "SALESFORCE_CLIENT_SECRET",
    "SALESFORCE_URL",
    "SETTINGS",
];

/// Returns the variable that was probably meant by a name, if the name is not one of ours.
#[must_use]
pub fn meant_by(name: &str) -> Option<&'static str> {
    let distance = |known: &str| strsim::damerau_levenshtein(name, known);
    let nearest = VARIABLES.into_iter().min_by_key(|known| distance(known))?;
    (1..=2).contains(&distance(nearest)).then_some(nearest)
}

fn credentials(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<Credentials>> {
    let Some(url) = variable("SALESFORCE_URL") else {
        return Ok(None);
    };
    let url: Url = url.parse().context("SALESFORCE_URL")?;
    let is_loopback = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    if url.scheme() != "https" && !is_loopback {
        bail!("SALESFORCE_URL must start with https: http would send the client secret unencrypted");
    }
    let required =
        |name: &str| variable(name).with_context(|| format!("{name} is missing: copy it from the connected app"));
    let (client_id, client_secret) = (required("SALESFORCE_CLIENT_ID")?, required("SALESFORCE_CLIENT_SECRET")?);
    Ok(Some(Credentials { url, client_id, client_secret }))
}

fn parsed<T: std::str::FromStr>(variable: &impl Fn(&str) -> Option<String>, name: &str, default: T) -> Result<T>
where
    T::Err: fmt::Display,
{
    variable(name).map_or(Ok(default), |value| value.trim().parse().map_err(|error| anyhow::anyhow!("{name}: {error}")))
}
