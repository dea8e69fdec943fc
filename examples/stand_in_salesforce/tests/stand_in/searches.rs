//! Tests SOSL: numbers, words, and the library's queries.

use crate::client::{ADA, Client, EMIL, code};
use aircall_salesforce::request::{Batch, Checkpoint, Org};
use aircall_salesforce::{Settings, Webhook, plan_webhook};
use serde_json::{Value, json};
use stand_in_salesforce::Seed;

/// Returns the names that a search for numbers finds.
async fn found(client: &Client, terms: &str) -> Vec<String> {
    let search =
        format!("FIND {{{terms}}} IN PHONE FIELDS RETURNING Contact(Name ORDER BY Name), Account(Name), Lead(Name)");
    let (status, response) = client.ask("search", &search).await;
    assert_eq!(status, 200, "{search}: {response}");
    let records = response["searchRecords"].as_array().unwrap();
    records.iter().map(|record| record["Name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn numbers_are_found_by_their_digits() {
    let client = Client::new().await;
    let cases: [(&str, &[&str]); 12] = [
        (r"2125550142", &["Grace Example"]),
        (r"\(212\) 555\-0142", &["Grace Example"]),
        (r"5550142", &["Grace Example"]),
        (r"0142", &["Grace Example"]),
        (r"142", &[]),
        (r"21255501*", &["Grace Example"]),
        (r"\+12125550142", &[]),
        (r#""212.555.0142" OR "\+44""#, &["Grace Example"]),
        (r#""\+1 212\-555\-0117""#, &["Nora Lindt"]),
        (r"199001234", &["Ada Lovelace", "Lovelace SARL"]),
        (r"03023125101 OR \+493023125100", &["Emil Kranz", "Spree Optik GmbH"]),
        (r"199001234 AND NOT 331990012*", &["Lovelace SARL"]),
    ];
    for (terms, expected) in cases {
        assert_eq!(found(&client, terms).await, expected, "{terms}");
    }
}

#[tokio::test]
async fn words_are_found_in_the_fields_of_a_group() {
    let client = Client::new().await;
    let cases = [
        ("FIND {lovelace} RETURNING Contact(Id), Account(Id)", 2),
        ("FIND {love*} IN NAME FIELDS RETURNING Contact(Id), Account", 2),
        ("FIND {ada AND lovelace} IN NAME FIELDS RETURNING Contact", 1),
        ("FIND {ada sarl} IN NAME FIELDS RETURNING Contact, Account", 0),
        (r"FIND {ada@example.com} IN EMAIL FIELDS RETURNING Contact", 1),
        ("FIND {(ada OR emil) AND NOT kranz} RETURNING Contact", 1),
        ("FIND {lovelace} RETURNING Contact(Id WHERE Name = 'nobody'), Account(Id LIMIT 0)", 0),
        ("FIND {lovelace} RETURNING Contact, Account LIMIT 1", 1),
        ("FIND {lovelace}", 2),
    ];
    for (search, expected) in cases {
        let (status, response) = client.ask("search", search).await;
        assert_eq!(
            (status, response["searchRecords"].as_array().map(Vec::len)),
            (200, Some(expected)),
            "{search}: {response}"
        );
    }
}

#[tokio::test]
async fn refusals() {
    let client = Client::new().await;
    let deep = format!("FIND {{{}ada{}}}", "(".repeat(1000), ")".repeat(1000));
    let cases = [
        ("", "MALFORMED_SEARCH"),
        ("FIND ada", "MALFORMED_SEARCH"),
        ("FIND {ada", "MALFORMED_SEARCH"),
        ("FIND {}", "MALFORMED_SEARCH"),
        ("FIND {a}", "MALFORMED_SEARCH"),
        ("FIND {+33199001234}", "MALFORMED_SEARCH"),
        (r#"FIND {"+33 1"}"#, "MALFORMED_SEARCH"),
        ("FIND {o'neil}", "MALFORMED_SEARCH"),
        (r"FIND {a\da}", "MALFORMED_SEARCH"),
        ("FIND {(ada}", "MALFORMED_SEARCH"),
        ("FIND {ada)}", "MALFORMED_SEARCH"),
        ("FIND {ada OR}", "MALFORMED_SEARCH"),
        (&deep, "MALFORMED_SEARCH"),
        ("FIND {ada} IN NONSENSE FIELDS", "MALFORMED_SEARCH"),
        ("FIND {ada} RETURNING", "MALFORMED_SEARCH"),
        ("FIND {ada} RETURNING Contact(Id", "MALFORMED_SEARCH"),
        ("FIND {ada} RETURNING Nonsense", "INVALID_TYPE"),
        ("FIND {ada} RETURNING Contact(Nonsense)", "INVALID_FIELD"),
    ];
    for (search, expected) in cases {
        let (status, response) = client.ask("search", search).await;
        assert_eq!((status, code(&response)), (400, expected), "{search}: {response}");
    }
}

#[tokio::test]
async fn before_v37_an_answer_is_a_list() {
    let client = Client::new().await;
    let (_, response) = client.raw("GET", "/services/data/v36.0/search/?q=FIND%20%7Blovelace%7D", "").await;
    assert_eq!(response.as_array().map(Vec::len), Some(2));
}

/// Sends all queries of an enquiry and plans the call.
async fn planned(client: &Client, data: Value, settings: &str, org: Org) -> Value {
    let settings = Settings::from_json(settings).unwrap();
    let body = json!({"resource": "call", "event": "call.ended", "data": data}).to_string();
    let webhook = Webhook::from_slice(body.as_bytes()).unwrap();
    let mut batch = Batch::new(&settings, org);
    batch.add(webhook.call.as_ref().unwrap(), Checkpoint::default());
    loop {
        let requests = batch.requests();
        if requests.is_empty() || batch.sending().next().is_some() {
            break;
        }
        for request in &requests {
            let body = request.body.as_deref().unwrap_or_default();
            let (status, response) = client.raw(request.method.as_str(), &request.path, body).await;
            assert_eq!(status, 200, "{}: {response}", request.path);
            batch.answer(request, status, &response.to_string());
        }
    }
    let directory = batch.into_outcomes().0.remove(0).directory;
    serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap()
}

fn call(digits: &str) -> Value {
    json!({"id": 780_836_754, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_525,
        "raw_digits": digits, "user": {"id": 1, "name": "Jonas Weber", "email": "jonas.weber@example.com"},
        "number": {"name": "Support", "country": "DE", "digits": "+49 30 23125 000", "time_zone": "Europe/Berlin"}})
}

#[tokio::test]
async fn the_librarys_queries_are_answered() {
    let client = Client::new().await;
    let with = |relate: &str| {
        format!(r#"{{"admin": "005000000000001AAA", "relate_to": "{relate}", "call_id_field": "Call_Id__c"}}"#)
    };
    let plan = planned(&client, call("+33 1 99 00 12 34"), &with("case"), Org::default()).await;
    assert_eq!(
        (&plan["task"]["WhoId"], &plan["task"]["WhatId"]),
        (&json!(ADA), &json!("500000000000002AAA")),
        "{plan}"
    );
    let plan = planned(&client, call("+49 30 23125 101"), &with("opportunity"), Org::default()).await;
    assert_eq!(
        (&plan["task"]["WhoId"], &plan["task"]["WhatId"]),
        (&json!(EMIL), &json!("006000000000001AAA")),
        "{plan}"
    );

    let task = plan["task"].clone();
    let id = client.create("Task", task).await;
    let again = planned(&client, call("+49 30 23125 101"), &with("opportunity"), Org::default()).await;
    assert_ne!(again["action"], "create", "{again}");
    assert_eq!(client.task(&id).await["Call_Id__c"], "aircall:780836754");
}

#[tokio::test]
async fn person_accounts_are_queried_if_the_org_has_them() {
    let seed = r#"{"person_accounts": true, "records": {"Account": [
        {"Id": "001000000000009AAA", "LastName": "Solo", "IsPersonAccount": true, "PersonMobilePhone": "+33 1 99 00 77 77"}]}}"#;
    let client = Client::of(Seed::from_json(seed).unwrap()).await;
    assert_eq!(client.found("SELECT Name FROM Contact WHERE IsPersonAccount = true").await, ["Solo"]);
    let org = Org { person_accounts: true };
    let plan = planned(&client, call("+33 1 99 00 77 77"), r#"{"admin": "005000000000001AAA"}"#, org).await;
    assert_eq!(plan["task"]["WhatId"], "001000000000009AAA", "{plan}");
    let id = client.create("Task", plan["task"].clone()).await;
    assert_eq!(client.task(&id).await["WhatId"], "001000000000009AAA");
}

/// Returns an org in which one Contact has the phone field.
async fn org_with(phone: &str) -> Client {
    let contact = json!({"Id": ADA, "LastName": "Lovelace", "Phone": phone});
    let other = json!({"Id": EMIL, "LastName": "Kranz", "Phone": "+49 30 23125101"});
    Client::of(Seed::from_json(&json!({"records": {"Contact": [contact, other]}}).to_string()).unwrap()).await
}

/// Returns the reason for the record of a call, and the record.
async fn record_of(phone: &str, caller: &str, country: Value) -> (Value, Value) {
    let client = org_with(phone).await;
    let mut call = call(caller);
    call["number"]["country"] = country;
    let settings = r#"{"admin": "005000000000001AAA", "unknown_number": "create_contact"}"#;
    let plan = planned(&client, call, settings, Org::default()).await;
    (plan["because"]["record"].clone(), plan["task"]["WhoId"].clone())
}

#[tokio::test]
async fn every_number_in_a_phone_field_is_found() {
    let cases = [
        // Words.
        ("212-555-0123 (Axel)", "+1 212-555-0123", json!("US")),
        ("mobile (212) 555-0123, home 2", "+1 212-555-0123", json!("US")),
        ("212-555-0123 моб", "+1 212-555-0123", json!("US")),
        // Several numbers.
        ("212-555-0123 / 212-555-0199", "+1 212-555-0123", json!("US")),
        ("646-555-0199; 212-555-0123 (home), x 7", "+1 212-555-0123", json!("US")),
        ("+44 20 7946 0123 +1 212 555 0123", "+1 212-555-0123", json!("US")),
        // The national number of the caller's own country, and of the country of the call's number.
        ("01 99 00 12 34", "+33 1 99 00 12 34", json!("GB")),
        ("01.99.00.12.34 (Ada)", "+33 1 99 00 12 34", json!("GB")),
        ("00 33 1 99 00 12 34 & 020 7946 0123", "+33 1 99 00 12 34", json!("GB")),
        ("(416) 555-0123", "+1 416-555-0123", Value::Null),
        // One number with slashes, with an extension, and with letters.
        ("030/23 125 000 (Büro)", "+49 30 23125000", json!("DE")),
        ("1-212-555-0123 x204", "+1 212-555-0123", json!("US")),
        ("1-555-EXAMPLE", "+1 555-392-6753", json!("US")),
        ("030 23125001, call 1-555-EXAMPLE; free", "+1 555-392-6753", json!("US")),
    ];
    for (phone, caller, country) in cases {
        assert_eq!(record_of(phone, caller, country).await, (json!("first_match"), json!(ADA)), "{phone}");
    }
}

#[tokio::test]
async fn no_other_number_in_a_phone_field_is_found() {
    let cases = [
        ("212-555-0199 / 646-555-0123", "+1 212-555-0123", json!("US")),
        ("212-555-0199 212-555-0123", "+1 212-555-0123", json!("US")),
        ("011 33 1 99 00 12 34", "+33 1 99 00 12 34", json!("GB")),
    ];
    for (phone, caller, country) in cases {
        assert_eq!(record_of(phone, caller, country).await.0, "created", "{phone}");
    }
}

#[tokio::test]
async fn generated_contacts_are_found_by_their_numbers() {
    let client = Client::of(Seed::default().with_contacts(300)).await;
    for n in [0, 1, 2, 299] {
        let found = found(&client, &format!("19900{n:04}")).await;
        assert_eq!(found, [format!("Customer {n:05}")]);
    }
}

#[tokio::test]
async fn people_of_one_number_lead_to_their_account_and_the_agent() {
    let seed = r#"{"records": {
        "User": [
            {"Id": "005000000000001AAA", "LastName": "Admin", "Email": "admin@example.com"},
            {"Id": "005000000000002AAA", "LastName": "Weber", "Email": "Jonas.Weber@example.com.invalid", "CreatedDate": "2025-01-01T00:00:00Z"},
            {"Id": "005000000000003AAA", "LastName": "Guest", "Email": "guest@example.com", "UserType": "Guest"}],
        "Account": [{"Id": "001000000000001AAA", "Name": "Acme"}],
        "Contact": [
            {"Id": "003000000000001AAA", "LastName": "One", "Phone": "+33 1 99 00 12 34", "AccountId": "001000000000001AAA"},
            {"Id": "003000000000002AAA", "LastName": "Two", "Phone": "+33199001234", "AccountId": "001000000000001AAA", "OwnerId": "005000000000002AAA"}]}}"#;
    let client = Client::of(Seed::from_json(seed).unwrap()).await;
    assert_eq!(client.found("SELECT UserType FROM User ORDER BY Id").await, ["Standard", "Standard", "Guest"]);

    let settings = |choice: &str| {
        format!(
            r#"{{"admin": "005000000000001AAA", "shared_number": ["{choice}"], "extra_fields": {{"Priority": "High"}}}}"#
        )
    };
    let mut call = call("+33 1 99 00 12 34");
    call["answered_at"] = json!(1_772_457_510);
    let plan = planned(&client, call.clone(), &settings("account"), Org::default()).await;
    assert_eq!(plan["because"]["record"], "shared_account", "{plan}");
    assert_eq!(plan["task"]["Subject"], "Inbound call from Acme on Support");
    let id = client.create("Task", plan["task"].clone()).await;
    let task = client.task(&id).await;
    assert_eq!((&task["WhatId"], &task["Priority"]), (&json!("001000000000001AAA"), &json!("High")));

    // The sandbox appended to the agent's address.
    let plan = planned(&client, call, &settings("agents_own"), Org::default()).await;
    assert_eq!(plan["because"]["record"], "agents_own", "{plan}");
    assert_eq!(
        (&plan["task"]["WhoId"], &plan["task"]["OwnerId"]),
        (&json!("003000000000002AAA"), &json!("005000000000002AAA"))
    );
}
