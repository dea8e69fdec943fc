//! The facts that the sentences contain.

use std::borrow::Cow;

use super::Explainer;
use crate::lookup::User;
use crate::plan::{Action, Create};
use crate::rules::logging::exclusion;
use crate::rules::placeholder;
use crate::rules::record::Target;
use crate::salesforce::Id;
use crate::salesforce::text::{self, non_blank};
use crate::settings::ActivityDate;
use crate::wording::render;

impl<'s> Explainer<'s> {
    /// Fills in a sentence, and collects the rules that it cites.
    pub(super) fn say(&self, sentence: &'static str, rules: &mut Vec<&'static str>) -> String {
        let mut out = String::new();
        render(sentence, &mut out, "", |name| match name.strip_prefix('?') {
            Some(rule) => {
                rules.extend(self.facts.call().is_none().then_some(rule));
                Some("".into())
            }
            None if name.starts_with(|first: char| first.is_ascii_uppercase()) => {
                rules.push(name);
                Some("".into())
            }
            None => self.fact(name, rules),
        });
        out
    }

    /// Returns a fact in words. Every placeholder of a Subject is a fact, too.
    fn fact(&self, name: &str, rules: &mut Vec<&'static str>) -> Option<Cow<'s, str>> {
        if let Some(sentence) = self.part(name) {
            return Some(self.say(sentence, rules).into());
        }
        let (call, party) = (self.facts.call(), self.facts.party);
        Some(Cow::Owned(match name {
            "time" => self.facts.time.date_time().to_string(),
            "answered" => self.facts.answered_at?.date_time().to_string(),
            "ended" => call?.ended_at?.date_time().to_string(),
            // A zone that the IANA database lacks has no hour, and the date is in UTC.
            "date zone" if self.settings.activity_date == ActivityDate::Line => {
                placeholder::value("hour", &self.facts, None, self.settings)?;
                self.facts.number?.time_zone.clone()?.into()
            }
            "task" => self.logged?.id.to_string(),
            "target" => self.target(),
            "name" => self.name.clone().map_or_else(|| self.target(), Cow::into_owned),
            "holders" => self.found.holders.to_string(),
            "their number" => match party.number() {
                Some(number) => format!("the number {number}"),
                None => format!("“{}”", party.shown()?),
            },
            "new owner" => self.create()?.owner_change.as_ref()?.owner.to_string(),
            "transferred to" => call?.transferred_to.as_ref()?.name.as_deref().unwrap_or("another agent").to_owned(),
            "exclusion" => exclusion(&self.facts, self.settings)?.to_owned(),
            "notes" => {
                rules.extend(["DESC-3", "DESC-4"]);
                let notes = call?.comments.iter().filter_map(|note| non_blank(note.content.as_deref()?)).count();
                format!("{notes} note{}", if notes == 1 { "" } else { "s" })
            }
            name => {
                let number = self.facts.number.and_then(|number| non_blank(number.name.as_deref()?));
                let is_fallback = (name == "record" && self.name.is_none()) || (name == "number" && number.is_none());
                rules.extend(is_fallback.then_some("SUBJ-9"));
                text::line(placeholder::value(name, &self.facts, self.name.as_deref(), self.settings)?).into_owned()
            }
        }))
    }

    pub(super) fn create(&self) -> Option<&'s Create<'s>> {
        match &self.plan.action {
            Action::Create(create) => Some(create),
            _ => None,
        }
    }

    /// Returns the record that a create is logged on, with its type.
    fn target(&self) -> String {
        let Some(target) = self.found.target else { return "no record".to_owned() };
        let new = if let Target::New(_) = target { "new " } else { "" };
        let reference = target.reference();
        let name = self.name.as_deref().unwrap_or_else(|| reference.as_str());
        format!("the {new}{} {name}", target.record_type().as_str())
    }

    pub(super) fn record_owner(&self) -> Option<&'s User> {
        match self.found.target? {
            Target::Existing(record) => self.lookup.user(record.owner?),
            Target::Account(_) | Target::New(_) => None,
        }
    }

    /// Returns the user whom the setting `agents` names for the agent (OWN-8).
    pub(super) fn mapped_user(&self) -> Option<Id> {
        self.settings.agents.user(self.facts.agent_email()?)
    }

    /// Returns the users who could be the agent's.
    pub(super) fn agents_users(&self) -> Vec<&'s User> {
        match (self.mapped_user(), self.facts.agent_email()) {
            (Some(id), _) => self.lookup.user(id).into_iter().collect(),
            (None, Some(email)) => self.lookup.users_by_email(email),
            (None, None) => Vec::new(),
        }
    }
}
