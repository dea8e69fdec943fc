//! Questions: queries that ask for as much as fits, and the reading of their responses.
//!
//! A response that fills its `LIMIT` can lack rows about some of what was asked. Then the question
//! is asked again in halves.

use super::ask::{Ask, RECORDS};
use super::path;
use super::query::{OR, Org, QueryKind, query};
use super::rows::{CaseRow, Page, RecordRow, RoleRow, TaskRow, UserRow, page};
use crate::json::ReadError;
use crate::lookup::DirectoryLists;
use crate::settings::Settings;

/// The greatest number of characters in the terms of a search. With more, Salesforce ignores the
/// operators between the terms.
const SEARCH_LIMIT: usize = 4_000;
/// The greatest number of phone numbers that one search looks for.
const MOST_NUMBERS: usize = 50;
/// The greatest number of things that one query asks for.
const MOST_ELEMENTS: usize = 200;

/// A query, and the rows of its response so far.
#[derive(Debug, Clone)]
pub(super) struct Question {
    kind: QueryKind,
    pub(super) asks: Vec<Ask>,
    /// The path and query string of the next request.
    pub(super) path: String,
    /// How many rows of one object fill the response.
    limit: usize,
    pub(super) rows: DirectoryLists,
}

/// What a page shows about the response.
#[derive(PartialEq)]
pub(super) enum Progress {
    /// The response is complete.
    Complete,
    /// More pages follow, at [`Question::path`].
    Continues,
    /// The response fills the limit.
    Full,
}

/// Returns the questions about all these things, each about as many as fit.
pub(super) fn questions(asks: &[Ask], settings: &Settings, org: Org) -> Vec<Question> {
    let mut chunks: Vec<Vec<Ask>> = Vec::new();
    let mut length = 0;
    for ask in asks {
        let kind = ask.query_kind();
        let (most, longest) =
            if kind == QueryKind::Search { (MOST_NUMBERS, SEARCH_LIMIT) } else { (MOST_ELEMENTS, usize::MAX) };
        let added = ask.terms().iter().map(|term| term.len() + OR.len()).sum::<usize>();
        let fits = |asks: &&mut Vec<Ask>| {
            let is_alike = asks.first().is_some_and(|first| first.query_kind() == kind);
            is_alike && asks.len() < most && length + added <= longest
        };
        if let Some(chunk) = chunks.last_mut().filter(fits) {
            chunk.push(ask.clone());
            length += added;
        } else {
            chunks.push(vec![ask.clone()]);
            length = added;
        }
    }
    chunks.into_iter().map(|asks| Question::new(asks, settings, org)).collect()
}

impl Question {
    /// Returns the question about these things, which are of one kind.
    fn new(asks: Vec<Ask>, settings: &Settings, org: Org) -> Self {
        let kind = asks.first().map_or(QueryKind::Search, Ask::query_kind);
        let resource = match kind {
            QueryKind::Search => "search",
            // `query` lacks the Tasks that Salesforce archived.
            QueryKind::TasksById | QueryKind::TasksByCall => "queryAll",
            _ => "query",
        };
        let (text, limit) = query(kind, &asks, settings, org);
        let path = path(format_args!("{resource}?q={}", encoded(&text)));
        Self { kind, asks, path, limit, rows: DirectoryLists::default() }
    }

    /// Returns a question about each half; `None` if this question is about one thing.
    pub(super) fn halves(&self, settings: &Settings, org: Org) -> Option<[Self; 2]> {
        let (one, other) = self.asks.split_at(self.asks.len() / 2);
        let question = |asks: &[Ask]| Self::new(asks.to_vec(), settings, org);
        (!one.is_empty()).then(|| [question(one), question(other)])
    }

    /// Returns whether the question is a search in SOSL, which needs a request of its own.
    pub(super) fn is_search(&self) -> bool {
        self.kind == QueryKind::Search
    }

    /// Reads the body of the response, or of a further page.
    pub(super) fn read(&mut self, body: &str, settings: &Settings) -> Result<Progress, ReadError> {
        let rows = &mut self.rows;
        let rest = match self.kind {
            QueryKind::Search | QueryKind::Records(_) => take(page::<RecordRow>(body)?, &mut rows.records, Into::into),
            QueryKind::Users => take(page::<UserRow>(body)?, &mut rows.users, Into::into),
            QueryKind::Cases => take(page::<CaseRow>(body)?, &mut rows.cases, Into::into),
            QueryKind::Opportunities => take(page::<RoleRow>(body)?, &mut rows.opportunities, Into::into),
            QueryKind::TasksById | QueryKind::TasksByCall => {
                take(page::<TaskRow>(body)?, &mut rows.tasks, |row| row.logged(settings, &mut rows.records))
            }
        };
        Ok(match rest {
            _ if self.is_full() => Progress::Full,
            Some(path) => {
                self.path = path;
                Progress::Continues
            }
            None => Progress::Complete,
        })
    }

    fn is_full(&self) -> bool {
        let DirectoryLists { records, users, cases, opportunities, tasks } = &self.rows;
        let of = |object| records.iter().filter(|record| record.record_type.object() == object).count();
        let others = [users.len(), cases.len(), opportunities.len(), tasks.len()];
        RECORDS.map(of).into_iter().chain(others).any(|count| count >= self.limit)
    }
}

/// Moves the rows of a page to a list. Returns the path of the next page.
fn take<Row, T>(page: Page<Row>, list: &mut Vec<T>, read: impl FnMut(Row) -> T) -> Option<String> {
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
