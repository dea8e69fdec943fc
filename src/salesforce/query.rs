//! Escapes for free text in Salesforce's query languages.
//!
//! Source: Salesforce's SOQL and SOSL Reference, v67: quoted string escape sequences, reserved
//! characters.

/// The length limit of a literal in a SOQL statement, in characters.
pub(crate) const SOQL_LITERAL_LIMIT: usize = 4_000;

/// The characters that have a meaning in SOSL; each needs a backslash.
const SOSL_RESERVED: &str = "?&|!{}[]()^~*:\\\"'+-";

/// Returns a text as a SOQL literal, with its quotes.
///
/// ```
/// use aircall_salesforce::salesforce::query::soql_literal;
/// assert_eq!(soql_literal(r"o'hara\@example.com"), r"'o\'hara\\@example.com'");
/// ```
#[must_use]
pub fn soql_literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    for character in text.chars() {
        let escaped = match character {
            '\'' | '\\' | '"' => character,
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            plain => {
                literal.push(plain);
                continue;
            }
        };
        literal.extend(['\\', escaped]);
    }
    literal.push('\'');
    literal
}

/// Returns a text as a SOSL search term, for use between the braces of `FIND {…}`.
///
/// ```
/// use aircall_salesforce::salesforce::query::sosl_term;
/// assert_eq!(sosl_term("+33199001234"), r"\+33199001234");
/// ```
#[must_use]
pub fn sosl_term(text: &str) -> String {
    let escaped = text.chars().flat_map(|character| {
        let before = SOSL_RESERVED.contains(character).then_some('\\');
        before.into_iter().chain([character])
    });
    escaped.collect()
}
