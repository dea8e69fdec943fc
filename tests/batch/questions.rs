//! Tests what a batch looks up, and which queries share a request.

use aircall_salesforce::request::{Batch, Checkpoint, Org};
use serde_json::{Value, json};

use crate::salesforce::Salesforce;
use crate::{
    ACCOUNT, ADMIN, AGENT, CONTACT, OTHER, OWNER, TASK, answered, case, contact, id, missed, missed_calls, number,
    plan, requested, run, run_from, settings, user, with, with_task,
};

/// Returns the queries for the call of an agent if Salesforce finds nothing.
fn asked(email: &str, more: Value, org: Org) -> Vec<String> {
    let mut salesforce = Salesforce::new([]);
    let mut batch = Batch::new(settings(more), org);
    batch.add(answered(7, email, json!({})), Checkpoint::default());
    salesforce.run(&mut batch);
    salesforce.queries().into_iter().map(str::to_owned).filter(|query| query.contains(' ')).collect()
}

fn users(condition: &str) -> String {
    format!(
        "SELECT Id, Email, CreatedDate, IsActive, UserType FROM User WHERE {condition} ORDER BY CreatedDate, Id LIMIT 2000"
    )
}

fn cases(contact: &str) -> String {
    format!(
        "SELECT Id, ContactId, IsClosed FROM Case WHERE ContactId IN ('{contact}') AND IsClosed = false \
         ORDER BY LastModifiedDate DESC, Id LIMIT 1"
    )
}

fn record(object: &str, id: &str) -> String {
    format!("SELECT Id, Name, OwnerId FROM {object} WHERE Id IN ('{id}') ORDER BY Id LIMIT 1")
}

fn person_accounts() -> Org {
    Org { person_accounts: true }
}

#[test]
fn a_number_is_searched_in_every_spelling_and_an_agent_by_address() {
    assert_eq!(
        asked("nora@example.com", json!({}), Org::default()),
        [
            "FIND {\\+33199001234 OR 33199001234 OR 330199001234 OR 0033199001234 OR 199001234 OR 0199001234} \
             IN PHONE FIELDS RETURNING \
             Contact(Id, Name, OwnerId, Phone, MobilePhone, HomePhone, AssistantPhone, OtherPhone \
             ORDER BY LastModifiedDate DESC, Id LIMIT 666), \
             Lead(Id, Name, OwnerId, Phone, MobilePhone WHERE IsConverted = false \
             ORDER BY LastModifiedDate DESC, Id LIMIT 666), \
             Account(Id, Name, OwnerId, Phone ORDER BY LastModifiedDate DESC, Id LIMIT 666)"
                .to_owned(),
            users("Email IN ('nora@example.com', 'nora@example.com.invalid')"),
        ]
    );
}

#[test]
fn an_agents_address_is_asked_for_without_outer_blanks() {
    let users = |email: &str| asked(email, json!({}), Org::default()).into_iter().nth(1);
    assert!(users("nora@example.com").is_some());
    assert_eq!(users(" nora@example.com\t"), users("nora@example.com"));
    // Users without an address are not this agent.
    assert_eq!(users(" "), None);
}

#[test]
fn a_path_spells_what_an_address_cannot_hold() {
    let mut batch = Batch::new(settings(json!({})), Org::default());
    batch.add(answered(7, "zoé+o'neil@example.com", json!({})), Checkpoint::default());
    let search = batch.requests().remove(0);
    batch.answer(&search, 200, r#"{"searchRecords": []}"#);
    let queries = batch.requests().remove(0);
    let start = "/services/data/v67.0/search?q=FIND%20%7B%5C%2B33199001234%20OR%2033199001234%20OR%20";
    assert!(search.path.starts_with(start), "{}", search.path);
    assert_eq!((search.method.as_str(), &search.body), ("GET", &None));
    assert_eq!((queries.method.as_str(), queries.path.as_str()), ("POST", "/services/data/v67.0/composite"));
    let body: Value = serde_json::from_str(queries.body.as_deref().unwrap()).unwrap();
    // Each query fails by itself.
    assert_eq!(body["allOrNone"], false);
    let parts = body["compositeRequest"].as_array().unwrap();
    assert_eq!((parts.len(), &parts[0]["method"], &parts[0]["referenceId"]), (1, &json!("GET"), &json!("q0")));
    let url = parts[0]["url"].as_str().unwrap();
    assert!(url.starts_with("/services/data/v67.0/query?q=SELECT%20Id%2C%20Email%2C%20"), "{url}");
    assert!(url.contains("Email%20IN%20%28%27zo%C3%A9%2Bo%5C%27neil%40example.com%27%2C%20%27zo"), "{url}");
}

#[test]
fn only_the_types_of_the_settings_are_searched() {
    let search = |order: Value, org: Org| {
        let asked = asked("", json!({"record_order": order}), org);
        asked.first().and_then(|text| text.split_once(" RETURNING ")).map(|(_, objects)| objects.to_owned())
    };
    let end = "ORDER BY LastModifiedDate DESC, Id LIMIT 666)";
    let person = "Phone, IsPersonAccount, PersonMobilePhone, PersonHomePhone, PersonAssistantPhone, PersonOtherPhone";
    let account = |condition: &str| Some(format!("Account(Id, Name, OwnerId, {person}{condition} {end}"));
    assert_eq!(search(json!(["Account"]), Org::default()), Some(format!("Account(Id, Name, OwnerId, Phone {end}")));
    assert_eq!(search(json!(["Account"]), person_accounts()), account(" WHERE IsPersonAccount = false"));
    assert_eq!(search(json!(["PersonAccount"]), person_accounts()), account(" WHERE IsPersonAccount = true"));
    assert_eq!(search(json!(["PersonAccount", "Account"]), person_accounts()), account(""));
    let phones = "Phone, MobilePhone, HomePhone, AssistantPhone, OtherPhone";
    assert_eq!(
        search(json!(["Contact"]), person_accounts()),
        Some(format!("Contact(Id, Name, OwnerId, {phones} WHERE IsPersonAccount = false {end}"))
    );
    assert_eq!(search(json!(["PersonAccount"]), Org::default()), None);
}

#[test]
fn text_says_nothing_but_itself() {
    let asked = |email: &str| self::asked(email, json!({}), Org::default()).remove(1);
    let query = asked(r"o'hara\x@example.com");
    assert!(query.contains(r" Email IN ('o\'hara\\x@example.com', 'o\'hara\\x@example.com.invalid') ORDER"), "{query}");
    let query = asked("a'b\\c\"d\ne\rf\tg\u{8}h\u{c}i%_");
    let list = r#" Email IN ('a\'b\\c\"d\ne\rf\tg\bh\fi%_', 'a\'b\\c\"d\ne\rf\tg\bh\fi%_.invalid') ORDER"#;
    assert!(query.contains(list), "{query}");
}

#[test]
fn an_address_that_no_literal_can_hold_is_not_asked_for() {
    // A sandbox appends the eight characters `.invalid`.
    assert_eq!(asked(&"a".repeat(3_992), json!({}), Org::default()).len(), 2);
    assert_eq!(asked(&"a".repeat(3_993), json!({}), Org::default()).len(), 1);
}

#[test]
fn a_task_is_asked_for_with_every_field_that_an_update_compares() {
    let names = json!({"call_id_field": "CallObject", "package_fields": {"country": "Country__c",
        "waiting_time": null, "answered_by": null, "phone_number": null, "call_recording": null,
        "transferred_to": null, "time_zone": null, "hour_of_the_day": null, "connection_status": null, "has_connected": null}});
    let task = |condition: &str| {
        format!(
            "SELECT Id, Subject, Status, CallDisposition, CallDurationInSeconds, Description, WhoId, WhatId, Who.Name, \
             What.Name, Country__c, CallObject FROM Task WHERE {condition} AND IsDeleted = false \
             ORDER BY CreatedDate, Id LIMIT 1"
        )
    };
    assert_eq!(asked("", names.clone(), Org::default())[1], task("CallObject IN ('aircall:7')"));

    let mut salesforce = Salesforce::new([]);
    run_from(&mut salesforce, settings(names), vec![(answered(7, "nora@example.com", json!({})), with_task())]);
    assert_eq!(salesforce.queries(), [task(&format!("Id IN ('{TASK}')"))]);
}

#[test]
fn a_task_is_found_although_salesforce_archived_it() {
    let task = json!({"Id": TASK, "CallObject": "aircall:7", "IsArchived": true});
    let mut salesforce = Salesforce::new([("Task", task)]);
    let outcomes = run(&mut salesforce, settings(json!({"call_id_field": "CallObject"})), &[missed(7, json!({}))]);
    assert_eq!((outcomes[0].checkpoint.task, salesforce.all("Task").len()), (Some(id(TASK)), 1));

    let deleted = json!({"Id": TASK, "CallObject": "aircall:7", "IsDeleted": true});
    let mut salesforce = Salesforce::new([("Task", deleted)]);
    run(&mut salesforce, settings(json!({"call_id_field": "CallObject"})), &[missed(7, json!({}))]);
    assert_eq!(salesforce.all("Task").len(), 2);
}

#[test]
fn one_new_call_takes_three_requests_also_with_an_owner_or_a_case() {
    let logged_at = json!({"call_id_field": "CallObject"});
    let agent = user(AGENT, "nora@example.com");
    let call = || [answered(7, "nora@example.com", json!({}))];
    let three = ["GET search", "POST composite", "POST composite/sobjects"];

    let mut salesforce = Salesforce::new([agent.clone()]);
    run(&mut salesforce, settings(logged_at.clone()), &call());
    assert_eq!(requested(&salesforce), three);
    // Users and Task share a request.
    assert_eq!(salesforce.sent[1].queries.len(), 2);

    // The settings name the owner, so nothing is asked about the owner.
    let owned = || [agent.clone(), contact(CONTACT, "Ada", "01 99 00 12 34", OWNER)];
    let mut salesforce = Salesforce::new(owned());
    run(&mut salesforce, settings(with(logged_at.clone(), json!({"unmatched_owner": OWNER}))), &call());
    assert_eq!(requested(&salesforce), three);

    let mut salesforce = Salesforce::new(owned());
    run(&mut salesforce, settings(logged_at.clone()), &call());
    assert_eq!(requested(&salesforce), three);
    let both = users(&format!("Email IN ('nora@example.com', 'nora@example.com.invalid') OR Id IN ('{OWNER}')"));
    assert_eq!(salesforce.sent[1].queries[0], both);

    // The cases share it, too.
    let mut salesforce = Salesforce::new(owned());
    run(&mut salesforce, settings(with(logged_at, json!({"relate_to": "case"}))), &call());
    assert_eq!(requested(&salesforce), three);
    let queries = &salesforce.sent[1].queries;
    assert_eq!((queries.len(), &queries[0], &queries[2]), (3, &both, &cases(CONTACT)));
}

#[test]
fn an_update_takes_two_requests_and_asks_for_no_record() {
    let lead = "00Q000000000001EAA";
    let task = json!({"Id": TASK, "Subject": "Old", "WhoId": lead, "WhatId": null});
    let rows = [("Task", task), ("Lead", json!({"Id": lead, "Name": "Emil Sinclair", "OwnerId": null}))];
    let mut salesforce = Salesforce::new(rows);
    let checkpoint = with_task();
    let call = answered(7, "nora@example.com", json!({}));
    let settings = settings(json!({"relate_to": "case"}));
    run_from(&mut salesforce, settings, vec![(call, checkpoint)]);
    assert_eq!(requested(&salesforce), ["POST composite", "PATCH composite/sobjects"]);
    assert_eq!(salesforce.all("Task")[0]["Subject"], "Inbound call from Emil Sinclair on Support");

    // A name is that of the first record that the Task is on (UPD-5).
    for (who, what, subject) in [
        (CONTACT, ACCOUNT, json!("Inbound call from Ada on Support")),
        ("", ACCOUNT, json!("Inbound call from Acme on Support")),
        // The name of a case is not that of the other party.
        ("", "500000000000001AAA", json!("Old")),
        // The user of the integration does not see the record.
        (OTHER, "", json!("Old")),
    ] {
        let link = |id: &str| if id.is_empty() { Value::Null } else { json!(id) };
        let task = json!({"Id": TASK, "Subject": "Old", "WhoId": link(who), "WhatId": link(what)});
        let account = json!({"Id": ACCOUNT, "Name": "Acme"});
        let case = json!({"Id": "500000000000001AAA", "Name": "00001"});
        let rows = [("Task", task), contact(CONTACT, "Ada", "", ADMIN), ("Account", account), ("Case", case)];
        let mut salesforce = Salesforce::new(rows);
        let checkpoint = with_task();
        run_from(&mut salesforce, settings, vec![(call, checkpoint)]);
        assert_eq!((salesforce.sent.len(), &salesforce.all("Task")[0]["Subject"]), (2, &subject), "{who} {what}");
    }
}

#[test]
fn a_call_that_rings_asks_nothing_and_one_that_is_not_logged_only_for_its_task() {
    let mut salesforce = Salesforce::new([]);
    let checkpoint = with_task();
    let ringing = |id| missed(id, json!({"ended_at": null}));
    let settings = |more| settings(with(json!({"workflow": {"missed": "do_nothing"}}), more));
    let logged_at = json!({"call_id_field": "CallObject"});
    run_from(
        &mut salesforce,
        settings(logged_at.clone()),
        vec![(ringing(7), Checkpoint::default()), (ringing(8), checkpoint.clone())],
    );
    assert_eq!(salesforce.sent.len(), 0);

    let outcomes = run(&mut salesforce, settings(logged_at), &[missed(7, json!({}))]);
    assert_eq!(requested(&salesforce), ["POST composite"]);
    assert!(salesforce.queries()[0].contains("FROM Task WHERE CallObject IN ('aircall:7')"));
    assert_eq!((outcomes[0].checkpoint.task, salesforce.all("Task").len()), (None, 0));

    // Without a field for the call id, Salesforce cannot find the Task.
    let mut salesforce = Salesforce::new([]);
    run(&mut salesforce, settings(json!({})), &[missed(7, json!({}))]);
    assert_eq!(salesforce.sent.len(), 0);

    // A Task that the call has is updated, also if the settings would not log the call.
    let mut salesforce = Salesforce::new([("Task", json!({"Id": TASK, "Subject": "Old"}))]);
    run_from(&mut salesforce, settings(json!({})), vec![(missed(7, json!({})), checkpoint)]);
    assert_eq!(requested(&salesforce), ["POST composite", "PATCH composite/sobjects"]);
}

#[test]
fn numbers_of_fifty_calls_share_a_search_that_keeps_its_operators() {
    let calls = missed_calls(0..101);
    let mut salesforce = Salesforce::new([]);
    run(&mut salesforce, settings(json!({})), &calls);
    let searched: Vec<_> = salesforce.queries().into_iter().filter(|query| query.starts_with("FIND ")).collect();
    // A French number has six terms of 9 to 13 characters, 92 with an ` OR ` after each, so 43 fit
    // into 4,000 characters.
    let count = |query: &str| query.matches(r"\+33").count();
    assert_eq!(searched.iter().map(|query| count(query)).collect::<Vec<_>>(), [43, 43, 15]);
    // The searches are sent at the same time.
    assert_eq!(requested(&salesforce), ["GET search", "GET search", "GET search", "POST composite/sobjects"]);

    // A number that is dialled from abroad only has two terms.
    let foreign = |n| json!({"raw_digits": format!("+800 1234 56{n:02}"), "number": {"name": "Support"}});
    let calls: Vec<_> = (0..51).map(|n| missed(n, foreign(n))).collect();
    let mut salesforce = Salesforce::new([]);
    run(&mut salesforce, settings(json!({})), &calls);
    let searched: Vec<_> = salesforce.queries().into_iter().filter(|query| query.starts_with("FIND ")).collect();
    assert_eq!(searched.iter().map(|query| query.matches(r"\+800").count()).collect::<Vec<_>>(), [50, 1]);
}

#[test]
fn a_rows_phone_fields_decide_whose_it_is() {
    let phones = ["01 99 00 00 01", "+33 1 99 00 00 02 (Ada), 01 99 00 00 03", "01 99 00 00 09"];
    let [first, shared, other] = phones;
    let ids = ["003000000000001AAA", "003000000000002AAA", "003000000000003AAA"];
    let mut salesforce = Salesforce::new([
        contact(ids[0], "Ada", first, ADMIN),
        contact(ids[1], "Ida", shared, ADMIN),
        contact(ids[2], "Ute", other, ADMIN),
    ]);
    let calls = missed_calls(1..5);
    run(&mut salesforce, settings(json!({})), &calls);
    assert_eq!(requested(&salesforce), ["GET search", "POST composite/sobjects"]);
    let who: Vec<_> = salesforce.all("Task").iter().map(|task| task.get("WhoId").cloned()).collect();
    assert_eq!(who, [Some(json!(ids[0])), Some(json!(ids[1])), Some(json!(ids[1])), None]);
}

#[test]
fn what_calls_share_is_asked_once() {
    let rows = [contact(CONTACT, "Ada", "01 99 00 12 34", OWNER), user(OWNER, "al@example.com")];
    let mut salesforce = Salesforce::new(rows);
    let calls: Vec<_> = (0..30).map(|id| answered(id, "nora@example.com", json!({}))).collect();
    let settings = settings(json!({"call_id_field": "CallObject", "relate_to": "opportunity"}));
    run(&mut salesforce, settings, &calls);
    assert_eq!(requested(&salesforce), ["GET search", "POST composite", "POST composite/sobjects"]);
    let [search, first, _] = salesforce.sent.as_slice() else { panic!() };
    assert_eq!(search.queries[0].matches(r"\+33199001234").count(), 1);
    let both = users(&format!("Email IN ('nora@example.com', 'nora@example.com.invalid') OR Id IN ('{OWNER}')"));
    assert_eq!((first.queries.len(), &first.queries[0]), (3, &both));
    let ids: Vec<_> = (0..30).map(|id| format!("'aircall:{id}'")).collect();
    assert!(first.queries[1].contains(&format!("CallObject IN ({})", ids.join(", "))), "{}", first.queries[1]);
    let opportunities = format!(
        "SELECT OpportunityId, ContactId, Opportunity.IsClosed FROM OpportunityContactRole \
         WHERE ContactId IN ('{CONTACT}') AND Opportunity.IsClosed = false \
         ORDER BY Opportunity.LastModifiedDate DESC, OpportunityId LIMIT 1"
    );
    assert_eq!(first.queries[2], opportunities);
}

#[test]
fn a_composite_request_has_at_most_five_queries() {
    // A query has at most 200 elements, so 1,201 Tasks need seven queries.
    let mut salesforce = Salesforce::new([]);
    let calls: Vec<_> = (0..1_201).map(|id| missed(id, json!({"raw_digits": "anonymous"}))).collect();
    run(&mut salesforce, settings(json!({"call_id_field": "CallObject"})), &calls);
    let queries: Vec<_> = salesforce.sent.iter().map(|sent| sent.queries.len()).filter(|count| *count > 0).collect();
    assert_eq!(queries, [5, 2]);
    // 200 elements, and a page of 2,000 rows for calls with several Tasks.
    assert_eq!(salesforce.queries()[0].matches("'aircall:").count(), 200);
    assert!(salesforce.queries()[0].ends_with(" LIMIT 2000") && salesforce.queries()[6].ends_with(" LIMIT 1"));
}

#[test]
fn of_a_shared_number_the_first_record_and_the_agents_own_are_asked_about() {
    let mut salesforce = Salesforce::new([
        contact(CONTACT, "Ada", "0199001234", OWNER),
        contact("003000000000003AAA", "Ida", "0199001234", "005000000000004AAA"),
        contact(OTHER, "Ute", "0199001234", AGENT),
        user(AGENT, "nora@example.com.invalid"),
        case("500000000000001AAA", OTHER),
    ]);
    let settings = settings(json!({"shared_number": ["agents_own"], "relate_to": "case"}));
    let call = answered(7, "nora@example.com", json!({}));
    let outcomes = run(&mut salesforce, settings, &[call]);
    let asked = salesforce.queries();
    assert!(!asked[0].contains("AccountId"), "{}", asked[0]);
    let agent_and_owner = format!("Email IN ('nora@example.com', 'nora@example.com.invalid') OR Id IN ('{OWNER}')");
    assert_eq!(salesforce.sent[1].queries, [users(&agent_and_owner), cases(CONTACT)]);
    // Which record is the agent's own is known only with the agent's user.
    assert_eq!(salesforce.sent[2].queries, [cases(OTHER)]);
    let plan = plan(call, &outcomes[0], settings);
    assert_eq!((&plan["because"]["record"], &plan["because"]["holders"]), (&json!("agents_own"), &json!(3)));
    let task = salesforce.all("Task")[0];
    assert_eq!((&task["WhoId"], &task["OwnerId"]), (&json!(OTHER), &json!(AGENT)));
    assert_eq!(task["WhatId"], "500000000000001AAA");
}

#[test]
fn of_people_of_one_account_the_account_and_its_owner_are_asked_for() {
    let person = |id: &str, account: Value| {
        let (object, row) = contact(id, "Ada", "0199001234", ADMIN);
        (object, with(row, json!({"AccountId": account})))
    };
    let guest = with(user("005000000000004AAA", "al@example.com").1, json!({"UserType": "Guest"}));
    let company = |owner: &str| ("Account", json!({"Id": ACCOUNT, "Name": "Acme", "OwnerId": owner}));
    let settings = settings(json!({"shared_number": ["account"]}));
    let call = answered(7, "nora@example.com", json!({}));
    let log = |others: &[(&'static str, Value)], account: Value| {
        let rows = [person(CONTACT, json!(ACCOUNT)), person(OTHER, account)];
        let mut salesforce = Salesforce::new(rows.into_iter().chain(others.iter().cloned()));
        let outcome = run(&mut salesforce, settings, &[call]).remove(0);
        let asked: Vec<_> =
            salesforce.queries().into_iter().map(str::to_owned).filter(|query| query.contains(' ')).collect();
        (asked, plan(call, &outcome, settings))
    };
    let (asked, plan) = log(&[company(OWNER)], json!(ACCOUNT));
    assert!(asked[0].contains("Contact(Id, Name, OwnerId, AccountId, Phone,"), "{}", asked[0]);
    assert_eq!(asked[0].matches("AccountId").count(), 1);
    assert_eq!(asked[2..], [record("Account", ACCOUNT), users(&format!("Id IN ('{OWNER}')"))]);
    assert_eq!(plan["because"]["record"], "shared_account");
    assert_eq!(plan["task"]["Subject"], "Inbound call from Acme on Support");
    assert_eq!((&plan["task"]["WhatId"], &plan["task"]["OwnerId"]), (&json!(ACCOUNT), &json!(OWNER)));

    // OWN-8: the user who owns the Account cannot own a Task.
    let (_, plan) = log(&[company("005000000000004AAA"), ("User", guest)], json!(ACCOUNT));
    assert_eq!((&plan["because"]["owner"], &plan["task"]["OwnerId"]), (&json!("OWN-3"), &json!(ADMIN)));

    let (_, plan) = log(&[company(ADMIN)], Value::Null);
    assert_eq!((&plan["because"]["record"], &plan["task"]["WhoId"]), (&json!("first_match"), &json!(CONTACT)));

    // If the user does not see the Account, its id is enough.
    let (asked, plan) = log(&[], json!(ACCOUNT));
    assert_eq!(asked[2..], [record("Account", ACCOUNT)]);
    assert_eq!(plan["task"]["WhatId"], ACCOUNT);
}

#[test]
fn one_holder_of_a_number_needs_no_account() {
    let (object, row) = contact(CONTACT, "Ada", "0199001234", ADMIN);
    let mut salesforce = Salesforce::new([(object, with(row, json!({"AccountId": ACCOUNT})))]);
    let settings = settings(json!({"shared_number": ["account", "agents_own"]}));
    let call = answered(7, "nora@example.com", json!({}));
    let outcomes = run(&mut salesforce, settings, &[call]);
    assert_eq!(requested(&salesforce), ["GET search", "POST composite", "POST composite/sobjects"]);
    assert_eq!(plan(call, &outcomes[0], settings)["because"]["record"], "first_match");
}

#[test]
fn an_agent_in_the_map_is_asked_for_by_id() {
    let settings = settings(json!({"agents": {"Nora@example.com": AGENT}}));
    let of_type = |user_type: &str| with(user(AGENT, "else@example.com").1, json!({"UserType": user_type}));
    for (row, owner) in [(Some("Standard"), "OWN-1"), (Some("CsnOnly"), "OWN-2"), (None, "OWN-1")] {
        let rows = row.map(of_type).map(|row| ("User", row)).into_iter();
        let mut salesforce = Salesforce::new(rows.chain([contact(CONTACT, "Ada", "0199001234", ADMIN)]));
        let call = answered(7, "nora@example.com", json!({}));
        let outcomes = run(&mut salesforce, settings, &[call]);
        assert_eq!(salesforce.queries()[1], users(&format!("Id IN ('{AGENT}')")));
        assert_eq!(plan(call, &outcomes[0], settings)["because"]["owner"], owner);
    }
}

#[test]
fn answers_lead_to_the_owner_and_the_case() {
    let young = json!({"CreatedDate": "2026-03-02T13:10:00.000+0000"});
    let rows = || {
        let phone = "+49 199 001234";
        [
            // The search index also finds extensions and numbers of other countries.
            contact("003000000000009AAA", "Other", phone, ADMIN),
            contact(CONTACT, "Ada Lovelace", "01 99 00 12 34", OWNER),
            ("User", with(user(AGENT, "Nora@Example.com").1, young.clone())),
            ("User", with(user(OWNER, "gone@example.com").1, json!({"IsActive": false}))),
            case("500000000000001AAA", CONTACT),
            (
                "OpportunityContactRole",
                json!({"OpportunityId": "006000000000001AAA", "ContactId": CONTACT,
                "Opportunity": {"IsClosed": false}}),
            ),
        ]
    };
    let log = |more| {
        let mut salesforce = Salesforce::new(rows());
        let (call, settings) = (answered(7, "nora@example.com", json!({})), settings(more));
        let outcome = run(&mut salesforce, settings, &[call]).remove(0);
        plan(call, &outcome, settings)
    };
    // The agent's user is younger than a day (OWN-1) and the record's owner is inactive (OWN-8), so
    // the admin owns the Task (OWN-3).
    let plan = log(json!({"relate_to": "case"}));
    assert_eq!((&plan["task"]["WhoId"], &plan["task"]["WhatId"]), (&json!(CONTACT), &json!("500000000000001AAA")));
    assert_eq!((&plan["task"]["OwnerId"], &plan["because"]["owner"]), (&json!(ADMIN), &json!("OWN-3")));
    assert_eq!(log(json!({"relate_to": "opportunity"}))["task"]["WhatId"], "006000000000001AAA");
    assert_eq!(log(json!({"unmatched_owner": OWNER}))["because"]["owner"], "OWN-2");
}

#[test]
fn answers_that_are_handed_on_are_not_asked_again() {
    let rows = [
        contact(CONTACT, "Ada", "01 99 00 12 34", OWNER),
        user(OWNER, "al@example.com"),
        user(AGENT, "nora@example.com"),
    ];
    let mut salesforce = Salesforce::new(rows);
    let settings = settings(json!({"call_id_field": "CallObject"}));
    let call = |id: u64, n: usize, email: &str| answered(id, email, if n == 0 { json!({}) } else { number(n) });
    let mut batch = Batch::new(settings, Org::default());
    // Somebody can create a record or a user for what was not found.
    batch.add(call(7, 0, "nora@example.com"), Checkpoint::default());
    batch.add(call(8, 1, "new@example.com"), Checkpoint::default());
    salesforce.run(&mut batch);
    let (_, answers) = batch.into_outcomes();

    let before = salesforce.sent.len();
    let mut batch = Batch::new(settings, Org::default()).with_answers(answers);
    batch.add(call(9, 0, "nora@example.com"), Checkpoint::default());
    batch.add(call(10, 1, "new@example.com"), Checkpoint::default());
    salesforce.run(&mut batch);
    let [search, queries, write] = &salesforce.sent[before..] else { panic!("{:?}", requested(&salesforce)) };
    assert!(search.queries[0].starts_with(r"FIND {\+33199000001 OR ") && !search.queries[0].contains("33199001234"));
    assert_eq!(queries.queries[0], users("Email IN ('new@example.com', 'new@example.com.invalid')"));
    assert!(queries.queries[1].contains("CallObject IN ('aircall:9', 'aircall:10')"), "{}", queries.queries[1]);
    assert_eq!((queries.queries.len(), write.records().len()), (2, 2));
    assert_eq!((&write.records()[0]["WhoId"], &write.records()[0]["OwnerId"]), (&json!(CONTACT), &json!(AGENT)));
}
