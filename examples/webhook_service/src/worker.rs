//! From stored webhooks to a written Task: one call at a time in one place, many calls at once.

use aircall_salesforce::lookup::{LoggedTask, Lookup, NumberNeed, Record};
use aircall_salesforce::request::{Created, Remedy, Writing};
use aircall_salesforce::rules::new_record::name_of;
use aircall_salesforce::salesforce::OwnerChange;
use aircall_salesforce::settings::{RelateTo, UnknownNumber};
use aircall_salesforce::{Action, CallHistory, Needs, Plan, Settings, Webhook, needs, plan};
use salesforce_client::Client;
use serde_json::json;
use tokio::sync::{Mutex, MutexGuard};

use crate::backoff::Backoff;
use crate::explain::fields;
use crate::known::{Known, together, wrote};
use crate::report::{Report, put_ids};
use crate::store::{Claim, Failures, Settled, Store, StoreError, millis, now};

/// How often a call is looked up again because what was found is no longer so.
const LOOK_UPS: u32 = 5;
/// Numbers whose records are made one after the other share one of so many locks.
const LOCKS: usize = 64;

/// All that it takes to log a call.
pub struct Worker {
    pub store: Store,
    pub salesforce: Client,
    pub settings: Settings,
    pub backoff: Backoff,
    numbers: [Mutex<()>; LOCKS],
}

/// Why a call is not written yet.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    Salesforce(#[from] salesforce_client::Error),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("its stored history cannot be read: {0}")]
    History(aircall_salesforce::ReadError),
}

impl Trouble {
    /// What a person can do about it.
    fn advice(&self) -> &'static str {
        match self {
            Self::Salesforce(error) => match error.remedy() {
                Remedy::TryAgain => "That passes by itself.",
                Remedy::SignIn => {
                    "Look at the connected app, and at SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET."
                }
                Remedy::Settings => {
                    "Org and settings do not fit: the integration's user must see and be allowed to write every field, or the settings \
                     leave it out."
                }
                Remedy::LookUpAgain | Remedy::Duplicate => {
                    "What was found has changed meanwhile; the next attempt looks it up anew."
                }
                _ => "Salesforce's code says why.",
            },
            Self::Store(_) => "Look at the disk.",
            Self::History(_) => "Another version of this program stored it.",
        }
    }
}

/// What a call came to before it failed.
#[derive(Default)]
struct Progress {
    history: Option<String>,
    made: Created,
    /// Whether anything was sent that Salesforce did not refuse for certain.
    may_stand: bool,
    /// Whether it refused all that was sent.
    refused: bool,
}

impl Worker {
    #[must_use]
    pub fn new(store: Store, salesforce: Client, settings: Settings, backoff: Backoff) -> Self {
        Self { store, salesforce, settings, backoff, numbers: std::array::from_fn(|_| Mutex::new(())) }
    }

    /// Logs a call as far as it goes, and notes how far that was; the word for it.
    ///
    /// # Errors
    ///
    /// The store fails: then the call stays as it was.
    pub async fn work(&self, claim: Claim) -> Result<&'static str, StoreError> {
        let (call, failures) = (claim.call, claim.failures);
        let mut absorbed = Some(claim.events.last().map_or(0, |(id, _)| *id));
        let mut progress = Progress::default();
        let settled = match self.log(claim, &mut progress).await {
            Ok(settled) => settled,
            Err(Trouble::Store(error)) => return Err(error),
            Err(trouble) => {
                if matches!(trouble, Trouble::History(_)) {
                    absorbed = None;
                }
                self.failed(call, failures, &trouble, progress)
            }
        };
        let outcome = match &settled {
            Settled::Nothing => "nothing_new",
            Settled::Written { .. } => "written",
            Settled::Failed { due: Some(_), .. } => "to_be_retried",
            Settled::Failed { due: None, .. } => "parked",
        };
        self.store.settle(call, absorbed, settled).await?;
        Ok(outcome)
    }

    async fn log(&self, claim: Claim, progress: &mut Progress) -> Result<Settled, Trouble> {
        let Claim { call, history, is_written, failures: _, task, wrote: before, sent, owed, report, events } = claim;
        let (history, is_news) = self.absorb(history, events).await?;
        let Some(history) = history else {
            return Ok(Settled::Nothing);
        };
        if !is_news && is_written {
            return Ok(Settled::Nothing);
        }
        let stored = serde_json::to_string(&history).unwrap_or_default();
        progress.history = Some(stored.clone());
        let snapshot = history.call();
        let needs = needs(&snapshot, &self.settings);
        let _one_at_a_time = self.lock(&needs).await;
        let directory = self.salesforce.look_up(&needs, &self.settings, task).await?;
        let logged = directory.task(call).cloned();
        if let (Some(_), None) = (task, &logged) {
            let report = Report::gone().to_json();
            return Ok(Settled::Written { history: stored, task: None, wrote: before, report });
        }
        let ours = match &logged {
            Some(logged) => wrote(before, sent, logged.fields.as_ref(), &self.settings),
            None => None,
        };
        let logged = logged.map(|logged| LoggedTask { wrote: ours.clone(), ..logged });
        let known = Known::new(directory, logged, self.made_for(&needs).await?);
        let plan = plan(&snapshot, &known, &self.settings);
        let mut writing = Writing::new(&plan);
        let mut sent = fields(&plan);
        if writing.request().is_some() {
            let owed = match &plan.action {
                Action::Create(create) => create.owner_change,
                Action::Update { .. } | Action::Unchanged { .. } | Action::Skip(_) => None,
            };
            self.store.intend(call, sent.clone(), owed).await?;
            let written = self.salesforce.write(&mut writing).await;
            let made = *writing.created();
            self.remember(&plan, &made, &needs).await?;
            if let Err(error) = written {
                if error.remedy() == Remedy::LookUpAgain {
                    self.forget_made(&needs).await?;
                }
                let is_made = matches!(plan.action, Action::Create(_)) && made.task.is_some();
                progress.made = made;
                progress.refused = error.is_refusal() && !is_made;
                progress.may_stand = !progress.refused;
                return Err(error.into());
            }
        }
        let owed = owed.filter(|_| !matches!(plan.action, Action::Create(_)));
        let not_handed_over = match owed {
            Some(owed) => self.hand_over(&owed).await?,
            None => None,
        };
        let made = writing.created();
        sent.values_mut().for_each(|value| put_ids(value, Some(made)));
        let wrote = match &plan.action {
            Action::Create(_) => Some(sent),
            Action::Update { .. } => ours.map(|ours| together(ours, sent)),
            Action::Unchanged { .. } | Action::Skip(_) => ours,
        };
        let mut done = Report::new(&plan, Some(made), &snapshot, &known, &self.settings).after(report.as_deref());
        done.besides.extend(not_handed_over);
        tracing::info!(call, action = done.action, "logged");
        Ok(Settled::Written { history: stored, task: made.task, wrote, report: done.to_json() })
    }

    /// The hand-over that an earlier writing of the call still owed; what there is to say if Salesforce does not allow it.
    async fn hand_over(&self, owed: &OwnerChange) -> Result<Option<String>, Trouble> {
        match self.salesforce.hand_over(owed).await {
            Err(error) if error.is_refusal() && !matches!(error.remedy(), Remedy::TryAgain | Remedy::SignIn) => {
                Ok(Some(format!("{} {} not handed over: {error}", owed.object.name(), owed.id)))
            }
            done => Ok(done.map(|()| None)?),
        }
    }

    /// The history with the webhooks that came since, and whether they told anything new.
    async fn absorb(
        &self,
        history: Option<String>,
        events: Vec<(i64, Vec<u8>)>,
    ) -> Result<(Option<CallHistory>, bool), Trouble> {
        let mut history =
            history.map(|history| CallHistory::from_json(&history).map_err(Trouble::History)).transpose()?;
        let mut is_news = false;
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
                Ok(told) => is_news |= told,
                // Stored by an older version of this program, which could read it.
                Err(reason) => self.store.set_aside(id, reason).await?,
            }
        }
        Ok((history, is_news))
    }

    /// Two calls of one number must not make two records, nor two cases.
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

    /// What was remembered may be what is no longer there.
    async fn forget_made(&self, needs: &Needs) -> Result<(), StoreError> {
        match needs.number {
            Some(need) => self.store.forget_made(need.e164.as_str().to_owned()).await,
            None => Ok(()),
        }
    }

    async fn remember(&self, plan: &Plan<'_>, made: &Created, needs: &Needs) -> Result<(), StoreError> {
        let (Action::Create(create), Some(id), Some(need)) = (&plan.action, made.record, needs.number) else {
            return Ok(());
        };
        let Some(record) = &create.new_record else {
            return Ok(());
        };
        let number = need.e164.as_str().to_owned();
        let record = json!({
            "type": record.record_type(), "id": id, "name": name_of(record), "owner": self.settings.admin,
            "phones": [number],
        });
        self.store.remember_made(number, record.to_string()).await
    }

    /// What to do about a call that was not written.
    fn failed(&self, call: u64, failures: Failures, trouble: &Trouble, progress: Progress) -> Settled {
        let Failures { attempts, outdated } = failures;
        let remedy = match trouble {
            Trouble::Salesforce(error) => error.remedy(),
            Trouble::History(_) | Trouble::Store(_) => Remedy::Unknown,
        };
        let is_outdated = matches!(remedy, Remedy::LookUpAgain | Remedy::Duplicate);
        let is_tried_again = match remedy {
            Remedy::TryAgain | Remedy::SignIn => true,
            Remedy::LookUpAgain | Remedy::Duplicate => outdated < LOOK_UPS,
            _ => false,
        };
        let wait = is_tried_again.then(|| self.backoff.wait(attempts));
        let Progress { history, made, may_stand, refused } = progress;
        // What was sent may still be on its way: to look for its Task too early would make a second one.
        let wait = wait.map(|wait| if may_stand { wait.max(self.backoff.lost_answer) } else { wait });
        if let Some(wait) = wait {
            tracing::warn!(call, attempts, ?wait, %trouble, "not logged, tried again later");
        } else {
            tracing::error!(call, attempts, %trouble, "parked");
        }
        let due = wait.map(|wait| now().saturating_add(millis(wait)));
        let trouble = format!("{trouble}. {}", trouble.advice());
        Settled::Failed { history, due, trouble, is_outdated, refused, task: made.task }
    }
}
