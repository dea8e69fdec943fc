//! The texts of this library's wordings: the Subjects (SUBJ-1 to SUBJ-8), then the other texts.

use std::borrow::Cow::Borrowed;

use super::template::Template;
use super::{Language, Subjects, Wording};

const fn text(text: &'static str) -> Template {
    Template::built_in(text)
}

pub(super) const fn german() -> Wording {
    Wording {
        language: Language::De,
        subject: Subjects {
            outbound_answered: text("Ausgehender beantworteter Anruf an {record} mit {number}"),
            outbound_unanswered: text("Ausgehender unbeantworteter Anruf an {record} mit {number}"),
            inbound_answered: text("Eingehender Anruf von {record} auf {number}"),
            missed: text("Entgangener Anruf von {record} auf {number}"),
            voicemail: text("Voicemail von {record} auf {number}"),
            outbound_conference: text("Ausgehender Konferenzanruf an {record} mit {number}"),
            inbound_conference: text("Eingehender Anruf von {record} auf {number}"),
        },
        voicemail_link: text("Finde Voicemail hier: {link}"),
        recording_link: text("Finde die Aufzeichnung hier: {link}"),
        note: text("{agent} hat einen neuen Kommentar hinzugefügt:"),
        connected: Borrowed("verbunden"),
        not_connected: Borrowed("nicht verbunden"),
        unknown_company: Borrowed("Unbekannte Firma"),
        unknown: Borrowed("Unbekannt"),
    }
}

pub(super) const fn english() -> Wording {
    Wording {
        language: Language::En,
        subject: Subjects {
            outbound_answered: text("Outbound answered call to {record} with {number}"),
            outbound_unanswered: text("Outbound unanswered call to {record} with {number}"),
            inbound_answered: text("Inbound call from {record} on {number}"),
            missed: text("Missed call from {record} on {number}"),
            voicemail: text("Voicemail from {record} on {number}"),
            outbound_conference: text("Outbound conference call to {record} with {number}"),
            inbound_conference: text("Inbound call from {record} on {number}"),
        },
        voicemail_link: text("Find voicemail here: {link}"),
        recording_link: text("Find the recording here: {link}"),
        note: text("{agent} added a new comment:"),
        connected: Borrowed("connected"),
        not_connected: Borrowed("not connected"),
        unknown_company: Borrowed("Unknown Company"),
        unknown: Borrowed("Unknown"),
    }
}

pub(super) fn english_of_2025() -> Wording {
    // Only these three name the agent. A call can lack an agent, hence the brackets.
    let of_2023 = english();
    Wording {
        subject: Subjects {
            outbound_answered: text("Outbound answered call to {record} via {number}[ made by {user}]"),
            outbound_unanswered: text("Outbound unanswered call via {number}[ made by {user}] to {record}"),
            inbound_answered: text("Inbound answered call from {record} on {number}[ answered by {user}]"),
            ..of_2023.subject
        },
        ..of_2023
    }
}

pub(super) const fn french() -> Wording {
    Wording {
        language: Language::Fr,
        subject: Subjects {
            outbound_answered: text("Appel sortant répondu à {record} avec {number}"),
            outbound_unanswered: text("Appel sortant sans réponse vers {record} avec {number}"),
            inbound_answered: text("Appel entrant de {record} sur {number}"),
            missed: text("Appel manqué de {record} sur {number}"),
            voicemail: text("Message vocal de {record} sur {number}"),
            outbound_conference: text("Conférence téléphonique sortante vers {record} avec {number}"),
            inbound_conference: text("Appel entrant de {record} sur {number}"),
        },
        voicemail_link: text("Trouvez le message vocal ici : {link}"),
        recording_link: text("Trouvez l'enregistrement ici : {link}"),
        note: text("{agent} a ajouté un nouveau commentaire :"),
        connected: Borrowed("connecté"),
        not_connected: Borrowed("non connecté"),
        unknown_company: Borrowed("Société inconnue"),
        unknown: Borrowed("Inconnu"),
    }
}

pub(super) const fn spanish() -> Wording {
    Wording {
        language: Language::Es,
        subject: Subjects {
            outbound_answered: text("Llamada saliente contestada a {record} con {number}"),
            outbound_unanswered: text("Llamada saliente no contestada a {record} con {number}"),
            inbound_answered: text("Llamada entrante de {record} en {number}"),
            missed: text("Llamada perdida de {record} en {number}"),
            voicemail: text("Buzón de voz de {record} en {number}"),
            outbound_conference: text("Llamada de conferencia saliente a {record} con {number}"),
            inbound_conference: text("Llamada entrante de {record} en {number}"),
        },
        voicemail_link: text("Encuentra el buzón de voz aquí: {link}"),
        recording_link: text("Encuentra la grabación aquí: {link}"),
        note: text("{agent} ha añadido un nuevo comentario:"),
        connected: Borrowed("conectado"),
        not_connected: Borrowed("no conectado"),
        unknown_company: Borrowed("Empresa desconocida"),
        unknown: Borrowed("Desconocido"),
    }
}
