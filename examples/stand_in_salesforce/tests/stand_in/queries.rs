//! Tests SOQL: results, order and errors.

use crate::client::{Client, code};
use serde_json::json;
use stand_in_salesforce::Seed;

const TASKS: &str = r#"{"records": {"Task": [
    {"Subject": "b", "CallDurationInSeconds": 5, "ActivityDate": "2026-03-01", "Status": "Completed"},
    {"Subject": "A", "CallDurationInSeconds": 50, "ActivityDate": "2026-03-02", "CallObject": "aircall:1"},
    {"Subject": "100% 'c_d'\\", "ActivityDate": "2026-03-03", "CreatedDate": "2026-03-01T12:00:00Z", "CallObject": "aircall:2"},
    {"Description": "no subject", "CallDurationInSeconds": 0}
]}}"#;

async fn client() -> Client {
    Client::of(Seed::from_json(TASKS).unwrap()).await
}

#[tokio::test]
async fn conditions() {
    let client = client().await;
    let third = r"100% 'c_d'\";
    let cases: [(&str, &[&str]); 29] = [
        ("Subject = 'B'", &["b"]),
        ("subject = 'a' AND callobject = 'AIRCALL:1'", &["A"]),
        ("Subject != 'b'", &["A", third, "null"]),
        ("Subject <> null", &["b", "A", third]),
        ("Subject = null", &["null"]),
        ("Subject = ''", &["null"]),
        (r"Subject = '100% \'c_d\'\\'", &[third]),
        ("Subject LIKE '%'", &["b", "A", third]),
        (r"Subject LIKE '100\%%'", &[third]),
        (r"Subject LIKE '%c\_d%'", &[third]),
        (r"Subject LIKE '%c\_\_%'", &[]),
        ("Subject LIKE '_'", &["b", "A"]),
        ("Subject IN ('a', 'b', 'z')", &["b", "A"]),
        ("Subject NOT IN ('a', 'b')", &[third, "null"]),
        ("CallObject IN ('aircall:2', 'aircall:1')", &["A", third]),
        ("CallDurationInSeconds > 4", &["b", "A"]),
        ("CallDurationInSeconds >= 5 AND CallDurationInSeconds < 50.0", &["b"]),
        ("CallDurationInSeconds <= 0", &["null"]),
        ("ActivityDate > 2026-03-01", &["A", third]),
        ("CreatedDate < 2026-03-01T13:00:00+01:00", &[]),
        ("CreatedDate <= 2026-03-01T13:00:00+01:00", &[third]),
        ("IsClosed = true", &["b"]),
        ("IsClosed != TRUE AND (Subject = 'a' OR Subject = null)", &["A", "null"]),
        ("NOT IsClosed = false", &["b"]),
        ("NOT (Subject = 'a' OR Subject = 'b')", &[third, "null"]),
        ("Owner.Name = 'Admin' AND Subject = 'b'", &["b"]),
        ("Owner.IsActive = true AND Subject = 'b'", &["b"]),
        ("WhoId = null AND Subject = 'b'", &["b"]),
        ("OwnerId IN (SELECT Id FROM User WHERE LastName = 'Admin') AND Subject = 'b'", &["b"]),
    ];
    for (condition, expected) in cases {
        let found = client.found(&format!("SELECT Subject FROM Task WHERE {condition} ORDER BY Id")).await;
        assert_eq!(found, expected, "{condition}");
    }
}

#[tokio::test]
async fn order_limit_and_offset() {
    let client = client().await;
    let third = r"100% 'c_d'\";
    let cases: [(&str, &[&str]); 7] = [
        ("ORDER BY Subject", &["null", third, "A", "b"]),
        ("ORDER BY Subject ASC NULLS LAST", &[third, "A", "b", "null"]),
        ("ORDER BY Subject DESC NULLS LAST LIMIT 2", &["b", "A"]),
        ("order by IsClosed desc, CallDurationInSeconds nulls first", &["b", third, "null", "A"]),
        ("ORDER BY ActivityDate NULLS LAST LIMIT 1 OFFSET 2", &[third]),
        ("ORDER BY Owner.Name, Id LIMIT 1", &["b"]),
        ("LIMIT 0", &[]),
    ];
    for (tail, expected) in cases {
        assert_eq!(client.found(&format!("SELECT Subject FROM Task {tail}")).await, expected, "{tail}");
    }
    let (_, counted) = client.ask("query", "SELECT count() FROM Task WHERE Subject != null").await;
    assert_eq!(counted, json!({"totalSize": 3, "done": true, "records": []}));
}

#[tokio::test]
async fn refusals() {
    let client = client().await;
    let long = format!("SELECT Id FROM Task WHERE Subject = '{}'", "x".repeat(4001));
    let deep = format!("SELECT Id FROM Task WHERE {}Subject = 'x'{}", "(".repeat(51), ")".repeat(51));
    let cases = [
        ("", "MALFORMED_QUERY"),
        ("SELECT", "MALFORMED_QUERY"),
        ("SELECT Id", "MALFORMED_QUERY"),
        ("SELECT Id FROM Task WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Task WHERE Subject = \"b\"", "MALFORMED_QUERY"),
        ("SELECT Id FROM Task WHERE Subject = 'b", "MALFORMED_QUERY"),
        (r"SELECT Id FROM Task WHERE Subject = '\d'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Task WHERE Subject = b", "MALFORMED_QUERY"),
        ("SELECT Id FROM Task WHERE Subject = 'a' AND Subject = 'b' OR Subject = 'c'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Task WHERE Subject IN ()", "MALFORMED_QUERY"),
        ("SELECT Id FROM Task LIMIT x", "MALFORMED_QUERY"),
        ("SELECT Id FROM Task LIMIT 1 nonsense", "MALFORMED_QUERY"),
        ("SELECT Id FROM Task;", "MALFORMED_QUERY"),
        (&long, "MALFORMED_QUERY"),
        (&deep, "MALFORMED_QUERY"),
        ("SELECT Nonsense FROM Task", "INVALID_FIELD"),
        ("SELECT Id, id FROM Task", "INVALID_FIELD"),
        ("SELECT Nonsense.Id FROM Task", "INVALID_FIELD"),
        ("SELECT IsPersonAccount FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Task WHERE Nonsense = 1", "INVALID_FIELD"),
        ("SELECT Id FROM Task WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Task ORDER BY Description", "INVALID_FIELD"),
        ("SELECT Id FROM Task WHERE Subject = 1", "INVALID_FIELD"),
        ("SELECT Id FROM Task WHERE IsClosed = 'true'", "INVALID_FIELD"),
        ("SELECT Id FROM Task WHERE ActivityDate = '2026-03-01'", "INVALID_FIELD"),
        ("SELECT Id FROM Task WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Task WHERE IsClosed LIKE 't%'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Nonsense", "INVALID_TYPE"),
        ("SELECT Id FROM Task OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
    ];
    for (query, expected) in cases {
        let (status, answer) = client.ask("query", query).await;
        assert_eq!((status, code(&answer)), (400, expected), "{query}: {answer}");
    }
}

#[tokio::test]
async fn deleted_records_are_in_query_all_only() {
    let client = client().await;
    let id = client.create("Task", json!({"Subject": "gone"})).await;
    client.call("DELETE", &format!("sobjects/Task/{id}"), json!({})).await;
    let query = "SELECT Subject FROM Task WHERE Subject = 'gone'";
    assert!(client.found(query).await.is_empty());
    assert_eq!(client.ask("queryAll", query).await.1["totalSize"], 1);
}

#[tokio::test]
async fn missing_values_are_null_and_parents_are_nested() {
    let client = Client::new().await;
    let query = "SELECT Id, Email, Account.Name, Account.Owner.Name FROM Contact WHERE LastName IN ('Lovelace', 'Example') ORDER BY LastName";
    let (_, answer) = client.ask("query", query).await;
    let [example, ada] = answer["records"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    assert_eq!((&example["Email"], &example["Account"]), (&json!(null), &json!(null)));
    assert_eq!(ada["Account"]["Owner"]["Name"], "Maria Schmidt");
    assert_eq!(ada["Account"]["attributes"]["type"], "Account");
}
