//! Builds JSON objects in steps.

use serde_json::Value;

/// Adds a field to an object. Other values stay unchanged.
pub(crate) fn with(mut object: Value, name: &str, value: impl Into<Value>) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.insert(name.to_owned(), value.into());
    }
    object
}
