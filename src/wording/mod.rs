//! The texts that people read, in four languages, and texts of the caller's own.
//!
//! # Sources
//!
//! The German texts and both English editions of the Subjects come from Aircall's help articles on
//! the fields of a logged call (2023 and 2025). The other English, French and Spanish texts are
//! this project's translation of the German texts.

mod country;
mod country_names;
mod overrides;
mod template;
mod texts;

use std::borrow::Cow;

use crate::facts::Kind;
use crate::json::words;
use crate::phone::Region;
pub(crate) use overrides::WordingTexts;
pub use template::{Template, TemplateError};

words! {
    /// The language of a wording, and of the country names that go with it.
    #[derive(Default)]
    pub enum Language {
        /// English.
        #[default]
        En = "en",
        /// German.
        De = "de",
        /// French.
        Fr = "fr",
        /// Spanish.
        Es = "es",
    }
}

words! {
    /// The edition of Aircall's texts. The texts of 2025 name the agent, in English only.
    #[derive(Default)]
    pub enum Edition {
        /// The edition of 2023.
        #[default]
        Of2023 = "2023",
        /// The edition of 2025.
        Of2025 = "2025",
    }
}

/// Holds every text of a wording.
///
/// ```
/// use aircall_salesforce::wording::{Edition, Language, Wording};
///
/// let wording = Wording::new(Language::De, Edition::Of2023);
/// assert_eq!(wording.unknown_company, "Unbekannte Firma");
/// ```
///
/// Words for machines (`CallDisposition`, `CallType`, `Status`) are English in every wording.
///
/// The setting `wording` is a language, or an object of your own texts:
///
/// - `base` is the language whose texts stay where the object has no text.
/// - `subject` is an object with a text for each kind of call, named as in
///   [`Because`](crate::Because).
/// - The other keys are the names of the fields below. [`Template`] explains what texts may
///   contain.
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
#[non_exhaustive]
pub struct Wording {
    /// The language of country names.
    pub language: Language,
    /// The Task's `Subject`, by kind of call (SUBJ-1 to SUBJ-7).
    pub subject: Subjects,
    /// The line of `Description` for a voicemail, with `{link}` (DESC-1).
    pub voicemail_link: Template,
    /// The line of `Description` for a recording, with `{link}` (DESC-2).
    pub recording_link: Template,
    /// The line above a note, with `{agent}` (DESC-3).
    pub note: Template,
    /// The connection status of an answered inbound call (PKG-9).
    pub connected: Cow<'static, str>,
    /// The connection status of an unanswered inbound call (PKG-9).
    pub not_connected: Cow<'static, str>,
    /// The `Company` of a new Lead (NEW-3).
    pub unknown_company: Cow<'static, str>,
    /// The text for an unknown name or number (SUBJ-9).
    pub unknown: Cow<'static, str>,
}

/// The Subject of each kind of call. Fills in `{record}`, `{number}` and `{user}`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
    /// Returns the Subject of a kind of call.
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
    /// Returns a wording of this library. The edition changes English texts only.
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

    /// Returns the name of a country in this wording's language (PKG-4).
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
