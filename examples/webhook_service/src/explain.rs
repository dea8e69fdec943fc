//! Explains every field of a Task: which rules decided its value, and from which inputs.

use aircall_salesforce::aircall::Timestamp;
use aircall_salesforce::facts::{Party, Source};
use aircall_salesforce::lookup::Lookup;
use aircall_salesforce::rules::record::{Target, find};
use aircall_salesforce::rules::{recording, transfer};
use aircall_salesforce::salesforce::FieldName;
use aircall_salesforce::salesforce::task::field;
use aircall_salesforce::settings::{ActivityDate, PackageField};
use aircall_salesforce::{Action, Because, Call, Facts, Plan, Settings};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::Fields;

/// A written field and the explanation of its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// The field's API name.
    pub field: String,
    /// The value that was sent; `null` if the field was cleared.
    pub value: Value,
    /// The ids of the rules that decided the value.
    pub rules: String,
    /// The inputs of those rules.
    pub inputs: String,
}

/// Returns the word that the library's JSON uses for a value, with spaces for underscores.
pub fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word.replace('_', " "),
        _ => "—".to_owned(),
    }
}

/// Returns the Task fields that a plan writes.
#[must_use]
pub fn fields(plan: &Plan<'_>) -> Fields {
    match &plan.action {
        Action::Create(create) => create.task.fields().map(|(name, value)| (name.to_owned(), value.into())).collect(),
        Action::Update { task, .. } => task.fields().map(|(name, value)| (name.to_owned(), value.into())).collect(),
        Action::Unchanged { .. } | Action::Skip(_) => Fields::new(),
    }
}

/// Explains each field that a plan writes.
pub fn explain<L: Lookup>(plan: &Plan<'_>, source: Source<'_>, lookup: &L, settings: &Settings) -> Vec<Explanation> {
    let (Source::Call(call), Some(facts)) = (source, Facts::new(source)) else {
        let of_message = |(field, value)| Explanation { field, value, rules: "MSG".to_owned(), inputs: String::new() };
        return fields(plan).into_iter().map(of_message).collect();
    };
    let explainer = Explainer { plan, call, facts, lookup, settings };
    let explanations = fields(plan).into_iter().map(|(field, value)| {
        let (rules, inputs) = explainer.explain(&field);
        Explanation { field, value, rules, inputs }
    });
    let mut explanations: Vec<_> = explanations.collect();
    explanations
        .sort_by_key(|why| FIRST_FIELDS.iter().position(|name| *name == why.field).unwrap_or(FIRST_FIELDS.len()));
    explanations
}

/// The fields that the page lists first; the others follow by name.
const FIRST_FIELDS: [&str; 7] = [
    field::SUBJECT,
    field::STATUS,
    field::OWNER_ID,
    field::WHO_ID,
    field::WHAT_ID,
    field::DESCRIPTION,
    field::CALL_DISPOSITION,
];

/// The rule of each package field.
const PACKAGE_RULES: [(PackageField, &str); 10] = [
    (PackageField::WaitingTime, "PKG-1"),
    (PackageField::AnsweredBy, "PKG-2"),
    (PackageField::PhoneNumber, "PKG-3"),
    (PackageField::Country, "PKG-4"),
    (PackageField::CallRecording, "PKG-5"),
    (PackageField::TransferredTo, "PKG-6"),
    (PackageField::TimeZone, "PKG-7"),
    (PackageField::HourOfTheDay, "PKG-8"),
    (PackageField::ConnectionStatus, "PKG-9"),
    (PackageField::HasConnected, "PKG-10"),
];

struct Explainer<'c, L> {
    plan: &'c Plan<'c>,
    call: &'c Call<'c>,
    facts: Facts<'c>,
    lookup: &'c L,
    settings: &'c Settings,
}

impl<L: Lookup> Explainer<'_, L> {
    fn explain(&self, name: &str) -> (String, String) {
        let (rules, inputs) = match name {
            field::SUBJECT => ("SUBJ", [self.kind(), self.record(), self.line(), self.agent()].join("; ")),
            field::CALL_DISPOSITION => {
                let tags = transfer::logged_tags(&self.facts).count();
                ("DISP", format!("{}; tags: {tags}; {}", self.kind(), self.line_number()))
            }
            field::DESCRIPTION => ("DESC", format!("{}; notes: {}", self.link(), self.call.comments.len())),
            field::OWNER_ID => return (word(self.plan.because.owner), [self.agent(), self.record()].join("; ")),
            field::WHO_ID => ("REC-1, REC-2, REC-6, REC-9, REC-10", self.found()),
            field::WHAT_ID => (
                "REC-3, REC-4, REC-5, REC-9, REC-10",
                format!("{}; related to: {}", self.found(), word(self.plan.because.relation)),
            ),
            field::CALL_DURATION_IN_SECONDS => ("FIELD-3", self.times()),
            field::ACTIVITY_DATE => {
                let began = format!("began {}", time(self.call.started_at));
                let inputs = match self.settings.activity_date {
                    ActivityDate::Line => format!("{began}; {}", self.zone()),
                    ActivityDate::Utc => began,
                };
                ("FIELD-2", inputs)
            }
            field::STATUS => {
                ("FIELD-4, LOG-4, UPD-4", format!("{}; the `workflow` setting for this kind", self.kind()))
            }
            field::CALL_TYPE => ("FIELD-1", self.call.direction.as_str().to_owned()),
            field::TYPE | field::TASK_SUBTYPE => ("LOG-3", "always".to_owned()),
            named => return self.explain_named(named),
        };
        (rules.to_owned(), inputs)
    }

    /// Explains a field whose name is a setting.
    fn explain_named(&self, name: &str) -> (String, String) {
        let names = &self.settings.field_names;
        let is_it = |field: Option<FieldName<'_>>| field.is_some_and(|field| field.as_str() == name);
        if is_it(names.call_id()) {
            return ("LIMIT-5".to_owned(), format!("call {}", self.call.id));
        }
        let Some((field, rule)) = PACKAGE_RULES.into_iter().find(|(field, _)| is_it(names.package(*field))) else {
            return ("FIELD-5".to_owned(), format!("the `extra_fields` setting; {}; {}", self.kind(), self.record()));
        };
        let inputs = match field {
            PackageField::WaitingTime | PackageField::ConnectionStatus | PackageField::HasConnected => self.times(),
            PackageField::AnsweredBy => self.agent(),
            PackageField::PhoneNumber => self.line_number(),
            PackageField::Country => self.number(),
            PackageField::CallRecording => self.link(),
            PackageField::TransferredTo => match &self.call.transferred_to {
                Some(user) => format!("transferred to {}", user.name.as_deref().unwrap_or("a user without a name")),
                None => "not transferred".to_owned(),
            },
            PackageField::TimeZone => self.zone(),
            PackageField::HourOfTheDay => {
                format!("began {}; {}", time(self.call.started_at), self.zone())
            }
            PackageField::SmsDirection | PackageField::NumberName => "messages only".to_owned(),
        };
        (rule.to_owned(), inputs)
    }

    fn kind(&self) -> String {
        word(self.facts.kind)
    }

    fn record(&self) -> String {
        match find(&self.facts, self.lookup, self.settings).target {
            Some(Target::Existing(record)) => {
                format!("{} {} ({})", record.record_type.as_str(), record.name, record.id)
            }
            Some(Target::Account(id)) => format!("Account {id}"),
            Some(Target::New(_)) | None => format!("no record; {}", self.number()),
        }
    }

    fn found(&self) -> String {
        let Because { record, holders, .. } = self.plan.because;
        let found = format!("{}: {}", self.number(), word(record));
        match holders {
            Some(holders) => format!("{found}; {holders} records have the number"),
            None => found,
        }
    }

    fn number(&self) -> String {
        match self.facts.party {
            Party::Withheld => "number withheld".to_owned(),
            Party::NoNumber { shown, .. } => format!("“{shown}” is not a phone number"),
            Party::Number { number, .. } => format!("number {}", number.e164.as_str()),
        }
    }

    fn agent(&self) -> String {
        match (self.facts.agent_name(), self.facts.agent_email()) {
            (Some(name), Some(email)) => format!("agent {name}, {email}"),
            (Some(agent), None) | (None, Some(agent)) => format!("agent {agent}"),
            (None, None) => "no agent".to_owned(),
        }
    }

    fn line(&self) -> String {
        let name = self.call.number.as_ref().and_then(|line| line.name.as_deref());
        name.map_or_else(|| self.line_number(), |name| format!("company number {name}"))
    }

    fn line_number(&self) -> String {
        self.facts
            .company_number
            .map_or_else(|| "no company number".to_owned(), |number| format!("company number {}", number.as_str()))
    }

    fn zone(&self) -> String {
        let zone = self.call.number.as_ref().and_then(|line| line.time_zone.as_deref());
        format!("time zone of the company number: {}", zone.unwrap_or("none"))
    }

    fn link(&self) -> String {
        match recording::link(&self.facts, self.settings) {
            Some(_) => "a recording".to_owned(),
            None => "no recording".to_owned(),
        }
    }

    fn times(&self) -> String {
        let call = self.call;
        let text = |what: &str, at: Option<Timestamp>| {
            at.map_or_else(|| format!("not {what}"), |at| format!("{what} {}", time(at)))
        };
        [text("answered", call.answered_at), text("ended", call.ended_at)].join(", ")
    }
}

fn time(at: Timestamp) -> String {
    at.date_time().format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
