//! Tests SOQL: results, order and errors.

use crate::client::{ACCOUNT, ADA, CASE, Client, LEAD, code, composite};
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
        let (status, response) = client.ask("query", query).await;
        assert_eq!((status, code(&response)), (400, expected), "{query}: {response}");
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
async fn polymorphic_parents_are_names() {
    let client = Client::new().await;
    client.create("Task", json!({"Subject": "a", "WhoId": ADA, "WhatId": CASE})).await;
    client.create("Task", json!({"Subject": "b", "WhoId": LEAD})).await;
    client.create("Task", json!({"Subject": "c", "WhatId": ACCOUNT})).await;
    let name = |object: &str, id: &str, name: &str| {
        let url = format!("/services/data/v67.0/sobjects/{object}/{id}");
        json!({"attributes": {"type": "Name", "url": url}, "Name": name, "Type": object})
    };
    let expected = [
        (name("Contact", ADA, "Ada Lovelace"), name("Case", CASE, "00000001")),
        (name("Lead", LEAD, "Nora Lindt"), json!(null)),
        (json!(null), name("Account", ACCOUNT, "Lovelace SARL")),
    ];
    let query = "SELECT Who.Name, Who.Type, What.Name, What.Type FROM Task ORDER BY Subject";
    let (_, response) = client.ask("query", query).await;
    let records = response["records"].as_array().unwrap().iter();
    let found: Vec<_> = records.map(|record| (record["Who"].clone(), record["What"].clone())).collect();
    assert_eq!(found, expected);

    let cases: [(&str, &[&str]); 6] = [
        ("WHERE Who.Type = 'Lead'", &["b"]),
        ("WHERE Who.Type IN ('contact', 'Lead') ORDER BY Who.Name DESC", &["b", "a"]),
        ("WHERE What.Name = 'lovelace sarl'", &["c"]),
        ("WHERE What.Type != 'Case' ORDER BY Subject", &["b", "c"]),
        ("WHERE Owner.Type = 'User' AND Owner.IsActive = true ORDER BY Subject", &["a", "b", "c"]),
        ("WHERE Who.LastName = 'Lovelace'", &["a"]),
    ];
    for (tail, expected) in cases {
        assert_eq!(client.found(&format!("SELECT Subject FROM Task {tail}")).await, expected, "{tail}");
    }
    for field in ["Who.Company", "What.CaseNumber", "Who.Account.Name", "What.Owner.Name"] {
        let (status, response) = client.ask("query", &format!("SELECT {field} FROM Task")).await;
        assert_eq!((status, code(&response)), (400, "INVALID_FIELD"), "{field}");
    }
    let (_, response) = client.ask("query", &format!("SELECT Owner.Name FROM Contact WHERE Id = '{ADA}'")).await;
    assert_eq!(response["records"][0]["Owner"]["attributes"]["type"], "User");
}

#[tokio::test]
async fn hundreds_of_values() {
    let contacts = (0..700).map(|n| {
        json!({"Id": id("003", n), "LastName": format!("Customer {n}"), "Email": format!("customer{n}@example.com")})
    });
    // Each of the first 300 contacts has seven cases.
    let cases = (0..2_100).map(|n| json!({"ContactId": id("003", n / 7)}));
    let records = json!({"Contact": contacts.collect::<Vec<_>>(), "Case": cases.collect::<Vec<_>>()});
    let client = Client::of(Seed::from_json(&json!({"records": records}).to_string()).unwrap()).await;

    let list = |values: &[String]| values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", ");
    let ids: Vec<_> = (0..600).map(|n| id("003", n)).collect();
    let emails: Vec<_> = (100..700).map(|n| format!("Customer{n}@example.com")).collect();
    for (field, values) in [("Id", &ids), ("Email", &emails)] {
        let query = format!("query?q=SELECT Id FROM Contact WHERE {field} IN ({})", list(values));
        let request = composite(&[("GET", query.as_str(), "a", json!(null))]);
        let (_, response) = client.call("POST", "composite", request).await;
        let page = &response["compositeResponse"][0]["body"];
        assert_eq!((&page["totalSize"], &page["done"]), (&json!(600), &json!(true)), "{field}");
    }
    let query = format!("SELECT Id FROM Case WHERE ContactId IN ({})", list(&ids[..300]));
    let (_, page) = client.ask("query", &query).await;
    assert_eq!((&page["totalSize"], &page["done"]), (&json!(2_100), &json!(false)));
    let next = page["nextRecordsUrl"].as_str().unwrap();
    let (_, page) = client.raw("GET", next, "").await;
    assert_eq!((&page["totalSize"], &page["done"]), (&json!(2_100), &json!(true)));
    assert_eq!(page["records"].as_array().unwrap().len(), 100);
}

/// Returns the n-th id of an object: digits only, so that the check characters are `AAA`.
fn id(prefix: &str, n: u32) -> String {
    format!("{prefix}{n:012}AAA")
}

#[tokio::test]
async fn missing_values_are_null_and_parents_are_nested() {
    let client = Client::new().await;
    let query = "SELECT Id, Email, Account.Name, Account.Owner.Name FROM Contact WHERE LastName IN ('Lovelace', 'Example') ORDER BY LastName";
    let (_, response) = client.ask("query", query).await;
    let [example, ada] = response["records"].as_array().unwrap().as_slice() else { panic!("{response}") };
    assert_eq!((&example["Email"], &example["Account"]), (&json!(null), &json!(null)));
    assert_eq!(ada["Account"]["Owner"]["Name"], "Maria Schmidt");
    assert_eq!(ada["Account"]["attributes"]["type"], "Account");
}
