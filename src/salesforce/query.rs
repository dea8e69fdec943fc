//! Free text within Salesforce's query languages, so that it says nothing but itself.
//!
//! Source: Salesforce's SOQL and SOSL Reference, v67: quoted string escape sequences, reserved characters.

/// The longest literal that a SOQL statement takes, in characters.
pub const SOQL_LITERAL_LIMIT: usize = 4_000;

/// What a search for text takes for its own: each needs a backslash.
const SOSL_RESERVED: &str = "?&|!{}[]()^~*:\\\"'+-";

/// A text as a literal of SOQL, quotes included.
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

/// A text as something to find in SOSL, where it stands between the braces of `FIND {…}`.
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
