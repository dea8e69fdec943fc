//! The names of the fields that differ from org to org: the fields of Aircall's package on Task,
//! and the field for the call id.

use std::borrow::Cow;

use serde::de::Deserializer;

use super::SettingsError;
use crate::json;
use crate::salesforce::task::field;
use crate::salesforce::{FieldName, Object, fields};

type Name = Cow<'static, str>;

/// Declares the package's fields: each with its rule, its key in JSON and the package's name.
macro_rules! package_fields {
    ($($field:ident $rule:literal $key:ident = $name:literal,)*) => {
        /// The fields of Aircall's package on Task, in the order of the rules.
        ///
        /// By default a field has the package's name. The last two fields are left out by default:
        /// only messages have them, and older packages lack them (MSG-9).
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum PackageField {
            $(#[doc = concat!($rule, ": the key `", stringify!($key), "`, the package's name `", $name, "`.")] $field,)*
        }

        impl PackageField {
            /// Lists every field.
            pub const ALL: &'static [Self] = &[$(Self::$field,)*];
        }

        /// The setting `package_fields`: the API name of each field, `None` to leave the field out.
        #[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct PackageFields {
            $(#[serde(deserialize_with = "name_or_null")] $key: Option<Name>,)*
        }

        impl Default for PackageFields {
            fn default() -> Self {
                let named = Self { $($key: Some(Cow::Borrowed($name)),)* };
                Self { sms_direction: None, number_name: None, ..named }
            }
        }

        impl FieldNames {
            /// Returns the name of a field of the package, `None` if the field is left out.
            #[must_use]
            pub fn package(&self, field: PackageField) -> Option<FieldName<'_>> {
                let name = match field {
                    $(PackageField::$field => &self.package.$key,)*
                };
                name.as_deref().map(FieldName::checked)
            }
        }
    };
}

package_fields! {
    WaitingTime "PKG-1" waiting_time = "aircall__Waiting_Time__c",
    AnsweredBy "PKG-2" answered_by = "aircall__Answered_by__c",
    PhoneNumber "PKG-3" phone_number = "aircall__Phone_number__c",
    Country "PKG-4" country = "aircall__Country__c",
    CallRecording "PKG-5" call_recording = "aircall__Call_Recording__c",
    TransferredTo "PKG-6" transferred_to = "aircall__Transferred_to__c",
    TimeZone "PKG-7" time_zone = "aircall__Timezone__c",
    HourOfTheDay "PKG-8" hour_of_the_day = "aircall__Hour_of_the_day__c",
    ConnectionStatus "PKG-9" connection_status = "aircall__Connection_status__c",
    HasConnected "PKG-10" has_connected = "aircall__Has_connected__c",
    SmsDirection "MSG-9" sms_direction = "aircall__SMS_Direction__c",
    NumberName "MSG-9" number_name = "aircall__Number_Name__c",
}

impl PackageField {
    /// The fields of calls: all but the last two.
    pub(crate) const OF_CALLS: &'static [Self] = Self::ALL.split_at(Self::ALL.len() - 2).0;
    /// The fields of messages (MSG-9).
    pub(crate) const OF_MESSAGES: &'static [Self] =
        &[Self::PhoneNumber, Self::Country, Self::TimeZone, Self::HourOfTheDay, Self::SmsDirection, Self::NumberName];
}

/// Reads the name of a package field, or `null`. The name is checked here, because a later error
/// would not have the position of the name.
fn name_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Name>, D::Error> {
    json::text_or_null(deserializer, "a field's API name", check)
}

/// Reads the setting `call_id_field`: `CallObject`, or the name of a custom field.
pub(super) fn call_id_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Name>, D::Error> {
    json::text_or_null(deserializer, "a field's API name", |name| match name {
        field::CALL_OBJECT => Ok(Cow::Borrowed(field::CALL_OBJECT)),
        name => check(name),
    })
}

/// The names of the package's fields and of the field for the call id. They are checked (LIMIT-6):
///
/// - Every name is the API name of a custom field. Only the field for the call id may be a field of
///   Task's own: `CallObject`.
/// - No two names are equal.
///
/// Salesforce rejects the whole Task if it contains a field that is not activated, or not visible
/// to the integration's user. So each field of the package can be left out.
///
/// ```
/// use aircall_salesforce::{Settings, settings::PackageField};
///
/// let settings = Settings::from_json(r#"{"admin": "005000000000001AAA",
///     "package_fields": {"country": null}, "call_id_field": "CallObject"}"#)?;
/// let names = settings.field_names;
/// assert_eq!(names.package(PackageField::Country), None);
/// assert_eq!(names.call_id().map(|name| name.as_str()), Some("CallObject"));
/// assert_eq!(names.all().count(), 10);
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldNames {
    pub(super) package: PackageFields,
    pub(super) call_id: Option<Name>,
}

impl FieldNames {
    /// Returns the field for the call id (LIMIT-5); `None` if the settings name no field.
    #[must_use]
    pub fn call_id(&self) -> Option<FieldName<'_>> {
        self.call_id.as_deref().map(FieldName::checked)
    }

    /// Returns every name: the package's in the order of the rules, then the call id's.
    pub fn all(&self) -> impl Iterator<Item = FieldName<'_>> {
        PackageField::ALL.iter().filter_map(|&field| self.package(field)).chain(self.call_id())
    }
}

/// Checks that a name is the API name of a custom field. It is not compared with other names.
pub(super) fn check(name: &str) -> Result<Name, SettingsError> {
    if fields::find(Object::Task, name).is_some() {
        return Err(SettingsError::Standard(name.to_owned()));
    }
    if !fields::is_custom_name(name) {
        return Err(SettingsError::NoApiName(name.to_owned()));
    }
    Ok(Cow::Owned(name.to_owned()))
}
