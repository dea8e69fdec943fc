//! The names of the fields that differ from org to org: the fields of Aircall's package on Task,
//! and the field for the call id.

use std::borrow::Cow;

use serde::de::Deserializer;

use crate::json;
use crate::salesforce::task::field;
use crate::salesforce::{FieldName, Object, fields};

type Name = Cow<'static, str>;

/// Declares the package's fields: each with its key in JSON and the name that the package gives it.
macro_rules! package_fields {
    (
        calls { $($field:ident $key:ident = $name:literal $rule:literal,)* }
        messages { $($more:ident $more_key:ident = $more_name:literal $more_rule:literal,)* }
    ) => {
        /// The fields of Aircall's package on Task, in the order of the rules.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum PackageField {
            $(#[doc = concat!($rule, ": the key `", stringify!($key), "`, by default `", $name, "`.")] $field,)*
            $(
                #[doc = concat!($more_rule, ": the key `", stringify!($more_key), "`, by default left out. ")]
                #[doc = concat!("The package names the field `", $more_name, "`. Only messages have it.")]
                $more,
            )*
        }

        impl PackageField {
            /// Lists every field.
            pub const ALL: &'static [Self] = &[$(Self::$field,)* $(Self::$more,)*];
            /// Lists the fields of calls.
            pub(crate) const OF_CALLS: &'static [Self] = &[$(Self::$field),*];
            /// Lists the fields of messages (MSG-9).
            pub(crate) const OF_MESSAGES: &'static [Self] =
                &[Self::PhoneNumber, Self::Country, Self::TimeZone, Self::HourOfTheDay, $(Self::$more),*];
        }

        /// The setting `package_fields`: the API name of each field, `None` to leave the field out.
        #[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct PackageFields {
            $(#[serde(deserialize_with = "name_or_null")] $key: Option<Name>,)*
            $(#[serde(deserialize_with = "name_or_null")] $more_key: Option<Name>,)*
        }

        impl Default for PackageFields {
            fn default() -> Self {
                Self { $($key: Some(Cow::Borrowed($name)),)* $($more_key: None,)* }
            }
        }

        impl FieldNames {
            /// Returns the name of a field of the package, `None` if the field is left out.
            #[must_use]
            pub fn package(&self, field: PackageField) -> Option<FieldName<'_>> {
                let name = match field {
                    $(PackageField::$field => &self.package.$key,)*
                    $(PackageField::$more => &self.package.$more_key,)*
                };
                name.as_deref().map(FieldName::checked)
            }
        }
    };
}

package_fields! {
    calls {
        WaitingTime waiting_time = "aircall__Waiting_Time__c" "PKG-1",
        AnsweredBy answered_by = "aircall__Answered_by__c" "PKG-2",
        PhoneNumber phone_number = "aircall__Phone_number__c" "PKG-3",
        Country country = "aircall__Country__c" "PKG-4",
        CallRecording call_recording = "aircall__Call_Recording__c" "PKG-5",
        TransferredTo transferred_to = "aircall__Transferred_to__c" "PKG-6",
        TimeZone time_zone = "aircall__Timezone__c" "PKG-7",
        HourOfTheDay hour_of_the_day = "aircall__Hour_of_the_day__c" "PKG-8",
        ConnectionStatus connection_status = "aircall__Connection_status__c" "PKG-9",
        HasConnected has_connected = "aircall__Has_connected__c" "PKG-10",
    }
    messages {
        SmsDirection sms_direction = "aircall__SMS_Direction__c" "MSG-9",
        NumberName number_name = "aircall__Number_Name__c" "MSG-9",
    }
}

/// Reads the name of a package field, or `null`. The name is checked here, because only here the
/// error has the place of the name.
fn name_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Name>, D::Error> {
    json::text_or_null(deserializer, "a field's API name", |name| check(name).map(|()| Cow::Owned(name.to_owned())))
}

/// Reads the setting `call_id_field`: `CallObject`, or the name of a custom field.
pub(super) fn call_id_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Name>, D::Error> {
    json::text_or_null(deserializer, "a field's API name", |name| match name {
        field::CALL_OBJECT => Ok(Cow::Borrowed(field::CALL_OBJECT)),
        name => check(name).map(|()| Cow::Owned(name.to_owned())),
    })
}

/// The checked names of all fields that settings name (LIMIT-6): every name is an API name, no two
/// names are the same, and none is the name of one of Task's own fields. The one exception is
/// `CallObject` as the field for the call id.
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
    package: PackageFields,
    call_id: Option<Name>,
}

/// The reason why a name cannot be used (LIMIT-6).
#[derive(Debug, thiserror::Error)]
pub(super) enum NameError {
    #[error("`{0}` is not the API name of a custom field: letters, digits and underscores, ending in `__c`")]
    NoApiName(String),
    #[error("`{0}` is a standard field of Task")]
    Standard(String),
    #[error("two settings name the field `{0}`")]
    Twice(String),
}

impl FieldNames {
    /// Takes the values of the two settings, and compares the names with each other.
    pub(super) fn new(package: PackageFields, call_id: Option<Name>) -> Result<Self, NameError> {
        let names = Self { package, call_id };
        let all: Vec<_> = names.all().map(FieldName::as_str).collect();
        for (n, name) in all.iter().enumerate() {
            // Salesforce ignores case in names. There are at most 13, so each name is compared
            // with all names before it instead of being hashed in lower case.
            if all.iter().take(n).any(|before| before.eq_ignore_ascii_case(name)) {
                return Err(NameError::Twice((*name).to_owned()));
            }
        }
        Ok(names)
    }

    /// Returns the field for the call id (LIMIT-5), `None` unless the settings name a field.
    #[must_use]
    pub fn call_id(&self) -> Option<FieldName<'_>> {
        self.call_id.as_deref().map(FieldName::checked)
    }

    /// Returns every name: the package's in the order of the rules, then the call id's.
    pub fn all(&self) -> impl Iterator<Item = FieldName<'_>> {
        PackageField::ALL.iter().filter_map(|&field| self.package(field)).chain(self.call_id())
    }
}

/// Checks a name by itself.
pub(super) fn check(name: &str) -> Result<(), NameError> {
    if fields::find(Object::Task, name).is_some() {
        return Err(NameError::Standard(name.to_owned()));
    }
    if !fields::is_custom_name(name) {
        return Err(NameError::NoApiName(name.to_owned()));
    }
    Ok(())
}
