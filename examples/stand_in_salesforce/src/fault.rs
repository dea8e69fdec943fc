//! Represents error responses: a status and a JSON array of errors.

use std::borrow::Cow;

use aircall_salesforce::salesforce::Id;
use serde_json::{Value, json};

use crate::json::with;
use crate::schema::Table;

/// The code of a failed trigger or flow.
const AUTOMATION_FAILED: &str = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY";
const NO_ACCESS: &str = "unable to obtain exclusive access to this record or 1 records";

/// One error of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// The affected fields. A rejected write has a list, which may be empty; a malformed request
    /// has none.
    pub(crate) fields: Option<Vec<String>>,
    /// The result of a duplicate rule.
    pub(crate) duplicates: Option<Value>,
}

/// An error response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) status: u16,
    pub(crate) problems: Vec<Problem>,
}

impl Fault {
    /// Creates the fault of a malformed request.
    pub(crate) fn request(code: &'static str, message: impl Into<String>) -> Self {
        Self::with_status(400, code, message)
    }

    pub(crate) fn with_status(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, problems: vec![Problem::new(code, message.into(), None)] }
    }

    /// Creates the fault of a rejected write.
    pub(crate) fn write(code: &'static str, message: impl Into<String>, fields: &[&str]) -> Self {
        let fields = fields.iter().map(|&field| field.to_owned()).collect();
        Self { status: 400, problems: vec![Problem::new(code, message.into(), Some(fields))] }
    }

    /// Creates the fault of a record that repeats other records.
    pub(crate) fn duplicates(table: Table, ids: &[Id]) -> Self {
        let record = |id: &Id| json!({"attributes": {"type": table.name()}, "Id": id.as_str()});
        let records = ids.iter().map(|id| json!({"matchConfidence": 100.0, "record": record(id)}));
        let message = "Use one of these records?";
        let result = json!({
            "allowSave": true, "duplicateRule": "Same_Name", "duplicateRuleEntityType": table.name(),
            "errorMessage": message,
            "matchResults": [{"entityType": table.name(), "success": true, "matchRecords": records.collect::<Vec<_>>()}],
        });
        let problem = Problem::new("DUPLICATES_DETECTED", message.to_owned(), None);
        Self { status: 400, problems: vec![Problem { duplicates: Some(result), ..problem }] }
    }

    /// Creates the fault of a record that another transaction holds.
    pub(crate) fn locked(id: Option<Id>) -> Self {
        let id = id.map(|id| format!(": {id}")).unwrap_or_default();
        Self::write("UNABLE_TO_LOCK_ROW", format!("{NO_ACCESS}{id}"), &[])
    }

    /// Creates the fault of a flow that could not write a record which another transaction holds.
    pub(crate) fn flow_locked() -> Self {
        let message = format!("Log_Call_Roll_Up: the flow failed; first error: UNABLE_TO_LOCK_ROW, {NO_ACCESS}: []");
        Self::write(AUTOMATION_FAILED, message, &[])
    }

    /// Creates the fault of a trigger that received too many records.
    pub(crate) fn governor_limit() -> Self {
        let message = "LogCall: execution of AfterInsert caused by: System.LimitException: Too many SOQL queries: 101";
        Self::write(AUTOMATION_FAILED, message, &[])
    }

    pub(crate) fn not_found() -> Self {
        Self::with_status(404, "NOT_FOUND", "The requested resource does not exist")
    }

    pub(crate) fn deleted() -> Self {
        Self { status: 404, ..Self::write("ENTITY_IS_DELETED", "entity is deleted", &[]) }
    }

    /// Returns the body of the response.
    pub(crate) fn body(&self) -> Value {
        self.problems.iter().map(|problem| problem.json("errorCode")).collect()
    }

    /// Returns the `errors` of one record in the response to a collection.
    pub(crate) fn errors(&self) -> Value {
        let errors = self.problems.iter().map(|problem| {
            let error = problem.json("statusCode");
            if problem.fields.is_none() { with(error, "fields", json!([])) } else { error }
        });
        errors.collect()
    }
}

impl Problem {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: String, fields: Option<Vec<String>>) -> Self {
        Self { code: code.into(), message, fields, duplicates: None }
    }

    fn json(&self, code: &str) -> Value {
        let error = json!({code: self.code, "message": self.message});
        let error = match &self.duplicates {
            Some(result) => with(error, "duplicateResult", result.clone()),
            None => error,
        };
        match &self.fields {
            Some(fields) => with(error, "fields", fields.clone()),
            None => error,
        }
    }
}
