//! Keeps the history of a call and writes its Task.

use std::sync::Arc;

use aircall_salesforce::request::{Remedy, Writing};
use aircall_salesforce::{CallHistory, Id, Lookup, Webhook, needs, plan};
use restate_sdk::prelude::*;
use serde_json::Value;

use crate::config::Config;

/// The state keys of a call: its history, and whether Salesforce has the whole history.
const HISTORY: &str = "history";
const IS_LOGGED: &str = "is_logged";
/// The state key of the call's Task. With it, the worker detects that somebody deleted the Task and
/// does not create another one.
const TASK: &str = "task";

/// How many times a call is looked up again because the looked-up records have changed.
const LOOK_UP_LIMIT: u32 = 5;

/// A call. Restate runs one of its handlers at a time.
pub struct Call(pub Arc<Config>);

#[object]
impl Call {
    /// Merges a webhook into the history, in any order and any number of times, and logs the call.
    #[handler]
    async fn absorb(&self, ctx: ObjectContext<'_>, Json(body): Json<Value>) -> Result<(), HandlerError> {
        let history = ctx.get::<Json<CallHistory>>(HISTORY).await?.map(Json::into_inner);
        let (history, is_new) = absorb(history, &body.to_string())?;
        if !is_new && ctx.get(IS_LOGGED).await?.unwrap_or(false) {
            return Ok(());
        }
        ctx.set(HISTORY, Json(history.clone()));
        // If `log` fails for good, the next webhook must write everything, even without new
        // content.
        ctx.set(IS_LOGGED, false);
        let config = Arc::clone(&self.0);
        let task = ctx.get::<String>(TASK).await?;
        let task = task.as_deref().and_then(|task| task.parse().ok());
        let task = ctx.run(move || async move { log(&config, &history, task).await }).name("log").await?;
        ctx.set(TASK, task);
        ctx.set(IS_LOGGED, true);
        Ok(())
    }
}

/// Merges a webhook into the history. Returns the history, and whether anything was new.
fn absorb(history: Option<CallHistory>, body: &str) -> Result<(CallHistory, bool), TerminalError> {
    let unreadable = |error: &dyn std::error::Error| TerminalError::new_with_code(400, error.to_string());
    let webhook = Webhook::from_json(body).map_err(|error| unreadable(&error))?;
    let event = CallHistory::new(&webhook).map_err(|error| unreadable(&error))?;
    let Some(mut history) = history else {
        return Ok((event, true));
    };
    let is_new = history.merge(event).map_err(|error| unreadable(&error))?;
    Ok((history, is_new))
}

/// Looks up, plans and writes. Returns the Task's id, or an empty string if no Task was created.
///
/// Restate may run this function again. The function then finds the Task in Salesforce by the
/// call's id.
///
/// # Errors
///
/// Restate retries temporary failures. A failure that only a person can repair ends the invocation;
/// the webhook's content stays in the history.
async fn log(config: &Config, history: &CallHistory, task: Option<Id>) -> Result<String, HandlerError> {
    let Config { settings, salesforce, .. } = config;
    let Some(call) = history.call() else {
        return Ok(String::new());
    };
    let write = async || {
        let directory = salesforce.look_up(&needs(&call, settings), settings, task).await?;
        if task.is_some() && directory.task(call.id).is_none() {
            return Ok(task);
        }
        let mut writing = Writing::new(&plan(&call, &directory, settings));
        salesforce.write(&mut writing).await.map(|()| writing.created().task)
    };
    let mut repeated = 0;
    loop {
        let error = match write().await {
            Ok(task) => return Ok(task.map(|task| task.to_string()).unwrap_or_default()),
            Err(error) => error,
        };
        match error.remedy() {
            Remedy::TryAgain | Remedy::SignIn => return Err(HandlerError::from(error)),
            Remedy::LookUpAgain | Remedy::Duplicate if repeated < LOOK_UP_LIMIT => repeated += 1,
            _ => {
                return Err(TerminalError::new(error.to_string()).into());
            }
        }
    }
}
