//! Fields of your own.
//!
//! - FIELD-5: the setting `extra_fields` gives a custom field a text template, a number, `true` or
//!   `false`. The value of a template is always a text. Custom fields follow from the call, so an
//!   update writes them too. The setting also gives Task's own `Priority` (a template) and
//!   `RecordTypeId` (an id) a value, which only a create writes. A field that names `{record}` is
//!   not sent if Subject is not sent because of UPD-5. If a template renders to nothing, the field
//!   is left out, without a notice. A text is cut to 255 characters, `Priority` to 20.
//!
//! Source: this project's decision; Aircall's integration writes no such fields.

use std::borrow::Cow;

use super::{line, placeholder};
use crate::facts::Facts;
use crate::notice::Notice;
use crate::salesforce::task::{FieldName, FieldValue, field};
use crate::salesforce::text::{LINE_LIMIT, PRIORITY_LIMIT};
use crate::settings::{ExtraValue, Settings};

/// Returns the value of a field; `None` if its template renders to nothing.
///
/// `record` is the name of the record that the call is logged on.
pub(crate) fn extra_field<'a>(
    name: FieldName<'a>,
    value: &'a ExtraValue,
    facts: &Facts<'_>,
    record: Option<&str>,
    settings: &Settings,
    notices: &mut Vec<Notice<'a>>,
) -> Option<FieldValue<'a>> {
    Some(match value {
        ExtraValue::Template(template) => {
            let limit = if name.as_str() == field::PRIORITY { PRIORITY_LIMIT } else { LINE_LIMIT };
            let text = placeholder::render(template, facts, record, settings);
            FieldValue::Text(line(Cow::Owned(text), name.as_str(), limit, notices)?)
        }
        ExtraValue::Number(number) => FieldValue::Decimal(number.clone()),
        ExtraValue::Flag(flag) => FieldValue::Flag(*flag),
        ExtraValue::RecordType(id) => FieldValue::Text(Cow::Borrowed(id.as_str())),
    })
}
