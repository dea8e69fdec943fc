//! A call or message: its history, and what was written to its Task. The state of a virtual object.

use std::sync::Arc;
use std::time::Duration;

use aircall_salesforce::request::{Batch, Checkpoint, Fate, Remedy};
use history::History;
use restate_sdk::prelude::*;
use serde_json::Value;

use crate::config::Config;

/// The state keys of a call or message: its history, and whether Salesforce has the whole history.
const HISTORY: &str = "history";
const IS_LOGGED: &str = "is_logged";
/// The state key of what the library keeps of the call's Task.
const CHECKPOINT: &str = "checkpoint";
/// The state key that says that `log` is scheduled.
const IS_SCHEDULED: &str = "is_scheduled";
/// How long a call waits for further webhooks. Notes and tags follow the end of a call.
const DELAY: Duration = Duration::from_secs(5);
/// How long a call waits after a response was lost, while Salesforce may still be working on it.
const LOST_ANSWER: Duration = Duration::from_secs(10);
/// How many times a call is looked up again because the looked-up records have changed.
const LOOK_UP_LIMIT: u32 = 5;

/// A call or message. Restate runs one of its handlers at a time.
pub struct Call(pub Arc<Config>);

#[object]
impl Call {
    /// Merges a webhook into the history, in any order and any number of times.
    #[handler]
    async fn absorb(&self, ctx: ObjectContext<'_>, Json(body): Json<Value>) -> Result<(), HandlerError> {
        let event = History::new(body.to_string().as_bytes()).terminal()?;
        let (history, is_new) = match history(&ctx).await? {
            Some(mut history) => {
                let before = history.task(&self.0.settings);
                let is_new = history.merge(event).terminal()?;
                // What the settings do not write, such as most of what Aircall's AI says, costs no
                // request.
                let is_silent = before.is_some() && before == history.task(&self.0.settings);
                (history, is_new && !is_silent)
            }
            None => (event, true),
        };
        ctx.set(HISTORY, history.to_text().into_bytes());
        if !is_new && ctx.get(IS_LOGGED).await?.unwrap_or(false) {
            return Ok(());
        }
        // If `log` fails for good, the next webhook must write everything, even without new
        // content.
        ctx.set(IS_LOGGED, false);
        if !ctx.get(IS_SCHEDULED).await?.unwrap_or(false) {
            ctx.set(IS_SCHEDULED, true);
            ctx.object_client::<CallClient>(ctx.key()).log().send_after(DELAY);
        }
        Ok(())
    }

    /// Looks up, plans and writes. Restate retries temporary failures; other failures end the
    /// invocation.
    #[handler]
    async fn log(&self, ctx: ObjectContext<'_>) -> Result<(), HandlerError> {
        ctx.clear(IS_SCHEDULED);
        let Some(history) = history(&ctx).await? else { return Ok(()) };
        let mut checkpoint = ctx.get::<Json<Checkpoint>>(CHECKPOINT).await?.map(Json::into_inner).unwrap_or_default();
        let mut outdated = 0;
        loop {
            let attempt = Attempt { config: Arc::clone(&self.0), history: history.clone(), checkpoint };
            let Json((next, ended)) = ctx.run(async move || attempt.log().await.map(Json)).name("log").await?;
            ctx.set(CHECKPOINT, Json(next.clone()));
            checkpoint = next;
            match ended {
                Ended::Done => break,
                // The next attempt looks for the Task first, and must not look too early.
                Ended::Lost => ctx.sleep(LOST_ANSWER).await?,
                Ended::Outdated(_) if outdated < LOOK_UP_LIMIT => outdated += 1,
                Ended::Outdated(reason) | Ended::Refused(reason) => return Err(TerminalError::new(reason).into()),
            }
        }
        ctx.set(IS_LOGGED, true);
        Ok(())
    }
}

async fn history(ctx: &ObjectContext<'_>) -> Result<Option<History>, HandlerError> {
    let Some(text) = ctx.get::<Vec<u8>>(HISTORY).await? else { return Ok(None) };
    History::from_text(&String::from_utf8_lossy(&text)).map(Some).terminal()
}

/// How an attempt ended.
#[derive(serde::Serialize, serde::Deserialize)]
enum Ended {
    Done,
    /// A response was lost.
    Lost,
    /// The looked-up records have changed.
    Outdated(String),
    Refused(String),
}

/// One attempt to log a call or message.
struct Attempt {
    config: Arc<Config>,
    history: History,
    checkpoint: Checkpoint,
}

impl Attempt {
    /// Returns what to keep and how the attempt ended, or an error after which Restate retries.
    async fn log(self) -> Result<(Checkpoint, Ended), HandlerError> {
        let Self { config, history, checkpoint } = self;
        let Some(item) = history.item() else { return Ok((checkpoint, Ended::Done)) };
        let mut batch = Batch::new(&config.settings, config.salesforce.org);
        batch.add(item.source(), checkpoint.clone());
        config.salesforce.run(&mut batch).await;
        let Some(outcome) = batch.into_outcomes().0.pop() else { return Ok((checkpoint, Ended::Done)) };
        let Fate::Failed(failure) = outcome.fate else { return Ok((outcome.checkpoint, Ended::Done)) };
        let reason = format!("Salesforce: {failure}");
        let ended = match failure.remedy() {
            _ if outcome.unsettled => Ended::Lost,
            // After its Task was written, a call must keep it: only the rest is repeated.
            Remedy::TryAgain | Remedy::SignIn if outcome.checkpoint != checkpoint => Ended::Lost,
            Remedy::TryAgain | Remedy::SignIn => return Err(reason.into()),
            Remedy::LookUpAgain | Remedy::Duplicate => Ended::Outdated(reason),
            _ => Ended::Refused(reason),
        };
        Ok((outcome.checkpoint, ended))
    }
}
