//! Implements SOQL: parses a query, binds it to the schema and runs it.

pub(crate) mod bind;
pub(crate) mod compare;
pub(crate) mod lex;
pub(crate) mod parse;
pub(crate) mod run;
