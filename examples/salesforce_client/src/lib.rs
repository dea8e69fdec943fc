//! What the mapping needs of Salesforce's REST API: sign in, look up what a call is about, write what the plan says.
//!
//! The library words the requests and reads the answers; this sends them. It does not retry: what to do about a failure is the caller's
//! to decide, and [`Error::remedy`] says what.

mod session;

use std::time::Duration;

use aircall_salesforce::request::{Enquiry, Failure, Method, Org, Remedy, Request, Writing};
use aircall_salesforce::salesforce::OwnerChange;
use aircall_salesforce::{Directory, Id, Needs, ReadError, Settings};
use futures_util::future::join_all;
use reqwest::{RequestBuilder, StatusCode, Url};
use session::{Session, Sessions};

/// How long Salesforce may take for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Where the org is, and who asks: a connected app whose client-credentials flow is on.
#[derive(Clone)]
pub struct Credentials {
    /// The org's own domain: `https://example.my.salesforce.com`.
    pub url: Url,
    /// The app's consumer key.
    pub client_id: String,
    /// The app's consumer secret.
    pub client_secret: String,
}

/// An org, signed in to when first needed.
pub struct Client {
    http: reqwest::Client,
    sessions: Sessions,
    org: Org,
}

/// Why Salesforce did not do as asked. It holds nobody's data and no secrets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer: no network, nobody there, or too late. What was asked for may have been done.
    #[error("no answer from Salesforce: {0}")]
    NoAnswer(#[source] reqwest::Error),
    /// Salesforce does not know the app.
    #[error("Salesforce refused to sign in: {0}")]
    SignIn(#[source] Failure),
    /// Salesforce answered with an error.
    #[error("Salesforce answered with {0}")]
    Failure(#[from] Failure),
    /// Salesforce answered with something else than was asked for.
    #[error("Salesforce's answer cannot be read: {0}")]
    Unreadable(#[from] ReadError),
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The address of a query holds the number that was looked for.
        Self::NoAnswer(error.without_url())
    }
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            // What cannot be read is a page of a proxy's, or of an org under maintenance.
            Self::NoAnswer(_) | Self::Unreadable(_) => Remedy::TryAgain,
            // Not the call's fault: it waits until somebody has put the credentials right.
            Self::SignIn(failure) => match failure.remedy() {
                Remedy::TryAgain => Remedy::TryAgain,
                _ => Remedy::SignIn,
            },
            Self::Failure(failure) => failure.remedy(),
        }
    }

    /// Whether what was asked for was certainly not done.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::SignIn(_) => true,
            Self::Failure(failure) => failure.code.is_some() && failure.status < 500,
            Self::NoAnswer(_) | Self::Unreadable(_) => false,
        }
    }
}

impl Client {
    /// Asks nothing yet.
    ///
    /// # Errors
    ///
    /// The system has no means of encryption, or no resolver.
    pub fn new(credentials: Credentials, org: Org) -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(ANSWER_TIMEOUT);
        let http = builder.redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { sessions: Sessions::new(credentials), http, org })
    }

    /// Fetches what the mapping wants to know of a call; `task` is the call's Task, if the caller knows.
    ///
    /// # Errors
    ///
    /// Salesforce does not answer, or not with what was asked for.
    pub async fn look_up(&self, needs: &Needs, settings: &Settings, task: Option<Id>) -> Result<Directory, Error> {
        let mut enquiry = Enquiry::new(needs, settings, self.org);
        if let Some(task) = task {
            enquiry = enquiry.with_task(task);
        }
        loop {
            let questions = enquiry.questions();
            if questions.is_empty() {
                return Ok(enquiry.into_directory());
            }
            let answers = join_all(questions.iter().map(|question| async move {
                let path = question.path();
                let (status, body) = self.send(|session| Ok(self.http.get(session.url(&path)?))).await?;
                if status.is_success() { Ok(body) } else { Err(Error::from(Failure::read(status.as_u16(), &body))) }
            }));
            for (question, answer) in questions.iter().zip(answers.await) {
                enquiry.answer(question, &answer?)?;
            }
        }
    }

    /// Sends what is still to be sent of a writing. Where it fails, [`Writing::made`] says how far it came.
    ///
    /// # Errors
    ///
    /// Salesforce does not answer, or refuses.
    pub async fn write(&self, writing: &mut Writing) -> Result<(), Error> {
        while let Some(request) = writing.request() {
            let (status, body) = self.send(|session| self.to_http(request, session)).await?;
            writing.answer(status.as_u16(), &body)?;
        }
        Ok(())
    }

    /// Gives a record another owner: of a writing that was cut short after its Task.
    ///
    /// # Errors
    ///
    /// Salesforce does not answer, or refuses.
    pub async fn hand_over(&self, change: &OwnerChange) -> Result<(), Error> {
        let request = Request::hand_over(change);
        let (status, body) = self.send(|session| self.to_http(&request, session)).await?;
        if status.is_success() { Ok(()) } else { Err(Failure::read(status.as_u16(), &body).into()) }
    }

    fn to_http(&self, request: &Request, session: &Session) -> Result<RequestBuilder, Error> {
        let method = match request.method {
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
        };
        let sent = self.http.request(method, session.url(&request.path)?);
        Ok(sent.header(reqwest::header::CONTENT_TYPE, "application/json").body(request.body.clone()))
    }

    /// Sends a request; once more after signing in again, if the session has ended.
    async fn send(
        &self,
        request: impl Fn(&Session) -> Result<RequestBuilder, Error>,
    ) -> Result<(StatusCode, String), Error> {
        let mut session = self.sessions.current(&self.http).await?;
        let mut is_new = false;
        loop {
            let answer = request(&session)?.bearer_auth(&session.token).send().await?;
            let status = answer.status();
            if status != StatusCode::UNAUTHORIZED || is_new {
                return Ok((status, answer.text().await?));
            }
            session = self.sessions.after(&session, &self.http).await?;
            is_new = true;
        }
    }
}
