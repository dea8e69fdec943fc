//! Reads the configuration from environment variables.

use std::net::SocketAddr;
use std::{env, fs};

use aircall_salesforce::Settings;
use aircall_salesforce::request::Org;
use aircall_salesforce::salesforce::task::field::CALL_OBJECT;
use aircall_salesforce::settings::{RelateTo, UnknownNumber};
use anyhow::{Context, ensure};
use salesforce_client::{Client, Credentials};

/// The configuration of a worker.
pub struct Config {
    /// The address on which the worker listens for Restate.
    pub listen: SocketAddr,
    /// The webhook's token in Aircall.
    pub token: String,
    /// The mapping's settings.
    pub settings: Settings,
    /// The client of the org.
    pub salesforce: Client,
}

impl Config {
    /// Reads the environment and the settings file.
    ///
    /// # Errors
    ///
    /// A variable is missing or cannot be parsed, or the settings do not allow several workers.
    pub fn from_env() -> anyhow::Result<Self> {
        let path = variable("SETTINGS")?;
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let settings = Settings::from_json(&text).with_context(|| path.clone())?;
        ensure!(
            settings.field_names.call_id().is_some_and(|field| !field.as_str().eq_ignore_ascii_case(CALL_OBJECT)),
            "{path}: `call_id_field` must name a unique custom field; otherwise a lost response could lead to a second Task"
        );
        ensure!(
            settings.unknown_number == UnknownNumber::DoNothing && settings.relate_to != RelateTo::CaseOrCreate,
            "{path}: `unknown_number` must be `do_nothing`, and `relate_to` not `case_or_create`: two calls from one \
             number would create two records or two cases"
        );
        let org = Org { person_accounts: env::var("PERSON_ACCOUNTS").is_ok_and(|has| has == "true") };
        let credentials = Credentials {
            url: variable("SALESFORCE_URL")?.parse().context("SALESFORCE_URL")?,
            client_id: variable("SALESFORCE_CLIENT_ID")?,
            client_secret: variable("SALESFORCE_CLIENT_SECRET")?,
        };
        Ok(Self {
            listen: variable("LISTEN")?.parse().context("LISTEN must be an address, for example 127.0.0.1:9081")?,
            // An empty token would accept webhooks without a token.
            token: variable("AIRCALL_TOKEN")?,
            settings,
            salesforce: Client::new(credentials, org)?,
        })
    }
}

fn variable(name: &str) -> anyhow::Result<String> {
    let value = env::var(name).ok().filter(|value| !value.is_empty());
    value.with_context(|| format!("the environment variable {name} is not set"))
}
