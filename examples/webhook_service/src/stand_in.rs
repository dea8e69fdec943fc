//! A Salesforce that is none, for trying out.

use serde_json::json;
use stand_in_salesforce::{Seed, SeedError, StandIn, Table};

/// The customer whose call the bundled webhook is.
const CALLER: &str = "003000000000001AAA";

/// A small company. Its search finds numbers digit by digit, as Salesforce's does, so the caller's stands there without a trunk prefix.
///
/// # Errors
///
/// The company cannot be read.
pub fn small_company() -> Result<StandIn, SeedError> {
    let mut seed = Seed::demonstration()?;
    let contacts = seed.records.entry(Table::Contact).or_default();
    for contact in contacts.iter_mut().filter(|contact| contact.get("Id") == Some(&json!(CALLER))) {
        contact.insert("Phone".to_owned(), json!("+33 1 99 00 12 34"));
    }
    StandIn::new(seed)
}
