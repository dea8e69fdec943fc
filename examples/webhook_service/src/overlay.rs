//! Adds the record that this service created so recently that Salesforce's search does not return
//! it yet.

use aircall_salesforce::lookup::{LoggedTask, NumberNeed, Record, Related, TaskKey, User};
use aircall_salesforce::{Directory, Id, Lookup};

/// A directory with the addition from the store.
pub struct Overlay {
    pub directory: Directory,
    /// The record that the service created for the call's number.
    pub made: Option<Record>,
}

impl Lookup for Overlay {
    fn records_by_phone(&self, number: NumberNeed) -> Vec<&Record> {
        // Once the search index is up to date, Salesforce returns the created record itself.
        let found = self.directory.records_by_phone(number);
        if found.is_empty() { self.made.iter().collect() } else { found }
    }

    fn record(&self, id: Id) -> Option<&Record> {
        self.directory.record(id).or_else(|| self.made.as_ref().filter(|made| made.id == id))
    }

    fn duplicates(&self) -> Vec<&Record> {
        self.directory.duplicates()
    }

    fn users_by_email(&self, email: &str) -> Vec<&User> {
        self.directory.users_by_email(email)
    }

    fn user(&self, id: Id) -> Option<&User> {
        self.directory.user(id)
    }

    fn cases(&self, contact: Id) -> Vec<&Related> {
        self.directory.cases(contact)
    }

    fn opportunities(&self, contact: Id) -> Vec<&Related> {
        self.directory.opportunities(contact)
    }

    fn task(&self, key: &TaskKey) -> Option<&LoggedTask> {
        self.directory.task(key)
    }
}
