//! Tests the output: correct rows in job files, and calls that have to wait.

use crate::world::{SETTINGS, USERS, World, call, jonas, message, settings_with};
use serde_json::json;

const ADA: &str = "Id,FirstName,LastName,OwnerId,Phone,MobilePhone\n003000000000001AAA,Ada,Lovelace,005000000000002AAA,,(0)1 99 00 12 01\n";

#[test]
fn salesforce_exports_are_read_as_a_directory() {
    let world = World::new(&settings_with(r#""relate_to": "case""#));
    let mut answered = call(1);
    answered["user"] = json!({"id": 5, "name": "Jonas Weber", "email": "Jonas@example.com"});
    answered["comments"] = json!([{"id": 1, "content": "#N/A", "posted_at": 1, "posted_by": {"name": "Jonas Weber"}}]);
    world.write("calls", format!("{answered}\n{}\n{}\n{}\n", call(2), call(3), call(4)));
    world.write("directory/contacts.csv", ADA);
    world.write(
        "directory/accounts.csv",
        "ID,NAME,OWNERID,PHONE,PERSONMOBILEPHONE,ISPERSONACCOUNT\n\
         001000000000002AAA,\"Example, Inc.\",005000000000002AAA,+33199001202,,false\n\
         001000000000003AAA,Zoë Weber,005000000000002AAA,,+33 1 99 00 12 03,true\n",
    );
    world.write(
        "directory/leads.csv",
        "Id,Name,OwnerId,Phone,IsConverted\n00Q000000000009,Long Gone,,+33199001204,true\n00Q000000000004,Omar Haddad,,+33199001204,false\n",
    );
    world.write(
        "directory/users.csv",
        "Id,Email,CreatedDate,IsActive\n005000000000007,jonas@example.com,2025-01-01T08:00:00.000+0000,true\n",
    );
    world.write(
        "directory/cases.csv",
        "Id,ContactId,IsClosed\n500000000000001,003000000000001AAA,true\n500000000000002,003000000000001AAA,false\n500000000000003,,false\n",
    );
    world.backfill("out", 0, &["--directory", "directory", "calls"]);
    let rows = world.rows("out/tasks-0001.csv");
    let who: Vec<_> =
        rows.iter().map(|row| [&row["WhoId"], &row["WhatId"], &row["OwnerId"]].map(String::as_str)).collect();
    assert_eq!(
        who,
        [
            ["003000000000001AAA", "500000000000002AAA", "005000000000007AAA"],
            ["", "001000000000002AAA", "005000000000002AAA"],
            ["", "001000000000003AAA", "005000000000002AAA"],
            ["00Q000000000004EAA", "", "005000000000001AAA"],
        ]
    );
    assert_eq!(rows[0]["Subject"], "Inbound call from Ada Lovelace on Support, \"EU\"");
    assert_eq!(rows[0]["Description"], "Jonas Weber added a new comment:\n#N/A");
    assert_eq!(rows[1]["Subject"], "Inbound call from Example, Inc. on Support, \"EU\"");
}

#[test]
fn a_logged_call_is_updated() {
    let world = World::new(SETTINGS);
    world.write("calls", format!("{}\n{}\n{}\n", call(1), call(2), call(3)));
    world.backfill("first", 0, &["calls"]);
    let as_export = |row: &std::collections::BTreeMap<String, String>, id: &str, description: &str| {
        let cell =
            |name: &str| format!("\"{}\"", row.get(name).map(String::as_str).unwrap_or_default().replace('"', "\"\""));
        let names = [
            "Description",
            "CallDisposition",
            "CallDurationInSeconds",
            "aircall__Waiting_Time__c",
            "aircall__Country__c",
            "aircall__Connection_status__c",
            "aircall__Has_connected__c",
            "CallObject",
        ];
        format!("{id},{},{description},{}\n", cell("Subject"), names.map(cell).join(","))
    };
    let written = world.rows("first/tasks-0001.csv");
    world.write("tasks.csv", [
        "Id,Subject,aircall__Transferred_to__c,Description,CallDisposition,CallDurationInSeconds,aircall__Waiting_Time__c,aircall__Country__c,aircall__Connection_status__c,aircall__Has_connected__c,CallObject\n".to_owned(),
        as_export(&written[0], "00T000000000001EAA", ""),
        as_export(&written[1], "00T000000000002EAA", "Somebody"),
        "00T000000000009EAA,Other,,,,,,,,,\n".to_owned(),
    ].concat());
    world.backfill("second", 0, &["--directory", "tasks.csv", "calls"]);
    assert_eq!(world.skipped("second"), ["unchanged 1"]);
    let updates = world.rows("second/updates-0001.csv");
    assert_eq!(updates.len(), 1);
    let row = updates[0].iter().filter(|(_, cell)| !cell.is_empty()).map(|(name, cell)| (name.as_str(), cell.as_str()));
    assert_eq!(row.collect::<Vec<_>>(), [("Id", "00T000000000002EAA"), ("aircall__Transferred_to__c", "#N/A")]);
    assert_eq!(world.rows("second/tasks-0001.csv").len(), 1);
}

/// Settings that log messages.
fn with_messages() -> String {
    settings_with(r#""messages": "completed", "insights": ["summary"]"#)
}

#[test]
fn messages_follow_the_calls() {
    let input = [
        message("message.sent", "b/2", 30, "Newer."),
        message("message.sent", "b/2", 20, "Older."),
        message("message.received", "\"a\", 1", 10, "Hello"),
        message("message.status_updated", "b/2", 40, ""),
        message("group_message.sent", "c", 50, "All"),
        call(2).to_string(),
    ];
    let world = World::new(&with_messages());
    world.write("in", input.join("\n"));
    world.write("contacts.csv", ADA);
    world.backfill("out", 0, &["--directory", "contacts.csv", "in"]);
    let tasks = world.rows("out/tasks-0001.csv");
    let tasks: Vec<_> = tasks
        .iter()
        .map(|row| [&row["CallObject"], &row["Subject"], &row["Description"]].map(String::as_str))
        .collect();
    assert_eq!(
        tasks,
        [
            ["aircall:2", "Inbound call from +33 1 99 00 12 02 on Support, \"EU\"", ""],
            ["aircall:message:\"a\", 1", "SMS received from Ada Lovelace to Support, \"EU\"", "Hello"],
            ["aircall:message:b/2", "SMS sent via Support, \"EU\" to Ada Lovelace", "Newer."],
        ]
    );
    assert_eq!(world.skipped("out"), ["message_status  in 4", "group_message  in 5"]);
    assert_eq!(world.report("out")["kinds"]["message_sent"], 1);

    world.write("tasks.csv", "Id,Subject,Description,CallObject\n00T000000000001,Renewal,,aircall:message:b/2\n");
    world.backfill("again", 0, &["--directory", "contacts.csv", "--directory", "tasks.csv", "in"]);
    let updates = world.rows("again/updates-0001.csv");
    assert_eq!((updates.len(), updates[0]["Id"].as_str()), (1, "00T000000000001EAA"));
    assert_eq!(world.rows("again/tasks-0001.csv").len(), 2);
    world.backfill("compared", 0, &["--directory", "contacts.csv", "--compare", "settings.json", "in"]);
    assert_eq!(world.report("compared")["calls"], json!({"same": 1, "not_compared": 2}));

    let world = World::new(SETTINGS);
    world.write("in", input.join("\n"));
    world.backfill("out", 0, &["in"]);
    assert_eq!(world.rows("out/tasks-0001.csv").len(), 1);
    let skipped = ["message_status  in 4", "group_message  in 5", "workflow \"a\", 1", "workflow b/2"];
    assert_eq!(world.skipped("out"), skipped);
}

#[test]
fn what_the_ai_says_belongs_to_its_call() {
    let world = World::new(&with_messages());
    let summary = |call: u64| {
        json!({"resource": "conversation_intelligence", "event": "summary.created", "timestamp": 1_772_457_600,
            "data": {"id": "5", "call_id": call.to_string(), "content": "An offer."}})
    };
    world.write("in", format!("{}\n{}\n{}\n", summary(1), summary(9), call(1)));
    world.backfill("out", 0, &["in"]);
    let tasks = world.rows("out/tasks-0001.csv");
    assert_eq!((tasks.len(), tasks[0]["Description"].as_str()), (1, "AI summary:\nAn offer."));
    assert_eq!(world.skipped("out"), ["not_yet 9"]);
}

#[test]
fn a_task_waits_for_its_new_record() {
    let world = World::new(&settings_with(r#""unknown_number": "create_contact""#));
    let mut again = call(101);
    again["started_at"] = json!(1_772_457_400);
    let mut withheld = call(2);
    withheld["raw_digits"] = json!("anonymous");
    world.write("calls.json", format!("{:#}", json!({"calls": [call(1), again, withheld]})));
    world.backfill("first", 0, &["calls.json"]);
    let contacts = world.read("first/new-contacts-0001.csv");
    assert_eq!(contacts, "FirstName,LastName,Phone,OwnerId\n,+33 1 99 00 12 01,+33199001201,005000000000001AAA\n");
    assert_eq!(world.skipped("first"), ["waiting 1", "waiting 101"]);
    assert_eq!(world.rows("first/tasks-0001.csv").len(), 1);
    assert_eq!(world.read("first/waiting.ndjson").lines().count(), 2);

    world.write("contacts.csv", ADA);
    world.backfill("second", 0, &["--directory", "contacts.csv", "first/waiting.ndjson"]);
    let rows = world.rows("second/tasks-0001.csv");
    let tasks: Vec<_> = rows.iter().map(|row| [row["CallObject"].as_str(), &row["WhoId"]]).collect();
    assert_eq!(tasks, [["aircall:1", "003000000000001AAA"], ["aircall:101", "003000000000001AAA"]]);
}

#[test]
fn a_case_is_created_once_and_an_owner_changed_once() {
    let world = World::new(&settings_with(r#""relate_to": "case_or_create""#));
    world.write("calls", format!("{}\n{}\n", call(1), call(101)));
    world.write("contacts.csv", ADA);
    world.backfill("out", 0, &["--directory", "contacts.csv", "calls"]);
    assert_eq!(world.rows("out/new-cases-0001.csv").len(), 1);
    assert_eq!(world.skipped("out"), ["waiting 1", "waiting 101"]);

    let world = World::new(SETTINGS);
    let by_jonas = |id| {
        let mut call = call(id);
        call["user"] = jonas();
        call
    };
    world.write("calls", format!("{}\n{}\n", by_jonas(1), by_jonas(101)));
    world.write("contacts.csv", ADA.replace("005000000000002AAA", "005000000000001AAA"));
    world.write("users.csv", USERS);
    world.backfill("out", 0, &["--directory", "contacts.csv", "--directory", "users.csv", "calls"]);
    assert_eq!(world.read("out/contact-owners-0001.csv"), "Id,OwnerId\n003000000000001AAA,005000000000007AAA\n");
}

#[test]
fn other_settings_are_compared() {
    let world = World::new(SETTINGS);
    let mut missed = call(2);
    missed["answered_at"] = json!(null);
    world.write("calls", format!("{}\n{missed}\n{}\n", call(1), call(3)));
    world.write("contacts.csv", ADA);
    world.write(
        "others.json",
        settings_with(r#""wording": "de""#).replace(r#""voicemail""#, r#""missed": "do_nothing", "voicemail""#),
    );
    world.backfill("out", 0, &["--directory", "contacts.csv", "--compare", "others.json", "calls"]);
    let rows = world.rows("out/compared.csv");
    let row = |call: &str, field: &str| {
        let row = rows.iter().find(|row| row["call"] == call && row["field"] == field).unwrap();
        [row["before"].clone(), row["after"].clone()]
    };
    assert_eq!(
        row("1", "Subject"),
        ["Inbound call from Ada Lovelace on Support, \"EU\"", "Eingehender Anruf von Ada Lovelace auf Support, \"EU\"",]
    );
    assert_eq!(row("2", "(action)"), ["create", "skip"]);
    assert_eq!(row("2", "(skip)"), ["", "workflow"]);
    let report = world.report("out");
    assert_eq!(report["calls"], json!({"changed": 3}));
    assert_eq!(report["changes"]["(action) create -> skip"], json!({"calls": 1, "example": 2}));
    assert_eq!(report["changes"]["(skip) -> workflow"], json!({"calls": 1, "example": 2}));
    assert_eq!(report["changes"]["Subject"], json!({"calls": 2, "example": 1}));
    assert!(!world.path("out/tasks-0001.csv").exists());

    world.backfill("same", 0, &["--compare", "settings.json", "calls"]);
    assert_eq!(world.report("same")["calls"], json!({"same": 3}));
}

#[test]
fn a_comparison_counts_decisions_and_fields() {
    let compared = |others: &str| {
        let world = World::new(SETTINGS);
        let (mut found, mut agent, mut closed, mut withheld) = (call(1), call(2), call(3), call(4));
        (found["user"], agent["user"]) = (jonas(), jonas());
        (closed["answered_at"], closed["missed_call_reason"]) = (json!(null), json!("out_of_opening_hours"));
        withheld["raw_digits"] = json!("anonymous");
        world.write("calls", format!("{found}\n{agent}\n{closed}\n{withheld}\n"));
        world.write("in/contacts.csv", ADA.replace("005000000000002AAA", "005000000000001AAA"));
        world.write("in/leads.csv", "Id,Name,OwnerId,Phone\n00Q000000000004,Omar Haddad,,+33199001201\n");
        world.write("in/users.csv", USERS);
        world.write("others.json", settings_with(others));
        world.backfill("out", 0, &["--directory", "in", "--compare", "others.json", "calls"]);
        let report = world.report("out");
        let changes = report["changes"].as_object().unwrap().iter();
        changes.map(|(name, change)| format!("{name}: {}", change["calls"])).collect::<Vec<_>>()
    };
    // A call that becomes a skip has a reason, and none of its fields is counted.
    assert_eq!(
        compared(r#""outside_business_hours": "do_nothing""#),
        ["(action) create -> skip: 1", "(skip) -> outside_business_hours: 1"]
    );
    // The number of call 1 is the company's own, so the call has no record, owner or new owner.
    assert_eq!(
        compared(r#""own_numbers": ["+33199001201"]"#),
        [
            "(owner) OWN-1 -> OWN-7: 1",
            "(record) first_match -> own_number: 1",
            "OwnerId: 1",
            "Subject: 1",
            "WhoId: 1",
            "owner_change.id: 1",
            "owner_change.owner: 1",
            "owner_change.type: 1",
        ]
    );
    // The record of call 1 is another one. The others are made, so the admin is their owner.
    assert_eq!(
        compared(r#""record_order": ["Lead", "Contact"], "unknown_number": "create_contact""#),
        [
            "(owner) OWN-7 -> OWN-1: 1",
            "(owner) OWN-7 -> OWN-6: 1",
            "(record) not_found -> created: 2",
            "OwnerId: 2",
            "Subject: 1",
            "WhoId: 3",
            "new_record.LastName: 2",
            "new_record.OwnerId: 2",
            "new_record.Phone: 2",
            "new_record.type: 2",
            "owner_change.id: 1",
            "owner_change.owner: 1",
            "owner_change.type: 1",
        ]
    );
    // All calls but call 3 were answered, for 20 seconds.
    assert_eq!(compared(r#""exclude": {"shorter_than": 21}"#), ["(action) create -> skip: 3", "(skip) -> excluded: 3"]);
    assert_eq!(
        compared(r#""extra_fields": {"Line__c": "{number}", "Logged__c": true}"#),
        ["Line__c: 4", "Logged__c: 4"]
    );
    // A field that only one of the settings writes is counted by its name. Call 4 has no country.
    assert_eq!(compared(r#""package_fields": {"country": "Land__c"}"#), ["Land__c: 3", "aircall__Country__c: 3"]);
}

#[test]
fn contacts_of_one_account_share_a_number() {
    let world = World::new(SETTINGS);
    world.write("calls", call(1).to_string());
    let contacts = "Id,Name,OwnerId,AccountId,Phone\n\
         003000000000001AAA,Ada Lovelace,,001000000000001AAA,+33199001201\n\
         003000000000002AAA,Omar Haddad,,001000000000001AAA,+33199001201\n";
    world.write("in/contacts.csv", contacts);
    world.write("others.json", settings_with(r#""shared_number": ["account"]"#));
    world.backfill("out", 0, &["--directory", "in", "--compare", "others.json", "calls"]);
    let report = world.report("out");
    let changes: Vec<_> = report["changes"].as_object().unwrap().keys().collect();
    assert_eq!(
        changes,
        ["(record) first_match -> shared_account", "(relation) none -> account", "Subject", "WhatId", "WhoId"]
    );
    world.write("in/contacts.csv", contacts.replace("AccountId", "Account Name"));
    world.write("settings.json", world.read("others.json"));
    let said = world.backfill("without", 1, &["--directory", "in", "calls"]);
    assert!(said.contains("line 1: the file has no column `AccountId`, which the setting `shared_number`"), "{said}");
}

#[test]
fn a_user_who_cannot_own_tasks_owns_none() {
    let world = World::new(SETTINGS);
    let mut answered = call(1);
    answered["user"] = jonas();
    world.write("calls", answered.to_string());
    world.write("in/contacts.csv", ADA);
    world.write(
        "in/users.csv",
        "Id,Email,CreatedDate,UserType\n\
         005000000000006,jonas@example.com,2025-01-01T08:00:00Z,CsnOnly\n\
         005000000000007,jonas@example.com,2025-01-01T08:00:00Z,Standard\n",
    );
    world.backfill("out", 0, &["--directory", "in", "calls"]);
    assert_eq!(world.rows("out/tasks-0001.csv")[0]["OwnerId"], "005000000000007AAA");
}

#[test]
fn an_archived_task_is_updated_and_a_deleted_one_ignored() {
    let world = World::new(SETTINGS);
    world.write("calls", [call(1), call(2)].map(|call| call.to_string()).join("\n"));
    let tasks = "Id,CallObject,Description,IsDeleted\n\
         00T000000000001EAA,aircall:1,,true\n\
         00T000000000002EAA,aircall:1,,false\n\
         00T000000000003EAA,aircall:2,,1\n";
    world.write("in/tasks.csv", tasks);
    world.backfill("out", 0, &["--directory", "in", "calls"]);
    let updates: Vec<_> = world.rows("out/updates-0001.csv").iter().map(|row| row["Id"].clone()).collect();
    assert_eq!(updates, ["00T000000000002EAA"]);
    let created: Vec<_> = world.rows("out/tasks-0001.csv").iter().map(|row| row["CallObject"].clone()).collect();
    assert_eq!(created, ["aircall:2"]);
    world.write("in/tasks.csv", tasks.replace("IsDeleted", "Deleted"));
    let said = world.backfill("without", 1, &["--directory", "in", "calls"]);
    assert!(said.contains("line 1: the file has no column `IsDeleted`, but `Deleted`"), "{said}");
}

#[test]
fn errors_name_the_file_and_line_or_the_option() {
    let world = World::new(SETTINGS);
    world.write("calls", call(1).to_string());
    let rejected = |content: &str, what: &str| {
        world.write("directory.csv", content);
        let said = world.backfill("out", 1, &["--directory", "directory.csv", "calls"]);
        assert!(said.contains(what), "{said}");
        assert!(!said.contains("Lovelace"), "{said}");
    };
    rejected(
        "Contact ID,Name\n003000000000001AAA,Ada Lovelace\n",
        "directory.csv: line 1: the file has no column `Id`",
    );
    rejected("Id,Name\n003000000000001AAM,Ada Lovelace\n", "directory.csv: line 2: `Id`: the last three characters");
    rejected(
        "Id,Name,OwnerId,Phone\n003000000000001AAA,Ada Lovelace,,\n,Ada,,\n",
        "directory.csv: line 3: `Id` is missing",
    );
    rejected("Id,Name\n00X000000000001,Ada Lovelace\n", "belongs to an object that this program does not read");
    rejected("Id,Email,CreatedDate\n005000000000001AAA,ada@example.com,\n", "line 2: `CreatedDate` is missing");
    rejected(
        "Id,Subject\n00T000000000001EAA,Call\n",
        "the file has no column `CallObject`, which contains the id of the Task's call",
    );
    rejected(
        "Id,CallObject\n00T000000000001EAA,aircall:1\n",
        "the file has no column `Description`, without which an update would overwrite what people typed",
    );
    rejected("Id,Name\n003000000000001AAA,Ada Lovelace,more\n", "directory.csv: ");
    for (arguments, what) in [
        (&["calls", "--memory", "none"][..], "--memory must be a whole number"),
        (&["calls", "--memory", "0"], "from 1 to 4096"),
        (&[], "INPUT is missing"),
        (&["-", "-"], "can only be read once"),
        (&["calls", "--fast"], "--fast"),
        (&["calls", "--compare", "missing.json"], "missing.json: No such file"),
    ] {
        assert!(world.backfill("out", 1, arguments).contains(what), "{arguments:?}");
    }
    assert!(!world.path("out").exists());
}
