//! Signs in with OAuth 2.0 client credentials.

use std::fmt;
use std::sync::Arc;

use reqwest::{StatusCode, Url};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{Credentials, Response};

const TOKEN_PATH: &str = "/services/oauth2/token";

/// A token and the host that accepts it.
pub(crate) struct Session {
    pub(crate) token: String,
    instance: Url,
}

impl Session {
    pub(crate) fn url(&self, path: &str) -> Option<Url> {
        self.instance.join(path).ok()
    }
}

/// A session, or the response that rejected the sign-in.
type SignIn = Result<Arc<Session>, Response>;

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

    /// Returns the session, or the response that rejected the sign-in.
    ///
    /// # Errors
    ///
    /// Salesforce does not respond.
    pub(crate) async fn current(&self, http: &reqwest::Client) -> reqwest::Result<SignIn> {
        let mut current = self.current.lock().await;
        if let Some(session) = &*current {
            return Ok(Ok(session.clone()));
        }
        let signed_in = self.sign_in(http).await?;
        *current = signed_in.as_ref().ok().cloned();
        Ok(signed_in)
    }

    /// Returns the session that replaces an ended one. If several requests notice the end at the
    /// same time, only the first signs in.
    pub(crate) async fn after(&self, ended: &Arc<Session>, http: &reqwest::Client) -> reqwest::Result<SignIn> {
        {
            let mut current = self.current.lock().await;
            // Another request may already have replaced the ended session.
            if current.as_ref().is_some_and(|session| Arc::ptr_eq(session, ended)) {
                *current = None;
            }
        }
        self.current(http).await
    }

    async fn sign_in(&self, http: &reqwest::Client) -> reqwest::Result<SignIn> {
        let Credentials { url, client_id, client_secret } = &self.credentials;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id.as_str()),
            ("client_secret", client_secret.as_str()),
        ];
        let mut token = url.clone();
        token.set_path(TOKEN_PATH);
        let response = http.post(token).form(&form).send().await?;
        let status = response.status();
        let body = response.text().await?;
        let granted = if status == StatusCode::OK { serde_json::from_str::<TokenResponse>(&body).ok() } else { None };
        let session = granted.and_then(|TokenResponse { access_token, instance_url }| {
            Some(Arc::new(Session { token: access_token, instance: Url::parse(&instance_url).ok()? }))
        });
        // A success without a token comes from something that is not Salesforce.
        let status = if status.is_success() { StatusCode::SERVICE_UNAVAILABLE } else { status };
        Ok(session.ok_or(Response(status, body)))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}
