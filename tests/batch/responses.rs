//! Tests responses that are incomplete or unreadable, and bodies that are no responses of
//! Salesforce.

use aircall_salesforce::request::{Batch, Checkpoint, Fate, Org, Remedy};
use serde_json::{Value, json};

use crate::salesforce::{Response, Salesforce};
use crate::{
    ADMIN, CONTACT, OWNER, TASK, answered, case, contact, failure, id, missed, missed_calls, number, requested, run,
    settings, user, writes,
};

fn contact_id(n: usize) -> String {
    id(&format!("003{n:012}")).to_string()
}

#[test]
fn further_pages_are_asked_for() {
    let task = |n: usize| {
        let id = id(&format!("00T{n:012}")).to_string();
        ("Task", json!({"Id": id, "CallObject": format!("aircall:{n}"), "WhoId": null}))
    };
    let mut salesforce = Salesforce::new((0..5).map(task));
    salesforce.page = 2;
    let calls = missed_calls(0..5);
    let outcomes = run(&mut salesforce, settings(json!({"call_id_field": "CallObject"})), &calls);
    let pages = ["query/page-0", "query/page-1"];
    assert_eq!(salesforce.queries()[2..4], pages);
    for (n, outcome) in outcomes.iter().enumerate() {
        assert_eq!((&outcome.fate, outcome.checkpoint.task), (&Fate::Done, Some(id(&format!("00T{n:012}")))));
    }
    assert_eq!(salesforce.all("Task").len(), 5);
}

#[test]
fn pages_that_do_not_end_are_temporary() {
    // Neither page can be continued: one does not say where, the other has no rows.
    for rest in [json!({}), json!({"nextRecordsUrl": "/services/data/v67.0/query/page-0"})] {
        let page = crate::with(json!({"done": false, "records": []}), rest);
        let body = json!({"compositeResponse": [{"httpStatusCode": 200, "body": page}]}).to_string();
        let mut salesforce = Salesforce::new([]);
        salesforce.respond = Box::new(move |sent| match sent.name.as_str() {
            "POST composite" => Response::Refused(200, body.clone()),
            _ => Response::CarriedOut,
        });
        let calls = missed_calls(0..2);
        let outcomes = run(&mut salesforce, settings(json!({"call_id_field": "CallObject"})), &calls);
        assert_eq!(requested(&salesforce), ["GET search", "POST composite"]);
        for outcome in &outcomes {
            let error = "status 200, unreadable: `done` is false where rows and `nextRecordsUrl` were expected";
            let failure = failure(outcome);
            assert_eq!(failure.to_string().split(" at line ").next(), Some(error));
            assert_eq!(failure.remedy(), Remedy::TryAgain);
        }
    }
}

#[test]
fn a_full_search_is_asked_again_in_halves() {
    // The first number fills the search, so it says nothing about the others.
    let first = (0..666).map(|n| contact(&contact_id(n), "Busy", "01 99 00 00 00", ADMIN));
    let rest = (1..4).map(|n| contact(&contact_id(1_000 + n), "Ada", &format!("01 99 00 00 0{n}"), ADMIN));
    let mut rows: Vec<_> = first.chain(rest).collect();
    // `contact` borrows its texts.
    let mut salesforce = Salesforce::new(rows.drain(..));
    let calls = missed_calls(0..4);
    run(&mut salesforce, settings(json!({})), &calls);
    let numbers = |query: &&str| query.matches(r"\+331990000").count();
    let searches: Vec<_> = salesforce.queries().into_iter().filter(|query| query.starts_with("FIND")).collect();
    // Four, their halves, and the halves of the half with the busy number. A full search for one
    // number is complete: the call needs one record.
    assert_eq!(searches.iter().map(numbers).collect::<Vec<_>>(), [4, 2, 2, 1, 1]);
    let who: Vec<_> = salesforce.all("Task").iter().map(|task| task["WhoId"].clone()).collect();
    assert_eq!(who, [contact_id(0), contact_id(1_001), contact_id(1_002), contact_id(1_003)]);
}

#[test]
fn a_full_query_is_asked_again_in_halves() {
    let people = (0..3).map(|n| contact(&contact_id(n), "Ada", &format!("01 99 00 00 0{n}"), ADMIN));
    let case_id = |n: usize| id(&format!("500{n:012}")).to_string();
    let busy = (0..2_000).map(|n| case(&case_id(n), &contact_id(0)));
    let rows = people.chain(busy).chain([case(&case_id(5_000), &contact_id(2))]);
    let mut salesforce = Salesforce::new(rows);
    let calls = missed_calls(0..3);
    run(&mut salesforce, settings(json!({"relate_to": "case"})), &calls);
    let queries: Vec<_> = salesforce.queries().into_iter().filter(|query| query.contains(" FROM Case ")).collect();
    let contacts = |query: &&str| query.matches("'003").count();
    assert_eq!(queries.iter().map(contacts).collect::<Vec<_>>(), [3, 1, 2]);
    // Of one Contact, the first case is enough.
    assert!(queries[1].ends_with(" LIMIT 1") && queries[2].ends_with(" LIMIT 2000"), "{queries:?}");
    let what: Vec<_> = salesforce.all("Task").iter().map(|task| task.get("WhatId").cloned()).collect();
    assert_eq!(what, [Some(json!(case_id(0))), None, Some(json!(case_id(5_000)))]);
}

#[test]
fn an_unreadable_row_costs_only_the_call_that_asked_for_it() {
    let task = |n: u64, row: Value| ("Task", crate::with(json!({"CallObject": format!("aircall:{n}")}), row));
    let mut salesforce = Salesforce::new([task(2, json!({"Id": "003"})), task(3, json!({"Id": TASK}))]);
    let calls = missed_calls(1..5);
    let outcomes = run(&mut salesforce, settings(json!({"call_id_field": "CallObject"})), &calls);
    let fates: Vec<_> = outcomes.iter().map(|outcome| outcome.fate == Fate::Done).collect();
    assert_eq!(fates, [true, false, true, true]);
    let failure = failure(&outcomes[1]);
    assert_eq!(
        failure.to_string().split(" at line ").next().unwrap(),
        "status 200, unreadable: `records[0]`: an id has 15 or 18 characters, this has 3"
    );
    assert_eq!(failure.remedy(), Remedy::TryAgain);
    // The calls without a Task got one.
    assert_eq!(salesforce.all("Task").len(), 4);
}

#[test]
fn ids_of_other_objects_are_not_used() {
    let call = || answered(7, "nora@example.com", json!({}));
    let user = |id: &str| user(id, "nora@example.com");
    for row in [
        contact("00T000000000001EAA", "Ada", "0199001234", ADMIN),
        contact(CONTACT, "Ada", "0199001234", CONTACT),
        user(CONTACT),
        ("Task", json!({"Id": CONTACT, "CallObject": "aircall:7"})),
    ] {
        let mut salesforce = Salesforce::new([row]);
        let outcomes = run(&mut salesforce, settings(json!({"call_id_field": "CallObject"})), &[call()]);
        let error = failure(&outcomes[0]).to_string();
        assert!(error.contains("an id of another object where"), "{error}");
        assert!(!error.contains(&CONTACT[3..]) && !error.contains("00T0"), "{error}");
        assert!(salesforce.sent.iter().all(|sent| !writes(sent)));
    }
}

#[test]
fn a_body_that_is_no_response_of_salesforce_is_temporary() {
    for (body, error) in [
        ("<html>", "status 200, unreadable: not JSON: expected value at line 1 column 1"),
        ("[]", "status 200, unreadable: a list where an object was expected at line 1 column 0"),
        (
            r#"{"searchRecords": [{"attributes": {"type": "Contact"}, "Id": "003"}]}"#,
            "status 200, unreadable: `searchRecords[0].Id`: an id has 15 or 18 characters, this has 3 at line 1 column 66",
        ),
    ] {
        let mut salesforce = Salesforce::new([]);
        salesforce.respond = Box::new(|_| Response::Refused(200, body.to_owned()));
        let outcomes = run(&mut salesforce, settings(json!({})), &[missed(7, json!({}))]);
        assert_eq!(
            (failure(&outcomes[0]).to_string().as_str(), failure(&outcomes[0]).remedy()),
            (error, Remedy::TryAgain)
        );
    }
}

#[test]
fn a_request_with_an_unreadable_response_is_not_split() {
    for body in ["<html>", "[]", r#"{"compositeResponse": []}"#, r#"{"searchRecords": null}"#] {
        let mut salesforce = Salesforce::new([]);
        salesforce.respond = Box::new(|_| Response::Refused(200, body.to_owned()));
        let calls: Vec<_> = (0..4).map(|n| answered(n as u64, "nora@example.com", number(n))).collect();
        let outcomes = run(&mut salesforce, settings(json!({"call_id_field": "CallObject"})), &calls);
        assert_eq!(requested(&salesforce), ["GET search"], "{body}");
        assert!(outcomes.iter().all(|outcome| failure(outcome).remedy() == Remedy::TryAgain));
    }
}

#[test]
fn a_query_that_fails_costs_only_the_calls_that_asked_it() {
    let rows = [contact(CONTACT, "Ada", "01 99 00 00 01", OWNER)];
    let mut salesforce = Salesforce::new(rows);
    // The owner is asked for in a request of its own.
    salesforce.respond = Box::new(|sent| match sent.queries.first() {
        Some(query) if query.contains(OWNER) => {
            Response::Refused(503, r#"[{"errorCode": "SERVER_UNAVAILABLE", "message": ""}]"#.to_owned())
        }
        _ => Response::CarriedOut,
    });
    let calls = missed_calls(1..3);
    let outcomes = run(&mut salesforce, settings(json!({})), &calls);
    assert_eq!(failure(&outcomes[0]).to_string(), "status 503, `SERVER_UNAVAILABLE`");
    assert_eq!((&outcomes[1].fate, salesforce.all("Task").len()), (&Fate::Done, 1));
}

#[test]
fn a_part_of_a_composite_request_has_a_status_of_its_own() {
    let settings = settings(json!({"call_id_field": "CallObject"}));
    let mut batch = Batch::new(settings, Org::default());
    batch.add(answered(7, "nora@example.com", json!({"raw_digits": "anonymous"})), Checkpoint::default());
    batch.add(missed(8, json!({"raw_digits": "anonymous"})), Checkpoint::default());
    let requests = batch.requests();
    let refused = json!([{"errorCode": "INVALID_FIELD", "message": "No such column 'UserType' on entity 'User'."}]);
    let parts = json!({"compositeResponse": [
        {"httpStatusCode": 400, "body": refused}, {"httpStatusCode": 200, "body": {"done": true, "records": []}}]});
    batch.answer(&requests[0], 200, &parts.to_string());
    let mut salesforce = Salesforce::new([]);
    salesforce.run(&mut batch);
    let (outcomes, _) = batch.into_outcomes();
    assert_eq!(failure(&outcomes[0]).to_string(), "status 400, `INVALID_FIELD` of `UserType`");
    assert_eq!((&outcomes[1].fate, requested(&salesforce)), (&Fate::Done, vec!["POST composite/sobjects"]));
}

#[test]
fn a_lost_query_fails_its_calls_and_writes_nothing_of_them() {
    let mut salesforce = Salesforce::new([]);
    salesforce.respond = Box::new(|_| Response::LostBefore);
    let outcomes = run(&mut salesforce, settings(json!({})), &[missed(7, json!({}))]);
    let failure = failure(&outcomes[0]);
    assert_eq!((failure.to_string().as_str(), failure.remedy()), ("no response", Remedy::TryAgain));
    assert_eq!((salesforce.sent.len(), &outcomes[0].checkpoint), (1, &Checkpoint::default()));
}

#[test]
fn a_response_counts_once_and_only_for_its_own_request() {
    let mut batch = Batch::new(settings(json!({})), Org::default());
    batch.add(missed(7, json!({})), Checkpoint::default());
    let search = batch.requests().remove(0);
    batch.answer(&search, 200, r#"{"searchRecords": []}"#);
    batch.answer(&search, 503, "");
    let create = batch.requests().remove(0);
    // A late response to an earlier request is not the response to this one.
    batch.answer(&search, 503, "");
    batch.answer(&create, 200, &json!([{"id": TASK, "success": true, "errors": []}]).to_string());
    assert_eq!(batch.requests(), []);
    assert_eq!(batch.into_outcomes().0[0].checkpoint.task, Some(id(TASK)));
}
