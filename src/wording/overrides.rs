//! The setting `wording`: a language, or texts of the caller's own on top of a language.

use std::borrow::Cow;
use std::fmt;
use std::mem;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::template::Problem;
use super::{Edition, Language, Subjects, Template, Wording};
use crate::json;
use crate::salesforce::text::is_blank;

/// Declares an object of texts, each of which replaces the field of `$target` that its key names.
/// `with` declares the other keys of the object.
macro_rules! overrides {
    (
        $name:ident: $target:ty { $($key:ident: $type:ty = $read:literal,)* }
        with { $($(#[$meta:meta])* $other:ident: $other_type:ty,)* }
    ) => {
        #[derive(Default, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$meta])* $other: $other_type,)*
            $(#[serde(deserialize_with = $read)] $key: Option<$type>,)*
        }

        impl $name {
            fn replace(self, texts: &mut $target) {
                $(if let Some(text) = self.$key { texts.$key = text; })*
            }
        }
    };
}

overrides! {
    SubjectTexts: Subjects {
        outbound_answered: Template = "subject",
        outbound_unanswered: Template = "subject",
        inbound_answered: Template = "subject",
        missed: Template = "subject",
        voicemail: Template = "subject",
        outbound_conference: Template = "subject",
        inbound_conference: Template = "subject",
    }
    with {}
}

overrides! {
    WordingTexts: Wording {
        voicemail_link: Template = "link",
        recording_link: Template = "link",
        note: Template = "note",
        connected: Cow<'static, str> = "plain",
        not_connected: Cow<'static, str> = "plain",
        unknown_company: Cow<'static, str> = "plain",
        unknown: Cow<'static, str> = "plain",
    }
    with {
        base: Language,
        #[serde(deserialize_with = "json::object")]
        subject: SubjectTexts,
    }
}

impl WordingTexts {
    /// Returns the wording with these texts. The edition applies to a base of English.
    pub(crate) fn wording(mut self, edition: Edition) -> Wording {
        // Country names follow the base, too: a company cannot bring names of its own (PKG-4).
        let mut wording = Wording::new(self.base, edition);
        mem::take(&mut self.subject).replace(&mut wording.subject);
        self.replace(&mut wording);
        wording
    }

    /// Reads the value of the setting: a language, or an object of texts. `base` and the setting
    /// `edition` can follow the texts in the JSON, so the wording is made later.
    pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LanguageOrTexts)
    }
}

struct LanguageOrTexts;

impl<'de> Visitor<'de> for LanguageOrTexts {
    type Value = WordingTexts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`en`, `de`, `fr`, `es` or an object of texts")
    }

    fn visit_str<E: de::Error>(self, language: &str) -> Result<WordingTexts, E> {
        let base = Language::deserialize(StrDeserializer::new(language))?;
        Ok(WordingTexts { base, ..WordingTexts::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WordingTexts, A::Error> {
        WordingTexts::deserialize(MapAccessDeserializer::new(map))
    }
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
    checked(deserializer, |text| if is_blank(&text) { Err(Problem::Empty) } else { Ok(Cow::Owned(text)) })
}

fn checked<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    check: impl Fn(String) -> Result<T, E>,
) -> Result<Option<T>, D::Error> {
    json::text(deserializer, "a text", |text| check(text.to_owned())).map(Some)
}
