//! The names of the fields that differ from org to org: the fields of Aircall's package on Task,
//! and the field for the call id.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess};

use crate::json::{self, Keyed};
use crate::salesforce::task::field;
use crate::salesforce::{FieldName, Object, fields};

type Name = Cow<'static, str>;

/// Declares the package's fields: each with its key in JSON and the name that the package gives it.
macro_rules! package_fields {
    ($($rule:literal $field:ident: $key:literal = $name:literal,)*) => {
        /// The fields of Aircall's package on Task, in the order of the rules.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum PackageField {
            $(#[doc = concat!($rule, ": the key `", $key, "`, by default `", $name, "`.")] $field,)*
        }

        impl PackageField {
            /// Lists every field.
            pub const ALL: &'static [Self] = &[$(Self::$field),*];

            /// Returns the key of the setting `package_fields`.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$field => $key,)*
                }
            }

            /// Returns the API name that the package gives the field.
            const fn default_name(self) -> &'static str {
                match self {
                    $(Self::$field => $name,)*
                }
            }
        }
    };
}

package_fields! {
    "PKG-1" WaitingTime: "waiting_time" = "aircall__Waiting_Time__c",
    "PKG-2" AnsweredBy: "answered_by" = "aircall__Answered_by__c",
    "PKG-3" PhoneNumber: "phone_number" = "aircall__Phone_number__c",
    "PKG-4" Country: "country" = "aircall__Country__c",
    "PKG-5" CallRecording: "call_recording" = "aircall__Call_Recording__c",
    "PKG-6" TransferredTo: "transferred_to" = "aircall__Transferred_to__c",
    "PKG-7" TimeZone: "time_zone" = "aircall__Timezone__c",
    "PKG-8" HourOfTheDay: "hour_of_the_day" = "aircall__Hour_of_the_day__c",
    "PKG-9" ConnectionStatus: "connection_status" = "aircall__Connection_status__c",
    "PKG-10" HasConnected: "has_connected" = "aircall__Has_connected__c",
}

/// The setting `package_fields`: the API name of each field, `None` to leave the field out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PackageNames([Option<Name>; PackageField::ALL.len()]);

impl Default for PackageNames {
    fn default() -> Self {
        let mut names = PackageField::ALL.iter().map(|field| Cow::Borrowed(field.default_name()));
        Self(std::array::from_fn(|_| names.next()))
    }
}

impl PackageNames {
    fn get(&self, field: PackageField) -> Option<&str> {
        self.0.get(field as usize)?.as_deref()
    }

    fn set(&mut self, field: PackageField, name: Option<Name>) {
        if let Some(place) = self.0.get_mut(field as usize) {
            *place = name;
        }
    }
}

impl<'de> Keyed<'de> for PackageNames {
    fn keys() -> impl Iterator<Item = &'static str> {
        PackageField::ALL.iter().map(|field| field.key())
    }

    fn read<A: MapAccess<'de>>(&mut self, key: &'static str, map: &mut A) -> Result<(), A::Error> {
        let NameOrNull(name) = map.next_value()?;
        if let Some(&field) = PackageField::ALL.iter().find(|field| field.key() == key) {
            self.set(field, name);
        }
        Ok(())
    }
}

struct NameOrNull(Option<Name>);

impl<'de> Deserialize<'de> for NameOrNull {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = |name: &str| check(name).map(|()| Cow::Owned(name.to_owned()));
        json::text_or_null(deserializer, "a field's API name", read).map(Self)
    }
}

/// Reads the setting `call_id_field`: `CallObject`, or the name of a custom field.
pub(super) fn call_id_field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Name>, D::Error> {
    json::text_or_null(deserializer, "a field's API name", |name| match name {
        field::CALL_OBJECT => Ok(Cow::Borrowed(field::CALL_OBJECT)),
        name => check(name).map(|()| Cow::Owned(name.to_owned())),
    })
}

/// The checked names of all fields that settings name (LIMIT-6): every name is an API name, no two
/// names are the same, and none is the name of one of Task's own fields.
///
/// Salesforce rejects the whole Task if it contains a field that is not activated, or not visible
/// to the integration's user. So each field of the package can be left out.
///
/// ```
/// use aircall_salesforce::settings::{FieldNames, PackageField};
///
/// let names = FieldNames::new([(PackageField::Country, None)], Some("CallObject".into()))?;
/// assert_eq!(names.package(PackageField::Country), None);
/// assert_eq!(names.call_id().map(|name| name.as_str()), Some("CallObject"));
/// assert_eq!(names.all().count(), 10);
/// # Ok::<(), aircall_salesforce::settings::FieldNamesError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldNames {
    package: PackageNames,
    call_id: Option<Name>,
}

/// Explains why field names cannot be used (LIMIT-6).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldNamesError {
    /// Fields that a package or an admin made are not named like this.
    #[error("`{0}` is no custom field's API name: letters, digits and underscores, ending in `__c`")]
    NoApiName(String),
    /// The field is one of Task's own.
    #[error("`{0}` is a field of Task's own")]
    Standard(String),
    /// Two settings name the same field. Salesforce ignores case in names.
    #[error("two settings name the field `{0}`")]
    Twice(String),
}

impl FieldNames {
    /// Names fields: `package` lists the package fields whose names are not the default, with
    /// `None` to leave a field out; `call_id` is the setting `call_id_field` (LIMIT-5).
    ///
    /// # Errors
    ///
    /// Fails on a name that is no custom field's, on a name of Task's own field (`call_id` can be
    /// `CallObject`), and on two fields of the same name.
    pub fn new(
        package: impl IntoIterator<Item = (PackageField, Option<Cow<'static, str>>)>,
        call_id: Option<Cow<'static, str>>,
    ) -> Result<Self, FieldNamesError> {
        let mut names = PackageNames::default();
        for (field, name) in package {
            names.set(field, name);
        }
        Self::checked(names, call_id)
    }

    /// Checks all names beside each other.
    pub(super) fn checked(package: PackageNames, call_id: Option<Name>) -> Result<Self, FieldNamesError> {
        let names = Self { package, call_id };
        // `CallObject` is Task's own, and allowed for the call id alone.
        let custom_call_id = names.call_id.as_deref().filter(|name| *name != field::CALL_OBJECT);
        let custom: Vec<&str> = names.package.0.iter().flatten().map(AsRef::as_ref).chain(custom_call_id).collect();
        for (n, name) in custom.iter().enumerate() {
            check(name)?;
            if custom.iter().take(n).any(|before| before.eq_ignore_ascii_case(name)) {
                return Err(FieldNamesError::Twice((*name).to_owned()));
            }
        }
        Ok(names)
    }

    /// Returns the name of a field of the package, `None` if the field is left out.
    #[must_use]
    pub fn package(&self, field: PackageField) -> Option<FieldName<'_>> {
        self.package.get(field).map(FieldName::checked)
    }

    /// Returns the field for the call id (LIMIT-5), `None` unless the settings name a field.
    #[must_use]
    pub fn call_id(&self) -> Option<FieldName<'_>> {
        self.call_id.as_deref().map(FieldName::checked)
    }

    /// Returns every name: the package's in the order of the rules, then the call id's.
    pub fn all(&self) -> impl Iterator<Item = FieldName<'_>> {
        let package = self.package.0.iter().flatten().map(|name| FieldName::checked(name));
        package.chain(self.call_id())
    }
}

/// Checks a name by itself.
fn check(name: &str) -> Result<(), FieldNamesError> {
    if fields::find(Object::Task, name).is_some() {
        return Err(FieldNamesError::Standard(name.to_owned()));
    }
    if !fields::is_custom_name(name) {
        return Err(FieldNamesError::NoApiName(name.to_owned()));
    }
    Ok(())
}
