//! The names of the fields that are not Salesforce's own: those of Aircall's package, and the one for the call id.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use crate::json;
use crate::salesforce::task::field;
use crate::salesforce::{FieldName, Object, fields};

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

impl PackageField {
    pub(crate) const ALL: [Self; 10] = [
        Self::WaitingTime,
        Self::AnsweredBy,
        Self::PhoneNumber,
        Self::Country,
        Self::CallRecording,
        Self::TransferredTo,
        Self::TimeZone,
        Self::HourOfTheDay,
        Self::ConnectionStatus,
        Self::HasConnected,
    ];
}

/// The setting `package_fields`: the API name of each field of the package, `None` to leave it out.
///
/// A field that is not activated, or not visible to the integration's user, makes Salesforce refuse the whole Task; so each can
/// be left out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PackageFields {
    /// PKG-1
    #[serde(deserialize_with = "name_or_null")]
    pub waiting_time: Option<Cow<'static, str>>,
    /// PKG-2
    #[serde(deserialize_with = "name_or_null")]
    pub answered_by: Option<Cow<'static, str>>,
    /// PKG-3
    #[serde(deserialize_with = "name_or_null")]
    pub phone_number: Option<Cow<'static, str>>,
    /// PKG-4
    #[serde(deserialize_with = "name_or_null")]
    pub country: Option<Cow<'static, str>>,
    /// PKG-5
    #[serde(deserialize_with = "name_or_null")]
    pub call_recording: Option<Cow<'static, str>>,
    /// PKG-6
    #[serde(deserialize_with = "name_or_null")]
    pub transferred_to: Option<Cow<'static, str>>,
    /// PKG-7
    #[serde(deserialize_with = "name_or_null")]
    pub time_zone: Option<Cow<'static, str>>,
    /// PKG-8
    #[serde(deserialize_with = "name_or_null")]
    pub hour_of_the_day: Option<Cow<'static, str>>,
    /// PKG-9
    #[serde(deserialize_with = "name_or_null")]
    pub connection_status: Option<Cow<'static, str>>,
    /// PKG-10
    #[serde(deserialize_with = "name_or_null")]
    pub has_connected: Option<Cow<'static, str>>,
}

impl Default for PackageFields {
    /// The names that Aircall's package gives them.
    fn default() -> Self {
        let name = |name| Some(Cow::Borrowed(name));
        Self {
            waiting_time: name("aircall__Waiting_Time__c"),
            answered_by: name("aircall__Answered_by__c"),
            phone_number: name("aircall__Phone_number__c"),
            country: name("aircall__Country__c"),
            call_recording: name("aircall__Call_Recording__c"),
            transferred_to: name("aircall__Transferred_to__c"),
            time_zone: name("aircall__Timezone__c"),
            hour_of_the_day: name("aircall__Hour_of_the_day__c"),
            connection_status: name("aircall__Connection_status__c"),
            has_connected: name("aircall__Has_connected__c"),
        }
    }
}

impl PackageFields {
    /// Every field with its name, in the order of the rules.
    fn named(&self) -> [Option<&str>; 10] {
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
        .map(Option::as_deref)
    }
}

/// The checked names of all fields whose names are settings (LIMIT-6): each an API name, none twice, none Task's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldNames {
    package: PackageFields,
    call_id: Option<Cow<'static, str>>,
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
    pub fn new(package: PackageFields, call_id: Option<Cow<'static, str>>) -> Result<Self, FieldNamesError> {
        let custom_call_id = call_id.as_deref().filter(|name| *name != field::CALL_OBJECT);
        let names: Vec<&str> = package.named().into_iter().flatten().chain(custom_call_id).collect();
        for (n, name) in names.iter().enumerate() {
            check(name)?;
            if names.iter().take(n).any(|before| before.eq_ignore_ascii_case(name)) {
                return Err(FieldNamesError::Twice((*name).to_owned()));
            }
        }
        Ok(Self { package, call_id })
    }

    /// The name of a field of the package; `None` where it is to be left out.
    #[must_use]
    pub fn package(&self, field: PackageField) -> Option<FieldName<'_>> {
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
        .map(FieldName::checked)
    }

    /// Every name, the package's in the order of the rules.
    pub fn all(&self) -> impl Iterator<Item = FieldName<'_>> {
        self.package.named().into_iter().flatten().chain(self.call_id.as_deref()).map(FieldName::checked)
    }

    /// The field for the call id (LIMIT-5); off unless the settings name one.
    #[must_use]
    pub fn call_id(&self) -> Option<FieldName<'_>> {
        self.call_id.as_deref().map(FieldName::checked)
    }
}

/// One name by itself.
fn check(name: &str) -> Result<(), FieldNamesError> {
    if fields::find(Object::Task, name).is_some() {
        return Err(FieldNamesError::Standard(name.to_owned()));
    }
    if !fields::is_custom_name(name) {
        return Err(FieldNamesError::NoApiName(name.to_owned()));
    }
    Ok(())
}

fn name_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'static, str>>, D::Error> {
    json::text_or_null(deserializer, "a field's API name", |name| check(name).map(|()| Cow::Owned(name.to_owned())))
}

/// For `#[serde(deserialize_with = "…")]`: `CallObject`, or a custom field.
pub(super) fn call_id_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'static, str>>, D::Error> {
    json::text_or_null(deserializer, "a field's API name", |name| match name {
        field::CALL_OBJECT => Ok(Cow::Borrowed(field::CALL_OBJECT)),
        name => check(name).map(|()| Cow::Owned(name.to_owned())),
    })
}
