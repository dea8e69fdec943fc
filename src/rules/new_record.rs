//! The records and cases that are created for a call or message.
//!
//! - NEW-1: the owner of a new Contact, Lead or Account is the admin.
//! - NEW-2: `Phone` is in E.164, with `+`. The names are those of the Aircall contact, if the call
//!   has one. Salesforce requires a name, so each type has a fallback:
//!   - Contact and Lead: `FirstName` and `LastName`. If only one name is known, it is the
//!     `LastName`. If none is known, `LastName` is the number as Aircall shows it.
//!   - Account: `Name` is the contact's company, else first and last name, else the number.
//! - NEW-3: `Company` of every new Lead is the wording's text, such as `Unknown Company`.
//!   Salesforce requires the field if person accounts are off.
//! - NEW-4: a new Case has `ContactId`, `Origin` `Phone`, and the Task's `Subject` and `OwnerId`.
//!
//! Source: Aircall's help article. The names and the Case's fields are this project's decision; the
//! article does not define them.

use std::borrow::Cow;

use super::line;
use crate::facts::Facts;
use crate::notice::Notice;
use crate::phone::E164;
use crate::salesforce::text::{ACCOUNT_NAME_LIMIT, COMPANY_LIMIT, FIRST_NAME_LIMIT, LAST_NAME_LIMIT, non_blank};
use crate::salesforce::{NewRecord, Object, RecordType};
use crate::settings::{Duplicates, Settings};

/// Returns the record for an unknown number, every name within its limit (LIMIT-1).
#[must_use]
pub fn new_record<'a>(
    record_type: RecordType,
    facts: &Facts<'a>,
    number: E164,
    settings: &'a Settings,
    notices: &mut Vec<Notice<'a>>,
) -> NewRecord<'a> {
    let names = facts.contact.map(|contact| [&contact.first_name, &contact.last_name, &contact.company_name]);
    let [first, last, known_company] = names.map_or([None; 3], |names| names.map(|name| non_blank(name.as_deref()?)));
    let (first, last) = match (first, last) {
        (Some(first), Some(last)) => (Some(first), Some(last)),
        // A single name goes to LastName, which Salesforce requires.
        (first, last) => (None, first.or(last)),
    };
    let shown = facts.party.shown();
    let person = |[first_field, last_field]: [&'static str; 2], notices: &mut Vec<Notice<'a>>| {
        let first = first.and_then(|first| line(first.into(), first_field, FIRST_NAME_LIMIT, notices));
        (first, required([last, shown], number, last_field, LAST_NAME_LIMIT, notices))
    };
    let (first_name, name, company) = match record_type {
        RecordType::Contact => {
            let (first, last) = person(["Contact.FirstName", "Contact.LastName"], notices);
            (first, last, None)
        }
        RecordType::Lead => {
            let company = settings.wording.unknown_company.as_ref();
            let company = line(company.into(), "Lead.Company", COMPANY_LIMIT, notices);
            let (first, last) = person(["Lead.FirstName", "Lead.LastName"], notices);
            // A text that is one overlong grapheme is cut to nothing, but the field is required.
            (first, last, Some(company.unwrap_or(Cow::Borrowed("-"))))
        }
        RecordType::Account | RecordType::PersonAccount => {
            let full = first.zip(last).map(|(first, last)| format!("{} {}", first.trim(), last.trim()));
            let full = full.map(Cow::Owned).or(last.map(Cow::Borrowed));
            let candidates = [known_company.map(Cow::Borrowed), full, shown.map(Cow::Borrowed)];
            (None, required(candidates, number, "Account.Name", ACCOUNT_NAME_LIMIT, notices), None)
        }
    };
    // A person account is a kind of Account, so the new record is a plain Account.
    let is_account = record_type.object() == Object::Account;
    let record_type = if is_account { RecordType::Account } else { record_type };
    let save_duplicate = settings.duplicates == Duplicates::SaveAnyway;
    NewRecord { record_type, first_name, name, company, phone: number, owner: settings.admin, save_duplicate }
}

/// Returns the first candidate that is not empty after cleaning and cutting, else the number: a
/// required field cannot be empty.
fn required<'a>(
    candidates: impl IntoIterator<Item = Option<impl Into<Cow<'a, str>>>>,
    number: E164,
    field: &'static str,
    limit: usize,
    notices: &mut Vec<Notice<'a>>,
) -> Cow<'a, str> {
    let mut fitting = candidates.into_iter().flatten().filter_map(|name| line(name.into(), field, limit, notices));
    fitting.next().unwrap_or_else(|| Cow::Owned(number.as_str().to_owned()))
}

/// Returns the name that a new record will have, for the Subject (SUBJ-9).
#[must_use]
pub fn name_of(record: &NewRecord<'_>) -> String {
    match &record.first_name {
        Some(first_name) => format!("{first_name} {}", record.name),
        None => record.name.clone().into_owned(),
    }
}
