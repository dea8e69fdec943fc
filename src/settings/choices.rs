//! The choices that settings offer, each with its default.

use serde::Deserializer;

use crate::json::{self, words};
use crate::salesforce::RecordType;
use crate::salesforce::text::{self, LengthUnit};

words! {
    /// The action for a kind of call (LOG-4), or for messages (MSG-4).
    pub enum WorkflowAction default Completed {
        /// Logs the call with a closed status.
        Completed = "completed",
        /// Logs the call with an open status.
        InProgress = "in_progress",
        /// Logs nothing.
        DoNothing = "do_nothing",
    }

    /// Whether calls outside business hours are logged (LOG-5).
    pub enum OutsideBusinessHours default Log {
        /// Logs these calls as any other call.
        Log = "log",
        /// Logs none of these calls.
        DoNothing = "do_nothing",
    }

    /// The record to create if no record has the number (REC-6).
    pub enum UnknownNumber default DoNothing {
        /// Logs the call without a record or owner.
        DoNothing = "do_nothing",
        /// Creates a Contact.
        CreateContact = "create_contact",
        /// Creates a Lead.
        CreateLead = "create_lead",
        /// Creates an Account.
        CreateAccount = "create_account",
    }

    /// The object that a Contact's call is related to (REC-4).
    pub enum RelateTo default Nothing {
        /// Relates the call to nothing.
        Nothing = "nothing",
        /// Relates the call to the first open case.
        Case = "case",
        /// Relates the call to the first open case, or to a new case.
        CaseOrCreate = "case_or_create",
        /// Relates the call to the first open opportunity.
        Opportunity = "opportunity",
    }

    /// The place of the marker `aircall` in `CallDisposition` (DISP-2).
    pub enum DispositionOrder default TagsFirst {
        /// Writes the marker after the tags, as the worked example of Aircall's article does.
        TagsFirst = "tags_first",
        /// Writes the marker before the tags, as the prose of Aircall's article says.
        MarkerFirst = "marker_first",
    }

    /// The preferred link to a recording or voicemail (PKG-5).
    pub enum RecordingLink default Asset {
        /// Prefers Aircall's page, which requires a login and does not expire.
        Asset = "asset",
        /// Prefers the file, which requires no login and expires within hours.
        Direct = "direct",
    }

    /// When the Task of an answered call is created (LOG-1).
    pub enum LogAt default Answered {
        /// Creates the Task when the call is answered.
        Answered = "answered",
        /// Creates the Task when the call has ended, so that every Task is complete at once.
        Ended = "ended",
    }

    /// The time zone of `ActivityDate` (FIELD-2).
    pub enum ActivityDate default Utc {
        /// Writes the date in UTC.
        Utc = "utc",
        /// Writes the date in the time zone of the company's number.
        Line = "line",
    }

    /// What to try if several records of one type have the number (REC-9).
    pub enum SharedNumber {
        /// Logs the call on the first record that the agent's user owns.
        AgentsOwn = "agents_own",
        /// Logs the call on the Account to which all the Contacts belong.
        Account = "account",
        /// Logs the call without a record, and creates no record.
        Nobody = "nobody",
        /// Logs the call on the first record.
        First = "first",
    }

    /// What to do if a duplicate rule finds records that the new record would duplicate (REC-10).
    pub enum Duplicates default UseExisting {
        /// Logs the call on the first of these records.
        UseExisting = "use_existing",
        /// Asks Salesforce to save the new record where the rule allows it.
        SaveAnyway = "save_anyway",
    }
}

/// The action for each kind of call (LOG-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workflow {
    /// The action for outbound calls that were answered, conferences included.
    pub outbound_answered: WorkflowAction,
    /// The action for outbound calls that were not answered.
    pub outbound_unanswered: WorkflowAction,
    /// The action for inbound calls that were answered, conferences included.
    pub inbound_answered: WorkflowAction,
    /// The action for inbound calls that were not answered.
    pub missed: WorkflowAction,
    /// The action for inbound calls that were not answered and have a voicemail.
    pub voicemail: WorkflowAction,
}

impl UnknownNumber {
    /// Returns the type of the record that is created for an unknown number (REC-6).
    pub(crate) const fn record_type(self) -> Option<RecordType> {
        match self {
            Self::DoNothing => None,
            Self::CreateContact => Some(RecordType::Contact),
            Self::CreateLead => Some(RecordType::Lead),
            Self::CreateAccount => Some(RecordType::Account),
        }
    }
}

/// The values of `Status` (FIELD-4): the API values of the org's picklist. Labels do not work.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StatusNames {
    /// The value for a closed activity.
    #[serde(deserialize_with = "picklist_value")]
    pub completed: String,
    /// The value for an open activity.
    #[serde(deserialize_with = "picklist_value")]
    pub in_progress: String,
}

impl Default for StatusNames {
    fn default() -> Self {
        Self { completed: "Completed".to_owned(), in_progress: "In Progress".to_owned() }
    }
}

impl StatusNames {
    /// Returns the status of a call with this action; `None` if the call is not logged.
    pub(crate) fn value(&self, action: WorkflowAction) -> Option<&str> {
        match action {
            WorkflowAction::Completed => Some(&self.completed),
            WorkflowAction::InProgress => Some(&self.in_progress),
            WorkflowAction::DoNothing => None,
        }
    }
}

pub(super) fn picklist_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    json::text(deserializer, "a text", |value| {
        // An update compares the value with the one that Salesforce stored, so the text must be one
        // that Salesforce stores unchanged.
        if value.is_empty() || text::line(value) != value {
            return Err(
                "a picklist value is a text without control characters and outer blanks, and not empty".to_owned()
            );
        }
        if !LengthUnit::Salesforce.fits(value, text::LINE_LIMIT) {
            return Err(format!("a picklist value has at most {} characters", text::LINE_LIMIT));
        }
        Ok(value.to_owned())
    })
}
