//! Tests composite graphs: references, rollbacks, halts and limits.

use crate::client::{ADA, CASE, Client, code, outcomes, subrequests};
use serde_json::{Value, json};
use stand_in_salesforce::Table;

type Part<'p> = (&'p str, &'p str, &'p str, Value);

fn graph(id: &str, parts: &[Part<'_>]) -> Value {
    json!({"graphId": id, "compositeRequest": subrequests(parts)})
}

/// Builds a graph that creates a Task.
fn task(id: &str, subject: &str) -> Value {
    graph(id, &[("POST", "sobjects/Task", "task", json!({"Subject": subject}))])
}

async fn send(client: &Client, graphs: &[Value]) -> (u16, Value) {
    client.call("POST", "composite/graph", json!({"graphs": graphs})).await
}

/// Returns whether each graph succeeded, and the status and code of each of its parts.
async fn responses(client: &Client, graphs: &[Value]) -> Vec<(bool, Vec<(u64, String)>)> {
    let (status, response) = send(client, graphs).await;
    assert_eq!(status, 200, "{response}");
    let graphs = response["graphs"].as_array().unwrap().iter();
    graphs.map(|graph| (graph["isSuccessful"].as_bool().unwrap(), outcomes(&graph["graphResponse"]))).collect()
}

fn halted() -> (u64, String) {
    (400, "PROCESSING_HALTED".to_owned())
}

fn refused(code: &str) -> (u64, String) {
    (400, code.to_owned())
}

fn done(status: u64) -> (u64, String) {
    (status, String::new())
}

#[tokio::test]
async fn parts_refer_to_earlier_parts_of_their_graph() {
    let client = Client::new().await;
    let parts = [
        ("POST", "sobjects/Contact", "record", json!({"LastName": "New"})),
        ("POST", "sobjects/Case", "case", json!({"ContactId": "@{record.id}"})),
        (
            "PATCH",
            "sobjects/Task/Call_Id__c/aircall:1",
            "task",
            json!({"WhoId": "@{record.id}", "WhatId": "@{case.id}"}),
        ),
        ("GET", "sobjects/Task/@{task.id}?fields=WhoId", "read", Value::Null),
    ];
    let (status, response) = send(&client, &[graph("g0", &parts), task("g1", "other")]).await;
    let tasks = client.stand_in.records(Table::Task);
    let [first, second] = tasks.as_slice() else { panic!("{tasks:?}") };
    let part = |graph: usize, n: usize| response["graphs"][graph]["graphResponse"]["compositeResponse"][n].clone();
    let contact = part(0, 0)["body"]["id"].clone();
    let case = part(0, 1)["body"]["id"].clone();
    assert_eq!((&first["WhoId"], &first["WhatId"]), (&contact, &case));
    assert_eq!(part(0, 3)["body"]["WhoId"], contact);
    let id = second["Id"].as_str().unwrap();
    let expected = json!({
        "graphId": "g1",
        "graphResponse": {"compositeResponse": [{
            "body": {"id": id, "success": true, "errors": []},
            "httpHeaders": {"Location": format!("/services/data/v67.0/sobjects/Task/{id}")},
            "httpStatusCode": 201,
            "referenceId": "task",
        }]},
        "isSuccessful": true,
    });
    assert_eq!((status, &response["graphs"][0]["graphId"], &response["graphs"][1]), (200, &json!("g0"), &expected));
    // A reference to another graph has no value.
    let other = graph("g1", &[("POST", "sobjects/Task", "task", json!({"WhoId": "@{record.id}"}))]);
    let expected = vec![(true, vec![done(201)]), (false, vec![halted()])];
    assert_eq!(responses(&client, &[graph("g0", &parts[..1]), other]).await, expected);
}

#[tokio::test]
async fn a_failed_graph_is_rolled_back_alone() {
    let client = Client::new().await;
    let failing = graph(
        "g1",
        &[
            ("POST", "sobjects/Contact", "record", json!({"LastName": "Undone"})),
            ("POST", "sobjects/Task", "task", json!({"WhoId": "@{record.id}", "CallType": "Sideways"})),
            ("POST", "sobjects/Task", "last", json!({})),
        ],
    );
    let refused = refused("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
    let expected = [(true, vec![done(201)]), (false, vec![halted(), refused, halted()]), (true, vec![done(201)])];
    assert_eq!(responses(&client, &[task("g0", "first"), failing, task("g2", "third")]).await, expected);
    assert_eq!(client.found("SELECT Subject FROM Task ORDER BY Subject").await, ["first", "third"]);
    assert_eq!(client.found("SELECT Id FROM Contact WHERE LastName = 'Undone'").await.len(), 0);
}

#[tokio::test]
async fn too_many_failed_graphs_halt_the_others() {
    let client = Client::new().await;
    let failing = |n: usize| graph(&format!("g{n}"), &[("POST", "sobjects/Contact", "record", json!({}))]);
    let mut graphs: Vec<_> = (0..14).map(failing).collect();
    graphs.push(task("after14", "written after 14 failures"));
    graphs.push(failing(15));
    graphs.push(task("after15", "not written"));
    graphs.push(graph(
        "two",
        &[
            ("POST", "sobjects/Task", "a", json!({"Subject": "not written"})),
            ("GET", "sobjects/Task/@{a.id}", "b", Value::Null),
        ],
    ));
    let responses = responses(&client, &graphs).await;
    let refused = || (false, vec![refused("REQUIRED_FIELD_MISSING")]);
    let mut expected: Vec<_> = (0..14).map(|_| refused()).collect();
    expected.extend([(true, vec![done(201)]), refused(), (false, vec![halted()]), (false, vec![halted(), halted()])]);
    assert_eq!(responses, expected);
    assert_eq!(client.found("SELECT Subject FROM Task").await, ["written after 14 failures"]);
}

#[tokio::test]
async fn parts_only_use_single_records() {
    let client = Client::new().await;
    let records = json!({"records": [{"attributes": {"type": "Task"}}]});
    for (method, resource, body) in [
        ("GET", "query?q=SELECT+Id+FROM+User", Value::Null),
        ("POST", "composite/sobjects", records),
        ("GET", "search?q=FIND+{ada}", Value::Null),
        ("POST", "composite", json!({"compositeRequest": []})),
    ] {
        let parts = [("POST", "sobjects/Task", "task", json!({})), (method, resource, "other", body)];
        let expected = [(false, vec![halted(), refused("INVALID_INPUT")])];
        assert_eq!(responses(&client, &[graph("g", &parts)]).await, expected, "{resource}");
    }
    assert!(client.stand_in.records(Table::Task).is_empty());
}

/// Builds `count` graphs of `nodes` parts each, which create Tasks.
fn graphs(count: usize, nodes: usize) -> Vec<Value> {
    let references: Vec<_> = (0..nodes).map(|n| format!("r{n}")).collect();
    let parts: Vec<_> = references.iter().map(|id| ("POST", "sobjects/Task", id.as_str(), json!({}))).collect();
    (0..count).map(|n| graph(&format!("g{n}"), &parts)).collect()
}

/// Builds a graph in which each of `depth` parts refers to the previous one, in its body or
/// address.
fn chain(depth: usize) -> Value {
    let part = |n: usize| match n {
        0 => json!({"method": "POST", "url": url("Task"), "referenceId": "r0", "body": {}}),
        // A record that was read has `Id`, a new one has `id`.
        1 => json!({"method": "GET", "url": url("Task/@{r0.id}"), "referenceId": "r1"}),
        2 => json!({"method": "POST", "url": url("Task"), "referenceId": "r2", "body": {"Subject": "@{r1.Id}"}}),
        _ => {
            let body = json!({"Subject": format!("@{{r{}.id}}", n - 1)});
            json!({"method": "POST", "url": url("Task"), "referenceId": format!("r{n}"), "body": body})
        }
    };
    json!({"graphId": "g", "compositeRequest": (0..depth).map(part).collect::<Vec<_>>()})
}

fn url(resource: &str) -> String {
    format!("/services/data/v67.0/sobjects/{resource}")
}

/// Builds one graph for each of the first `count` of 16 different nodes.
fn kinds(count: usize) -> Vec<Value> {
    let objects = ["User", "Group", "Account", "Contact", "Lead", "Case", "Opportunity"];
    let mut urls: Vec<_> = objects.iter().flat_map(|object| [("GET", url(object)), ("POST", url(object))]).collect();
    urls.push(("GET", format!("/services/data/v66.0/sobjects/Contact/{ADA}")));
    urls.push(("GET", format!("/services/data/v66.0/sobjects/Case/{CASE}")));
    let graph = |(n, (method, url)): (usize, (&str, String))| {
        let part = json!({"method": method, "url": url, "referenceId": "a", "body": {}});
        json!({"graphId": format!("g{n}"), "compositeRequest": [part]})
    };
    urls.into_iter().take(count).enumerate().map(graph).collect()
}

#[tokio::test]
async fn limits() {
    let client = Client::new().await;
    let one = |id: &str| vec![task(id, "x")];
    let accepted =
        [graphs(75, 1), graphs(1, 500), graphs(50, 10), vec![chain(15)], kinds(15), one(&"x".repeat(39)), one("0-a b")];
    for graphs in accepted {
        let (status, response) = send(&client, &graphs).await;
        assert_eq!(status, 200, "{response}");
    }
    let same_reference =
        graph("g", &[("POST", "sobjects/Task", "a", json!({})), ("POST", "sobjects/Task", "a", json!({}))]);
    let before = client.stand_in.records(Table::Task).len();
    let rejected = [
        (graphs(76, 1), "LIMIT_EXCEEDED"),
        (vec![], "LIMIT_EXCEEDED"),
        (graphs(1, 501), "LIMIT_EXCEEDED"),
        ([graphs(50, 10), one("one more")].concat(), "LIMIT_EXCEEDED"),
        (vec![chain(16)], "LIMIT_EXCEEDED"),
        (kinds(16), "LIMIT_EXCEEDED"),
        (one(&"x".repeat(40)), "INVALID_INPUT"),
        (one("a.b"), "INVALID_INPUT"),
        (one("_a"), "INVALID_INPUT"),
        ([one("g"), one("g")].concat(), "INVALID_INPUT"),
        (vec![same_reference], "INVALID_INPUT"),
        (vec![json!({"compositeRequest": []})], "JSON_PARSER_ERROR"),
    ];
    for (graphs, expected) in rejected {
        let (status, response) = send(&client, &graphs).await;
        assert_eq!((status, code(&response)), (400, expected), "{response}");
    }
    assert_eq!(client.stand_in.records(Table::Task).len(), before);
    assert_eq!(client.get("composite/graph").await.0, 405);
    let body = json!({"graphs": one("g")}).to_string();
    assert_eq!(client.raw("POST", "/services/data/v49.0/composite/graph", &body).await.0, 404);
    assert_eq!(client.raw("POST", "/services/data/v50.0/composite/graph", &body).await.0, 200);
}

#[tokio::test]
async fn a_chain_of_references_is_resolved() {
    let client = Client::new().await;
    let expected: Vec<_> = (0..15).map(|n| done(if n == 1 { 200 } else { 201 })).collect();
    assert_eq!(responses(&client, &[chain(15)]).await, [(true, expected)]);
}

#[tokio::test]
async fn each_part_has_its_own_duplicate_rule_header() {
    let client = Client::new().await;
    client.switch(json!({"duplicate_rules": ["Contact"]}));
    let contact = |id: &str, first: &str| {
        graph(
            id,
            &[
                ("POST", "sobjects/Contact", "record", json!({"FirstName": first, "LastName": "Lovelace"})),
                ("POST", "sobjects/Task", "task", json!({"WhoId": "@{record.id}"})),
            ],
        )
    };
    let mut saved = contact("saved", "Ada");
    saved["compositeRequest"][0]["httpHeaders"] = json!({"sforce-duplicate-rule-header": "allowSave=true"});
    let graphs = json!({"graphs": [contact("blocked", "Ada"), contact("new", "Ida"), contact("again", "Ida"), saved]});
    let (_, response) = client.save_anyway("composite/graph", graphs).await;
    let successful = [0, 1, 2, 3].map(|n: usize| response["graphs"][n]["isSuccessful"] == true);
    assert_eq!(successful, [false, true, false, true]);
    let blocked = &response["graphs"][0]["graphResponse"]["compositeResponse"][0]["body"][0];
    assert_eq!(blocked["errorCode"], "DUPLICATES_DETECTED");
    assert_eq!(blocked["duplicateResult"]["matchResults"][0]["matchRecords"][0]["record"]["Id"], ADA);
    assert_eq!((client.stand_in.records(Table::Contact).len(), client.stand_in.records(Table::Task).len()), (5, 2));
}

#[tokio::test]
async fn archived_tasks_are_read_and_updated() {
    let client = Client::new().await;
    client.switch(json!({"archived_before": "2026-03-02"}));
    let old = json!({"ActivityDate": "2026-03-01", "Status": "Completed", "Call_Id__c": "aircall:1"});
    client.create("Task", old).await;
    assert!(client.found("SELECT Id FROM Task").await.is_empty());
    let parts = [
        ("GET", "sobjects/Task/Call_Id__c/aircall:1", "old", Value::Null),
        ("PATCH", "sobjects/Task/@{old.Id}", "task", json!({"Subject": "changed"})),
    ];
    assert_eq!(responses(&client, &[graph("g", &parts)]).await, [(true, vec![done(200), done(204)])]);
    let (_, all) = client.ask("queryAll", "SELECT Subject FROM Task").await;
    assert_eq!(all["records"][0]["Subject"], "changed");
}
