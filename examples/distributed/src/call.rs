//! A call: everything that Aircall has said of it, and the Task that logs it.

use std::sync::Arc;

use aircall_salesforce::request::{Remedy, Writing};
use aircall_salesforce::{CallHistory, Id, Lookup, Webhook, needs, plan};
use restate_sdk::prelude::*;
use serde_json::Value;

use crate::config::Config;

/// What is kept of a call, under its id: all that is known of it, and whether Salesforce has it all.
const HISTORY: &str = "history";
const IS_LOGGED: &str = "is_logged";
/// The Task, once one is known: should somebody delete it, no other is made.
const TASK: &str = "task";

/// How often a call is looked up again because what was found is no longer so.
const LOOK_UPS: u32 = 5;

/// A call. Restate runs one of its handlers at a time.
pub struct Call(pub Arc<Config>);

#[object]
impl Call {
    /// Takes in a webhook, in any order and however often, and logs what the call now says.
    #[handler]
    async fn absorb(&self, ctx: ObjectContext<'_>, Json(body): Json<Value>) -> Result<(), HandlerError> {
        let history = ctx.get::<Json<CallHistory>>(HISTORY).await?.map(Json::into_inner);
        let (history, is_news) = absorb(history, &body.to_string())?;
        if !is_news && ctx.get(IS_LOGGED).await?.unwrap_or(false) {
            return Ok(());
        }
        ctx.set(HISTORY, Json(history.clone()));
        ctx.set(IS_LOGGED, false);
        let config = Arc::clone(&self.0);
        let known = ctx.get::<String>(TASK).await?;
        let task = known.as_deref().and_then(|task| task.parse().ok());
        let task = ctx.run(move || async move { log(&config, &history, task).await }).name("log").await?;
        ctx.set(TASK, task);
        ctx.set(IS_LOGGED, true);
        Ok(())
    }
}

/// The history with a webhook, and whether that says anything new.
fn absorb(history: Option<CallHistory>, body: &str) -> Result<(CallHistory, bool), TerminalError> {
    let unreadable = |error: &dyn std::error::Error| TerminalError::new_with_code(400, error.to_string());
    let webhook = Webhook::from_json(body).map_err(|error| unreadable(&error))?;
    let told = CallHistory::new(&webhook).map_err(|error| unreadable(&error))?;
    let Some(mut history) = history else {
        return Ok((told, true));
    };
    let is_news = history.merge(told).map_err(|error| unreadable(&error))?;
    Ok((history, is_news))
}

/// Looks up, plans, writes; the Task's id, or nothing where none was made. It may be run again, for all that it knows of an earlier run is in
/// Salesforce: a Task that was made is found by the call's id in it.
///
/// # Errors
///
/// Retried by Restate, but for what only a person can put right: then the webhook fails, and what it said is kept.
async fn log(config: &Config, history: &CallHistory, task: Option<Id>) -> Result<String, HandlerError> {
    let Config { settings, salesforce, .. } = config;
    let call = history.call();
    let write = async || {
        let directory = salesforce.look_up(&needs(&call, settings), settings, task).await?;
        if task.is_some() && directory.task(call.id).is_none() {
            return Ok(task);
        }
        let mut writing = Writing::new(&plan(&call, &directory, settings));
        salesforce.write(&mut writing).await.map(|()| writing.created().task)
    };
    let mut look_ups = 0;
    loop {
        let error = match write().await {
            Ok(task) => return Ok(task.map(|task| task.to_string()).unwrap_or_default()),
            Err(error) => error,
        };
        match error.remedy() {
            Remedy::TryAgain | Remedy::SignIn => return Err(HandlerError::from(error)),
            Remedy::LookUpAgain | Remedy::Duplicate if look_ups < LOOK_UPS => look_ups += 1,
            _ => {
                return Err(TerminalError::new(error.to_string()).into());
            }
        }
    }
}
