//! Tests requests with several records: references, `allOrNone` and results.

use std::collections::BTreeSet;

use crate::client::{Client, composite};
use serde_json::{Value, json};
use stand_in_salesforce::Table;

/// Returns the status and the first error's code of every subrequest.
async fn parts(client: &Client, request: Value) -> Vec<(u64, String)> {
    let (status, answer) = client.call("POST", "composite", request).await;
    assert_eq!(status, 200, "{answer}");
    let parts = answer["compositeResponse"].as_array().unwrap();
    let part = |part: &Value| {
        (part["httpStatusCode"].as_u64().unwrap(), part["body"][0]["errorCode"].as_str().unwrap_or("").to_owned())
    };
    parts.iter().map(part).collect()
}

fn contact(last_name: &str) -> Value {
    json!({"LastName": last_name})
}

#[tokio::test]
async fn later_subrequests_refer_to_earlier_ones() {
    let client = Client::new().await;
    let request = composite(&[
        ("POST", "sobjects/Contact", "record", contact("New")),
        ("POST", "sobjects/Case", "case", json!({"ContactId": "@{record.id}", "Origin": "Phone"})),
        (
            "POST",
            "sobjects/Task",
            "task",
            json!({"WhoId": "@{record.id}", "WhatId": "@{case.id}", "Subject": "of @{case.id}"}),
        ),
        ("PATCH", "sobjects/Task/@{task.id}", "closed", json!({"Status": "Completed"})),
        ("GET", "query?q=SELECT+Id,Subject+FROM+Task+WHERE+WhoId='@{record.id}'", "asked", Value::Null),
        ("PATCH", "sobjects/Contact/@{record.id}", "renamed", json!({"FirstName": "@{asked.records[0].Subject}"})),
    ]);
    let statuses: Vec<_> = parts(&client, request).await.into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, [201, 201, 201, 204, 200, 204]);
    let tasks = client.stand_in.records(Table::Task);
    let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
    assert_eq!(task["IsClosed"], true);
    let what = task["WhatId"].as_str().unwrap();
    assert_eq!(client.found("SELECT FirstName FROM Contact WHERE LastName = 'New'").await, [format!("of {what}")]);
}

#[tokio::test]
async fn all_or_none_rolls_everything_back() {
    let client = Client::new().await;
    let request = composite(&[
        ("POST", "sobjects/Contact", "record", json!({"LastName": "Undone", "Phone": "+33199005555"})),
        ("POST", "sobjects/Task", "task", json!({"WhoId": "@{record.id}", "IsClosed": true})),
        ("POST", "sobjects/Task", "other", json!({})),
    ]);
    let halted = || (400, "PROCESSING_HALTED".to_owned());
    let refused = (400, "INVALID_FIELD_FOR_INSERT_UPDATE".to_owned());
    assert_eq!(parts(&client, request).await, [halted(), refused, halted()]);
    assert!(client.stand_in.records(Table::Task).is_empty());
    assert!(client.found("SELECT Id FROM Contact WHERE LastName = 'Undone'").await.is_empty());
    let (_, found) = client.ask("search", "FIND {0199005555 OR 33199005555} IN PHONE FIELDS RETURNING Contact").await;
    assert_eq!(found["searchRecords"], json!([]));
}

#[tokio::test]
async fn without_all_or_none_only_dependent_subrequests_fail() {
    let client = Client::new().await;
    let mut request = composite(&[
        ("POST", "sobjects/Contact", "record", json!({})),
        ("POST", "sobjects/Task", "task", json!({"WhoId": "@{record.id}"})),
        ("POST", "sobjects/Task", "other", json!({"Subject": "kept"})),
    ]);
    request["allOrNone"] = json!(false);
    let codes = parts(&client, request).await;
    let expected = [(400, "REQUIRED_FIELD_MISSING"), (400, "PROCESSING_HALTED"), (201, "")];
    assert_eq!(codes, expected.map(|(status, code)| (status, code.to_owned())));
    assert_eq!(client.found("SELECT Subject FROM Task").await, ["kept"]);
}

#[tokio::test]
async fn free_text_that_looks_like_a_reference_fails() {
    let client = Client::new().await;
    for text in ["see @{nothing.id}", "an open @{ one", "@{record}"] {
        let request = composite(&[
            ("POST", "sobjects/Contact", "record", contact("New")),
            ("POST", "sobjects/Task", "task", json!({"Description": text})),
        ]);
        let codes = parts(&client, request).await;
        assert_eq!(codes.last(), Some(&(400, "PROCESSING_HALTED".to_owned())), "{text}");
    }
    client.create("Task", json!({"Description": "alone, @{nothing.id} is text"})).await;
}

#[tokio::test]
async fn whole_requests_are_rejected() {
    let client = Client::new().await;
    let many: Vec<_> = (0..26).map(|n| format!("r{n}")).collect();
    let many: Vec<_> = many.iter().map(|id| ("POST", "sobjects/Task", id.as_str(), json!({}))).collect();
    let task = |id| ("POST", "sobjects/Task", id, json!({}));
    let cases = [
        (composite(&many), "LIMIT_EXCEEDED"),
        (composite(&[]), "LIMIT_EXCEEDED"),
        (composite(&[task("a-b")]), "INVALID_INPUT"),
        (composite(&[task("_a")]), "INVALID_INPUT"),
        (composite(&[task("a"), task("a")]), "INVALID_INPUT"),
        (json!({"compositeRequest": [{"method": "POST"}]}), "JSON_PARSER_ERROR"),
        (json!([]), "JSON_PARSER_ERROR"),
    ];
    for (request, expected) in cases {
        let (status, answer) = client.call("POST", "composite", request).await;
        assert_eq!((status, crate::client::code(&answer)), (400, expected), "{answer}");
    }
    let nested = composite(&[("POST", "composite", "inner", composite(&[task("a")]))]);
    assert_eq!(parts(&client, nested).await, [(400, "INVALID_INPUT".to_owned())]);
    assert!(client.stand_in.records(Table::Task).is_empty());
}

fn tasks(subjects: &[Value]) -> Value {
    subjects.iter().map(|subject| json!({"attributes": {"type": "Task"}, "Subject": subject})).collect()
}

#[tokio::test]
async fn collections_have_a_result_for_each_record() {
    let client = Client::new().await;
    let records = tasks(&[json!("a"), json!("x".repeat(256)), json!("c")]);
    let (status, results) = client.call("POST", "composite/sobjects", json!({"records": records})).await;
    assert_eq!((status, &results[0]["success"], &results[1]["success"]), (200, &json!(true), &json!(false)));
    assert_eq!(results[1]["errors"][0]["statusCode"], "STRING_TOO_LONG");
    assert_eq!(results[1]["errors"][0]["fields"], json!(["Subject"]));

    let changes = json!({"records": [
        {"attributes": {"type": "Task"}, "Id": results[0]["id"], "Subject": "changed"},
        {"attributes": {"type": "Task"}, "id": "00T000000000999EAA", "Subject": "never"},
        {"attributes": {"type": "Task"}, "Subject": "which?"},
        {"Subject": "of what?", "Id": results[0]["id"]},
    ]});
    let (_, updated) = client.call("PATCH", "composite/sobjects", changes).await;
    let code = |n: usize| updated[n]["errors"][0]["statusCode"].clone();
    assert_eq!(updated[0]["success"], true);
    assert_eq!([code(1), code(2), code(3)], ["INVALID_CROSS_REFERENCE_KEY", "MISSING_ARGUMENT", "INVALID_TYPE"]);
    assert_eq!(client.found("SELECT Subject FROM Task ORDER BY Subject").await, ["c", "changed"]);
}

#[tokio::test]
async fn collections_can_be_all_or_none() {
    let client = Client::new().await;
    let body = json!({"allOrNone": true, "records": tasks(&[json!("a"), json!(1)])});
    let (_, results) = client.call("POST", "composite/sobjects", body).await;
    assert_eq!(results[0]["errors"][0]["statusCode"], "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    assert_eq!(results[1]["errors"][0]["statusCode"], "JSON_PARSER_ERROR");
    assert!(client.stand_in.records(Table::Task).is_empty());
    let many = json!({"records": tasks(&vec![json!("a"); 201])});
    let (status, answer) = client.call("POST", "composite/sobjects", many).await;
    assert_eq!((status, crate::client::code(&answer)), (400, "EXCEEDED_MAX_SOBJECTS"));
}

#[tokio::test]
async fn concurrent_upserts_create_one_record() {
    let client = Client::new().await;
    let writers = (0..40).map(|n| {
        let client = client.clone();
        tokio::spawn(async move {
            let resource = format!("sobjects/Task/Call_Id__c/aircall:{}", n % 4);
            client.call("PATCH", &resource, json!({"Subject": n.to_string()})).await.0
        })
    });
    let mut created = 0;
    for writer in writers.collect::<Vec<_>>() {
        created += usize::from(writer.await.unwrap() == 201);
    }
    assert_eq!(created, 4);
    let ids: BTreeSet<_> = client.found("SELECT Call_Id__c FROM Task").await.into_iter().collect();
    assert_eq!((ids.len(), client.stand_in.records(Table::Task).len()), (4, 4));
}
