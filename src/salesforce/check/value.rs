//! The judgement of one value by the type of its field.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Number, Value};

use super::{CheckContext, Reason, Verdict, Write, null};
use crate::salesforce::id::{Id, LONG, Object};
use crate::salesforce::task::RecordRef;
use crate::salesforce::text::{LINE_LIMIT, LengthUnit};
use crate::time::{is_storable, iso};

const CONTROL_CHARACTER: Reason = Reason::uncoded("contains a control character");

const DANGLING: Reason = Reason::uncoded("refers to a record that the plan does not create");

/// The smallest number with too many digits: Salesforce's numbers have at most 18.
const NUMBER_END: f64 = 1e18;

pub(super) fn line(value: &Value, limit: Option<usize>) -> Verdict {
    let text = clean(value)?;
    ensure(!text.contains('\n'), Reason::uncoded("contains a line break, and the field has one line"))?;
    ensure(!text.contains('\t'), CONTROL_CHARACTER)?;
    short(text, limit, LengthUnit::Salesforce)
}

pub(super) fn text_area(value: &Value, limit: Option<usize>, count: LengthUnit) -> Verdict {
    short(clean(value)?, limit, count)
}

/// Returns the text if Salesforce would store it as it is.
fn clean(value: &Value) -> Result<&str, Reason> {
    let text = text(value)?;
    let empty = Reason::uncoded("is an empty text; leave the field out, or set it to null in an update");
    ensure(!text.is_empty(), empty)?;
    let is_allowed = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    ensure(text.chars().all(is_allowed), CONTROL_CHARACTER)?;
    ensure(text.trim().len() == text.len(), Reason::uncoded("begins or ends with a blank"))?;
    Ok(text)
}

fn short(text: &str, limit: Option<usize>, count: LengthUnit) -> Verdict {
    let length = count.measure(text);
    let Some(limit) = limit.filter(|limit| length > *limit) else { return Ok(()) };
    let message = format!("has a length of {length}, and the limit is {limit}");
    Err(Reason(Some("STRING_TOO_LONG"), message.into()))
}

fn ensure(holds: bool, reason: Reason) -> Verdict {
    if holds { Ok(()) } else { Err(reason) }
}

fn text(value: &Value) -> Result<&str, Reason> {
    value.as_str().ok_or(shape("must be a text"))
}

pub(super) fn picklist(value: &Value, values: &[&str]) -> Verdict {
    let other = Reason::coded("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "is not a value of the picklist");
    ensure(values.contains(&text(value)?), other)
}

pub(super) fn int(value: &Value, digits: u32) -> Verdict {
    let Value::Number(number) = value else {
        return Err(shape("must be a whole number"));
    };
    let highest = 10_u64.saturating_pow(digits).saturating_sub(1);
    match (number.as_u64(), number.as_i64()) {
        (Some(number), _) if number <= highest => Ok(()),
        (None, None) => Err(shape("must be a whole number")),
        _ => {
            let message = format!("must be a whole number from 0 to {highest}");
            Err(Reason(Some("NUMBER_OUTSIDE_VALID_RANGE"), message.into()))
        }
    }
}

pub(super) fn number(value: &Value) -> Verdict {
    let number = value.as_number().and_then(Number::as_f64).ok_or(shape("must be a number"))?;
    ensure(number.abs() < NUMBER_END, shape("must be a number of at most 18 digits"))
}

pub(super) fn flag(value: &Value) -> Verdict {
    ensure(value.is_boolean(), shape("must be true or false"))
}

pub(super) fn date(value: &Value) -> Verdict {
    let text = text(value)?;
    // chrono also parses days without leading zeros and with a sign.
    let spelled = text.len() == "YYYY-MM-DD".len() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = spelled.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    storable(day.ok_or(shape("must be a day written YYYY-MM-DD"))?.and_time(NaiveTime::MIN).and_utc())
}

pub(super) fn date_time(value: &Value) -> Verdict {
    storable(iso(text(value)?).ok_or(shape("must be a time in ISO 8601"))?)
}

fn storable(time: DateTime<Utc>) -> Verdict {
    ensure(is_storable(time.timestamp()), Reason::uncoded("is not in the years 1700 to 4000"))
}

/// Judges an id or a reference to a new record. `others`: whether objects that the mapping does not
/// know are accepted.
pub(super) fn reference(value: &Value, to: &[Object], others: bool, context: CheckContext<'_>) -> Verdict {
    let object = object_of(value, context)?;
    let fits = object.map_or(others, |object| to.contains(&object));
    let message = "is the id of an object that this field does not accept";
    ensure(fits, Reason::coded("FIELD_INTEGRITY_EXCEPTION", message))
}

/// Returns the object of an id or reference; `None` for an object that the mapping does not know.
pub(super) fn object_of(value: &Value, context: CheckContext<'_>) -> Result<Option<Object>, Reason> {
    let text = text(value)?;
    if !text.starts_with("@{") {
        return Ok(id(text)?.object());
    }
    let is_case = RecordRef::parse_new(text).ok_or(DANGLING)? == RecordRef::NewCase;
    // A plan creates at most one record beside the Case.
    let made = context.created.iter().find(|object| (**object == Object::Case) == is_case);
    made.map(|object| Some(*object)).ok_or(DANGLING)
}

fn id(text: &str) -> Result<Id, Reason> {
    // A whole id can only be wrong in its checksum.
    let is_whole = text.len() == LONG && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let message = if is_whole {
        "is not an id: the last three characters do not match the rest"
    } else {
        "is not an id: an id has 15 or 18 letters and digits"
    };
    text.parse().map_err(|_| Reason::coded("MALFORMED_ID", message))
}

fn shape(message: &'static str) -> Reason {
    Reason::coded("JSON_PARSER_ERROR", message)
}

/// Judges a custom field. Its type is unknown, so every type that the mapping writes is accepted.
pub(super) fn custom(write: Write, value: &Value) -> Verdict {
    match value {
        Value::Null => null(write, true),
        Value::Bool(_) => Ok(()),
        Value::Number(_) => number(value),
        Value::String(_) => line(value, Some(LINE_LIMIT)),
        Value::Array(_) | Value::Object(_) => Err(shape("must be a text, a number, true or false")),
    }
}
