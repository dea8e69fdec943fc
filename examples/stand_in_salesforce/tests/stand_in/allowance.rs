//! Tests the allowance of requests, and how requests count.

use std::collections::BTreeMap;

use crate::client::{ADA, Client, code, composite};
use serde_json::{Value, json};
use stand_in_salesforce::{Resource, Table};

fn two_tasks() -> Value {
    composite(&[("POST", "sobjects/Task", "a", json!({})), ("POST", "sobjects/Task", "b", json!({}))])
}

#[tokio::test]
async fn every_answered_request_counts_once() {
    let client = Client::new().await;
    let usage = async |method: &str, resource: &str, body: Value| {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        client.usage(method, resource, &body).await
    };
    let expected = |status: u16, used: u64| (status, format!("api-usage={used}/100000000"));
    assert_eq!(usage("GET", "limits", Value::Null).await, expected(200, 1));
    assert_eq!(usage("POST", "composite", two_tasks()).await, expected(200, 2));
    assert_eq!(usage("POST", "sobjects/Task", json!({"Nonsense": 1})).await, expected(400, 3));
    assert_eq!(client.usage("POST", "sobjects/Task", "{").await, expected(400, 4));
    assert_eq!(usage("GET", &"x".repeat(16 * 1024), Value::Null).await, expected(414, 5));
    assert_eq!(usage("GET", "nonsense", Value::Null).await, expected(404, 6));
    client.switch(json!({"fail_one_write_in": 1, "failures": ["unavailable"]}));
    assert_eq!(usage("POST", "sobjects/Task", json!({})).await, expected(503, 7));
    client.stand_in.sign_out();
    assert_eq!(usage("GET", "limits", Value::Null).await, expected(401, 7));
}

#[tokio::test]
async fn requests_over_the_allowance_are_rejected() {
    let client = Client::new().await;
    client.switch(json!({"allowance": 2}));
    assert_eq!(client.usage("GET", "limits", "").await, (200, "api-usage=1/2".to_owned()));
    assert_eq!(client.usage("POST", "composite", &two_tasks().to_string()).await, (200, "api-usage=2/2".to_owned()));
    for _ in 0..2 {
        assert_eq!(client.usage("GET", "limits", "").await, (403, "api-usage=2/2".to_owned()));
        let (status, response) = client.call("POST", "composite", two_tasks()).await;
        assert_eq!((status, code(&response)), (403, "REQUEST_LIMIT_EXCEEDED"));
    }
    assert_eq!(client.stand_in.records(Table::Task).len(), 2);
    client.switch(json!({"allowance": 3}));
    let (status, limits) = client.get("limits").await;
    assert_eq!((status, limits["DailyApiRequests"].clone()), (200, json!({"Max": 3, "Remaining": 0})));
    assert_eq!(client.get("limits").await.0, 403);
}

#[tokio::test]
async fn requests_count_by_resource() {
    let client = Client::new().await;
    let graphs = json!({"graphs": [{"graphId": "g", "compositeRequest": []}]});
    for (method, resource, body) in [
        ("GET", "search?q=FIND+{ada}", Value::Null),
        ("GET", "query?q=SELECT+Id+FROM+User", Value::Null),
        ("GET", "queryAll?q=SELECT+Id+FROM+User", Value::Null),
        ("GET", "query/01g000000000999-5000", Value::Null),
        ("POST", "composite", two_tasks()),
        ("POST", "composite/graph", graphs),
        ("POST", "composite/sobjects", json!({"records": []})),
        ("PATCH", "composite/sobjects/Task/Call_Id__c", json!({"records": []})),
        ("GET", "sobjects", Value::Null),
        ("GET", "sobjects/Task/describe", Value::Null),
        ("PATCH", &format!("sobjects/Contact/{ADA}"), json!({"Title": "Dr"})),
        ("GET", "limits", Value::Null),
        ("POST", "composite/batch", json!({})),
        ("GET", "", Value::Null),
    ] {
        client.call(method, resource, body).await;
    }
    let expected = BTreeMap::from([
        (Resource::Search, 1),
        (Resource::Query, 3),
        (Resource::Composite, 1),
        (Resource::Graph, 1),
        (Resource::Collections, 2),
        (Resource::Sobjects, 3),
        (Resource::Other, 3),
    ]);
    let counts = client.stand_in.counts();
    assert_eq!((counts.requests, counts.by_resource), (14, expected));
    let (_, state) = client.raw("GET", "/stand-in/switches", "").await;
    let expected = json!({
        "search": 1, "query": 3, "composite": 1, "composite/graph": 1, "composite/sobjects": 2, "sobjects": 3, "other": 3,
    });
    assert_eq!(state["counts"]["by_resource"], expected);
}
