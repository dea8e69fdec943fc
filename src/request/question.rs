//! The queries: SOSL for phone numbers, SOQL for everything else.
//!
//! Every query has an `ORDER BY`: Salesforce's default order is undefined, and REC-2 takes the
//! first record. Every query has a `LIMIT`. An answer that fills it can lack what a part of the
//! query would have found, so the query is asked again in halves.

use serde::de::IgnoredAny;

use super::answers::{CaseRow, Page, RecordRow, RoleRow, TaskRow, UserRow, page};
use super::ask::{Ask, RECORDS};
use crate::json::ReadError;
use crate::lookup::DirectoryLists;
use crate::phone;
use crate::rules::fields::key_text;
use crate::salesforce::query::soql_literal;
use crate::salesforce::rest::path;
use crate::salesforce::task::field;
use crate::salesforce::text::SANDBOX;
use crate::salesforce::{FieldName, Object, RecordType};
use crate::settings::{Settings, SharedNumber};

/// The greatest number of records that a search returns.
const MOST_FOUND: usize = 2_000;
/// The greatest number of records that a query asks for: a page of the answer.
const MOST_ROWS: usize = 2_000;
/// The number of terms' characters beyond which a search loses its operators.
const SEARCH_LIMIT: usize = 4_000;
/// How many numbers one search looks for.
const MOST_NUMBERS: usize = 50;
/// How many elements the lists of a query have.
const MOST_ELEMENTS: usize = 200;

/// The facts about an org that the queries depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Org {
    /// Whether person accounts are enabled. Only then do Accounts have `IsPersonAccount` and the
    /// phone fields of a person.
    pub person_accounts: bool,
}

/// The rows that an answer contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Search,
    Users,
    TasksById,
    TasksByCall,
    Cases,
    Opportunities,
    Records(Object),
}

/// A query, and the rows of its answer so far.
#[derive(Debug, Clone)]
pub(super) struct Question {
    about: About,
    pub(super) asks: Vec<Ask>,
    /// The path and query string of the next request.
    pub(super) path: String,
    /// How many rows of one object fill the answer.
    limit: usize,
    pub(super) rows: DirectoryLists,
}

/// What a page of an answer brought.
pub(super) enum Progress {
    /// The answer is complete.
    Complete,
    /// More pages follow, at [`Question::path`].
    Continues,
    /// The answer can lack something, because it is full.
    Full,
}

/// Returns the questions that ask everything, each as much as fits.
pub(super) fn questions(asks: &[Ask], settings: &Settings, org: Org) -> Vec<Question> {
    let mut of_kind: Vec<(About, Vec<Ask>)> = Vec::new();
    // In the order of the first ask of each kind, so that the same calls make the same requests.
    for ask in asks {
        let about = about(ask);
        match of_kind.iter_mut().find(|(other, _)| *other == about) {
            Some((_, asks)) => asks.push(ask.clone()),
            None => of_kind.push((about, vec![ask.clone()])),
        }
    }
    let chunks = of_kind.iter().flat_map(|(about, asks)| match about {
        About::Search => searches(asks),
        _ => asks.chunks(MOST_ELEMENTS).map(<[Ask]>::to_vec).collect(),
    });
    chunks.map(|asks| Question::new(asks, settings, org)).collect()
}

fn about(ask: &Ask) -> About {
    match ask {
        Ask::Number(_) => About::Search,
        Ask::Email(_) | Ask::User(_) => About::Users,
        Ask::Task(_) => About::TasksById,
        Ask::TaskOf(_) => About::TasksByCall,
        Ask::Cases(_) => About::Cases,
        Ask::Opportunities(_) => About::Opportunities,
        Ask::Record(id) | Ask::Duplicate(id) => About::Records(id.object().unwrap_or(Object::Contact)),
    }
}

/// Returns the numbers of each search.
fn searches(asks: &[Ask]) -> Vec<Vec<Ask>> {
    let mut searches: Vec<Vec<Ask>> = Vec::new();
    let mut length = usize::MAX;
    for ask in asks {
        let added = terms(ask).map(|term| term.len() + OR.len()).sum::<usize>();
        match searches.last_mut() {
            Some(search) if search.len() < MOST_NUMBERS && length + added <= SEARCH_LIMIT => {
                search.push(ask.clone());
                length += added;
            }
            _ => {
                searches.push(vec![ask.clone()]);
                length = added;
            }
        }
    }
    searches
}

const OR: &str = " OR ";

/// Returns the spellings of a number as SOSL spells them.
fn terms(ask: &Ask) -> impl Iterator<Item = String> + use<> {
    let spellings = match ask {
        Ask::Number(number) => phone::spellings(number.e164, number.regions()),
        _ => Vec::new(),
    };
    // Of the characters that SOSL reserves, a spelling contains only the plus sign.
    spellings.into_iter().map(|text| text.replace('+', r"\+"))
}

impl Question {
    /// Asks for things of one kind.
    fn new(asks: Vec<Ask>, settings: &Settings, org: Org) -> Self {
        let about = asks.first().map_or(About::Search, about);
        let resource = match about {
            About::Search => "search",
            // `query` lacks the Tasks that Salesforce archived.
            About::TasksById | About::TasksByCall => "queryAll",
            _ => "query",
        };
        // Of one Contact or one call, only the first row counts.
        let is_single = asks.len() == 1 && !matches!(about, About::Users);
        let (text, limit) = if about == About::Search {
            search(&asks, settings, org)
        } else {
            let limit = if is_single { 1 } else { MOST_ROWS };
            (format!("{} LIMIT {limit}", soql(about, &asks, settings, org)), limit)
        };
        let path = path(format_args!("{resource}?q={}", encoded(&text)));
        Self { about, asks, path, limit, rows: DirectoryLists::default() }
    }

    /// Asks for each half by itself; `None` if this asks for one thing.
    pub(super) fn halves(&self, settings: &Settings, org: Org) -> Option<[Self; 2]> {
        let (one, other) = self.asks.split_at(self.asks.len() / 2);
        let question = |asks: &[Ask]| Self::new(asks.to_vec(), settings, org);
        (!one.is_empty()).then(|| [question(one), question(other)])
    }

    /// Returns whether it is SOSL, which has a request of its own.
    pub(super) fn is_search(&self) -> bool {
        self.about == About::Search
    }

    /// Reads the body of the answer, or of a further page.
    pub(super) fn read(&mut self, body: &str, settings: &Settings) -> Result<Progress, ReadError> {
        let rows = &mut self.rows;
        let next = match self.about {
            About::Search | About::Records(_) => take(page::<RecordRow>(body)?, &mut rows.records, Into::into),
            About::Users => take(page::<UserRow>(body)?, &mut rows.users, Into::into),
            About::Cases => take(page::<CaseRow>(body)?, &mut rows.cases, Into::into),
            About::Opportunities => take(page::<RoleRow>(body)?, &mut rows.opportunities, Into::into),
            About::TasksById | About::TasksByCall => {
                let page = page::<TaskRow>(body)?;
                rows.records.extend(page.records.iter().filter_map(TaskRow::record));
                take(page, &mut rows.tasks, |row| row.logged(settings))
            }
        };
        if let Some(next) = next {
            self.path = next;
            return Ok(Progress::Continues);
        }
        Ok(if self.asks.len() > 1 && self.is_full() { Progress::Full } else { Progress::Complete })
    }

    fn is_full(&self) -> bool {
        let DirectoryLists { records, users, cases, opportunities, tasks } = &self.rows;
        match self.about {
            About::Search => RECORDS.iter().any(|object| {
                records.iter().filter(|record| record.record_type.object() == *object).count() >= self.limit
            }),
            About::Records(_) => records.len() >= self.limit,
            About::Users => users.len() >= self.limit,
            About::Cases => cases.len() >= self.limit,
            About::Opportunities => opportunities.len() >= self.limit,
            About::TasksById | About::TasksByCall => tasks.len() >= self.limit,
        }
    }
}

/// Returns whether a body is a page of an answer, whatever its rows are.
pub(super) fn is_page(body: &str) -> bool {
    page::<IgnoredAny>(body).is_ok()
}

/// Moves the rows of a page to a list. Returns the path of the next page.
fn take<Row, T>(page: Page<Row>, list: &mut Vec<T>, read: impl Fn(Row) -> T) -> Option<String> {
    list.extend(page.records.into_iter().map(read));
    page.next_records_url.filter(|_| !page.done)
}

/// Encodes a text for a query string.
fn encoded(text: &str) -> String {
    // RFC 3986 calls these characters unreserved. Every other byte is encoded.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encoded).collect()
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
    let standard = [
        "Id",
        field::SUBJECT,
        field::STATUS,
        field::CALL_DISPOSITION,
        field::CALL_DURATION_IN_SECONDS,
        field::DESCRIPTION,
        field::WHO_ID,
        field::WHAT_ID,
        // The name of the Task's record, so that an update needs no other query (UPD-5).
        "Who.Name",
        "What.Name",
    ];
    let names: Vec<_> = standard.into_iter().chain(settings.names_on_update().map(FieldName::as_str)).collect();
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
