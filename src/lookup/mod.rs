//! What has to be looked up in Salesforce for a call, and where the mapping reads the answers.
//!
//! First [`needs`] says what to fetch; the caller fetches it, by whatever means; then [`plan`](crate::plan()) reads the answers
//! through [`Lookup`]. [`Enquiry`] words the questions for Salesforce and reads its answers; [`Directory`] is a `Lookup` over plain lists.

mod answers;
mod directory;
mod enquiry;
mod phone_book;
mod question;

use serde_json::{Map, Value};

use crate::aircall::Call;
use crate::facts::Facts;
use crate::phone::{E164, Region};
use crate::salesforce::{Id, RecordType};
use crate::settings::{RelateTo, Settings};
pub use directory::{Directory, DirectoryLists};
pub use enquiry::Enquiry;
pub use question::{Org, Question};

/// A Contact, Lead, Account or Person Account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is.
    pub record_type: RecordType,
    /// Its id; a person account's is that of the account, `001…`.
    pub id: Id,
    /// Its `Name`.
    pub name: String,
    /// Its `OwnerId`.
    pub owner: Option<Id>,
    /// What its phone fields hold, as it is written there.
    pub phones: Vec<String>,
}

/// A Salesforce user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: Id,
    /// Its e-mail address.
    pub email: String,
    /// Its `CreatedDate`.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// Its `IsActive`.
    pub active: bool,
}

/// A Case or an Opportunity of a Contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Related {
    /// Its id.
    pub id: Id,
    /// The Contact.
    pub contact: Id,
    /// Not closed.
    pub open: bool,
}

/// A Task that a call has been logged as.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedTask {
    /// Its id.
    pub id: Id,
    /// Aircall's id of the call.
    pub call: u64,
    /// Its present fields by API name; `None` where they were not fetched. A field that is not in it is not known.
    pub fields: Option<Map<String, Value>>,
    /// What the integration itself wrote last, by API name: of each field the last create or update that had it, as the plan's `task`. With
    /// its `Description`, or with the `TaskSubtype` that every create has and no `Description`, an update tells for certain what people typed
    /// (DESC-7); hand it in always or never. `None` where it was not kept: then the text alone has to tell.
    pub wrote: Option<Map<String, Value>>,
    /// What a plan whose answer was lost would have made of `wrote` (UPD-6).
    pub sent: Option<Map<String, Value>>,
}

/// What to look up for a call: plain data, to be turned into queries.
///
/// The answers raise further questions: the cases or opportunities of the Contact that was found, and whether the user who owns the record is
/// active ([`Lookup::user`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// The Task logged for this call.
    pub call: u64,
    /// Records whose phone fields hold this number. `None` where the number is withheld, no number, or the company's own.
    pub number: Option<NumberNeed>,
    /// Users with these e-mail addresses.
    pub emails: Vec<String>,
    /// Cases or opportunities of the Contact that the number leads to.
    pub related: RelateTo,
}

/// A number to look up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberNeed {
    /// The number.
    pub e164: E164,
    /// The region whose national notation a record's phone field may use: the line's.
    pub home: Option<Region>,
}

/// Says what has to be looked up before [`plan`](crate::plan()) can answer. A call of no [`Kind`](crate::Kind) yet, as long as it rings, is not
/// logged whatever the answers: it need not be asked about.
#[must_use]
pub fn needs(call: &Call<'_>, settings: &Settings) -> Needs {
    let Some(facts) = Facts::new(call) else {
        return Needs { call: call.id, number: None, emails: Vec::new(), related: settings.relate_to };
    };
    let own = |number: &E164| settings.own_numbers.contains(number);
    Needs {
        call: call.id,
        number: facts.party.number().filter(|number| !own(number)).map(|e164| NumberNeed { e164, home: facts.home }),
        emails: facts.agent_email().map(str::to_owned).into_iter().collect(),
        related: settings.relate_to,
    }
}

/// What Salesforce answered. Every list keeps the order in which Salesforce returned it: where several fit, the first is taken.
///
/// No answer is an empty list. Asking cannot fail: fetch first, then map.
pub trait Lookup {
    /// Records one of whose phone fields holds the number, however it is written there; text without `+` is read as dialled in
    /// `number.home` (REC-1).
    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record>;

    /// The record with an id; needed for updates only (UPD-5).
    fn record(&self, id: Id) -> Option<&Record>;

    /// Users with an e-mail address, without regard to ASCII case and outer blanks (OWN-8).
    fn users_by_email(&self, email: &str) -> Vec<&User>;

    /// The user with an id.
    fn user(&self, id: Id) -> Option<&User>;

    /// A Contact's cases, open or not.
    fn cases(&self, contact: Id) -> Vec<&Related>;

    /// A Contact's opportunities, open or not.
    fn opportunities(&self, contact: Id) -> Vec<&Related>;

    /// The first Task logged for a call.
    fn task(&self, call: u64) -> Option<&LoggedTask>;
}

impl<L: Lookup + ?Sized> Lookup for &L {
    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record> {
        (**self).records_by_phone(number)
    }

    fn record(&self, id: Id) -> Option<&Record> {
        (**self).record(id)
    }

    fn users_by_email(&self, email: &str) -> Vec<&User> {
        (**self).users_by_email(email)
    }

    fn user(&self, id: Id) -> Option<&User> {
        (**self).user(id)
    }

    fn cases(&self, contact: Id) -> Vec<&Related> {
        (**self).cases(contact)
    }

    fn opportunities(&self, contact: Id) -> Vec<&Related> {
        (**self).opportunities(contact)
    }

    fn task(&self, call: u64) -> Option<&LoggedTask> {
        (**self).task(call)
    }
}
