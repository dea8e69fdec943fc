//! Tests that calls that would create or change the same records go one after the other (also by
//! REC-10).

use aircall_salesforce::request::{Fate, Remedy};
use serde_json::{Value, json};

use crate::salesforce::{Response, Salesforce};
use crate::{
    ADMIN, AGENT, CONTACT, OWNER, answered, contact, failure, id, missed, number, plan, requested, run, settings, user,
    with,
};

fn with_case() -> Value {
    json!({"unknown_number": "create_contact", "relate_to": "case_or_create"})
}

#[test]
fn calls_from_one_new_number_make_one_contact_and_one_case() {
    let mut salesforce = Salesforce::new([]);
    let calls = [missed(1, json!({})), missed(2, number(2)), missed(3, json!({})), missed(4, json!({}))];
    let outcomes = run(&mut salesforce, settings(with_case()), &calls);
    // The first call and the one from another number are written at once. The others see what was
    // made, and need its cases only.
    let requests = ["GET search", "POST composite/graph", "POST composite", "POST composite/sobjects"];
    assert_eq!(requested(&salesforce), requests);
    assert_eq!(["Contact", "Case", "Task"].map(|object| salesforce.all(object).len()), [2, 2, 4]);
    let (contact, case) = (&salesforce.all("Contact")[0]["Id"], &salesforce.all("Case")[0]["Id"]);
    for task in [0, 2, 3].map(|task| salesforce.all("Task")[task]) {
        assert_eq!((&task["WhoId"], &task["WhatId"]), (contact, case));
    }
    // Only the call that made the record has it to hand on.
    let made: Vec<_> = outcomes.iter().map(|outcome| outcome.made.is_some()).collect();
    assert_eq!(made, [true, true, false, false]);
    assert_eq!(plan(calls[2], &outcomes[2], settings(with_case()))["because"]["record"], "first_match");
}

#[test]
fn calls_of_one_contact_make_one_case() {
    let mut salesforce = Salesforce::new([contact(CONTACT, "Ada", "01 99 00 12 34", ADMIN)]);
    let calls: Vec<_> = (0..3).map(|n| missed(n, json!({}))).collect();
    run(&mut salesforce, settings(with_case()), &calls);
    let requests = ["GET search", "POST composite", "POST composite/graph", "POST composite/sobjects"];
    assert_eq!(requested(&salesforce), requests);
    let case = &salesforce.all("Case")[0]["Id"];
    assert_eq!(salesforce.all("Case").len(), 1);
    assert!(salesforce.all("Task").iter().all(|task| task["WhatId"] == *case && task["WhoId"] == CONTACT));
}

#[test]
fn a_later_call_sees_the_owner_to_whom_a_record_was_handed_over() {
    let users = [user(AGENT, "nora@example.com"), user(OWNER, "al@example.com")];
    let mut salesforce = Salesforce::new(users.into_iter().chain([contact(CONTACT, "Ada", "0199001234", ADMIN)]));
    let calls =
        [answered(1, "nora@example.com", json!({})), answered(2, "al@example.com", json!({})), missed(3, json!({}))];
    let outcomes = run(&mut salesforce, settings(json!({})), &calls);
    assert_eq!(outcomes.iter().filter(|outcome| outcome.fate == Fate::Done).count(), 3);
    // OWN-10: only the first call's agent gets the Contact of the admin.
    let handed_over = salesforce.sent.iter().filter(|sent| sent.name == "PATCH composite/sobjects");
    assert_eq!(handed_over.count(), 1);
    assert_eq!(salesforce.all("Contact")[0]["OwnerId"], AGENT);
    // OWN-4: a missed call is the owner's.
    let owners: Vec<_> = salesforce.all("Task").iter().map(|task| task["OwnerId"].clone()).collect();
    assert_eq!(owners, [AGENT, OWNER, AGENT]);
}

#[test]
fn a_later_call_sees_that_a_new_record_was_handed_over() {
    let mut salesforce = Salesforce::new([user(AGENT, "nora@example.com")]);
    let calls = [missed(1, json!({})), answered(2, "nora@example.com", json!({})), missed(3, json!({}))];
    let outcomes = run(&mut salesforce, settings(json!({"unknown_number": "create_contact"})), &calls);
    let owners: Vec<_> = salesforce.all("Task").iter().map(|task| task["OwnerId"].clone()).collect();
    assert_eq!(owners, [ADMIN, AGENT, AGENT]);
    assert_eq!((salesforce.all("Contact").len(), &salesforce.all("Contact")[0]["OwnerId"]), (1, &json!(AGENT)));
    // The record that is handed on is the one that a search will find.
    assert_eq!(outcomes[0].made.as_ref().unwrap().owner, Some(id(AGENT)));
}

#[test]
fn after_a_lost_graph_the_waiting_calls_fail_and_create_nothing() {
    for lost in [Response::LostBefore, Response::LostAfter] {
        let mut salesforce = Salesforce::new([]);
        let calls = [missed(1, json!({})), missed(2, json!({})), missed(3, number(3))];
        let mut is_first = true;
        let response = lost.clone();
        salesforce.respond = Box::new(move |sent| match sent.name.as_str() {
            "POST composite/graph" if std::mem::take(&mut is_first) => response.clone(),
            _ => Response::CarriedOut,
        });
        let outcomes = run(&mut salesforce, settings(with_case()), &calls);
        assert_eq!(requested(&salesforce), ["GET search", "POST composite/graph"]);
        for outcome in &outcomes {
            let failure = failure(outcome);
            assert_eq!((failure.remedy(), failure.is_refusal()), (Remedy::TryAgain, false));
        }
        // Only those that were sent can have a Task.
        let sent: Vec<_> = outcomes.iter().map(|outcome| outcome.checkpoint.sent.is_some()).collect();
        assert_eq!(sent, [true, false, true]);
        assert!(salesforce.all("Contact").len() <= 2);
    }
}

#[test]
fn after_a_refused_graph_the_next_call_tries() {
    let mut salesforce = Salesforce::new([]);
    salesforce.refuse = Box::new(|object, fields| {
        let is_first = fields.get("Subject").is_some_and(|subject| subject.as_str().unwrap().ends_with(" on First"));
        let error = || json!({"errorCode": "STRING_TOO_LONG", "message": "", "fields": ["Subject"]});
        (object == "Task" && is_first).then(error)
    });
    let calls = [missed(1, json!({"number": {"name": "First", "country": "FR"}})), missed(2, json!({}))];
    let outcomes = run(&mut salesforce, settings(with_case()), &calls);
    assert!(failure(&outcomes[0]).is_refusal());
    assert_eq!(outcomes[1].fate, Fate::Done);
    assert_eq!(["Contact", "Case", "Task"].map(|object| salesforce.all(object).len()), [1; 3]);
}

const NAMED: &str = "003000000000009AAA";

/// Returns a Salesforce whose duplicate rule refuses new Contacts and names these records.
fn with_rule(rows: Vec<(&'static str, Value)>, named: &'static [&'static str]) -> Salesforce {
    let mut salesforce = Salesforce::new(rows);
    salesforce.refuse = Box::new(move |object, fields| {
        let is_new = fields.contains_key("LastName") || fields.contains_key("Company");
        let record = |id: &&str| json!({"record": {"attributes": {"type": "Contact"}, "Id": id}});
        let records: Vec<_> = named.iter().map(record).collect();
        let result = json!({"matchResults": [{"matchRecords": records}]});
        let error = || json!({"errorCode": "DUPLICATES_DETECTED", "message": "", "duplicateResult": result});
        (object != "Task" && is_new).then(error)
    });
    salesforce
}

#[test]
fn the_record_that_a_duplicate_rule_named_becomes_the_calls_record() {
    let named = || contact(NAMED, "Ines Example", "", OWNER);
    let case = crate::case("500000000000001AAA", NAMED);
    let mut salesforce = with_rule(vec![named(), case], &[NAMED]);
    let settings = settings(json!({"unknown_number": "create_contact", "relate_to": "case"}));
    let calls = [missed(1, json!({})), missed(2, number(2))];
    let outcomes = run(&mut salesforce, settings, &calls);
    // The record, then its owner and its cases.
    let requests =
        ["GET search", "POST composite/graph", "POST composite", "POST composite", "POST composite/sobjects"];
    assert_eq!(requested(&salesforce), requests);
    let asked = format!("SELECT Id, Name, OwnerId FROM Contact WHERE Id IN ('{NAMED}') ORDER BY Id LIMIT 1");
    assert_eq!(salesforce.sent[2].queries, [asked]);
    assert_eq!(salesforce.sent[3].queries.len(), 2);
    for (outcome, task) in outcomes.iter().zip(salesforce.all("Task")) {
        assert_eq!((&outcome.fate, outcome.created.record), (&Fate::Done, None));
        assert_eq!((&task["WhoId"], &task["WhatId"]), (&json!(NAMED), &json!("500000000000001AAA")));
        assert_eq!(task["Subject"], "Missed call from Ines Example on Support");
        assert_eq!(task["OwnerId"], OWNER);
    }
    assert_eq!(plan(calls[0], &outcomes[0], settings)["because"]["record"], "duplicate");
}

#[test]
fn of_the_named_records_the_first_that_fits_is_the_calls() {
    let (lead, contact_row) = ("00Q000000000009EAA", contact(NAMED, "Ines", "", ADMIN));
    let lead_row = ("Lead", json!({"Id": lead, "Name": "Ines", "OwnerId": ADMIN}));
    let who = |rows: Vec<(&'static str, Value)>, more: Value| {
        let mut salesforce = with_rule(rows, &[NAMED, "00Q000000000009EAA"]);
        let outcomes = run(&mut salesforce, settings(more), &[missed(1, json!({}))]);
        let tasks = salesforce.all("Task");
        (tasks.first().map(|task| task["WhoId"].clone()), outcomes[0].fate.clone())
    };
    let contacts = || json!({"unknown_number": "create_contact"});
    let both = || vec![contact_row.clone(), lead_row.clone()];
    assert_eq!(who(both(), contacts()), (Some(json!(NAMED)), Fate::Done));
    // A record of a type that is not in `record_order` does not fit, nor does one that is gone.
    let leads = json!({"record_order": ["Lead"], "unknown_number": "create_lead"});
    assert_eq!(who(both(), leads).0, Some(json!(lead)));
    assert_eq!(who(vec![lead_row.clone()], contacts()).0, Some(json!(lead)));
    // If none is there, the rule refuses the record again, and a person must look.
    let (who, fate) = who(Vec::new(), contacts());
    let Fate::Failed(failure) = fate else { panic!("{fate:?}") };
    assert_eq!((who, failure.remedy(), failure.is_refusal()), (None, Remedy::Duplicate, true));
    assert_eq!(failure.duplicates, [id(NAMED), id(lead)]);
}

#[test]
fn an_id_of_an_object_without_phone_fields_is_no_record_of_a_call() {
    let mut salesforce = with_rule(Vec::new(), &["500000000000001AAA"]);
    let outcomes = run(&mut salesforce, settings(json!({"unknown_number": "create_contact"})), &[missed(1, json!({}))]);
    assert_eq!(requested(&salesforce), ["GET search", "POST composite/graph"]);
    assert_eq!(failure(&outcomes[0]).to_string(), "status 400, `DUPLICATES_DETECTED`");
}

#[test]
fn a_person_account_that_a_duplicate_rule_named_is_one() {
    use aircall_salesforce::request::{Batch, Checkpoint, Org};

    const ACCOUNT: &str = "001000000000009AAA";
    let account = json!({"Id": ACCOUNT, "Name": "Ines Example", "OwnerId": ADMIN, "IsPersonAccount": true});
    let org = Org { person_accounts: true };
    let log = |order: Value| {
        let mut salesforce = with_rule(vec![("Account", account.clone())], &[ACCOUNT]);
        let more = json!({"record_order": order, "unknown_number": "create_contact"});
        let mut batch = Batch::new(settings(more), org);
        batch.add(missed(1, json!({})), Checkpoint::default());
        salesforce.run(&mut batch);
        let tasks = salesforce.all("Task");
        (salesforce.sent[2].queries.clone(), tasks.first().map(|task| task["WhatId"].clone()))
    };
    let query =
        format!("SELECT Id, Name, OwnerId, IsPersonAccount FROM Account WHERE Id IN ('{ACCOUNT}') ORDER BY Id LIMIT 1");
    assert_eq!(log(json!(["Contact", "PersonAccount"])), (vec![query.clone()], Some(json!(ACCOUNT))));
    assert_eq!(log(json!(["Contact", "Account"])), (vec![query], None));
}

#[test]
fn calls_on_records_of_their_own_wait_for_nobody() {
    let rows = (0..5).map(|n| {
        let id = id(&format!("003{n:012}")).to_string();
        contact(&id, "Ada", &format!("01 99 00 00 0{n}"), ADMIN)
    });
    let mut salesforce = Salesforce::new(rows);
    let calls: Vec<_> = (0..10).map(|n| missed(n as u64, with(number(n / 2), json!({})))).collect();
    run(&mut salesforce, settings(with_case()), &calls);
    // Five cases at once, then the other calls of their Contacts.
    let requests = ["GET search", "POST composite", "POST composite/graph", "POST composite/sobjects"];
    assert_eq!(requested(&salesforce), requests);
    assert_eq!((salesforce.all("Case").len(), salesforce.all("Task").len()), (5, 10));
}
