//! The settings, with their JSON form and their checks.

mod agents;
mod calls;
mod choices;
mod extra;
mod field_names;

use std::borrow::Cow;

use serde_json::json;

use crate::aircall::InsightKind;
use crate::facts::Kind;
use crate::json::{self, ReadError, json_object};
use crate::salesforce::task::CALL;
use crate::salesforce::text::LengthUnit;
use crate::salesforce::{FieldName, Id, RecordType, id};
use crate::wording::{Edition, Wording, WordingTexts};
pub use agents::Agents;
pub use calls::{CompanyNumberRef, Exclude, NumberPattern};
pub use choices::{
    ActivityDate, DispositionOrder, Duplicates, LogAt, OutsideBusinessHours, RecordingLink, RelateTo, SharedNumber,
    StatusNames, UnknownNumber, Workflow, WorkflowAction,
};
pub use extra::ExtraFields;
pub(crate) use extra::ExtraValue;
use field_names::PackageFields;
pub use field_names::{FieldNames, PackageField};

json_object! {
    /// The settings of a company: those of Aircall's integration, and those of this library.
    ///
    /// ```
    /// use aircall_salesforce::{WorkflowAction, Settings};
    ///
    /// let json = r#"{"admin": "005000000000001AAA", "workflow": {"missed": "in_progress"}}"#;
    /// let settings = Settings::from_json(json)?;
    /// assert_eq!(settings.workflow.missed, WorkflowAction::InProgress);
    /// assert_eq!(settings.workflow.voicemail, WorkflowAction::Completed);
    /// # Ok::<(), aircall_salesforce::ReadError>(())
    /// ```
    ///
    /// JSON must contain `admin`; every other key has a default. Unknown keys are rejected, because
    /// a typo must not pass as a default. The keys with their defaults are below. The type of a
    /// setting lists its other values. The [`cookbook`](crate::cookbook) has settings for common
    /// questions.
    ///
    /// ```
    /// # use aircall_salesforce::Settings;
    /// let all = r#"{
    ///     "admin": "005000000000002AAA",
    ///     "wording": "en",
    ///     "edition": "2023",
    ///     "workflow": {
    ///         "outbound_answered": "completed", "outbound_unanswered": "completed",
    ///         "inbound_answered": "completed", "missed": "completed", "voicemail": "completed"
    ///     },
    ///     "outside_business_hours": "log",
    ///     "record_order": ["Contact", "Lead", "Account", "PersonAccount"],
    ///     "unknown_number": "do_nothing",
    ///     "duplicates": "use_existing",
    ///     "relate_to": "nothing",
    ///     "unmatched_owner": null,
    ///     "own_numbers": [],
    ///     "exclude": {
    ///         "lines": [], "numbers": [], "tags": [], "shorter_than": 0, "own_numbers": false
    ///     },
    ///     "only_lines": null,
    ///     "log_at": "answered",
    ///     "shared_number": ["first"],
    ///     "agents": {},
    ///     "activity_date": "utc",
    ///     "extra_fields": {},
    ///     "disposition_order": "tags_first",
    ///     "recording_link": "asset",
    ///     "count": "salesforce",
    ///     "write_type": true,
    ///     "messages": "do_nothing",
    ///     "message_type": "Call",
    ///     "insights": [],
    ///     "call_id_field": null,
    ///     "status": {"completed": "Completed", "in_progress": "In Progress"},
    ///     "package_fields": {
    ///         "waiting_time": "aircall__Waiting_Time__c",
    ///         "answered_by": "aircall__Answered_by__c",
    ///         "phone_number": "aircall__Phone_number__c",
    ///         "country": "aircall__Country__c",
    ///         "call_recording": "aircall__Call_Recording__c",
    ///         "transferred_to": "aircall__Transferred_to__c",
    ///         "time_zone": "aircall__Timezone__c",
    ///         "hour_of_the_day": "aircall__Hour_of_the_day__c",
    ///         "connection_status": "aircall__Connection_status__c",
    ///         "has_connected": "aircall__Has_connected__c",
    ///         "sms_direction": null, "number_name": null
    ///     }
    /// }"#;
    /// let defaults = Settings::from_json(r#"{"admin": "005000000000002AAA"}"#)?;
    /// assert_eq!(Settings::from_json(all)?, defaults);
    /// # Ok::<(), aircall_salesforce::ReadError>(())
    /// ```
    ///
    /// - `unmatched_owner` is the id of a user or queue.
    /// - `own_numbers` and `exclude.numbers` contain numbers in E.164, or prefixes: `+`, digits and
    ///   `*`.
    /// - `exclude.lines` and `only_lines` contain company numbers, by id or in E.164.
    /// - `agents` maps addresses of Aircall agents to ids of users.
    /// - `extra_fields` maps names of custom fields to templates, numbers, `true` or `false`.
    ///   `Priority` takes a template, and `RecordTypeId` takes an id.
    /// - `call_id_field` is `"CallObject"` or the API name of a custom field.
    /// - `insights` contains `"summary"`, `"topics"`, `"action_items"` and `"sentiment"`, in the
    ///   order in which they are written.
    /// - `null` in `package_fields` leaves a field out. The package names the last two fields
    ///   `aircall__SMS_Direction__c` and `aircall__Number_Name__c`; older packages lack them.
    /// - `wording` can contain your own texts: see [`Wording`].
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Settings {
        /// The Salesforce user who installed the integration.
        #[serde(deserialize_with = "id::user")]
        pub admin: Id,
        /// The texts that people read. In JSON `wording` and `edition`.
        #[serde(skip)]
        pub wording: Wording,
        /// Decides for each kind of call whether it is logged, and with which status (LOG-4).
        #[serde(default, deserialize_with = "json::object")]
        pub workflow: Workflow,
        /// Decides whether calls outside business hours are logged (LOG-5).
        #[serde(default)]
        pub outside_business_hours: OutsideBusinessHours,
        /// The order in which the types of record are tried (REC-1). Records of a type that is not
        /// in the list are never found.
        #[serde(default = "all_record_types", deserialize_with = "json::different")]
        pub record_order: Vec<RecordType>,
        /// Decides which record is created if no record has the number (REC-6).
        #[serde(default)]
        pub unknown_number: UnknownNumber,
        /// Decides what happens if a duplicate rule rejects the new record (REC-10).
        #[serde(default)]
        pub duplicates: Duplicates,
        /// Decides what a Contact's call is related to (REC-4).
        #[serde(default)]
        pub relate_to: RelateTo,
        /// The setting "If a call does not match a Salesforce user, assign it to": the id of a user
        /// or queue (OWN-5).
        #[serde(default, deserialize_with = "id::owner_or_null")]
        pub unmatched_owner: Option<Id>,
        /// The company's own numbers, which match no record (REC-8). The company number of the call
        /// is not added to them.
        #[serde(default)]
        pub own_numbers: Vec<NumberPattern>,
        /// Calls that get no Task (LOG-9).
        #[serde(default, deserialize_with = "json::object")]
        pub exclude: Exclude,
        /// The company numbers whose calls get a Task; `None` for all company numbers (LOG-9).
        #[serde(default)]
        pub only_lines: Option<Vec<CompanyNumberRef>>,
        /// When the Task of an answered call is created (LOG-1).
        #[serde(default)]
        pub log_at: LogAt,
        /// What to try, in this order, if several records of one type have the number (REC-9).
        /// Every list ends in `first`, written or not.
        #[serde(default = "first_of_shared", deserialize_with = "json::different")]
        pub shared_number: Vec<SharedNumber>,
        /// The Salesforce users of Aircall agents whose addresses differ (OWN-8).
        #[serde(default)]
        pub agents: Agents,
        /// The time zone of `ActivityDate` (FIELD-2).
        #[serde(default)]
        pub activity_date: ActivityDate,
        /// Fields of your own (FIELD-5).
        #[serde(default)]
        pub extra_fields: ExtraFields,
        /// Where the marker `aircall` is written in `CallDisposition` (DISP-2).
        #[serde(default)]
        pub disposition_order: DispositionOrder,
        /// Which link to a recording is preferred (PKG-5).
        #[serde(default)]
        pub recording_link: RecordingLink,
        /// The unit in which the length of `Description` is counted (DESC-5).
        #[serde(default)]
        pub count: LengthUnit,
        /// Whether `Type` is written. Many orgs hide this field (LOG-3).
        #[serde(default = "json::yes")]
        pub write_type: bool,
        /// Decides whether text messages are logged, and with which status (MSG-4).
        #[serde(default = "no_messages")]
        pub messages: WorkflowAction,
        /// The `Type` of a message's Task (MSG-8). Many orgs add `SMS` to the picklist.
        #[serde(default = "call_type", deserialize_with = "choices::picklist_value")]
        pub message_type: String,
        /// The insights of Aircall's AI that the Description contains, in this order (AI-2).
        #[serde(default, deserialize_with = "json::different")]
        pub insights: Vec<InsightKind>,
        /// The values of `Status` (FIELD-4).
        #[serde(default, deserialize_with = "json::object")]
        pub status: StatusNames,
        /// The names that differ from org to org. In JSON `package_fields` and `call_id_field`.
        #[serde(skip)]
        pub field_names: FieldNames,
    }
    // Each pair of keys becomes one field, because either key can come first in the JSON.
    with {
        #[serde(default, rename = "wording", deserialize_with = "WordingTexts::read")]
        texts: WordingTexts,
        #[serde(default)]
        edition: Edition,
        #[serde(default, deserialize_with = "json::object")]
        package_fields: PackageFields,
        #[serde(default, deserialize_with = "field_names::call_id_field")]
        call_id_field: Option<Cow<'static, str>>,
    }
    finish Settings::finish
}

impl Settings {
    /// Returns the defaults for an admin: the Salesforce user who installed the integration.
    ///
    /// # Errors
    ///
    /// Fails if `admin` is not the id of a user.
    pub fn new(admin: Id) -> Result<Self, ReadError> {
        // The defaults are declared for the JSON, and only there.
        Self::from_json(&json!({ "admin": admin }).to_string())
    }

    /// Reads settings from JSON.
    ///
    /// # Errors
    ///
    /// Fails on text that is not JSON, an unknown key or value, a wrong id, a bad template, and a
    /// number that is not E.164. It also fails on settings that cannot work together (LIMIT-6):
    ///
    /// - Two settings name the same field.
    /// - `unknown_number` creates a type that `record_order` lacks: each call would create another
    ///   record.
    /// - `record_order` or `only_lines` is empty.
    /// - `exclude.lines` and `only_lines` have an entry in common.
    /// - Two addresses in `agents` differ only in case and outer blanks.
    ///
    /// The error names the field and its position.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        json::from_str(text)
    }

    /// Completes settings that were read, and checks settings that depend on each other (LIMIT-6).
    fn finish(
        self,
        texts: WordingTexts,
        edition: Edition,
        package_fields: PackageFields,
        call_id_field: Option<Cow<'static, str>>,
    ) -> Result<Self, SettingsError> {
        let wording = texts.wording(edition);
        let field_names = FieldNames { package: package_fields, call_id: call_id_field };
        let settings = Self { wording, field_names, ..self };
        let mut names: Vec<&str> = Vec::new();
        for name in settings.names_on_create().map(FieldName::as_str) {
            // Salesforce ignores case in names.
            if names.iter().any(|before| before.eq_ignore_ascii_case(name)) {
                return Err(SettingsError::Twice(name.to_owned()));
            }
            names.push(name);
        }
        if settings.record_order.is_empty() {
            return Err(SettingsError::Empty("record_order"));
        }
        if settings.only_lines.as_ref().is_some_and(Vec::is_empty) {
            return Err(SettingsError::Empty("only_lines"));
        }
        let created = settings.unknown_number.record_type();
        if let Some(missing) = created.filter(|created| !settings.record_order.contains(created)) {
            return Err(SettingsError::NeverFound(missing.as_str()));
        }
        if settings.only_lines.iter().flatten().any(|line| settings.exclude.lines.contains(line)) {
            return Err(SettingsError::OnlyAndExcluded);
        }
        Ok(settings)
    }

    /// Returns the action for a kind of call or message. Aircall's settings have no kind for
    /// conferences, so a conference counts as an answered call (LOG-4).
    #[must_use]
    pub const fn action(&self, kind: Kind) -> WorkflowAction {
        match kind {
            Kind::OutboundAnswered | Kind::OutboundConference => self.workflow.outbound_answered,
            Kind::OutboundUnanswered => self.workflow.outbound_unanswered,
            Kind::InboundAnswered | Kind::InboundConference => self.workflow.inbound_answered,
            Kind::Missed => self.workflow.missed,
            Kind::Voicemail => self.workflow.voicemail,
            Kind::MessageSent | Kind::MessageReceived => self.messages,
        }
    }

    /// Returns the names of the fields that a create writes and the settings name.
    pub(crate) fn names_on_create(&self) -> impl Iterator<Item = FieldName<'_>> {
        self.field_names.all().chain(self.extra_fields.on_create().map(|(name, _)| name))
    }

    /// Returns the names of the fields that an update writes and the settings name.
    pub(crate) fn names_on_update(&self) -> impl Iterator<Item = FieldName<'_>> {
        self.field_names.all().chain(self.extra_fields.on_update().map(|(name, _)| name))
    }
}

/// The reason why settings are rejected (LIMIT-6).
#[derive(Debug, thiserror::Error)]
enum SettingsError {
    #[error("`{0}` is not the API name of a custom field: letters, digits and underscores, ending in `__c`")]
    NoApiName(String),
    #[error("`{0}` is a standard field of Task")]
    Standard(String),
    #[error("two settings name the field `{0}`")]
    Twice(String),
    #[error("`{0}` must not be empty")]
    Empty(&'static str),
    #[error("`unknown_number` creates a {0}, but `record_order` lacks it, so each call would create another")]
    NeverFound(&'static str),
    #[error("`exclude.lines` and `only_lines` have an entry in common")]
    OnlyAndExcluded,
}

// serde takes a default that is not the type's own from a function.
fn no_messages() -> WorkflowAction {
    WorkflowAction::DoNothing
}

fn call_type() -> String {
    CALL.to_owned()
}

fn all_record_types() -> Vec<RecordType> {
    vec![RecordType::Contact, RecordType::Lead, RecordType::Account, RecordType::PersonAccount]
}

fn first_of_shared() -> Vec<SharedNumber> {
    vec![SharedNumber::First]
}
