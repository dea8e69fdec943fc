//! Holds the org: its records, its state, and how records are written.

mod derive;
pub(crate) mod time;
mod validate;

use std::collections::BTreeMap;

use aircall_salesforce::salesforce::Id;
use aircall_salesforce::salesforce::check::Write;
use chrono::Utc;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::fault::Fault;
use crate::schema::{Column, Schema, Table};
use crate::seed::{Credentials, Seed, SeedError};
use crate::soql::run::is_deleted;
use crate::store::{Row, Store};
use crate::switches::{self, Counts, Switches};

pub(crate) struct Org {
    pub(crate) schema: Schema,
    pub(crate) store: Store,
    pub(crate) credentials: Credentials,
    pub(crate) switches: Switches,
    pub(crate) counts: Counts,
    /// Every write since the start, in order.
    pub(crate) writes: Vec<Written>,
    /// The valid tokens.
    pub(crate) tokens: Vec<String>,
    pub(crate) tokens_given: u64,
    /// The remaining records of long responses, by cursor number.
    pub(crate) cursors: BTreeMap<u64, Vec<Value>>,
    pub(crate) cursors_given: u64,
    /// The user who writes.
    pub(crate) running_user: Id,
    closed_statuses: Vec<String>,
    /// Whether every write of the current request fails because another transaction holds the
    /// records.
    pub(crate) is_locked: bool,
    /// How `fail_one_record_in` applies to the next record.
    pub(crate) turn: Turn,
    /// Whether the current request saves records that a duplicate rule would block.
    pub(crate) saves_duplicates: bool,
}

/// How the switch `fail_one_record_in` applies to a written record.
pub(crate) enum Turn {
    /// The record counts.
    Counts,
    /// The record belongs to a composite request or graph, which counts as a whole and fails with
    /// this fault.
    Grouped(Option<Fault>),
}

/// A write that stayed.
#[derive(Serialize)]
pub(crate) struct Written {
    /// Milliseconds since 1970.
    at: i64,
    object: Table,
    id: Id,
}

/// The result of an upsert.
pub(crate) enum Upserted {
    Created(Id),
    Updated(Id),
    /// Several records have the value; nothing was written.
    Several(Vec<Id>),
}

impl Org {
    pub(crate) fn new(seed: Seed) -> Result<Self, SeedError> {
        let Seed { custom_fields, person_accounts, credentials, closed_statuses, records, switches } = seed;
        let schema = Schema::new(&custom_fields, person_accounts);
        let mut store = Store::new(&schema);
        let first_user = records.get(&Table::User).and_then(|users| users.first()?.get("Id")?.as_str()?.parse().ok());
        let running_user = first_user.or_else(|| store.mint(Table::User)).ok_or(SeedError::Full)?;
        let mut org = Self {
            schema,
            store,
            credentials,
            switches,
            counts: Counts::default(),
            writes: Vec::new(),
            tokens: Vec::new(),
            tokens_given: 0,
            cursors: BTreeMap::new(),
            cursors_given: 0,
            running_user,
            closed_statuses,
            is_locked: false,
            turn: Turn::Counts,
            saves_duplicates: false,
        };
        for (table, rows) in records {
            for (index, row) in rows.into_iter().enumerate() {
                org.insert_seed_record(table, row).map_err(|reason| reason.at(table, index))?;
            }
        }
        if org.store.get(Table::User, running_user).is_none() {
            let admin = [("Id", running_user.as_str()), ("LastName", "Admin"), ("Email", "admin@example.com")];
            let admin = admin.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
            org.insert_seed_record(Table::User, admin).map_err(|reason| reason.at(Table::User, 0))?;
        }
        drop(org.store.commit());
        Ok(org)
    }

    /// Makes the writes of a request permanent.
    pub(crate) fn commit(&mut self) {
        let at = Utc::now().timestamp_millis();
        self.writes.extend(self.store.commit().map(|(object, id)| Written { at, object, id }));
    }

    /// Inserts a record of the seed. It may have an id and fields that only Salesforce writes.
    fn insert_seed_record(&mut self, table: Table, fields: Row) -> Result<(), crate::seed::RecordError> {
        use crate::seed::RecordError;
        let mut row = Row::new();
        for (name, value) in fields {
            let column = self.schema.column(table, &name).ok_or(RecordError::NoSuchField(name))?;
            if !value.is_null() {
                row.insert(column.name.clone(), value);
            }
        }
        let id = match row.get("Id") {
            Some(id) => id.as_str().and_then(|text| text.parse().ok()).filter(|id| Table::of(*id) == Some(table)),
            None => self.store.mint(table),
        };
        let id = id.ok_or(RecordError::Id)?;
        validate::normal_times(self, table, &mut row);
        validate::long_ids(self, table, &mut row);
        let given = row.clone();
        derive::defaults(self, table, id, &mut row);
        derive::stamp(self, table, &mut row);
        derive::dependent_fields(self, table, &mut row);
        // The seed's values override the derived ones.
        let written = given.into_iter().filter(|(name, _)| name != "Id");
        row.extend(written);
        if table == Table::Account && row.get("IsPersonAccount") == Some(&Value::Bool(true)) {
            self.add_person_contact(id, &mut row).ok_or(RecordError::Id)?;
        }
        self.store.put(table, id, row);
        Ok(())
    }

    /// Adds the contact of a person account.
    fn add_person_contact(&mut self, account: Id, row: &mut Row) -> Option<()> {
        if row.contains_key("PersonContactId") {
            return Some(());
        }
        let id = self.store.mint(Table::Contact)?;
        row.insert("PersonContactId".to_owned(), id.to_string().into());
        let copied = [
            ("FirstName", "FirstName"),
            ("LastName", "LastName"),
            ("OwnerId", "OwnerId"),
            ("Phone", "Phone"),
            ("PersonEmail", "Email"),
            ("PersonMobilePhone", "MobilePhone"),
            ("PersonHomePhone", "HomePhone"),
            ("PersonOtherPhone", "OtherPhone"),
            ("PersonAssistantPhone", "AssistantPhone"),
        ];
        let copied = copied.into_iter().filter_map(|(from, to)| Some((to.to_owned(), row.get(from)?.clone())));
        let mut contact: Row = copied.collect();
        contact.insert("AccountId".to_owned(), account.to_string().into());
        contact.insert("IsPersonAccount".to_owned(), true.into());
        derive::defaults(self, Table::Contact, id, &mut contact);
        derive::stamp(self, Table::Contact, &mut contact);
        derive::dependent_fields(self, Table::Contact, &mut contact);
        self.store.put(Table::Contact, id, contact);
        Some(())
    }

    /// Returns a column that the integration user can see.
    pub(crate) fn column(&self, table: Table, name: &str) -> Option<&Column> {
        self.schema.column(table, name).filter(|column| !self.is_hidden(table, column))
    }

    pub(crate) fn is_hidden(&self, table: Table, column: &Column) -> bool {
        let hidden = self.switches.hidden_fields.iter().filter_map(|hidden| hidden.split_once('.'));
        hidden.into_iter().any(|(object, field)| {
            object.eq_ignore_ascii_case(table.name()) && field.eq_ignore_ascii_case(&column.name)
        })
    }

    /// Returns whether `query` passes over a record: a Task that is closed and old.
    pub(crate) fn is_archived(&self, table: Table, row: &Row) -> bool {
        let date = ["ActivityDate", "CreatedDate"].iter().find_map(|name| row.get(*name)?.as_str());
        let before = self.switches.archived_before.as_deref();
        table == Table::Task
            && row.get("IsClosed") == Some(&Value::Bool(true))
            && date.zip(before).is_some_and(|(date, before)| date < before)
    }

    /// Returns the account of a Task: the related account, or the account of the related record or
    /// of the person.
    fn account_of(&self, task: &Row) -> Option<Value> {
        let target = |name: &str| self.schema.column(Table::Task, name).and_then(|column| referenced_id(task, column));
        if let Some((Table::Account, account)) = target("WhatId") {
            return Some(account.to_string().into());
        }
        let of = |(table, id): (Table, Id)| self.store.get(table, id)?.get("AccountId").cloned();
        target("WhatId").and_then(of).or_else(|| target("WhoId").and_then(of))
    }

    fn check_lock(&self, id: Option<Id>) -> Result<(), Fault> {
        if self.is_locked { Err(Fault::locked(id)) } else { Ok(()) }
    }

    /// Fails if a switch injects a failure into the write of a record.
    fn take_failure(&mut self, id: Option<Id>) -> Result<(), Fault> {
        self.check_lock(id)?;
        let fault = match &mut self.turn {
            Turn::Counts => self.next_record_failure(),
            Turn::Grouped(fault) => fault.take(),
        };
        fault.map_or(Ok(()), Err)
    }

    /// Counts the write of a record, graph or composite request and returns the failure that a
    /// switch injects.
    pub(crate) fn next_record_failure(&mut self) -> Option<Fault> {
        self.counts.records += 1;
        let nth = switches::failing(self.counts.records, self.switches.fail_one_record_in)?;
        self.counts.failed_records += 1;
        Some(if nth.is_multiple_of(2) { Fault::flow_locked() } else { Fault::locked(None) })
    }

    pub(crate) fn create(&mut self, table: Table, body: &Map<String, Value>) -> Result<Id, Fault> {
        let mut row = validate::changes(self, table, Write::Create, body)?;
        validate::normal_times(self, table, &mut row);
        validate::long_ids(self, table, &mut row);
        validate::check_record(self, table, None, &row)?;
        validate::check_rules(self, table, None, &row)?;
        self.take_failure(None)?;
        let full = || Fault::with_status(500, "UNKNOWN_EXCEPTION", "no more ids");
        let id = self.store.mint(table).ok_or_else(full)?;
        derive::defaults(self, table, id, &mut row);
        derive::stamp(self, table, &mut row);
        derive::dependent_fields(self, table, &mut row);
        self.store.put(table, id, row);
        Ok(id)
    }

    pub(crate) fn update(&mut self, table: Table, id: Id, body: &Map<String, Value>) -> Result<(), Fault> {
        let before = self.store.get(table, id).ok_or_else(Fault::not_found)?;
        if is_deleted(before) {
            return Err(Fault::deleted());
        }
        if before.get("IsConverted") == Some(&Value::Bool(true)) {
            return Err(Fault::write("CANNOT_UPDATE_CONVERTED_LEAD", "cannot update converted lead", &[]));
        }
        let mut row = before.clone();
        let mut changes = validate::changes(self, table, Write::Update, body)?;
        validate::normal_times(self, table, &mut changes);
        validate::long_ids(self, table, &mut changes);
        row.extend(changes);
        row.retain(|_, value| !value.is_null());
        validate::check_record(self, table, Some(id), &row)?;
        validate::check_rules(self, table, Some(id), &row)?;
        self.take_failure(Some(id))?;
        derive::stamp(self, table, &mut row);
        derive::dependent_fields(self, table, &mut row);
        self.store.put(table, id, row);
        Ok(())
    }

    pub(crate) fn delete(&mut self, table: Table, id: Id) -> Result<(), Fault> {
        let mut row = self.store.get(table, id).ok_or_else(Fault::not_found)?.clone();
        if is_deleted(&row) {
            return Err(Fault::deleted());
        }
        self.check_lock(Some(id))?;
        row.insert("IsDeleted".to_owned(), true.into());
        derive::stamp(self, table, &mut row);
        self.store.put(table, id, row);
        Ok(())
    }

    /// Updates the record that has the value, or creates one.
    pub(crate) fn upsert(
        &mut self,
        table: Table,
        field: &str,
        value: &str,
        body: &Map<String, Value>,
    ) -> Result<Upserted, Fault> {
        let column = self.column(table, field).filter(|column| column.external_id);
        let name = column.map(|column| column.name.clone()).ok_or_else(|| {
            let message = format!("Provided external ID field does not exist or is not accessible: {field}");
            Fault::with_status(404, "NOT_FOUND", message)
        })?;
        if body.keys().any(|key| key.eq_ignore_ascii_case(&name)) {
            let message = format!("The {name} field should not be specified in the sobject data.");
            return Err(Fault::request("INVALID_FIELD", message));
        }
        let holders = self.store.holding(table, &name, value).unwrap_or_default();
        let holders: Vec<Id> =
            holders.into_iter().filter(|&id| self.store.get(table, id).is_some_and(|row| !is_deleted(row))).collect();
        match holders.as_slice() {
            [] => {
                let mut body = body.clone();
                body.insert(name, value.into());
                self.create(table, &body).map(Upserted::Created)
            }
            [id] => self.update(table, *id, body).map(|()| Upserted::Updated(*id)),
            _ => Ok(Upserted::Several(holders)),
        }
    }
}

/// Returns the table and id of the record that a field refers to.
pub(crate) fn referenced_id(row: &Row, column: &Column) -> Option<(Table, Id)> {
    let id = row.get(&column.name)?.as_str()?.parse().ok()?;
    Some((Table::of(id)?, id))
}
