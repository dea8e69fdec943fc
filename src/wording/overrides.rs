//! The setting `wording`: one of the library's, or one of the caller's own that starts from it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};

use super::{Edition, Language, Template, TemplateError, Wording};
use crate::json;
use crate::salesforce::text::is_blank;

/// What the setting says, before the edition is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WordingSource {
    base: Language,
    texts: Overrides,
}

impl WordingSource {
    /// The wording that it describes. The edition applies to a base of English.
    #[must_use]
    pub fn build(self, edition: Edition) -> Wording {
        let mut wording = Wording::new(self.base, edition);
        let Overrides {
            base: _,
            subject,
            voicemail_link,
            recording_link,
            note,
            connected,
            not_connected,
            unknown_company,
            unknown,
        } = self.texts;
        let SubjectOverrides {
            outbound_answered,
            outbound_unanswered,
            inbound_answered,
            missed,
            voicemail,
            outbound_conference,
            inbound_conference,
        } = subject;
        let subjects = &mut wording.subject;
        replace(&mut subjects.outbound_answered, outbound_answered);
        replace(&mut subjects.outbound_unanswered, outbound_unanswered);
        replace(&mut subjects.inbound_answered, inbound_answered);
        replace(&mut subjects.missed, missed);
        replace(&mut subjects.voicemail, voicemail);
        replace(&mut subjects.outbound_conference, outbound_conference);
        replace(&mut subjects.inbound_conference, inbound_conference);
        replace(&mut wording.voicemail_link, voicemail_link);
        replace(&mut wording.recording_link, recording_link);
        replace(&mut wording.note, note);
        replace(&mut wording.connected, connected);
        replace(&mut wording.not_connected, not_connected);
        replace(&mut wording.unknown_company, unknown_company);
        replace(&mut wording.unknown, unknown);
        wording
    }
}

fn replace<T>(text: &mut T, by: Option<T>) {
    if let Some(by) = by {
        *text = by;
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Overrides {
    base: Language,
    #[serde(deserialize_with = "json::object")]
    subject: SubjectOverrides,
    #[serde(deserialize_with = "link")]
    voicemail_link: Option<Template>,
    #[serde(deserialize_with = "link")]
    recording_link: Option<Template>,
    #[serde(deserialize_with = "note")]
    note: Option<Template>,
    #[serde(deserialize_with = "plain")]
    connected: Option<Cow<'static, str>>,
    #[serde(deserialize_with = "plain")]
    not_connected: Option<Cow<'static, str>>,
    #[serde(deserialize_with = "plain")]
    unknown_company: Option<Cow<'static, str>>,
    #[serde(deserialize_with = "plain")]
    unknown: Option<Cow<'static, str>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SubjectOverrides {
    #[serde(deserialize_with = "subject")]
    outbound_answered: Option<Template>,
    #[serde(deserialize_with = "subject")]
    outbound_unanswered: Option<Template>,
    #[serde(deserialize_with = "subject")]
    inbound_answered: Option<Template>,
    #[serde(deserialize_with = "subject")]
    missed: Option<Template>,
    #[serde(deserialize_with = "subject")]
    voicemail: Option<Template>,
    #[serde(deserialize_with = "subject")]
    outbound_conference: Option<Template>,
    #[serde(deserialize_with = "subject")]
    inbound_conference: Option<Template>,
}

fn subject<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Template>, D::Error> {
    checked(deserializer, |text| Template::new(text, Template::SUBJECT))
}

fn link<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Template>, D::Error> {
    checked(deserializer, |text| Template::with(text, Template::LINK))
}

fn note<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Template>, D::Error> {
    checked(deserializer, |text| Template::new(text, Template::NOTE))
}

fn plain<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'static, str>>, D::Error> {
    checked(deserializer, |text| {
        if is_blank(&text) {
            return Err(TemplateError::Empty);
        }
        Ok(Cow::Owned(text))
    })
}

fn checked<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    check: impl Fn(String) -> Result<T, TemplateError>,
) -> Result<Option<T>, D::Error> {
    json::text(deserializer, "a text", |text| check(text.to_owned())).map(Some)
}

impl<'de> Deserialize<'de> for WordingSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SourceVisitor;
        impl<'de> Visitor<'de> for SourceVisitor {
            type Value = WordingSource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`en`, `de`, `fr`, `es` or an object of texts")
            }

            fn visit_str<E: de::Error>(self, language: &str) -> Result<WordingSource, E> {
                let base = Language::deserialize(de::value::StrDeserializer::new(language))?;
                Ok(WordingSource { base, texts: Overrides::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WordingSource, A::Error> {
                let texts = Overrides::deserialize(MapAccessDeserializer::new(map))?;
                Ok(WordingSource { base: texts.base, texts })
            }
        }
        deserializer.deserialize_any(SourceVisitor)
    }
}
