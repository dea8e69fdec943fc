//! Turns stored webhooks into written Tasks, many calls and messages in one round.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use aircall_salesforce::facts::Source;
use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::request::{Answers, Batch, Checkpoint, Failure, Fate, Outcome as Ended, Remedy};
use aircall_salesforce::{Settings, needs, plan};
use history::{History, Item};
use salesforce_client::Client;

use crate::backoff::Backoff;
use crate::report::Report;
use crate::store::{Claim, Intent, Outcome, Settled, Store, StoreError, millis, now};

/// How many times a call is looked up again because the looked-up records have changed.
const LOOK_UP_LIMIT: u32 = 5;
/// How long looked-up users and records of numbers are used without another look-up.
const ANSWERS_LIFETIME: Duration = Duration::from_mins(1);

/// Everything that is needed to log calls.
pub struct Worker {
    pub store: Store,
    pub salesforce: Client,
    pub settings: Settings,
    pub backoff: Backoff,
    /// The users and the records of numbers that earlier rounds looked up, and when the first of
    /// these rounds ended.
    answers: Mutex<Option<(Instant, Answers)>>,
}

/// A call or message of a round, with its webhooks merged.
struct Job {
    claim: Claim,
    history: History,
    /// The history as it is stored.
    stored: String,
    absorbed: Option<i64>,
    /// Whether the new webhooks change nothing that the call's Task contains.
    is_silent: bool,
    /// Whether the response to the call's last request was lost.
    is_retry: bool,
}

impl Worker {
    #[must_use]
    pub fn new(store: Store, salesforce: Client, settings: Settings, backoff: Backoff) -> Self {
        Self { store, salesforce, settings, backoff, answers: Mutex::default() }
    }

    /// Logs calls as far as possible and stores the outcomes. Returns the label of each outcome for
    /// the metrics.
    ///
    /// # Errors
    ///
    /// The store fails; the calls then stay as they were.
    pub async fn round(&self, claims: Vec<Claim>) -> Result<Vec<&'static str>, StoreError> {
        let (mut jobs, mut settled) = (Vec::new(), Vec::new());
        for claim in claims {
            match self.absorb(claim).await? {
                Ok(job) => jobs.push(job),
                Err(ended) => settled.push(ended),
            }
        }
        let (calls, silent): (Vec<_>, Vec<_>) =
            jobs.iter().map(|job| (job, job.history.item())).partition(|(job, item)| item.is_some() && !job.is_silent);
        settled.extend(silent.iter().map(|(job, _)| job.nothing_to_log()));
        let calls: Vec<_> = calls.into_iter().filter_map(|(job, item)| Some((job, item?))).collect();
        settled.extend(self.log(&calls).await?);
        let labels = settled.iter().map(|settled| settled.outcome.label()).collect();
        self.store.settle(settled).await?;
        Ok(labels)
    }

    /// Merges the waiting webhooks of a call into its history. Returns the outcome if there is
    /// nothing to log.
    async fn absorb(&self, mut claim: Claim) -> Result<Result<Job, Settled>, StoreError> {
        let call = claim.call;
        // The response to the last request was lost. The same plan comes first, without the waiting
        // webhooks: after a second lost response, nobody could tell which of two plans arrived.
        let is_retry = claim.checkpoint.sent.is_some() && claim.history.is_some();
        let events = if is_retry { Vec::new() } else { std::mem::take(&mut claim.events) };
        let absorbed = Some(events.last().map_or(0, |(id, _)| *id));
        let stored = claim.history.as_deref().map(History::from_text).transpose();
        let mut history = match stored {
            Ok(history) => history,
            Err(error) => {
                tracing::error!(key = claim.key, %error, "the call was parked: its stored history could not be parsed");
                let trouble = format!(
                    "the call's stored history could not be parsed: {error}. Another version of this program stored it."
                );
                return Ok(Err(Settled { call, absorbed: None, outcome: Outcome::parked(trouble) }));
            }
        };
        let before = history.as_ref().and_then(|history| history.task(&self.settings));
        let mut is_new = false;
        for (id, body) in events {
            let merged = History::new(&body).and_then(|event| {
                if let Some(history) = &mut history {
                    return history.merge(event);
                }
                history = Some(event);
                Ok(true)
            });
            match merged {
                Ok(changed) => is_new |= changed,
                // An older version of this program could read the webhook and stored it; this one
                // cannot.
                Err(error) => self.store.set_aside(id, error.to_string()).await?,
            }
        }
        Ok(match history.filter(|_| is_new || !claim.is_written) {
            Some(history) => {
                let stored = history.to_text();
                let is_logged = claim.is_written && claim.checkpoint.task.is_some();
                let is_silent = is_logged && before.is_some() && before == history.task(&self.settings);
                Ok(Job { claim, history, stored, absorbed, is_silent, is_retry })
            }
            None => Err(Settled { call, absorbed, outcome: Outcome::Nothing }),
        })
    }

    /// Looks up, plans and writes.
    async fn log(&self, calls: &[(&Job, Item<'_>)]) -> Result<Vec<Settled>, StoreError> {
        let calls: Vec<_> = calls.iter().map(|(job, item)| (*job, item.source())).collect();
        let number = |source| needs(source, &self.settings).number.map(|need| need.e164.as_str().to_owned());
        let numbers: Vec<_> = calls.iter().map(|(_, source)| number(*source)).collect();
        let made = self.store.made_for(numbers.iter().flatten().cloned().collect()).await?;
        let mut batch = Batch::new(&self.settings, self.salesforce.org).with_answers(self.take_answers());
        for ((job, source), number) in calls.iter().zip(&numbers) {
            let mut checkpoint = job.claim.checkpoint.clone();
            checkpoint.made = number.as_ref().and_then(|number| made.get(number)).cloned();
            batch.add(*source, checkpoint);
        }
        let jobs: BTreeMap<TaskKey, _> = calls.iter().map(|(job, source)| (source.key(), *job)).collect();
        loop {
            let requests = batch.requests();
            if requests.is_empty() {
                break;
            }
            let intents = batch.sending().filter_map(|(key, Checkpoint { task, sent, owed, .. })| {
                let Job { claim, stored, .. } = jobs.get(key)?;
                Some(Intent { call: claim.call, history: stored.clone(), task, sent: sent?, owed })
            });
            let intents: Vec<_> = intents.collect();
            if !intents.is_empty() {
                // The store comes first: after a crash between the two steps, the fields may be in
                // the Tasks.
                self.store.intend(intents).await?;
            }
            self.salesforce.send(&mut batch, requests).await;
        }
        let (mut ended, answers) = batch.into_outcomes();
        self.keep_answers(answers);
        let made: Vec<_> = ended.iter_mut().filter_map(|ended| ended.made.take()).collect();
        let is_outdated = |ended: &Ended| matches!(&ended.fate, Fate::Failed(failure) if is_outdated(failure));
        let outdated =
            ended.iter().zip(numbers).filter(|(ended, _)| is_outdated(ended)).filter_map(|(_, number)| number);
        self.store.remember_made(made, outdated.collect()).await?;
        Ok(calls.iter().zip(ended).map(|((job, source), ended)| self.settled(job, *source, ended)).collect())
    }

    fn take_answers(&self) -> Answers {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        answers.filter(|(since, _)| since.elapsed() < ANSWERS_LIFETIME).map(|(_, answers)| answers).unwrap_or_default()
    }

    /// Keeps the records for the next rounds. The time of the oldest ones stays, so that no record
    /// is used for longer than [`ANSWERS_LIFETIME`].
    fn keep_answers(&self, answers: Answers) {
        let mut kept = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let since = kept.as_ref().map(|(since, _)| *since).filter(|since| since.elapsed() < ANSWERS_LIFETIME);
        *kept = Some((since.unwrap_or_else(Instant::now), answers));
    }

    fn settled(&self, job: &Job, source: Source<'_>, ended: Ended) -> Settled {
        let before = job.claim.report.as_deref();
        let report = || {
            let plan = plan(source, &ended.directory, &self.settings);
            Report::new(&plan, Some(&ended.created), source, &ended.directory, &self.settings)
        };
        let failure = match &ended.fate {
            Fate::Failed(failure) => failure,
            Fate::Gone => return job.written(ended.checkpoint, Report::gone().after(before).to_json()),
            Fate::Done => {
                let mut report = report().after(before);
                report.besides.extend(ended.not_handed_over.map(|failure| {
                    format!("the owner of the record was not changed: Salesforce responded with {failure}")
                }));
                tracing::info!(key = job.claim.key, action = report.action, "logged");
                return job.written(ended.checkpoint, report.to_json());
            }
        };
        // The next attempt may find that Salesforce has everything, and then writes nothing.
        let is_lost = ended.checkpoint.sent.is_some() && ended.checkpoint.sent != job.claim.checkpoint.sent;
        let report = is_lost.then(|| {
            let mut sent = report();
            sent.action += ", but the response was lost";
            sent.after(before).to_json()
        });
        let due = self.due(&job.claim, failure, ended.unsettled);
        // The page shows what the validation rules say; the log does not.
        let rules = failure.message().map(|rules| format!("The org says: {rules} ")).unwrap_or_default();
        let trouble = format!("Salesforce: {failure}. {rules}{}", advice(failure));
        let outcome = Outcome::Failed {
            history: Some(job.stored.clone()),
            due,
            trouble,
            is_outdated: is_outdated(failure),
            checkpoint: Some(Box::new(ended.checkpoint.clone())),
            report,
        };
        let stays_retry = job.is_retry && ended.checkpoint.sent.is_some();
        Settled { call: job.claim.call, absorbed: job.absorbed.filter(|_| !stays_retry), outcome }
    }

    /// Decides when a call that was not written is due again; `None` parks it.
    fn due(&self, claim: &Claim, failure: &Failure, unsettled: bool) -> Option<i64> {
        let Claim { key, failures, .. } = claim;
        let is_temporary = matches!(failure.remedy(), Remedy::TryAgain | Remedy::SignIn);
        let is_tried_again = is_temporary || is_outdated(failure) && failures.outdated < LOOK_UP_LIMIT;
        if !is_tried_again {
            tracing::error!(key, attempts = failures.attempts, %failure, "the call was parked");
            return None;
        }
        let wait = self.backoff.wait(failures.attempts);
        // Salesforce may still be processing the request. If the next attempt looks for the Task
        // too early, it does not find the Task and creates a second one.
        let wait = if unsettled { wait.max(self.backoff.lost_answer) } else { wait };
        tracing::warn!(key, attempts = failures.attempts, ?wait, %failure, "the attempt failed and will be repeated");
        Some(now().saturating_add(millis(wait)))
    }
}

impl Job {
    fn written(&self, checkpoint: Checkpoint, report: String) -> Settled {
        let outcome = Outcome::Written { history: self.stored.clone(), checkpoint: Box::new(checkpoint), report };
        Settled { call: self.claim.call, absorbed: self.absorbed, outcome }
    }

    /// Returns the outcome of a call whose webhooks change nothing in Salesforce.
    fn nothing_to_log(&self) -> Settled {
        let Claim { checkpoint, report, .. } = &self.claim;
        self.written(checkpoint.clone(), report.clone().unwrap_or_default())
    }
}

fn is_outdated(failure: &Failure) -> bool {
    matches!(failure.remedy(), Remedy::LookUpAgain | Remedy::Duplicate)
}

/// Returns what a person can do about a failure.
fn advice(failure: &Failure) -> &'static str {
    match failure.remedy() {
        Remedy::TryAgain => "The service retries it; no action is needed.",
        Remedy::SignIn => "Check the connected app, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET.",
        Remedy::Settings => {
            "The org and the settings do not match: the integration user must be able to write every field, or the \
             settings must leave the field out."
        }
        Remedy::LookUpAgain | Remedy::Duplicate => {
            "A looked-up record has changed; the next attempt looks it up again."
        }
        _ => "Salesforce's error code shows why.",
    }
}
