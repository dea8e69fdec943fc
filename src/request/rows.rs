//! The rows of the responses to queries.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::json::{self, ReadError};
use crate::lookup::{self, LoggedTask, Record, Related, TaskKey, User};
use crate::rules::fields::key_of;
use crate::rules::update::value_of;
use crate::salesforce::task::field;
use crate::salesforce::{Id, RecordType, id};
use crate::settings::Settings;

/// A page of the response to a search or a query.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<Row> {
    #[serde(alias = "searchRecords")]
    pub(super) records: Vec<Row>,
    /// Whether this page is the last one. A search has no pages.
    #[serde(default = "json::yes")]
    pub(super) done: bool,
    pub(super) next_records_url: Option<String>,
}

/// Reads the body of a response.
pub(super) fn page<'b, Row: Deserialize<'b>>(body: &'b str) -> Result<Page<Row>, ReadError> {
    let json::Object(page) = json::from_str::<json::Object<Page<Row>>>(body)?;
    // Pages without rows could follow one another for ever.
    if page.done || (page.next_records_url.is_some() && !page.records.is_empty()) {
        Ok(page)
    } else {
        let message = "`done` is false where rows and `nextRecordsUrl` were expected";
        Err(ReadError::at_end(body, message.to_owned()))
    }
}

/// Returns whether a body is a page, whatever its rows contain.
pub(super) fn is_page(body: &str) -> bool {
    page::<IgnoredAny>(body).is_ok()
}

// A row has only the fields of its object, and a query asks for fewer than a search. A row of a
// person account has the fields of a person under the names in the aliases.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RecordRow {
    #[serde(deserialize_with = "id::record")]
    id: Id,
    name: Option<String>,
    #[serde(default, deserialize_with = "id::owner_or_null")]
    owner_id: Option<Id>,
    #[serde(default, deserialize_with = "id::account_or_null")]
    account_id: Option<Id>,
    is_person_account: Option<bool>,
    phone: Option<String>,
    #[serde(alias = "PersonMobilePhone")]
    mobile_phone: Option<String>,
    #[serde(alias = "PersonHomePhone")]
    home_phone: Option<String>,
    #[serde(alias = "PersonAssistantPhone")]
    assistant_phone: Option<String>,
    #[serde(alias = "PersonOtherPhone")]
    other_phone: Option<String>,
}

impl From<RecordRow> for Record {
    fn from(row: RecordRow) -> Self {
        let phones = [row.phone, row.mobile_phone, row.home_phone, row.assistant_phone, row.other_phone];
        // Only Accounts have the field `IsPersonAccount`.
        let is_person = row.is_person_account == Some(true);
        let record_type = RecordType::from_id(row.id).filter(|_| !is_person).unwrap_or(RecordType::PersonAccount);
        // A record without a name gets a blank name, which counts as no name (SUBJ-9).
        let name = row.name.unwrap_or_default();
        let phones = phones.into_iter().flatten().collect();
        Self { record_type, id: row.id, name, owner: row.owner_id, account: row.account_id, phones, duplicate: false }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserRow {
    #[serde(deserialize_with = "id::user")]
    id: Id,
    email: Option<String>,
    #[serde(deserialize_with = "lookup::time")]
    created_date: DateTime<Utc>,
    is_active: bool,
    user_type: Option<String>,
}

/// The `UserType` of users who can own Tasks (OWN-8).
const STANDARD: &str = "Standard";

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        let UserRow { id, email, created_date, is_active, user_type } = row;
        let standard = user_type.is_none_or(|user_type| user_type == STANDARD);
        // A user without an address matches no agent.
        Self { id, email: email.unwrap_or_default(), created_at: created_date, active: is_active, standard }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CaseRow {
    #[serde(deserialize_with = "id::case")]
    id: Id,
    #[serde(deserialize_with = "id::contact")]
    contact_id: Id,
    is_closed: bool,
}

impl From<CaseRow> for Related {
    fn from(CaseRow { id, contact_id, is_closed }: CaseRow) -> Self {
        Self { id, contact: contact_id, open: !is_closed }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Closed {
    is_closed: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RoleRow {
    #[serde(deserialize_with = "id::opportunity")]
    opportunity_id: Id,
    #[serde(deserialize_with = "id::contact")]
    contact_id: Id,
    opportunity: Closed,
}

impl From<RoleRow> for Related {
    fn from(RoleRow { opportunity_id, contact_id, opportunity }: RoleRow) -> Self {
        Self { id: opportunity_id, contact: contact_id, open: !opportunity.is_closed }
    }
}

pub(super) struct TaskRow {
    id: Id,
    fields: Map<String, Value>,
}

impl<'de> Deserialize<'de> for TaskRow {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(deserializer)?;
        // Salesforce adds the type and URL of every row under this name.
        fields.remove("attributes");
        let id = fields.remove("Id").ok_or_else(|| serde::de::Error::missing_field("Id"))?;
        // The message is passed on unchanged, so `ReadError` still recognises its origin.
        let id = id::task(id).map_err(serde::de::Error::custom)?;
        Ok(Self { id, fields })
    }
}

impl TaskRow {
    /// Returns the Task, with the key that it contains. Adds the record that the Task is on to
    /// `records`, if its name is known (UPD-5).
    pub(super) fn logged(self, settings: &Settings, records: &mut Vec<Record>) -> LoggedTask {
        let Self { id, mut fields } = self;
        let ids = [field::WHO_ID, field::WHAT_ID].map(|name| fields.get(name)?.as_str()?.parse::<Id>().ok());
        let named = ["Who", "What"].map(|name| fields.remove(name));
        let named = ids.into_iter().zip(&named).find_map(|(id, record)| {
            let name = record.as_ref()?.get("Name")?.as_str()?;
            Some((id?, name.to_owned()))
        });
        records.extend(named.and_then(|(id, name)| {
            let record_type = RecordType::from_id(id)?;
            Some(Record { record_type, id, name, owner: None, account: None, phones: Vec::new(), duplicate: false })
        }));
        let text = settings.field_names.call_id().and_then(|name| value_of(&fields, name.as_str())?.as_str());
        // A Task that was asked for by its id need not contain the id of its call. No message has
        // this empty id.
        let key = text.and_then(key_of).unwrap_or(TaskKey::Message(String::new()));
        LoggedTask { id, key, fields: Some(fields), wrote: None, sent: None }
    }
}
