//! Tests rejected requests, with their status, code and fields.

use crate::client::{ACCOUNT, ADA, ADMIN, CONVERTED_LEAD, Client, INACTIVE, LEAD, code};
use serde_json::{Value, json};
use stand_in_salesforce::Seed;

async fn rejected(client: &Client, object: &str, body: Value, expected: &str, fields: &[&str]) {
    let (status, response) = client.call("POST", &format!("sobjects/{object}"), body.clone()).await;
    assert_eq!((status, code(&response)), (400, expected), "{body}: {response}");
    assert_eq!(response[0]["fields"], json!(fields), "{body}: {response}");
}

#[tokio::test]
async fn rejected_tasks() {
    let client = Client::new().await;
    let cases = [
        (json!({"Subject": "x".repeat(256)}), "STRING_TOO_LONG", vec!["Subject"]),
        (json!({"CallType": "Sideways"}), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", vec!["CallType"]),
        (json!({"IsClosed": true}), "INVALID_FIELD_FOR_INSERT_UPDATE", vec!["IsClosed"]),
        (json!({"CallDurationInSeconds": 100_000_000}), "NUMBER_OUTSIDE_VALID_RANGE", vec!["CallDurationInSeconds"]),
        (json!({"WhoId": "nothing"}), "MALFORMED_ID", vec!["WhoId"]),
        (json!({"WhoId": "003000000000001AAB"}), "MALFORMED_ID", vec!["WhoId"]),
        (json!({"WhoId": "@{record.id}"}), "MALFORMED_ID", vec!["WhoId"]),
        (json!({"WhoId": ACCOUNT}), "FIELD_INTEGRITY_EXCEPTION", vec!["WhoId"]),
        (json!({"WhatId": ADA}), "FIELD_INTEGRITY_EXCEPTION", vec!["WhatId"]),
        (json!({"WhoId": LEAD, "WhatId": ACCOUNT}), "FIELD_INTEGRITY_EXCEPTION", vec!["WhatId"]),
        (json!({"ActivityDate": "4001-01-01"}), "FIELD_INTEGRITY_EXCEPTION", vec!["ActivityDate"]),
        (json!({"WhoId": "003000000000999AAA"}), "INVALID_CROSS_REFERENCE_KEY", vec![]),
        (json!({"OwnerId": "00G000000000001EAA"}), "INVALID_CROSS_REFERENCE_KEY", vec![]),
        (json!({"OwnerId": INACTIVE}), "INACTIVE_OWNER_OR_USER", vec!["OwnerId"]),
        (json!({"WhoId": CONVERTED_LEAD}), "CANNOT_UPDATE_CONVERTED_LEAD", vec![]),
    ];
    for (body, expected, fields) in cases {
        rejected(&client, "Task", body, expected, &fields).await;
    }
    assert!(client.stand_in.records(stand_in_salesforce::Table::Task).is_empty());
}

#[tokio::test]
async fn records_without_required_fields() {
    let client = Client::new().await;
    rejected(&client, "Contact", json!({"FirstName": "Ada"}), "REQUIRED_FIELD_MISSING", &["LastName"]).await;
    rejected(&client, "Lead", json!({"LastName": "Ada"}), "REQUIRED_FIELD_MISSING", &["Company"]).await;
    rejected(&client, "Account", json!({}), "REQUIRED_FIELD_MISSING", &["Name"]).await;
    client.create("Task", json!({})).await;
}

#[tokio::test]
async fn malformed_bodies_have_no_list_of_fields() {
    let client = Client::new().await;
    let cases = [
        (r#"{"Nonsense": 1}"#, "INVALID_FIELD"),
        (r#"{"unknown__c": 1}"#, "INVALID_FIELD"),
        (r#"{"Id": "00T000000000001EAA"}"#, "INVALID_FIELD"),
        (r#"{"CallDurationInSeconds": "4"}"#, "JSON_PARSER_ERROR"),
        (r#"{"ActivityDate": "22.11.2026"}"#, "JSON_PARSER_ERROR"),
        (r#"{"aircall__Waiting_Time__c": "4"}"#, "JSON_PARSER_ERROR"),
        (r#"{"aircall__Has_connected__c": 1}"#, "JSON_PARSER_ERROR"),
        (r#"{"Subject": "a", "subject": "b"}"#, "JSON_PARSER_ERROR"),
        (r#"{"Subject": "#, "JSON_PARSER_ERROR"),
        ("[]", "JSON_PARSER_ERROR"),
        ("", "JSON_PARSER_ERROR"),
    ];
    for (body, expected) in cases {
        let (status, response) = client.raw("POST", &format!("{}/sobjects/Task", crate::client::DATA), body).await;
        assert_eq!((status, code(&response)), (400, expected), "{body}: {response}");
        assert_eq!(response[0].get("fields"), None, "{body}");
    }
}

#[tokio::test]
async fn rejected_updates() {
    let client = Client::new().await;
    let on_lead = client.create("Task", json!({"WhoId": LEAD})).await;
    let deleted = client.create("Task", json!({})).await;
    assert_eq!(client.call("DELETE", &format!("sobjects/Task/{deleted}"), json!({})).await.0, 204);
    let cases = [
        (format!("Task/{on_lead}"), json!({"TaskSubtype": "Call"}), 400, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        (format!("Task/{on_lead}"), json!({"WhatId": ACCOUNT}), 400, "FIELD_INTEGRITY_EXCEPTION"),
        (format!("Task/{on_lead}"), json!({"OwnerId": null}), 400, "REQUIRED_FIELD_MISSING"),
        (format!("Task/{deleted}"), json!({"Subject": "late"}), 404, "ENTITY_IS_DELETED"),
        ("Task/00T000000000999EAA".to_owned(), json!({"Subject": "never"}), 404, "NOT_FOUND"),
        (format!("Lead/{CONVERTED_LEAD}"), json!({"Title": "Dr"}), 400, "CANNOT_UPDATE_CONVERTED_LEAD"),
        (format!("Contact/{ADA}"), json!({"OwnerId": INACTIVE}), 400, "INACTIVE_OWNER_OR_USER"),
        (format!("Contact/{ADA}"), json!({"LastName": ""}), 400, "REQUIRED_FIELD_MISSING"),
    ];
    for (resource, body, status, expected) in cases {
        let (found, response) = client.call("PATCH", &format!("sobjects/{resource}"), body.clone()).await;
        assert_eq!((found, code(&response)), (status, expected), "{resource} {body}: {response}");
    }
    let (_, response) = client.call("POST", "sobjects/Task", json!({"WhoId": LEAD})).await;
    assert_eq!(response["success"], true);
}

#[tokio::test]
async fn references_to_deleted_records() {
    let client = Client::new().await;
    let contact = client.create("Contact", json!({"LastName": "Brief"})).await;
    client.call("DELETE", &format!("sobjects/Contact/{contact}"), json!({})).await;
    rejected(&client, "Task", json!({"WhoId": contact}), "ENTITY_IS_DELETED", &[]).await;
}

#[tokio::test]
async fn unique_fields_reject_duplicates() {
    let client = Client::new().await;
    let first = client.create("Task", json!({"Call_Id__c": "aircall:7"})).await;
    rejected(&client, "Task", json!({"Call_Id__c": "AIRCALL:7"}), "DUPLICATE_VALUE", &[]).await;
    let (status, _) = client.call("PATCH", &format!("sobjects/Task/{first}"), json!({"Call_Id__c": "aircall:7"})).await;
    assert_eq!(status, 204, "it is its own");
    client.call("DELETE", &format!("sobjects/Task/{first}"), json!({})).await;
    client.create("Task", json!({"Call_Id__c": "aircall:7"})).await;
}

#[tokio::test]
async fn upserts_are_by_external_ids_only() {
    let client = Client::new().await;
    let upsert = async |resource: &str, body: Value| {
        let (status, response) = client.call("PATCH", &format!("sobjects/Task/{resource}"), body).await;
        (status, code(&response).to_owned())
    };
    assert_eq!(upsert("CallObject/aircall:1", json!({})).await, (404, "NOT_FOUND".to_owned()));
    assert_eq!(upsert("Call_Id__c/a", json!({"Call_Id__c": "a"})).await, (400, "INVALID_FIELD".to_owned()));
    assert_eq!(upsert("Call_Id__c/a%2Fb%20c", json!({"TaskSubtype": "Call"})).await.0, 201);
    assert_eq!(client.found("SELECT Call_Id__c FROM Task").await, ["a/b c"]);
}

#[tokio::test]
async fn several_records_with_one_external_id() {
    let seed = r#"{"custom_fields": [{"object": "Task", "name": "Ref__c", "external_id": true}],
        "records": {"Task": [{"Ref__c": "x"}, {"Ref__c": "x"}]}}"#;
    let client = Client::of(Seed::from_json(seed).unwrap()).await;
    let (status, response) = client.call("PATCH", "sobjects/Task/Ref__c/x", json!({"Subject": "which?"})).await;
    assert_eq!((status, response.as_array().map(Vec::len)), (300, Some(2)));
}

#[tokio::test]
async fn texts_are_stored_as_salesforce_stores_them() {
    let client = Client::new().await;
    let body = json!({"Subject": " two\nlines ", "Description": "a\r\nb ", "CallDisposition": "", "Type": null});
    let task = client.task(&client.create("Task", body).await).await;
    assert_eq!(task["Subject"], "two lines");
    assert_eq!(task["Description"], "a\nb");
    assert_eq!((&task["CallDisposition"], &task["Type"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn missing_fields_of_a_task_get_defaults() {
    let client = Client::new().await;
    let task = client.task(&client.create("Task", json!({"whoid": &ADA[..15]})).await).await;
    assert_eq!((&task["WhoId"], &task["AccountId"], &task["OwnerId"]), (&json!(ADA), &json!(ACCOUNT), &json!(ADMIN)));
    assert_eq!(
        (&task["Status"], &task["Priority"], &task["IsClosed"]),
        (&json!("Not Started"), &json!("Normal"), &json!(false))
    );
    let id = task["Id"].as_str().unwrap();
    client.call("PATCH", &format!("sobjects/Task/{id}"), json!({"Status": "Completed", "WhoId": null})).await;
    let task = client.task(id).await;
    assert_eq!((&task["IsClosed"], &task["WhoId"], &task["AccountId"]), (&json!(true), &Value::Null, &Value::Null));
}

#[tokio::test]
async fn unknown_resources() {
    let client = Client::new().await;
    let cases = [
        ("GET", "/services/data/v67.0/nonsense", 404, "NOT_FOUND"),
        ("GET", "/services/data/v67.0/sobjects/Nonsense/describe", 404, "NOT_FOUND"),
        ("GET", "/services/data/v68.0/limits", 404, "NOT_FOUND"),
        ("GET", "/services/data/v30.0/limits", 410, "UNSUPPORTED_API_VERSION"),
        ("PUT", "/services/data/v67.0/sobjects/Task", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/services/data/v67.0/limits", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/services/data/v67.0/query/01g000000000999-5000", 400, "INVALID_QUERY_LOCATOR"),
        ("GET", "/services/data/v67.0/query", 400, "MALFORMED_QUERY"),
        ("GET", "/services/nonsense", 404, "NOT_FOUND"),
    ];
    for (method, address, status, expected) in cases {
        let (found, response) = client.raw(method, address, "{}").await;
        assert_eq!((found, code(&response)), (status, expected), "{method} {address}");
    }
    assert_eq!(client.raw("GET", "/services/data/v31.0/limits/", "").await.0, 200);
    assert_eq!(client.raw("GET", "/services/data", "").await.1[0]["version"], "31.0");
}
