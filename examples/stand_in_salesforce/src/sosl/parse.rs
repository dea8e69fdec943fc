//! Parses SOSL.

use crate::fault::Fault;
use crate::soql::parse::{Parser, Tail};

pub(crate) const MALFORMED_SEARCH: &str = "MALFORMED_SEARCH";
/// The characters with a special meaning inside the braces, which need a backslash.
const RESERVED: &str = "?&|!{}[]()^~*:\\\"'+-";

/// The limit of brackets in a search, which protects the stack.
const DEPTH_LIMIT: usize = 50;

/// A search: `FIND {…} IN … RETURNING …`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Search {
    pub(crate) query: Query,
    pub(crate) group: Group,
    pub(crate) returning: Vec<Returning>,
    /// The limit over all objects.
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    All,
    Email,
    Name,
    Phone,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Returning {
    pub(crate) object: String,
    pub(crate) fields: Vec<String>,
    pub(crate) tail: Tail,
}

impl Returning {
    /// Returns the clause of an object without brackets, which selects the id.
    pub(crate) fn id_of(object: &str) -> Self {
        Self { object: object.to_owned(), fields: vec!["Id".to_owned()], tail: Tail::default() }
    }
}

/// The search expression inside the braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
    /// A sequence of words or a phrase in quotes, without backslashes.
    Words {
        text: String,
        prefix: bool,
    },
}

pub(crate) fn search(statement: &str) -> Result<Search, Fault> {
    let malformed = |message: &str| Fault::request(MALFORMED_SEARCH, message);
    let rest = statement.trim_start();
    let keyword = rest.get(..4).filter(|word| word.eq_ignore_ascii_case("FIND"));
    let rest = keyword
        .and_then(|_| rest.get(4..))
        .ok_or_else(|| malformed("No search term found. The search term must be enclosed in braces."))?;
    let rest = rest.trim_start().strip_prefix('{').ok_or_else(|| malformed("expecting a left brace after FIND"))?;
    let mut terms = Terms { rest, tokens: Vec::new(), open: 0 };
    terms.read()?;
    let after = terms.rest;
    let mut tokens = terms.tokens.into_iter().peekable();
    let query = any(&mut tokens)?;
    if tokens.next().is_some() {
        return Err(malformed("unexpected bracket in the search term"));
    }
    let mut parser = Parser::new(after, MALFORMED_SEARCH)?;
    let group = group(&mut parser)?;
    let returning = if parser.keyword("RETURNING") { parser.list(returning)? } else { Vec::new() };
    let limit = parser.count("LIMIT")?;
    parser.end()?;
    Ok(Search { query, group, returning, limit })
}

fn group(parser: &mut Parser) -> Result<Group, Fault> {
    if !parser.keyword("IN") {
        return Ok(Group::All);
    }
    let groups = [("ALL", Group::All), ("EMAIL", Group::Email), ("NAME", Group::Name), ("PHONE", Group::Phone)];
    let found = groups.into_iter().find(|(name, _)| parser.keyword(name));
    let (_, group) = found.ok_or_else(|| parser.error("expecting ALL, EMAIL, NAME or PHONE"))?;
    parser.expect("FIELDS")?;
    Ok(group)
}

fn returning(parser: &mut Parser) -> Result<Returning, Fault> {
    let object = parser.name()?;
    if !parser.sign("(") {
        return Ok(Returning::id_of(&object));
    }
    let fields = parser.list(Parser::name)?;
    let tail = parser.tail()?;
    parser.expect_sign(")")?;
    Ok(Returning { object, fields, tail })
}

/// A token inside the braces.
#[derive(Debug, Clone, PartialEq, Eq)]
enum SearchToken {
    Open,
    Close,
    Or,
    And,
    AndNot,
    Word { text: String, prefix: bool },
    Phrase(String),
}

/// Reads the tokens up to the closing brace.
struct Terms<'s> {
    rest: &'s str,
    tokens: Vec<SearchToken>,
    /// The number of opening brackets so far.
    open: usize,
}

impl Terms<'_> {
    fn read(&mut self) -> Result<(), Fault> {
        loop {
            self.rest = self.rest.trim_start();
            match self.next() {
                None => return Err(Fault::request(MALFORMED_SEARCH, "expecting a right brace, found '<EOF>'")),
                Some('}') => return Ok(()),
                Some('(') if self.open == DEPTH_LIMIT => {
                    return Err(Fault::request(MALFORMED_SEARCH, "too many brackets"));
                }
                Some('(') => {
                    self.open += 1;
                    self.tokens.push(SearchToken::Open);
                }
                Some(')') => self.tokens.push(SearchToken::Close),
                Some('"') => self.phrase()?,
                Some(first) => self.word(first)?,
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }

    /// Reads a character of a text. A reserved character needs a backslash, also inside quotes.
    fn character(&mut self, first: char) -> Result<char, Fault> {
        match first {
            '\\' => {
                let escaped = self.next().filter(|character| RESERVED.contains(*character));
                escaped.ok_or_else(|| Fault::request(MALFORMED_SEARCH, "a backslash must precede a reserved character"))
            }
            reserved if RESERVED.contains(reserved) => {
                Err(Fault::request(MALFORMED_SEARCH, format!("unexpected token: '{reserved}'")))
            }
            other => Ok(other),
        }
    }

    fn phrase(&mut self) -> Result<(), Fault> {
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(Fault::request(MALFORMED_SEARCH, "expecting a quotation mark, found '<EOF>'")),
                Some('"') => break,
                Some(first) => text.push(self.character(first)?),
            }
        }
        self.tokens.push(SearchToken::Phrase(text));
        Ok(())
    }

    fn word(&mut self, first: char) -> Result<(), Fault> {
        let mut text = String::from(self.character(first)?);
        let mut prefix = false;
        while let Some(next) = self.rest.chars().next() {
            if next.is_whitespace() || matches!(next, '}' | '(' | ')' | '"') {
                break;
            }
            self.next();
            prefix = next == '*';
            if !prefix {
                text.push(self.character(next)?);
            }
        }
        let last_is_and = self.tokens.last() == Some(&SearchToken::And);
        match text.to_ascii_uppercase().as_str() {
            "OR" => self.tokens.push(SearchToken::Or),
            "AND" => self.tokens.push(SearchToken::And),
            "NOT" if last_is_and => {
                self.tokens.pop();
                self.tokens.push(SearchToken::AndNot);
            }
            _ => self.tokens.push(SearchToken::Word { text, prefix }),
        }
        Ok(())
    }
}

type SearchTokens = std::iter::Peekable<std::vec::IntoIter<SearchToken>>;

/// Parses terms joined by OR, which has a lower precedence than AND.
fn any(tokens: &mut SearchTokens) -> Result<Query, Fault> {
    let mut queries = vec![all(tokens)?];
    while tokens.next_if_eq(&SearchToken::Or).is_some() {
        queries.push(all(tokens)?);
    }
    Ok(Query::Any(queries))
}

fn all(tokens: &mut SearchTokens) -> Result<Query, Fault> {
    let mut queries = vec![one(tokens)?];
    loop {
        if tokens.next_if_eq(&SearchToken::AndNot).is_some() {
            queries.push(Query::Not(Box::new(one(tokens)?)));
        } else if tokens.next_if_eq(&SearchToken::And).is_some() || is_begin(tokens.peek()) {
            queries.push(one(tokens)?);
        } else {
            return Ok(Query::All(queries));
        }
    }
}

fn is_begin(token: Option<&SearchToken>) -> bool {
    matches!(token, Some(SearchToken::Open | SearchToken::Word { .. } | SearchToken::Phrase(_)))
}

/// Parses a phrase, a bracketed expression or a sequence of words; a phone number often has several
/// words.
fn one(tokens: &mut SearchTokens) -> Result<Query, Fault> {
    match tokens.next() {
        Some(SearchToken::Open) => {
            let inside = any(tokens)?;
            if tokens.next_if_eq(&SearchToken::Close).is_some() { Ok(inside) } else { Err(too_short()) }
        }
        Some(SearchToken::Phrase(text)) => term(text, false),
        Some(SearchToken::Word { mut text, mut prefix }) => {
            while let Some(SearchToken::Word { text: more, prefix: last }) =
                tokens.next_if(|p| matches!(p, SearchToken::Word { .. }))
            {
                text.push(' ');
                text.push_str(&more);
                prefix = last;
            }
            term(text, prefix)
        }
        _ => Err(too_short()),
    }
}

fn term(text: String, prefix: bool) -> Result<Query, Fault> {
    let letters = text.chars().filter(|character| character.is_alphanumeric()).count();
    if letters < 2 { Err(too_short()) } else { Ok(Query::Words { text, prefix }) }
}

fn too_short() -> Fault {
    Fault::request(MALFORMED_SEARCH, "search term must be longer than one character")
}
