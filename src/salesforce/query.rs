//! Escapes for free text in SOQL.
//!
//! Source: Salesforce's SOQL and SOSL Reference, v67: quoted string escape sequences.

/// The length limit of a literal in a SOQL statement, in characters.
pub(crate) const SOQL_LITERAL_LIMIT: usize = 4_000;

/// Returns a text as a SOQL literal, with its quotes.
pub(crate) fn soql_literal(text: &str) -> String {
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
