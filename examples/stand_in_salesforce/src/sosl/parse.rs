//! SOSL: from text to what it says.

use crate::fault::Fault;
use crate::soql::parse::{Parser, Tail};

pub(crate) const MALFORMED_SEARCH: &str = "MALFORMED_SEARCH";
/// What has a meaning of its own within the braces, and needs a backslash to be text.
const RESERVED: &str = "?&|!{}[]()^~*:\\\"'+-";

/// Brackets in a search; nobody writes more, and a stack has an end.
const DEPTH_LIMIT: usize = 50;

/// `FIND {…} IN … RETURNING …`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Search {
    pub(crate) query: Query,
    pub(crate) group: Group,
    pub(crate) returning: Vec<Returning>,
    /// Over all objects together.
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
    /// Of an object without brackets.
    pub(crate) fn id_of(object: &str) -> Self {
        Self { object: object.to_owned(), fields: vec!["Id".to_owned()], tail: Tail::default() }
    }
}

/// What stands within the braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Query {
    All(Vec<Query>),
    Any(Vec<Query>),
    Not(Box<Query>),
    /// Words that follow each other, or a phrase in quotes: without its backslashes.
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
    let mut terms = Terms { rest, pieces: Vec::new(), open: 0 };
    terms.read()?;
    let after = terms.rest;
    let mut pieces = terms.pieces.into_iter().peekable();
    let query = any(&mut pieces)?;
    if pieces.next().is_some() {
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

/// A part of what stands within the braces.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Open,
    Close,
    Or,
    And,
    AndNot,
    Word { text: String, prefix: bool },
    Phrase(String),
}

/// Reads pieces up to the closing brace.
struct Terms<'s> {
    rest: &'s str,
    pieces: Vec<Piece>,
    /// Opening brackets so far.
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
                    self.pieces.push(Piece::Open);
                }
                Some(')') => self.pieces.push(Piece::Close),
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

    /// A character of a text: what is reserved needs a backslash, also within quotes.
    fn character(&mut self, first: char) -> Result<char, Fault> {
        match first {
            '\\' => {
                let escaped = self.next().filter(|character| RESERVED.contains(*character));
                escaped.ok_or_else(|| Fault::request(MALFORMED_SEARCH, "a backslash before what is not reserved"))
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
        self.pieces.push(Piece::Phrase(text));
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
        let last_is_and = self.pieces.last() == Some(&Piece::And);
        match text.to_ascii_uppercase().as_str() {
            "OR" => self.pieces.push(Piece::Or),
            "AND" => self.pieces.push(Piece::And),
            "NOT" if last_is_and => {
                self.pieces.pop();
                self.pieces.push(Piece::AndNot);
            }
            _ => self.pieces.push(Piece::Word { text, prefix }),
        }
        Ok(())
    }
}

type Pieces = std::iter::Peekable<std::vec::IntoIter<Piece>>;

/// OR binds weaker than AND.
fn any(pieces: &mut Pieces) -> Result<Query, Fault> {
    let mut queries = vec![all(pieces)?];
    while pieces.next_if_eq(&Piece::Or).is_some() {
        queries.push(all(pieces)?);
    }
    Ok(Query::Any(queries))
}

fn all(pieces: &mut Pieces) -> Result<Query, Fault> {
    let mut queries = vec![one(pieces)?];
    loop {
        if pieces.next_if_eq(&Piece::AndNot).is_some() {
            queries.push(Query::Not(Box::new(one(pieces)?)));
        } else if pieces.next_if_eq(&Piece::And).is_some() || is_begin(pieces.peek()) {
            queries.push(one(pieces)?);
        } else {
            return Ok(Query::All(queries));
        }
    }
}

fn is_begin(piece: Option<&Piece>) -> bool {
    matches!(piece, Some(Piece::Open | Piece::Word { .. } | Piece::Phrase(_)))
}

/// A phrase, something in brackets, or the words that follow each other: a number is often several.
fn one(pieces: &mut Pieces) -> Result<Query, Fault> {
    match pieces.next() {
        Some(Piece::Open) => {
            let inside = any(pieces)?;
            if pieces.next_if_eq(&Piece::Close).is_some() { Ok(inside) } else { Err(too_short()) }
        }
        Some(Piece::Phrase(text)) => term(text, false),
        Some(Piece::Word { mut text, mut prefix }) => {
            while let Some(Piece::Word { text: more, prefix: last }) =
                pieces.next_if(|p| matches!(p, Piece::Word { .. }))
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
