//! The settings that exclude calls (LOG-9), and how settings name numbers.

use std::str::FromStr;

use serde::de::{Deserialize, Deserializer};

use crate::aircall::CompanyNumber;
use crate::json::{self, Scalar};
use crate::phone::{E164, E164Error};

/// A number, or a prefix of numbers.
///
/// In JSON it is a number in E.164, or `+`, digits and `*`: `"+4930*"` matches every number that
/// begins with `+4930`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPattern {
    start: String,
    is_prefix: bool,
}

impl NumberPattern {
    /// Returns whether the pattern matches a number.
    #[must_use]
    pub fn matches(&self, number: &E164) -> bool {
        number.as_bytes().strip_prefix(self.start.as_bytes()).is_some_and(|rest| self.is_prefix || rest.is_empty())
    }
}

impl FromStr for NumberPattern {
    type Err = E164Error;

    fn from_str(text: &str) -> Result<Self, E164Error> {
        let Some(start) = text.strip_suffix('*') else {
            let number: E164 = text.parse()?;
            return Ok(Self { start: number.as_str().to_owned(), is_prefix: false });
        };
        // A prefix is not a whole number, so the limits of a number's length do not apply.
        let is_prefix = start.strip_prefix('+').is_some_and(is_digits);
        is_prefix.then(|| Self { start: start.to_owned(), is_prefix }).ok_or(E164Error::FORM)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl<'de> Deserialize<'de> for NumberPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::text(deserializer, "a phone number in E.164, or `+`, digits and `*`", str::parse)
    }
}

/// One of the company's numbers, as a setting names it.
///
/// In JSON it is Aircall's id of the number (as a number, or as a text of digits), or the number in
/// E.164.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompanyNumberRef {
    /// Aircall's id of the number.
    Id(String),
    /// The number in E.164.
    Number(E164),
}

impl CompanyNumberRef {
    /// Returns whether the setting names this company number, which is `e164` in E.164.
    pub(crate) fn names(&self, number: Option<&CompanyNumber<'_>>, e164: Option<E164>) -> bool {
        match self {
            Self::Id(id) => number.and_then(|number| number.id.as_ref()).is_some_and(|other| other.to_string() == *id),
            Self::Number(number) => e164 == Some(*number),
        }
    }
}

impl<'de> Deserialize<'de> for CompanyNumberRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::scalar(deserializer, "the id of a company number, or the number in E.164", |found| match found {
            Scalar::Whole(id @ 0..) => Some(Ok(Self::Id(id.to_string()))),
            Scalar::Text(id) if is_digits(id) => Some(Ok(Self::Id(id.to_owned()))),
            Scalar::Text(number) => Some(number.parse().map(Self::Number)),
            _ => None,
        })
    }
}

/// Calls that get no Task (LOG-9).
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Exclude {
    /// Calls on these company numbers.
    pub lines: Vec<CompanyNumberRef>,
    /// Calls with these numbers of the other party.
    pub numbers: Vec<NumberPattern>,
    /// Calls with one of these tags, whoever set it.
    pub tags: Vec<String>,
    /// Answered calls that lasted fewer seconds than this. 0 excludes no call.
    pub shorter_than: u32,
    /// Calls with the company's own numbers (REC-8).
    pub own_numbers: bool,
}
