//! The version of the stored form (HIST-10).

use serde::{Deserialize, Deserializer};

use crate::json;

/// The version of the stored form. Increase it with every change that is more than a new optional
/// key.
pub(super) const VERSION: u64 = 2;

/// Reads the version of a stored history. Rejects every version but [`VERSION`].
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    // The version is the first key of the JSON. So this error comes before an error about a key
    // that only another version has.
    let version = u64::deserialize(deserializer)?;
    if version != VERSION {
        let message = format!("a history of version {version} where version {VERSION} was expected");
        return Err(json::refused(message));
    }
    Ok(version)
}
