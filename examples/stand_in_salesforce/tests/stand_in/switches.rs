//! Tests the injected failures and the stand-in's own resources.

use crate::client::{ADA, Client, code, composite, outcomes, subrequests};
use serde_json::{Value, json};
use stand_in_salesforce::{Seed, StandIn, Table};

async fn statuses(client: &Client, writes: usize) -> Vec<(u16, String)> {
    let mut statuses = Vec::new();
    for _ in 0..writes {
        let (status, response) = client.call("POST", "sobjects/Task", json!({})).await;
        statuses.push((status, code(&response).to_owned()));
    }
    statuses
}

#[tokio::test]
async fn every_nth_write_fails_before_it_writes() {
    let client = Client::new().await;
    client.switch(json!({"fail_one_write_in": 2}));
    let good = || (201, "none".to_owned());
    let expected = [
        good(),
        (400, "UNABLE_TO_LOCK_ROW".to_owned()),
        good(),
        (503, "SERVER_UNAVAILABLE".to_owned()),
        good(),
        (400, "UNABLE_TO_LOCK_ROW".to_owned()),
    ];
    assert_eq!(statuses(&client, 6).await, expected);
    assert_eq!(client.stand_in.records(Table::Task).len(), 3);
    assert_eq!(client.ask("query", "SELECT Id FROM Task").await.0, 200, "reading does not fail");
    client.switch(json!({}));
    assert_eq!(statuses(&client, 1).await, [good()]);
}

#[tokio::test]
async fn a_response_can_be_lost_after_the_write() {
    let client = Client::new().await;
    client.switch(json!({"fail_one_write_in": 1, "failures": ["answer_lost"]}));
    let (status, response) = client.call("POST", "sobjects/Task", json!({"Subject": "written"})).await;
    assert_eq!((status, response.is_string()), (504, true), "no JSON: {response}");
    assert_eq!(client.found("SELECT Subject FROM Task").await, ["written"]);
}

#[tokio::test]
async fn a_locked_row_fails_within_composites_and_collections() {
    let client = Client::new().await;
    client.switch(json!({"fail_one_write_in": 1, "failures": ["row_locked"]}));
    let parts =
        [("POST", "sobjects/Contact", "a", json!({"LastName": "x"})), ("POST", "sobjects/Task", "b", json!({}))];
    let (status, response) = client.call("POST", "composite", crate::client::composite(&parts)).await;
    let codes = |n: usize| response["compositeResponse"][n]["body"][0]["errorCode"].clone();
    assert_eq!((status, codes(0), codes(1)), (200, json!("UNABLE_TO_LOCK_ROW"), json!("PROCESSING_HALTED")));
    let records = json!({"records": [{"attributes": {"type": "Task"}}, {"attributes": {"type": "Task"}}]});
    let (_, results) = client.call("POST", "composite/sobjects", records).await;
    let locked = |n: usize| results[n]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW";
    assert!(locked(0) && locked(1), "{results}");
    let graph = |id: &str| json!({"graphId": id, "compositeRequest": subrequests(&parts)});
    let graphs = json!({"graphs": [graph("a"), graph("b")]});
    let (_, response) = client.call("POST", "composite/graph", graphs).await;
    for graph in response["graphs"].as_array().unwrap() {
        assert_eq!(outcomes(&graph["graphResponse"])[0].1, "UNABLE_TO_LOCK_ROW");
    }
    assert!(client.stand_in.records(Table::Task).is_empty());
    client.switch(json!({}));
    client.create("Task", json!({})).await;
}

#[tokio::test]
async fn the_writes_that_stayed_are_listed() {
    let client = Client::new().await;
    let writes = async || {
        let (_, lines) = client.raw("GET", "/stand-in/writes", "").await;
        lines
            .as_str()
            .unwrap_or_default()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect::<Vec<Value>>()
    };
    assert!(writes().await.is_empty(), "the seed's records are not listed");
    let task = client.create("Task", json!({})).await;
    let update = client.call("PATCH", &format!("sobjects/Task/{task}"), json!({"Subject": "x"})).await;
    assert_eq!(update.0, 204);
    client.switch(json!({"fail_one_write_in": 1}));
    assert_eq!(client.call("POST", "sobjects/Task", json!({})).await.0, 400);
    let writes = writes().await;
    assert_eq!(writes.len(), 2);
    for write in writes {
        assert_eq!((&write["object"], &write["id"]), (&json!("Task"), &json!(task)));
        assert!(write["at"].as_i64().unwrap() > 1_700_000_000_000);
    }
}

const LOCKED: &str = "UNABLE_TO_LOCK_ROW";
/// The code of a failed trigger or flow.
const AUTOMATION: &str = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY";

/// Returns the first error's code of every record of a collection, or `none`.
async fn results(client: &Client, method: &str, resource: &str, records: Value) -> Vec<String> {
    let (status, results) = client.call(method, resource, json!({"records": records})).await;
    assert_eq!(status, 200, "{results}");
    let code = |result: &Value| result["errors"][0]["statusCode"].as_str().unwrap_or("none").to_owned();
    results.as_array().unwrap().iter().map(code).collect()
}

fn records(object: &str, count: usize) -> Vec<Value> {
    (0..count).map(|n| json!({"attributes": {"type": object}, "LastName": n.to_string()})).collect()
}

fn tasks(count: usize) -> Value {
    vec![json!({"attributes": {"type": "Task"}}); count].into()
}

#[tokio::test]
async fn every_nth_record_fails_in_turn_with_a_lock_and_with_a_flow() {
    let client = Client::new().await;
    client.switch(json!({"fail_one_record_in": 2}));
    let good = || (201, "none".to_owned());
    let failed = |code: &str| (400, code.to_owned());
    assert_eq!(statuses(&client, 4).await, [good(), failed(LOCKED), good(), failed(AUTOMATION)]);
    // A rejected record does not count, but each upsert and update does.
    let contact = format!("sobjects/Contact/{ADA}");
    for (resource, body, expected) in [
        ("sobjects/Task/Call_Id__c/aircall:1", json!({}), 201),
        (&contact, json!({"Nonsense": 1}), 400),
        (&contact, json!({"Title": "Dr"}), 400),
        (&contact, json!({"Title": "Dr"}), 204),
    ] {
        assert_eq!(client.call("PATCH", resource, body).await.0, expected, "{resource}");
    }
    let (_, response) = client.call("PATCH", &contact, json!({"Title": "Prof"})).await;
    assert_eq!(code(&response), AUTOMATION);
    let message = response[0]["message"].as_str().unwrap();
    assert!(message.contains("first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access"), "{message}");
    assert_eq!(client.found("SELECT Title FROM Contact WHERE LastName = 'Lovelace'").await, ["Dr"]);
    let codes = results(&client, "POST", "composite/sobjects", tasks(5)).await;
    assert_eq!(codes, ["none", LOCKED, "none", AUTOMATION, "none"]);
    assert_eq!(client.stand_in.records(Table::Task).len(), 6);
    let counts = client.stand_in.counts();
    assert_eq!((counts.records, counts.failed_records, counts.failed), (13, 6, 0));
}

#[tokio::test]
async fn every_nth_graph_fails_as_a_whole() {
    let client = Client::new().await;
    client.switch(json!({"fail_one_record_in": 2}));
    let parts = [
        ("POST", "sobjects/Contact", "a", json!({"LastName": "x"})),
        ("POST", "sobjects/Task", "b", json!({"WhoId": "@{a.id}"})),
    ];
    let graphs: Vec<_> =
        (0..6).map(|n| json!({"graphId": n.to_string(), "compositeRequest": subrequests(&parts)})).collect();
    let (_, response) = client.call("POST", "composite/graph", json!({"graphs": graphs})).await;
    let codes = |n: usize| outcomes(&response["graphs"][n]["graphResponse"]).into_iter().map(|(_, code)| code);
    let halted = "PROCESSING_HALTED";
    let expected = [["", ""], [LOCKED, halted], ["", ""], [halted, AUTOMATION], ["", ""], [halted, LOCKED]];
    for (n, expected) in expected.into_iter().enumerate() {
        assert_eq!(codes(n).collect::<Vec<_>>(), expected, "graph {n}");
        assert_eq!(response["graphs"][n]["isSuccessful"], n % 2 == 0);
    }
    assert_eq!((client.stand_in.records(Table::Task).len(), client.stand_in.records(Table::Contact).len()), (3, 6));
}

#[tokio::test]
async fn every_nth_composite_request_fails_through_one_part() {
    let client = Client::new().await;
    client.switch(json!({"fail_one_record_in": 2}));
    let two = |all_or_none: bool| {
        let mut request =
            composite(&[("POST", "sobjects/Task", "a", json!({})), ("POST", "sobjects/Task", "b", json!({}))]);
        request["allOrNone"] = json!(all_or_none);
        request
    };
    let send = async |request: Value| {
        let (_, response) = client.call("POST", "composite", request).await;
        outcomes(&response).into_iter().map(|(_, code)| code).collect::<Vec<_>>()
    };
    assert_eq!(send(two(true)).await, ["", ""]);
    // Reading does not count.
    assert_eq!(send(composite(&[("GET", "sobjects/User/005000000000001AAA", "a", Value::Null)])).await, [""]);
    assert_eq!(send(two(true)).await, [LOCKED, "PROCESSING_HALTED"]);
    assert_eq!(client.stand_in.records(Table::Task).len(), 2);
    assert_eq!(send(two(false)).await, ["", ""]);
    assert_eq!(send(two(false)).await, ["", AUTOMATION]);
    assert_eq!(client.stand_in.records(Table::Task).len(), 5);

    // The records of a collection in a composite request count one by one.
    let collection = composite(&[("POST", "composite/sobjects", "a", json!({"records": tasks(4)}))]);
    let (_, response) = client.call("POST", "composite", collection).await;
    let result = |n: usize| response["compositeResponse"][0]["body"][n]["success"].clone();
    assert_eq!([result(0), result(1), result(2), result(3)], [true, false, true, false]);
}

#[tokio::test]
async fn a_trigger_fails_if_it_receives_too_many_records() {
    let client = Client::new().await;
    client.switch(json!({"records_per_trigger": 2}));
    let mixed = [records("Contact", 2), records("Lead", 1), tasks(3).as_array().unwrap().clone()].concat();
    let body = json!({"records": mixed});
    let (_, response) = client.call("POST", "composite/sobjects", body).await;
    let code = |n: usize| response[n]["errors"][0]["statusCode"].as_str().unwrap_or("none");
    // The lead fails alone, because it has no company.
    let expected = ["none", "none", "REQUIRED_FIELD_MISSING", AUTOMATION, AUTOMATION, AUTOMATION];
    assert_eq!([code(0), code(1), code(2), code(3), code(4), code(5)], expected);
    let message = "LogCall: execution of AfterInsert caused by: System.LimitException: Too many SOQL queries: 101";
    assert_eq!(response[3]["errors"][0]["message"], message);
    assert_eq!((client.stand_in.records(Table::Task).len(), client.stand_in.records(Table::Contact).len()), (0, 5));

    assert_eq!(results(&client, "POST", "composite/sobjects", tasks(2)).await, ["none", "none"]);
    let upserts = |count: usize| (0..count).map(|n| json!({"Call_Id__c": n.to_string()})).collect::<Value>();
    let resource = "composite/sobjects/Task/Call_Id__c";
    assert_eq!(results(&client, "PATCH", resource, upserts(3)).await, [AUTOMATION; 3]);
    assert_eq!(results(&client, "PATCH", resource, upserts(2)).await, ["none"; 2]);
    let tasks = client.stand_in.records(Table::Task);
    let updates = |count: usize| {
        let update = |n: usize| json!({"attributes": {"type": "Task"}, "Id": tasks[n]["Id"], "Subject": "changed"});
        (0..count).map(update).collect::<Value>()
    };
    assert_eq!(results(&client, "PATCH", "composite/sobjects", updates(3)).await, [AUTOMATION; 3]);
    assert!(client.found("SELECT Id FROM Task WHERE Subject = 'changed'").await.is_empty());
    assert_eq!(results(&client, "PATCH", "composite/sobjects", updates(2)).await, ["none"; 2]);
    assert_eq!(client.found("SELECT Id FROM Task WHERE Subject = 'changed'").await.len(), 2);
}

#[tokio::test]
async fn a_hidden_field_does_not_exist_for_the_user() {
    let client = Client::new().await;
    client.switch(json!({"hidden_fields": ["task.type"]}));
    let (status, response) = client.call("POST", "sobjects/Task", json!({"Type": "Call"})).await;
    assert_eq!((status, code(&response)), (400, "INVALID_FIELD"));
    assert_eq!(response[0]["message"], "No such column 'Type' on sobject of type Task");
    assert_eq!(code(&client.ask("query", "SELECT Type FROM Task").await.1), "INVALID_FIELD");
    client.switch(json!({}));
    client.create("Task", json!({"Type": "Call"})).await;
}

#[tokio::test]
async fn every_write_of_an_object_is_refused_with_all_errors() {
    let client = Client::new().await;
    let task = client.create("Task", json!({})).await;
    client.switch(json!({"refusals": [
        {"object": "Task", "code": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Choose an outcome."},
        {"object": "Task", "code": "STRING_TOO_LONG", "fields": ["Subject"]},
    ]}));
    let errors = json!([
        {"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Choose an outcome.", "fields": []},
        {"errorCode": "STRING_TOO_LONG", "message": "", "fields": ["Subject"]},
    ]);
    assert_eq!(client.call("POST", "sobjects/Task", json!({})).await, (400, errors.clone()));
    let update = client.call("PATCH", &format!("sobjects/Task/{task}"), json!({"Subject": "x"})).await;
    assert_eq!(update, (400, errors));
    let (_, results) =
        client.call("POST", "composite/sobjects", json!({"records": [{"attributes": {"type": "Task"}}]})).await;
    assert_eq!(results[0]["errors"][1]["statusCode"], "STRING_TOO_LONG");
    client.create("Contact", json!({"LastName": "x"})).await;
}

#[tokio::test]
async fn a_duplicate_rule_names_the_records_unless_it_is_told_to_save() {
    let client = Client::new().await;
    client.switch(json!({"duplicate_rules": ["Contact"]}));
    let ada = json!({"FirstName": "ada", "LastName": "Lovelace"});
    let (status, response) = client.call("POST", "sobjects/Contact", ada.clone()).await;
    assert_eq!((status, code(&response)), (400, "DUPLICATES_DETECTED"));
    let found = &response[0]["duplicateResult"]["matchResults"][0]["matchRecords"][0]["record"];
    assert_eq!(found, &json!({"attributes": {"type": "Contact"}, "Id": crate::client::ADA}));
    client.create("Contact", json!({"LastName": "Nobody"})).await;
    assert_eq!(client.save_anyway("sobjects/Contact", ada.clone()).await.0, 201);
    assert_eq!(client.call("POST", "sobjects/Contact", ada.clone()).await.0, 400);

    // A subrequest has headers of its own.
    let mut composite = crate::client::composite(&[("POST", "sobjects/Contact", "a", ada)]);
    let (_, response) = client.save_anyway("composite", composite.clone()).await;
    assert_eq!(response["compositeResponse"][0]["httpStatusCode"], 400);
    composite["compositeRequest"][0]["httpHeaders"] = json!({"Sforce-Duplicate-Rule-Header": "allowSave=true"});
    let (_, response) = client.call("POST", "composite", composite).await;
    assert_eq!(response["compositeResponse"][0]["httpStatusCode"], 201);
}

#[tokio::test]
async fn closed_tasks_are_archived() {
    let client = Client::new().await;
    let task = |subject: &str, day: &str, status: &str| json!({"Subject": subject, "ActivityDate": day, "Status": status, "CallObject": "aircall:1"});
    let old = client.create("Task", task("old", "2026-03-01", "Completed")).await;
    client.create("Task", task("open", "2026-03-01", "Not Started")).await;
    client.create("Task", task("new", "2026-03-02", "Completed")).await;
    client.switch(json!({"archived_before": "2026-03-02"}));
    let query = "SELECT Subject FROM Task WHERE CallObject = 'aircall:1' AND IsDeleted = false ORDER BY Subject";
    assert_eq!(client.found(query).await, ["new", "open"]);
    assert_eq!(client.ask("queryAll", query).await.1["totalSize"], 3);
    // An archived Task can be read by its id and updated.
    assert_eq!(client.task(&old).await["Subject"], "old");
    let changed = client.call("PATCH", &format!("sobjects/Task/{old}"), json!({"Subject": "older"})).await;
    assert_eq!(changed.0, 204);
    assert_eq!(client.call("DELETE", &format!("sobjects/Task/{old}"), json!({})).await.0, 204);
    assert_eq!(client.ask("queryAll", query).await.1["totalSize"], 2);
}

#[tokio::test]
async fn tokens_expire_when_all_are_signed_out() {
    let mut client = Client::new().await;
    assert_eq!(client.raw("POST", "/stand-in/sign-out", "").await.0, 204);
    let (status, response) = client.get("limits").await;
    assert_eq!(
        (status, response),
        (401, json!([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]))
    );
    client.sign_in().await;
    assert_eq!(client.get("limits").await.0, 200);
}

#[tokio::test]
async fn the_state_lists_the_records() {
    let client = Client::new().await;
    client.create("Task", json!({"Subject": "first"})).await;
    client.create("Task", json!({"Subject": "second"})).await;
    let (status, lines) = client.raw("GET", "/stand-in/state", "").await;
    let lines: Vec<Value> = lines.as_str().unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((status, &lines[0]["Subject"], &lines[1]["Subject"]), (200, &json!("first"), &json!("second")));
    assert_eq!(client.raw("GET", "/stand-in/state?object=Nonsense", "").await.0, 404);
    assert_eq!(client.raw("PUT", "/stand-in/switches", r#"{"latency_ms": 1}"#).await.0, 204);
    let (_, state) = client.raw("GET", "/stand-in/switches", "").await;
    assert_eq!((&state["switches"]["latency_ms"], &state["counts"]["writes"]), (&json!(1), &json!(2)));
    assert_eq!(client.raw("PUT", "/stand-in/switches", r#"{"nonsense": 1}"#).await.0, 422);
}

#[test]
fn an_invalid_seed_names_the_record() {
    let error_of = |seed: &str| match Seed::from_json(seed).and_then(StandIn::new) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{seed}"),
    };
    let record = |fields: &str| error_of(&format!(r#"{{"records": {{"Contact": [{{"LastName": "a"}}, {fields}]}}}}"#));
    assert_eq!(record(r#"{"Nonsense": 1}"#), "record 2 of Contact: the object has no field `Nonsense`");
    assert_eq!(record(r#"{"Id": "00T000000000001EAA"}"#), "record 2 of Contact: `Id` is not an id of this object");
    assert!(
        error_of(r#"{"records": {"Nonsense": []}}"#)
            .starts_with("the seed could not be parsed: unknown variant `Nonsense`")
    );
}
