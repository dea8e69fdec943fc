//! The names of the fields that are not Salesforce's own: those of Aircall's package, and the one for the call id.

use serde::Deserialize;

use crate::salesforce::task::{STANDARD_FIELDS, field};

/// The fields of Aircall's package on Task, in the order of the rules PKG-1 to PKG-10.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageField {
    /// PKG-1
    WaitingTime,
    /// PKG-2
    AnsweredBy,
    /// PKG-3
    PhoneNumber,
    /// PKG-4
    Country,
    /// PKG-5
    CallRecording,
    /// PKG-6
    TransferredTo,
    /// PKG-7
    TimeZone,
    /// PKG-8
    HourOfTheDay,
    /// PKG-9
    ConnectionStatus,
    /// PKG-10
    HasConnected,
}

/// The setting `package_fields`: the API name of each field of the package, `None` to leave it out.
///
/// A field that is not activated, or not visible to the integration's user, makes Salesforce refuse the whole Task; so each can
/// be left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "an object of package fields")]
pub struct PackageFields {
    /// PKG-1
    pub waiting_time: Option<String>,
    /// PKG-2
    pub answered_by: Option<String>,
    /// PKG-3
    pub phone_number: Option<String>,
    /// PKG-4
    pub country: Option<String>,
    /// PKG-5
    pub call_recording: Option<String>,
    /// PKG-6
    pub transferred_to: Option<String>,
    /// PKG-7
    pub time_zone: Option<String>,
    /// PKG-8
    pub hour_of_the_day: Option<String>,
    /// PKG-9
    pub connection_status: Option<String>,
    /// PKG-10
    pub has_connected: Option<String>,
}

impl Default for PackageFields {
    /// The names that Aircall's package gives them.
    fn default() -> Self {
        let name = |name: &str| Some(format!("aircall__{name}__c"));
        Self {
            waiting_time: name("Waiting_Time"),
            answered_by: name("Answered_by"),
            phone_number: name("Phone_number"),
            country: name("Country"),
            call_recording: name("Call_Recording"),
            transferred_to: name("Transferred_to"),
            time_zone: name("Timezone"),
            hour_of_the_day: name("Hour_of_the_day"),
            connection_status: name("Connection_status"),
            has_connected: name("Has_connected"),
        }
    }
}

impl PackageFields {
    /// Every field with its name, in the order of the rules.
    fn named(&self) -> [Option<&String>; 10] {
        let Self {
            waiting_time,
            answered_by,
            phone_number,
            country,
            call_recording,
            transferred_to,
            time_zone,
            hour_of_the_day,
            connection_status,
            has_connected,
        } = self;
        [
            waiting_time,
            answered_by,
            phone_number,
            country,
            call_recording,
            transferred_to,
            time_zone,
            hour_of_the_day,
            connection_status,
            has_connected,
        ]
        .map(Option::as_ref)
    }
}

/// The checked names of all fields whose names are settings (LIMIT-6): each an API name, none twice, none Task's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldNames {
    package: PackageFields,
    call_id: Option<String>,
}

/// Why field names cannot be used (LIMIT-6).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldNamesError {
    /// Not what a field made by a package or an admin is called.
    #[error("`{0}` is no custom field's API name: letters, digits and underscores, ending in `__c`")]
    NoApiName(String),
    /// A field that Task has by itself.
    #[error("`{0}` is a field of Task's own")]
    Standard(String),
    /// Two settings that name the same field; Salesforce's names do not differ by case.
    #[error("two settings name the field `{0}`")]
    Twice(String),
}

impl FieldNames {
    /// Checks the names. `call_id` is the setting `call_id_field` (LIMIT-5): `CallObject` or a custom field.
    ///
    /// # Errors
    ///
    /// A name that is no custom field's, that Task has by itself, or that stands twice.
    pub fn new(package: PackageFields, call_id: Option<String>) -> Result<Self, FieldNamesError> {
        let custom_call_id = call_id.as_ref().filter(|name| *name != field::CALL_OBJECT);
        let names: Vec<&String> = package.named().into_iter().flatten().chain(custom_call_id).collect();
        for (n, name) in names.iter().enumerate() {
            if STANDARD_FIELDS.iter().any(|standard| name.eq_ignore_ascii_case(standard)) {
                return Err(FieldNamesError::Standard((*name).clone()));
            }
            if !is_api_name(name) {
                return Err(FieldNamesError::NoApiName((*name).clone()));
            }
            if names.iter().take(n).any(|before| before.eq_ignore_ascii_case(name)) {
                return Err(FieldNamesError::Twice((*name).clone()));
            }
        }
        Ok(Self { package, call_id })
    }

    /// The name of a field of the package; `None` where it is to be left out.
    #[must_use]
    pub fn package(&self, field: PackageField) -> Option<&str> {
        let PackageFields {
            waiting_time,
            answered_by,
            phone_number,
            country,
            call_recording,
            transferred_to,
            time_zone,
            hour_of_the_day,
            connection_status,
            has_connected,
        } = &self.package;
        match field {
            PackageField::WaitingTime => waiting_time,
            PackageField::AnsweredBy => answered_by,
            PackageField::PhoneNumber => phone_number,
            PackageField::Country => country,
            PackageField::CallRecording => call_recording,
            PackageField::TransferredTo => transferred_to,
            PackageField::TimeZone => time_zone,
            PackageField::HourOfTheDay => hour_of_the_day,
            PackageField::ConnectionStatus => connection_status,
            PackageField::HasConnected => has_connected,
        }
        .as_deref()
    }

    /// The field for the call id (LIMIT-5); off unless the settings name one.
    #[must_use]
    pub fn call_id(&self) -> Option<&str> {
        self.call_id.as_deref()
    }
}

fn is_api_name(name: &str) -> bool {
    let stem = name
        .get(..name.len().saturating_sub(3))
        .filter(|_| name.get(name.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("__c")));
    stem.is_some_and(|stem| {
        stem.starts_with(|first: char| first.is_ascii_alphabetic())
            && stem.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
    })
}
