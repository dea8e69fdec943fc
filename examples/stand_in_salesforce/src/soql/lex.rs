//! Splits a statement into tokens.

use crate::fault::Fault;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// A keyword or a name with dots.
    Word(String),
    /// A text in single quotes.
    Text(Quoted),
    /// A number, a date or a time: a token that begins with a digit, a sign or a point.
    Figure(String),
    /// An operator or a bracket: `=`, `!=`, `(` and others.
    Sign(&'static str),
}

/// A text literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quoted {
    pub(crate) text: String,
    /// The positions of characters after a backslash, where `%` and `_` are not wildcards.
    pub(crate) escaped: Vec<usize>,
}

/// The operators and brackets, longer ones first.
const SIGNS: [&str; 11] = ["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", ";"];

impl Token {
    /// Returns the token's text for error messages.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Figure(text) => text,
            Self::Text(quoted) => &quoted.text,
            Self::Sign(sign) => sign,
        }
    }
}

/// Splits a statement into tokens. `code` is the error code of the language.
pub(crate) fn tokens(statement: &str, code: &'static str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    let mut rest = statement.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = if first == '\'' {
            let (quoted, after) = quoted(rest, code)?;
            (Token::Text(quoted), after)
        } else if first.is_ascii_digit() || matches!(first, '+' | '-' | '.') {
            let (figure, after) = take(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | ':'));
            (Token::Figure(figure.to_owned()), after)
        } else if first.is_alphabetic() || first == '_' {
            let (word, after) = take(rest, |c| c.is_alphanumeric() || matches!(c, '_' | '.'));
            (Token::Word(word.to_owned()), after)
        } else {
            let sign = SIGNS.into_iter().find_map(|sign| Some((Token::Sign(sign), rest.strip_prefix(sign)?)));
            sign.ok_or_else(|| Fault::request(code, format!("unexpected char: '{first}'")))?
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn take(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

/// Reads a text in single quotes. Escape sequences that Salesforce does not define are errors.
fn quoted<'t>(text: &'t str, code: &'static str) -> Result<(Quoted, &'t str), Fault> {
    let mut read = Quoted { text: String::new(), escaped: Vec::new() };
    let mut characters = text.chars();
    characters.next();
    while let Some(character) = characters.next() {
        let plain = match character {
            '\'' => return Ok((read, characters.as_str())),
            '\\' => {
                read.escaped.push(read.text.len());
                match characters.next() {
                    Some(same @ ('\'' | '"' | '\\' | '%' | '_')) => same,
                    Some('n' | 'N') => '\n',
                    Some('r' | 'R') => '\r',
                    Some('t' | 'T') => '\t',
                    Some('b' | 'B') => '\u{8}',
                    Some('f' | 'F') => '\u{c}',
                    Some('u') => unicode(&mut characters).ok_or_else(|| illegal(code))?,
                    _ => return Err(illegal(code)),
                }
            }
            other => other,
        };
        read.text.push(plain);
    }
    Err(Fault::request(code, "expecting a single quote, found '<EOF>'"))
}

fn unicode(characters: &mut std::str::Chars<'_>) -> Option<char> {
    let digits: String = characters.by_ref().take(4).collect();
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

fn illegal(code: &'static str) -> Fault {
    Fault::request(code, "Illegal string literal: invalid escape sequence")
}
