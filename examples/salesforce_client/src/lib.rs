//! A client for the parts of Salesforce's REST API that the mapping needs: sign in, look up the
//! records of a call, and write a plan.
//!
//! The library builds the requests and parses the responses; this client sends them. The client
//! does not retry: [`Error::remedy`] returns what the caller can do about a failure.

mod session;

use std::time::Duration;

use aircall_salesforce::request::{Enquiry, Failure, Method, Org, Remedy, Request, Writing};
use aircall_salesforce::salesforce::OwnerChange;
use aircall_salesforce::{Directory, Id, Needs, ReadError, Settings};
use futures_util::future::join_all;
use reqwest::{RequestBuilder, StatusCode, Url};
use serde_json::{Map, Value};
use session::{Session, Sessions};

/// How long Salesforce may take to respond.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
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

/// The fields of a Task by API name.
pub type Fields = Map<String, Value>;

/// What a caller keeps of a call's Task between two updates (UPD-6).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    /// The id of the Task; `None` until the caller knows that the Task exists.
    pub task: Option<Id>,
    /// The result of `Plan::wrote` for the last plan that Salesforce carried out.
    pub wrote: Option<Fields>,
    /// The result of `Plan::wrote` for a later plan whose response is missing.
    pub sent: Option<Fields>,
    /// The records that a duplicate rule named when the call's record was to be created (REC-10):
    /// [`Error::duplicates`] of the attempt before.
    pub duplicates: Vec<Id>,
}

/// A client of an org. It signs in before its first request.
pub struct Client {
    http: reqwest::Client,
    sessions: Sessions,
    org: Org,
}

/// The reason why a request failed. It contains no personal data and no secrets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No response: no network, no server, or a timeout. Salesforce may have carried out the
    /// request.
    #[error("no response from Salesforce: {0}")]
    NoAnswer(#[source] reqwest::Error),
    /// Salesforce rejected the credentials.
    #[error("Salesforce rejected the sign-in: {0}")]
    SignIn(#[source] Failure),
    /// Salesforce responded with an error.
    #[error("Salesforce responded with {0}")]
    Failure(#[from] Failure),
    /// Salesforce's response could not be parsed.
    #[error("Salesforce's response could not be parsed: {0}")]
    Unreadable(#[from] ReadError),
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The URL of a query contains the phone number.
        Self::NoAnswer(error.without_url())
    }
}

impl Error {
    /// Returns how the caller can recover.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            // An unreadable response comes from a proxy or from an org under maintenance.
            Self::NoAnswer(_) | Self::Unreadable(_) => Remedy::TryAgain,
            // The call is not the cause: it waits until somebody has corrected the credentials.
            Self::SignIn(failure) => match failure.remedy() {
                Remedy::TryAgain => Remedy::TryAgain,
                _ => Remedy::SignIn,
            },
            Self::Failure(failure) => failure.remedy(),
        }
    }

    /// Returns the records that a duplicate rule named; look the call up again with them.
    #[must_use]
    pub fn duplicates(&self) -> &[Id] {
        match self {
            Self::Failure(failure) if failure.remedy() == Remedy::Duplicate => &failure.duplicates,
            _ => &[],
        }
    }

    /// Returns what the org's validation rules say, to be shown to an admin and kept out of logs.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        if let Self::Failure(failure) = self { failure.message() } else { None }
    }

    /// Returns whether the request was certainly not carried out.
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
    /// Creates a client without sending a request.
    ///
    /// # Errors
    ///
    /// TLS or the resolver cannot be initialised.
    pub fn new(credentials: Credentials, org: Org) -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(ANSWER_TIMEOUT);
        let http = builder.redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { sessions: Sessions::new(credentials), http, org })
    }

    /// Fetches the records that the mapping needs for a call, and adds to the call's Task what the
    /// caller keeps of it.
    ///
    /// # Errors
    ///
    /// Salesforce does not respond, or responds with an error.
    pub async fn look_up(&self, needs: &Needs, settings: &Settings, kept: Kept) -> Result<Directory, Error> {
        let Kept { task, wrote, sent, duplicates } = kept;
        // Without a known Task, `sent` belongs to a create. If the Task exists now, all of it
        // arrived, and every difference is a person's change.
        let (wrote, sent) = if task.is_none() { (sent.or(wrote), None) } else { (wrote, sent) };
        let mut enquiry = Enquiry::new(needs, settings, self.org).with_wrote(wrote, sent).with_duplicates(&duplicates);
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

    /// Sends the remaining requests of a writing. After a failure, [`Writing::created`] returns the
    /// ids of what was created.
    ///
    /// # Errors
    ///
    /// Salesforce does not respond, or rejects the request.
    pub async fn write(&self, writing: &mut Writing) -> Result<(), Error> {
        while let Some(request) = writing.request() {
            let (status, body) = self.send(|session| self.to_http(request, session)).await?;
            writing.answer(status.as_u16(), &body)?;
        }
        Ok(())
    }

    /// Changes the owner of a record, for a writing that was interrupted after its Task was
    /// created.
    ///
    /// # Errors
    ///
    /// Salesforce does not respond, or rejects the request.
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

    /// Sends a request. If the session has ended, signs in and sends the request once more.
    async fn send(
        &self,
        request: impl Fn(&Session) -> Result<RequestBuilder, Error>,
    ) -> Result<(StatusCode, String), Error> {
        let mut session = self.sessions.current(&self.http).await?;
        let mut is_new = false;
        loop {
            let answer = request(&session)?.bearer_auth(&session.token).send().await?;
            let status = answer.status();
            // A new session that is rejected as well has another cause, so there is no third
            // attempt.
            if status != StatusCode::UNAUTHORIZED || is_new {
                return Ok((status, answer.text().await?));
            }
            session = self.sessions.after(&session, &self.http).await?;
            is_new = true;
        }
    }
}
