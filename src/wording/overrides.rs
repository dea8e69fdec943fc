//! The setting `wording`: a language, or texts of the caller's own on top of a language.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::{Edition, Language, Template, TemplateError, Wording};
use crate::json::{self, Keyed};

/// A text that the setting can replace: how the text is checked, and where it is stored.
enum Text {
    /// Allows the placeholders of a Subject.
    Subject(fn(&mut Wording) -> &mut Template),
    /// Requires `{link}`.
    Link(fn(&mut Wording) -> &mut Template),
    /// Allows `{agent}`.
    Note(fn(&mut Wording) -> &mut Template),
    /// Has no placeholders.
    Plain(fn(&mut Wording) -> &mut Cow<'static, str>),
}

/// The texts by their keys in the setting.
const TEXTS: &[(&str, Text)] = &[
    ("voicemail_link", Text::Link(|wording| &mut wording.voicemail_link)),
    ("recording_link", Text::Link(|wording| &mut wording.recording_link)),
    ("note", Text::Note(|wording| &mut wording.note)),
    ("connected", Text::Plain(|wording| &mut wording.connected)),
    ("not_connected", Text::Plain(|wording| &mut wording.not_connected)),
    ("unknown_company", Text::Plain(|wording| &mut wording.unknown_company)),
    ("unknown", Text::Plain(|wording| &mut wording.unknown)),
];

/// The Subjects by their keys in the setting's `subject`.
const SUBJECTS: &[(&str, Text)] = &[
    ("outbound_answered", Text::Subject(|wording| &mut wording.subject.outbound_answered)),
    ("outbound_unanswered", Text::Subject(|wording| &mut wording.subject.outbound_unanswered)),
    ("inbound_answered", Text::Subject(|wording| &mut wording.subject.inbound_answered)),
    ("missed", Text::Subject(|wording| &mut wording.subject.missed)),
    ("voicemail", Text::Subject(|wording| &mut wording.subject.voicemail)),
    ("outbound_conference", Text::Subject(|wording| &mut wording.subject.outbound_conference)),
    ("inbound_conference", Text::Subject(|wording| &mut wording.subject.inbound_conference)),
];

impl Text {
    fn check(&self, text: &str) -> Result<Template, TemplateError> {
        let text = text.to_owned();
        match self {
            Self::Subject(_) => Template::new(text, Template::SUBJECT),
            Self::Link(_) => Template::with(text, Template::LINK),
            Self::Note(_) => Template::new(text, Template::NOTE),
            Self::Plain(_) => Template::plain(text),
        }
    }

    fn store(&self, wording: &mut Wording, text: Template) {
        match self {
            Self::Subject(place) | Self::Link(place) | Self::Note(place) => *place(wording) = text,
            Self::Plain(place) => *place(wording) = text.into_text(),
        }
    }
}

/// The value of the setting. `base` and the setting `edition` can follow the texts in the JSON, so
/// the texts are collected first.
#[derive(Default)]
pub(crate) struct WordingTexts {
    base: Language,
    subjects: Texts,
    others: Texts,
}

impl WordingTexts {
    /// Returns the wording with the texts replaced. The edition applies to a base of English.
    pub(crate) fn wording(self, edition: Edition) -> Wording {
        let mut wording = Wording::new(self.base, edition);
        for (text, template) in self.subjects.0.into_iter().chain(self.others.0) {
            text.store(&mut wording, template);
        }
        wording
    }
}

impl<'de> Deserialize<'de> for WordingTexts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LanguageOrTexts;
        impl<'de> Visitor<'de> for LanguageOrTexts {
            type Value = WordingTexts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`en`, `de`, `fr`, `es` or an object of texts")
            }

            fn visit_str<E: de::Error>(self, language: &str) -> Result<WordingTexts, E> {
                let base = Language::deserialize(de::value::StrDeserializer::new(language))?;
                Ok(WordingTexts { base, ..WordingTexts::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WordingTexts, A::Error> {
                json::read_keys(&mut map)
            }
        }
        deserializer.deserialize_any(LanguageOrTexts)
    }
}

impl<'de> Keyed<'de> for WordingTexts {
    fn keys() -> impl Iterator<Item = &'static str> {
        ["base", "subject"].into_iter().chain(TEXTS.iter().map(|(key, _)| *key))
    }

    fn read<A: MapAccess<'de>>(&mut self, key: &'static str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "base" => self.base = map.next_value()?,
            "subject" => self.subjects = map.next_value()?,
            _ => self.others.add(TEXTS, key, map)?,
        }
        Ok(())
    }
}

/// Checked texts, each with the place to store it.
#[derive(Default)]
struct Texts(Vec<(&'static Text, Template)>);

impl Texts {
    fn add<'de, A: MapAccess<'de>>(
        &mut self,
        table: &'static [(&'static str, Text)],
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        if let Some((_, text)) = table.iter().find(|(known, _)| *known == key) {
            self.0.push((text, map.next_value_seed(text)?));
        }
        Ok(())
    }
}

/// The value of `subject`.
impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::keyed(deserializer)
    }
}

impl<'de> Keyed<'de> for Texts {
    fn keys() -> impl Iterator<Item = &'static str> {
        SUBJECTS.iter().map(|(key, _)| *key)
    }

    fn read<A: MapAccess<'de>>(&mut self, key: &'static str, map: &mut A) -> Result<(), A::Error> {
        self.add(SUBJECTS, key, map)
    }
}

impl<'de> DeserializeSeed<'de> for &Text {
    type Value = Template;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Template, D::Error> {
        json::text(deserializer, "a text", |text| self.check(text))
    }
}
