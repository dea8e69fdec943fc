//! Tests what a batch writes, and how it reads the responses.

use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::request::{Batch, Checkpoint, Created, Fate, Org, Outcome, Remedy};
use serde_json::{Value, json};

use crate::salesforce::{Response, Salesforce, Sent, error};
use crate::{
    ADMIN, AGENT, CONTACT, TASK, answered, contact, failure, id, missed, missed_calls, number, requested, run,
    run_from, settings, user, with, with_task, writes,
};

fn task() -> Value {
    json!({"Subject": "Missed call from +33 1 99 00 12 34 on Support", "Status": "Completed", "TaskSubtype": "Call",
        "CallType": "Inbound", "CallDisposition": "['aircall', 'inbound', 'unanswered_call']", "CallDurationInSeconds": 0,
        "ActivityDate": "2026-03-02"})
}

fn created(task: Option<&str>, record: Option<&str>, case: Option<&str>) -> Created {
    let mut created = Created::default();
    (created.task, created.record, created.case) = (task.map(id), record.map(id), case.map(id));
    created
}

fn with_case() -> Value {
    json!({"unknown_number": "create_contact", "relate_to": "case_or_create"})
}

/// Returns the requests that can change records.
fn written(salesforce: &Salesforce) -> Vec<&Sent> {
    salesforce.sent.iter().filter(|sent| writes(sent)).collect()
}

/// Responds to requests that write with this body, and carries nothing out.
fn respond_to_writes(salesforce: &mut Salesforce, body: String) {
    salesforce.respond =
        Box::new(move |sent| if writes(sent) { Response::Refused(200, body.clone()) } else { Response::CarriedOut });
}

/// Returns how many records or graphs each of the requests has.
fn sizes(salesforce: &Salesforce) -> Vec<usize> {
    let size = |sent: &Sent| sent.records().len() + sent.body["graphs"].as_array().map_or(0, Vec::len);
    written(salesforce).into_iter().map(size).collect()
}

/// Returns the error of a record, which needs a person.
fn refused() -> Value {
    json!({"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "No", "fields": ["Subject"]})
}

fn is_done(outcomes: &[Outcome]) -> Vec<bool> {
    outcomes.iter().map(|outcome| outcome.fate == Fate::Done).collect()
}

#[test]
fn a_task_is_created() {
    let mut salesforce = Salesforce::new([]);
    let outcomes = run(&mut salesforce, settings(json!({})), &[missed(7, json!({}))]);
    assert_eq!(requested(&salesforce), ["GET search", "POST composite/sobjects"]);
    let attributes = json!({"attributes": {"type": "Task"}});
    assert_eq!(salesforce.sent[1].body, json!({"allOrNone": false, "records": [with(task(), attributes)]}));
    let [outcome] = outcomes.as_slice() else { panic!() };
    let new = salesforce.all("Task")[0]["Id"].as_str().unwrap();
    assert_eq!((&outcome.key, &outcome.fate), (&TaskKey::Call(7), &Fate::Done));
    assert_eq!((outcome.created, outcome.checkpoint.task), (created(Some(new), None, None), Some(id(new))));
    // What the plan wrote is what the next update compares with (UPD-6).
    let wrote = outcome.checkpoint.wrote.as_ref().unwrap();
    assert_eq!((&wrote["Subject"], &wrote["Description"]), (&task()["Subject"], &Value::Null));
    assert_eq!((&outcome.checkpoint.sent, outcome.checkpoint.owed), (&None, None));
}

#[test]
fn a_task_is_updated_and_an_equal_one_left_alone() {
    let log = |subject: &str| {
        let fields = with(task(), json!({"Id": TASK, "Subject": subject}));
        let mut salesforce = Salesforce::new([("Task", fields)]);
        let outcome =
            run_from(&mut salesforce, settings(json!({})), vec![(missed(7, json!({})), with_task())]).remove(0);
        assert_eq!(
            (&outcome.fate, outcome.created, outcome.checkpoint.task),
            (&Fate::Done, Created::default(), Some(id(TASK)))
        );
        assert!(outcome.checkpoint.wrote.is_some());
        salesforce
    };
    let salesforce = log("Missed call from +33 1 99 00 12 34");
    // The Task is on no record, so the call has the number for a name (UPD-5).
    assert_eq!(requested(&salesforce), ["POST composite", "PATCH composite/sobjects"]);
    let record = json!({"attributes": {"type": "Task"}, "id": TASK, "Subject": task()["Subject"]});
    assert_eq!(salesforce.sent[1].body, json!({"allOrNone": false, "records": [record]}));
    assert_eq!(requested(&log("Missed call from +33 1 99 00 12 34 on Support")), ["POST composite"]);
}

#[test]
fn what_is_made_together_goes_together() {
    let mut salesforce = Salesforce::new([]);
    let outcomes = run(&mut salesforce, settings(with_case()), &[missed(7, json!({}))]);
    assert_eq!(requested(&salesforce), ["GET search", "POST composite/graph"]);
    let subject = "Missed call from +33 1 99 00 12 34 on Support";
    assert_eq!(
        salesforce.sent[1].body,
        json!({"graphs": [{"graphId": "0", "compositeRequest": [
            {"method": "POST", "url": "/services/data/v67.0/sobjects/Contact", "referenceId": "record",
                "body": {"LastName": "+33 1 99 00 12 34", "Phone": "+33199001234", "OwnerId": ADMIN}},
            {"method": "POST", "url": "/services/data/v67.0/sobjects/Case", "referenceId": "case",
                "body": {"ContactId": "@{record.id}", "Origin": "Phone", "Subject": subject, "OwnerId": ADMIN}},
            {"method": "POST", "url": "/services/data/v67.0/sobjects/Task", "referenceId": "task",
                "body": with(task(), json!({"OwnerId": ADMIN, "WhoId": "@{record.id}", "WhatId": "@{case.id}"}))},
        ]}]})
    );
    let id_of = |object| salesforce.all(object)[0]["Id"].as_str().unwrap();
    assert_eq!(outcomes[0].created, created(Some(id_of("Task")), Some(id_of("Contact")), Some(id_of("Case"))));
    let made = outcomes[0].made.as_ref().unwrap();
    assert_eq!((made.id, made.name.as_str()), (id(id_of("Contact")), "+33 1 99 00 12 34"));
    assert_eq!((made.owner, made.phones.as_slice()), (Some(id(ADMIN)), &["+33199001234".to_owned()][..]));
}

#[test]
fn a_text_that_looks_like_a_reference_follows_by_itself() {
    let call = missed(
        7,
        json!({"contact": {"first_name": "A", "last_name": "@{record.id}"},
            "comments": [{"id": 1, "content": "@{a} $& @{", "posted_at": 1_772_457_530}]}),
    );
    let mut salesforce = Salesforce::new([]);
    let outcomes = run(&mut salesforce, settings(with_case()), &[call]);
    assert_eq!(requested(&salesforce), ["GET search", "POST composite/graph", "PATCH composite/sobjects"]);
    let parts = &salesforce.sent[1].body["graphs"][0]["compositeRequest"];
    assert_eq!(parts[0]["body"]["LastName"], "@(record.id}");
    assert_eq!(parts[1]["body"]["ContactId"], "@{record.id}");
    assert_eq!(parts[1]["body"]["Subject"], "Missed call from A @(record.id} on Support");
    assert_eq!(parts[2]["body"]["WhoId"], "@{record.id}");
    let description = parts[2]["body"]["Description"].as_str().unwrap();
    assert!(description.ends_with("\n@(a} $& @("), "{description:?}");

    // The true texts of all three, and nothing else, share a request.
    let sizes: Vec<_> = salesforce.sent[2].records().iter().map(|record| record.as_object().unwrap().len()).collect();
    assert_eq!(sizes, [3, 3, 4]);
    let subject = "Missed call from A @{record.id} on Support";
    assert_eq!(salesforce.all("Contact")[0]["LastName"], "@{record.id}");
    assert_eq!(salesforce.all("Case")[0]["Subject"], subject);
    let task = salesforce.all("Task")[0];
    assert_eq!(task["Subject"], subject);
    assert!(task["Description"].as_str().unwrap().ends_with("\n@{a} $& @{"));
    let wrote = outcomes[0].checkpoint.wrote.as_ref().unwrap();
    assert_eq!((&outcomes[0].fate, &wrote["Subject"]), (&Fate::Done, &json!(subject)));
}

#[test]
fn a_collection_carries_any_text() {
    let call = missed(7, json!({"comments": [{"id": 1, "content": "@{a}", "posted_at": 1_772_457_530}]}));
    let mut salesforce = Salesforce::new([]);
    run(&mut salesforce, settings(json!({})), &[call]);
    assert_eq!(requested(&salesforce), ["GET search", "POST composite/sobjects"]);
    assert!(salesforce.all("Task")[0]["Description"].as_str().unwrap().ends_with("\n@{a}"));
}

#[test]
fn collections_have_two_hundred_records_and_requests_seventy_five_graphs() {
    let withheld = |n| missed(n, json!({"raw_digits": "anonymous"}));
    let mut salesforce = Salesforce::new([]);
    let outcomes = run(&mut salesforce, settings(json!({})), &(0..201).map(withheld).collect::<Vec<_>>());
    assert_eq!(sizes(&salesforce), [200, 1]);
    assert_eq!(salesforce.all("Task").len(), 201);
    // Each call has the Task of its own.
    let ids: Vec<_> = salesforce.all("Task").iter().map(|task| id(task["Id"].as_str().unwrap())).collect();
    assert_eq!(outcomes.iter().filter_map(|outcome| outcome.checkpoint.task).collect::<Vec<_>>(), ids);

    let calls = missed_calls(0..76);
    let mut salesforce = Salesforce::new([]);
    run(&mut salesforce, settings(with_case()), &calls);
    assert_eq!(sizes(&salesforce), [75, 1]);
    assert_eq!(["Contact", "Case", "Task"].map(|object| salesforce.all(object).len()), [76; 3]);
}

#[test]
fn creates_updates_and_graphs_go_at_the_same_time() {
    let fields = json!({"Id": TASK, "Subject": "Old"});
    let mut salesforce = Salesforce::new([("Task", fields)]);
    let checkpoint = with_task();
    let mut batch = Batch::new(settings(json!({"unknown_number": "create_contact"})), Org::default());
    batch.add(missed(1, json!({})), Checkpoint::default());
    batch.add(missed(2, json!({"raw_digits": "anonymous"})), Checkpoint::default());
    batch.add(missed(3, json!({})), checkpoint);
    // The search, then everything else that is asked.
    for _ in 0..2 {
        for request in batch.requests() {
            let (status, body) = salesforce.send(&request).unwrap();
            batch.answer(&request, status, &body);
        }
        assert_eq!(batch.sending().count(), 0);
    }
    let mut paths: Vec<_> =
        batch.requests().into_iter().map(|request| (request.method.as_str(), request.path)).collect();
    paths.sort();
    let path = |resource: &str| format!("/services/data/v67.0/composite/{resource}");
    assert_eq!(paths, [("PATCH", path("sobjects")), ("POST", path("graph")), ("POST", path("sobjects"))]);
    // All Tasks of the round are named before they are sent.
    let mut sending: Vec<_> = batch.sending().map(|(key, checkpoint)| (key.clone(), checkpoint.task)).collect();
    sending.sort_unstable();
    assert_eq!(sending, [(TaskKey::Call(1), None), (TaskKey::Call(2), None), (TaskKey::Call(3), Some(id(TASK)))]);
    let subject = |call| {
        let (_, checkpoint) = batch.sending().find(|(key, _)| **key == TaskKey::Call(call)).unwrap();
        checkpoint.sent.unwrap()["Subject"].clone()
    };
    assert_eq!(subject(1), task()["Subject"]);
    assert_eq!(subject(2), "Missed call from Unknown on Support");
}

#[test]
fn a_failed_record_or_graph_touches_no_other() {
    let calls: Vec<_> =
        (0..5).map(|n| missed(n as u64, with(number(n), json!({"number": {"name": format!("L{n}")}})))).collect();
    let is_second = |fields: &serde_json::Map<String, Value>| {
        fields.get("Subject").and_then(Value::as_str).is_some_and(|subject| subject.ends_with("L1"))
    };
    for more in [json!({}), json!({"unknown_number": "create_contact"})] {
        let mut salesforce = Salesforce::new([]);
        salesforce.refuse = Box::new(move |object, fields| (object == "Task" && is_second(fields)).then(refused));
        let outcomes = run(&mut salesforce, settings(more), &calls);
        assert_eq!(is_done(&outcomes), [true, false, true, true, true]);
        assert_eq!((written(&salesforce).len(), salesforce.all("Task").len()), (1, 4));
        let failure = failure(&outcomes[1]);
        assert!(failure.to_string().ends_with("`FIELD_CUSTOM_VALIDATION_EXCEPTION` of `Subject`"), "{failure}");
        assert!(failure.is_refusal());
        assert_eq!((failure.remedy(), failure.message()), (Remedy::Settings, Some("No")));
        assert_eq!((&outcomes[1].checkpoint, outcomes[1].created), (&Checkpoint::default(), Created::default()));
    }
}

#[test]
fn graphs_that_others_halted_are_sent_again() {
    let calls = missed_calls(0..20);
    let mut salesforce = Salesforce::new([]);
    // The first 16 calls fail, of which Salesforce tries 15.
    salesforce.refuse = Box::new(|object, fields| {
        let phone = fields.get("Phone").and_then(Value::as_str).unwrap_or_default();
        (object == "Contact" && phone < "+33199000016").then(refused)
    });
    let outcomes = run(&mut salesforce, settings(json!({"unknown_number": "create_contact"})), &calls);
    assert_eq!(sizes(&salesforce), [20, 5]);
    let failed: Vec<_> =
        outcomes.iter().filter(|outcome| outcome.fate != Fate::Done).map(|outcome| outcome.key.clone()).collect();
    assert_eq!(failed, (0..16).map(TaskKey::Call).collect::<Vec<_>>());
    assert!(outcomes[..16].iter().all(|outcome| failure(outcome).remedy() == Remedy::Settings));
    assert_eq!(salesforce.all("Task").len(), 4);
}

#[test]
fn graphs_that_are_all_halted_fail() {
    let mut salesforce = Salesforce::new([]);
    let halted = json!([error("PROCESSING_HALTED", "")]);
    let parts = ["record", "task"].map(|part| json!({"httpStatusCode": 400, "body": halted, "referenceId": part}));
    let graph = json!({"graphResponse": {"compositeResponse": parts}});
    respond_to_writes(&mut salesforce, json!({"graphs": [graph, graph]}).to_string());
    let calls = [missed(1, number(1)), missed(2, number(2))];
    let outcomes = run(&mut salesforce, settings(json!({"unknown_number": "create_contact"})), &calls);
    assert_eq!(written(&salesforce).len(), 1);
    assert_eq!(outcomes.iter().map(|outcome| failure(outcome).remedy()).collect::<Vec<_>>(), [Remedy::TryAgain; 2]);
}

#[test]
fn records_that_together_exceed_a_triggers_limit_are_sent_in_halves() {
    let calls = missed_calls(0..5);
    for more in [json!({}), json!({"unknown_number": "create_contact"})] {
        let mut salesforce = Salesforce::new([]);
        salesforce.trigger_limit = 1;
        let outcomes = run(&mut salesforce, settings(more.clone()), &calls);
        assert_eq!(is_done(&outcomes), [true; 5]);
        assert_eq!(sizes(&salesforce), [5, 2, 3, 1, 1, 1, 2, 1, 1]);
        assert_eq!(salesforce.all("Task").len(), 5);

        // One that exceeds it alone fails.
        let mut salesforce = Salesforce::new([]);
        salesforce.trigger_limit = 0;
        let outcomes = run(&mut salesforce, settings(more), &calls[..2]);
        assert_eq!((is_done(&outcomes), sizes(&salesforce)), (vec![false; 2], vec![2, 1, 1]));
        assert_eq!(failure(&outcomes[0]).remedy(), Remedy::Settings);
    }
}

#[test]
fn a_collection_that_salesforce_cannot_read_is_sent_in_halves() {
    let calls: Vec<_> = (0..4).map(|n| missed(n, json!({"raw_digits": "anonymous"}))).collect();
    let log = |status: u16, code: &'static str| {
        let mut salesforce = Salesforce::new([]);
        salesforce.respond = Box::new(move |sent| match sent.records().len() {
            0 | 1 => Response::CarriedOut,
            _ => Response::Refused(status, json!([error(code, "")]).to_string()),
        });
        let outcomes = run(&mut salesforce, settings(json!({})), &calls);
        (sizes(&salesforce), is_done(&outcomes), salesforce.all("Task").len())
    };
    let halved = (vec![4, 2, 2, 1, 1, 1, 1], vec![true; 4], 4);
    assert_eq!(log(400, "JSON_PARSER_ERROR"), halved);
    assert_eq!(log(413, ""), halved);
    // Other failures do not depend on the number of records.
    let failed = (vec![4], vec![false; 4], 0);
    assert_eq!(log(403, "REQUEST_LIMIT_EXCEEDED"), failed);
    assert_eq!(log(401, "INVALID_SESSION_ID"), failed);
    assert_eq!(log(500, "UNKNOWN_EXCEPTION"), failed);
    assert_eq!(log(503, "SERVER_UNAVAILABLE"), failed);
    assert_eq!(log(400, "UNABLE_TO_LOCK_ROW"), failed);
}

/// Returns what becomes of one call if a request that writes is answered with a body.
fn answered_with(body: &Value, more: Value) -> Outcome {
    let mut salesforce = Salesforce::new([]);
    let body = body.as_str().map_or_else(|| body.to_string(), str::to_owned);
    respond_to_writes(&mut salesforce, body);
    run(&mut salesforce, settings(more), &[missed(7, json!({}))]).remove(0)
}

#[test]
fn a_response_without_the_id_of_a_task_says_nothing() {
    for body in [
        json!(""),
        json!("<html>"),
        json!({}),
        json!([]),
        json!([{}, {}]),
        json!([{"success": true}]),
        json!([{"success": true, "id": "003"}]),
        json!([{"success": true, "id": null}]),
        json!([{"success": true, "id": CONTACT}]),
    ] {
        let outcome = answered_with(&body, json!({}));
        let failure = failure(&outcome);
        assert_eq!(failure.to_string(), "status 200", "{body}");
        // Salesforce may have created the Task.
        assert!(!failure.is_refusal() && outcome.checkpoint.sent.is_some(), "{body}");
        assert_eq!(outcome.checkpoint.task, None);
    }
}

#[test]
fn a_record_that_does_not_succeed_has_its_own_reason() {
    let gone = json!([{"id": TASK, "success": false,
        "errors": [{"statusCode": "ENTITY_IS_DELETED", "message": "gone", "fields": []}]}]);
    assert_eq!(failure(&answered_with(&gone, json!({}))).to_string(), "status 200, `ENTITY_IS_DELETED`");
    let twice = json!([{"success": false,
        "errors": [{"statusCode": "DUPLICATE_VALUE", "message": "Ada", "fields": ["CallId__c"]}]}]);
    assert_eq!(failure(&answered_with(&twice, json!({}))).to_string(), "status 200, `DUPLICATE_VALUE` of `CallId__c`");
    assert_eq!(failure(&answered_with(&json!([{}]), json!({}))).to_string(), "status 200");
    let errors = json!([{"statusCode": "UNABLE_TO_LOCK_ROW", "message": "", "fields": []},
        {"statusCode": "STRING_TOO_LONG", "message": "", "fields": ["Subject"]}]);
    let two = answered_with(&json!([{"success": false, "errors": errors}]), json!({}));
    assert_eq!(failure(&two).to_string(), "status 200, `STRING_TOO_LONG` of `Subject`");
}

#[test]
fn of_what_is_made_together_the_gravest_reason_counts() {
    let part = |status: u16, body: &Value| json!({"body": body, "httpStatusCode": status});
    let graph = |parts: &[Value]| json!({"graphs": [{"graphResponse": {"compositeResponse": parts}}]});
    let halted = json!([error("PROCESSING_HALTED", "The transaction was rolled back")]);
    let reason = json!([{"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Ada", "fields": ["Subject"]}]);
    let locked = json!([error("UNABLE_TO_LOCK_ROW", "Ada")]);
    let of = |bodies: [&Value; 3]| {
        let outcome = answered_with(&graph(&bodies.map(|body| part(400, body))), with_case());
        assert_eq!(outcome.created, Created::default());
        let failure = failure(&outcome);
        (failure.to_string(), failure.remedy())
    };
    let validation = "status 400, `FIELD_CUSTOM_VALIDATION_EXCEPTION` of `Subject`".to_owned();
    assert_eq!(of([&halted, &reason, &halted]), (validation.clone(), Remedy::Settings));
    assert_eq!(of([&locked, &reason, &halted]), (validation, Remedy::Settings));
    assert_eq!(of([&halted, &locked, &halted]), ("status 400, `UNABLE_TO_LOCK_ROW`".to_owned(), Remedy::TryAgain));

    let new = |id: &str| part(201, &json!({"id": id, "success": true}));
    for (parts, text) in [
        (vec![new(CONTACT)], "status 200"),
        // The id of another object.
        (vec![new(TASK), new("500000000000001AAA"), new(TASK)], "status 201"),
        (vec![json!({}), new("500000000000001AAA"), new(TASK)], "no response"),
    ] {
        let outcome = answered_with(&graph(&parts), with_case());
        assert_eq!(failure(&outcome).to_string(), text);
        assert!(outcome.checkpoint.sent.is_some());
    }
    for body in [json!("not JSON"), json!({}), json!({"graphs": []}), json!({"graphs": [{}]})] {
        assert_eq!(failure(&answered_with(&body, with_case())).to_string(), "status 200");
    }
}

#[test]
fn a_new_record_is_saved_past_a_duplicate_rule_where_the_settings_say_so() {
    let headers = |duplicates: &str| {
        let mut salesforce = Salesforce::new([]);
        let more = json!({"unknown_number": "create_contact", "duplicates": duplicates});
        run(&mut salesforce, settings(more), &[missed(7, json!({}))]);
        let parts = &salesforce.sent[1].body["graphs"][0]["compositeRequest"];
        [0, 1].map(|part| parts[part].get("httpHeaders").cloned())
    };
    let saves = Some(json!({"Sforce-Duplicate-Rule-Header": "allowSave=true"}));
    assert_eq!(headers("save_anyway"), [saves.clone(), saves]);
    assert_eq!(headers("use_existing"), [None, None]);
}

#[test]
fn hand_overs_follow_their_tasks_in_a_collection() {
    let rows = (0..3).map(|n| {
        let id = format!("00300000000000{n}");
        contact(&crate::id(&id).to_string(), "Ada", &format!("01 99 00 00 0{n}"), ADMIN)
    });
    let mut salesforce = Salesforce::new(rows.chain([user(AGENT, "nora@example.com")]));
    let calls: Vec<_> = (0..3).map(|n| answered(n as u64, "nora@example.com", number(n))).collect();
    let outcomes = run(&mut salesforce, settings(json!({})), &calls);
    let requests = ["GET search", "POST composite", "POST composite/sobjects", "PATCH composite/sobjects"];
    assert_eq!(requested(&salesforce), requests);
    let record = json!({"attributes": {"type": "Contact"}, "id": "003000000000002AAA", "OwnerId": AGENT});
    assert_eq!(salesforce.sent[3].records()[2], record);
    assert!(salesforce.all("Contact").iter().all(|contact| contact["OwnerId"] == AGENT));
    assert!(outcomes.iter().all(|outcome| outcome.fate == Fate::Done && outcome.checkpoint.owed.is_none()));
}
