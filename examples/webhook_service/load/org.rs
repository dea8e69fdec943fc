//! The content of the stand-in at the start: a company with thousands of customers.

use anyhow::Result;
use serde_json::json;
use stand_in_salesforce::{Seed, Table};

/// How many customers the company has. Each has a number of its own.
pub(crate) const CUSTOMERS: u32 = 5_000;
/// How many numbers call that no record has.
pub(crate) const UNKNOWN_NUMBERS: u32 = 200;

pub(crate) const ADMIN: &str = "005000000000001AAA";
pub(crate) const JONAS: &str = "005000000000002AAA";
pub(crate) const CLAIRE: &str = "005000000000003AAA";
/// An inactive user.
const PAUL: &str = "005000000000004AAA";
/// The owners of the customers, in turn.
const OWNERS: [&str; 4] = [ADMIN, JONAS, CLAIRE, PAUL];
/// Every fifth customer has an open case.
const ONE_CASE_IN: usize = 5;
/// The number of this customer belongs to Ada Lovelace, whom the demonstration has.
const TAKEN: &str = "Customer 01234";

/// Returns the number of the `n`-th customer.
pub(crate) fn number(n: u32) -> String {
    format!("+33 1 99 00 {:02} {:02}", n / 100 % 100, n % 100)
}

/// Returns the `n`-th number that no record has.
pub(crate) fn unknown_number(n: u32) -> String {
    number(CUSTOMERS + n)
}

pub(crate) fn seed() -> Result<Seed> {
    let mut seed = Seed::demonstration()?.with_contacts(CUSTOMERS);
    let contacts = seed.records.entry(Table::Contact).or_default();
    contacts.retain(|contact| contact.get("LastName").is_none_or(|name| name != TAKEN));
    let mut cases = Vec::new();
    let customers = contacts.iter_mut().filter(|contact| !contact.contains_key("Id"));
    for (n, customer) in customers.enumerate() {
        let id = format!("003L000000{n:05}");
        if n % ONE_CASE_IN == 0 {
            let case = [("Subject", json!("Order not delivered")), ("ContactId", json!(id))];
            cases.push(case.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        }
        customer.insert("OwnerId".to_owned(), json!(OWNERS[n % OWNERS.len()]));
        customer.insert("Id".to_owned(), json!(id));
    }
    seed.records.entry(Table::Case).or_default().extend(cases);
    Ok(seed)
}
