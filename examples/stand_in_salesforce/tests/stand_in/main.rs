//! The stand-in as its users see it. That Salesforce's own clients do, `tests/clients/run` tells.

mod client;

mod composites;
mod queries;
mod refusals;
mod searches;
mod spoilt;
mod switches;
