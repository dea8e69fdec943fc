//! Serves the org's content and the switches, which Salesforce's API does not have.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::StandIn;
use crate::fault::Fault;
use crate::http::fault;
use crate::schema::Table;
use crate::soql::run::is_deleted;
use crate::switches::{Counts, Switches};

#[derive(Deserialize)]
pub(crate) struct StateQuery {
    object: Option<String>,
}

/// Handles `GET /stand-in/state?object=Task`: returns every record that is not deleted, one a line,
/// sorted by id.
pub(crate) async fn records(State(stand_in): State<StandIn>, Query(query): Query<StateQuery>) -> Response {
    let Some(table) = Table::named(query.object.as_deref().unwrap_or("Task")) else {
        return fault(&Fault::not_found());
    };
    ndjson(stand_in.records(table))
}

/// Handles `GET /stand-in/writes`: returns every write since the start, one a line.
pub(crate) async fn writes(State(stand_in): State<StandIn>) -> Response {
    ndjson(&stand_in.org().writes)
}

fn ndjson<T: Serialize>(lines: impl IntoIterator<Item = T>) -> Response {
    plain(lines.into_iter().flat_map(|line| [json!(line).to_string(), "\n".to_owned()]).collect())
}

/// A browser shows plain text; NDJSON of its own type would be saved as a file.
fn plain(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// Handles `GET /lightning/r/Task/{id}/view`, where Salesforce shows a record to people: returns its
/// fields.
pub(crate) async fn view(State(stand_in): State<StandIn>, Path((object, id)): Path<(String, String)>) -> Response {
    let records = Table::named(&object).map(|table| stand_in.records(table)).unwrap_or_default();
    match records.iter().find(|record| record.get("Id").is_some_and(|own| *own == json!(id))) {
        Some(record) => plain(serde_json::to_string_pretty(record).unwrap_or_default()),
        None => fault(&Fault::not_found()),
    }
}

/// Handles `GET /stand-in/switches`.
pub(crate) async fn switches(State(stand_in): State<StandIn>) -> Json<Value> {
    let org = stand_in.org();
    Json(json!({"switches": org.switches, "counts": org.counts}))
}

/// Handles `PUT /stand-in/switches`; a missing switch gets its default.
pub(crate) async fn set_switches(State(stand_in): State<StandIn>, Json(switches): Json<Switches>) -> StatusCode {
    stand_in.set_switches(switches);
    StatusCode::NO_CONTENT
}

/// Handles `POST /stand-in/sign-out`: every token expires.
pub(crate) async fn sign_out(State(stand_in): State<StandIn>) -> StatusCode {
    stand_in.sign_out();
    StatusCode::NO_CONTENT
}

impl StandIn {
    /// Returns the records of an object that are not deleted, sorted by id.
    #[must_use]
    pub fn records(&self, table: Table) -> Vec<serde_json::Map<String, Value>> {
        let org = self.org();
        org.store.all(table).filter(|(_, row)| !is_deleted(row)).map(|(_, row)| row.clone()).collect()
    }

    /// Returns the numbers of requests, writes and failures.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.org().counts.clone()
    }

    /// Returns how many times a client has signed in.
    #[must_use]
    pub fn sign_ins(&self) -> u64 {
        self.org().tokens_given
    }

    /// Ends every session.
    pub fn sign_out(&self) {
        self.org().tokens.clear();
    }

    /// Sets the switches for all further requests.
    pub fn set_switches(&self, switches: Switches) {
        self.org().switches = switches;
    }
}
