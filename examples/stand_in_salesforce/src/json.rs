//! JSON objects that are built in steps.

use serde_json::Value;

/// The object with one more field; of anything else, what it was.
pub(crate) fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.insert(name.to_owned(), value.into());
    }
    object
}
