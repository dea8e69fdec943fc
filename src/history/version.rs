//! The version of the stored form (HIST-10).

use serde::{Deserialize, Serialize};

/// The number of the form in which a history is stored. Another form gets another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub(super) struct Version;

/// A history in the form of another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a history of version {0} where version {expected} was expected", expected = Version::NUMBER)]
pub(super) struct OtherVersion(u64);

impl Version {
    const NUMBER: u64 = 1;
}

impl TryFrom<u64> for Version {
    type Error = OtherVersion;

    fn try_from(number: u64) -> Result<Self, OtherVersion> {
        if number == Self::NUMBER { Ok(Self) } else { Err(OtherVersion(number)) }
    }
}

impl From<Version> for u64 {
    fn from(_: Version) -> Self {
        Version::NUMBER
    }
}
