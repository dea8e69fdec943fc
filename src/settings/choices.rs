//! What can be chosen, and what is chosen where nothing is said.

use serde::Deserializer;

use crate::facts::Kind;
use crate::json::{self, words};
use crate::salesforce::text::{self, LengthUnit};

words! {
    /// What becomes of a kind of call.
    #[derive(Default)]
    pub enum WorkflowAction {
        /// Logged as done.
        #[default]
        Completed = "completed",
        /// Logged as something to do.
        InProgress = "in_progress",
        /// Not logged.
        DoNothing = "do_nothing",
    }
}

/// What becomes of each kind of call (LOG-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workflow {
    /// Outbound, somebody answered; outbound conferences too.
    pub outbound_answered: WorkflowAction,
    /// Outbound, nobody answered.
    pub outbound_unanswered: WorkflowAction,
    /// Inbound, an agent answered; inbound conferences too.
    pub inbound_answered: WorkflowAction,
    /// Inbound, nobody answered.
    pub missed: WorkflowAction,
    /// Inbound, nobody answered, a voicemail was left.
    pub voicemail: WorkflowAction,
}

impl Workflow {
    /// For a kind of call. A conference counts as answered: Aircall's settings know five kinds (LOG-4).
    #[must_use]
    pub const fn of(&self, kind: Kind) -> WorkflowAction {
        match kind {
            Kind::OutboundAnswered | Kind::OutboundConference => self.outbound_answered,
            Kind::OutboundUnanswered => self.outbound_unanswered,
            Kind::InboundAnswered | Kind::InboundConference => self.inbound_answered,
            Kind::Missed => self.missed,
            Kind::Voicemail => self.voicemail,
        }
    }
}

words! {
    /// Whether calls outside business hours are logged (LOG-5).
    #[derive(Default)]
    pub enum OutsideBusinessHours {
        /// As any other call.
        #[default]
        Log = "log",
        /// Not at all.
        DoNothing = "do_nothing",
    }
}

words! {
    /// What to do about a number that no record has (REC-6).
    #[derive(Default)]
    pub enum UnknownNumber {
        /// A Task of nobody's.
        #[default]
        DoNothing = "do_nothing",
        /// Make a Contact.
        CreateContact = "create_contact",
        /// Make a Lead.
        CreateLead = "create_lead",
        /// Make an Account.
        CreateAccount = "create_account",
    }
}

words! {
    /// What a Contact's call is related to (REC-4).
    #[derive(Default)]
    pub enum RelateTo {
        /// Nothing.
        #[default]
        Nothing = "nothing",
        /// The first open case.
        Case = "case",
        /// The first open case, or a new one.
        CaseOrCreate = "case_or_create",
        /// The first open opportunity.
        Opportunity = "opportunity",
    }
}

words! {
    /// Where the marker `aircall` stands in CallDisposition (DISP-2).
    #[derive(Default)]
    pub enum DispositionOrder {
        /// After the tags, as in the worked example of Aircall's article.
        #[default]
        TagsFirst = "tags_first",
        /// Before the tags, as in its prose.
        MarkerFirst = "marker_first",
    }
}

words! {
    /// Which link to a recording or voicemail is written first (PKG-5).
    #[derive(Default)]
    pub enum RecordingLink {
        /// Aircall's page, which needs a login and does not expire.
        #[default]
        Asset = "asset",
        /// The file itself, which needs none and expires within hours.
        Direct = "direct",
    }
}

/// The values of `Status` (FIELD-4): API values of the org's picklist, not labels.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatusNames {
    /// A closed status.
    #[serde(deserialize_with = "picklist_value")]
    pub completed: String,
    /// An open status.
    #[serde(deserialize_with = "picklist_value")]
    pub in_progress: String,
}

impl Default for StatusNames {
    fn default() -> Self {
        Self { completed: "Completed".to_owned(), in_progress: "In Progress".to_owned() }
    }
}

impl StatusNames {
    /// The value for what becomes of a call; none where it is not logged.
    #[must_use]
    pub fn of(&self, on_call: WorkflowAction) -> Option<&str> {
        match on_call {
            WorkflowAction::Completed => Some(&self.completed),
            WorkflowAction::InProgress => Some(&self.in_progress),
            WorkflowAction::DoNothing => None,
        }
    }
}

fn picklist_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    json::text(deserializer, "a text", |value| {
        if value.is_empty() || text::line(value) != value {
            return Err("a status is a text without control characters and outer blanks, and not empty".to_owned());
        }
        if !LengthUnit::Salesforce.fits(value, text::LINE_LIMIT) {
            return Err(format!("a status has at most {} characters", text::LINE_LIMIT));
        }
        Ok(value.to_owned())
    })
}
