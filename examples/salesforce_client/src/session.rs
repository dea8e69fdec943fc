//! Signs in with OAuth 2.0 client credentials.

use std::fmt;
use std::sync::Arc;

use aircall_salesforce::request::Failure;
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{Credentials, Error};

const TOKEN_PATH: &str = "/services/oauth2/token";

/// A token and the host that accepts it.
pub(crate) struct Session {
    pub(crate) token: String,
    instance: Url,
}

impl Session {
    pub(crate) fn url(&self, path: &str) -> Result<Url, Error> {
        self.instance.join(path).map_err(|_| sign_in(StatusCode::OK))
    }
}

/// The session that all requests share.
pub(crate) struct Sessions {
    credentials: Credentials,
    current: Mutex<Option<Arc<Session>>>,
}

#[derive(Deserialize)]
struct TokenResponse {
    access_token: String,
    instance_url: String,
}

impl Sessions {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self { credentials, current: Mutex::new(None) }
    }

    pub(crate) async fn current(&self, http: &reqwest::Client) -> Result<Arc<Session>, Error> {
        let mut current = self.current.lock().await;
        match &*current {
            Some(session) => Ok(session.clone()),
            None => Ok(current.insert(self.sign_in(http).await?).clone()),
        }
    }

    /// Returns the session that replaces an ended one. If several requests notice the end at the
    /// same time, only the first signs in.
    pub(crate) async fn after(&self, ended: &Arc<Session>, http: &reqwest::Client) -> Result<Arc<Session>, Error> {
        {
            let mut current = self.current.lock().await;
            // Another request may already have replaced the ended session.
            if current.as_ref().is_some_and(|session| Arc::ptr_eq(session, ended)) {
                *current = None;
            }
        }
        self.current(http).await
    }

    async fn sign_in(&self, http: &reqwest::Client) -> Result<Arc<Session>, Error> {
        let Credentials { url, client_id, client_secret } = &self.credentials;
        let url = url.join(TOKEN_PATH).map_err(|_| sign_in(StatusCode::NOT_FOUND))?;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id.as_str()),
            ("client_secret", client_secret.as_str()),
        ];
        let answer = http.post(url).form(&form).send().await?;
        let status = answer.status();
        let body = answer.text().await?;
        if status != StatusCode::OK {
            return Err(Error::SignIn(Failure::read(status.as_u16(), &body)));
        }
        let granted: TokenResponse = serde_json::from_str(&body).map_err(|_| sign_in(status))?;
        let instance = Url::parse(&granted.instance_url).map_err(|_| sign_in(status))?;
        Ok(Arc::new(Session { token: granted.access_token, instance }))
    }
}

/// Returns the error for a response that contains no session.
fn sign_in(status: StatusCode) -> Error {
    Error::SignIn(Failure::read(status.as_u16(), ""))
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}
