//! The sentences. A sentence begins in lower case and has no period, so that it can be a part of
//! another sentence. It can contain:
//!
//! - `{OWN-2}`, which cites a rule,
//! - `{?MSG-6}`, which cites a rule only if the plan is about a message,
//! - any other placeholder, which is a part of a sentence ([`Explainer::part`]) or a fact
//!   (`facts.rs`),
//! - a part in brackets, which is left out if one of its facts is missing.

use serde_json::Value;

use super::{Explainer, is_empty};
use crate::aircall::Direction;
use crate::facts::{Kind, Party};
use crate::lookup::User;
use crate::plan::Action;
use crate::rules::agent::can_own;
use crate::rules::description::description;
use crate::rules::logging::Skip;
use crate::rules::owner::{OwnerReason, is_old_enough};
use crate::rules::record::{RecordReason, Relation};
use crate::rules::transfer::new_holder;
use crate::rules::update::{text_of, written_description};
use crate::rules::{insight, recording};
use crate::salesforce::task::{CREATE_ONLY, field};
use crate::salesforce::{FieldName, RecordType};
use crate::settings::{ExtraValue, LogAt, PackageField as P, RelateTo, WorkflowAction};

/// A text with placeholders, as the docs of this module describe it.
type Sentence = &'static str;

/// Returns the rule and the sentence about a skip without facts.
#[rustfmt::skip]
pub(super) const fn without_facts(reason: Skip, has_source: bool) -> (&'static str, Sentence) {
    match reason {
        Skip::MessageStatus => ("MSG-1", "the webhook only reports the status of a message, so nothing is written"),
        Skip::GroupMessage => ("MSG-1", "the webhook is about a message of a group, so nothing is written"),
        Skip::NotYet if has_source => ("LOG-1", "the call has neither been answered nor ended, so it gets no Task yet"),
        Skip::NotYet => ("AI-1", "only what Aircall's AI says of the call has arrived, so it gets no Task yet"),
        _ => ("LOG-7", "the webhook is about neither a call nor a message, so nothing is written"),
    }
}

/// Returns a kind in words, the rules that decide it, and the rule of its Subject.
#[rustfmt::skip]
const fn kind(kind: Kind) -> [Sentence; 3] {
    match kind {
        Kind::OutboundAnswered => ["an outbound call that was answered", "{KIND-1}{KIND-2}", "{SUBJ-1}"],
        Kind::OutboundUnanswered => ["an outbound call that nobody answered", "{KIND-1}{KIND-2}", "{SUBJ-2}"],
        Kind::InboundAnswered => ["an inbound call that was answered", "{KIND-1}{KIND-2}", "{SUBJ-3}"],
        Kind::Missed => ["an inbound call that nobody answered", "{KIND-1}{KIND-2}", "{SUBJ-4}"],
        Kind::Voicemail => ["an inbound call with a voicemail", "{KIND-1}{KIND-2}", "{SUBJ-5}"],
        Kind::OutboundConference => ["an outbound conference", "{KIND-1}{KIND-3}", "{SUBJ-6}"],
        Kind::InboundConference => ["an inbound conference", "{KIND-1}{KIND-3}", "{SUBJ-7}"],
        Kind::MessageSent => ["a text message that was sent", "{MSG-1}{MSG-2}{MSG-4}", "{MSG-3}"],
        Kind::MessageReceived => ["a text message that was received", "{MSG-1}{MSG-2}{MSG-4}", "{MSG-3}"],
    }
}

// Skipped by rustfmt, so that each sentence stays on one line.
#[rustfmt::skip]
impl Explainer<'_> {
    pub(super) fn decision(&self) -> Sentence {
        match self.plan.action {
            Action::Create(_) =>
                "{kind rules}{call rule}this is {kind}, and it has no Task, so a Task is created\
                 [, and so is {new record}][, and so is {new case}][; {hand-over}]",
            Action::Update { .. } if self.logged.is_some_and(|logged| logged.fields.is_none()) =>
                "{LOG-2}{UPD-1}{UPD-2}{UPD-3}{UPD-7}the {call} has the Task {task}, whose fields are not known, \
                 so everything that the {call} says is written; its record, owner and date stay as people left them",
            Action::Update { .. } =>
                "{LOG-2}{UPD-1}{UPD-2}{UPD-7}the {call} has the Task {task}, so what differs there is updated; \
                 its record, owner and date stay as people left them",
            Action::Unchanged { .. } =>
                "{LOG-2}{UPD-1}{UPD-2}{UPD-3}{UPD-7}the Task {task} has everything that the {call} says, \
                 apart from what is kept or left out, so nothing is written",
            Action::Skip(Skip::NotYet) if self.settings.log_at == LogAt::Ended =>
                "{LOG-1}the setting `log_at` waits for the end of the call, so it gets no Task yet",
            Action::Skip(Skip::NotYet) =>
                "{LOG-9}the setting `exclude` waits for the end of the call, so it gets no Task yet",
            Action::Skip(Skip::OutsideBusinessHours) =>
                "{LOG-5}nobody answered, outside business hours, and `outside_business_hours` has `do_nothing`",
            Action::Skip(Skip::Excluded) =>
                "{kind rules}{LOG-9}this is {kind}[, tagged {tags}][, of {duration} seconds]\
                 [, on {line_e164}][, with {their number}]; the setting `{exclusion}` excludes it",
            Action::Skip(_) if self.facts.call().is_none() =>
                "{kind rules}this is {kind}, and the setting `messages` logs none",
            Action::Skip(_) => "{kind rules}{LOG-4}this is {kind}, and the setting `workflow` logs none",
        }
    }

    /// Returns the sentence about a field; `has` says whether there is a value for it.
    pub(super) fn field(&self, name: &str, has: bool) -> Sentence {
        let (is_call, is_update) = (self.facts.call().is_some(), self.logged.is_some());
        match name {
            field::SUBJECT if !has => "{LIMIT-4}the text for {kind} renders to nothing",
            field::SUBJECT =>
                "{subject rules}it is the text for {kind}, with the record {record} and the company's number {number}",
            field::STATUS if is_update => "{UPD-4}the Task of what is a voicemail now had the status of missed calls",
            field::STATUS => match self.settings.action(self.facts.kind) {
                _ if !is_call => "{FIELD-4}{MSG-4}the setting `messages` decides the status of {kind}",
                WorkflowAction::InProgress => "{FIELD-4}{LOG-4}the setting `workflow` has `in_progress` for {kind}",
                _ => "{FIELD-4}{LOG-4}the setting `workflow` has `completed` for {kind}",
            },
            field::TYPE if !has => "{LOG-3}the setting `write_type` is `false`",
            field::TYPE if !is_call => "{MSG-8}the setting `message_type` has this value",
            field::TYPE | field::TASK_SUBTYPE => "{LOG-3}every {call} that is logged has this value",
            field::CALL_TYPE => "{FIELD-1}this is {kind}",
            field::CALL_DISPOSITION =>
                "{DISP-1}{DISP-2}it lists [the tags {tags}{DISP-4}, ]`aircall`, the direction, whether it was answered\
                 [, the company's number {line_e164}][, the reason {missed_reason}{DISP-3}][; {transfer}]",
            field::CALL_DURATION_IN_SECONDS if !has => "{FIELD-3}the call has not ended",
            field::CALL_DURATION_IN_SECONDS =>
                "{FIELD-3}[it was answered at {answered} and ended at {ended}]{unanswered}",
            field::ACTIVITY_DATE => "{FIELD-2}{?MSG-8}the time of the {call} is {time}[, in the time zone {date zone}]",
            field::OWNER_ID => "{owner}{?MSG-6}[; the record is handed over to {new owner} afterwards{OWN-9}]",
            field::WHO_ID if self.found.target.is_none() => "{found}{?MSG-5}",
            field::WHO_ID if self.plan.because.relation == Some(Relation::Account) =>
                "{found}{REC-3}{?MSG-5}, and the id of an Account goes to `WhatId`",
            field::WHO_ID => "{found}{REC-3}{?MSG-5}",
            field::WHAT_ID => "{relation}{?MSG-5}",
            field::DESCRIPTION if !is_call && !has => "{MSG-7}the message has neither text nor named files[; {merge}]",
            field::DESCRIPTION if !is_call => "{MSG-7}it is the message and the names of its files[; {merge}]",
            field::DESCRIPTION => "the call has {link} and {notes}[, and texts of Aircall's AI{ai}{AI-2}][; {merge}]",
            name => self.named(name, has),
        }
    }

    /// Returns the sentence about a field that an update keeps or leaves; `None` if the call has
    /// nothing to write there. `present` is the field's value in Salesforce.
    pub(super) fn unsent(&self, field: &str, is_kept: bool, present: Option<&Value>) -> Option<Sentence> {
        let mut extra = self.settings.extra_fields.on_update();
        let mut names_record = || extra.any(|(name, value)| name.as_str() == field && value.names_record());
        Some(match field {
            _ if is_kept && is_empty(present) => "{UPD-6}a person emptied the field, so it stays empty",
            _ if is_kept => "{UPD-6}a person changed the field, so it is kept",
            _ if self.is_name_unknown && (field == field::SUBJECT || names_record()) =>
                "{UPD-5}the name of the Task's record is not known, so the field is not sent",
            field::STATUS => return None,
            field::DESCRIPTION => {
                description(&self.facts, self.settings, &mut Vec::new())?;
                match self.logged?.fields {
                    Some(_) => "{DESC-9}what people typed leaves no room for what the {call} says",
                    None => "{DESC-7}the present text is not known, so nothing is written over it",
                }
            }
            _ if is_empty(present) => return None,
            _ => "{UPD-3}a call that has not ended takes no value away",
        })
    }

    /// Returns the sentence that replaces a placeholder; `None` if the placeholder is a fact, or if
    /// the sentence does not apply.
    pub(super) fn part(&self, name: &str) -> Option<Sentence> {
        let [kind, kind_rules, subject_rule] = kind(self.facts.kind);
        let (call, create) = (self.facts.call(), self.create());
        let link = || recording::link(&self.facts, self.settings);
        let is_transferred = || call.is_some_and(|call| call.transferred_to.is_some() && !call.tags.is_empty());
        Some(match name {
            "call" => if call.is_some() { "call" } else { "message" },
            "call rule" => if call.is_some() { "{LOG-1}" } else { "" },
            "unanswered" => if self.facts.is_answered() { "" } else { "nobody answered the call" },
            "kind" => kind,
            "kind rules" => kind_rules,
            "subject rules" if self.logged.is_some() => "{subject rule}{UPD-5}",
            "subject rule" | "subject rules" => subject_rule,
            "found" => self.found(),
            "relation" => self.relation(),
            "owner" => self.owner(),
            "no agent" => self.no_agent(),
            "no owner" if self.record_owner().is_some() => "{OWN-8}the owner of {name} {owner's fault}",
            "no owner" => "no owner of {name} is known",
            "agent's fault" => self.fault(self.agents_users().first()?)?,
            "owner's fault" => self.fault(self.record_owner()?)?,
            "passed over" => self.agents_users().iter().any(|user| self.fault(user).is_some()).then_some("")?,
            "handed over" => new_holder(&self.facts).map(|_| "")?,
            "new record" if create?.new_record.as_ref()?.record_type == RecordType::Lead =>
                "{REC-6}{NEW-1}{NEW-2}{NEW-3}{target}, which the admin owns",
            "new record" => "{REC-6}{NEW-1}{NEW-2}{target}, which the admin owns",
            "new case" => create?.new_case.as_ref().map(|_| "{NEW-4}a case with its subject and owner")?,
            "hand-over" if create?.owner_change.is_none() => return None,
            "hand-over" => "{OWN-10}{name} goes from the admin to the agent's user {new owner}",
            "transfer" if !is_transferred() => return None,
            "transfer" if new_holder(&self.facts).is_some() =>
                "{XFER-1}{XFER-3}{transferred to} answered the transfer, so other agents' tags are left out",
            "transfer" =>
                "{XFER-2}{XFER-3}nothing shows that {transferred to} answered the transfer, so everybody's tags stay",
            "link" => link().map_or("{DESC-2}no recording", |link| {
                if link.is_voicemail { "{DESC-1}a voicemail" } else { "{DESC-2}a recording" }
            }),
            "ai" => insight::blocks(call?, self.settings).next().map(|_| "")?,
            "merge" => {
                let theirs = text_of(self.logged?.fields.as_ref()?, field::DESCRIPTION).unwrap_or_default();
                let is_known = theirs.is_empty() || written_description(self.logged?, &theirs).is_some();
                if is_known { "{DESC-7}what people typed stays" } else { "{DESC-8}what cannot be recognised stays" }
            }
            _ => return None,
        })
    }

    /// Returns how the record was found, or why there is none.
    pub(super) fn found(&self) -> Sentence {
        match self.plan.because.record.unwrap_or(self.found.reason) {
            RecordReason::FirstMatch if self.found.holders > 1 =>
                "{REC-1}{REC-2}{REC-9}{target} is the first of {holders} records with {their number}",
            RecordReason::FirstMatch => "{REC-1}{target} has {their number}",
            RecordReason::AgentsOwn =>
                "{REC-9}of {holders} records with {their number}, {target} is the first that the agent's user owns",
            RecordReason::SharedAccount => "{REC-9}all {holders} Contacts with {their number} belong to {target}",
            RecordReason::SharedNobody =>
                "{REC-9}{holders} records have {their number}, and the setting `shared_number` chooses none of them",
            RecordReason::OwnNumber => "{REC-8}{their number} is one of the company's own",
            RecordReason::NoNumber if self.facts.party == Party::Withheld => "{REC-7}the number is withheld",
            RecordReason::NoNumber => "{REC-7}{their number} cannot be dialled",
            RecordReason::NotFound =>
                "{REC-1}{REC-6}nobody in Salesforce has {their number}, and the settings create no record",
            RecordReason::Created => "{REC-1}{REC-6}nobody in Salesforce has {their number}, so {target} is created",
            RecordReason::Duplicate => "{REC-10}a duplicate rule of Salesforce named {target}",
            RecordReason::Task => "{UPD-7}the Task had its record already",
        }
    }

    fn relation(&self) -> Sentence {
        match (self.plan.because.relation, self.settings.relate_to) {
            (Some(Relation::Account), _) => "{found}{REC-3}",
            (Some(Relation::Case), _) => "{REC-4}it is the first open case of {name}",
            (Some(Relation::NewCase), _) => "{REC-4}{name} has no open case, so a case is created",
            (Some(Relation::Opportunity), _) => "{REC-4}it is the first open opportunity of {name}",
            (Some(Relation::LeadNotAllowed), _) =>
                "{REC-5}Salesforce relates no Lead to a case or opportunity, and {target} has the number",
            _ if self.found.target.is_none() => "{found}",
            (_, RelateTo::Nothing) => "{REC-4}the setting `relate_to` has `nothing`",
            (_, RelateTo::Opportunity) => "{REC-4}{name} has no open opportunity",
            _ => "{REC-4}{name} has no open case",
        }
    }

    pub(super) fn owner(&self) -> Sentence {
        match self.plan.because.owner {
            Some(OwnerReason::Agent) if self.mapped_user().is_some() =>
                "{OWN-1}{OWN-8}the setting `agents` maps the address {user_email} to this user[{handed over}{XFER-5}]",
            Some(OwnerReason::Agent) =>
                "{OWN-1}this user has the agent's address {user_email}[{passed over}{OWN-8}][{handed over}{XFER-5}]",
            Some(OwnerReason::RecordOwner) => "{OWN-2}{no agent}, so the owner of {name} has the Task",
            Some(OwnerReason::Admin) => "{OWN-3}{no agent}, and {no owner}, so the admin has the Task",
            Some(OwnerReason::RecordOwnerUnanswered) => "{OWN-4}{no agent}, so the owner of {name} has the Task",
            Some(OwnerReason::UnmatchedOwner) if self.settings.unmatched_owner.is_some() =>
                "{OWN-5}{no agent}, and {no owner}, so the setting `unmatched_owner` decides",
            Some(OwnerReason::UnmatchedOwner) => "{OWN-5}{no agent}, and {no owner}, so the admin has the Task",
            Some(OwnerReason::AdminOfNewRecord) =>
                "{OWN-6}{no agent}, and {target} is created for the {call}, so the admin has the Task",
            Some(OwnerReason::NoRecord) => "{OWN-7}{found}; without a record there is no owner",
            Some(OwnerReason::Task) | None => "{UPD-2}the Task had its owner already",
        }
    }

    /// Returns why the agent's user does not own the Task.
    pub(super) fn no_agent(&self) -> Sentence {
        let is_mapped = self.mapped_user().is_some();
        match self.agents_users().as_slice() {
            _ if !self.facts.is_answered() && self.facts.call().is_some() => "nobody answered the call",
            _ if !self.facts.is_answered() => "the message was received",
            _ if self.facts.agent_email().is_none() => "the {call} has no agent with an e-mail address",
            [] => "nobody in Salesforce has the agent's address {user_email}",
            [_] if is_mapped => "{OWN-8}the user to whom the setting `agents` maps {user_email} {agent's fault}",
            [_] => "{OWN-8}the user with the agent's address {user_email} {agent's fault}",
            _ => "{OWN-8}none of the users with the agent's address {user_email} can have the Task",
        }
    }

    /// Returns why a user cannot own the Task; `None` if they can.
    pub(super) fn fault(&self, user: &User) -> Option<Sentence> {
        match user {
            User { standard: false, .. } => Some("cannot own Tasks"),
            user if !can_own(user, self.settings) => Some("is inactive"),
            user => (!is_old_enough(user, &self.facts)).then_some("was younger than a day"),
        }
    }

    /// Returns the sentence about a field whose name is a setting.
    fn named(&self, name: &str, has: bool) -> Sentence {
        let names = &self.settings.field_names;
        let is_it = |field: Option<FieldName<'_>>| field.is_some_and(|field| field.as_str() == name);
        if let Some(field) = P::ALL.iter().find(|field| is_it(names.package(**field))) {
            return self.package(*field, has);
        }
        let extra = self.settings.extra_fields.on_create().find(|(field, _)| field.as_str() == name);
        match extra {
            None => "{LIMIT-5}{?MSG-2}the Task is found again by the id of the {call}",
            _ if CREATE_ONLY.contains(&name) => "{FIELD-5}{LOG-6}the setting `extra_fields` names the field",
            Some((_, ExtraValue::Template(_))) if !has =>
                "{FIELD-5}{SUBJ-10}{LIMIT-4}the setting `extra_fields` renders to nothing",
            Some((_, ExtraValue::Template(_))) => "{FIELD-5}{SUBJ-10}it is what the setting `extra_fields` renders to",
            Some(_) => "{FIELD-5}the setting `extra_fields` has this value",
        }
    }

    fn package(&self, field: P, has: bool) -> Sentence {
        let (is_answered, is_outbound) = (self.facts.is_answered(), self.facts.direction == Direction::Outbound);
        let link = recording::link(&self.facts, self.settings);
        let zone = self.facts.number.and_then(|number| number.time_zone.as_deref());
        match field {
            P::WaitingTime if is_outbound => "{PKG-1}nobody waits for an agent on an outbound call",
            P::WaitingTime if has => "{PKG-1}the call began at {time} and was answered at {answered}",
            P::WaitingTime => "{PKG-1}nobody answered the call",
            P::AnsweredBy if has => "{PKG-2}the call was answered, and {user} is its agent",
            P::AnsweredBy if is_answered => "{PKG-2}the call has no agent with a name",
            P::AnsweredBy => "{PKG-2}nobody answered the call",
            P::PhoneNumber if has => "{PKG-3}{?MSG-9}the company's number is {line_e164}",
            P::PhoneNumber => "{PKG-3}{?MSG-9}the {call} has no company number that can be dialled",
            P::Country if has => "{PKG-4}{?MSG-9}{their number} belongs to {country}",
            P::Country => "{PKG-4}{?MSG-9}the number belongs to no country, as far as it is known",
            P::CallRecording => match link {
                Some(link) if has && link.is_last_resort =>
                    "{PKG-5}the call has no other link than this one, which expires",
                Some(_) if has => "{PKG-5}the call has this link to its recording or voicemail",
                Some(_) => "{PKG-5}the link to the recording or voicemail is longer than the field",
                None => "{PKG-5}the call has no link to a recording or voicemail",
            },
            P::TransferredTo if has => "{PKG-6}the call was transferred to {transferred to}",
            P::TransferredTo => "{PKG-6}the call was not transferred to an agent with a name",
            P::TimeZone if has => "{PKG-7}{?MSG-9}the company's number is in the time zone {time_zone}",
            P::TimeZone => "{PKG-7}{?MSG-9}the company's number has no time zone",
            P::HourOfTheDay if has => "{PKG-8}{?MSG-9}{time} is the time, and the company's number is in {time_zone}",
            P::HourOfTheDay if zone.is_some() => "{PKG-8}{?MSG-9}no time zone is called {time_zone}",
            P::HourOfTheDay => "{PKG-8}{?MSG-9}the company's number has no time zone",
            P::ConnectionStatus => "{PKG-9}this is {kind}",
            P::HasConnected => "{PKG-10}this is {kind}",
            P::SmsDirection => "{MSG-9}this is {kind}",
            P::NumberName if has => "{MSG-9}the company's number has this name",
            P::NumberName => "{MSG-9}the company's number has no name",
        }
    }
}
