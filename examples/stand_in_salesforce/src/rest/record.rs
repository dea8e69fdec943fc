//! Creates, reads, updates and deletes one record, by id or external id.

use aircall_salesforce::salesforce::Id;
use serde_json::json;

use super::{Reply, Request, describe, not_allowed, written};
use crate::fault::Fault;
use crate::json::with;
use crate::org::{Org, Upserted};
use crate::schema::Table;
use crate::soql::bind::{Path, record_json};
use crate::soql::run::is_deleted;

/// The first version in which an upsert returns a body after an update.
const UPSERT_BODY_VERSION: u32 = 46;

pub(super) fn id(text: &str) -> Result<Id, Fault> {
    text.parse().map_err(|_| {
        Fault::with_status(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: Id")
    })
}

fn address(request: &Request<'_>, table: Table, id: Id) -> String {
    format!("/services/data/{}/sobjects/{}/{id}", request.version, table.name())
}

pub(super) fn of_table(org: &mut Org, request: &Request<'_>, table: Table) -> Result<Reply, Fault> {
    match request.method {
        "GET" => Ok(Reply::ok(json!({"objectDescribe": describe::brief(request.version, table), "recentItems": []}))),
        "POST" => {
            let id = org.create(table, request.object()?)?;
            Ok(Reply { status: 201, body: Some(written(id)), location: Some(address(request, table, id)) })
        }
        other => Err(not_allowed(other, "GET,HEAD,POST")),
    }
}

pub(super) fn of_id(org: &mut Org, request: &Request<'_>, table: Table, id: Id) -> Result<Reply, Fault> {
    match request.method {
        "GET" => read(org, request, table, id),
        "PATCH" => org.update(table, id, request.object()?).map(|()| Reply::empty()),
        "DELETE" => org.delete(table, id).map(|()| Reply::empty()),
        other => Err(not_allowed(other, "DELETE,GET,HEAD,PATCH")),
    }
}

pub(super) fn of_value(
    org: &mut Org,
    request: &Request<'_>,
    table: Table,
    field: &str,
    value: &str,
) -> Result<Reply, Fault> {
    if request.method == "PATCH" {
        if field.eq_ignore_ascii_case("Id") {
            return of_id(org, request, table, id(value)?);
        }
        return Ok(match org.upsert(table, field, value, request.object()?)? {
            Upserted::Created(id) => {
                let body = Some(with(written(id), "created", true));
                Reply { status: 201, body, location: Some(address(request, table, id)) }
            }
            Upserted::Updated(_) if request.number() < UPSERT_BODY_VERSION => Reply::empty(),
            Upserted::Updated(id) => Reply::ok(with(written(id), "created", false)),
            Upserted::Several(ids) => several(request, table, &ids),
        });
    }
    let column = org.column(table, field).filter(|column| column.external_id).ok_or_else(Fault::not_found)?;
    let holders = org.store.holding(table, &column.name, value).unwrap_or_default();
    let holders: Vec<Id> =
        holders.into_iter().filter(|id| org.store.get(table, *id).is_some_and(|row| !is_deleted(row))).collect();
    match holders.as_slice() {
        [] => Err(Fault::not_found()),
        [id] => of_id(org, request, table, *id),
        _ => Ok(several(request, table, &holders)),
    }
}

fn several(request: &Request<'_>, table: Table, ids: &[Id]) -> Reply {
    let addresses = ids.iter().map(|id| json!(address(request, table, *id))).collect();
    Reply { status: 300, body: Some(addresses), location: None }
}

fn read(org: &Org, request: &Request<'_>, table: Table, id: Id) -> Result<Reply, Fault> {
    let row = org.store.get(table, id).filter(|row| !is_deleted(row)).ok_or_else(Fault::not_found)?;
    let paths: Vec<Path<'_>> = if let Some(names) = request.parameter("fields") {
        names.split(',').map(|name| Path::new(org, table, name.trim())).collect::<Result<_, _>>()?
    } else {
        let columns = org.schema.columns(table).iter().filter(|column| !org.is_hidden(table, column));
        columns.map(|column| Path { hops: Vec::new(), column }).collect()
    };
    Ok(Reply::ok(record_json(org, request.version, table, id, row, &paths)))
}
