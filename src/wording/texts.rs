//! The texts of every language: the Subjects (SUBJ-1 to SUBJ-8, MSG-3), then the other texts.

use std::borrow::Cow;

use super::template::Template;
use super::{Language, setting};
use crate::json;

/// Declares a wording, and the caller's own texts that replace some of its texts.
///
/// Each key has its texts in German, English, French and Spanish. The keys of a group share three
/// things: the reader of the own text, the type, and the function that makes this type of a text of
/// this library. The fields in the first braces, and the keys in the second braces, are not texts.
macro_rules! texts {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident { $($part:ident: $part_type:ty),* }
        $own:ident { $($(#[$other_meta:meta])* $other:ident: $other_type:ty,)* }
        $($read:literal $type:ty = $built_in:path {
            $($key:ident: $de:literal, $en:literal, $fr:literal, $es:literal;)*
        })*
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $visibility struct $name {
            $(pub(crate) $part: $part_type,)*
            $($(pub(crate) $key: $type,)*)*
        }

        #[derive(Default, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct $own {
            $($(#[$other_meta])* pub(super) $other: $other_type,)*
            $($(#[serde(deserialize_with = $read)] pub(super) $key: Option<$type>,)*)*
        }

        // Each key has its languages side by side, so that no language can lack a text, and a
        // translator sees the other texts.
        impl $own {
            /// Returns the own texts, completed by the texts of a language.
            pub(super) fn complete(self, base: Language, $($part: $part_type),*) -> $name {
                $name {
                    $($part,)*
                    $($($key: self.$key.unwrap_or_else(|| $built_in(base.choose([$de, $en, $fr, $es]))),)*)*
                }
            }
        }
    };
}

texts! {
    /// The Subject of each kind of call and message.
    pub(crate) struct Subjects {}
    SubjectTexts {}
    "setting::subject" Template = Template::built_in {
        outbound_answered:
            "Ausgehender beantworteter Anruf an {record} mit {number}", "Outbound answered call to {record} with {number}",
            "Appel sortant répondu à {record} avec {number}", "Llamada saliente contestada a {record} con {number}";
        outbound_unanswered:
            "Ausgehender unbeantworteter Anruf an {record} mit {number}",
            "Outbound unanswered call to {record} with {number}",
            "Appel sortant sans réponse vers {record} avec {number}",
            "Llamada saliente no contestada a {record} con {number}";
        inbound_answered:
            "Eingehender Anruf von {record} auf {number}", "Inbound call from {record} on {number}",
            "Appel entrant de {record} sur {number}", "Llamada entrante de {record} en {number}";
        missed:
            "Entgangener Anruf von {record} auf {number}", "Missed call from {record} on {number}",
            "Appel manqué de {record} sur {number}", "Llamada perdida de {record} en {number}";
        voicemail:
            "Voicemail von {record} auf {number}", "Voicemail from {record} on {number}",
            "Message vocal de {record} sur {number}", "Buzón de voz de {record} en {number}";
        outbound_conference:
            "Ausgehender Konferenzanruf an {record} mit {number}", "Outbound conference call to {record} with {number}",
            "Conférence téléphonique sortante vers {record} avec {number}",
            "Llamada de conferencia saliente a {record} con {number}";
        inbound_conference:
            "Eingehender Anruf von {record} auf {number}", "Inbound call from {record} on {number}",
            "Appel entrant de {record} sur {number}", "Llamada entrante de {record} en {number}";
    }
    "setting::message" Template = Template::built_in {
        message_sent:
            "{channel} gesendet[ von {user}] über {number} an {record}", "{channel} sent[ from {user}] via {number} to {record}",
            "{channel} envoyé[ par {user}] via {number} à {record}",
            "{channel} enviado[ por {user}] a través de {number} a {record}";
        message_received:
            "{channel} empfangen von {record} auf {number}", "{channel} received from {record} to {number}",
            "{channel} reçu de {record} sur {number}", "{channel} recibido de {record} en {number}";
    }
}

texts! {
    /// The texts that people read, in one language or in the caller's own words.
    ///
    /// ```
    /// use aircall_salesforce::{phone::Region, wording::{Edition, Language, Wording}};
    ///
    /// let wording = Wording::new(Language::De, Edition::Of2023);
    /// let france = Region::new("FR").and_then(|region| wording.country(region));
    /// assert_eq!(france, Some("Frankreich"));
    /// ```
    ///
    /// Words for machines (`CallDisposition`, `CallType`, `Status`) are English in every wording.
    ///
    /// The setting `wording` is a language, or an object of your own texts:
    ///
    /// | key | text | placeholders |
    /// |---|---|---|
    /// | `base` | the language of the texts that the object lacks | |
    /// | `subject` | an object: a `Subject` by kind | [`Template`](super::Template) |
    /// | `voicemail_link` | a voicemail's line of `Description` (DESC-1) | `{link}`, required |
    /// | `recording_link` | a recording's line of `Description` (DESC-2) | `{link}`, required |
    /// | `note` | the line above a note (DESC-3) | `{agent}` |
    /// | `connected` | the connection status of an answered inbound call (PKG-9) | none |
    /// | `not_connected` | the connection status of an unanswered inbound call (PKG-9) | none |
    /// | `unknown_company` | the `Company` of a new Lead (NEW-3) | none |
    /// | `unknown` | the text for an unknown name or number (SUBJ-9) | none |
    /// | `ai_summary` | the line above the summary of Aircall's AI (AI-2) | none |
    /// | `topics` | the line above the topics (AI-2) | none |
    /// | `action_items` | the line above the action items (AI-2) | none |
    /// | `sentiment` | the line above the sentiment (AI-2) | none |
    ///
    /// The keys of `subject` are the kinds as in [`Because`](crate::Because) (SUBJ-1 to SUBJ-7,
    /// MSG-3). [`Template`](super::Template) explains what texts with placeholders may contain,
    /// and lists the placeholders of a Subject.
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
    pub struct Wording { language: Language, subject: Subjects }
    WordingTexts {
        base: Language,
        #[serde(deserialize_with = "json::object")]
        subject: SubjectTexts,
    }
    "setting::link" Template = Template::built_in {
        voicemail_link:
            "Finde Voicemail hier: {link}", "Find voicemail here: {link}",
            "Trouvez le message vocal ici : {link}", "Encuentra el buzón de voz aquí: {link}";
        recording_link:
            "Finde die Aufzeichnung hier: {link}", "Find the recording here: {link}",
            "Trouvez l'enregistrement ici : {link}", "Encuentra la grabación aquí: {link}";
    }
    "setting::note" Template = Template::built_in {
        note:
            "{agent} hat einen neuen Kommentar hinzugefügt:", "{agent} added a new comment:",
            "{agent} a ajouté un nouveau commentaire :", "{agent} ha añadido un nuevo comentario:";
    }
    "setting::plain" Cow<'static, str> = Cow::Borrowed {
        connected: "verbunden", "connected", "connecté", "conectado";
        not_connected: "nicht verbunden", "not connected", "non connecté", "no conectado";
        unknown_company: "Unbekannte Firma", "Unknown Company", "Société inconnue", "Empresa desconocida";
        unknown: "Unbekannt", "Unknown", "Inconnu", "Desconocido";
        ai_summary: "KI-Zusammenfassung:", "AI summary:", "Résumé IA :", "Resumen de IA:";
        topics: "Themen:", "Topics:", "Sujets :", "Temas:";
        action_items: "Aufgaben:", "Action items:", "Actions :", "Tareas:";
        sentiment: "Stimmung:", "Sentiment:", "Sentiment :", "Sentimiento:";
    }
}

impl SubjectTexts {
    /// Adds the Subjects in which the edition of 2025 differs, where the caller has no own text.
    pub(super) fn add_english_of_2025(&mut self) {
        let Self { outbound_answered, outbound_unanswered, inbound_answered, .. } = self;
        // A call can have no agent, so the agent's name is in an optional part.
        for (subject, text) in [
            (outbound_answered, "Outbound answered call to {record} via {number}[ made by {user}]"),
            (outbound_unanswered, "Outbound unanswered call via {number}[ made by {user}] to {record}"),
            (inbound_answered, "Inbound answered call from {record} on {number}[ answered by {user}]"),
        ] {
            subject.get_or_insert_with(|| Template::built_in(text));
        }
    }
}
