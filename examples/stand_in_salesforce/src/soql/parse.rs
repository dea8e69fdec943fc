//! Parses SOQL without the schema.

use chrono::{DateTime, NaiveDate};

use super::lex::{Quoted, Token, tokens};
use crate::fault::Fault;

pub(crate) const MALFORMED_QUERY: &str = "MALFORMED_QUERY";
/// The length limit of a statement in characters.
const STATEMENT_LIMIT: usize = 100_000;
/// The length limit of a text literal in characters.
const LITERAL_LIMIT: usize = 4000;
/// The nesting limit of brackets, which protects the stack.
const DEPTH_LIMIT: usize = 50;

/// A query: `SELECT … FROM …` and the clauses after it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Select {
    pub(crate) selection: Selection,
    pub(crate) from: String,
    pub(crate) tail: Tail,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Selection {
    /// `COUNT()`
    Count,
    /// Names with dots.
    Fields(Vec<String>),
}

/// The clauses after the object, in SOQL and in SOSL's RETURNING.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Tail {
    pub(crate) condition: Option<Condition>,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) field: String,
    pub(crate) descending: bool,
    pub(crate) nulls_last: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare { field: String, operator: Operator, literal: Literal },
    In { field: String, negated: bool, literals: Vec<Literal> },
    InSubquery { field: String, negated: bool, select: Box<Select> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Like,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Null,
    Text(Quoted),
    Number(f64),
    Flag(bool),
    /// `YYYY-MM-DD`
    Date(String),
    /// A time in the form in which records store it.
    Time(String),
}

/// Parses a query.
pub(crate) fn select(statement: &str) -> Result<Select, Fault> {
    if statement.chars().count() > STATEMENT_LIMIT {
        return Err(Fault::request(MALFORMED_QUERY, "SOQL statements cannot be longer than 100000 characters."));
    }
    let mut parser = Parser::new(statement, MALFORMED_QUERY)?;
    let select = parser.select()?;
    parser.end()?;
    Ok(select)
}

/// A parser over the tokens of a statement.
pub(crate) struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    code: &'static str,
    depth: usize,
}

impl Parser {
    pub(crate) fn new(statement: &str, code: &'static str) -> Result<Self, Fault> {
        Ok(Self { tokens: tokens(statement, code)?.into_iter().peekable(), code, depth: 0 })
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> Fault {
        Fault::request(self.code, message)
    }

    fn unexpected(&mut self) -> Fault {
        let text = self.tokens.peek().map_or("<EOF>", Token::text).to_owned();
        self.error(format!("unexpected token: '{text}'"))
    }

    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        if self.tokens.peek().is_none() { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(crate) fn sign(&mut self, sign: &str) -> bool {
        self.tokens.next_if(|token| matches!(token, Token::Sign(found) if *found == sign)).is_some()
    }

    pub(crate) fn expect_sign(&mut self, sign: &str) -> Result<(), Fault> {
        if self.sign(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(crate) fn keyword(&mut self, keyword: &str) -> bool {
        let is = |token: &Token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(keyword));
        self.tokens.next_if(is).is_some()
    }

    pub(crate) fn expect(&mut self, keyword: &str) -> Result<(), Fault> {
        if self.keyword(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(crate) fn name(&mut self) -> Result<String, Fault> {
        match self.tokens.next_if(|token| matches!(token, Token::Word(_))) {
            Some(Token::Word(word)) => Ok(word),
            _ => Err(self.unexpected()),
        }
    }

    pub(crate) fn list<T>(&mut self, item: impl Fn(&mut Self) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        let mut items = vec![item(self)?];
        while self.sign(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn deeper<T>(&mut self, inside: impl Fn(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth == DEPTH_LIMIT {
            return Err(self.error("too many nested brackets"));
        }
        self.depth += 1;
        let read = inside(self)?;
        self.depth -= 1;
        Ok(read)
    }

    fn select(&mut self) -> Result<Select, Fault> {
        self.expect("SELECT")?;
        let mut fields = self.list(Self::name)?;
        let selection = match fields.first() {
            Some(only) if fields.len() == 1 && only.eq_ignore_ascii_case("COUNT") && self.sign("(") => {
                self.expect_sign(")")?;
                Selection::Count
            }
            _ => Selection::Fields(std::mem::take(&mut fields)),
        };
        self.expect("FROM")?;
        let from = self.name()?;
        Ok(Select { selection, from, tail: self.tail()? })
    }

    /// Parses `WHERE … ORDER BY … LIMIT … OFFSET …`, each of which is optional.
    pub(crate) fn tail(&mut self) -> Result<Tail, Fault> {
        let condition = if self.keyword("WHERE") { Some(self.condition()?) } else { None };
        let order = if self.keyword("ORDER") {
            self.expect("BY")?;
            self.list(Self::order)?
        } else {
            Vec::new()
        };
        let limit = self.count("LIMIT")?;
        let offset = self.count("OFFSET")?.unwrap_or_default();
        Ok(Tail { condition, order, limit, offset })
    }

    pub(crate) fn count(&mut self, keyword: &str) -> Result<Option<usize>, Fault> {
        if !self.keyword(keyword) {
            return Ok(None);
        }
        match self.tokens.next() {
            Some(Token::Figure(figure)) if figure.parse::<usize>().is_ok() => Ok(figure.parse().ok()),
            _ => Err(self.error(format!("{keyword} needs a whole number"))),
        }
    }

    fn order(&mut self) -> Result<Order, Fault> {
        let field = self.name()?;
        let descending = !self.keyword("ASC") && self.keyword("DESC");
        let mut nulls_last = false;
        if self.keyword("NULLS") {
            nulls_last = self.keyword("LAST");
            if !nulls_last {
                self.expect("FIRST")?;
            }
        }
        Ok(Order { field, descending, nulls_last })
    }

    /// Parses terms joined by AND or by OR. Salesforce requires brackets to mix them.
    fn condition(&mut self) -> Result<Condition, Fault> {
        let first = self.term()?;
        let (joint, join): (_, fn(Vec<Condition>) -> Condition) = if self.keyword("AND") {
            ("AND", Condition::All)
        } else if self.keyword("OR") {
            ("OR", Condition::Any)
        } else {
            return Ok(first);
        };
        let mut terms = vec![first, self.term()?];
        while self.keyword(joint) {
            terms.push(self.term()?);
        }
        Ok(join(terms))
    }

    fn term(&mut self) -> Result<Condition, Fault> {
        if self.keyword("NOT") {
            return Ok(Condition::Not(Box::new(self.deeper(Self::term)?)));
        }
        if self.sign("(") {
            let inside = self.deeper(Self::condition)?;
            self.expect_sign(")")?;
            return Ok(inside);
        }
        let field = self.name()?;
        let negated = self.keyword("NOT");
        if negated || self.keyword("IN") {
            if negated {
                self.expect("IN")?;
            }
            return self.values(field, negated);
        }
        let operator = self.operator()?;
        Ok(Condition::Compare { field, operator, literal: self.literal()? })
    }

    fn values(&mut self, field: String, negated: bool) -> Result<Condition, Fault> {
        self.expect_sign("(")?;
        let is_select = matches!(self.tokens.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case("SELECT"));
        let values = if is_select {
            let select = Box::new(self.deeper(Self::select)?);
            Condition::InSubquery { field, negated, select }
        } else {
            Condition::In { field, negated, literals: self.list(Self::literal)? }
        };
        self.expect_sign(")")?;
        Ok(values)
    }

    fn operator(&mut self) -> Result<Operator, Fault> {
        if self.keyword("LIKE") {
            return Ok(Operator::Like);
        }
        let operators = [
            ("=", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<>", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let found = operators.into_iter().find(|(sign, _)| self.sign(sign));
        found.map(|(_, operator)| operator).ok_or_else(|| self.unexpected())
    }

    fn literal(&mut self) -> Result<Literal, Fault> {
        match self.tokens.next_if(|token| !matches!(token, Token::Sign(_))) {
            Some(Token::Text(quoted)) if quoted.text.chars().count() > LITERAL_LIMIT => {
                Err(self.error("a text in a query cannot be longer than 4000 characters"))
            }
            Some(Token::Text(quoted)) => Ok(Literal::Text(quoted)),
            Some(Token::Figure(figure)) => {
                self::figure(&figure).ok_or_else(|| self.error(format!("unexpected token: '{figure}'")))
            }
            Some(Token::Word(word)) => match word.to_ascii_lowercase().as_str() {
                "null" => Ok(Literal::Null),
                "true" => Ok(Literal::Flag(true)),
                "false" => Ok(Literal::Flag(false)),
                _ => Err(self.error(format!("unexpected token: '{word}'"))),
            },
            _ => Err(self.unexpected()),
        }
    }
}

fn figure(figure: &str) -> Option<Literal> {
    if let Ok(time) = DateTime::parse_from_rfc3339(figure) {
        return Some(Literal::Time(crate::org::time::text(time.to_utc())));
    }
    if figure.len() == "YYYY-MM-DD".len() && NaiveDate::parse_from_str(figure, "%Y-%m-%d").is_ok() {
        return Some(Literal::Date(figure.to_owned()));
    }
    figure.parse().ok().filter(|number: &f64| number.is_finite()).map(Literal::Number)
}
