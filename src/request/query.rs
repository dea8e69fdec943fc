//! The texts of the queries: SOSL for phone numbers, SOQL for everything else.
//!
//! Every query has an `ORDER BY`: Salesforce's default order is undefined, and REC-2 takes the
//! first record. Every query has a `LIMIT`.

use super::ask::{Ask, RECORDS};
use crate::phone;
use crate::rules::fields::key_text;
use crate::salesforce::query::soql_literal;
use crate::salesforce::task::{ON_UPDATE, field};
use crate::salesforce::text::SANDBOX;
use crate::salesforce::{FieldName, Object, RecordType};
use crate::settings::{Settings, SharedNumber};

/// The greatest number of records that a search returns.
const MOST_FOUND: usize = 2_000;
/// The greatest number of records that a query asks for: a page of the response.
const MOST_ROWS: usize = 2_000;

/// The facts about an org that the queries depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Org {
    /// Whether person accounts are enabled. Only then do Accounts have `IsPersonAccount` and the
    /// phone fields of a person.
    pub person_accounts: bool,
}

/// What a query asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    Search,
    Users,
    TasksById,
    TasksByCall,
    Cases,
    Opportunities,
    Records(Object),
}

impl Ask {
    /// Returns the kind of query that asks for it.
    pub(super) fn about(&self) -> About {
        match self {
            Self::Number(_) => About::Search,
            Self::Email(_) | Self::User(_) => About::Users,
            Self::Task(_) => About::TasksById,
            Self::TaskOf(_) => About::TasksByCall,
            Self::Cases(_) => About::Cases,
            Self::Opportunities(_) => About::Opportunities,
            Self::Record(id) | Self::Duplicate(id) => About::Records(id.object().unwrap_or(Object::Contact)),
        }
    }
}

/// Returns the query that asks for things of one kind, and how many rows of one object fill its
/// response.
pub(super) fn query(about: About, asks: &[Ask], settings: &Settings, org: Org) -> (String, usize) {
    if about == About::Search {
        return search(asks, settings, org);
    }
    // Of one Contact or one call, only the first row counts.
    let is_single = asks.len() == 1 && about != About::Users;
    let limit = if is_single { 1 } else { MOST_ROWS };
    (format!("{} LIMIT {limit}", soql(about, asks, settings, org)), limit)
}

pub(super) const OR: &str = " OR ";

/// Returns the spellings of a number as SOSL spells them.
pub(super) fn terms(ask: &Ask) -> impl Iterator<Item = String> + use<> {
    let spellings = match ask {
        Ask::Number(number) => phone::spellings(number.e164, number.regions()),
        _ => Vec::new(),
    };
    // Of the characters that SOSL reserves, a spelling contains only the plus sign.
    spellings.into_iter().map(|text| text.replace('+', r"\+"))
}

/// Asks for the records with the numbers, the most recently updated first. The search index is
/// minutes behind the records. Returns the SOSL, and the limit of each object.
fn search(asks: &[Ask], settings: &Settings, org: Org) -> (String, usize) {
    let limit = MOST_FOUND / RECORDS.len();
    let objects = RECORDS.into_iter().filter_map(|object| {
        let returned = returned(object, settings, org)?;
        // `Id` decides between records of the same second, so that the order is always the same.
        Some(format!("{}({returned} ORDER BY LastModifiedDate DESC, Id LIMIT {limit})", object.name()))
    });
    let objects: Vec<_> = objects.collect();
    let terms: Vec<_> = asks.iter().flat_map(terms).collect();
    (format!("FIND {{{}}} IN PHONE FIELDS RETURNING {}", terms.join(OR), objects.join(", ")), limit)
}

/// Returns whether the settings use a record that a search can find.
pub(super) fn is_searchable(settings: &Settings, org: Org) -> bool {
    RECORDS.into_iter().any(|object| returned(object, settings, org).is_some())
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
    let account = if object == Object::Contact && settings.shared_number.contains(&SharedNumber::Account) {
        "AccountId, "
    } else {
        ""
    };
    Some(format!("Id, Name, OwnerId, {account}{phones}{condition}"))
}

/// Returns the SOQL that asks for things of one kind, without its limit.
fn soql(about: About, asks: &[Ask], settings: &Settings, org: Org) -> String {
    let ids = list(asks.iter().filter_map(id));
    match about {
        About::Users => {
            // SOQL ignores case, as OWN-8 does.
            let emails =
                list(asks.iter().filter_map(email).flat_map(|email| [email.to_owned(), email.to_owned() + SANDBOX]));
            let conditions = [("Email", emails), ("Id", ids)].into_iter().filter(|(_, list)| !list.is_empty());
            let conditions: Vec<_> = conditions.map(|(name, list)| format!("{name} IN ({list})")).collect();
            let conditions = conditions.join(OR);
            format!(
                "SELECT Id, Email, CreatedDate, IsActive, UserType FROM User WHERE {conditions} ORDER BY CreatedDate, Id"
            )
        }
        About::Cases => format!(
            "SELECT Id, ContactId, IsClosed FROM Case WHERE ContactId IN ({ids}) AND IsClosed = false \
             ORDER BY LastModifiedDate DESC, Id"
        ),
        About::Opportunities => format!(
            "SELECT OpportunityId, ContactId, Opportunity.IsClosed FROM OpportunityContactRole \
             WHERE ContactId IN ({ids}) AND Opportunity.IsClosed = false \
             ORDER BY Opportunity.LastModifiedDate DESC, OpportunityId"
        ),
        About::TasksById => tasks(&format!("Id IN ({ids})"), settings),
        About::TasksByCall => {
            let name = settings.field_names.call_id().map(FieldName::as_str).unwrap_or_default();
            tasks(&format!("{name} IN ({})", list(asks.iter().filter_map(key))), settings)
        }
        About::Records(object) => {
            let is_person = if object == Object::Account && org.person_accounts { ", IsPersonAccount" } else { "" };
            format!("SELECT Id, Name, OwnerId{is_person} FROM {} WHERE Id IN ({ids}) ORDER BY Id", object.name())
        }
        About::Search => String::new(),
    }
}

/// Asks for Tasks with every field that an update compares (UPD-3) or reads (UPD-4, UPD-5), also
/// those that Salesforce archived.
fn tasks(condition: &str, settings: &Settings) -> String {
    // With the name of the Task's record, so that an update needs no other query (UPD-5).
    let record = [field::WHO_ID, field::WHAT_ID, "Who.Name", "What.Name"];
    let standard = ["Id"].into_iter().chain(ON_UPDATE).chain(record);
    let names: Vec<_> = standard.chain(settings.names_on_update().map(FieldName::as_str)).collect();
    // `queryAll` also returns the Tasks that somebody deleted.
    format!("SELECT {} FROM Task WHERE {condition} AND IsDeleted = false ORDER BY CreatedDate, Id", names.join(", "))
}

fn id(ask: &Ask) -> Option<String> {
    match ask {
        Ask::User(id)
        | Ask::Task(id)
        | Ask::Cases(id)
        | Ask::Opportunities(id)
        | Ask::Record(id)
        | Ask::Duplicate(id) => Some(id.to_string()),
        Ask::Number(_) | Ask::Email(_) | Ask::TaskOf(_) => None,
    }
}

fn email(ask: &Ask) -> Option<&str> {
    if let Ask::Email(email) = ask { Some(email) } else { None }
}

fn key(ask: &Ask) -> Option<String> {
    if let Ask::TaskOf(key) = ask { Some(key_text(key)) } else { None }
}

/// Returns the elements of a list in SOQL.
fn list(texts: impl Iterator<Item = String>) -> String {
    texts.map(|text| soql_literal(&text)).collect::<Vec<_>>().join(", ")
}
