//! Handles up to two hundred records in one request, each with its own result.

use std::collections::BTreeMap;

use aircall_salesforce::salesforce::Id;
use serde_json::{Map, Value, json};

use super::{Reply, Request, not_allowed, record, table, written};
use crate::fault::Fault;
use crate::json::with;
use crate::org::{Org, Upserted};
use crate::schema::Table;
use crate::soql::bind::{Path, record_json};
use crate::soql::run::is_deleted;

/// The largest number of records in a request.
const RECORDS_LIMIT: usize = 200;

/// Creates, updates or deletes records.
pub(super) fn handle(org: &mut Org, request: &Request<'_>) -> Result<Reply, Fault> {
    match request.method {
        "POST" => each(org, request, table_of, |org, table, fields| org.create(table, fields).map(written)),
        "PATCH" => each(org, request, table_of, |org, table, fields| {
            let missing = || Fault::write("MISSING_ARGUMENT", "Id not specified in an update call", &[]);
            let (key, id) = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case("Id")).ok_or_else(missing)?;
            let malformed = || Fault::write("MALFORMED_ID", "malformed id", &["Id"]);
            let id: Id = id.as_str().and_then(|id| id.parse().ok()).ok_or_else(malformed)?;
            let mut changes = fields.clone();
            changes.remove(key);
            if Table::of(id) != Some(table) {
                return Err(malformed());
            }
            org.update(table, id, &changes).map_err(cross_reference).map(|()| written(id))
        }),
        "DELETE" => {
            let ids: Vec<Value> = request.parameter("ids").unwrap_or_default().split(',').map(Value::from).collect();
            let all_or_none = request.parameter("allOrNone") == Some("true");
            all(org, &ids, all_or_none, |org, id| {
                let malformed = || Fault::write("MALFORMED_ID", "malformed id", &[]);
                let id: Id = id.as_str().and_then(|id| id.parse().ok()).ok_or_else(malformed)?;
                let table = Table::of(id).ok_or_else(malformed)?;
                org.delete(table, id).map_err(cross_reference).map(|()| written(id))
            })
        }
        other => Err(not_allowed(other, "DELETE,PATCH,POST")),
    }
}

/// Upserts records of one object by one external id.
pub(super) fn upsert(org: &mut Org, request: &Request<'_>, table: Table, field: &str) -> Result<Reply, Fault> {
    if request.method != "PATCH" {
        return Err(not_allowed(request.method, "PATCH"));
    }
    each(
        org,
        request,
        |_| Ok(table),
        |org, table, fields| {
            let missing = || Fault::write("MISSING_ARGUMENT", format!("{field} not specified"), &[]);
            let (key, value) = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(field)).ok_or_else(missing)?;
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let mut changes = fields.clone();
            changes.remove(key);
            let (id, created) = match org.upsert(table, field, &value, &changes)? {
                Upserted::Created(id) => (id, true),
                Upserted::Updated(id) => (id, false),
                Upserted::Several(_) => {
                    return Err(Fault::write(
                        "DUPLICATE_EXTERNAL_ID",
                        "more than one record holds the external id",
                        &[],
                    ));
                }
            };
            Ok(with(written(id), "created", created))
        },
    )
}

/// Reads records of one object; missing records are null.
pub(super) fn retrieve(org: &Org, request: &Request<'_>, table: Table) -> Result<Reply, Fault> {
    let (ids, names): (Vec<String>, Vec<String>) = match request.method {
        "GET" => {
            let list = |name: &str| request.parameter(name).unwrap_or_default().split(',').map(str::to_owned).collect();
            (list("ids"), list("fields"))
        }
        "POST" => {
            let body = request.object()?;
            let list = |name: &str| {
                let items = body.get(name).and_then(Value::as_array).into_iter().flatten();
                items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
            };
            (list("ids"), list("fields"))
        }
        other => return Err(not_allowed(other, "GET,HEAD,POST")),
    };
    let paths: Vec<Path<'_>> = names.iter().map(|name| Path::new(org, table, name)).collect::<Result<_, _>>()?;
    let records = ids.iter().map(|text| {
        let id = record::id(text).ok()?;
        let row = org.store.get(table, id).filter(|row| !is_deleted(row))?;
        Some(record_json(org, request.version, table, id, row, &paths))
    });
    Ok(Reply::ok(json!(records.collect::<Vec<_>>())))
}

/// Converts the fault of a missing record, which collections report as a wrong reference.
fn cross_reference(fault: Fault) -> Fault {
    if fault.problems.iter().any(|problem| problem.code == "NOT_FOUND") {
        return Fault::write("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[]);
    }
    fault
}

fn table_of(fields: &Map<String, Value>) -> Result<Table, Fault> {
    let name = fields.get("attributes").and_then(|attributes| attributes.get("type")).and_then(Value::as_str);
    let name =
        name.ok_or_else(|| Fault::write("INVALID_TYPE", "Must specify a type in the attributes of a record", &[]))?;
    table(name).map_err(|_| Fault::write("INVALID_TYPE", format!("sObject type '{name}' is not supported."), &[]))
}

/// Runs `write` for each record of the body. Records of an object whose trigger receives too many
/// fail.
fn each(
    org: &mut Org,
    request: &Request<'_>,
    table_of: impl Fn(&Map<String, Value>) -> Result<Table, Fault>,
    write: impl Fn(&mut Org, Table, &Map<String, Value>) -> Result<Value, Fault>,
) -> Result<Reply, Fault> {
    let body = request.object()?;
    let records = body.get("records").and_then(Value::as_array);
    let records = records.ok_or_else(|| Fault::request("INVALID_INPUT", "`records` is missing or not a list"))?;
    let all_or_none = body.get("allOrNone") == Some(&Value::Bool(true));
    let mut numbers: BTreeMap<Table, usize> = BTreeMap::new();
    for table in records.iter().filter_map(|record| table_of(record.as_object()?).ok()) {
        *numbers.entry(table).or_default() += 1;
    }
    all(org, records, all_or_none, |org, record| {
        let fields =
            record.as_object().ok_or_else(|| Fault::request("JSON_PARSER_ERROR", "a record must be an object"))?;
        let table = table_of(fields)?;
        let limit = org.switches.records_per_trigger;
        if limit > 0 && numbers.get(&table).is_some_and(|number| *number > limit) {
            return Err(Fault::governor_limit());
        }
        write(org, table, fields)
    })
}

fn all(
    org: &mut Org,
    records: &[Value],
    all_or_none: bool,
    write: impl Fn(&mut Org, &Value) -> Result<Value, Fault>,
) -> Result<Reply, Fault> {
    if records.len() > RECORDS_LIMIT {
        let message = format!("record count exceeded the limit of {RECORDS_LIMIT} in a single request");
        return Err(Fault::request("EXCEEDED_MAX_SOBJECTS", message));
    }
    let mark = org.store.mark();
    let results: Vec<_> = records.iter().map(|record| write(org, record)).collect();
    let is_rolled_back = all_or_none && results.iter().any(Result::is_err);
    if is_rolled_back {
        org.store.roll_back(mark);
    }
    let results = results.into_iter().map(|result| match result {
        Ok(_) if is_rolled_back => refused(&rolled_back()),
        Ok(result) => result,
        Err(fault) => refused(&fault),
    });
    Ok(Reply::ok(results.collect()))
}

fn refused(fault: &Fault) -> Value {
    json!({"success": false, "errors": fault.errors()})
}

fn rolled_back() -> Fault {
    let message = "Record rolled back because not all records were valid and the request was using AllOrNone header";
    Fault::write("ALL_OR_NONE_OPERATION_ROLLED_BACK", message, &[])
}
