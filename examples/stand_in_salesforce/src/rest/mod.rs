//! Routes the REST API below `/services/data`.

mod collections;
mod composite;
mod describe;
mod graph;
mod record;
mod reference;

use aircall_salesforce::salesforce::Id;
use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::json::with;
use crate::org::Org;
use crate::schema::Table;
use crate::switches::Resource;
use crate::{http, soql, sosl};

/// The largest number of records on a page of a query's response.
const PAGE: usize = 2000;
/// The smallest page size that a client can request.
const MIN_PAGE: usize = 200;
/// How many unfinished responses are kept.
const CURSORS: usize = 100;
/// The first version in which the response to a search is an object.
const SEARCH_OBJECT_VERSION: u32 = 37;

/// The supported versions.
pub(crate) const VERSIONS: std::ops::RangeInclusive<u32> = 31..=67;

/// A request with a decoded path.
pub(crate) struct Request<'r> {
    pub(crate) method: &'r str,
    /// The version as in the path: `v67.0`.
    pub(crate) version: &'r str,
    pub(crate) path: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Option<&'r Value>,
    /// The page size from the header.
    pub(crate) page: usize,
}

/// The response to a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    pub(crate) location: Option<String>,
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: 200, body: Some(body), location: None }
    }

    fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn empty() -> Self {
        Self { status: 204, body: None, location: None }
    }
}

impl From<Fault> for Reply {
    fn from(fault: Fault) -> Self {
        Self { status: fault.status, body: Some(fault.body()), location: None }
    }
}

impl Request<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn object(&self) -> Result<&Map<String, Value>, Fault> {
        let missing = || {
            Fault::request(
                "JSON_PARSER_ERROR",
                "The HTTP entity body is required, but this request has no entity body.",
            )
        };
        self.body
            .ok_or_else(missing)?
            .as_object()
            .ok_or_else(|| Fault::request("JSON_PARSER_ERROR", "expected an object"))
    }

    pub(crate) fn resource(&self) -> Resource {
        Resource::of(&self.path)
    }

    /// Returns whether the request writes.
    pub(crate) fn is_write(&self) -> bool {
        writes(self.method, &self.path, self.body)
    }

    fn number(&self) -> u32 {
        number(self.version).unwrap_or_default()
    }
}

/// Returns whether a request writes. A composite request or graph writes if one of its parts does.
fn writes(method: &str, path: &[String], body: Option<&Value>) -> bool {
    if method.eq_ignore_ascii_case("GET") {
        return false;
    }
    match (Resource::of(path), body) {
        (Resource::Composite, Some(body)) => items(body, "compositeRequest").any(part_writes),
        (Resource::Graph, Some(body)) => {
            items(body, "graphs").flat_map(|graph| items(graph, "compositeRequest")).any(part_writes)
        }
        // `POST composite/sobjects/{Object}` reads records.
        (Resource::Collections, _) => path.len() != 3,
        _ => true,
    }
}

fn part_writes(part: &Value) -> bool {
    let text = |name: &str| part.get(name).and_then(Value::as_str).unwrap_or_default();
    let address = text("url").split('?').next().unwrap_or_default();
    let (_, path) = http::resource(address).unwrap_or_default();
    writes(text("method"), &path, part.get("body"))
}

fn items<'v>(object: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    object.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Parses the number of `v67.0`.
pub(crate) fn number(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.strip_suffix(".0")?.parse().ok()
}

/// Returns the page size of the header `Sforce-Query-Options`.
pub(crate) fn page(options: Option<&str>) -> usize {
    let asked = options.and_then(|options| options.split_once("batchSize=")?.1.trim().parse::<usize>().ok());
    asked.map_or(PAGE, |asked| asked.clamp(MIN_PAGE, PAGE))
}

/// The header about duplicate rules.
pub(crate) const DUPLICATE_RULE: &str = "Sforce-Duplicate-Rule-Header";

/// Returns whether the value of [`DUPLICATE_RULE`] saves records that a rule would block.
pub(crate) fn saves_duplicates(value: &str) -> bool {
    value.split(';').any(|option| option.trim().eq_ignore_ascii_case("allowSave=true"))
}

/// Handles a request. The caller commits the writes.
pub(crate) fn handle(org: &mut Org, request: &Request<'_>) -> Result<Reply, Fault> {
    let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] => get(request, |request| Ok(Reply::ok(resources(request.version)))),
        ["limits"] => get(request, |_| Ok(Reply::ok(limits(org)))),
        ["query"] => get(request, |request| query(org, request, false)),
        ["queryAll"] => get(request, |request| query(org, request, true)),
        [kind @ ("query" | "queryAll"), cursor] => get(request, |request| more(org, request, kind, cursor)),
        ["search"] => get(request, |request| search(org, request)),
        ["sobjects"] => get(request, |request| Ok(Reply::ok(describe::all(request.version)))),
        ["composite"] => composite::handle(org, request),
        ["composite", "graph"] => graph::handle(org, request),
        ["composite", "sobjects"] => collections::handle(org, request),
        ["composite", "sobjects", object] => collections::retrieve(org, request, table(object)?),
        ["composite", "sobjects", object, field] => collections::upsert(org, request, table(object)?, field),
        ["sobjects", object] => record::of_table(org, request, table(object)?),
        ["sobjects", object, "describe"] => {
            let table = table(object)?;
            get(request, |request| Ok(Reply::ok(describe::one(org, request.version, table))))
        }
        ["sobjects", object, id] => record::of_id(org, request, table(object)?, record::id(id)?),
        ["sobjects", object, field, value] => record::of_value(org, request, table(object)?, field, value),
        _ => Err(Fault::not_found()),
    }
}

fn get(request: &Request<'_>, handle: impl FnOnce(&Request<'_>) -> Result<Reply, Fault>) -> Result<Reply, Fault> {
    if request.method == "GET" { handle(request) } else { Err(not_allowed(request.method, "GET,HEAD")) }
}

fn not_allowed(method: &str, allowed: &str) -> Fault {
    let message = format!("HTTP Method '{method}' not allowed. Allowed are {allowed}");
    Fault::with_status(405, "METHOD_NOT_ALLOWED", message)
}

fn table(name: &str) -> Result<Table, Fault> {
    Table::named(name).ok_or_else(Fault::not_found)
}

fn resources(version: &str) -> Value {
    let names = ["limits", "query", "queryAll", "search", "sobjects", "composite"];
    let resources = names.into_iter().map(|name| (name.to_owned(), json!(format!("/services/data/{version}/{name}"))));
    Value::Object(resources.collect())
}

fn limits(org: &Org) -> Value {
    let allowance = org.switches.allowance;
    let remaining = allowance.saturating_sub(org.counts.requests);
    json!({"DailyApiRequests": {"Max": allowance, "Remaining": remaining}})
}

fn query(org: &mut Org, request: &Request<'_>, with_deleted: bool) -> Result<Reply, Fault> {
    let statement = request
        .parameter("q")
        .ok_or_else(|| Fault::request("MALFORMED_QUERY", "A query string has to be specified"))?;
    let found = soql::run::query(org, request.version, statement, with_deleted)?;
    let kind = if with_deleted { "queryAll" } else { "query" };
    Ok(page_of(org, request, kind, found.total, found.records))
}

/// Returns the next page of a response. The cursor contains its number and the total.
fn more(org: &mut Org, request: &Request<'_>, kind: &str, cursor: &str) -> Result<Reply, Fault> {
    let invalid = || Fault::request("INVALID_QUERY_LOCATOR", "invalid query locator");
    let (number, total) = cursor.split_once('-').ok_or_else(invalid)?;
    let number = number.strip_prefix(CURSOR).and_then(|number| number.parse().ok()).ok_or_else(invalid)?;
    let total = total.parse().map_err(|_| invalid())?;
    let records = org.cursors.remove(&number).ok_or_else(invalid)?;
    Ok(page_of(org, request, kind, total, records))
}

/// The prefix of cursors.
const CURSOR: &str = "01g000000000";

fn page_of(org: &mut Org, request: &Request<'_>, kind: &str, total: usize, mut records: Vec<Value>) -> Reply {
    let rest = records.split_off(request.page.min(records.len()));
    let body = json!({"totalSize": total, "done": rest.is_empty(), "records": records});
    if rest.is_empty() {
        return Reply::ok(body);
    }
    org.cursors_given += 1;
    let number = org.cursors_given;
    org.cursors.insert(number, rest);
    if org.cursors.len() > CURSORS {
        org.cursors.pop_first();
    }
    let next = format!("/services/data/{}/{kind}/{CURSOR}{number}-{total}", request.version);
    Reply::ok(with(body, "nextRecordsUrl", next))
}

fn search(org: &Org, request: &Request<'_>) -> Result<Reply, Fault> {
    let statement =
        request.parameter("q").ok_or_else(|| Fault::request("MALFORMED_SEARCH", "No search term found."))?;
    let records = sosl::search(org, request.version, statement)?;
    let is_object = request.number() >= SEARCH_OBJECT_VERSION;
    Ok(Reply::ok(if is_object { json!({"searchRecords": records}) } else { Value::Array(records) }))
}

/// Returns the result of a create or an upsert.
fn written(id: Id) -> Value {
    json!({"id": id.as_str(), "success": true, "errors": []})
}
