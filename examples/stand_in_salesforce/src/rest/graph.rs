//! Handles composite graphs: up to 75 composite requests, each written completely or not at all.
//!
//! **Assumed**: a request that exceeds a limit fails as a whole, and a part refers only to earlier
//! parts of its graph.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::composite::{self, Subrequest};
use super::{Reply, Request, reference};
use crate::fault::Fault;
use crate::org::Org;
use crate::switches::Resource;

/// The first version with composite graphs.
const FIRST_VERSION: u32 = 50;
const GRAPHS_LIMIT: usize = 75;
/// The largest number of parts of all graphs.
const NODES_LIMIT: usize = 500;
/// The largest number of different nodes of all graphs: of versions, methods and objects.
const KINDS_LIMIT: usize = 15;
/// The largest number of parts that each refer to the previous one.
const DEPTH_LIMIT: usize = 15;
/// The largest number of failed graphs after which the next graph is still processed.
const FAILURES_LIMIT: usize = 14;
/// The largest length of a graph's id.
const ID_LIMIT: usize = 39;

#[derive(Deserialize)]
struct Payload {
    graphs: Vec<Graph>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Graph {
    graph_id: String,
    composite_request: Vec<Subrequest>,
}

pub(super) fn handle(org: &mut Org, request: &Request<'_>) -> Result<Reply, Fault> {
    if request.number() < FIRST_VERSION {
        return Err(Fault::not_found());
    }
    let Payload { graphs } = composite::parsed(request)?;
    check(&graphs)?;
    let mut failures = 0;
    let mut responses = Vec::new();
    for Graph { graph_id, composite_request: parts } in &graphs {
        let (replies, is_successful) = if failures > FAILURES_LIMIT {
            (parts.iter().map(|_| Reply::from(halted())).collect(), false)
        } else {
            composite::run(org, request, parts, true, &[Resource::Sobjects])
        };
        failures += usize::from(!is_successful);
        responses.push(json!({
            "graphId": graph_id,
            "graphResponse": composite::response(parts, replies),
            "isSuccessful": is_successful,
        }));
    }
    Ok(Reply::ok(json!({"graphs": responses})))
}

fn halted() -> Fault {
    let message = format!("Processing was halted because more than {FAILURES_LIMIT} graphs failed.");
    Fault::request("PROCESSING_HALTED", message)
}

fn check(graphs: &[Graph]) -> Result<(), Fault> {
    let nodes = || graphs.iter().flat_map(|graph| &graph.composite_request);
    let kinds: BTreeSet<_> = nodes().map(kind).collect();
    let depth = graphs.iter().map(depth).max().unwrap_or_default();
    for (name, number, limit) in [
        ("graphs", graphs.len(), GRAPHS_LIMIT),
        ("nodes", nodes().count(), NODES_LIMIT),
        ("different nodes", kinds.len(), KINDS_LIMIT),
        ("levels of references", depth, DEPTH_LIMIT),
    ] {
        if number == 0 || number > limit {
            let message = format!("a request must have 1 to {limit} {name}, this one has {number}");
            return Err(Fault::request("LIMIT_EXCEEDED", message));
        }
    }
    let mut ids = BTreeSet::new();
    for graph in graphs {
        let id = graph.graph_id.as_str();
        let is_name = id.starts_with(|first: char| first.is_ascii_alphanumeric())
            && id.chars().count() <= ID_LIMIT
            && !id.contains('.');
        if !is_name || !ids.insert(id) {
            let message = format!(
                "graphId '{id}' must be unique, begin with a letter or a number, have at most {ID_LIMIT} characters and \
                 no period"
            );
            return Err(Fault::request("INVALID_INPUT", message));
        }
        composite::check_ids(&graph.composite_request)?;
    }
    Ok(())
}

/// Returns what makes a node different from others: version, method and object.
fn kind(part: &Subrequest) -> (String, String, String) {
    let (version, path) = part.target();
    let object = path.get(1).map(|object| object.to_ascii_lowercase()).unwrap_or_default();
    (version, part.method.to_ascii_uppercase(), object)
}

/// Returns the number of parts in the longest chain of references.
fn depth(graph: &Graph) -> usize {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for part in &graph.composite_request {
        let text = format!("{}{}", part.url, part.body.as_ref().unwrap_or(&Value::Null));
        let before = reference::ids(&text).filter_map(|id| depths.get(id)).max();
        let depth = before.copied().unwrap_or_default() + 1;
        depths.insert(&part.reference_id, depth);
    }
    depths.into_values().max().unwrap_or_default()
}
