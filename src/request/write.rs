//! What a call writes, and the requests that write for many calls.

use super::failure::{Failure, Remedy};
use super::graph::Node;
use super::{Method, Request, collection, graph, is_success, path};
use crate::plan::{Action, Create, Plan};
use crate::salesforce::{BodyValue, Id, Object, OwnerChange};

/// One record, or the records of one graph.
#[derive(Debug, Clone)]
pub(super) struct Write {
    /// The index of the call.
    pub(super) call: usize,
    pub(super) step: Step,
    /// A record of a collection, or the nodes of a graph.
    json: String,
}

/// What is written.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// The new Task, after the new record and case of the same graph.
    Create(Vec<Node>),
    /// The Task that the call has.
    Update,
    /// The true texts of a new record, which a graph would misread.
    Texts(Node),
    /// The new owner of a record (OWN-10).
    HandOver,
}

/// The requests that a step can share with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    NewTasks,
    Updates,
    Graphs,
}

impl Step {
    fn resource(&self) -> Resource {
        match self {
            Self::Create(nodes) if nodes.len() == 1 => Resource::NewTasks,
            Self::Create(_) => Resource::Graphs,
            Self::Update | Self::Texts(_) | Self::HandOver => Resource::Updates,
        }
    }

    /// Returns the records that the step creates.
    pub(super) fn nodes(&self) -> &[Node] {
        if let Self::Create(nodes) = self { nodes } else { &[] }
    }

    /// Returns whether the step writes the call's Task. The other steps follow this step.
    pub(super) const fn is_task(&self) -> bool {
        matches!(self, Self::Create(_) | Self::Update)
    }
}

/// Returns the write of a plan's Task; `None` if the plan writes nothing.
pub(super) fn task(call: usize, plan: &Plan<'_>) -> Option<Write> {
    let (step, json) = match &plan.action {
        Action::Create(Create { new_record: None, new_case: None, task, .. }) => {
            // A collection has no references that a text could be misread as.
            let node = Node { object: Object::Task, texts: Vec::new() };
            (Step::Create(vec![node]), collection::record(Object::Task, None, task.fields()))
        }
        Action::Create(create) => {
            let (json, nodes) = graph::nodes(create);
            (Step::Create(nodes), json)
        }
        Action::Update { task_id, task } => {
            (Step::Update, collection::record(Object::Task, Some(*task_id), task.fields()))
        }
        Action::Unchanged { .. } | Action::Skip(_) => return None,
    };
    Some(Write { call, step, json })
}

/// Returns the write of a record's new owner.
pub(super) fn hand_over(call: usize, change: &OwnerChange) -> Write {
    let json = collection::record(change.object, Some(change.id), change.fields());
    Write { call, step: Step::HandOver, json }
}

/// Returns the writes of the true texts of a graph's records.
pub(super) fn texts(call: usize, nodes: &[Node], ids: &[Id]) -> Vec<Write> {
    let misread = nodes.iter().zip(ids).filter(|(node, _)| !node.texts.is_empty());
    let write = |(node, id): (&Node, &Id)| {
        let fields = node.texts.iter().map(|(name, text)| (name.as_str(), BodyValue::Text(text)));
        Write { call, json: collection::record(node.object, Some(*id), fields), step: Step::Texts(node.clone()) }
    };
    misread.map(write).collect()
}

/// The resource of collections.
const COLLECTION: &str = "composite/sobjects";

/// Writes that go in one request.
#[derive(Debug, Clone)]
pub(super) struct Group {
    resource: Resource,
    pub(super) writes: Vec<Write>,
}

/// The results of a group, in the order of its writes: the ids of the new records of each write, or
/// why it was not written.
pub(super) type Results = Vec<(Write, Result<Vec<Id>, Failure>)>;

impl Group {
    /// Packs writes into as few requests as possible.
    pub(super) fn pack(writes: Vec<Write>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for write in writes {
            let resource = write.step.resource();
            let limit = if resource == Resource::Graphs { graph::LIMIT } else { collection::LIMIT };
            let is_open = |group: &&mut Self| group.resource == resource && group.writes.len() < limit;
            match groups.iter_mut().find(is_open) {
                Some(group) => group.writes.push(write),
                None => groups.push(Self { resource, writes: vec![write] }),
            }
        }
        groups
    }

    /// Returns the request, to which the caller gives a number.
    pub(super) fn request(&self, number: usize) -> Request {
        let records = self.writes.iter().map(|write| write.json.as_str());
        let (method, resource, body) = match self.resource {
            Resource::NewTasks => (Method::Post, COLLECTION, collection::body(records)),
            Resource::Updates => (Method::Patch, COLLECTION, collection::body(records)),
            Resource::Graphs => (Method::Post, "composite/graph", graph::body(records)),
        };
        Request { method, path: path(resource), body: Some(body), number }
    }

    /// Reads the response. Returns the results, and the groups to be sent again:
    ///
    /// - writes that exceed a limit, in halves, unless the write was alone in its request,
    /// - graphs that were halted because others failed.
    pub(super) fn read(self, status: u16, body: &str) -> (Results, Vec<Self>) {
        let results = if is_success(status) { self.results(body) } else { None };
        let results = results.unwrap_or_else(|| {
            // A response of another form cannot say which records were written.
            let unreadable = || Failure::unreadable(status, None);
            let mut failure = if is_success(status) { unreadable() } else { Failure::read(status, body) };
            // One record that Salesforce cannot read, or too large a body, must not hold up the
            // others.
            failure.exceeds_limit = matches!(status, 400 | 413) && failure.remedy() != Remedy::TryAgain;
            vec![Err(failure); self.writes.len()]
        });
        let is_alone = results.len() == 1;
        // If every write was halted, the same request would halt them again.
        let is_any_settled = results.iter().any(|result| !matches!(result, Err(failure) if failure.is_halted()));
        let (mut settled, mut excessive, mut halted) = (Vec::new(), Vec::new(), Vec::new());
        for (write, result) in self.writes.into_iter().zip(results) {
            match &result {
                Err(failure) if failure.exceeds_limit && !is_alone => excessive.push(write),
                Err(failure) if failure.is_halted() && is_any_settled => halted.push(write),
                _ => settled.push((write, result)),
            }
        }
        let other_half = excessive.split_off(excessive.len() / 2);
        let again = [excessive, other_half, halted].into_iter().filter(|writes| !writes.is_empty());
        (settled, again.map(|writes| Self { resource: self.resource, writes }).collect())
    }

    fn results(&self, body: &str) -> Option<Vec<Result<Vec<Id>, Failure>>> {
        let created: Vec<_> = self.writes.iter().map(|write| write.step.nodes()).collect();
        if self.resource == Resource::Graphs {
            graph::results(body, &created)
        } else {
            collection::results(body, &created)
        }
    }
}
