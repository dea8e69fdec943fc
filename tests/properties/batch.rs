//! Tests that a batch asks for everything that a plan needs, and that many calls end as they do one
//! by one.

use aircall_salesforce::facts::Source;
use aircall_salesforce::request::{Answers, Batch, Checkpoint, Fate, Org, Outcome};
use aircall_salesforce::{Directory, Id, Lookup, Settings, Webhook, plan};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::config;
use crate::generate::id;
use crate::salesforce::{Response, Salesforce, error};
use crate::worlds::{self, World};

/// Returns the rows of a Salesforce with the content of a directory.
fn rows(directory: &Value) -> Vec<(&'static str, Value)> {
    let list = |name: &str| directory[name].as_array().unwrap().iter();
    let objects = ["Contact", "Lead", "Account"];
    let object = |record: &Value| *objects.iter().find(|name| record["type"] == **name).unwrap_or(&"Account");
    let related = |of: &Value| json!({"ContactId": of["contact"], "IsClosed": of["open"] == false});
    let case = |case: &Value| ("Case", with(&related(case), "Id", &case["id"]));
    let role = |role: &Value| {
        let row = json!({"OpportunityId": role["id"], "Opportunity": {"IsClosed": role["open"] == false}});
        ("OpportunityContactRole", with(&row, "ContactId", &role["contact"]))
    };
    let rows = list("records").map(|record| (object(record), self::record(record)));
    let rows = rows.chain(list("users").map(|user| ("User", self::user(user)))).chain(list("cases").map(case));
    let rows = rows.chain(list("opportunities").map(role));
    rows.chain(list("tasks").map(|task| ("Task", with(&task["fields"], "Id", &task["id"])))).collect()
}

fn record(record: &Value) -> Value {
    let is_person = record["type"] == "PersonAccount";
    let mobile = if is_person { "PersonMobilePhone" } else { "MobilePhone" };
    let phones = &record["phones"];
    // A plain Account has one phone field.
    let second = if record["type"] == "Account" { "Fax" } else { mobile };
    json!({
        "Id": record["id"], "Name": record["name"], "OwnerId": record["owner"], "AccountId": record["account"],
        "IsPersonAccount": is_person, "IsConverted": false, "Phone": phones[0], second: phones[1],
    })
}

fn user(user: &Value) -> Value {
    let user_type = if user["standard"] == false { "CsnOnly" } else { "Standard" };
    json!({
        "Id": user["id"], "Email": user["email"], "CreatedDate": user["created_at"], "IsActive": user["active"],
        "UserType": user_type,
    })
}

fn with(row: &Value, name: &str, value: &Value) -> Value {
    let mut row = row.clone();
    row[name] = value.clone();
    row
}

/// Makes a directory one that Salesforce can hold and returns in the order of the queries.
fn tidied(mut directory: Value, settings: &Settings) -> Value {
    for record in directory["records"].as_array_mut().unwrap() {
        let most = if record["type"] == "Account" { 1 } else { 2 };
        record["phones"].as_array_mut().unwrap().truncate(most);
    }
    let named = [Some(settings.admin), settings.unmatched_owner];
    for user in directory["users"].as_array_mut().unwrap() {
        user["email"] = json!(user["email"].as_str().unwrap().trim());
        // Nobody asks about these two, who are known to be able to own Tasks.
        let is_named = named.iter().flatten().any(|named| user["id"] == named.as_str());
        user["standard"] = json!(is_named || user["standard"] == true);
    }
    // The generator's times are in order as texts.
    let age = |user: &Value| (user["created_at"].to_string(), user["id"].to_string());
    directory["users"].as_array_mut().unwrap().sort_by_key(age);
    for task in directory["tasks"].as_array_mut().unwrap() {
        let call_id = match task["message"].as_str() {
            Some(message) => format!("aircall:message:{message}"),
            None => format!("aircall:{}", task["call"]),
        };
        let mut fields: Map<_, _> = TASK_FIELDS.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
        fields.extend(task["fields"].as_object().cloned().unwrap_or_default());
        fields.extend(settings.field_names.call_id().map(|name| (name.as_str().to_owned(), json!(call_id))));
        task["fields"] = json!(fields);
    }
    directory
}

/// The standard fields that are asked for, which an org always has.
const TASK_FIELDS: &[&str] =
    &["Subject", "Status", "CallDisposition", "CallDurationInSeconds", "Description", "WhoId", "WhatId"];

/// Returns the call of a webhook, if it has one that is an object.
fn call_of(webhook: &mut Value) -> Option<&mut Value> {
    let key = ["data", "call"].into_iter().find(|key| webhook.get(key).is_some());
    let call = if let Some(key) = key { &mut webhook[key] } else { webhook };
    call.is_object().then_some(call)
}

/// Several calls, and the Salesforce that they share.
#[derive(Debug)]
struct Merged {
    webhooks: Vec<String>,
    settings: Settings,
    /// The rows of Salesforce.
    rows: Vec<(&'static str, Value)>,
    /// What the caller keeps of each call.
    checkpoint: Vec<Checkpoint>,
}

/// Merges the calls, records and Tasks of several worlds. The users and settings are those of the
/// first one.
fn merged(worlds: Vec<World>) -> Merged {
    let mut settings = worlds[0].settings.clone();
    // Otherwise a Task whose creation was lost cannot be found.
    if settings["call_id_field"].is_null() {
        settings["call_id_field"] = json!("CallObject");
    }
    let settings = Settings::from_json(&settings.to_string()).unwrap();
    let mut all =
        json!({"records": [], "users": worlds[0].directory["users"], "cases": [], "opportunities": [], "tasks": []});
    let mut webhooks = Vec::new();
    for (place, World { mut webhook, directory, .. }) in worlds.into_iter().enumerate() {
        // Two worlds use the same ids.
        let moved = |value: &Value| {
            let text = value.as_str().unwrap();
            json!(id(&text[..3], text[3..15].parse::<usize>().unwrap() + 100 * place))
        };
        for list in ["records", "cases", "opportunities", "tasks"] {
            for mut element in directory[list].as_array().unwrap().iter().cloned() {
                element["id"] = moved(&element["id"]);
                if element.get("contact").is_some() {
                    element["contact"] = moved(&element["contact"]);
                }
                if list == "tasks" {
                    element["call"] = json!(place);
                }
                all[list].as_array_mut().unwrap().push(element);
            }
        }
        if let Some(call) = call_of(&mut webhook) {
            call["id"] = json!(place);
            // The new record of a number has the same name, whichever call creates it.
            call["contact"] = json!({"first_name": "Ada", "last_name": "Example", "company_name": "Example Ltd"});
        }
        webhooks.push(webhook.to_string());
    }
    let all = tidied(all, &settings);
    let checkpoint = (0..webhooks.len()).map(|place| {
        let mut checkpoint = Checkpoint::default();
        if let Some(task) = all["tasks"].as_array().unwrap().iter().find(|task| task["call"] == place) {
            checkpoint.wrote = task["wrote"].as_object().cloned();
        }
        checkpoint
    });
    Merged { checkpoint: checkpoint.collect(), webhooks, settings, rows: rows(&all) }
}

/// Returns the call or message of a webhook.
fn source<'w>(webhook: &'w Webhook<'_>) -> Option<Source<'w>> {
    let message = webhook.message.as_deref().map(Source::from);
    webhook.call.as_ref().map(Source::from).or(message)
}

/// Runs a batch of these calls.
fn batch(
    salesforce: &mut Salesforce,
    settings: &Settings,
    calls: &[(Source<'_>, Checkpoint)],
    answers: Answers,
) -> (Vec<Outcome>, Answers) {
    let org = Org { person_accounts: true };
    let mut batch = Batch::new(settings, org).with_answers(answers);
    for (source, checkpoint) in calls {
        assert!(batch.add(*source, checkpoint.clone()));
    }
    salesforce.run(&mut batch);
    batch.into_outcomes()
}

/// Returns whether a text is the id of a record that the calls created.
fn is_created(id: &str) -> bool {
    id.parse::<Id>().is_ok() && id[3..15].parse::<usize>().is_ok_and(|number| number >= 1_000)
}

/// Returns what Salesforce contains, with the names of new records in place of their ids.
///
/// After a failure, another call may be the first to hand a record over or to create a case, so
/// their owners and the cases' Subjects do not count.
fn content(salesforce: &Salesforce, is_exact: bool, edited: &[Value]) -> Vec<String> {
    let name = |id: &str| {
        let (object, row) = salesforce.rows.iter().find(|(_, row)| row.get("Id") == Some(&json!(id)))?;
        let of = |name| row.get(name).map(Value::to_string);
        Some(json!(format!("new {object} {:?} {:?}", of("Phone"), of("ContactId").is_some())))
    };
    let line = |(object, row): &(String, Map<String, Value>)| {
        let mut fields: Map<_, _> = row.clone().into_iter().filter(|(_, value)| !value.is_null()).collect();
        if !is_exact {
            fields.remove("OwnerId");
            fields.remove(if object == "Case" { "Subject" } else { "" });
            // An update whose response is lost cannot always tell what it wrote from what was
            // typed.
            fields.remove(if edited.contains(&row["Id"]) { "Description" } else { "" });
        }
        for value in fields.values_mut() {
            if let Some(id) = value.as_str().filter(|text| is_created(text)) {
                *value = name(id).unwrap_or_default();
            }
        }
        fields.sort_keys();
        format!("{object} {}", json!(fields))
    };
    let mut lines: Vec<_> =
        salesforce.rows.iter().filter(|(object, _)| object != "OpportunityContactRole").map(line).collect();
    lines.sort();
    lines
}

/// Generates what becomes of the requests: nothing bad for most of them.
fn trouble() -> impl Strategy<Value = (Vec<Option<Response>>, Vec<Option<&'static str>>)> {
    let locked = json!([error("UNABLE_TO_LOCK_ROW", "")]).to_string();
    let response = prop_oneof![
        Just(Response::LostBefore),
        Just(Response::LostAfter),
        Just(Response::Refused(503, String::new())),
        Just(Response::Refused(400, locked)),
        Just(Response::Refused(200, "{}".to_owned())),
    ];
    let codes =
        &["UNABLE_TO_LOCK_ROW", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "ENTITY_IS_DELETED", "PROCESSING_HALTED"][..];
    let some = (vec(weighted(0.3, response), 0..12), vec(weighted(0.3, select(codes)), 0..20));
    prop_oneof![1 => Just((Vec::new(), Vec::new())), 2 => some]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_batch_asks_for_everything_that_the_plan_needs(world in worlds::world(), same_call: bool) {
        let World { webhook, settings, mut directory } = world;
        let settings = Settings::from_json(&settings.to_string()).unwrap();
        let body = webhook.to_string();
        let Ok(parsed) = Webhook::from_json(&body) else { return Ok(()) };
        let Some(source) = source(&parsed) else { return Ok(()) };
        if let Some(task) = directory["tasks"].get_mut(0).filter(|_| same_call) {
            let (key, id) = worlds::task_key(&webhook).unwrap();
            worlds::set_key(task, key, id);
        }
        let content = tidied(directory, &settings);
        let everything = Directory::from_json(&content.to_string()).unwrap();
        let mut checkpoint = Checkpoint::default();
        if let Some(task) = everything.task(&source.key()) {
            checkpoint.wrote.clone_from(&task.wrote);
            if settings.field_names.call_id().is_none() {
                checkpoint.task = Some(task.id);
            }
        }
        let mut salesforce = Salesforce::new(rows(&content));
        let (outcomes, _) = batch(&mut salesforce, &settings, &[(source, checkpoint)], Answers::default());
        let json = |directory| serde_json::to_value(plan(source, directory, &settings)).unwrap();
        prop_assert_eq!(json(&outcomes[0].directory), json(&everything), "asked {:#?}", salesforce.queries());
        prop_assert_eq!(&outcomes[0].fate, &Fate::Done);
    }

    #[test]
    fn calls_end_together_as_they_do_one_by_one(
        worlds in vec(worlds::world(), 1..7),
        (responses, codes) in trouble(),
        page in 1_usize..5,
        trigger_limit in 1_usize..5,
        keeps_answers: bool,
    ) {
        let Merged { webhooks, settings, rows, checkpoint } = merged(worlds);
        let parsed: Vec<_> = webhooks.iter().map(|body| Webhook::from_json(body).ok()).collect();
        let sources = parsed.iter().map(|webhook| source(webhook.as_ref()?));
        let calls: Vec<_> = sources.zip(checkpoint).filter_map(|(source, checkpoint)| Some((source?, checkpoint))).collect();

        let mut alone = Salesforce::new(rows.clone());
        for call in &calls {
            let (outcomes, _) = batch(&mut alone, &settings, std::slice::from_ref(call), Answers::default());
            prop_assert_eq!(&outcomes[0].fate, &Fate::Done);
        }

        let is_exact = responses.iter().all(Option::is_none) && codes.iter().all(Option::is_none);
        let mut salesforce = Salesforce::new(rows.clone());
        (salesforce.page, salesforce.trigger_limit) = (page, trigger_limit);
        let mut responses = responses.into_iter();
        salesforce.respond = Box::new(move |_| responses.next().flatten().unwrap_or(Response::CarriedOut));
        let mut codes = codes.into_iter();
        salesforce.refuse = Box::new(move |_, _| codes.next().flatten().map(|code| error(code, "")));
        let (mut waiting, mut kept) = (calls, Answers::default());
        for round in 0.. {
            prop_assert!(round < 100, "the calls end");
            let (outcomes, answers) = batch(&mut salesforce, &settings, &waiting, std::mem::take(&mut kept));
            kept = if keeps_answers { answers } else { kept };
            let ended = waiting.iter().zip(outcomes);
            waiting = ended.filter(|(_, outcome)| outcome.fate != Fate::Done).map(|((call, _), outcome)| (*call, outcome.checkpoint)).collect();
            if waiting.is_empty() {
                break;
            }
        }
        let edited: Vec<_> = rows.iter().filter(|(object, _)| *object == "Task").map(|(_, row)| row["Id"].clone()).collect();
        prop_assert_eq!(content(&salesforce, is_exact, &edited), content(&alone, is_exact, &edited));
    }
}
