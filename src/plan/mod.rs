//! What to write to Salesforce for a call or message, and why.

mod create;
mod update;
mod wrote;

use serde::{Serialize, Serializer};

use crate::aircall::Webhook;
use crate::facts::{Facts, Kind, Source};
use crate::lookup::Lookup;
use crate::notice::Notice;
use crate::rules::logging::{Skip, skip_creation};
use crate::rules::owner::OwnerReason;
use crate::rules::record::{RecordReason, Relation};
use crate::rules::update::FieldUpdate;
use crate::salesforce::{Id, NewCase, NewRecord, OwnerChange, TaskCreate, TaskUpdate};
use crate::settings::Settings;

/// What to write to Salesforce for a call or message, and why.
///
/// It serialises as the JSON format of this library. The `task` of [`Action::Create`] and
/// [`Action::Update`] alone is the body of the request.
///
/// ```
/// use aircall_salesforce::{Action, Directory, Settings, Webhook, plan_webhook};
///
/// let webhook = Webhook::from_json(
///     r#"{"id": 7, "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457525}"#,
/// )?;
/// let (directory, settings) =
///     (Directory::default(), Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?);
/// let plan = plan_webhook(&webhook, &directory, &settings);
/// match &plan.action {
///     Action::Create(create) => println!("POST {}", serde_json::to_string(&create.task)?),
///     Action::Update { task_id, task } => {
///         println!("PATCH {task_id}: {}", serde_json::to_string(task)?);
///     }
///     Action::Unchanged { .. } | Action::Skip(_) => {}
/// }
/// println!("{}", serde_json::to_string_pretty(&plan)?); // With reasons and notices.
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Plan<'a> {
    /// What to write, or why nothing is written.
    #[serde(flatten)]
    pub action: Action<'a>,
    /// The decisions behind the action.
    pub because: Because<'a>,
    /// Everything that was cut, dropped or not understood.
    pub notices: Vec<Notice<'a>>,
    /// The fields that an update does not send, for [`Plan::wrote`].
    #[serde(skip)]
    unsent: Vec<(&'a str, FieldUpdate<'a>)>,
}

/// What to write, or why nothing is written.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "action", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "most plans create, and a plan is not kept")]
pub enum Action<'a> {
    /// Create a Task.
    Create(Create<'a>),
    /// Update the Task that the call already has.
    Update {
        /// The Task.
        task_id: Id,
        /// The body of the request: the fields that change.
        task: TaskUpdate<'a>,
    },
    /// Write nothing: the call's Task already contains everything.
    Unchanged {
        /// The Task.
        task_id: Id,
    },
    /// Write nothing, for this reason.
    Skip(#[serde(serialize_with = "skip_key")] Skip),
}

/// A Task to be created, and what goes with it, in this order: record, case, Task, hand-over.
// The fields are in the order of the requests, so that a reader of the JSON can send them from top
// to bottom.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Create<'a> {
    /// A record to be created first (REC-6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_record: Option<NewRecord<'a>>,
    /// A case to be created then (REC-4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_case: Option<NewCase<'a>>,
    /// The body of the request that creates the Task.
    pub task: TaskCreate<'a>,
    /// An existing record's new owner (OWN-10).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_change: Option<OwnerChange>,
}

/// The decisions behind a plan.
///
/// A skip has at most a kind. An update reports that it leaves record and owner to people, and has
/// no relation (UPD-7).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Because<'a> {
    /// The kind of the call or message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// How the record was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordReason>,
    /// How many records of the record's type have the number, if more than one has it (REC-9).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holders: Option<usize>,
    /// What `WhatId` refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    /// Which rule decided the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<OwnerReason>,
    /// The fields that a person changed and that were kept, by API name, sorted (UPD-6).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<&'a str>,
}

/// Maps a call or message to what has to be written to Salesforce, by the rules of Aircall's own
/// integration. It takes a [`&Call`](crate::Call) or a [`&Message`](crate::aircall::Message).
///
/// It cannot fail: a call or message has everything that a Task requires. If another field is
/// missing, only the values that depend on this field are missing.
///
/// ```
/// use aircall_salesforce::{Directory, Settings, Webhook, plan};
///
/// let webhook = Webhook::from_json(
///     r#"{"id": 7, "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457525,
///         "raw_digits": "+33 1 99 00 12 34", "number": {"name": "Support"}}"#,
/// )?;
/// let call = webhook.call.ok_or("no call")?;
/// let (directory, settings) =
///     (Directory::default(), Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?);
/// let plan = serde_json::to_value(plan(&call, &directory, &settings))?;
/// assert_eq!(plan["task"]["Subject"], "Missed call from +33 1 99 00 12 34 on Support");
/// assert_eq!(plan["because"]["record"], "not_found");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn plan<'a>(source: impl Into<Source<'a>>, lookup: &'a dyn Lookup, settings: &'a Settings) -> Plan<'a> {
    let source = source.into();
    let Some(facts) = Facts::new(source) else {
        return Plan::skip(Skip::NotYet);
    };
    // Comes before every reason to skip: these reasons prevent only a new Task (LOG-7).
    if let Some(task) = lookup.task(&source.key()) {
        return update::update(&facts, task, lookup, settings);
    }
    // A kind of call that the workflow does not log has no status, so no Task is planned for it.
    let status = settings.status.value(settings.action(facts.kind)).filter(|status| !status.is_empty());
    match (skip_creation(&facts, settings), status) {
        (None, Some(status)) => create::create(&facts, status, lookup, settings),
        (Some(Skip::NotYet), _) => Plan::skip(Skip::NotYet),
        (reason, _) => Plan::skip_kind(reason.unwrap_or(Skip::Workflow), Some(facts.kind)),
    }
}

/// Maps a webhook, which may be about another resource than a call or message (LOG-7); see
/// [`plan()`].
///
/// ```
/// use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
///
/// let webhook = Webhook::from_json(
///     r#"{"event": "user.created", "resource": "user", "data": {"id": 1}}"#,
/// )?;
/// let (directory, settings) =
///     (Directory::default(), Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?);
/// let plan = serde_json::to_value(plan_webhook(&webhook, &directory, &settings))?;
/// assert_eq!(plan["skip"], "not_a_call");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn plan_webhook<'a>(webhook: &'a Webhook<'a>, lookup: &'a dyn Lookup, settings: &'a Settings) -> Plan<'a> {
    match Option::<Source<'_>>::from(webhook) {
        Some(source) => plan(source, lookup, settings),
        None => Plan::skip(skip_other(webhook)),
    }
}

/// Returns why a webhook without a call or message is skipped (LOG-7, MSG-1).
fn skip_other(webhook: &Webhook<'_>) -> Skip {
    let event = webhook.event.as_deref().unwrap_or_default();
    if event == "message.status_updated" {
        Skip::MessageStatus
    } else if event.starts_with("group_message.") {
        Skip::GroupMessage
    } else {
        Skip::NotACall
    }
}

/// Returns the notices of what a call or message contains and no rule can use (LOG-8).
#[inline]
fn unusable<'a>(source: Source<'_>) -> Vec<Notice<'a>> {
    let notice = |(path, found, expected)| {
        Notice::new("LOG-8", path, format!("{found} where {expected} was expected, so it was ignored"))
    };
    let unusable = source.unusable();
    if unusable.is_empty() { Vec::new() } else { unusable.iter().map(notice).collect() }
}

impl Plan<'_> {
    /// Returns a plan that writes nothing, such as the plan of a
    /// [`CallHistory`](crate::CallHistory) that has no call yet.
    #[must_use]
    pub fn skip(reason: Skip) -> Self {
        Self::skip_kind(reason, None)
    }

    fn skip_kind(reason: Skip, kind: Option<Kind>) -> Self {
        let because = Because { kind, ..Because::default() };
        Self { action: Action::Skip(reason), because, notices: Vec::new(), unsent: Vec::new() }
    }
}

/// Writes the reason of a skip as the value of the key `skip`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn skip_key<S: Serializer>(reason: &Skip, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([("skip", reason)])
}
