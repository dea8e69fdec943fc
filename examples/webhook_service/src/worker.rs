//! Turns stored webhooks into a written Task.

use aircall_salesforce::lookup::{Lookup, NumberNeed, Record};
use aircall_salesforce::request::{Created, Remedy, Writing};
use aircall_salesforce::rules::new_record::name_of;
use aircall_salesforce::salesforce::{NewRecord, OwnerChange};
use aircall_salesforce::settings::{RelateTo, UnknownNumber};
use aircall_salesforce::{Action, CallHistory, Needs, Settings, Webhook, needs, plan};
use salesforce_client::Client;
use serde_json::json;
use tokio::sync::{Mutex, MutexGuard};

use crate::backoff::Backoff;
use crate::overlay::Overlay;
use crate::report::Report;
use crate::store::{Claim, Failures, Outcome, Store, StoreError, millis, now};

/// How many times a call is looked up again because the looked-up records have changed.
const LOOK_UP_LIMIT: u32 = 5;
/// How many locks the phone numbers share.
const LOCKS: usize = 64;

/// Everything that is needed to log a call.
pub struct Worker {
    pub store: Store,
    pub salesforce: Client,
    pub settings: Settings,
    pub backoff: Backoff,
    numbers: [Mutex<()>; LOCKS],
}

/// The reason why a call is not written yet.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Salesforce(#[from] salesforce_client::Error),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("the call's stored history could not be parsed: {0}")]
    History(aircall_salesforce::ReadError),
}

impl Trouble {
    /// Returns what the validation rules say that refused the record.
    fn rules(&self) -> Option<&str> {
        if let Self::Salesforce(error) = self { error.message() } else { None }
    }

    /// Returns what a person can do about the failure.
    fn advice(&self) -> &'static str {
        match self {
            Self::Salesforce(error) => match error.remedy() {
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
            },
            Self::Store(_) => "Check the disk.",
            Self::History(_) => "Another version of this program stored it.",
        }
    }
}

/// How far a call got before its attempt failed.
#[derive(Default)]
struct Progress {
    history: Option<String>,
    made: Created,
    /// Whether Salesforce certainly rejected the request; `None` if no request was sent.
    refused: Option<bool>,
}

impl Worker {
    #[must_use]
    pub fn new(store: Store, salesforce: Client, settings: Settings, backoff: Backoff) -> Self {
        Self { store, salesforce, settings, backoff, numbers: std::array::from_fn(|_| Mutex::new(())) }
    }

    /// Logs a call as far as possible and stores the outcome. Returns the outcome's label for the
    /// metrics.
    ///
    /// # Errors
    ///
    /// The store fails; the call then stays as it was.
    pub async fn work(&self, mut claim: Claim) -> Result<&'static str, StoreError> {
        let (call, failures) = (claim.call, claim.failures);
        // The response to the last request was lost. The same plan comes first, without the waiting
        // webhooks: after a second lost response, nobody could tell which of two plans arrived.
        let is_retry = claim.kept.sent.is_some() && claim.history.is_some();
        if is_retry {
            claim.events.clear();
        }
        let mut absorbed = Some(claim.events.last().map_or(0, |(id, _)| *id));
        let mut progress = Progress::default();
        let outcome = match self.log(claim, &mut progress).await {
            Ok(outcome) => outcome,
            Err(Trouble::Store(error)) => return Err(error),
            Err(trouble) => {
                let outcome = self.failed(call, failures, &trouble, progress);
                let stays_retry = is_retry && !matches!(outcome, Outcome::Failed { refused: true, .. });
                if stays_retry || matches!(trouble, Trouble::History(_)) {
                    absorbed = None;
                }
                outcome
            }
        };
        let label = match &outcome {
            Outcome::Nothing => "nothing_new",
            Outcome::Written { .. } => "written",
            Outcome::Failed { due: Some(_), .. } => "to_be_retried",
            Outcome::Failed { due: None, .. } => "parked",
        };
        self.store.settle(call, absorbed, outcome).await?;
        Ok(label)
    }

    async fn log(&self, claim: Claim, progress: &mut Progress) -> Result<Outcome, Trouble> {
        let Claim { call, history, is_written, failures: _, kept, owed, report, events } = claim;
        let (mut kept, task, before) = (kept.clone(), kept.task, kept.wrote);
        let (history, is_new) = self.absorb(history, events).await?;
        let Some(history) = history.filter(|_| is_new || !is_written) else {
            return Ok(Outcome::Nothing);
        };
        let stored = serde_json::to_string(&history).unwrap_or_default();
        progress.history = Some(stored.clone());
        let Some(snapshot) = history.call() else {
            let report = report.unwrap_or_default();
            return Ok(Outcome::Written { history: stored, task: None, wrote: before, report });
        };
        let needs = needs(&snapshot, &self.settings);
        // The lock covers the lookup and the write: a second call must find what the first one
        // created.
        let _number_lock = self.lock(&needs).await;
        // The second time, the call is logged on the record that a duplicate rule named.
        loop {
            let directory = self.salesforce.look_up(&needs, &self.settings, kept.clone()).await?;
            // A person has deleted the Task on purpose, so the service does not create another
            // one.
            if task.is_some() && directory.task(&call.into()).is_none() {
                let report = Report::gone().to_json();
                return Ok(Outcome::Written { history: stored, task: None, wrote: before, report });
            }
            let overlay = Overlay { directory, made: self.made_for(&needs).await? };
            let plan = plan(&snapshot, &overlay, &self.settings);
            let mut writing = Writing::new(&plan);
            let create = if let Action::Create(create) = &plan.action { Some(create) } else { None };
            let wrote = plan.wrote(before.as_ref());
            if let (Some(_), Some(sent)) = (writing.request(), &wrote) {
                let owed = create.and_then(|create| create.owner_change);
                // The store comes first: after a crash between the two steps, the fields may be in
                // the Task.
                self.store.intend(call, stored.clone(), writing.created().task, sent.clone(), owed).await?;
                let written = self.salesforce.write(&mut writing).await;
                let made = *writing.created();
                self.remember(create.and_then(|create| create.new_record.as_ref()), &made, &needs).await?;
                if let Err(error) = written {
                    if error.remedy() == Remedy::LookUpAgain {
                        self.forget_made(&needs).await?;
                    }
                    let is_made = create.is_some() && made.task.is_some();
                    progress.made = made;
                    progress.refused = Some(error.is_refusal() && !is_made);
                    if kept.duplicates.is_empty() && !error.duplicates().is_empty() {
                        kept.duplicates = error.duplicates().to_vec();
                        continue;
                    }
                    return Err(error.into());
                }
            }
            // A create makes its own owner change; only the change of an earlier attempt is still
            // owed.
            let owed = owed.filter(|_| create.is_none());
            let owner_change_error = match owed {
                Some(owed) => self.hand_over(&owed).await?,
                None => None,
            };
            let made = writing.created();
            let mut done = Report::new(&plan, Some(made), &snapshot, &overlay, &self.settings).after(report.as_deref());
            done.besides.extend(owner_change_error);
            tracing::info!(call, action = done.action, "logged");
            let report = done.to_json();
            return Ok(Outcome::Written { history: stored, task: made.task, wrote: wrote.or(before), report });
        }
    }

    /// Makes the owner change that an earlier attempt still owed. Returns a message if Salesforce
    /// rejects it.
    async fn hand_over(&self, owed: &OwnerChange) -> Result<Option<String>, Trouble> {
        match self.salesforce.hand_over(owed).await {
            Err(error) if error.is_refusal() && !matches!(error.remedy(), Remedy::TryAgain | Remedy::SignIn) => {
                Ok(Some(format!("the owner of {} {} was not changed: {error}", owed.object.name(), owed.id)))
            }
            done => Ok(done.map(|()| None)?),
        }
    }

    /// Merges the waiting webhooks into the history. Returns the history, and whether anything was
    /// new.
    async fn absorb(
        &self,
        history: Option<String>,
        events: Vec<(i64, Vec<u8>)>,
    ) -> Result<(Option<CallHistory>, bool), Trouble> {
        let mut history =
            history.map(|history| CallHistory::from_json(&history).map_err(Trouble::History)).transpose()?;
        let mut is_new = false;
        for (id, body) in events {
            let read = Webhook::from_slice(&body).map_err(|error| error.to_string());
            let read = read.and_then(|webhook| CallHistory::new(&webhook).map_err(|error| error.to_string()));
            let merged = read.and_then(|event| {
                if let Some(history) = &mut history {
                    return history.merge(event).map_err(|error| error.to_string());
                }
                history = Some(event);
                Ok(true)
            });
            match merged {
                Ok(changed) => is_new |= changed,
                // An older version of this program could read the webhook and stored it; this one
                // cannot.
                Err(reason) => self.store.set_aside(id, reason).await?,
            }
        }
        Ok((history, is_new))
    }

    /// Locks the call's number while the call is processed.
    ///
    /// Without the lock, two calls from an unknown number could create two records or two cases.
    async fn lock(&self, needs: &Needs) -> Option<MutexGuard<'_, ()>> {
        let Settings { unknown_number, relate_to, .. } = &self.settings;
        if *unknown_number == UnknownNumber::DoNothing && *relate_to != RelateTo::CaseOrCreate {
            return None;
        }
        let number = needs.number?.e164;
        let digits = number.as_str().bytes().map(usize::from);
        let lock = digits.fold(0_usize, |sum, digit| sum.wrapping_mul(31).wrapping_add(digit)) % LOCKS;
        Some(self.numbers.get(lock)?.lock().await)
    }

    async fn made_for(&self, needs: &Needs) -> Result<Option<Record>, StoreError> {
        let Some(NumberNeed { e164, .. }) = needs.number else {
            return Ok(None);
        };
        let record = self.store.made_for(e164.as_str().to_owned()).await?;
        Ok(record.and_then(|record| serde_json::from_str(&record).ok()))
    }

    /// Forgets the remembered record, which may be the record that no longer exists.
    async fn forget_made(&self, needs: &Needs) -> Result<(), StoreError> {
        match needs.number {
            Some(need) => self.store.forget_made(need.e164.as_str().to_owned()).await,
            None => Ok(()),
        }
    }

    async fn remember(&self, new: Option<&NewRecord<'_>>, made: &Created, needs: &Needs) -> Result<(), StoreError> {
        let (Some(record), Some(id), Some(need)) = (new, made.record, needs.number) else {
            return Ok(());
        };
        let number = need.e164.as_str().to_owned();
        let record = json!({
            "type": record.record_type, "id": id, "name": name_of(record), "owner": self.settings.admin,
            "phones": [number],
        });
        self.store.remember_made(number, record.to_string()).await
    }

    /// Decides what happens to a call that was not written.
    fn failed(&self, call: u64, failures: Failures, trouble: &Trouble, progress: Progress) -> Outcome {
        let Failures { attempts, outdated } = failures;
        let remedy = match trouble {
            Trouble::Salesforce(error) => error.remedy(),
            Trouble::History(_) | Trouble::Store(_) => Remedy::Unknown,
        };
        let is_outdated = matches!(remedy, Remedy::LookUpAgain | Remedy::Duplicate);
        let is_temporary = matches!(remedy, Remedy::TryAgain | Remedy::SignIn);
        let is_tried_again = is_temporary || is_outdated && outdated < LOOK_UP_LIMIT;
        let wait = is_tried_again.then(|| self.backoff.wait(attempts));
        let Progress { history, made, refused } = progress;
        // Salesforce may still be processing the request. If the next attempt looks for the Task
        // too early, it does not find the Task and creates a second one.
        let wait = wait.map(|wait| if refused == Some(false) { wait.max(self.backoff.lost_answer) } else { wait });
        if let Some(wait) = wait {
            tracing::warn!(call, attempts, ?wait, %trouble, "the attempt failed and will be repeated");
        } else {
            tracing::error!(call, attempts, %trouble, "the call was parked");
        }
        let due = wait.map(|wait| now().saturating_add(millis(wait)));
        // The page shows what the validation rules say; the log does not.
        let rules = trouble.rules().map(|rules| format!("The org says: {rules} ")).unwrap_or_default();
        let trouble = format!("{trouble}. {rules}{}", trouble.advice());
        // A rejected second Task proves that an earlier create arrived, so its fields stay known.
        let refused = refused == Some(true) && (due.is_none() || remedy != Remedy::Duplicate);
        Outcome::Failed { history, due, trouble, is_outdated, refused, task: made.task }
    }
}
