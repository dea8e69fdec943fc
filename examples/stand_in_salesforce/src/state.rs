//! Beside Salesforce's API: what the org holds, and its switches.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::StandIn;
use crate::fault::Fault;
use crate::http::fault;
use crate::schema::Table;
use crate::soql::run::is_deleted;
use crate::switches::{Counts, Switches};

#[derive(Deserialize)]
pub(crate) struct Wanted {
    object: Option<String>,
}

/// `GET /stand-in/state?object=Task`: every record that is not deleted, one a line, in the order of their ids.
pub(crate) async fn tasks(State(stand_in): State<StandIn>, Query(wanted): Query<Wanted>) -> Response {
    let Some(table) = Table::named(wanted.object.as_deref().unwrap_or("Task")) else {
        return fault(&Fault::not_found());
    };
    let mut lines = String::new();
    for row in stand_in.records(table) {
        lines.push_str(&Value::Object(row).to_string());
        lines.push('\n');
    }
    ([(header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response()
}

/// `GET /stand-in/switches`
pub(crate) async fn switches(State(stand_in): State<StandIn>) -> Json<Value> {
    let org = stand_in.org();
    let counts = org.counts;
    Json(json!({"switches": org.switches, "counts": counts}))
}

/// `PUT /stand-in/switches`; what is left out goes back to what it was at first.
pub(crate) async fn set_switches(State(stand_in): State<StandIn>, Json(switches): Json<Switches>) -> StatusCode {
    stand_in.set_switches(switches);
    StatusCode::NO_CONTENT
}

/// `POST /stand-in/sign-out`: every token expires.
pub(crate) async fn sign_out(State(stand_in): State<StandIn>) -> StatusCode {
    stand_in.sign_out();
    StatusCode::NO_CONTENT
}

impl StandIn {
    /// The records of an object that are not deleted, in the order of their ids.
    #[must_use]
    pub fn records(&self, table: Table) -> Vec<serde_json::Map<String, Value>> {
        let org = self.org();
        org.store.all(table).filter(|(_, row)| !is_deleted(row)).map(|(_, row)| row.clone()).collect()
    }

    /// How many requests there were, and what became of them.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.org().counts
    }

    /// How often somebody signed in.
    #[must_use]
    pub fn sign_ins(&self) -> u64 {
        self.org().tokens_given
    }

    /// Every session ends.
    pub fn sign_out(&self) {
        self.org().tokens.clear();
    }

    /// Changes how it behaves from now on.
    pub fn set_switches(&self, switches: Switches) {
        self.org().switches = switches;
    }
}
