//! The texts that people read, in four languages, and how a caller brings its own.
//!
//! # Sources
//!
//! The German texts and both English editions of the subjects are those of Aircall's help articles on the fields of a logged call
//! (2023 and 2025). The other English, French and Spanish texts are this project's translation of the German ones.

mod country;
mod country_names;
mod overrides;
mod template;
mod texts;

use std::borrow::Cow;

use crate::facts::Kind;
use crate::json::words;
use crate::phone::Region;
pub use overrides::WordingSource;
pub use template::{Template, TemplateError};

words! {
    /// The language of a wording, and of the country names that go with it.
    #[derive(Default)]
    pub enum Language {
        /// English
        #[default]
        En = "en",
        /// German
        De = "de",
        /// French
        Fr = "fr",
        /// Spanish
        Es = "es",
    }
}

words! {
    /// Which of Aircall's texts: those of 2025 name the agent, in English only.
    #[derive(Default)]
    pub enum Edition {
        /// The edition of 2023.
        #[default]
        Of2023 = "2023",
        /// The edition of 2025.
        Of2025 = "2025",
    }
}

/// Every text of a wording.
///
/// ```
/// use aircall_salesforce::wording::{Edition, Language, Wording};
///
/// let wording = Wording::new(Language::De, Edition::Of2023);
/// assert_eq!(wording.unknown_company, "Unbekannte Firma");
/// ```
///
/// Words of machines (CallDisposition, CallType, Status) are English in every wording.
///
/// The setting `wording` is a language, or an object of texts that start from one; what is left out stays. Its keys are the names of the
/// fields here and of [`Subjects`], and `base`, the language. What the texts may hold stands with [`Template`].
///
/// ```
/// use aircall_salesforce::Settings;
///
/// let settings = Settings::from_json(r#"{"admin": "005000000000002AAA", "wording": {
///     "base": "de",
///     "subject": {"missed": "Verpasst: {record}[ auf {number}]"},
///     "recording_link": "Aufnahme: {link}",
///     "note": "{agent}:",
///     "unknown": "unbekannt"
/// }}"#)?;
/// # Ok::<(), aircall_salesforce::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The language of country names.
    pub language: Language,
    /// The Task's Subject, by kind of call (SUBJ-1 to SUBJ-7).
    pub subject: Subjects,
    /// Description's line for a voicemail, with `{link}` (DESC-1).
    pub voicemail_link: Template,
    /// Description's line for a recording, with `{link}` (DESC-2).
    pub recording_link: Template,
    /// The line above a note, with `{agent}` (DESC-3).
    pub note: Template,
    /// An inbound call that was answered (PKG-9).
    pub connected: Cow<'static, str>,
    /// An inbound call that was not.
    pub not_connected: Cow<'static, str>,
    /// `Company` of a new Lead (NEW-3).
    pub unknown_company: Cow<'static, str>,
    /// For a name or number that nobody knows (SUBJ-9).
    pub unknown: Cow<'static, str>,
}

/// The Subject of each kind of call; `{record}`, `{number}` and `{user}` are filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subjects {
    /// SUBJ-1
    pub outbound_answered: Template,
    /// SUBJ-2
    pub outbound_unanswered: Template,
    /// SUBJ-3
    pub inbound_answered: Template,
    /// SUBJ-4
    pub missed: Template,
    /// SUBJ-5
    pub voicemail: Template,
    /// SUBJ-6
    pub outbound_conference: Template,
    /// SUBJ-7
    pub inbound_conference: Template,
}

impl Subjects {
    /// The one for a kind of call.
    #[must_use]
    pub const fn of(&self, kind: Kind) -> &Template {
        match kind {
            Kind::OutboundAnswered => &self.outbound_answered,
            Kind::OutboundUnanswered => &self.outbound_unanswered,
            Kind::InboundAnswered => &self.inbound_answered,
            Kind::Missed => &self.missed,
            Kind::Voicemail => &self.voicemail,
            Kind::OutboundConference => &self.outbound_conference,
            Kind::InboundConference => &self.inbound_conference,
        }
    }
}

impl Wording {
    /// A wording of this library. The edition matters to English alone.
    #[must_use]
    pub fn new(language: Language, edition: Edition) -> Self {
        match (language, edition) {
            (Language::De, _) => texts::german(),
            (Language::En, Edition::Of2023) => texts::english(),
            (Language::En, Edition::Of2025) => texts::english_of_2025(),
            (Language::Fr, _) => texts::french(),
            (Language::Es, _) => texts::spanish(),
        }
    }

    /// The name of a country in this wording's language (PKG-4).
    #[must_use]
    pub fn country(&self, region: Region) -> Option<&'static str> {
        country::name(region, self.language)
    }
}

impl Default for Wording {
    fn default() -> Self {
        Self::new(Language::default(), Edition::default())
    }
}
