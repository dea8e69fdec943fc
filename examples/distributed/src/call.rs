//! Keeps the history of a call and writes its Task.

use std::sync::{Arc, OnceLock};

use aircall_salesforce::request::{Remedy, Writing};
use aircall_salesforce::{CallHistory, Id, Lookup, Webhook, needs, plan};
use restate_sdk::prelude::*;
use salesforce_client::{Error, Fields, Kept};
use serde_json::Value;

use crate::config::Config;

/// The state keys of a call: its history, and whether Salesforce has the whole history.
const HISTORY: &str = "history";
const IS_LOGGED: &str = "is_logged";
/// The state key of the call's Task. With it, the worker detects that somebody deleted the Task and
/// does not create another one.
const TASK: &str = "task";
/// The state key of `Plan::wrote` for the last plan that Salesforce carried out (UPD-6).
const WROTE: &str = "wrote";
/// The state key of a plan without a known outcome: the history that it was made from, and its
/// `Plan::wrote`.
const SENT: &str = "sent";
/// The code of a failure after which Salesforce has certainly written nothing.
const REFUSED: u16 = 422;
/// How many times a call is looked up again because the looked-up records have changed.
const LOOK_UP_LIMIT: u32 = 5;

/// A call. Restate runs one of its handlers at a time.
pub struct Call(pub Arc<Config>);

#[object]
impl Call {
    /// Merges a webhook into the history, in any order and any number of times, and logs the call.
    #[handler]
    async fn absorb(&self, ctx: ObjectContext<'_>, Json(body): Json<Value>) -> Result<(), HandlerError> {
        let event = Webhook::from_json(&body.to_string()).map(|webhook| CallHistory::new(&webhook)).terminal()?;
        let (history, is_new) = match ctx.get::<Json<CallHistory>>(HISTORY).await? {
            Some(Json(mut history)) => history.merge(event.terminal()?).map(|is_new| (history, is_new)).terminal()?,
            None => (event.terminal()?, true),
        };
        if !is_new && ctx.get(IS_LOGGED).await?.unwrap_or(false) {
            return Ok(());
        }
        ctx.set(HISTORY, Json(history.clone()));
        // If `log` fails for good, the next webhook must write everything, even without new
        // content.
        ctx.set(IS_LOGGED, false);
        // An earlier invocation ended without a response. Its plan comes first: after a second lost
        // response, nobody could tell which of two plans arrived.
        if let Some(Json((unsettled, _))) = ctx.get::<Json<(CallHistory, Fields)>>(SENT).await? {
            log(&ctx, Arc::clone(&self.0), unsettled).await?;
        }
        log(&ctx, Arc::clone(&self.0), history).await?;
        ctx.set(IS_LOGGED, true);
        Ok(())
    }
}

/// Looks up, plans and writes in two steps, so that the state has what a request writes before the
/// request is sent. Restate retries temporary failures; other failures end the invocation.
async fn log(ctx: &ObjectContext<'_>, config: Arc<Config>, history: CallHistory) -> Result<(), HandlerError> {
    let task = ctx.get::<String>(TASK).await?.and_then(|task| task.parse().ok());
    let wrote = ctx.get::<Json<Fields>>(WROTE).await?.map(Json::into_inner);
    let sent = ctx.get::<Json<(CallHistory, Fields)>>(SENT).await?.map(|Json((_, sent))| sent);
    let mut attempt = Attempt { config, history, kept: Kept { task, wrote, sent, duplicates: Vec::new() } };
    for repeated in 0..=LOOK_UP_LIMIT {
        let prepared = Prepared::default();
        let (planned, slot) = (attempt.clone(), Arc::clone(&prepared));
        let Json(planned) = ctx.run(async move || planned.plan(&slot).await.map(Json)).name("plan").await?;
        let Some((task, sent)) = planned else { break };
        if let Some(task) = task {
            attempt.kept.task = task.parse().ok();
            ctx.set(TASK, task);
        }
        ctx.set(SENT, Json((attempt.history.clone(), sent.clone())));
        attempt.kept.sent = Some(sent);
        let (planned, is_last) = (attempt.clone(), repeated == LOOK_UP_LIMIT);
        let written = ctx.run(async move || planned.write(&prepared, is_last).await.map(Json)).name("write").await;
        if written.as_ref().is_err_and(|error| error.code() == REFUSED) {
            ctx.clear(SENT);
        }
        match written?.into_inner() {
            Ok((task, wrote)) => {
                ctx.set(TASK, task);
                ctx.set(WROTE, Json(wrote));
                break;
            }
            Err(duplicates) => attempt.kept.duplicates = duplicates,
        }
    }
    ctx.clear(SENT);
    Ok(())
}

/// The planned requests and their `Plan::wrote`; empty on a worker that runs the second step only.
type Prepared = Arc<OnceLock<(Writing, Fields)>>;

/// The Task and its fields, or the records that a duplicate rule named.
type Written = Result<(String, Fields), Vec<Id>>;

/// The inputs of both steps.
#[derive(Clone)]
struct Attempt {
    config: Arc<Config>,
    history: CallHistory,
    kept: Kept,
}

impl Attempt {
    /// Returns the Task of an update, and the fields that the plan writes; `None` if there is
    /// nothing to log, or if somebody deleted the Task.
    async fn plan(&self, prepared: &Prepared) -> Result<Option<(Option<String>, Fields)>, HandlerError> {
        let (Config { settings, salesforce, .. }, Kept { task, wrote, .. }) = (&*self.config, &self.kept);
        let Some(call) = self.history.call() else { return Ok(None) };
        let directory = salesforce.look_up(&needs(&call, settings), settings, self.kept.clone()).await;
        let directory = directory.map_err(|error| failure(&error, false))?;
        if task.is_some() && directory.task(&call.id.into()).is_none() {
            return Ok(None);
        }
        let plan = plan(&call, &directory, settings);
        let Some(wrote) = plan.wrote(wrote.as_ref()) else { return Ok(None) };
        let (writing, _) = prepared.get_or_init(|| (Writing::new(&plan), wrote.clone()));
        Ok(Some((writing.created().task.map(|task| task.to_string()), wrote)))
    }

    /// Returns the Task and the written fields. If the looked-up records have changed, returns the
    /// records that a duplicate rule named.
    async fn write(&self, prepared: &Prepared, is_last: bool) -> Result<Written, HandlerError> {
        if prepared.get().is_none() {
            self.plan(prepared).await?;
        }
        let Some((mut writing, wrote)) = prepared.get().cloned() else { return Ok(Err(Vec::new())) };
        let before = *writing.created();
        match self.config.salesforce.write(&mut writing).await {
            Ok(()) => Ok(writing.created().task.map(|task| (task.to_string(), wrote)).ok_or_else(Vec::new)),
            Err(error) if !is_last && matches!(error.remedy(), Remedy::LookUpAgain | Remedy::Duplicate) => {
                Ok(Err(error.duplicates().to_vec()))
            }
            // If the owner change fails, the Task before it is written.
            Err(error) => Err(failure(&error, error.is_refusal() && *writing.created() == before)),
        }
    }
}

/// Returns an error after which Restate retries, or an error that ends the invocation.
fn failure(error: &Error, is_refused: bool) -> HandlerError {
    let message = error.to_string();
    match error.remedy() {
        Remedy::TryAgain | Remedy::SignIn => message.into(),
        _ => TerminalError::new_with_code(if is_refused { REFUSED } else { 500 }, message).into(),
    }
}
