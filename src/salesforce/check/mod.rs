//! Whether Salesforce would take the body of a request, before it is sent.
//!
//! One bad field loses a whole record, and with it the call. [`check`] judges a body as Salesforce would, as far as anything public
//! says how: fields and who may write them, lengths, ranges, picklists, ids, dates, which records go together, what a new record
//! needs. It also refuses what Salesforce would take and store as something else: empty texts, outer blanks, control characters.
//!
//! It cannot know the org: which fields are hidden, which values an admin allows, whether a record still exists, whether an owner is
//! active, its validation rules. Of free text it does not say whether `@{` in it would be taken for a reference; that is for whoever
//! builds a composite request.
//!
//! # Sources
//!
//! [`fields`] for the facts. Error codes are those that Salesforce's Object Reference, and reports of users, name for
//! the same mistake; where none was found there is none.

mod refusal;
mod value;

use serde_json::{Map, Value};

pub use self::refusal::{Reason, Refusal};
use super::fields::{self, Field, FieldType};
use super::id::Object;
use super::task::field::{WHAT_ID, WHO_ID};
use super::text::LengthUnit;

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// A new record.
    Create,
    /// A record that exists.
    Update,
}

/// What a body is sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CheckContext {
    /// What `@{record.id}` stands for: the record made in the same plan.
    pub record: Option<Object>,
    /// Whether `@{case.id}` stands for a case made in the same plan.
    pub case: bool,
    /// In what a text with line breaks is measured; what the mapping was told (DESC-5).
    pub count: LengthUnit,
}

/// Judges a body: the fields that Salesforce would refuse, or not store as they are, in the body's order; none if it is good.
///
/// ```
/// use aircall_salesforce::salesforce::Object;
/// use aircall_salesforce::salesforce::check::{CheckContext, Reason, Write, check};
/// use serde_json::json;
///
/// let body = json!({"Subject": "Call", "WhoId": "00Q000000000001EAA", "WhatId": "001000000000001AAA", "IsClosed": true});
/// let refusals = check(Object::Task, Write::Create, body.as_object().unwrap(), CheckContext::default());
/// let told: Vec<_> = refusals.iter().map(ToString::to_string).collect();
/// assert_eq!(told, [
///     "`IsClosed` is written by Salesforce itself",
///     "`WhatId` must be empty, because `WhoId` is a lead",
/// ]);
/// assert_eq!(refusals[0].reason.code(), Some("INVALID_FIELD_FOR_INSERT_UPDATE"));
/// ```
///
/// The body is that of one record, without the `attributes` and `Id` that collections add. `object` is one of those that calls are
/// logged as or on: Task, Contact, Lead, Account, Case. Of any other it knows no field but those an org added.
#[must_use]
pub fn check(object: Object, write: Write, body: &Map<String, Value>, beside: CheckContext) -> Vec<Refusal<'_>> {
    let mut refusals = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in body {
        if seen.iter().any(|before| before.eq_ignore_ascii_case(name)) {
            refusals.push(Refusal { field: name, reason: Reason::Twice });
            continue;
        }
        seen.push(name);
        if let Err(reason) = judge(object, write, name, value, beside) {
            refusals.push(Refusal { field: name, reason });
        }
    }
    if write == Write::Create {
        let missing = fields::required(object).iter().filter(|name| get(body, name).is_none());
        refusals.extend(missing.map(|field| Refusal { field, reason: Reason::Missing }));
    }
    if object == Object::Task && is_lead_with_what(body, beside) {
        refusals.push(Refusal { field: WHAT_ID, reason: Reason::LeadWithWhat });
    }
    refusals
}

/// One field by itself.
fn judge(object: Object, write: Write, name: &str, value: &Value, beside: CheckContext) -> Result<(), Reason> {
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
        FieldType::Area(limit) => value::area(value, limit, beside.count),
        FieldType::Picklist(values) => value::picklist(value, values),
        FieldType::Int { digits } => value::int(value, digits),
        FieldType::Number => value::number(value),
        FieldType::Flag => value::flag(value),
        FieldType::Date => value::date(value),
        FieldType::DateTime => value::date_time(value),
        FieldType::Reference { to, others } => value::reference(value, to, others, beside),
        FieldType::Any => Ok(()),
    }
}

fn writable(field: &Field, write: Write) -> Result<(), Reason> {
    match (field.writes.on_create(), field.writes.on_update(), write) {
        (true, _, Write::Create) | (_, true, Write::Update) => Ok(()),
        (false, false, _) => Err(Reason::ReadOnly),
        (false, true, Write::Create) => Err(Reason::NotCreateable),
        (true, false, Write::Update) => Err(Reason::NotUpdateable),
    }
}

fn get<'b>(body: &'b Map<String, Value>, name: &str) -> Option<&'b Value> {
    body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// A lead's Task can be related to nothing; as far as one body tells, of an update that says only one of the two.
fn is_lead_with_what(body: &Map<String, Value>, beside: CheckContext) -> bool {
    let is_lead = |id: &Value| value::object_of(id, beside) == Ok(Some(Object::Lead));
    get(body, WHO_ID).is_some_and(is_lead) && get(body, WHAT_ID).is_some_and(|what| !what.is_null())
}
