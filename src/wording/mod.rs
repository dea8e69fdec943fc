//! The texts that people read, in four languages, and the caller's own texts.
//!
//! # Sources
//!
//! The German texts and both English editions of the Subjects come from Aircall's help articles on
//! the fields of a logged call (2023 and 2025), and the English Subjects of messages from its
//! articles of 2025/26. The other texts are this project's translation. The names of countries come
//! from Unicode CLDR, with its short forms for Hong Kong, Macao and Palestine (PKG-4).
//! `country_names.py` generates `country_names.rs` from CLDR.

mod country_names;
mod setting;
mod template;
mod texts;

use std::borrow::Cow;

use crate::aircall::InsightKind;
use crate::facts::Kind;
use crate::json::words;
use crate::phone::Region;
use country_names::NAMES;
pub(crate) use template::render;
pub use template::{Template, TemplateError};
use texts::Subjects;
pub use texts::Wording;
pub(crate) use texts::WordingTexts;

words! {
    /// The language of a wording, and of the country names that go with it.
    pub enum Language default En {
        /// English.
        En = "en",
        /// German.
        De = "de",
        /// French.
        Fr = "fr",
        /// Spanish.
        Es = "es",
    }

    /// The edition of Aircall's texts. The texts of 2025 name the agent, in English only.
    pub enum Edition default Of2023 {
        /// The edition of 2023.
        Of2023 = "2023",
        /// The edition of 2025.
        Of2025 = "2025",
    }
}

impl Language {
    /// Returns the text in this language. The order is German, English, French, Spanish.
    const fn choose(self, [de, en, fr, es]: [&'static str; 4]) -> &'static str {
        match self {
            Self::De => de,
            Self::En => en,
            Self::Fr => fr,
            Self::Es => es,
        }
    }
}

impl Subjects {
    /// Returns the Subject of a kind of call or message.
    pub(crate) const fn template(&self, kind: Kind) -> &Template {
        match kind {
            Kind::OutboundAnswered => &self.outbound_answered,
            Kind::OutboundUnanswered => &self.outbound_unanswered,
            Kind::InboundAnswered => &self.inbound_answered,
            Kind::Missed => &self.missed,
            Kind::Voicemail => &self.voicemail,
            Kind::OutboundConference => &self.outbound_conference,
            Kind::InboundConference => &self.inbound_conference,
            Kind::MessageSent => &self.message_sent,
            Kind::MessageReceived => &self.message_received,
        }
    }
}

impl Wording {
    /// Returns the heading of a kind of insight (AI-2).
    pub(crate) const fn insight(&self, kind: InsightKind) -> &Cow<'static, str> {
        match kind {
            InsightKind::Summary => &self.ai_summary,
            InsightKind::Topics => &self.topics,
            InsightKind::ActionItems => &self.action_items,
            InsightKind::Sentiment => &self.sentiment,
        }
    }

    /// Returns a wording of this library. The edition changes English texts only.
    #[must_use]
    pub fn new(language: Language, edition: Edition) -> Self {
        WordingTexts::of(language).wording(edition)
    }

    /// Returns the name of a country in this wording's language (PKG-4).
    #[must_use]
    pub fn country(&self, region: Region) -> Option<&'static str> {
        // Both tables list the same regions in the same order, so no search is needed. A test
        // checks it.
        let (_, names) = NAMES.get(region.row()).filter(|(code, _)| *code == region.as_str())?;
        Some(self.language.choose(*names))
    }
}

impl Default for Wording {
    fn default() -> Self {
        Self::new(Language::default(), Edition::default())
    }
}
