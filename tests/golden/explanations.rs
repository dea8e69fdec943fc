//! Tests the explanations of the golden cases: their form, the rules that they cite, and sentences
//! that are written from the rules by hand.

use std::collections::BTreeSet;

use aircall_salesforce::facts::Source;
use aircall_salesforce::rules::logging::Skip;
use aircall_salesforce::{Directory, Plan, Settings, Webhook, plan_webhook};
use serde_json::{Value, json};

use crate::RULES;
use crate::cases::{Case, cases};

/// Returns the plan of a case with its explanation, both as JSON.
fn explained(case: &Case) -> Option<(Value, Vec<Value>)> {
    let settings = Settings::from_json(&case.settings.to_string()).ok()?;
    let directory = case.directory.as_ref().map_or_else(|| "{}".to_owned(), ToString::to_string);
    let directory = Directory::from_json(&directory).ok()?;
    let webhook = case.webhook.to_string();
    let webhook = Webhook::from_json(&webhook).ok()?;
    let plan = plan_webhook(&webhook, &directory, &settings);
    let explanation = plan.explain(&webhook, &directory, &settings);
    Some((json!(plan), explanation.iter().map(|line| json!(line)).collect()))
}

/// The rules that decide no value that an explanation shows: they say how payloads, settings and
/// stored histories are read (LOG-8, LIMIT-2, LIMIT-3, LIMIT-6, MSG-10), how texts are spelled and
/// cleaned (SUBJ-8, DISP-5, DESC-6), or that something changes nothing (XFER-4).
const SILENT: [&str; 9] = ["LOG-8", "LIMIT-2", "LIMIT-3", "LIMIT-6", "MSG-10", "SUBJ-8", "DISP-5", "DESC-6", "XFER-4"];

#[test]
fn every_rule_that_decides_is_cited() {
    let numbered = |(family, last): &(&str, u32)| (1..=*last).map(|n| format!("{family}-{n}")).collect::<Vec<_>>();
    let all: BTreeSet<String> = RULES.iter().flat_map(numbered).collect();
    let mut cited: BTreeSet<String> = BTreeSet::new();
    for (_, explanation) in cases().values().filter_map(explained) {
        let rules = explanation.iter().flat_map(|line| line["rules"].as_array().unwrap());
        cited.extend(rules.map(|rule| rule.as_str().unwrap().to_owned()));
    }
    // A history that knows only what Aircall's AI says of a call.
    let (directory, settings) =
        (Directory::default(), Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap());
    let plan = Plan::skip(Skip::NotYet);
    let explanation = plan.explain(None::<Source<'_>>, &directory, &settings);
    assert_eq!(
        json!(explanation),
        json!([{
            "value": "skip", "rules": ["AI-1"],
            "because": "Only what Aircall's AI says of the call has arrived, so it gets no Task yet."
        }])
    );
    cited.extend(explanation.iter().flat_map(|line| &line.rules).map(|rule| (*rule).to_owned()));

    let silent = SILENT.map(str::to_owned).into();
    assert_eq!(all.difference(&cited).cloned().collect::<BTreeSet<_>>(), silent);
    assert_eq!(cited.difference(&all).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn an_explanation_has_the_decision_and_the_fields_of_the_plan() {
    for (path, case) in cases() {
        let Some((plan, explanation)) = explained(&case) else { continue };
        let path = path.display();
        assert_eq!((explanation[0].get("field"), &explanation[0]["value"]), (None, &plan["action"]), "{path}");
        let field = |line: &Value| line["field"].as_str().unwrap().to_owned();
        let task = plan["task"].as_object().cloned().unwrap_or_default();
        let (written, rest) = explanation[1..].split_at(task.len());
        assert!(written.iter().map(field).eq(task.keys().cloned()), "{path}: {written:?}");
        assert!(written.iter().map(|line| &line["value"]).eq(task.values()), "{path}");
        let rest_fields: Vec<_> = rest.iter().map(field).collect();
        assert!(rest_fields.is_sorted() && !rest_fields.iter().any(|name| task.contains_key(name)), "{path}: {rest:?}");
        let kept = rest.iter().filter(|line| line["rules"] == json!(["UPD-6"])).map(field);
        let because = plan["because"]["kept"].as_array().cloned().unwrap_or_default();
        assert_eq!(kept.map(Value::from).collect::<Vec<_>>(), because, "{path}");
        for line in &explanation {
            let sentence = line["because"].as_str().unwrap();
            let is_sentence = sentence.starts_with(|first: char| !first.is_lowercase()) && sentence.ends_with('.');
            let is_filled = !["  ", " ,", " .", "{}", "..", "[]"].iter().any(|hole| sentence.contains(hole));
            assert!(is_sentence && !line["rules"].as_array().unwrap().is_empty(), "{path}: {line}");
            let cites = RULES.iter().any(|(family, _)| sentence.contains(&format!("{family}-")));
            assert!(!cites, "{path}: {line}");
            assert!(is_filled || path.to_string().contains("blank"), "{path}: {line}");
        }
    }
}

/// A case, a field of it (`""` for the decision), the rules, and the sentence.
#[rustfmt::skip]
const SENTENCES: &[(&str, &str, &str, &str)] = &[
    ("own/agents-salesforce-user-owns-an-answered-call", "OwnerId", "OWN-1", "This user has the agent's address jonas.ekdal@example.com."),
    ("own/map-of-agents-comes-in-place-of-the-address", "OwnerId", "OWN-1 OWN-8", "The setting `agents` maps the address jonas.ekdal@example.com to this user."),
    ("own/no-user-with-the-address-gives-the-record-owner", "OwnerId", "OWN-2", "Nobody in Salesforce has the agent's address jonas.ekdal@example.com, so the owner of Mara Lindqvist has the Task."),
    ("own/only-matching-user-inactive-gives-the-record-owner", "OwnerId", "OWN-2 OWN-8", "The user with the agent's address jonas.ekdal@example.com is inactive, so the owner of Mara Lindqvist has the Task."),
    ("own/user-of-23-59-59-does-not-own-the-task", "OwnerId", "OWN-2 OWN-8", "The user with the agent's address jonas.ekdal@example.com was younger than a day, so the owner of Mara Lindqvist has the Task."),
    ("own/answered-without-record-owner-goes-to-the-admin", "OwnerId", "OWN-3", "Nobody in Salesforce has the agent's address jonas.ekdal@example.com, and no owner of Mara Lindqvist is known, so the admin has the Task."),
    ("own/missed-call-goes-to-the-record-owner", "OwnerId", "OWN-4", "Nobody answered the call, so the owner of Mara Lindqvist has the Task."),
    ("own/missed-without-record-owner-goes-to-unmatched-owner", "OwnerId", "OWN-5", "Nobody answered the call, and no owner of Mara Lindqvist is known, so the setting `unmatched_owner` decides."),
    ("own/missed-with-inactive-record-owner-goes-to-unmatched-owner", "OwnerId", "OWN-5 OWN-8", "Nobody answered the call, and the owner of Mara Lindqvist is inactive, so the setting `unmatched_owner` decides."),
    ("own/missed-without-owner-and-setting-goes-to-the-admin", "OwnerId", "OWN-5", "Nobody answered the call, and no owner of Mara Lindqvist is known, so the admin has the Task."),
    ("own/created-record-and-missed-call-gives-the-admin", "OwnerId", "OWN-6", "Nobody answered the call, and the new Contact +33 1 99 00 12 34 is created for the call, so the admin has the Task."),
    ("own/no-record-leaves-the-owner-empty-although-an-agent-matches", "OwnerId", "OWN-7 REC-1 REC-6", "Nobody in Salesforce has the number +33199001234, and the settings create no record; without a record there is no owner, so the field is left out."),
    ("own/task-owner-is-decided-before-the-hand-over", "OwnerId", "OWN-2 OWN-8 OWN-9", "The user with the agent's address jonas.ekdal@example.com was younger than a day, so the owner of Mara Lindqvist has the Task; the record is handed over to 005Kd000001JoEkIAK afterwards."),
    ("own/task-owner-is-decided-before-the-hand-over", "", "KIND-1 KIND-2 LOG-1 OWN-10", "This is an inbound call that was answered, and it has no Task, so a Task is created; Mara Lindqvist goes from the admin to the agent's user 005Kd000001JoEkIAK."),
    ("rec/contact-goes-into-who", "WhoId", "REC-1 REC-3", "The Contact Mara Lindqvist has the number +12125550123."),
    ("rec/shared-number-takes-the-first-by-default", "WhoId", "REC-1 REC-2 REC-9 REC-3", "The Contact Mara Lindqvist is the first of 3 records with the number +12125550123."),
    ("rec/agents-own-takes-the-record-of-the-agent", "WhoId", "REC-9 REC-3", "Of 3 records with the number +12125550123, the Contact Nils Lindqvist is the first that the agent's user owns."),
    ("rec/account-logs-the-call-on-the-common-account", "WhatId", "REC-9 REC-3", "All 3 Contacts with the number +12125550123 belong to the Account Example Trading."),
    ("rec/nobody-logs-the-call-on-no-record", "WhoId", "REC-9", "3 records have the number +12125550123, and the setting `shared_number` chooses none of them, so the field is left out."),
    ("rec/own-number-matches-nothing", "WhoId", "REC-8", "The number +12125550123 is one of the company's own, so the field is left out."),
    ("rec/withheld-number-matches-no-record", "WhoId", "REC-7", "The number is withheld, so the field is left out."),
    ("rec/text-is-no-number", "WhoId", "REC-7", "“sip:alice” cannot be dialled, so the field is left out."),
    ("rec/do-nothing-leaves-who-what-and-owner-empty", "WhoId", "REC-1 REC-6", "Nobody in Salesforce has the number +12125550123, and the settings create no record, so the field is left out."),
    ("rec/create-lead-makes-the-record-first", "WhoId", "REC-1 REC-6 REC-3", "Nobody in Salesforce has the number +12125550123, so the new Lead +1 212-555-0123 is created."),
    ("rec/create-lead-makes-the-record-first", "", "KIND-1 KIND-2 LOG-1 REC-6 NEW-1 NEW-2 NEW-3", "This is an inbound call that nobody answered, and it has no Task, so a Task is created, and so is the new Lead +1 212-555-0123, which the admin owns."),
    ("rec/duplicate-is-the-call-s-record", "WhoId", "REC-10 REC-3", "A duplicate rule of Salesforce named the Contact Ines Example."),
    ("rec/account-goes-into-what", "WhatId", "REC-1 REC-3", "The Account Brandt Logistik has the number +12125550123."),
    ("rec/account-goes-into-what", "WhoId", "REC-1 REC-3", "The Account Brandt Logistik has the number +12125550123, and the id of an Account goes to `WhatId`, so the field is left out."),
    ("rec/case-is-the-contact-s-first-open-one", "WhatId", "REC-4", "It is the first open case of Mara Lindqvist."),
    ("rec/case-or-create-makes-a-case", "WhatId", "REC-4", "Mara Lindqvist has no open case, so a case is created."),
    ("rec/opportunity-is-the-contact-s-first-open-one", "WhatId", "REC-4", "It is the first open opportunity of Mara Lindqvist."),
    ("rec/lead-gets-no-what-with-case", "WhatId", "REC-5", "Salesforce relates no Lead to a case or opportunity, and the Lead Timo Krause has the number, so the field is left out."),
    ("rec/relate-to-nothing-leaves-what-empty", "WhatId", "REC-4", "The setting `relate_to` has `nothing`, so the field is left out."),
    ("rec/contact-without-a-case-has-no-notice", "WhatId", "REC-4", "Mara Lindqvist has no open case, so the field is left out."),
    ("log/webhook-of-another-resource-is-not-a-call", "", "LOG-7", "The webhook is about neither a call nor a message, so nothing is written."),
    ("msg/status-updated-is-skipped", "", "MSG-1", "The webhook only reports the status of a message, so nothing is written."),
    ("msg/group-message-sent-is-skipped", "", "MSG-1", "The webhook is about a message of a group, so nothing is written."),
    ("log/ringing-call-is-not-yet-written", "", "LOG-1", "The call has neither been answered nor ended, so it gets no Task yet."),
    ("log/log-at-ended-waits-for-the-end", "", "LOG-1", "The setting `log_at` waits for the end of the call, so it gets no Task yet."),
    ("log/running-call-waits-where-tags-are-excluded", "", "LOG-9", "The setting `exclude` waits for the end of the call, so it gets no Task yet."),
    ("log/missed-do-nothing-makes-no-task", "", "KIND-1 KIND-2 LOG-4", "This is an inbound call that nobody answered, and the setting `workflow` logs none."),
    ("msg/default-logs-no-message", "", "MSG-1 MSG-2 MSG-4", "This is a text message that was sent, and the setting `messages` logs none."),
    ("log/outside-business-hours-do-nothing-skips-a-missed-call", "", "LOG-5", "Nobody answered, outside business hours, and `outside_business_hours` has `do_nothing`."),
    ("log/excluded-tag", "", "KIND-1 KIND-2 LOG-9", "This is an inbound call that was answered, tagged VIP, Spam, of 180 seconds, on +16465550142, with the number +12125550123; the setting `exclude.tags` excludes it."),
    ("kept/several-kept-fields-have-a-notice-each-where-the-call-is-new", "", "LOG-2 UPD-1 UPD-2 UPD-7", "The call has the Task 00T000000000001EAA, so what differs there is updated; its record, owner and date stay as people left them."),
    ("kept/several-kept-fields-have-a-notice-each-where-the-call-is-new", "CallDurationInSeconds", "FIELD-3 UPD-3", "It was answered at 2025-06-16 12:00:12 UTC and ended at 2025-06-16 12:04:12 UTC; the Task had 180 before."),
    ("kept/several-kept-fields-have-a-notice-each-where-the-call-is-new", "Subject", "UPD-6", "A person changed the field, so it is kept, although the call says something new; \"Inbound call from Mara Lindqvist on Support Berlin\" was written before."),
    ("kept/duration-that-a-person-emptied-stays-empty", "CallDurationInSeconds", "UPD-6", "A person emptied the field, so it stays empty; 180 was written before."),
    ("kept/unchanged-gives-no-notice", "", "LOG-2 UPD-1 UPD-2 UPD-3 UPD-7", "The Task 00T000000000001EAA has everything that the call says, apart from what is kept or left out, so nothing is written."),
    ("upd/neither-known-and-no-record-sends-no-subject", "Subject", "UPD-5", "The name of the Task's record is not known, so the field is not sent."),
    ("upd/voicemail-after-the-missed-call-moves-the-status", "Status", "UPD-4 UPD-3", "The Task of what is a voicemail now had the status of missed calls; the Task had \"In Progress\" before."),
    ("upd/voicemail-after-the-missed-call-moves-the-status", "Description", "DESC-1 DESC-3 DESC-4 DESC-7 UPD-3", "The call has a voicemail and 0 notes; what people typed stays."),
    ("upd/ended-call-clears-package-fields", "aircall__Answered_by__c", "PKG-2 UPD-3", "The call has no agent with a name, so the field is emptied; the Task had \"Jonas Ekdal\" before."),
    ("xfer/b-answers-and-only-bs-tags-are-logged", "CallDisposition", "DISP-1 DISP-2 DISP-4 XFER-1 XFER-3", "It lists the tags Solved, `aircall`, the direction, whether it was answered, the company's number +493023125123; Tess Okoro answered the transfer, so other agents' tags are left out."),
    ("msg/sent", "", "MSG-1 MSG-2 MSG-4", "This is a text message that was sent, and it has no Task, so a Task is created."),
    ("msg/sent", "OwnerId", "OWN-1 MSG-6", "This user has the agent's address nora.helmer@example.com."),
    ("msg/sent", "WhoId", "REC-1 REC-3 MSG-5", "The Contact Mara Lindqvist has the number +33199001234."),
    ("msg/sent", "Subject", "MSG-3", "It is the text for a text message that was sent, with the record Mara Lindqvist and the company's number Support Berlin."),
    ("msg/sent", "ActivityDate", "FIELD-2 MSG-8", "The time of the message is 2026-05-29 12:59:43 UTC."),
    ("msg/received", "OwnerId", "OWN-4 MSG-6", "The message was received, so the owner of Mara Lindqvist has the Task."),
    ("msg/received", "Description", "MSG-7", "It is the message and the names of its files."),
    ("msg/neither-body-nor-files", "Description", "MSG-7", "The message has neither text nor named files, so the field is left out."),
];

#[test]
fn sentences_show_the_facts() {
    let cases = cases();
    for (path, field, rules, sentence) in SENTENCES {
        let case = cases.iter().find(|(other, _)| other.with_extension("").to_str() == Some(path));
        let (_, explanation) = explained(case.unwrap_or_else(|| panic!("no case {path}")).1).unwrap();
        let field = (!field.is_empty()).then(|| json!(field));
        let line = explanation.iter().find(|line| line.get("field") == field.as_ref());
        let line = line.unwrap_or_else(|| panic!("{path}: no {field:?} in {explanation:#?}"));
        let cited: Vec<_> = line["rules"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(
            (cited.join(" ").as_str(), line["because"].as_str().unwrap()),
            (*rules, *sentence),
            "{path} {field:?}"
        );
    }
}
