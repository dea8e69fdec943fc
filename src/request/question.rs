//! The queries for a call: SOSL for phone numbers, SOQL for everything else.
//!
//! Every query has an `ORDER BY`: Salesforce's default order is undefined, and REC-2 takes the
//! first record. Every query has a `LIMIT`.

use crate::lookup::{NumberNeed, TaskKey};
use crate::phone;
use crate::rules::fields::key_text;
use crate::salesforce::query::{SOQL_LITERAL_LIMIT, soql_literal};
use crate::salesforce::rest::path;
use crate::salesforce::task::field;
use crate::salesforce::text::SANDBOX;
use crate::salesforce::{FieldName, Id, Object, RecordType};
use crate::settings::{Settings, SharedNumber};

/// The greatest number of records that SOSL returns.
const MOST_RECORDS: u16 = 2_000;

/// The start of every SOSL query.
const FIND: &str = "FIND ";

/// The facts about an org that the queries depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Org {
    /// Whether person accounts are enabled. Only then do Accounts have `IsPersonAccount` and the
    /// phone fields of a person.
    pub person_accounts: bool,
    /// The most records of each object that a search returns, from 1 to 2,000. One record is not
    /// enough, because a search also returns records with similar numbers.
    pub records_per_object: u16,
}

impl Default for Org {
    /// Returns an org without person accounts, and 20 records of each object.
    fn default() -> Self {
        Self { person_accounts: false, records_per_object: 20 }
    }
}

/// A query for Salesforce, to be sent as `GET` [`Question::path`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub(super) about: About,
    text: String,
}

/// The rows that the response contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Records,
    /// A record that a duplicate rule named (REC-10).
    Duplicate,
    Users,
    Cases,
    Opportunities,
    Tasks,
}

impl Question {
    fn soql(about: About, select: &str, from: &str, end: &str) -> Self {
        Self { about, text: format!("SELECT {select} FROM {from} WHERE {end}") }
    }

    /// Returns the SOSL or SOQL.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the path and query string of the request, percent-encoded.
    #[must_use]
    pub fn path(&self) -> String {
        let resource = match self.about {
            // `query` lacks the Tasks that Salesforce archived.
            About::Tasks => "queryAll",
            _ if self.text.starts_with(FIND) => "search",
            _ => "query",
        };
        // RFC 3986 calls these characters unreserved. Every other byte is encoded.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let encoded = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        let text: String = self.text.bytes().map(encoded).collect();
        path(format_args!("{resource}?q={text}"))
    }
}

/// Asks for the records with a number, the most recently updated first. The search index is minutes
/// behind the records.
pub(super) fn records(number: NumberNeed, settings: &Settings, org: Org) -> Option<Question> {
    let objects: Vec<_> = [Object::Contact, Object::Lead, Object::Account]
        .into_iter()
        .filter_map(|object| Some(format!("{object}({})", returned(object, settings, org)?, object = object.name())))
        .collect();
    // Of the characters that SOSL reserves, a spelling contains only the plus sign.
    let spellings = phone::spellings(number.e164, number.regions());
    let terms: Vec<_> = spellings.iter().map(|text| text.replace('+', r"\+")).collect();
    let text = format!("{FIND}{{{}}} IN PHONE FIELDS RETURNING {}", terms.join(" OR "), objects.join(", "));
    (!objects.is_empty()).then_some(Question { about: About::Records, text })
}

/// Returns what a search returns of an object, `None` if the settings use no record of the object.
fn returned(object: Object, settings: &Settings, org: Org) -> Option<String> {
    let is_wanted = |record_type| settings.record_order.contains(&record_type);
    let (phones, condition) = match object {
        Object::Contact if is_wanted(RecordType::Contact) => (
            "Phone, MobilePhone, HomePhone, AssistantPhone, OtherPhone",
            // Every person account has a Contact, which would be found beside it.
            org.person_accounts.then_some("IsPersonAccount = false"),
        ),
        Object::Lead if is_wanted(RecordType::Lead) => ("Phone, MobilePhone", Some("IsConverted = false")),
        Object::Account if org.person_accounts => (
            "Phone, IsPersonAccount, PersonMobilePhone, PersonHomePhone, PersonAssistantPhone, PersonOtherPhone",
            match (is_wanted(RecordType::Account), is_wanted(RecordType::PersonAccount)) {
                (true, true) => None,
                (true, false) => Some("IsPersonAccount = false"),
                (false, true) => Some("IsPersonAccount = true"),
                (false, false) => return None,
            },
        ),
        Object::Account if is_wanted(RecordType::Account) => ("Phone", None),
        _ => return None,
    };
    let condition = condition.map(|condition| format!(" WHERE {condition}")).unwrap_or_default();
    // `Id` decides between records of the same second, so that the order is always the same.
    let limit = org.records_per_object.clamp(1, MOST_RECORDS);
    let account = if object == Object::Contact && settings.shared_number.contains(&SharedNumber::Account) {
        "AccountId, "
    } else {
        ""
    };
    Some(format!("Id, Name, OwnerId, {account}{phones}{condition} ORDER BY LastModifiedDate DESC, Id LIMIT {limit}"))
}

/// Asks for the record that a Task is related to. `None` for an object without phone fields.
pub(super) fn record(id: Id) -> Option<Question> {
    record_with(About::Records, "Id, Name, OwnerId", id)
}

/// Asks for a record that a duplicate rule named (REC-10). `None` for an object without phone
/// fields.
pub(super) fn duplicate(id: Id, org: Org) -> Option<Question> {
    let select = match id.object() {
        Some(Object::Account) if org.person_accounts => "Id, Name, OwnerId, IsPersonAccount",
        _ => "Id, Name, OwnerId",
    };
    record_with(About::Duplicate, select, id)
}

fn record_with(about: About, select: &str, id: Id) -> Option<Question> {
    let object = id.object().filter(|object| [Object::Contact, Object::Lead, Object::Account].contains(object))?;
    Some(Question::soql(about, select, object.name(), &format!("Id = '{id}' LIMIT 1")))
}

const USER: &str = "Id, Email, CreatedDate, IsActive, UserType";

/// Asks for the users with an e-mail address, with and without the suffix of a sandbox, the oldest
/// first. SOQL ignores case, as OWN-8 does.
/// `None` for an address that is too long for a query, and so for a user.
pub(super) fn users(email: &str) -> Option<Question> {
    if email.chars().count() + SANDBOX.len() > SOQL_LITERAL_LIMIT {
        return None;
    }
    // An address that many users share, such as an integration's, must not fill the response.
    let (own, sandbox) = (soql_literal(email), soql_literal(&format!("{email}{SANDBOX}")));
    let end = format!("Email IN ({own}, {sandbox}) ORDER BY CreatedDate, Id LIMIT 200");
    Some(Question::soql(About::Users, USER, "User", &end))
}

/// Asks for the user with an id.
pub(super) fn user(id: Id) -> Question {
    Question::soql(About::Users, USER, "User", &format!("Id = '{id}' LIMIT 1"))
}

/// Asks for a Contact's open cases, the most recently updated first.
pub(super) fn cases(contact: Id) -> Question {
    let end = format!("ContactId = '{contact}' AND IsClosed = false ORDER BY LastModifiedDate DESC, Id LIMIT 1");
    Question::soql(About::Cases, "Id, ContactId, IsClosed", "Case", &end)
}

/// Asks for the open opportunities in which a Contact has a role, the most recently updated first.
pub(super) fn opportunities(contact: Id) -> Question {
    let select = "OpportunityId, ContactId, Opportunity.IsClosed";
    let end = format!(
        "ContactId = '{contact}' AND Opportunity.IsClosed = false \
         ORDER BY Opportunity.LastModifiedDate DESC, OpportunityId LIMIT 1"
    );
    Question::soql(About::Opportunities, select, "OpportunityContactRole", &end)
}

/// Asks for the first Task of a call or message (UPD-5). `None` if the settings name no field
/// for its id (LIMIT-5).
pub(super) fn task_of(key: &TaskKey, settings: &Settings) -> Option<Question> {
    let name = settings.field_names.call_id()?.as_str();
    Some(tasks(&format!("{name} = {}", soql_literal(&key_text(key))), settings))
}

/// Asks for the Task with an id.
pub(super) fn task(id: Id, settings: &Settings) -> Question {
    tasks(&format!("Id = '{id}'"), settings)
}

/// Asks for a Task with every field that an update compares (UPD-3) or reads (UPD-4, UPD-5), also
/// if Salesforce archived the Task.
fn tasks(condition: &str, settings: &Settings) -> Question {
    let standard = [
        "Id",
        field::SUBJECT,
        field::STATUS,
        field::CALL_DISPOSITION,
        field::CALL_DURATION_IN_SECONDS,
        field::DESCRIPTION,
        field::WHO_ID,
        field::WHAT_ID,
    ];
    let names: Vec<_> = standard.into_iter().chain(settings.names_on_update().map(FieldName::as_str)).collect();
    // `queryAll` also returns the Tasks that somebody deleted.
    let end = format!("{condition} AND IsDeleted = false ORDER BY CreatedDate, Id LIMIT 1");
    Question::soql(About::Tasks, &names.join(", "), "Task", &end)
}
