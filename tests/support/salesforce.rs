//! Stands in for Salesforce: rows in memory, and the resources that a batch uses.
//!
//! Queries return the rows in the order in which they were added. A text with `@{` in a graph that
//! refers to no part of the graph is a failure of the test.

use aircall_salesforce::Id;
use aircall_salesforce::lookup::NumberNeed;
use aircall_salesforce::phone::{self, Region};
use aircall_salesforce::request::{Batch, Request};
use serde_json::{Map, Value, json};

/// The fields of a record by API name.
pub(crate) type Row = Map<String, Value>;

/// What becomes of a request.
#[derive(Debug, Clone)]
pub(crate) enum Response {
    /// Salesforce carries it out.
    CarriedOut,
    /// Salesforce never receives it.
    LostBefore,
    /// Salesforce carries it out, and the response is lost.
    LostAfter,
    /// Salesforce refuses it as a whole.
    Refused(u16, String),
}

/// A request as Salesforce received it.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// The method and the resource, such as `POST composite/sobjects`.
    pub(crate) name: String,
    /// The text of each query.
    pub(crate) queries: Vec<String>,
    pub(crate) body: Value,
}

impl Sent {
    /// Returns the records of a collection.
    pub(crate) fn records(&self) -> &[Value] {
        self.body["records"].as_array().map_or(&[], Vec::as_slice)
    }
}

/// Returns the error of a record that is refused, given its object and the fields to be written.
type Refuse = Box<dyn FnMut(&str, &Row) -> Option<Value>>;

pub(crate) struct Salesforce {
    /// The records, with their objects.
    pub(crate) rows: Vec<(String, Row)>,
    /// The requests that were sent, also those that Salesforce never received.
    pub(crate) sent: Vec<Sent>,
    /// How many rows a page of a response has.
    pub(crate) page: usize,
    /// How many records a collection or graphs a request can have before a trigger exceeds its
    /// limits.
    pub(crate) trigger_limit: usize,
    /// What becomes of each request.
    pub(crate) respond: Box<dyn FnMut(&Sent) -> Response>,
    pub(crate) refuse: Refuse,
    /// The rows of further pages.
    pages: Vec<Vec<Value>>,
    created: usize,
}

/// More than the rows of any test.
const PAGE: usize = 10_000;
/// The number of failed graphs after which Salesforce halts the others.
const MOST_FAILED: usize = 14;
/// The number of the first record that is created; the tests use lower ones.
const FIRST: usize = 1_000;

pub(crate) fn error(code: &str, message: &str) -> Value {
    json!({"errorCode": code, "message": message, "fields": []})
}

impl Salesforce {
    pub(crate) fn new(rows: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        let row = |(object, row): (&str, Value)| (object.to_owned(), row.as_object().unwrap().clone());
        Self {
            rows: rows.into_iter().map(row).collect(),
            sent: Vec::new(),
            page: PAGE,
            trigger_limit: usize::MAX,
            respond: Box::new(|_| Response::CarriedOut),
            refuse: Box::new(|_, _| None),
            pages: Vec::new(),
            created: FIRST,
        }
    }

    /// Returns the records of an object.
    pub(crate) fn all(&self, object: &str) -> Vec<&Row> {
        self.rows.iter().filter(|(of, _)| of == object).map(|(_, row)| row).collect()
    }

    /// Returns the texts of all queries so far.
    pub(crate) fn queries(&self) -> Vec<&str> {
        self.sent.iter().flat_map(|sent| &sent.queries).map(String::as_str).collect()
    }

    /// Responds to a batch until it has no more requests.
    pub(crate) fn run(&mut self, batch: &mut Batch<'_>) {
        for _ in 0..1_000 {
            let requests = batch.requests();
            if requests.is_empty() {
                return;
            }
            for request in requests {
                if let Some((status, body)) = self.send(&request) {
                    batch.answer(&request, status, &body);
                }
            }
        }
        panic!("the batch does not end");
    }

    /// Returns the status and the body of the response, if it arrives.
    pub(crate) fn send(&mut self, request: &Request) -> Option<(u16, String)> {
        let body: Value = request.body.as_deref().map_or(Value::Null, |body| serde_json::from_str(body).unwrap());
        let resource = request.path.strip_prefix("/services/data/v67.0/").unwrap();
        let parts = body["compositeRequest"].as_array().map_or(&[][..], Vec::as_slice);
        let urls =
            parts.iter().map(|part| part["url"].as_str().unwrap().strip_prefix("/services/data/v67.0/").unwrap());
        let urls: Vec<_> = if request.body.is_some() { urls.collect() } else { vec![resource] };
        let name = format!("{} {}", request.method.as_str(), resource.split('?').next().unwrap());
        let queries = urls.iter().map(|url| text(url)).collect();
        let sent = Sent { name, queries, body: body.clone() };
        self.sent.push(sent.clone());
        let is_lost = match (self.respond)(&sent) {
            Response::CarriedOut => false,
            Response::LostAfter => true,
            Response::LostBefore => return None,
            Response::Refused(status, body) => return Some((status, body)),
        };
        let response = match sent.name.split('/').next_back().unwrap() {
            "composite" | "POST composite" => {
                assert!(urls.len() <= 5, "more queries than a composite request can contain");
                let part = |url: &&str| json!({"httpStatusCode": 200, "httpHeaders": {}, "body": self.query(url)});
                json!({"compositeResponse": urls.iter().map(part).collect::<Vec<_>>()})
            }
            "sobjects" => self.collection(&sent),
            "graph" => self.graphs(&body),
            _ => self.query(resource),
        };
        (!is_lost).then(|| (200, response.to_string()))
    }

    fn query(&mut self, url: &str) -> Value {
        if let Some((_, page)) = url.split_once("/page-") {
            let rows = self.pages[page.parse::<usize>().unwrap()].clone();
            return self.paged(rows);
        }
        let query = text(url);
        if query.starts_with("FIND ") {
            return json!({"searchRecords": self.search(&query)});
        }
        let (select, rest) = query["SELECT ".len()..].split_once(" FROM ").unwrap();
        let (object, condition) = rest.split_once(" WHERE ").unwrap();
        let (condition, limit) = condition.split_once(" ORDER BY ").unwrap();
        let is_seen = |row: &&Row| url.starts_with("queryAll?") || row.get("IsArchived").is_none();
        let rows = self.all(object).into_iter().filter(is_seen).filter(|row| holds(row, condition));
        let rows = rows.take(limit_of(limit)).map(|row| self.selected(object, row, select));
        let rows = rows.collect();
        self.paged(rows)
    }

    fn paged(&mut self, mut rows: Vec<Value>) -> Value {
        let rest = rows.split_off(self.page.min(rows.len()));
        let mut response = json!({"done": rest.is_empty(), "records": rows});
        if !rest.is_empty() {
            response["nextRecordsUrl"] = json!(format!("/services/data/v67.0/query/page-{}", self.pages.len()));
            self.pages.push(rest);
        }
        response
    }

    /// Returns every field that was asked for, as Salesforce does.
    fn selected(&self, object: &str, row: &Row, names: &str) -> Value {
        let mut selected = json!({"attributes": {"type": object, "url": "/services/data/v67.0/sobjects/x"}});
        for name in names.split(", ") {
            let Some((record, field)) = name.split_once('.') else {
                selected[name] = row.get(name).cloned().unwrap_or_default();
                continue;
            };
            let other = row.get(record).and_then(Value::as_object).or_else(|| {
                let id = row.get(&format!("{record}Id"))?;
                self.rows.iter().map(|(_, row)| row).find(|row| row.get("Id") == Some(id))
            });
            selected[record] = other.map_or(Value::Null, |other| json!({field: other.get(field)}));
        }
        selected
    }

    fn search(&self, query: &str) -> Vec<Value> {
        let (terms, objects) = query["FIND {".len()..].split_once("} IN PHONE FIELDS RETURNING ").unwrap();
        assert!(terms.len() <= 4_000, "a search loses its operators");
        let numbers =
            terms.split(" OR ").filter_map(|term| phone::parse(&format!("+{}", term.strip_prefix(r"\+")?), None));
        let homes = ["DE", "FR", "US", "GB"].map(Region::new);
        let numbers: Vec<_> = numbers.flat_map(|number| homes.map(|home| NumberNeed::new(number, home))).collect();
        let is_found = |row: &&Row| {
            let phones = row.iter().filter(|(name, _)| name.ends_with("Phone")).filter_map(|(_, phone)| phone.as_str());
            phones.into_iter().any(|phone| numbers.iter().any(|number| number.is_in(phone)))
        };
        let mut found = Vec::new();
        for object in objects.split("), ") {
            let (object, asked) = object.split_once('(').unwrap();
            let (asked, limit) = asked.trim_end_matches(')').split_once(" ORDER BY ").unwrap();
            let (names, condition) = asked.split_once(" WHERE ").unwrap_or((asked, ""));
            let rows = self.all(object).into_iter().filter(|row| holds(row, condition)).filter(is_found);
            found.extend(rows.take(limit_of(limit)).map(|row| self.selected(object, row, names)));
        }
        found
    }

    fn collection(&mut self, sent: &Sent) -> Value {
        let records = sent.records();
        assert!((1..=200).contains(&records.len()) && sent.body["allOrNone"] == false);
        let is_too_much = records.len() > self.trigger_limit;
        let results = records.iter().map(|record| {
            let mut fields = record.as_object().unwrap().clone();
            let object = fields.remove("attributes").unwrap()["type"].as_str().unwrap().to_owned();
            let id = fields.remove("id");
            assert_eq!(id.is_none(), sent.name.starts_with("POST "));
            match if is_too_much { Err(limit_error()) } else { self.write(&object, id, fields) } {
                Ok(id) => json!({"id": id, "success": true, "errors": []}),
                Err(mut error) => {
                    error["statusCode"] = error["errorCode"].take();
                    error.as_object_mut().unwrap().remove("errorCode");
                    json!({"success": false, "errors": [error]})
                }
            }
        });
        results.collect()
    }

    fn graphs(&mut self, body: &Value) -> Value {
        let graphs = body["graphs"].as_array().unwrap();
        assert!((1..=75).contains(&graphs.len()));
        let mut failed = 0;
        let responses = graphs.iter().map(|graph| {
            let nodes = graph["compositeRequest"].as_array().unwrap();
            let written = if failed > MOST_FAILED {
                Err((nodes.len(), halted()))
            } else if graphs.len() > self.trigger_limit {
                Err((0, limit_error()))
            } else {
                self.graph(nodes)
            };
            let parts = match written {
                Ok(ids) => ids.into_iter().map(|id| (201, json!({"id": id, "success": true, "errors": []}))).collect(),
                Err((place, error)) => {
                    failed += 1;
                    let error = |part| if part == place { json!([error]) } else { json!([halted()]) };
                    (0..nodes.len()).map(|part| (400, error(part))).collect::<Vec<_>>()
                }
            };
            let parts = parts.into_iter().zip(nodes).map(|((status, body), node)| {
                json!({"httpStatusCode": status, "httpHeaders": {}, "body": body, "referenceId": node["referenceId"]})
            });
            json!({"graphId": graph["graphId"], "graphResponse": {"compositeResponse": parts.collect::<Vec<_>>()}})
        });
        json!({"graphs": responses.collect::<Vec<_>>()})
    }

    /// Creates all records of a graph, or none. Returns the ids, or the place of the error.
    fn graph(&mut self, nodes: &[Value]) -> Result<Vec<String>, (usize, Value)> {
        let before = self.rows.len();
        let mut ids: Vec<String> = Vec::new();
        for (place, node) in nodes.iter().enumerate() {
            let object = node["url"].as_str().unwrap().strip_prefix("/services/data/v67.0/sobjects/").unwrap();
            let mut fields = node["body"].as_object().unwrap().clone();
            for value in fields.values_mut().filter(|value| value.as_str().is_some_and(|text| text.contains("@{"))) {
                let is_named =
                    |earlier: &Value| *value == format!("@{{{}.id}}", earlier["referenceId"].as_str().unwrap());
                let earlier = nodes[..place].iter().position(is_named).expect("a reference to an earlier part");
                *value = json!(ids[earlier]);
            }
            match self.write(object, None, fields) {
                Ok(id) => ids.push(id),
                Err(error) => {
                    self.rows.truncate(before);
                    return Err((place, error));
                }
            }
        }
        Ok(ids)
    }

    fn write(&mut self, object: &str, id: Option<Value>, fields: Row) -> Result<String, Value> {
        if let Some(error) = (self.refuse)(object, &fields) {
            return Err(error);
        }
        if let Some(id) = id {
            let row = self.rows.iter_mut().find(|(_, row)| row.get("Id") == Some(&id));
            let (of, row) = row.ok_or_else(|| error("ENTITY_IS_DELETED", "entity is deleted"))?;
            assert_eq!(of, object);
            row.extend(fields);
            return Ok(id.as_str().unwrap().to_owned());
        }
        let prefix = [("Contact", "003"), ("Lead", "00Q"), ("Account", "001"), ("Case", "500"), ("Task", "00T")];
        let prefix = prefix.into_iter().find(|(name, _)| *name == object).unwrap().1;
        let id = format!("{prefix}{:012}", self.created).parse::<Id>().unwrap().to_string();
        self.created += 1;
        let mut row = fields;
        if !row.contains_key("Name") {
            let names = ["FirstName", "LastName"].map(|name| row.get(name).and_then(Value::as_str).unwrap_or_default());
            row.insert("Name".to_owned(), json!(names.join(" ").trim()));
        }
        // A new case is open.
        row.extend([("Id".to_owned(), json!(id)), ("IsClosed".to_owned(), json!(false))]);
        self.rows.push((object.to_owned(), row));
        Ok(id)
    }
}

fn halted() -> Value {
    error("PROCESSING_HALTED", "The transaction was rolled back")
}

fn limit_error() -> Value {
    error("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "Calls: System.LimitException: Apex CPU time limit exceeded")
}

fn limit_of(order: &str) -> usize {
    order.split_once(" LIMIT ").unwrap().1.parse().unwrap()
}

/// Returns the query in an address.
fn text(url: &str) -> String {
    let Some((_, query)) = url.split_once("?q=") else { return url.to_owned() };
    let mut bytes = Vec::new();
    let mut rest = query.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits: String = rest.by_ref().take(2).map(char::from).collect();
            bytes.push(u8::from_str_radix(&digits, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Returns whether a row meets a condition: comparisons joined by `AND`, or lists joined by `OR`.
fn holds(row: &Row, condition: &str) -> bool {
    split(condition, " AND ").into_iter().filter(|condition| !condition.is_empty()).all(|condition| {
        split(condition, " OR ").into_iter().any(|comparison| {
            if let Some((name, list)) = comparison.split_once(" IN (") {
                let literal = literal(row.get(name).and_then(Value::as_str).unwrap_or_default()).to_lowercase();
                let list = list.strip_suffix(')').unwrap().to_lowercase();
                return split(&list, ", ").contains(&literal.as_str());
            }
            let (path, wanted) = comparison.split_once(" = ").unwrap_or_else(|| panic!("{comparison}"));
            let (record, field) = path.split_once('.').unwrap_or(("", path));
            let value = if record.is_empty() { row.get(field) } else { row[record].get(field) };
            value.is_some_and(|value| *value == true) == (wanted == "true")
        })
    })
}

/// Splits a text where a separator is outside of all literals.
fn split<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let (mut parts, mut from, mut is_literal, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, character) in text.char_indices() {
        if !is_literal && at >= from && text[at..].starts_with(separator) {
            parts.push(&text[from..at]);
            from = at + separator.len();
        }
        is_literal ^= character == '\'' && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
    }
    parts.push(&text[from..]);
    parts
}

/// Returns a text as SOQL writes it.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}
