//! SOQL: read, understood by the schema, answered.

pub(crate) mod bind;
pub(crate) mod compare;
pub(crate) mod lex;
pub(crate) mod parse;
pub(crate) mod run;
