//! The records and cases that are created for a call or message.
//!
//! - NEW-1: the owner of a new Contact, Lead or Account is the admin.
//! - NEW-2: `Phone` is in E.164. The names are those of the Aircall contact, if the call has one.
//!   Contact and Lead: `FirstName` and `LastName`; if only one is known, it is the `LastName`; if
//!   none is known, `LastName` is the number as Aircall shows it. Account: `Name` is the contact's
//!   company, else first and last name, else the number.
//! - NEW-3: `Company` of a new Lead is the wording's text. Salesforce requires the field if person
//!   accounts are off.
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
    let names = Names::new(facts);
    let (first_name, name, company) = match record_type {
        RecordType::Contact => {
            let (first, last) = names.person(number, ["Contact.FirstName", "Contact.LastName"], notices);
            (first, last, None)
        }
        RecordType::Lead => {
            let company = Cow::Borrowed(settings.wording.unknown_company.as_ref());
            let company = line(company, "Lead.Company", COMPANY_LIMIT, notices);
            let (first, last) = names.person(number, ["Lead.FirstName", "Lead.LastName"], notices);
            // A text that is one overlong grapheme is cut to nothing, but the field is required.
            (first, last, Some(company.unwrap_or(Cow::Borrowed("-"))))
        }
        RecordType::Account | RecordType::PersonAccount => {
            let candidates = [names.company.map(Cow::Borrowed), names.full(), names.shown.map(Cow::Borrowed)];
            (None, required(candidates, number, "Account.Name", ACCOUNT_NAME_LIMIT, notices), None)
        }
    };
    // A person account is a kind of Account, so the new record is a plain Account.
    let is_account = record_type.object() == Object::Account;
    let record_type = if is_account { RecordType::Account } else { record_type };
    let save_duplicate = settings.duplicates == Duplicates::SaveAnyway;
    NewRecord { record_type, first_name, name, company, phone: number, owner: settings.admin, save_duplicate }
}

/// The names of the other party in Aircall's data; a blank name counts as no name.
struct Names<'a> {
    first: Option<&'a str>,
    last: Option<&'a str>,
    company: Option<&'a str>,
    shown: Option<&'a str>,
}

impl<'a> Names<'a> {
    fn new(facts: &Facts<'a>) -> Self {
        let contact = facts.contact;
        let name = |name: Option<&'a Cow<'a, str>>| name.map(|name| &**name).and_then(non_blank);
        Self {
            first: name(contact.and_then(|contact| contact.first_name.as_ref())),
            last: name(contact.and_then(|contact| contact.last_name.as_ref())),
            company: name(contact.and_then(|contact| contact.company_name.as_ref())),
            shown: facts.party.shown().and_then(non_blank),
        }
    }

    fn full(&self) -> Option<Cow<'a, str>> {
        match (self.first, self.last) {
            (Some(first), Some(last)) => Some(Cow::Owned(format!("{} {}", first.trim(), last.trim()))),
            (one, other) => one.or(other).map(Cow::Borrowed),
        }
    }

    /// Returns the `FirstName` and `LastName` of a Contact or Lead.
    fn person(
        &self,
        number: E164,
        [first_field, last_field]: [&'static str; 2],
        notices: &mut Vec<Notice<'a>>,
    ) -> (Option<Cow<'a, str>>, Cow<'a, str>) {
        let (first, last) = match (self.first, self.last) {
            (Some(first), Some(last)) => (Some(first), Some(last)),
            // A single name goes to LastName, which Salesforce requires.
            (one, other) => (None, one.or(other)),
        };
        let candidates = [last, self.shown].map(|name| name.map(Cow::Borrowed));
        let first = first.and_then(|first| line(Cow::Borrowed(first), first_field, FIRST_NAME_LIMIT, notices));
        (first, required(candidates, number, last_field, LAST_NAME_LIMIT, notices))
    }
}

/// Returns the first candidate that is not empty after cleaning and cutting, else the number: a
/// required field cannot be empty.
fn required<'a>(
    candidates: impl IntoIterator<Item = Option<Cow<'a, str>>>,
    number: E164,
    field: &'static str,
    limit: usize,
    notices: &mut Vec<Notice<'a>>,
) -> Cow<'a, str> {
    let candidates = candidates.into_iter().flatten().filter(|name| non_blank(name).is_some());
    let mut fitting = candidates.filter_map(|name| line(name, field, limit, notices));
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
