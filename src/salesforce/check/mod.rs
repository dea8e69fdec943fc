//! A check of request bodies before they are sent.
//!
//! Because of one bad field Salesforce rejects the whole record, and the call is not logged.
//! [`check`] judges a body as Salesforce would, as far as public sources describe it:
//!
//! - which fields exist, and when they can be written;
//! - lengths, ranges, picklists, ids and dates;
//! - which records can be related, and which fields a new record needs.
//!
//! It also rejects texts that Salesforce would accept and store with another value: empty texts,
//! outer blanks, control characters.
//!
//! It does not know the org: hidden fields, picklist values that an admin removed, deleted records,
//! inactive owners, validation rules. It ignores `@{` in a free text: the code that builds a
//! composite request handles these texts.
//!
//! # Sources
//!
//! The fields are those of [`fields`]. Error codes are the codes that Salesforce's Object Reference
//! and reports of users name for the same mistake; a mistake without a source has no code.

mod value;

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use super::fields::{self, Field, FieldType};
use super::id::Object;
use super::task::field::{WHAT_ID, WHO_ID};
use super::text::LengthUnit;

/// The operation that a body is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// The body creates a record.
    Create,
    /// The body updates a record.
    Update,
}

/// The facts about a body that the body does not contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CheckContext<'c> {
    /// The objects of the records that the same plan creates. `@{case.id}` refers to the Case,
    /// `@{record.id}` to the other record.
    pub created: &'c [Object],
    /// The unit in which a text with line breaks is measured, as in the settings (DESC-5).
    pub count: LengthUnit,
}

/// A field that Salesforce would reject, or would store with another value.
///
/// The message never repeats the value: values are people's names and numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal<'b> {
    /// The field's name, as the body spells it.
    pub field: &'b str,
    /// The `errorCode` with which Salesforce rejects the field.
    ///
    /// `None` if Salesforce accepts the field and stores another value, or if no source names the
    /// code.
    pub code: Option<&'static str>,
    message: Cow<'static, str>,
}

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.message)
    }
}

/// The reason for a [`Refusal`]: the code, and the message without the field's name.
struct Reason(Option<&'static str>, Cow<'static, str>);

impl Reason {
    /// Returns the reason for which Salesforce sends this code.
    const fn coded(code: &'static str, message: &'static str) -> Self {
        Self(Some(code), Cow::Borrowed(message))
    }

    /// Returns a reason for which no source names a code.
    const fn uncoded(message: &'static str) -> Self {
        Self(None, Cow::Borrowed(message))
    }

    fn of(self, field: &str) -> Refusal<'_> {
        Refusal { field, code: self.0, message: self.1 }
    }
}

type Verdict = Result<(), Reason>;

/// Returns the fields that Salesforce would reject, or would store with another value, in the
/// body's order.
///
/// ```
/// use aircall_salesforce::salesforce::Object;
/// use aircall_salesforce::salesforce::check::{CheckContext, Write, check};
/// use serde_json::json;
///
/// let body = json!({
///     "Subject": "Call",
///     "WhoId": "00Q000000000001EAA",
///     "WhatId": "001000000000001AAA",
///     "IsClosed": true,
/// });
/// let body = body.as_object().unwrap();
/// let refusals = check(Object::Task, Write::Create, body, CheckContext::default());
/// let messages: Vec<_> = refusals.iter().map(ToString::to_string).collect();
/// assert_eq!(messages, [
///     "`IsClosed` is written by Salesforce itself",
///     "`WhatId` must be empty because `WhoId` is a lead",
/// ]);
/// assert_eq!(refusals[0].code, Some("INVALID_FIELD_FOR_INSERT_UPDATE"));
/// ```
///
/// The body is the JSON of one record, without the `attributes` and `id` that collections add.
/// `object` is Task, Contact, Lead, Account or Case; of any other object, `check` accepts custom
/// fields only. Collect [`TaskCreate::fields`](super::TaskCreate::fields) into a map to check a
/// plan's body.
#[must_use]
pub fn check<'b>(
    object: Object,
    write: Write,
    body: &'b Map<String, Value>,
    context: CheckContext<'_>,
) -> Vec<Refusal<'b>> {
    let mut refusals = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in body {
        let verdict = if seen.iter().any(|before| before.eq_ignore_ascii_case(name)) {
            Err(Reason::uncoded("appears twice; the case of a field name does not count"))
        } else {
            seen.push(name);
            judge(object, write, name, value, context)
        };
        refusals.extend(verdict.err().map(|reason| reason.of(name)));
    }
    if write == Write::Create {
        let missing = fields::required(object).iter().filter(|name| get(body, name).is_none());
        let reason = || Reason::coded("REQUIRED_FIELD_MISSING", "is missing; a new record needs this field");
        refusals.extend(missing.map(|field| reason().of(field)));
    }
    if object == Object::Task && is_lead_with_what(body, context) {
        let reason = Reason::coded("FIELD_INTEGRITY_EXCEPTION", "must be empty because `WhoId` is a lead");
        refusals.push(reason.of(WHAT_ID));
    }
    refusals
}

/// Judges one field by itself.
fn judge(object: Object, write: Write, name: &str, value: &Value, context: CheckContext<'_>) -> Verdict {
    let field = match fields::find(object, name) {
        Some(field) => field,
        None if fields::is_custom_name(name) => return value::custom(write, value),
        None => {
            let message = "is not a field of this object, and not the name of a custom field";
            return Err(Reason::coded("INVALID_FIELD", message));
        }
    };
    // A read-only field is refused before its value: Salesforce rejects a null there as well.
    writable(field, write)?;
    match field.field_type {
        _ if value.is_null() => null(write, field.nillable),
        FieldType::Line(limit) => value::line(value, limit),
        FieldType::Area(limit) => value::text_area(value, limit, context.count),
        FieldType::Picklist(values) => value::picklist(value, values),
        FieldType::Int { digits } => value::int(value, digits),
        FieldType::Number => value::number(value),
        FieldType::Flag => value::flag(value),
        FieldType::Date => value::date(value),
        FieldType::DateTime => value::date_time(value),
        FieldType::Reference { to, others } => value::reference(value, to, others, context),
        FieldType::Any => Ok(()),
    }
}

fn writable(field: &Field, write: Write) -> Verdict {
    let message = match (write, field.on_create, field.on_update) {
        (Write::Create, true, _) | (Write::Update, _, true) => return Ok(()),
        (_, false, false) => "is written by Salesforce itself",
        (Write::Create, ..) => "cannot be set on create",
        (Write::Update, ..) => "can only be set on create",
    };
    Err(Reason::coded("INVALID_FIELD_FOR_INSERT_UPDATE", message))
}

fn null(write: Write, nillable: bool) -> Verdict {
    match write {
        // Salesforce accepts this null, but does not apply the field's default.
        Write::Create => Err(Reason::uncoded("is null on create; leave the field out")),
        Write::Update if nillable => Ok(()),
        Write::Update => Err(Reason::coded("REQUIRED_FIELD_MISSING", "cannot be emptied")),
    }
}

fn get<'b>(body: &'b Map<String, Value>, name: &str) -> Option<&'b Value> {
    body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Returns whether a Task of a lead is related to a record. An update that contains only one of the
/// two fields cannot be judged and passes.
fn is_lead_with_what(body: &Map<String, Value>, context: CheckContext<'_>) -> bool {
    let is_lead = |id: &Value| value::object_of(id, context).is_ok_and(|object| object == Some(Object::Lead));
    get(body, WHO_ID).is_some_and(is_lead) && get(body, WHAT_ID).is_some_and(|what| !what.is_null())
}
