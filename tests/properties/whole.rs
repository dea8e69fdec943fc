//! Tests the whole mapping.

use std::collections::BTreeSet;

use aircall_salesforce::salesforce::check::{CheckContext, Write, check};
use aircall_salesforce::salesforce::{Id, Object};
use aircall_salesforce::{Directory, Settings, Webhook, needs, plan_webhook};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::config;
use crate::generate::{self, id};
use crate::worlds::{self, World};

/// Returns the plan for a world, or `None` if the webhook contains no readable call.
pub(crate) fn plan(webhook: &str, world: &World) -> Option<Value> {
    let settings = Settings::from_json(&world.settings.to_string()).unwrap();
    let directory = Directory::from_json(&world.directory.to_string()).unwrap();
    let webhook = Webhook::from_json(webhook).ok()?;
    let plan = plan_webhook(&webhook, &directory, &settings);
    Some(serde_json::to_value(plan).unwrap())
}

pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Returns the checker's refusals for every body in a plan.
fn refusals(plan: &Value, settings: &Value) -> Vec<String> {
    let made = |name: &Value| Object::ALL.into_iter().find(|object| *name == object.name());
    let record = made(&plan["new_record"]["type"]);
    let case = plan.get("new_case").map(|_| Object::Case);
    let created: Vec<_> = record.into_iter().chain(case).collect();
    let count = serde_json::from_value(settings["count"].clone()).unwrap_or_default();
    let context = CheckContext { created: &created, count };
    let judge = |object, write, body: &Value| -> Vec<String> {
        let refusals = check(object, write, body.as_object().unwrap(), context);
        refusals.into_iter().map(|refusal| format!("{object:?} {write:?}: {refusal}")).collect()
    };
    let mut refusals = Vec::new();
    if let Some(new_record) = plan.get("new_record") {
        refusals.extend(judge(record.unwrap(), Write::Create, &new_record["fields"]));
    }
    if let Some(new_case) = plan.get("new_case") {
        refusals.extend(judge(Object::Case, Write::Create, &new_case["fields"]));
    }
    match text(plan, "action") {
        "create" => refusals.extend(judge(Object::Task, Write::Create, &plan["task"])),
        "update" => refusals.extend(judge(Object::Task, Write::Update, &plan["task"])),
        _ => assert!(plan.get("task").is_none()),
    }
    if let Some(change) = plan.get("owner_change") {
        let object = made(&change["type"]).unwrap();
        assert_eq!(text(change, "id").parse::<Id>().unwrap().object(), Some(object));
        refusals.extend(judge(object, Write::Update, &json!({"OwnerId": change["owner"]})));
    }
    refusals
}

/// Returns what the caller keeps of a world's plan (UPD-6).
pub(crate) fn wrote(world: &World) -> Option<Map<String, Value>> {
    let settings = Settings::from_json(&world.settings.to_string()).unwrap();
    let directory = Directory::from_json(&world.directory.to_string()).unwrap();
    let webhook = world.webhook.to_string();
    let webhook = Webhook::from_json(&webhook).ok()?;
    plan_webhook(&webhook, &directory, &settings).wrote(world.directory["tasks"][0]["wrote"].as_object())
}

/// Returns the world after its plan was carried out: the records that were made are there, and the
/// Task holds what was sent. A caller that `keeps` what was written hands it in again.
pub(crate) fn carried_out(plan: &Value, world: &World, keeps: bool) -> Option<World> {
    let mut directory = world.directory.clone();
    let mut fields = match text(plan, "action") {
        // Salesforce returns empty fields as null.
        "create" => json!({"WhoId": null, "WhatId": null}),
        "update" => directory["tasks"][0]["fields"].as_object().cloned().unwrap_or_default().into(),
        _ => return None,
    };
    let made = plan.get("new_record").map(|record| {
        let (prefix, record_fields) = (prefix(text(record, "type")), &record["fields"]);
        let names = ["FirstName", "LastName", "Name"].map(|name| text(record_fields, name));
        let name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
        let made = id(prefix, 77);
        let record = json!({"type": record["type"], "id": made, "name": name, "phones": [record_fields["Phone"]]});
        directory["records"].as_array_mut().unwrap().push(record);
        made
    });
    for (name, value) in plan["task"].as_object().unwrap() {
        fields[name] = match value.as_str() {
            Some("@{record.id}") if name.ends_with("Id") => json!(made),
            Some("@{case.id}") if name.ends_with("Id") => json!(id("500", 77)),
            _ => value.clone(),
        };
    }
    let (key, value) = worlds::task_key(&world.webhook).unwrap();
    directory["tasks"] = json!([{"id": id("00T", 0), key: value, "fields": fields}]);
    if keeps {
        directory["tasks"][0]["wrote"] = json!(wrote(world));
    }
    Some(World { directory, ..world.clone() })
}

fn prefix(object: &str) -> &'static str {
    Object::ALL.into_iter().find(|known| known.name() == object).unwrap().prefix()
}

fn edited(world: &World, edits: &Map<String, Value>) -> World {
    let mut world = world.clone();
    for (name, value) in edits {
        world.directory["tasks"][0]["fields"][name] = value.clone();
    }
    world
}

/// Checks that a second plan after a carried-out plan is `unchanged`, with and without `wrote`.
fn settles(plan_now: &Value, world: &World) -> Result<(), TestCaseError> {
    settles_where(&[false, true], plan_now, world)
}

fn settles_where(keeping: &[bool], plan_now: &Value, world: &World) -> Result<(), TestCaseError> {
    for &keeps in keeping {
        let Some(after) = carried_out(plan_now, world, keeps) else { return Ok(()) };
        let mut again = plan(&world.webhook.to_string(), &after).unwrap();
        let left = plan_now["notices"].as_array().unwrap().iter().any(|notice| notice["rule"] == "DESC-7");
        if left && text(&again, "action") == "update" {
            // The first update did not know the Description, so it left it to the next one (UPD-3).
            let sent: Vec<_> = again["task"].as_object().unwrap().keys().collect();
            prop_assert_eq!(sent, ["Description"], "first {:#}\nthen {:#}", plan_now, again);
            let after = carried_out(&again, &after, keeps).unwrap();
            again = plan(&world.webhook.to_string(), &after).unwrap();
        }
        prop_assert_eq!(text(&again, "action"), "unchanged", "first {:#}\nthen {:#}", plan_now, again);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_checker_accepts_every_plan(world in worlds::world()) {
        if let Some(plan) = plan(&world.webhook.to_string(), &world) {
            prop_assert_eq!(refusals(&plan, &world.settings), Vec::<String>::new(), "{:#}", plan);
        }
    }

    #[test]
    fn every_readable_call_has_a_plan(call in generate::call(), settings in worlds::settings(), directory in worlds::directory()) {
        let world = World { webhook: call, settings, directory };
        let plan = plan(&world.webhook.to_string(), &world).expect("the generator makes readable calls");
        prop_assert!(["create", "update", "unchanged", "skip"].contains(&text(&plan, "action")));
        prop_assert!(plan["because"].is_object() && plan["notices"].is_array());
        let created = text(&plan, "action") == "create";
        for key in ["new_record", "new_case", "owner_change"] {
            prop_assert!(created || plan.get(key).is_none(), "UPD-1 {}", key);
        }
        let owner = plan["because"].get("owner").and_then(Value::as_str);
        let logged = ["update", "unchanged"].contains(&text(&plan, "action"));
        prop_assert_eq!(owner.is_some(), created || logged);
        prop_assert_eq!(owner == Some("UPD-2"), logged, "UPD-7: the owner is people's");
        prop_assert_eq!(text(&plan["because"], "record") == "task", logged, "UPD-7: the record is people's");
        if created {
            prop_assert_eq!(owner == Some("OWN-7"), plan["task"].get("OwnerId").is_none(), "OWN-7 and no other has no owner");
        }
    }

    #[test]
    fn the_same_input_gives_the_same_bytes(world in worlds::world()) {
        let settings = Settings::from_json(&world.settings.to_string()).unwrap();
        let directory = Directory::from_json(&world.directory.to_string()).unwrap();
        let text = world.webhook.to_string();
        let bytes = || {
            let webhook = Webhook::from_slice(text.as_bytes()).map_err(|error| error.to_string())?;
            Ok::<_, String>(serde_json::to_string(&plan_webhook(&webhook, &directory, &settings)).unwrap())
        };
        let first = bytes();
        prop_assert_eq!(&first, &bytes());
        let webhook = Webhook::from_json(&text);
        if let Ok(webhook) = &webhook {
            let plan = serde_json::to_string(&plan_webhook(webhook, &directory, &settings)).unwrap();
            prop_assert_eq!(first.unwrap(), plan, "a body read as text has the same plan");
        }
    }

    #[test]
    fn a_call_written_and_read_again_has_the_same_plan(world in worlds::world()) {
        let text = world.webhook.to_string();
        if let Some(call) = Webhook::from_json(&text).ok().and_then(|webhook| webhook.call) {
            let again = serde_json::to_string(&call).unwrap();
            prop_assert_eq!(plan(&text, &world), plan(&again, &world));
            let pretty = serde_json::to_string_pretty(&world.webhook).unwrap();
            prop_assert_eq!(plan(&text, &world), plan(&pretty, &world));
        }
    }

    #[test]
    fn a_created_task_needs_no_update(world in worlds::world()) {
        let world = World { directory: without_tasks(world.directory), ..world };
        if let Some(plan) = plan(&world.webhook.to_string(), &world) {
            settles(&plan, &world)?;
        }
    }

    #[test]
    fn an_update_is_followed_by_unchanged(world in worlds::world(), call in generate::call_id(), fields in proptest::option::of(worlds::fields())) {
        let mut world = world;
        let mut task = json!({"id": id("00T", 0), "call": call, "fields": fields});
        if let Some((key @ "message", value)) = worlds::task_key(&world.webhook) {
            worlds::set_key(&mut task, key, value);
        }
        world.directory["tasks"] = json!([task]);
        if let Some(plan) = plan(&world.webhook.to_string(), &world) {
            prop_assert_eq!(refusals(&plan, &world.settings), Vec::<String>::new(), "{:#}", plan);
            if text(&plan, "action") == "update" {
                settles(&plan, &world)?;
            }
        }
    }

    // The text alone does not tell which lines people removed or altered, so a caller that kept
    // `wrote` must not lose it. A caller that did not may begin to.
    #[test]
    fn an_edited_task_settles(
        first in generate::call(),
        later in generate::call(),
        settings in worlds::settings(),
        directory in worlds::directory(),
        edits in worlds::fields(),
        keeps: bool,
    ) {
        let world = World { webhook: first, settings, directory: without_tasks(directory) };
        let created = plan(&world.webhook.to_string(), &world).unwrap();
        if let Some(created) = carried_out(&created, &world, keeps) {
            let mut later = later;
            later["id"] = world.webhook["id"].clone();
            let world = edited(&World { webhook: later, ..created }, &edits);
            let update = plan(&world.webhook.to_string(), &world).unwrap();
            prop_assert_eq!(refusals(&update, &world.settings), Vec::<String>::new(), "{:#}", update);
            if text(&update, "action") == "update" {
                let keeping: &[bool] = if keeps { &[true] } else { &[false, true] };
                settles_where(keeping, &update, &world)?;
            }
        }
    }

    #[test]
    fn only_an_ended_call_empties_a_field(world in worlds::world(), fields in worlds::fields()) {
        let mut world = world;
        let read = world.webhook.to_string();
        let call = Webhook::from_json(&read).ok().and_then(|webhook| webhook.call);
        if let Some(call) = call {
            world.directory["tasks"] = json!([{"id": id("00T", 0), "call": call.id, "fields": fields}]);
            let plan = plan(&read, &world).unwrap();
            let sent = plan.get("task").and_then(Value::as_object);
            let empties = sent.is_some_and(|task| task.values().any(Value::is_null));
            prop_assert!(!empties || call.ended_at.is_some(), "UPD-3 {:#}", plan);
        }
    }

    #[test]
    fn arbitrary_input_never_panics(webhook in generate::wild(), settings in generate::wild(), directory in generate::wild(), bytes: Vec<u8>) {
        let _ = Webhook::from_json(&webhook.to_string());
        let _ = Webhook::from_slice(&bytes);
        let _ = Settings::from_json(&settings.to_string());
        let _ = Directory::from_json(&directory.to_string());
    }

    #[test]
    fn needs_do_not_depend_on_a_lookup(webhook in generate::webhook(), settings in worlds::settings()) {
        let settings = Settings::from_json(&settings.to_string()).unwrap();
        let text = webhook.to_string();
        if let Some(call) = Webhook::from_json(&text).ok().and_then(|webhook| webhook.call) {
            let needs = needs(&call, &settings);
            prop_assert_eq!(needs.key, call.id.into());
            prop_assert!(needs.number.is_none_or(|number| !settings.own_numbers.iter().any(|own| own.matches(&number.e164))));
        }
    }
}

pub(crate) fn without_tasks(mut directory: Value) -> Value {
    directory["tasks"] = json!([]);
    directory
}

/// The standard fields of FIELD-5.
const CREATE_ONLY: [&str; 2] = ["Priority", "RecordTypeId"];

/// What the generated worlds must reach.
const DECISIONS: &[&str] = &[
    "unreadable",
    "create",
    "update",
    "skip",
    "new_record",
    "new_case",
    "owner_change",
    "an emptied field",
    "create Team__c",
    "create Caller__c",
    "create Score__c",
    "create Priority",
    "create RecordTypeId",
    "update Team__c",
    "update Caller__c",
    "update Score__c",
    "update emptied",
    "not_a_call",
    "message_status",
    "group_message",
    "not_yet",
    "workflow",
    "outside_business_hours",
    "excluded",
    "kind outbound_answered",
    "kind outbound_unanswered",
    "kind inbound_answered",
    "kind missed",
    "kind voicemail",
    "kind outbound_conference",
    "kind inbound_conference",
    "kind message_sent",
    "kind message_received",
    "record first_match",
    "record agents_own",
    "record shared_account",
    "record shared_nobody",
    "record own_number",
    "record no_number",
    "record not_found",
    "record created",
    "record task",
    "relation none",
    "relation account",
    "relation case",
    "relation new_case",
    "relation opportunity",
    "relation lead_not_allowed",
    "owner OWN-1",
    "owner OWN-2",
    "owner OWN-3",
    "owner OWN-4",
    "owner OWN-5",
    "owner OWN-6",
    "owner OWN-7",
    "owner UPD-2",
    "LOG-8",
    "LIMIT-1",
    "DISP-6",
    "DESC-5",
    "DESC-7",
    "PKG-5",
    "PKG-8",
    "FIELD-3",
    "REC-5",
    "REC-7",
    "REC-8",
    "REC-9",
    "UPD-6",
];

/// Checks that the generator reaches every decision; otherwise the properties would hold trivially.
#[test]
fn the_worlds_reach_every_decision() {
    let mut runner = TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    for _ in 0..3000 {
        let world = worlds::world().new_tree(&mut runner).unwrap().current();
        let Some(plan) = plan(&world.webhook.to_string(), &world) else {
            reached.insert("unreadable".to_owned());
            continue;
        };
        let text_of = |value: &Value| value.as_str().map(str::to_owned);
        reached.extend(["action", "skip"].iter().filter_map(|key| text_of(&plan[key])));
        reached.extend(
            plan["because"]
                .as_object()
                .unwrap()
                .iter()
                .filter_map(|(key, why)| Some(format!("{key} {}", text_of(why)?))),
        );
        reached.extend(plan["notices"].as_array().unwrap().iter().filter_map(|notice| text_of(&notice["rule"])));
        reached.extend(
            ["new_record", "new_case", "owner_change"]
                .iter()
                .filter(|key| plan.get(key).is_some())
                .map(|key| (*key).to_owned()),
        );
        let empties = plan["action"] == "update" && plan["task"].as_object().unwrap().values().any(Value::is_null);
        reached.extend(empties.then(|| "an emptied field".to_owned()));
        let sent = plan.get("task").and_then(Value::as_object).into_iter().flatten();
        let extra = sent
            .filter(|(name, _)| worlds::EXTRA_FIELDS.contains(&name.as_str()) || CREATE_ONLY.contains(&name.as_str()));
        reached.extend(extra.map(|(name, value)| {
            let kind = if value.is_null() { "emptied" } else { name };
            format!("{} {kind}", text(&plan, "action"))
        }));
    }
    let missed: Vec<_> = DECISIONS.iter().filter(|decision| !reached.contains(**decision)).collect();
    assert!(missed.is_empty(), "never reached: {missed:?}");
}
