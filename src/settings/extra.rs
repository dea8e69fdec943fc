//! Fields of your own (FIELD-5).

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Number;

use super::{SettingsError, field_names};
use crate::json::{self, Scalar};
use crate::salesforce::task::{CREATE_ONLY, FieldName, field};
use crate::salesforce::{Id, id};
use crate::wording::Template;

/// The value of a field in the setting `extra_fields`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ExtraValue {
    /// A text with the placeholders of a Subject (SUBJ-10).
    Template(Template),
    Number(Number),
    Flag(bool),
    RecordType(Id),
}

impl ExtraValue {
    /// Returns whether the value depends on the record that the call is logged on.
    pub(crate) fn names_record(&self) -> bool {
        matches!(self, Self::Template(template) if template.has_placeholder("record"))
    }
}

/// Fields of your own: custom fields by API name, `Priority` and `RecordTypeId` (FIELD-5).
///
/// In JSON it is an object. The value of a custom field is a text, a number, `true` or `false`. The
/// value of `Priority` is a text, and the value of `RecordTypeId` is the id of a record type. The
/// texts can contain the placeholders of a Subject: [`Template::SUBJECT`] lists them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExtraFields(Vec<(String, ExtraValue)>);

impl ExtraFields {
    /// Returns the fields that a create writes, in the order of the setting.
    pub(crate) fn on_create(&self) -> impl Iterator<Item = (FieldName<'_>, &ExtraValue)> {
        self.0.iter().map(|(name, value)| (FieldName::checked(name), value))
    }

    /// Returns the fields that an update writes as well: the custom fields.
    pub(crate) fn on_update(&self) -> impl Iterator<Item = (FieldName<'_>, &ExtraValue)> {
        self.on_create().filter(|(name, _)| !CREATE_ONLY.contains(&name.as_str()))
    }
}

impl<'de> Deserialize<'de> for ExtraFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = ExtraFields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of field names and values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ExtraFields, A::Error> {
                let mut fields: Vec<(String, ExtraValue)> = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if fields.iter().any(|(before, _)| before.eq_ignore_ascii_case(&name)) {
                        return Err(json::refused(SettingsError::Twice(name)));
                    }
                    let value = match name.as_str() {
                        field::RECORD_TYPE_ID => ExtraValue::RecordType(map.next_value::<RecordTypeId>()?.0),
                        field::PRIORITY => match map.next_value()? {
                            template @ ExtraValue::Template(_) => template,
                            _ => return Err(json::refused("`Priority` takes a text")),
                        },
                        _ => {
                            field_names::check(&name).map_err(json::refused)?;
                            map.next_value()?
                        }
                    };
                    fields.push((name, value));
                }
                Ok(ExtraFields(fields))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// An id of a record type.
#[derive(serde::Deserialize)]
struct RecordTypeId(#[serde(deserialize_with = "id::record_type")] Id);

impl<'de> Deserialize<'de> for ExtraValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::scalar(deserializer, "a text, a number, true or false", |found| match found {
            Scalar::Text(text) => Some(Template::new(text.to_owned(), Template::SUBJECT).map(Self::Template)),
            Scalar::Whole(number) => Some(Ok(Self::Number(Number::from_i128(number)?))),
            Scalar::Decimal(number) => Some(Ok(Self::Number(Number::from_f64(number)?))),
            Scalar::Flag(flag) => Some(Ok(Self::Flag(flag))),
            Scalar::Null => None,
        })
    }
}
