//! Reads the setting `wording`: a language, or the caller's own texts on top of a language.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::{Edition, Language, Template, TemplateError, Wording, WordingTexts};
use crate::json;
use crate::salesforce::text::is_blank;

impl WordingTexts {
    /// Returns the texts of a language, without any text of the caller's own.
    pub(super) fn of(base: Language) -> Self {
        Self { base, ..Self::default() }
    }

    /// Returns the wording with these texts. The edition applies to a base of English.
    pub(crate) fn wording(mut self, edition: Edition) -> Wording {
        let base = self.base;
        let mut subject = std::mem::take(&mut self.subject);
        if (base, edition) == (Language::En, Edition::Of2025) {
            subject.add_english_of_2025();
        }
        // Country names follow the base too, because the setting has no key for them (PKG-4).
        self.complete(base, base, subject.complete(base))
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
        // The reader of the enum lists the languages in its error.
        Language::deserialize(StrDeserializer::new(language)).map(WordingTexts::of)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WordingTexts, A::Error> {
        WordingTexts::deserialize(MapAccessDeserializer::new(map))
    }
}

/// Declares readers of own texts, each with the check of its text.
macro_rules! readers {
    ($($name:ident -> $type:ty: $check:expr;)*) => {$(
        pub(super) fn $name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<$type>, D::Error> {
            json::text(deserializer, "a text", |text| $check(text.to_owned()).map(Some))
        }
    )*};
}

readers! {
    subject -> Template: |text: String| Template::new(text, Template::SUBJECT);
    message -> Template: |text: String| Template::new(text, Template::MESSAGE);
    link -> Template: |text: String| Template::new(text, Template::LINK);
    note -> Template: |text: String| Template::new(text, Template::NOTE);
    plain -> Cow<'static, str>: plain_text;
}

/// Checks a text without placeholders: every character is literal.
fn plain_text(text: String) -> Result<Cow<'static, str>, TemplateError> {
    if is_blank(&text) { Err(TemplateError::empty()) } else { Ok(Cow::Owned(text)) }
}
