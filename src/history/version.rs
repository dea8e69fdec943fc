//! The version of the stored form (HIST-10).

use serde::{Deserialize, Deserializer, Serialize};

use crate::json;

/// The number of the form in which a history is stored. Another form gets another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "u64")]
pub(super) struct Version;

impl Version {
    const NUMBER: u64 = 1;
}

impl From<Version> for u64 {
    fn from(_: Version) -> Self {
        Version::NUMBER
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            Self::NUMBER => Ok(Self),
            other => {
                let expected = Self::NUMBER;
                Err(json::refused(format_args!("a history of version {other} where version {expected} was expected")))
            }
        }
    }
}
