//! Checks that every call has exactly one Task, with the fields that the library plans from the
//! call's whole history.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use aircall_salesforce::rules::fields::key_text;
use aircall_salesforce::salesforce::FieldName;
use aircall_salesforce::salesforce::task::field::{
    CALL_DURATION_IN_SECONDS, CALL_OBJECT, DESCRIPTION, WHAT_ID, WHO_ID,
};
use aircall_salesforce::{Action, CallHistory, Settings, Webhook, plan};
use anyhow::{Context, Result, bail};
use salesforce_client::Client;
use serde_json::{Map, Value};

use crate::calls::Stream;
use crate::processes::{self, Stage};

/// Fields that a correct Task may lack, in addition to the fields whose names are settings.
const MAY_BE_EMPTY: [&str; 4] = [DESCRIPTION, WHO_ID, WHAT_ID, CALL_DURATION_IN_SECONDS];

/// The result of the check.
#[derive(Default)]
pub(crate) struct Verdict {
    correct: usize,
    missing: usize,
    duplicated: usize,
    wrong: usize,
    without_call: usize,
    /// The wrong fields, and how often each was wrong.
    fields: BTreeMap<String, usize>,
}

impl Verdict {
    pub(crate) fn is_good(&self) -> bool {
        self.missing + self.duplicated + self.wrong + self.without_call == 0
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { correct, missing, duplicated, wrong, without_call, fields } = self;
        write!(
            f,
            "Tasks: {correct} correct, {wrong} wrong, {missing} missing, {duplicated} calls with more than one, "
        )?;
        write!(f, "{without_call} without a call")?;
        fields.iter().try_for_each(|(field, count)| write!(f, "\n  wrong in {count}: {field}"))
    }
}

pub(crate) async fn judge(stream: &Stream, stage: &Stage) -> Result<Verdict> {
    let settings = Settings::from_json(&processes::settings().to_string())?;
    // These settings ask the questions of a call that has no Task yet.
    let mut lookup_settings = processes::settings();
    lookup_settings["call_id_field"] = Value::Null;
    let lookup_settings = Settings::from_json(&lookup_settings.to_string())?;
    let client = stage.client()?;
    let mut tasks: BTreeMap<String, Vec<Map<String, Value>>> = BTreeMap::new();
    for line in stage.tasks().await?.lines() {
        let task: Map<String, Value> = serde_json::from_str(line)?;
        let call = task.get(CALL_OBJECT).and_then(Value::as_str).unwrap_or_default();
        tasks.entry(call.to_owned()).or_default().push(task);
    }
    let mut verdict = Verdict::default();
    for events in &stream.by_call {
        let history = history(events)?;
        let correct = correct(&history, &client, &settings, &lookup_settings).await?;
        match tasks.remove(&key_text(&history.call_id().into())).as_deref() {
            None | Some([]) => verdict.missing += 1,
            Some([task]) => {
                let names = correct.keys().map(String::as_str).chain(MAY_BE_EMPTY);
                let names = names.chain(settings.field_names.all().map(FieldName::as_str));
                let is = |fields: &Map<String, Value>, name: &str| {
                    fields.get(name).filter(|value| !value.is_null()).cloned()
                };
                let wrong: BTreeSet<_> = names.filter(|name| is(&correct, name) != is(task, name)).collect();
                if wrong.is_empty() {
                    verdict.correct += 1;
                } else {
                    verdict.wrong += 1;
                    for name in wrong {
                        *verdict.fields.entry(name.to_owned()).or_default() += 1;
                    }
                }
            }
            Some(_) => verdict.duplicated += 1,
        }
    }
    verdict.without_call = tasks.into_values().map(|tasks| tasks.len()).sum();
    Ok(verdict)
}

fn history(events: &[String]) -> Result<CallHistory> {
    let mut events = events.iter().map(|event| Webhook::from_json(event));
    let mut history = CallHistory::new(&events.next().context("a call without webhooks")??)?;
    for event in events {
        history.absorb(&event?)?;
    }
    Ok(history)
}

/// Returns the fields that the call's Task must have, as if the call were logged now in one step.
async fn correct(
    history: &CallHistory,
    client: &Client,
    settings: &Settings,
    lookup_settings: &Settings,
) -> Result<Map<String, Value>> {
    let call = history.call().context("a history without a call")?;
    let directory = client.look_up(&call, lookup_settings).await?;
    let plan = plan(&call, &directory, settings);
    match plan.action {
        Action::Create(create) => {
            Ok(create.task.fields().map(|(name, value)| (name.to_owned(), value.into())).collect())
        }
        _ => bail!("call {} would not be logged", history.call_id()),
    }
}
