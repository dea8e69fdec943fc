//! Tests mutated statements and bodies: the stand-in responds to each, or rejects it as Salesforce
//! does.

use serde_json::json;

use crate::client::{Client, composite, subrequests};

/// The replacements of each character.
const REPLACEMENTS: [&str; 12] = ["", "'", "\"", "\\", "(", "}", "@{", ".", "%", "é", "\n", " OR "];

/// Returns every prefix of a text, and the text with each character replaced.
fn mutations(text: &str) -> Vec<String> {
    let ends = text.char_indices().map(|(at, _)| text[..at].to_owned());
    let replaced = text.char_indices().flat_map(|(at, character)| {
        let after = &text[at + character.len_utf8()..];
        REPLACEMENTS.map(|replacement| format!("{}{replacement}{after}", &text[..at]))
    });
    ends.chain(replaced).collect()
}

#[tokio::test]
async fn statements() {
    let client = Client::new().await;
    let query = r"SELECT Id, Owner.Name FROM Task WHERE (Subject LIKE 'a\_%' OR NOT CallDurationInSeconds IN (1, -2.5)) AND CreatedDate > 2026-03-01T12:00:00Z ORDER BY Id DESC NULLS LAST LIMIT 5 OFFSET 1";
    let search = r#"FIND {(ada* OR "\+33 1") AND NOT kranz} IN ALL FIELDS RETURNING Contact(Id WHERE Name != null LIMIT 2), Account LIMIT 3"#;
    for (resource, statement) in [("query", query), ("search", search)] {
        assert_eq!(client.ask(resource, statement).await.0, 200, "{statement}");
        for mutated in mutations(statement) {
            let (status, response) = client.ask(resource, &mutated).await;
            assert!(
                status == 200 || (status == 400 && response[0]["errorCode"].is_string()),
                "{mutated}: {status} {response}"
            );
        }
    }
}

#[tokio::test]
async fn bodies() {
    let client = Client::new().await;
    let parts = [
        ("POST", "sobjects/Contact", "a", json!({"LastName": "x"})),
        ("GET", "sobjects/Contact/@{a.id}", "b", json!(null)),
    ];
    let graphs = json!({"graphs": [{"graphId": "g", "compositeRequest": subrequests(&parts)}]});
    for (resource, body) in [("composite", composite(&parts)), ("composite/graph", graphs)] {
        let address = format!("{}/{resource}", crate::client::DATA);
        for mutated in mutations(&body.to_string()) {
            let (status, response) = client.raw("POST", &address, &mutated).await;
            assert!(
                status == 200 || (status == 400 && response[0]["errorCode"].is_string()),
                "{mutated}: {status} {response}"
            );
        }
    }
}
