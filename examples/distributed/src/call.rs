//! A call: everything that Aircall has said of it, and the Task that logs it.

use std::sync::Arc;

use aircall_salesforce::request::{Remedy, Writing};
use aircall_salesforce::{CallHistory, Webhook, needs, plan};
use restate_sdk::prelude::*;
use serde_json::Value;

use crate::config::Config;

/// What is kept of a call, under its id: all that is known of it, and whether Salesforce has it all.
const HISTORY: &str = "history";
const IS_LOGGED: &str = "is_logged";

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
        ctx.run(move || async move { log(&config, &history).await }).name("log").await?;
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

/// Looks up, plans, writes. It may be run again, for all that it knows of an earlier run is in Salesforce: a Task that was made is found
/// by the call's id in it.
///
/// # Errors
///
/// Retried by Restate, but for what only a person can put right: then the webhook fails, and what it said is kept.
async fn log(config: &Config, history: &CallHistory) -> Result<(), HandlerError> {
    let Config { settings, salesforce, .. } = config;
    let call = history.call();
    let written = async {
        let directory = salesforce.look_up(&needs(&call, settings), settings, None).await?;
        let mut writing = Writing::new(&plan(&call, &directory, settings));
        salesforce.write(&mut writing).await
    };
    written.await.map_err(|error| match error.remedy() {
        Remedy::TryAgain | Remedy::SignIn | Remedy::LookUpAgain | Remedy::Duplicate => HandlerError::from(error),
        Remedy::Settings | Remedy::Unknown => TerminalError::new(error.to_string()).into(),
    })
}
