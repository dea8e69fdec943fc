//! The judgement of one value by the type of its field.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Number, Value};

use super::{CheckContext, Reason, Write};
use crate::salesforce::id::{Id, IdError, Object};
use crate::salesforce::task::RecordRef;
use crate::salesforce::text::{LINE_LIMIT, LengthUnit};
use crate::time::{is_storable, iso};

type Verdict = Result<(), Reason>;

const CONTROL_CHARACTER: &str = "contains a control character";

/// The smallest number with too many digits: Salesforce's numbers have at most 18.
const NUMBER_END: f64 = 1e18;

pub(super) fn line(value: &Value, limit: Option<usize>) -> Verdict {
    let text = clean(value)?;
    if text.contains('\n') {
        return Err(Reason::NotStored("contains a line break, and the field has one line"));
    }
    if text.contains('\t') {
        return Err(Reason::NotStored(CONTROL_CHARACTER));
    }
    short(text, limit, LengthUnit::Salesforce)
}

pub(super) fn area(value: &Value, limit: Option<usize>, count: LengthUnit) -> Verdict {
    short(clean(value)?, limit, count)
}

/// Returns the text if Salesforce would store it as it is.
fn clean(value: &Value) -> Result<&str, Reason> {
    let text = text(value)?;
    if text.is_empty() {
        return Err(Reason::NotStored("is an empty text; leave the field out, or set it to null in an update"));
    }
    if text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\t')) {
        return Err(Reason::NotStored(CONTROL_CHARACTER));
    }
    if text.trim().len() != text.len() {
        return Err(Reason::NotStored("begins or ends with a blank"));
    }
    Ok(text)
}

fn short(text: &str, limit: Option<usize>, count: LengthUnit) -> Verdict {
    let Some(limit) = limit else { return Ok(()) };
    let length = count.measure(text);
    if length > limit { Err(Reason::TooLong { length, limit }) } else { Ok(()) }
}

fn text(value: &Value) -> Result<&str, Reason> {
    value.as_str().ok_or(Reason::Shape("a text"))
}

pub(super) fn picklist(value: &Value, values: &[&str]) -> Verdict {
    if values.contains(&text(value)?) { Ok(()) } else { Err(Reason::NotInPicklist) }
}

pub(super) fn int(value: &Value, digits: u32) -> Verdict {
    let Value::Number(number) = value else {
        return Err(Reason::Shape("a whole number"));
    };
    let highest = 10_u64.saturating_pow(digits).saturating_sub(1);
    match (number.as_u64(), number.as_i64()) {
        (Some(number), _) if number <= highest => Ok(()),
        (None, None) => Err(Reason::Shape("a whole number")),
        _ => Err(Reason::OutOfRange(highest)),
    }
}

pub(super) fn number(value: &Value) -> Verdict {
    let number = value.as_number().and_then(Number::as_f64).ok_or(Reason::Shape("a number"))?;
    if number.abs() < NUMBER_END { Ok(()) } else { Err(Reason::Shape("a number of at most 18 digits")) }
}

pub(super) fn flag(value: &Value) -> Verdict {
    if value.is_boolean() { Ok(()) } else { Err(Reason::Shape("true or false")) }
}

pub(super) fn date(value: &Value) -> Verdict {
    let text = text(value)?;
    // chrono also parses days without leading zeros and with a sign.
    let spelled = text.len() == "YYYY-MM-DD".len() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = spelled.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    storable(day.ok_or(Reason::Shape("a day written YYYY-MM-DD"))?.and_time(NaiveTime::MIN).and_utc())
}

pub(super) fn date_time(value: &Value) -> Verdict {
    storable(iso(text(value)?).ok_or(Reason::Shape("a time in ISO 8601"))?)
}

fn storable(time: DateTime<Utc>) -> Verdict {
    if is_storable(time.timestamp()) { Ok(()) } else { Err(Reason::Year) }
}

/// Judges an id or a reference to a new record. `others`: whether objects that the mapping does not
/// know are accepted.
pub(super) fn reference(value: &Value, to: &[Object], others: bool, context: CheckContext) -> Verdict {
    let object = object_of(value, context)?;
    let fits = object.map_or(others, |object| to.contains(&object));
    if fits { Ok(()) } else { Err(Reason::WrongObject) }
}

/// Returns the object of an id or reference; `None` for an object that the mapping does not know.
pub(super) fn object_of(value: &Value, context: CheckContext) -> Result<Option<Object>, Reason> {
    let text = text(value)?;
    if !text.starts_with("@{") {
        return Ok(id(text)?.object());
    }
    let made = match RecordRef::parse_new(text) {
        Some(RecordRef::NewRecord) => context.record,
        Some(RecordRef::NewCase) => context.case.then_some(Object::Case),
        Some(RecordRef::Id(_)) | None => None,
    };
    made.map(Some).ok_or(Reason::DanglingReference)
}

fn id(text: &str) -> Result<Id, Reason> {
    text.parse().map_err(|error| match error {
        IdError::Checksum => Reason::NotAnId("the last three characters do not match the rest"),
        IdError::Length(_) | IdError::Character | IdError::Object(_) => {
            Reason::NotAnId("an id has 15 or 18 letters and digits")
        }
    })
}

/// Judges a custom field. Its type is unknown, so every type that the mapping writes is accepted.
pub(super) fn custom(write: Write, value: &Value) -> Verdict {
    match value {
        Value::Null if write == Write::Create => Err(Reason::NullOnCreate),
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(_) => number(value),
        Value::String(_) => line(value, Some(LINE_LIMIT)),
        Value::Array(_) | Value::Object(_) => Err(Reason::Shape("a text, a number, true or false")),
    }
}
