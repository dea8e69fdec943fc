//! The version of the stored form (HIST-10).

use serde::{Deserialize, Deserializer};

use crate::json;

/// The number of the form in which a history is stored. Another form gets another number.
pub(super) const VERSION: u64 = 2;

/// Reads the version of a stored history, and rejects every other version.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    // The version is stored first, so this error comes before the one about a key that only another
    // version has.
    let version = u64::deserialize(deserializer)?;
    if version != VERSION {
        let message = format!("a history of version {version} where version {VERSION} was expected");
        return Err(json::refused(message));
    }
    Ok(version)
}
