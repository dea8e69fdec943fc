//! Builds JSON objects.

use serde_json::Value;

/// Returns an object with further keys, which replace keys of the same name.
#[track_caller]
pub(crate) fn with(mut object: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("{more} is no object") };
    object.as_object_mut().unwrap().extend(more);
    object
}
