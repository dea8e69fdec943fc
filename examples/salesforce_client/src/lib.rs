//! A client for the parts of Salesforce's REST API that the mapping needs: it signs in, and sends
//! the requests of a batch.
//!
//! The library builds the requests and reads the responses; this client sends them. It does not
//! retry: each call's outcome says what the caller can do about a failure.

mod session;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aircall_salesforce::request::{Allowance, Batch, Checkpoint, Failure, Fate, Method, Org, Outcome, Request};
use aircall_salesforce::{Call, Directory, Settings};
use futures_util::future::join_all;
use reqwest::{StatusCode, Url, header};
use session::{Session, Sessions};

/// How long Salesforce may take to respond.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may take to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The org's address, and the connected app whose client-credentials flow is enabled.
#[derive(Clone)]
pub struct Credentials {
    /// The org's own domain: `https://example.my.salesforce.com`.
    pub url: Url,
    /// The app's consumer key.
    pub client_id: String,
    /// The app's consumer secret.
    pub client_secret: String,
}

/// A client of an org. It signs in before its first request.
pub struct Client {
    http: reqwest::Client,
    sessions: Sessions,
    usage: Mutex<Usage>,
    /// The facts about the org, for [`Batch::new`].
    pub org: Org,
}

/// What the client has used of the org's daily allowance of requests.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// How many requests were sent to each resource, such as `search` or `composite`.
    pub requests: BTreeMap<String, u64>,
    /// What the last response said of the allowance, which all integrations of the org share.
    pub allowance: Option<Allowance>,
}

/// A response, or an error in its place: a status and a body.
struct Response(StatusCode, String);

impl Client {
    /// Creates a client without sending a request.
    ///
    /// # Errors
    ///
    /// TLS or the resolver cannot be initialised.
    pub fn new(credentials: Credentials, org: Org) -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(RESPONSE_TIMEOUT);
        let http = builder.redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { sessions: Sessions::new(credentials), http, usage: Mutex::default(), org })
    }

    /// Sends requests at the same time and passes the responses to their batch. A request without a
    /// response passes nothing, which the batch treats as a lost response.
    pub async fn send(&self, batch: &mut Batch<'_>, requests: Vec<Request>) {
        let responses = join_all(requests.iter().map(|request| self.respond(request))).await;
        for (request, response) in requests.iter().zip(responses) {
            if let Some(Response(status, body)) = response {
                batch.answer(request, status.as_u16(), &body);
            }
        }
    }

    /// Sends the requests of a batch until all of its calls have ended.
    pub async fn run(&self, batch: &mut Batch<'_>) {
        loop {
            let requests = batch.requests();
            if requests.is_empty() {
                return;
            }
            self.send(batch, requests).await;
        }
    }

    /// Fetches what the mapping needs for a call that has no Task, and writes nothing.
    ///
    /// # Errors
    ///
    /// Salesforce does not respond, or responds with an error.
    pub async fn look_up(&self, call: &Call<'_>, settings: &Settings) -> Result<Directory, Failure> {
        let mut batch = Batch::new(settings, self.org);
        batch.add(call, Checkpoint::default());
        let mut requests = batch.requests();
        // `sending` lists calls whose requests write. From then on, everything is looked up.
        while batch.sending().next().is_none() && !requests.is_empty() {
            self.send(&mut batch, requests).await;
            requests = batch.requests();
        }
        let is_looked_up = batch.sending().next().is_some();
        match batch.into_outcomes().0.pop() {
            Some(Outcome { fate: Fate::Failed(failure), .. }) if !is_looked_up => Err(failure),
            outcome => Ok(outcome.map(|outcome| outcome.directory).unwrap_or_default()),
        }
    }

    /// Returns what the client has used so far.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.used().clone()
    }

    fn used(&self) -> MutexGuard<'_, Usage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request and returns the response. If the session has ended, signs in and sends the
    /// request once more.
    async fn respond(&self, request: &Request) -> Option<Response> {
        // The response that rejected the sign-in is the response to every request: nothing was
        // sent.
        let mut session = match self.sessions.current(&self.http).await.ok()? {
            Ok(session) => session,
            Err(rejected) => return Some(rejected),
        };
        let response = self.send_once(request, &session).await?;
        if response.0 != StatusCode::UNAUTHORIZED {
            return Some(response);
        }
        session = match self.sessions.after(&session, &self.http).await.ok()? {
            Ok(session) => session,
            Err(rejected) => return Some(rejected),
        };
        // A new session that is rejected as well has another cause, so there is no third attempt.
        self.send_once(request, &session).await
    }

    async fn send_once(&self, request: &Request, session: &Session) -> Option<Response> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
        };
        let mut sent = self.http.request(method, session.url(&request.path)?).bearer_auth(&session.token);
        if let Some(body) = &request.body {
            sent = sent.header(header::CONTENT_TYPE, "application/json").body(body.clone());
        }
        let resource = request.path.split('?').next().unwrap_or_default().splitn(5, '/').nth(4).unwrap_or_default();
        *self.used().requests.entry(resource.to_owned()).or_default() += 1;
        let response = sent.send().await.ok()?;
        let allowance = response.headers().get(Allowance::HEADER).and_then(|value| value.to_str().ok());
        if let Some(allowance) = allowance.and_then(Allowance::from_header) {
            self.used().allowance = Some(allowance);
        }
        Some(Response(response.status(), response.text().await.ok()?))
    }
}
