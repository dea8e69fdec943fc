//! Tests requests with several records: references, `allOrNone` and results.

use std::collections::BTreeSet;

use crate::client::{ADA, Client, composite, outcomes};
use serde_json::{Value, json};
use stand_in_salesforce::{Seed, Table};

/// Returns the status and the first error's code of every subrequest.
async fn parts(client: &Client, request: Value) -> Vec<(u64, String)> {
    let (status, response) = client.call("POST", "composite", request).await;
    assert_eq!(status, 200, "{response}");
    outcomes(&response)
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
        let (status, response) = client.call("POST", "composite", request).await;
        assert_eq!((status, crate::client::code(&response)), (400, expected), "{response}");
    }
    let nested = composite(&[("POST", "composite", "inner", composite(&[task("a")]))]);
    assert_eq!(parts(&client, nested).await, [(400, "INVALID_INPUT".to_owned())]);
    assert!(client.stand_in.records(Table::Task).is_empty());
}

#[tokio::test]
async fn few_subrequests_are_queries_or_collections() {
    let client = Client::new().await;
    let query = |id| ("GET", "query?q=SELECT+Id+FROM+User", id, Value::Null);
    let all = |id| ("GET", "queryAll?q=SELECT+Id+FROM+User", id, Value::Null);
    let read = |id| ("GET", "composite/sobjects/User?ids=005000000000001AAA&fields=Id", id, Value::Null);
    let write = |id| ("POST", "composite/sobjects", id, json!({"records": tasks(&[json!("of five")])}));
    let task = |id| ("POST", "sobjects/Task", id, json!({}));
    let five = [query("a"), all("b"), read("c"), write("d"), query("e"), task("f"), task("g")];
    let statuses: Vec<_> = parts(&client, composite(&five)).await.into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 201, 201]);
    let page = ("GET", "query/01g000000000999-5000", "h", Value::Null);
    for sixth in [query("h"), all("h"), read("h"), write("h"), page] {
        let six = [five.as_slice(), &[sixth]].concat();
        let (status, response) = client.call("POST", "composite", composite(&six)).await;
        assert_eq!((status, crate::client::code(&response)), (400, "LIMIT_EXCEEDED"), "{response}");
    }
    assert_eq!(client.stand_in.records(Table::Task).len(), 3);
}

#[tokio::test]
async fn subrequests_cannot_search() {
    let client = Client::new().await;
    for resource in ["search?q=FIND+{ada}", "limits", "composite/graph", "nonsense"] {
        let request = composite(&[("GET", resource, "a", Value::Null)]);
        assert_eq!(parts(&client, request).await, [(400, "INVALID_INPUT".to_owned())], "{resource}");
    }
}

#[tokio::test]
async fn subrequests_page_through_long_responses() {
    let client = Client::of(Seed::default().with_contacts(2_001)).await;
    let query = composite(&[("GET", "query?q=SELECT+Name+FROM+Contact+ORDER+BY+Name", "a", Value::Null)]);
    let (_, response) = client.call("POST", "composite", query).await;
    let page = &response["compositeResponse"][0]["body"];
    assert_eq!((&page["totalSize"], &page["done"]), (&json!(2_001), &json!(false)));
    let next = page["nextRecordsUrl"].as_str().unwrap().strip_prefix("/services/data/v67.0/").unwrap();
    let (_, response) = client.call("POST", "composite", composite(&[("GET", next, "a", Value::Null)])).await;
    let page = &response["compositeResponse"][0]["body"];
    assert_eq!((&page["totalSize"], &page["done"]), (&json!(2_001), &json!(true)));
    assert_eq!(page["records"].as_array().unwrap().len(), 1);
    assert_eq!(page["records"][0]["Name"], "Customer 02000");
}

#[tokio::test]
async fn reading_subrequests_are_no_write() {
    let client = Client::new().await;
    client.switch(json!({"fail_one_write_in": 1, "failures": ["unavailable"]}));
    let read = ("get", "sobjects/User/005000000000001AAA", "a", Value::Null);
    let query = ("GET", "query?q=SELECT+Id+FROM+User", "b", Value::Null);
    let ids = ("POST", "composite/sobjects/Contact", "c", json!({"ids": [ADA], "fields": ["Id"]}));
    let reading = [read.clone(), query, ids];
    assert_eq!(parts(&client, composite(&reading)).await, vec![(200, String::new()); 3]);
    let (status, _) = client.call("POST", "composite/sobjects/Contact", json!({"ids": [ADA], "fields": ["Id"]})).await;
    assert_eq!((status, client.stand_in.counts().writes), (200, 0));
    let writing = composite(&[read, ("DELETE", "sobjects/Contact/003000000000002AAA", "b", Value::Null)]);
    assert_eq!(client.call("POST", "composite", writing).await.0, 503);
    assert_eq!(client.stand_in.counts().writes, 1);
}

#[tokio::test]
async fn subrequests_find_archived_tasks() {
    let client = Client::new().await;
    let task = |day: &str| json!({"ActivityDate": day, "Status": "Completed", "CallObject": "aircall:1"});
    client.switch(json!({"archived_before": "2026-03-02"}));
    let request = composite(&[
        ("POST", "sobjects/Task", "old", task("2026-03-01")),
        ("POST", "sobjects/Task", "new", task("2026-03-02")),
        ("GET", "query?q=SELECT+Id+FROM+Task+WHERE+CallObject='aircall:1'", "seen", Value::Null),
        ("GET", "queryAll?q=SELECT+Id+FROM+Task+WHERE+CallObject='aircall:1'", "all", Value::Null),
        ("PATCH", "sobjects/Task/@{old.id}", "changed", json!({"Subject": "changed"})),
    ]);
    let (_, response) = client.call("POST", "composite", request).await;
    let sizes = [2, 3].map(|n| response["compositeResponse"][n]["body"]["totalSize"].clone());
    assert_eq!(sizes, [json!(1), json!(2)]);
    let old = response["compositeResponse"][0]["body"]["id"].as_str().unwrap();
    assert_eq!(client.task(old).await["Subject"], "changed");
    let records = json!([{"attributes": {"type": "Task"}, "Id": old, "Subject": "again"}]);
    let (_, results) = client.call("PATCH", "composite/sobjects", json!({"records": records})).await;
    assert_eq!(results[0]["success"], true);
    assert_eq!(client.task(old).await["Subject"], "again");
}

#[tokio::test]
async fn a_duplicate_rule_applies_to_each_record_of_a_collection() {
    let client = Client::new().await;
    client.switch(json!({"duplicate_rules": ["Contact"]}));
    let contact = |first: &str| json!({"attributes": {"type": "Contact"}, "FirstName": first, "LastName": "Lovelace"});
    let body = json!({"records": [contact("Ada"), contact("Ida"), contact("Ida")]});
    let (_, results) = client.call("POST", "composite/sobjects", body.clone()).await;
    let result = |n: usize| (&results[n]["success"], &results[n]["errors"][0]["statusCode"]);
    assert_eq!(result(0), (&json!(false), &json!("DUPLICATES_DETECTED")));
    assert_eq!(result(1).0, &json!(true));
    // The third record repeats the second one.
    assert_eq!(result(2), (&json!(false), &json!("DUPLICATES_DETECTED")));
    let records = &results[0]["errors"][0]["duplicateResult"]["matchResults"][0]["matchRecords"];
    assert_eq!(records[0]["record"]["Id"], ADA);
    let (_, results) = client.save_anyway("composite/sobjects", body).await;
    assert!(results.as_array().unwrap().iter().all(|result| result["success"] == true), "{results}");
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
    let (status, response) = client.call("POST", "composite/sobjects", many).await;
    assert_eq!((status, crate::client::code(&response)), (400, "EXCEEDED_MAX_SOBJECTS"));
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
