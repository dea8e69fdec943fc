//! What the company has decided: the settings of Aircall's integration, and this library's own.

mod choices;
mod field_names;

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};

use crate::json::{self, ReadError};
use crate::phone::E164;
use crate::salesforce::text::LengthUnit;
use crate::salesforce::{Id, RecordType, id};
use crate::wording::{Edition, Wording, WordingSource};
pub use choices::{
    DispositionOrder, OutsideBusinessHours, RecordingLink, RelateTo, StatusNames, UnknownNumber, Workflow,
    WorkflowAction,
};
pub use field_names::{FieldNames, FieldNamesError, PackageField, PackageFields};

/// Every setting.
///
/// ```
/// use aircall_salesforce::{WorkflowAction, Settings};
///
/// let settings = Settings::from_json(r#"{"admin": "005000000000001AAA", "workflow": {"missed": "in_progress"}}"#)?;
/// assert_eq!(settings.workflow.missed, WorkflowAction::InProgress);
/// assert_eq!(settings.workflow.voicemail, WorkflowAction::Completed);
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
///
/// In JSON only `admin` is required; unknown keys are refused, a typo must not pass as a default. Every key, each with its default; the other
/// words of a setting stand with its type:
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
///     "relate_to": "nothing",
///     "unmatched_owner": null,
///     "own_numbers": [],
///     "disposition_order": "tags_first",
///     "recording_link": "asset",
///     "count": "salesforce",
///     "write_type": true,
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
///         "has_connected": "aircall__Has_connected__c"
///     }
/// }"#;
/// assert_eq!(Settings::from_json(all)?, Settings::from_json(r#"{"admin": "005000000000002AAA"}"#)?);
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
///
/// `unmatched_owner` is the id of a user or queue, `own_numbers` are in E.164, `call_id_field` is `"CallObject"` or the API name of a field of your
/// own, `null` in `package_fields` leaves a field out, and `wording` can be texts of your own: see [`Wording`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The Salesforce user who installed the integration.
    pub admin: Id,
    /// The texts that people read. In JSON `wording` and `edition`.
    pub wording: Wording,
    /// What becomes of each kind of call (LOG-4).
    pub workflow: Workflow,
    /// Whether calls outside business hours are logged (LOG-5).
    pub outside_business_hours: OutsideBusinessHours,
    /// In which order the types of record are tried (REC-1). A type that is not in it is never found: who has such records made for unknown
    /// numbers gets another with every call.
    pub record_order: Vec<RecordType>,
    /// What to do about a number that no record has (REC-6).
    pub unknown_number: UnknownNumber,
    /// What a Contact's call is related to (REC-4).
    pub relate_to: RelateTo,
    /// "If a call does not match a Salesforce user, assign it to": a user or queue (OWN-5).
    pub unmatched_owner: Option<Id>,
    /// The company's own lines, which match no record (REC-8). The line of the call is not among them by itself.
    pub own_numbers: Vec<E164>,
    /// Where the marker `aircall` stands in CallDisposition (DISP-2).
    pub disposition_order: DispositionOrder,
    /// Which link to a recording is written first (PKG-5).
    pub recording_link: RecordingLink,
    /// In what Description's length is counted (DESC-5).
    pub count: LengthUnit,
    /// Whether `Type` is written, which many orgs hide (LOG-3).
    pub write_type: bool,
    /// The values of `Status` (FIELD-4).
    pub status: StatusNames,
    /// The fields whose names differ from org to org. In JSON `package_fields` and `call_id_field`.
    pub field_names: FieldNames,
}

impl Settings {
    /// The defaults; only who installed the integration has none.
    ///
    /// # Errors
    ///
    /// `admin` is no user's id.
    pub fn new(admin: Id) -> Result<Self, id::IdError> {
        let settings = RawSettings::new(admin.of(&[id::Object::User])?);
        Ok(settings.with(FieldNames::default()))
    }

    /// Reads them from JSON.
    ///
    /// # Errors
    ///
    /// Text that is not JSON, an unknown key or value, a wrong id, a bad template, a number that is not E.164, two settings that name
    /// the same field. The error names the field and its place.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        json::from_str(text)
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSettings {
    #[serde(deserialize_with = "id::user")]
    admin: Id,
    #[serde(default)]
    wording: WordingSource,
    #[serde(default)]
    edition: Edition,
    #[serde(default, deserialize_with = "json::object")]
    workflow: Workflow,
    #[serde(default)]
    outside_business_hours: OutsideBusinessHours,
    #[serde(default = "all_record_types", deserialize_with = "different_record_types")]
    record_order: Vec<RecordType>,
    #[serde(default)]
    unknown_number: UnknownNumber,
    #[serde(default)]
    relate_to: RelateTo,
    #[serde(default, deserialize_with = "id::owner_or_null")]
    unmatched_owner: Option<Id>,
    #[serde(default)]
    own_numbers: Vec<E164>,
    #[serde(default)]
    disposition_order: DispositionOrder,
    #[serde(default)]
    recording_link: RecordingLink,
    #[serde(default)]
    count: LengthUnit,
    #[serde(default = "yes")]
    write_type: bool,
    #[serde(default, deserialize_with = "json::object")]
    status: StatusNames,
    #[serde(default, deserialize_with = "json::object")]
    package_fields: PackageFields,
    #[serde(default, deserialize_with = "field_names::call_id_field")]
    call_id_field: Option<Cow<'static, str>>,
}

impl RawSettings {
    fn new(admin: Id) -> Self {
        Self {
            admin,
            wording: WordingSource::default(),
            edition: Edition::default(),
            workflow: Workflow::default(),
            outside_business_hours: OutsideBusinessHours::default(),
            record_order: all_record_types(),
            unknown_number: UnknownNumber::default(),
            relate_to: RelateTo::default(),
            unmatched_owner: None,
            own_numbers: Vec::new(),
            disposition_order: DispositionOrder::default(),
            recording_link: RecordingLink::default(),
            count: LengthUnit::default(),
            write_type: yes(),
            status: StatusNames::default(),
            package_fields: PackageFields::default(),
            call_id_field: None,
        }
    }

    fn with(self, field_names: FieldNames) -> Settings {
        Settings {
            admin: self.admin,
            wording: self.wording.build(self.edition),
            workflow: self.workflow,
            outside_business_hours: self.outside_business_hours,
            record_order: self.record_order,
            unknown_number: self.unknown_number,
            relate_to: self.relate_to,
            unmatched_owner: self.unmatched_owner,
            own_numbers: self.own_numbers,
            disposition_order: self.disposition_order,
            recording_link: self.recording_link,
            count: self.count,
            write_type: self.write_type,
            status: self.status,
            field_names,
        }
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut raw: RawSettings = json::object(deserializer)?;
        let package = std::mem::take(&mut raw.package_fields);
        let call_id = raw.call_id_field.take();
        Ok(raw.with(FieldNames::new(package, call_id).map_err(de::Error::custom)?))
    }
}

fn yes() -> bool {
    true
}

fn all_record_types() -> Vec<RecordType> {
    RecordType::ALL.to_vec()
}

fn different_record_types<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<RecordType>, D::Error> {
    struct OrderVisitor;
    impl<'de> Visitor<'de> for OrderVisitor {
        type Value = Vec<RecordType>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of record types")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<RecordType>, A::Error> {
            let mut order = Vec::new();
            while let Some(record_type) = list.next_element()? {
                if order.contains(&record_type) {
                    return Err(de::Error::custom("a record type stands twice"));
                }
                order.push(record_type);
            }
            Ok(order)
        }
    }
    deserializer.deserialize_seq(OrderVisitor)
}
