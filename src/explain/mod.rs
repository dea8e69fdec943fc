//! Explains a plan in words: the decision, and every field that is written, kept or left out.
//!
//! An explanation is derived from the plan and its input when somebody asks for it, so a plan that
//! nobody explains costs nothing more. `sentences.rs` has the sentences, and `facts.rs` has the
//! facts that the sentences contain.

mod facts;
mod sentences;

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use crate::facts::{Facts, Source};
use crate::lookup::{LoggedTask, Lookup};
use crate::notice::Notice;
use crate::plan::{Action, Create, Plan};
use crate::rules::new_record::name_of;
use crate::rules::once;
use crate::rules::record::{Match, Target, find};
use crate::rules::update::{Present, TaskRecord, value_of};
use crate::salesforce::task::{OF_CALLS, field};
use crate::salesforce::text::is_blank;
use crate::settings::Settings;

/// Explains the decision of a plan, or one field, in a sentence.
///
/// **It contains personal data**: names, e-mail addresses, phone numbers and texts of the call.
/// Show it to people who may see the Task, and keep it out of logs. The [notices](crate::Notice) of
/// a plan contain none.
///
/// [`Plan::explain`](crate::Plan::explain) shows an example.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation<'a> {
    /// The field's API name; `None` for the decision itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    /// The value that is written, or that is kept (UPD-6). `null` if the field is left out or
    /// emptied. For the decision this is the plan's action, such as `create`.
    pub value: Value,
    /// The ids of the rules that decided, such as `OWN-2`. The tables in [`rules`](crate::rules)
    /// link each id to its text.
    pub rules: Vec<&'static str>,
    /// An English sentence with the facts behind the value; its wording may change.
    pub because: String,
}

impl<'a> Explanation<'a> {
    /// Returns the explanation whose sentence is a text without its capital and its period.
    fn new(field: Option<&'a str>, value: impl Into<Value>, cited: Vec<&'static str>, text: &str) -> Self {
        let mut letters = text.chars();
        let capital = letters.next().map(|first| first.to_ascii_uppercase());
        let because = capital.into_iter().chain(letters).chain(['.']).collect();
        // The parts of a sentence can cite the same rule.
        Self { field, value: value.into(), rules: once(cited), because }
    }
}

impl Plan<'_> {
    /// Explains the plan in words: first the decision itself, then every field that is written, in
    /// the order of the Task, then by name every field that is kept or left out although this plan
    /// could have written it.
    ///
    /// The arguments are those of the plan. A `&Call`, a `&Message` and a `&Webhook` are sources. A
    /// plan that skips what is neither a call nor a message has no source.
    ///
    /// ```
    /// use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
    ///
    /// let webhook = Webhook::from_json(r#"{"event": "call.ended", "resource": "call", "data": {
    ///     "id": 7, "direction": "inbound", "started_at": 1772457500, "ended_at": 1772457525,
    ///     "raw_digits": "+1 212-555-0123"}}"#)?;
    /// let directory = Directory::from_json(r#"{"records": [{"type": "Contact",
    ///     "id": "003000000000001AAA", "name": "Ada Lovelace", "owner": "005000000000002AAA",
    ///     "phones": ["212-555-0123"]}]}"#)?;
    /// let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?;
    /// let plan = plan_webhook(&webhook, &directory, &settings);
    ///
    /// let explanation = plan.explain(&webhook, &directory, &settings);
    /// let owner = explanation.iter().find(|line| line.field == Some("OwnerId")).unwrap();
    /// assert_eq!(owner.rules, ["OWN-4"]);
    /// let sentence = "Nobody answered the call, so the owner of Ada Lovelace has the Task.";
    /// assert_eq!(owner.because, sentence);
    /// # Ok::<(), aircall_salesforce::ReadError>(())
    /// ```
    #[must_use]
    pub fn explain<'s>(
        &'s self,
        source: impl Into<Option<Source<'s>>>,
        lookup: &'s dyn Lookup,
        settings: &'s Settings,
    ) -> Vec<Explanation<'s>> {
        let source = source.into();
        match (source.and_then(Facts::new), &self.action) {
            (Some(facts), _) => Explainer::new(self, facts, lookup, settings).explain(),
            (None, Action::Skip(reason)) => {
                let (rule, text) = sentences::without_facts(*reason, source.is_some());
                vec![Explanation::new(None, "skip", vec![rule], text)]
            }
            // The source is not the plan's.
            (None, _) => Vec::new(),
        }
    }
}

/// A plan and everything that it was made from.
struct Explainer<'s> {
    plan: &'s Plan<'s>,
    facts: Facts<'s>,
    lookup: &'s dyn Lookup,
    settings: &'s Settings,
    /// The record that a create is logged on.
    found: Match<'s>,
    /// The Task that an update changes.
    logged: Option<&'s LoggedTask>,
    /// The value of `{record}` in texts, if it is a record's name.
    name: Option<Cow<'s, str>>,
    /// Whether the name of the record that the Task is on is not known (UPD-5).
    is_name_unknown: bool,
}

impl<'s> Explainer<'s> {
    fn new(plan: &'s Plan<'s>, facts: Facts<'s>, lookup: &'s dyn Lookup, settings: &'s Settings) -> Self {
        let mut found = find(&facts, lookup, settings);
        let logged = lookup.task(&facts.source.key());
        let on = logged.map(|logged| Present::new(logged, &facts).record(&facts, lookup, settings));
        let is_name_unknown = matches!(on, Some(TaskRecord::Unknown));
        let name = match (&plan.action, on) {
            (Action::Create(Create { new_record: Some(record), .. }), _) => {
                found.target = Some(Target::New(record.record_type));
                Some(name_of(record).into())
            }
            (_, Some(on)) => on.name().map(Cow::Borrowed),
            (_, None) => found.target.and_then(|target| target.name()).map(Cow::Borrowed),
        };
        let name = name.filter(|name| !is_blank(name));
        Self { plan, facts, lookup, settings, found, logged, name, is_name_unknown }
    }

    fn explain(&self) -> Vec<Explanation<'s>> {
        let (action, fields): (_, Vec<_>) = match &self.plan.action {
            Action::Create(Create { task, .. }) => ("create", task.all_fields().collect()),
            Action::Update { task, .. } => ("update", task.fields().map(|(name, value)| (name, Some(value))).collect()),
            Action::Unchanged { .. } => ("unchanged", Vec::new()),
            Action::Skip(_) => ("skip", Vec::new()),
        };
        let written: Vec<_> =
            fields.iter().filter_map(|(name, value)| Some(self.written(name, (*value)?.into()))).collect();
        let left_out = fields.iter().filter(|(_, value)| value.is_none()).filter_map(|(name, _)| self.left_out(name));
        let kept = self.plan.left().filter_map(|(name, wrote)| self.kept(name, wrote));
        let mut unsent: Vec<_> = left_out.chain(kept).collect();
        unsent.retain(|line| !written.iter().any(|other| other.field == line.field));
        unsent.sort_unstable_by_key(|line| line.field);
        [vec![self.line(None, action.into(), self.decision(), "")], written, unsent].concat()
    }

    /// Fills in a sentence, and adds the notices of the field whose rules the sentence does not
    /// cite.
    fn line(&self, field: Option<&'s str>, value: Value, sentence: &'static str, end: &str) -> Explanation<'s> {
        let mut rules = Vec::new();
        let mut text = self.say(sentence, &mut rules) + end;
        for notice in self.plan.notices.iter().filter(|notice| Some(notice.field) == field) {
            if !rules.contains(&notice.rule) {
                rules.push(notice.rule);
                text.extend(["; ", &notice.message]);
            }
        }
        Explanation::new(field, value, rules, &text)
    }

    fn written(&self, field: &'s str, value: Value) -> Explanation<'s> {
        let sentence = self.field(field, !value.is_null());
        let Some(logged) = self.logged else { return self.line(Some(field), value, sentence, "") };
        let emptied = if value.is_null() { ", so the field is emptied" } else { "" };
        let before = logged.fields.as_ref().and_then(|fields| value_of(fields, field));
        let before = match before.filter(|_| field != field::DESCRIPTION) {
            Some(before) if is_empty(Some(before)) => "; it was empty before".to_owned(),
            Some(before) => format!("; the Task had {before} before"),
            None => String::new(),
        };
        let mut line = self.line(Some(field), value, sentence, &format!("{emptied}{before}"));
        line.rules.push("UPD-3");
        line
    }

    /// Explains a field for which a create has no value.
    fn left_out(&self, field: &'s str) -> Option<Explanation<'s>> {
        let is_possible = self.facts.call().is_some() || !OF_CALLS.contains(&field);
        let line = || self.line(Some(field), Value::Null, self.field(field, false), ", so the field is left out");
        is_possible.then(line)
    }

    /// Explains a field that an update keeps or leaves; `None` if the update has nothing to write
    /// there.
    fn kept(&self, field: &'s str, wrote: Option<&Value>) -> Option<Explanation<'s>> {
        let fields = self.logged?.fields.as_ref();
        let present = fields.and_then(|fields| value_of(fields, field));
        let is_kept = self.plan.because.kept.contains(&field);
        let sentence = self.unsent(field, is_kept, present)?;
        let is_theirs = |notice: &Notice<'_>| notice.rule == "UPD-6" && notice.field == field;
        let is_new = self.plan.notices.iter().any(is_theirs);
        let mut end = if is_new { ", although the call says something new" } else { "" }.to_owned();
        if let Some(wrote) = wrote.filter(|wrote| !is_empty(Some(wrote)) && is_kept) {
            end.extend(["; ", &wrote.to_string(), " was written before"]);
        }
        Some(self.line(Some(field), present.cloned().unwrap_or_default(), sentence, &end))
    }
}

fn is_empty(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.is_null() || value.as_str().is_some_and(is_blank))
}
