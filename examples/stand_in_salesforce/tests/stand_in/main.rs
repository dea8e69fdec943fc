//! Tests the stand-in through its REST API. `tests/clients/run` tests it with independent
//! Salesforce clients.

mod client;

mod allowance;
mod composites;
mod graphs;
mod mutations;
mod queries;
mod refusals;
mod searches;
mod switches;
