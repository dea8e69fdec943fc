//! The queries for a call, and what Salesforce's responses become.

use aircall_salesforce::lookup::TaskKey;
use aircall_salesforce::request::{Enquiry, Org, Question};
use aircall_salesforce::{Directory, Id, Lookup, Settings, Webhook, needs, plan_webhook};
use serde_json::{Value, json};

const ADMIN: &str = "005000000000001AAA";
const CONTACT: &str = "003000000000001AAA";

fn settings(more: &Value) -> Settings {
    let mut settings = json!({"admin": ADMIN, "package_fields": {
        "waiting_time": null, "answered_by": null, "phone_number": null, "country": null, "call_recording": null,
        "transferred_to": null, "time_zone": null, "hour_of_the_day": null, "connection_status": null, "has_connected": null,
    }});
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Settings::from_json(&settings.to_string()).unwrap()
}

/// Returns an answered call from +33 1 99 00 12 34 on a French number.
fn call(email: &str) -> String {
    json!({"event": "call.ended", "resource": "call", "timestamp": 1_772_457_600, "data": {
        "id": 7, "direction": "inbound", "started_at": 1_772_457_500, "answered_at": 1_772_457_510, "ended_at": 1_772_457_525,
        "raw_digits": "+33 1 99 00 12 34", "number": {"name": "Support", "country": "FR"},
        "user": {"id": 1, "name": "Nora Helmer", "email": email},
    }})
    .to_string()
}

/// Returns the resource in a question's path: `search`, `query` or `queryAll`.
fn resource(question: &Question) -> &'static str {
    let path = question.path();
    ["search", "query", "queryAll"]
        .into_iter()
        .find(|name| path.starts_with(&format!("/services/data/v67.0/{name}?q=")))
        .unwrap()
}

/// Asks every question as a service does. `answer` stands for Salesforce.
fn ask(mut enquiry: Enquiry<'_>, mut answer: impl FnMut(&str, &str) -> Value) -> (Vec<String>, Directory) {
    let mut asked = Vec::new();
    loop {
        let questions = enquiry.questions();
        if questions.is_empty() {
            return (asked, enquiry.into_directory());
        }
        for question in questions {
            asked.push(question.text().to_owned());
            enquiry.answer(&question, &answer(resource(&question), question.text()).to_string()).unwrap();
        }
    }
}

/// Returns what is asked for a call if Salesforce finds nothing.
fn asked(email: &str, more: &Value, org: Org) -> Vec<String> {
    let (body, settings) = (call(email), settings(more));
    let webhook = Webhook::from_json(&body).unwrap();
    let wanted = needs(webhook.call.as_ref().unwrap(), &settings);
    ask(Enquiry::new(&wanted, &settings, org), |_, _| json!({"records": []})).0
}

#[test]
fn a_number_is_searched_in_every_spelling_and_an_agent_by_address() {
    let asked = asked("nora@example.com", &json!({}), Org::default());
    assert_eq!(
        asked,
        [
            "FIND {\\+33199001234 OR 33199001234 OR 330199001234 OR 0033199001234 OR 199001234 OR 0199001234} IN PHONE FIELDS RETURNING \
         Contact(Id, Name, OwnerId, Phone, MobilePhone, HomePhone, AssistantPhone, OtherPhone \
         ORDER BY LastModifiedDate DESC, Id LIMIT 20), \
         Lead(Id, Name, OwnerId, Phone, MobilePhone WHERE IsConverted = false ORDER BY LastModifiedDate DESC, Id LIMIT 20), \
         Account(Id, Name, OwnerId, Phone ORDER BY LastModifiedDate DESC, Id LIMIT 20)",
            "SELECT Id, Email, CreatedDate, IsActive, UserType FROM User WHERE Email IN ('nora@example.com', 'nora@example.com.invalid') ORDER BY CreatedDate, Id LIMIT 200",
        ]
    );
}

#[test]
fn an_agents_address_is_asked_for_without_outer_blanks() {
    let users = |email: &str| asked(email, &json!({}), Org::default()).into_iter().nth(1);
    assert_eq!(users(" nora@example.com\t"), users("nora@example.com"));
    // Users without an address are not this agent.
    assert_eq!(users(" "), None);
}

#[test]
fn a_path_spells_what_an_address_cannot_hold() {
    let (body, settings) = (call("zoé+o'neil@example.com"), settings(&json!({})));
    let webhook = Webhook::from_json(&body).unwrap();
    let wanted = needs(webhook.call.as_ref().unwrap(), &settings);
    let questions = Enquiry::new(&wanted, &settings, Org::default()).questions();
    let [search, user] = questions.as_slice() else { panic!("{questions:?}") };
    assert!(
        search
            .path()
            .starts_with("/services/data/v67.0/search?q=FIND%20%7B%5C%2B33199001234%20OR%2033199001234%20OR%20")
    );
    assert!(user.path().starts_with("/services/data/v67.0/query?q=SELECT%20Id%2C%20Email%2C%20"), "{}", user.path());
    assert!(
        user.path().contains("Email%20IN%20%28%27zo%C3%A9%2Bo%5C%27neil%40example.com%27%2C%20%27zo"),
        "{}",
        user.path()
    );
}

#[test]
fn only_the_types_of_the_settings_are_searched() {
    let search = |order: Value, person_accounts| {
        let org = Org { person_accounts, records_per_object: 5 };
        let asked = asked("", &json!({"record_order": order}), org);
        asked.first().and_then(|text| text.split_once(" RETURNING ")).map(|(_, objects)| objects.to_owned())
    };
    let end = "ORDER BY LastModifiedDate DESC, Id LIMIT 5)";
    let person = "Phone, IsPersonAccount, PersonMobilePhone, PersonHomePhone, PersonAssistantPhone, PersonOtherPhone";
    let account = |condition: &str| Some(format!("Account(Id, Name, OwnerId, {person}{condition} {end}"));
    assert_eq!(search(json!(["Account"]), false), Some(format!("Account(Id, Name, OwnerId, Phone {end}")));
    assert_eq!(search(json!(["Account"]), true), account(" WHERE IsPersonAccount = false"));
    assert_eq!(search(json!(["PersonAccount"]), true), account(" WHERE IsPersonAccount = true"));
    assert_eq!(search(json!(["PersonAccount", "Account"]), true), account(""));
    let phones = "Phone, MobilePhone, HomePhone, AssistantPhone, OtherPhone";
    assert_eq!(
        search(json!(["Contact"]), true),
        Some(format!("Contact(Id, Name, OwnerId, {phones} WHERE IsPersonAccount = false {end}"))
    );
    assert_eq!(search(json!(["PersonAccount"]), false), None);
}

#[test]
fn text_says_nothing_but_itself() {
    let asked = asked(r"o'hara\x@example.com", &json!({}), Org::default());
    assert!(
        asked[1].contains(r" Email IN ('o\'hara\\x@example.com', 'o\'hara\\x@example.com.invalid') ORDER"),
        "{}",
        asked[1]
    );
    let asked = self::asked("a'b\\c\"d\ne\rf\tg\u{8}h\u{c}i%_", &json!({}), Org::default());
    assert!(
        asked[1].contains(r#" Email IN ('a\'b\\c\"d\ne\rf\tg\bh\fi%_', 'a\'b\\c\"d\ne\rf\tg\bh\fi%_.invalid') ORDER"#),
        "{}",
        asked[1]
    );
}

#[test]
fn an_address_that_no_literal_can_hold_is_not_asked_for() {
    // A sandbox appends the eight characters `.invalid`.
    assert_eq!(asked(&"a".repeat(3_992), &json!({}), Org::default()).len(), 2);
    assert_eq!(asked(&"a".repeat(3_993), &json!({}), Org::default()).len(), 1);
}

#[test]
fn a_task_is_asked_for_with_every_field_that_an_update_compares() {
    let names = json!({"call_id_field": "CallObject", "package_fields": {"country": "Country__c",
        "waiting_time": null, "answered_by": null, "phone_number": null, "call_recording": null,
        "transferred_to": null, "time_zone": null, "hour_of_the_day": null, "connection_status": null, "has_connected": null}});
    let fields = "Id, Subject, Status, CallDisposition, CallDurationInSeconds, Description, WhoId, WhatId, Country__c, CallObject";
    let asked = asked("", &names, Org::default());
    let end = "AND IsDeleted = false ORDER BY CreatedDate, Id LIMIT 1";
    let text = format!("SELECT {fields} FROM Task WHERE CallObject = 'aircall:7' {end}");
    assert_eq!(asked[1..], [text]);

    let (body, settings) = (call(""), settings(&names));
    let webhook = Webhook::from_json(&body).unwrap();
    let wanted = needs(webhook.call.as_ref().unwrap(), &settings);
    let mut enquiry = Enquiry::new(&wanted, &settings, Org::default()).with_task("00T000000000001EAA".parse().unwrap());
    let questions = enquiry.questions();
    let texts: Vec<_> = questions.iter().map(Question::text).collect();
    assert_eq!(texts, [format!("SELECT {fields} FROM Task WHERE Id = '00T000000000001EAA' {end}")]);
    // `query` does not return archived Tasks.
    assert_eq!(resource(&questions[0]), "queryAll");
}

#[test]
fn of_a_task_that_is_known_and_there_only_its_record_is_asked_for() {
    let (body, settings) = (call("nora@example.com"), settings(&json!({"call_id_field": "CallObject"})));
    let webhook = Webhook::from_json(&body).unwrap();
    let wanted = needs(webhook.call.as_ref().unwrap(), &settings);
    let wrote = json!({"Description": "sent"}).as_object().cloned().unwrap();
    let enquiry = Enquiry::new(&wanted, &settings, Org::default()).with_task("00T000000000001EAA".parse().unwrap());
    let sent = json!({"Description": "sent later"}).as_object().cloned().unwrap();
    let enquiry = enquiry.with_wrote(Some(wrote.clone()), Some(sent.clone()));
    let task = json!({"Id": "00T000000000001EAA", "WhoId": CONTACT, "WhatId": null});
    let (asked, directory) = ask(
        enquiry.clone(),
        |_, text| json!({"records": if text.contains(" FROM Task ") { vec![&task] } else { vec![] }}),
    );
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1], format!("SELECT Id, Name, OwnerId FROM Contact WHERE Id = '{CONTACT}' LIMIT 1"));
    let logged = directory.task(&TaskKey::Call(7)).unwrap();
    assert_eq!((&logged.wrote, &logged.sent), (&Some(wrote), &Some(sent)));

    // If the Task was deleted, everything that a new Task needs is asked for. The call's id is not
    // asked for again.
    let (asked, directory) = ask(enquiry, |_, _| json!({"records": []}));
    assert!(asked[1].starts_with("FIND ") && asked[2].contains("'nora@example.com'"), "{asked:?}");
    assert_eq!((asked.len(), directory.task(&TaskKey::Call(7))), (3, None));
}

#[test]
fn a_search_has_limits_that_salesforce_takes() {
    for (wanted, limit) in [(0, "LIMIT 1)"), (1, "LIMIT 1)"), (2_000, "LIMIT 2000)"), (2_001, "LIMIT 2000)")] {
        let asked = asked("", &json!({}), Org { records_per_object: wanted, ..Org::default() });
        assert_eq!(asked[0].matches(limit).count(), 3, "{asked:?}");
    }
}

#[test]
fn ids_of_other_objects_are_no_answers() {
    let (body, settings) = (call("nora@example.com"), settings(&json!({"call_id_field": "CallObject"})));
    let webhook = Webhook::from_json(&body).unwrap();
    let wanted = needs(webhook.call.as_ref().unwrap(), &settings);
    let mut enquiry = Enquiry::new(&wanted, &settings, Org::default());
    let questions = enquiry.questions();
    assert_eq!(questions.len(), 3);
    let user = json!({"Id": CONTACT, "Email": "nora@example.com", "CreatedDate": "2020-01-01T00:00:00.000+0000", "IsActive": true});
    let record = json!({"Id": "00T000000000001EAA", "Name": "Ada", "OwnerId": null});
    let owned = json!({"Id": CONTACT, "Name": "Ada", "OwnerId": CONTACT});
    let task = json!({"Id": CONTACT});
    for (question, row) in [(0, record), (0, owned), (1, user), (2, task)] {
        let answer = json!({"records": [row]}).to_string();
        let error = enquiry.answer(&questions[question], &answer).unwrap_err().to_string();
        assert!(error.contains("an id of another object where one of"), "{error}");
        assert!(!error.contains(&CONTACT[3..]) && !error.contains("00T0"), "{error}");
    }
    assert_eq!(enquiry.questions(), questions);
}

/// Answers as a Salesforce with a Contact of the number, whose owner is inactive. The Contact has a
/// case and an opportunity.
fn salesforce(resource: &str, text: &str) -> Value {
    let row = |object: &str, mut fields: Value| {
        fields["attributes"] = json!({"type": object, "url": format!("/services/data/v67.0/sobjects/{object}/x")});
        fields
    };
    let owner = "005000000000002AAA";
    let object = text.split(" FROM ").nth(1).and_then(|rest| rest.split(' ').next());
    let rows = match object {
        None => vec![
            // The search index also finds extensions and numbers of other countries.
            row(
                "Contact",
                json!({"Id": "003000000000009AAA", "Name": "Other", "OwnerId": ADMIN, "Phone": "+49 199 001234", "HomePhone": null}),
            ),
            row(
                "Contact",
                json!({"Id": CONTACT, "Name": "Ada Lovelace", "OwnerId": owner, "Phone": null, "MobilePhone": "01 99 00 12 34"}),
            ),
        ],
        Some("User") if text.contains("Email") && text.contains("'nora@") => {
            vec![row(
                "User",
                json!({"Id": "005000000000003AAA", "Email": "Nora@Example.com", "CreatedDate": "2026-03-02T13:10:00.000+0000", "IsActive": true}),
            )]
        }
        Some("User") => {
            vec![row(
                "User",
                json!({"Id": owner, "Email": "gone@example.com", "CreatedDate": "2020-01-01T00:00:00.000+0000", "IsActive": false}),
            )]
        }
        Some("Case") => vec![row("Case", json!({"Id": "500000000000001AAA", "ContactId": CONTACT, "IsClosed": false}))],
        Some("OpportunityContactRole") => vec![row(
            "OpportunityContactRole",
            json!({"OpportunityId": "006000000000001AAA", "ContactId": CONTACT, "Opportunity": row("Opportunity", json!({"IsClosed": false}))}),
        )],
        Some(other) => panic!("{other}"),
    };
    if resource == "search" {
        json!({"searchRecords": rows})
    } else {
        json!({"totalSize": rows.len(), "done": true, "records": rows})
    }
}

#[track_caller]
fn planned(more: &Value) -> (Vec<String>, Value) {
    let (body, settings) = (call("nora@example.com"), settings(more));
    let webhook = Webhook::from_json(&body).unwrap();
    let wanted = needs(webhook.call.as_ref().unwrap(), &settings);
    let (asked, directory) = ask(Enquiry::new(&wanted, &settings, Org::default()), salesforce);
    (asked, serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap())
}

#[test]
fn answers_lead_to_the_owner_and_the_case() {
    let (asked, plan) = planned(&json!({"relate_to": "case"}));
    assert_eq!(
        asked[2..],
        [
            "SELECT Id, Email, CreatedDate, IsActive, UserType FROM User WHERE Id = '005000000000002AAA' LIMIT 1"
                .to_owned(),
            format!(
                "SELECT Id, ContactId, IsClosed FROM Case WHERE ContactId = '{CONTACT}' AND IsClosed = false \
             ORDER BY LastModifiedDate DESC, Id LIMIT 1"
            ),
        ]
    );
    // The agent's user is younger than a day (OWN-1) and the record's owner is inactive (OWN-8), so
    // the admin owns the Task (OWN-3).
    assert_eq!(plan["task"]["WhoId"], CONTACT);
    assert_eq!(plan["task"]["WhatId"], "500000000000001AAA");
    assert_eq!(plan["task"]["OwnerId"], ADMIN);
    assert_eq!(plan["because"]["owner"], "OWN-3");
}

#[test]
fn answers_lead_to_the_opportunity() {
    let (asked, plan) = planned(&json!({"relate_to": "opportunity"}));
    assert_eq!(
        asked[3],
        format!(
            "SELECT OpportunityId, ContactId, Opportunity.IsClosed FROM OpportunityContactRole \
             WHERE ContactId = '{CONTACT}' AND Opportunity.IsClosed = false \
             ORDER BY Opportunity.LastModifiedDate DESC, OpportunityId LIMIT 1"
        )
    );
    assert_eq!(plan["task"]["WhatId"], "006000000000001AAA");
}

#[test]
fn an_owner_of_whom_it_does_not_matter_is_not_asked_for() {
    let (asked, plan) = planned(&json!({"unmatched_owner": "005000000000002AAA"}));
    assert_eq!(asked.len(), 2);
    assert_eq!(plan["because"]["owner"], "OWN-2");
}

/// A search's rows of several Contacts with the number of the call, given their ids, owners and
/// Accounts.
fn contacts(rows: &[(&str, &str, Value)]) -> Value {
    let row = |(id, owner, account): &(&str, &str, Value)| json!({"attributes": {"type": "Contact"}, "Id": id, "Name": "Ada", "OwnerId": owner, "AccountId": account, "Phone": "0199001234"});
    json!({"searchRecords": rows.iter().map(row).collect::<Vec<_>>()})
}

fn user(id: &str, email: &str, user_type: &str) -> Value {
    json!({"Id": id, "Email": email, "CreatedDate": "2020-01-01T00:00:00.000+0000", "IsActive": true, "UserType": user_type})
}

const OTHER: &str = "003000000000002AAA";
const ACCOUNT: &str = "001000000000001AAA";
const AGENT: &str = "005000000000003AAA";

/// Returns what is asked for the call of an agent, and its plan.
fn planned_with(more: &Value, answer: impl FnMut(&str, &str) -> Value) -> (Vec<String>, Value) {
    let (body, settings) = (call("nora@example.com"), settings(more));
    let webhook = Webhook::from_json(&body).unwrap();
    let wanted = needs(webhook.call.as_ref().unwrap(), &settings);
    let (asked, directory) = ask(Enquiry::new(&wanted, &settings, Org::default()), answer);
    (asked, serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap())
}

fn users(condition: &str) -> String {
    format!("SELECT Id, Email, CreatedDate, IsActive, UserType FROM User WHERE {condition} LIMIT 1")
}

fn cases(contact: &str) -> String {
    format!(
        "SELECT Id, ContactId, IsClosed FROM Case WHERE ContactId = '{contact}' AND IsClosed = false \
         ORDER BY LastModifiedDate DESC, Id LIMIT 1"
    )
}

#[test]
fn of_a_shared_number_the_first_record_and_the_agents_own_are_asked_about() {
    let holders = [
        (CONTACT, "005000000000002AAA", Value::Null),
        ("003000000000003AAA", "005000000000004AAA", Value::Null),
        (OTHER, AGENT, Value::Null),
    ];
    let more = json!({"shared_number": ["agents_own"], "relate_to": "case"});
    let (asked, plan) = planned_with(&more, |resource, text| match resource {
        "search" => contacts(&holders),
        _ if text.contains("Email IN") => json!({"records": [user(AGENT, "nora@example.com.invalid", "Standard")]}),
        _ if text == cases(OTHER) => {
            json!({"records": [{"Id": "500000000000001AAA", "ContactId": OTHER, "IsClosed": false}]})
        }
        _ => json!({"records": []}),
    });
    assert!(!asked[0].contains("AccountId"), "{}", asked[0]);
    assert_eq!(asked[2..], [users("Id = '005000000000002AAA'"), cases(CONTACT), cases(OTHER)]);
    assert_eq!((&plan["because"]["record"], &plan["because"]["holders"]), (&json!("agents_own"), &json!(3)));
    assert_eq!((&plan["task"]["WhoId"], &plan["task"]["OwnerId"]), (&json!(OTHER), &json!(AGENT)));
    assert_eq!(plan["task"]["WhatId"], "500000000000001AAA");
}

#[test]
fn of_people_of_one_account_the_account_and_its_owner_are_asked_for() {
    let account = format!("SELECT Id, Name, OwnerId FROM Account WHERE Id = '{ACCOUNT}' LIMIT 1");
    let salesforce = |account_owner: &'static str, other: Value| {
        move |resource: &str, text: &str| match resource {
            "search" => contacts(&[(CONTACT, ADMIN, json!(ACCOUNT)), (OTHER, ADMIN, other.clone())]),
            _ if text.contains(" FROM Account ") => {
                json!({"records": [{"attributes": {"type": "Account"}, "Id": ACCOUNT, "Name": "Acme", "OwnerId": account_owner}]})
            }
            _ if text == users("Id = '005000000000004AAA'") => {
                json!({"records": [user("005000000000004AAA", "al@example.com", "Guest")]})
            }
            _ => json!({"records": []}),
        }
    };
    let more = json!({"shared_number": ["account"]});
    let (asked, plan) = planned_with(&more, salesforce("005000000000002AAA", json!(ACCOUNT)));
    assert!(asked[0].contains("Contact(Id, Name, OwnerId, AccountId, Phone,"), "{}", asked[0]);
    assert_eq!(asked[0].matches("AccountId").count(), 1);
    assert_eq!(asked[2..], [account.clone(), users("Id = '005000000000002AAA'")]);
    assert_eq!(plan["because"]["record"], "shared_account");
    assert_eq!(plan["task"]["Subject"], "Inbound call from Acme on Support");
    assert_eq!((&plan["task"]["WhatId"], &plan["task"]["OwnerId"]), (&json!(ACCOUNT), &json!("005000000000002AAA")));

    // OWN-8: the user who owns the Account cannot own a Task.
    let (_, plan) = planned_with(&more, salesforce("005000000000004AAA", json!(ACCOUNT)));
    assert_eq!((&plan["because"]["owner"], &plan["task"]["OwnerId"]), (&json!("OWN-3"), &json!(ADMIN)));

    let (_, plan) = planned_with(&more, salesforce(ADMIN, Value::Null));
    assert_eq!((&plan["because"]["record"], &plan["task"]["WhoId"]), (&json!("first_match"), &json!(CONTACT)));

    // If the user does not see the Account, its id is enough.
    let hidden = |resource: &str, _: &str| match resource {
        "search" => contacts(&[(CONTACT, ADMIN, json!(ACCOUNT)), (OTHER, ADMIN, json!(ACCOUNT))]),
        _ => json!({"records": []}),
    };
    let (asked, plan) = planned_with(&more, hidden);
    assert_eq!(asked[2..], [account]);
    assert_eq!(plan["task"]["WhatId"], ACCOUNT);
}

#[test]
fn one_holder_of_a_number_needs_no_account() {
    let more = json!({"shared_number": ["account", "agents_own"]});
    let (asked, plan) = planned_with(&more, |resource, _| match resource {
        "search" => contacts(&[(CONTACT, ADMIN, json!(ACCOUNT))]),
        _ => json!({"records": []}),
    });
    assert_eq!((asked.len(), &plan["because"]["record"]), (2, &json!("first_match")), "{asked:?}");
}

#[test]
fn an_agent_in_the_map_is_asked_for_by_id() {
    let more = json!({"agents": {"Nora@example.com": AGENT}});
    for (row, owner) in [
        (Some(user(AGENT, "else@example.com", "Standard")), "OWN-1"),
        (Some(user(AGENT, "nora@example.com", "CsnOnly")), "OWN-2"),
        (None, "OWN-1"),
    ] {
        let rows: Vec<_> = row.into_iter().collect();
        let (asked, plan) = planned_with(&more, |resource, text| match resource {
            "search" => contacts(&[(CONTACT, ADMIN, Value::Null)]),
            _ if text == users(&format!("Id = '{AGENT}'")) => json!({"records": rows}),
            _ => json!({"records": []}),
        });
        assert_eq!(asked[1..], [users(&format!("Id = '{AGENT}'"))]);
        assert_eq!(plan["because"]["owner"], owner);
    }
}

#[test]
fn a_logged_task_brings_its_record() {
    let (body, settings) = (call(""), settings(&json!({"call_id_field": "CallObject"})));
    let webhook = Webhook::from_json(&body).unwrap();
    let wanted = needs(webhook.call.as_ref().unwrap(), &settings);
    let answer = |who: Value, what: Value| {
        move |_: &str, text: &str| match text.split(" FROM ").nth(1).and_then(|rest| rest.split(' ').next()) {
            Some("Task") => {
                json!({"records": [{"attributes": {"type": "Task"}, "Id": "00T000000000001EAA", "Subject": "Old", "WhoId": who, "WhatId": what}]})
            }
            Some("Lead") => {
                json!({"records": [{"attributes": {"type": "Lead"}, "Id": "00Q000000000001EAA", "Name": "Emil Sinclair", "OwnerId": null}]})
            }
            _ => json!({"records": []}),
        }
    };
    let enquiry = Enquiry::new(&wanted, &settings, Org::default());
    let (asked, directory) = ask(enquiry.clone(), answer(json!("00Q000000000001EAA"), Value::Null));
    assert_eq!(asked[2..], ["SELECT Id, Name, OwnerId FROM Lead WHERE Id = '00Q000000000001EAA' LIMIT 1"]);
    let plan = serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap();
    assert_eq!(plan["action"], "update");
    assert_eq!(plan["task"]["Subject"], "Inbound call from Emil Sinclair on Support");
    let task = directory.task(&TaskKey::Call(7)).unwrap();
    assert_eq!(
        Value::Object(task.fields.clone().unwrap()),
        json!({"Subject": "Old", "WhoId": "00Q000000000001EAA", "WhatId": null})
    );

    // A case has no phone number, and a Task without a record needs none.
    for (who, what) in [(Value::Null, json!("500000000000001AAA")), (Value::Null, Value::Null), (json!(""), json!(7))] {
        assert_eq!(ask(enquiry.clone(), answer(who, what)).0.len(), 2);
    }
}

/// Looks up a call with the records that a duplicate rule named. Salesforce has those in `there`.
fn with_duplicates(duplicates: &[&str], there: &[&str], org: Org, more: &Value) -> (Vec<String>, Value) {
    let (body, settings) = (call(""), settings(more));
    let webhook = Webhook::from_json(&body).unwrap();
    let wanted = needs(webhook.call.as_ref().unwrap(), &settings);
    let duplicates: Vec<Id> = duplicates.iter().map(|id| id.parse().unwrap()).collect();
    let enquiry = Enquiry::new(&wanted, &settings, org).with_duplicates(&duplicates);
    let (asked, directory) = ask(enquiry, |_, text| {
        let named = there.iter().filter(|id| text.contains(&format!(" WHERE Id = '{id}' ")));
        let row = |id: &&str| json!({"Id": id, "Name": "Ines Example", "OwnerId": "005000000000002AAA", "IsPersonAccount": true});
        json!({"records": named.map(row).collect::<Vec<_>>()})
    });
    (asked, serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap())
}

#[test]
fn a_record_that_a_duplicate_rule_named_is_looked_up_with_what_depends_on_it() {
    let (lead, contact) = ("00Q000000000009EAA", "003000000000009AAA");
    let question = |object: &str, id: &str| format!("SELECT Id, Name, OwnerId FROM {object} WHERE Id = '{id}' LIMIT 1");
    let creates = json!({"unknown_number": "create_contact", "relate_to": "case"});
    let there = [lead, contact];
    let (asked, plan) = with_duplicates(&[contact, lead], &there, Org::default(), &creates);
    assert_eq!(asked[1], question("Contact", contact));
    assert!(asked[2].contains(" FROM User WHERE Id = '005000000000002AAA' "), "{asked:?}");
    assert!(asked[3].contains(&format!(" FROM Case WHERE ContactId = '{contact}' ")), "{asked:?}");
    assert_eq!(asked.len(), 4);
    assert_eq!((&plan["because"]["record"], &plan["task"]["WhoId"]), (&json!("duplicate"), &json!(contact)));
    assert_eq!(plan["task"]["Subject"], "Inbound call from Ines Example on Support");

    // A record of a type that is not in `record_order` does not fit, so the next one is asked for.
    let leads_only = json!({"record_order": ["Lead"], "unknown_number": "create_lead"});
    let (asked, plan) = with_duplicates(&[contact, lead], &there, Org::default(), &leads_only);
    assert_eq!(asked[1..3], [question("Contact", contact), question("Lead", lead)]);
    assert_eq!(plan["task"]["WhoId"], lead);
    // Nor does a record that somebody deleted.
    let (asked, plan) = with_duplicates(&[contact, lead], &[lead], Org::default(), &creates);
    assert_eq!(asked[1..3], [question("Contact", contact), question("Lead", lead)]);
    assert_eq!(plan["task"]["WhoId"], lead);
    let (asked, plan) = with_duplicates(&[contact], &[], Org::default(), &creates);
    assert_eq!((asked.len(), &plan["because"]["record"]), (2, &json!("created")));
    // An id of an object without phone fields is no record of a call.
    assert_eq!(with_duplicates(&["500000000000001AAA"], &[], Org::default(), &creates).0.len(), 1);
}

#[test]
fn a_person_account_that_a_duplicate_rule_named_is_one() {
    let account = "001000000000009AAA";
    let org = Org { person_accounts: true, ..Org::default() };
    let order = json!({"record_order": ["PersonAccount"]});
    let (asked, plan) = with_duplicates(&[account], &[account], org, &order);
    assert_eq!(
        asked[1],
        format!("SELECT Id, Name, OwnerId, IsPersonAccount FROM Account WHERE Id = '{account}' LIMIT 1")
    );
    assert_eq!(plan["task"]["WhatId"], account);
    let companies = json!({"record_order": ["Account"]});
    let (_, plan) = with_duplicates(&[account], &[account], org, &companies);
    assert_eq!(plan["because"]["record"], "not_found");
}

#[test]
fn a_question_stays_open_until_it_is_answered() {
    let (body, settings) = (call("nora@example.com"), settings(&json!({})));
    let webhook = Webhook::from_json(&body).unwrap();
    let wanted = needs(webhook.call.as_ref().unwrap(), &settings);
    let mut enquiry = Enquiry::new(&wanted, &settings, Org::default());
    let questions: Vec<Question> = enquiry.questions();
    let error = |enquiry: &mut Enquiry<'_>, body: &str| enquiry.answer(&questions[0], body).unwrap_err().to_string();
    assert_eq!(error(&mut enquiry, "<html>"), "not JSON: expected value at line 1 column 1");
    assert_eq!(error(&mut enquiry, "[]"), "a list where an object was expected at line 1 column 0");
    assert_eq!(
        error(&mut enquiry, r#"{"searchRecords": [{"attributes": {"type": "Contact"}, "Id": "003"}]}"#),
        "`searchRecords[0].Id`: an id has 15 or 18 characters, this has 3 at line 1 column 66"
    );
    assert_eq!(enquiry.questions(), questions);
    enquiry.answer(&questions[1], r#"{"records": []}"#).unwrap();
    assert_eq!(enquiry.questions(), questions[..1]);
    enquiry.answer(&questions[0], r#"{"searchRecords": []}"#).unwrap();
    assert_eq!(enquiry.questions(), []);
}
