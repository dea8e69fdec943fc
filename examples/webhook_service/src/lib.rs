//! Logs Aircall's calls in Salesforce as they happen: one machine, one process, one file. See README.md.

pub mod store;
