//! Checks that every call has exactly one Task, with the fields that the library plans from the
//! call's whole history.
//!
//! Two things depend on the order in which the service processes the calls. They are judged by what
//! any order can result in; every other field of a Task must be exact.
//!
//! - `OwnerId`, if it is the owner of a Contact (OWN-2, OWN-4) that belonged to the admin: the
//!   admin, or any user to whom a call of this Contact can hand it over (OWN-10).
//! - A made Contact: one call makes it, and all calls of the number must be on it. For each unknown
//!   number that called, there must be exactly one Contact more than before, with this number.
//!
//! After all calls, a Contact of the admin must belong to a user to whom one of its calls hands it
//! over. The call that makes a Contact does not hand it over: if only one of several calls could,
//! the Contact may also be the admin's. Every other Contact must keep its first owner.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use aircall_salesforce::rules::fields::key_text;
use aircall_salesforce::rules::owner::OwnerReason;
use aircall_salesforce::salesforce::FieldName;
use aircall_salesforce::salesforce::task::field::{
    CALL_DURATION_IN_SECONDS, CALL_OBJECT, DESCRIPTION, OWNER_ID, WHAT_ID, WHO_ID,
};
use aircall_salesforce::{Action, CallHistory, Plan, Settings, Webhook, plan};
use anyhow::{Context, Result, bail};
use salesforce_client::Client;
use serde_json::Value;
use webhook_service::store::Fields;

use crate::calls::{Call, Stream};
use crate::org;
use crate::processes::{self, Stage, text};

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
    made_contacts: usize,
    wrong_contacts: usize,
    wrong_owners: usize,
}

impl Verdict {
    pub(crate) fn is_good(&self) -> bool {
        let tasks = self.missing + self.duplicated + self.wrong + self.without_call;
        tasks + self.wrong_contacts + self.wrong_owners == 0
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { correct, missing, duplicated, wrong, without_call, fields, .. } = self;
        let Self { made_contacts, wrong_contacts, wrong_owners, .. } = self;
        write!(
            f,
            "Tasks: {correct} correct, {wrong} wrong, {missing} missing, {duplicated} calls with more than one, "
        )?;
        writeln!(f, "{without_call} without a call")?;
        write!(
            f,
            "Contacts: {made_contacts} made, {wrong_contacts} missing, duplicated or without a call, {wrong_owners} with a wrong owner"
        )?;
        fields.iter().try_for_each(|(field, count)| write!(f, "\n  wrong in {count}: {field}"))
    }
}

/// What a call's Task must contain.
struct Expected {
    id: String,
    fields: Fields,
    /// Whether the owner is the record's owner.
    has_records_owner: bool,
}

/// The calls of a Contact.
#[derive(Default)]
struct Contact<'s> {
    calls: usize,
    /// The users to whom the calls can hand the Contact over, one entry a call.
    heirs: Vec<&'s str>,
}

/// Checks the Tasks and the Contacts of the org. `before` contains the Contacts before the first
/// call, by id.
pub(crate) async fn judge(stream: &Stream, stage: &Stage, before: &BTreeMap<String, Fields>) -> Result<Verdict> {
    let settings = Settings::from_json(&processes::settings().to_string())?;
    // Without `call_id_field`, the look-up does not find the call's Task, so the plan creates one.
    let mut lookup_settings = processes::settings();
    lookup_settings["call_id_field"] = Value::Null;
    let lookup_settings = Settings::from_json(&lookup_settings.to_string())?;
    let client = stage.client()?;
    let mut tasks: BTreeMap<String, Vec<Fields>> = BTreeMap::new();
    for task in stage.records("Task").await?.into_values() {
        tasks.entry(text(&task, CALL_OBJECT).to_owned()).or_default().push(task);
    }
    let after = stage.records("Contact").await?;
    let mut expected = Vec::new();
    let mut contacts: BTreeMap<String, Contact<'_>> = BTreeMap::new();
    for call in &stream.calls {
        let correct = Expected::of(call, &client, &settings, &lookup_settings).await?;
        let who = text(&correct.fields, WHO_ID);
        if after.contains_key(who) {
            let contact = contacts.entry(who.to_owned()).or_default();
            contact.calls += 1;
            contact.heirs.extend(call.heir);
        }
        expected.push(correct);
    }
    let mut verdict = Verdict::default();
    let package: Vec<_> = settings.field_names.all().map(FieldName::as_str).collect();
    for Expected { id, fields, has_records_owner } in &expected {
        match tasks.remove(id).as_deref() {
            None | Some([]) => verdict.missing += 1,
            Some([task]) => {
                let names = fields.keys().map(String::as_str).chain(MAY_BE_EMPTY);
                let names = names.chain(package.iter().copied());
                let value = |fields: &Fields, name: &str| fields.get(name).filter(|value| !value.is_null()).cloned();
                let mut wrong: BTreeSet<_> = names.filter(|name| value(fields, name) != value(task, name)).collect();
                let who = text(fields, WHO_ID);
                if *has_records_owner
                    && let Some(contact) = contacts.get(who)
                    && contact.owners(before.get(who)).contains(text(task, OWNER_ID))
                {
                    wrong.remove(OWNER_ID);
                }
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
    verdict.judge_contacts(stream, before, &after, &contacts);
    Ok(verdict)
}

impl Verdict {
    fn judge_contacts(
        &mut self,
        stream: &Stream,
        before: &BTreeMap<String, Fields>,
        after: &BTreeMap<String, Fields>,
        contacts: &BTreeMap<String, Contact<'_>>,
    ) {
        let unknown: BTreeSet<_> = (0..org::UNKNOWN_NUMBERS).map(org::unknown_number).collect();
        let called = stream.calls.iter().map(|call| &call.number).filter(|number| unknown.contains(*number));
        let called: BTreeSet<_> = called.map(|number| number.replace(' ', "")).collect();
        let mut made: BTreeMap<&str, usize> = BTreeMap::new();
        for (id, contact) in after {
            if !before.contains_key(id) {
                *made.entry(text(contact, "Phone")).or_default() += 1;
            }
            let may_own = contacts.get(id).map(|calls| calls.last_owners(before.get(id)));
            // Nobody called: the owner stays.
            let may_own =
                may_own.unwrap_or_else(|| before.get(id).map(|before| text(before, OWNER_ID)).into_iter().collect());
            self.wrong_owners += usize::from(!may_own.contains(text(contact, OWNER_ID)));
        }
        self.made_contacts = made.values().sum();
        self.wrong_contacts = called.iter().filter(|number| made.remove(number.as_str()) != Some(1)).count();
        self.wrong_contacts += made.values().sum::<usize>();
    }
}

impl Contact<'_> {
    /// Returns the users who can own the Contact at some time. `before` is the Contact before the
    /// first call; a made Contact belongs to the admin at first (NEW-1).
    fn owners<'o>(&'o self, before: Option<&'o Fields>) -> BTreeSet<&'o str> {
        let first = before.map_or(org::ADMIN, |contact| text(contact, OWNER_ID));
        let is_made = before.is_none();
        // The call that makes the Contact does not hand it over.
        let can_change = first == org::ADMIN && (self.calls > 1 || !is_made);
        let heirs = self.heirs.iter().copied().filter(|_| can_change);
        std::iter::once(first).chain(heirs).collect()
    }

    /// Returns the users who can own the Contact after all calls.
    fn last_owners<'o>(&'o self, before: Option<&'o Fields>) -> BTreeSet<&'o str> {
        let mut owners = self.owners(before);
        let hands_over = self.heirs.len() > usize::from(before.is_none());
        if hands_over {
            owners.remove(org::ADMIN);
        }
        owners
    }
}

impl Expected {
    /// Returns what the call's Task must contain, as if the call were logged now in one step.
    async fn of(call: &Call, client: &Client, settings: &Settings, lookup_settings: &Settings) -> Result<Self> {
        let history = history(call)?;
        let merged = history.call().context("a history without a call")?;
        let directory = client.look_up(&merged, lookup_settings).await?;
        let plan = plan(&merged, &directory, settings);
        let Action::Create(_) = plan.action else { bail!("call {} would not be logged", merged.id) };
        let has_records_owner =
            matches!(plan.because.owner, Some(OwnerReason::RecordOwner | OwnerReason::RecordOwnerUnanswered));
        Ok(Self { id: key_text(&merged.id.into()), fields: fields(&plan), has_records_owner })
    }
}

/// Returns the fields of the Task that a plan creates; none if it creates no Task.
pub(crate) fn fields(plan: &Plan<'_>) -> Fields {
    match &plan.action {
        Action::Create(create) => create.task.fields().map(|(name, value)| (name.to_owned(), value.into())).collect(),
        _ => Fields::new(),
    }
}

fn history(call: &Call) -> Result<CallHistory> {
    let mut webhooks = call.webhooks.iter().map(|(_, webhook)| Webhook::from_json(webhook));
    let mut history = CallHistory::new(&webhooks.next().context("a call without webhooks")??)?;
    for webhook in webhooks {
        history.absorb(&webhook?)?;
    }
    Ok(history)
}
