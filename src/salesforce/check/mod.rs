//! A check of request bodies before they are sent.
//!
//! One bad field loses the whole record, and with it the call. [`check`] judges a body as
//! Salesforce would, as far as public sources say how:
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

mod refusal;
mod value;

use serde_json::{Map, Value};

pub use self::refusal::{Reason, Refusal};
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
pub struct CheckContext {
    /// The object of `@{record.id}`, the new record of the same plan.
    pub record: Option<Object>,
    /// Whether the same plan creates a Case, to which `@{case.id}` refers.
    pub case: bool,
    /// The unit in which a text with line breaks is measured, as in the settings (DESC-5).
    pub count: LengthUnit,
}

/// Returns the fields that Salesforce would reject, or would store with another value, in the
/// body's order.
///
/// ```
/// use aircall_salesforce::salesforce::Object;
/// use aircall_salesforce::salesforce::check::{CheckContext, Reason, Write, check};
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
/// assert_eq!(refusals[0].reason.code(), Some("INVALID_FIELD_FOR_INSERT_UPDATE"));
/// ```
///
/// The body is the JSON of one record, without the `attributes` and `id` that collections add.
/// `object` is Task, Contact, Lead, Account or Case; of any other object, `check` accepts custom
/// fields only. Collect [`TaskCreate::fields`](super::TaskCreate::fields) into a map to check a
/// plan's body.
#[must_use]
pub fn check(object: Object, write: Write, body: &Map<String, Value>, context: CheckContext) -> Vec<Refusal<'_>> {
    let mut refusals = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in body {
        if seen.iter().any(|before| before.eq_ignore_ascii_case(name)) {
            refusals.push(Refusal { field: name, reason: Reason::Twice });
            continue;
        }
        seen.push(name);
        if let Err(reason) = judge(object, write, name, value, context) {
            refusals.push(Refusal { field: name, reason });
        }
    }
    if write == Write::Create {
        let missing = fields::required(object).iter().filter(|name| get(body, name).is_none());
        refusals.extend(missing.map(|field| Refusal { field, reason: Reason::Missing }));
    }
    if object == Object::Task && is_lead_with_what(body, context) {
        refusals.push(Refusal { field: WHAT_ID, reason: Reason::LeadWithWhat });
    }
    refusals
}

/// Judges one field by itself.
fn judge(object: Object, write: Write, name: &str, value: &Value, context: CheckContext) -> Result<(), Reason> {
    let field = match fields::find(object, name) {
        Some(field) => *field,
        None if fields::is_custom_name(name) => return value::custom(write, value),
        None => return Err(Reason::NoSuchField),
    };
    writable(&field, write)?;
    if value.is_null() {
        return match write {
            Write::Create => Err(Reason::NullOnCreate),
            Write::Update if field.nillable => Ok(()),
            Write::Update => Err(Reason::NotNillable),
        };
    }
    match field.field_type {
        FieldType::Line(limit) => value::line(value, limit),
        FieldType::Area(limit) => value::area(value, limit, context.count),
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

fn writable(field: &Field, write: Write) -> Result<(), Reason> {
    match (field.writes.on_create(), field.writes.on_update(), write) {
        (true, _, Write::Create) | (_, true, Write::Update) => Ok(()),
        (false, false, _) => Err(Reason::NotWritable("is written by Salesforce itself")),
        (false, true, Write::Create) => Err(Reason::NotWritable("cannot be set on create")),
        (true, false, Write::Update) => Err(Reason::NotWritable("can only be set on create")),
    }
}

fn get<'b>(body: &'b Map<String, Value>, name: &str) -> Option<&'b Value> {
    body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Returns whether a Task of a lead is related to a record. An update that contains only one of the
/// two fields cannot be judged and passes.
fn is_lead_with_what(body: &Map<String, Value>, context: CheckContext) -> bool {
    let is_lead = |id: &Value| value::object_of(id, context) == Ok(Some(Object::Lead));
    get(body, WHO_ID).is_some_and(is_lead) && get(body, WHAT_ID).is_some_and(|what| !what.is_null())
}
