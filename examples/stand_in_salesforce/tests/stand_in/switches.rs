//! Tests the injected failures and the stand-in's own resources.

use crate::client::{Client, code};
use serde_json::{Value, json};
use stand_in_salesforce::{Seed, StandIn, Table};

async fn statuses(client: &Client, writes: usize) -> Vec<(u16, String)> {
    let mut statuses = Vec::new();
    for _ in 0..writes {
        let (status, answer) = client.call("POST", "sobjects/Task", json!({})).await;
        statuses.push((status, code(&answer).to_owned()));
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
    let (status, answer) = client.call("POST", "sobjects/Task", json!({"Subject": "written"})).await;
    assert_eq!((status, answer.is_string()), (504, true), "no JSON: {answer}");
    assert_eq!(client.found("SELECT Subject FROM Task").await, ["written"]);
}

#[tokio::test]
async fn a_locked_row_fails_within_composites_and_collections() {
    let client = Client::new().await;
    client.switch(json!({"fail_one_write_in": 1, "failures": ["row_locked"]}));
    let parts =
        [("POST", "sobjects/Contact", "a", json!({"LastName": "x"})), ("POST", "sobjects/Task", "b", json!({}))];
    let (status, answer) = client.call("POST", "composite", crate::client::composite(&parts)).await;
    let codes = |n: usize| answer["compositeResponse"][n]["body"][0]["errorCode"].clone();
    assert_eq!((status, codes(0), codes(1)), (200, json!("UNABLE_TO_LOCK_ROW"), json!("PROCESSING_HALTED")));
    let records = json!({"records": [{"attributes": {"type": "Task"}}, {"attributes": {"type": "Task"}}]});
    let (_, results) = client.call("POST", "composite/sobjects", records).await;
    assert_eq!(results[0]["errors"][0]["statusCode"], "UNABLE_TO_LOCK_ROW");
    assert_eq!(results[1]["success"], true);
}

#[tokio::test]
async fn a_hidden_field_does_not_exist_for_the_user() {
    let client = Client::new().await;
    client.switch(json!({"hidden_fields": ["task.type"]}));
    let (status, answer) = client.call("POST", "sobjects/Task", json!({"Type": "Call"})).await;
    assert_eq!((status, code(&answer)), (400, "INVALID_FIELD"));
    assert_eq!(answer[0]["message"], "No such column 'Type' on sobject of type Task");
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
    let (status, answer) = client.call("POST", "sobjects/Contact", ada.clone()).await;
    assert_eq!((status, code(&answer)), (400, "DUPLICATES_DETECTED"));
    let found = &answer[0]["duplicateResult"]["matchResults"][0]["matchRecords"][0]["record"];
    assert_eq!(found, &json!({"attributes": {"type": "Contact"}, "Id": crate::client::ADA}));
    client.create("Contact", json!({"LastName": "Nobody"})).await;
    assert_eq!(client.save_anyway("sobjects/Contact", ada.clone()).await.0, 201);
    assert_eq!(client.call("POST", "sobjects/Contact", ada.clone()).await.0, 400);

    // A subrequest has headers of its own.
    let mut composite = crate::client::composite(&[("POST", "sobjects/Contact", "a", ada)]);
    let (_, answer) = client.save_anyway("composite", composite.clone()).await;
    assert_eq!(answer["compositeResponse"][0]["httpStatusCode"], 400);
    composite["compositeRequest"][0]["httpHeaders"] = json!({"Sforce-Duplicate-Rule-Header": "allowSave=true"});
    let (_, answer) = client.call("POST", "composite", composite).await;
    assert_eq!(answer["compositeResponse"][0]["httpStatusCode"], 201);
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
    let (status, answer) = client.get("limits").await;
    assert_eq!(
        (status, answer),
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
