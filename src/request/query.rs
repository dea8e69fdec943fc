//! The texts of the queries: SOSL for phone numbers, SOQL for everything else.
//!
//! Every query has an `ORDER BY`: Salesforce's default order is undefined, and REC-2 takes the
//! first record. Every query has a `LIMIT`.

use super::ask::{Ask, RECORDS};
use crate::phone;
use crate::rules::fields::key_text;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueryKind {
    Search,
    Users,
    TasksById,
    TasksByCall,
    Cases,
    Opportunities,
    Records(Object),
}

impl Ask {
    /// Returns the kind of query that finds this.
    pub(super) fn query_kind(&self) -> QueryKind {
        match self {
            Self::Number(_) => QueryKind::Search,
            Self::Email(_) | Self::User(_) => QueryKind::Users,
            Self::Task(_) => QueryKind::TasksById,
            Self::TaskOf(_) => QueryKind::TasksByCall,
            Self::Cases(_) => QueryKind::Cases,
            Self::Opportunities(_) => QueryKind::Opportunities,
            // Only ids of the objects in `RECORDS` are asked for, so the fallback is unreachable.
            Self::Record(id) => QueryKind::Records(id.object().unwrap_or(Object::Contact)),
        }
    }

    /// Returns the field by which a query finds this.
    fn field<'s>(&self, settings: &'s Settings) -> &'s str {
        match self {
            Self::Number(_) => "PHONE",
            Self::Email(_) => "Email",
            // Asked for only if the settings name the field, so the fallback is unreachable.
            Self::TaskOf(_) => settings.field_names.call_id().map(FieldName::as_str).unwrap_or_default(),
            Self::Cases(_) | Self::Opportunities(_) => "ContactId",
            Self::User(_) | Self::Task(_) | Self::Record(_) => "Id",
        }
    }

    /// Returns the values of the field, as SOSL spells a number and SOQL everything else.
    pub(super) fn terms(&self) -> Vec<String> {
        let values = match self {
            Self::Number(number) => {
                let spellings = phone::spellings(number.e164, number.regions());
                // Of the characters that SOSL reserves, a spelling contains only the plus sign.
                return spellings.into_iter().map(|text| text.replace('+', r"\+")).collect();
            }
            // SOQL ignores case, as OWN-8 does.
            Self::Email(email) => vec![email.clone(), format!("{email}{SANDBOX}")],
            Self::TaskOf(key) => vec![key_text(key)],
            Self::User(id) | Self::Task(id) | Self::Cases(id) | Self::Opportunities(id) | Self::Record(id) => {
                vec![id.to_string()]
            }
        };
        values.iter().map(|value| soql_literal(value)).collect()
    }
}

/// The length limit of a literal in a SOQL statement, in characters.
pub(super) const SOQL_LITERAL_LIMIT: usize = 4_000;

/// Returns a text as a SOQL literal, with its quotes.
///
/// Source: Salesforce's SOQL and SOSL Reference, v67: quoted string escape sequences.
fn soql_literal(text: &str) -> String {
    let mut literal = "'".to_owned();
    for character in text.chars() {
        let escaped = match character {
            '\'' | '\\' | '"' => Some(character),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            '\u{8}' => Some('b'),
            '\u{c}' => Some('f'),
            _ => None,
        };
        literal.extend(escaped.map(|_| '\\'));
        literal.push(escaped.unwrap_or(character));
    }
    literal + "'"
}

pub(super) const OR: &str = " OR ";

/// Returns the query that asks for things of one kind, and how many rows of one object fill its
/// response.
pub(super) fn query(kind: QueryKind, asks: &[Ask], settings: &Settings, org: Org) -> (String, usize) {
    let task_fields = task_fields(settings);
    let (fields, object, filter, order) = match kind {
        QueryKind::Search => return search(asks, settings, org),
        QueryKind::Users => ("Id, Email, CreatedDate, IsActive, UserType", "User", "", "CreatedDate, Id"),
        QueryKind::Cases => ("Id, ContactId, IsClosed", "Case", " AND IsClosed = false", "LastModifiedDate DESC, Id"),
        QueryKind::Opportunities => (
            "OpportunityId, ContactId, Opportunity.IsClosed",
            "OpportunityContactRole",
            " AND Opportunity.IsClosed = false",
            "Opportunity.LastModifiedDate DESC, OpportunityId",
        ),
        // `queryAll` also returns the Tasks that somebody deleted.
        QueryKind::TasksById | QueryKind::TasksByCall => {
            (task_fields.as_str(), "Task", " AND IsDeleted = false", "CreatedDate, Id")
        }
        QueryKind::Records(Object::Account) if org.person_accounts => {
            ("Id, Name, OwnerId, IsPersonAccount", "Account", "", "Id")
        }
        QueryKind::Records(object) => ("Id, Name, OwnerId", object.name(), "", "Id"),
    };
    let conditions = asks.chunk_by(|one, other| one.field(settings) == other.field(settings)).map(|asks| {
        let terms: Vec<_> = asks.iter().flat_map(Ask::terms).collect();
        format!("{} IN ({})", asks.first().map_or("", |ask| ask.field(settings)), terms.join(", "))
    });
    let condition = conditions.collect::<Vec<_>>().join(OR);
    // Of one Contact or one call, only the first row counts.
    let is_single = asks.len() == 1 && kind != QueryKind::Users;
    let limit = if is_single { 1 } else { MOST_ROWS };
    (format!("SELECT {fields} FROM {object} WHERE {condition}{filter} ORDER BY {order} LIMIT {limit}"), limit)
}

/// Returns every field of a Task that an update compares (UPD-3) or reads (UPD-4, UPD-5).
fn task_fields(settings: &Settings) -> String {
    // The name of the Task's record is read so that an update needs no other query (UPD-5).
    let read = [field::WHO_ID, field::WHAT_ID, "Who.Name", "What.Name"];
    let standard = ["Id"].into_iter().chain(ON_UPDATE).chain(read);
    standard.chain(settings.names_on_update().map(FieldName::as_str)).collect::<Vec<_>>().join(", ")
}

/// Returns the SOSL that finds the records with the numbers, the most recently updated first, and
/// the limit of each object. The search index is minutes behind the records.
fn search(asks: &[Ask], settings: &Settings, org: Org) -> (String, usize) {
    let limit = MOST_FOUND / RECORDS.len();
    let objects = RECORDS.into_iter().filter_map(|object| {
        let returned = returned(object, settings, org)?;
        // `Id` decides between records of the same second, so that the order is always the same.
        Some(format!("{}({returned} ORDER BY LastModifiedDate DESC, Id LIMIT {limit})", object.name()))
    });
    let objects: Vec<_> = objects.collect();
    let terms: Vec<_> = asks.iter().flat_map(Ask::terms).collect();
    (format!("FIND {{{}}} IN PHONE FIELDS RETURNING {}", terms.join(OR), objects.join(", ")), limit)
}

/// Returns whether the settings use a record that a search can find.
pub(super) fn is_searchable(settings: &Settings, org: Org) -> bool {
    RECORDS.into_iter().any(|object| returned(object, settings, org).is_some())
}

/// Returns the fields and the condition of an object in a search; `None` if the settings use no
/// record of the object.
fn returned(object: Object, settings: &Settings, org: Org) -> Option<String> {
    let is_wanted = |record_type| settings.record_order.contains(&record_type);
    let (phones, condition) = match object {
        Object::Contact if is_wanted(RecordType::Contact) => (
            "Phone, MobilePhone, HomePhone, AssistantPhone, OtherPhone",
            // Every person account has a Contact, which would be found beside it.
            if org.person_accounts { " WHERE IsPersonAccount = false" } else { "" },
        ),
        Object::Lead if is_wanted(RecordType::Lead) => ("Phone, MobilePhone", " WHERE IsConverted = false"),
        Object::Account if org.person_accounts => (
            "Phone, IsPersonAccount, PersonMobilePhone, PersonHomePhone, PersonAssistantPhone, PersonOtherPhone",
            match (is_wanted(RecordType::Account), is_wanted(RecordType::PersonAccount)) {
                (true, true) => "",
                (true, false) => " WHERE IsPersonAccount = false",
                (false, true) => " WHERE IsPersonAccount = true",
                (false, false) => return None,
            },
        ),
        Object::Account if is_wanted(RecordType::Account) => ("Phone", ""),
        _ => return None,
    };
    let has_account = object == Object::Contact && settings.shared_number.contains(&SharedNumber::Account);
    let account = if has_account { "AccountId, " } else { "" };
    Some(format!("Id, Name, OwnerId, {account}{phones}{condition}"))
}
