//! Records that are created together: all of them or none.
//!
//! Each call has a graph of its own, so no call's failure touches another call. A later node of the
//! graph refers to the id of an earlier node as `@{record.id}`.
//!
//! **Assumed**, because no public source says otherwise: Salesforce takes `@{` for such a reference
//! in any text of a body. So a text that contains `@{` is sent with `@(` in its place, which has
//! the same length, and a request of its own writes the true text afterwards.

use serde_json::Value;

use super::failure::Failure;
use super::{composite, is_success, path, to_json};
use crate::plan::Create;
use crate::salesforce::body::Fields;
use crate::salesforce::task::field::{WHAT_ID, WHO_ID};
use crate::salesforce::{BodyValue, Id, Object};

/// The number of graphs that one request can have.
pub(super) const LIMIT: usize = 75;

/// The characters that open a reference.
pub(super) const OPENING: &str = "@{";
/// The characters that replace [`OPENING`] until the true text is written.
const REPLACEMENT: &str = "@(";

/// The fields that can refer to an earlier node.
pub(super) const REFERENCE_FIELDS: [&str; 3] = [WHO_ID, WHAT_ID, "ContactId"];

/// A record of a graph.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) object: Object,
    /// The fields whose true texts are written afterwards, by name.
    pub(super) texts: Vec<(String, String)>,
}

/// Returns the text that a graph contains in place of a text that Salesforce would misread.
pub(super) fn sent_text(text: &str) -> String {
    text.replace(OPENING, REPLACEMENT)
}

/// Returns the name of a node, in references and in the response.
const fn reference_id(object: Object) -> &'static str {
    match object {
        Object::Task => "task",
        Object::Case => "case",
        _ => "record",
    }
}

/// The header of a node that saves a record although a duplicate rule warns (REC-10). A node does
/// not inherit the headers of its request.
const SAVE_DUPLICATE: &str = r#""httpHeaders":{"Sforce-Duplicate-Rule-Header":"allowSave=true"},"#;

/// Returns the nodes of a plan that creates a record or a case beside its Task, as JSON, and what
/// is needed to read the response.
pub(super) fn nodes(create: &Create<'_>) -> (String, Vec<Node>) {
    let Create { new_record, new_case, task, owner_change: _ } = create;
    // Only the new record can be a duplicate, but the header does no harm to the others.
    let save_duplicate = new_record.as_ref().is_some_and(|record| record.save_duplicate);
    let headers = if save_duplicate { SAVE_DUPLICATE } else { "" };
    // The order matters: a node can only refer to a node before it.
    let record = new_record.iter().map(|record| node(record.record_type.object(), record.fields(), headers));
    let case = new_case.iter().map(|case| node(Object::Case, case.fields(), headers));
    let nodes = record.chain(case).chain([node(Object::Task, task.fields(), headers)]);
    let (json, nodes): (Vec<_>, _) = nodes.unzip();
    (json.join(","), nodes)
}

fn node<'b>(object: Object, fields: impl Iterator<Item = (&'b str, BodyValue<'b>)>, headers: &str) -> (String, Node) {
    let mut texts = Vec::new();
    let fields = fields.map(|(name, value)| match value {
        // Salesforce would take this text for a reference.
        BodyValue::Text(text) if text.contains(OPENING) && !REFERENCE_FIELDS.contains(&name) => {
            texts.push((name.to_owned(), text.to_owned()));
            (name, sent_text(text).into())
        }
        _ => (name, Value::from(value)),
    });
    let fields: Vec<_> = fields.collect();
    let (url, name) = (path(format_args!("sobjects/{}", object.name())), reference_id(object));
    let body = to_json(&Fields(fields.iter().map(|(name, value)| (*name, value))));
    let json = format!(r#"{{"method":"POST","url":"{url}","referenceId":"{name}",{headers}"body":{body}}}"#);
    (json, Node { object, texts })
}

/// Returns the body of a request with several graphs, each given by its nodes.
pub(super) fn body<'n>(graphs: impl Iterator<Item = &'n str>) -> String {
    let graphs =
        graphs.zip(0_usize..).map(|(nodes, id)| format!(r#"{{"graphId":"{id}","compositeRequest":[{nodes}]}}"#));
    format!(r#"{{"graphs":[{}]}}"#, graphs.collect::<Vec<_>>().join(","))
}

/// Returns the ids of the new records of each graph, in the order of its nodes, or why the graph
/// was not written. `None` for a response of another form.
pub(super) fn results(body: &str, graphs: &[&[Node]]) -> Option<Vec<Result<Vec<Id>, Failure>>> {
    let body: Value = serde_json::from_str(body).ok()?;
    let responses = body.get("graphs")?.as_array().filter(|responses| responses.len() == graphs.len())?;
    responses.iter().zip(graphs).map(|(response, nodes)| result(response, nodes)).collect()
}

fn result(graph: &Value, nodes: &[Node]) -> Option<Result<Vec<Id>, Failure>> {
    let parts = composite::parts(graph.get("graphResponse")?)?;
    let ids = parts
        .iter()
        .zip(nodes)
        .map(|((status, body), node)| created_id(body, node.object).filter(|_| is_success(*status)));
    let ids: Vec<_> = ids.collect();
    let failed = parts.iter().zip(&ids).filter(|(_, id)| id.is_none());
    match failed.map(|((status, body), _)| Failure::from_json(*status, body)).reduce(Failure::and) {
        Some(failure) => Some(Err(failure)),
        None if ids.len() == nodes.len() => Some(Ok(ids.into_iter().flatten().collect())),
        None => None,
    }
}

/// Returns the id in the response to a request that creates a record of this object.
pub(super) fn created_id(body: &Value, object: Object) -> Option<Id> {
    body.get("id")?.as_str()?.parse::<Id>().ok()?.of(&[object]).ok()
}
