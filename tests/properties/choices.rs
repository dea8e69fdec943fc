//! Tests the settings that choose calls (LOG-9), records (REC-9), users (OWN-8) and fields
//! (FIELD-5).

use aircall_salesforce::rules::record::{RecordReason, Target, find};
use aircall_salesforce::{Directory, Facts, Lookup, Settings, Webhook, needs};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::config;
use crate::generate::{self, id};
use crate::whole::{carried_out, plan, text, without_tasks, wrote};
use crate::worlds::{self, World};

/// The number of an excluded call.
const NUMBER: &str = "+33 1 99 00 12 34";

/// Returns settings that exclude a call, and changes the call so that they do.
fn excluding(how: u8, call: &mut Value) -> Value {
    match how {
        0 => {
            call["number"]["id"] = json!(77);
            json!({"exclude": {"lines": ["5", "77"]}})
        }
        1 => {
            call["number"] = json!({"digits": "030 23125000", "country": "DE"});
            json!({"exclude": {"lines": ["+493023125000"]}})
        }
        2 => {
            call["raw_digits"] = json!(NUMBER);
            json!({"exclude": {"numbers": ["+1*", "+33199*"]}})
        }
        3 => {
            call["raw_digits"] = json!(NUMBER);
            json!({"exclude": {"own_numbers": true}, "own_numbers": ["+33199001234"]})
        }
        4 => {
            call["tags"].as_array_mut().unwrap().push(json!({"name": " no log"}));
            json!({"exclude": {"tags": ["no log "]}})
        }
        5 => {
            call["answered_at"] = call["started_at"].clone();
            json!({"exclude": {"shorter_than": u32::MAX}})
        }
        _ => json!({"exclude": {}, "only_lines": [77, "+493023125009"]}),
    }
}

fn with(settings: &Value, more: &Value) -> Value {
    let mut settings = settings.clone();
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    settings
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_excluded_call_has_no_task(
        call in generate::call(),
        json in worlds::settings(),
        directory in worlds::directory(),
        fields in worlds::fields(),
        how in 0_u8..7,
    ) {
        let mut call = call;
        let excluding = excluding(how, &mut call);
        let excluding = with(&json!({"only_lines": null, "exclude": {}}), &excluding);
        let mut world =
            World { settings: with(&json, &excluding), webhook: call, directory: without_tasks(directory) };
        let planned = plan(&world.webhook.to_string(), &world).unwrap();
        let skip = text(&planned, "skip");
        prop_assert!(["not_yet", "workflow", "outside_business_hours", "excluded"].contains(&skip), "{:#}", planned);

        // No other reason comes first.
        world.settings = with(&world.settings, &json!({"workflow": {}, "outside_business_hours": "log"}));
        world.webhook["ended_at"] = world.webhook["started_at"].clone();
        let planned = plan(&world.webhook.to_string(), &world).unwrap();
        prop_assert_eq!(text(&planned, "skip"), "excluded", "{:#}", planned);
        prop_assert!(planned.get("task").is_none());

        // LOG-7: a call that has a Task is updated as if nothing excluded it.
        let call: Value = world.webhook["id"].clone();
        world.directory["tasks"] = json!([{"id": id("00T", 0), "call": call, "fields": fields}]);
        let updated = plan(&world.webhook.to_string(), &world).unwrap();
        world.settings = with(&world.settings, &json!({"exclude": {}, "only_lines": null, "log_at": "answered"}));
        prop_assert_eq!(updated, plan(&world.webhook.to_string(), &world).unwrap());
    }

    #[test]
    fn a_shared_number_never_changes_the_type(world in worlds::world()) {
        let settings = Settings::from_json(&world.settings.to_string()).unwrap();
        let directory = Directory::from_json(&world.directory.to_string()).unwrap();
        let text = world.webhook.to_string();
        let Some(call) = Webhook::from_json(&text).ok().and_then(|webhook| webhook.call) else { return Ok(()) };
        let Some(facts) = Facts::new(&call) else { return Ok(()) };
        let found = find(&facts, &directory, &settings);
        let records = needs(&call, &settings).number.map(|number| directory.records_by_phone(number)).unwrap_or_default();
        let of = |wanted| records.iter().filter(move |record| record.record_type == wanted);
        let first = settings.record_order.iter().copied().find(|wanted| of(*wanted).next().is_some());
        let holders: Vec<_> = first.into_iter().flat_map(of).copied().collect();
        prop_assert_eq!(found.holders, holders.len());
        match (found.target, found.reason) {
            (Some(Target::Existing(record)), RecordReason::FirstMatch) => prop_assert_eq!(record, holders[0]),
            (Some(Target::Existing(record)), RecordReason::AgentsOwn) => {
                prop_assert!(holders.len() > 1 && holders.contains(&record));
                let before = holders.iter().take_while(|holder| holder.id != record.id);
                prop_assert!(before.into_iter().all(|holder| holder.owner != record.owner), "the first that they own");
            }
            (Some(target), RecordReason::SharedAccount) => {
                let account = match target {
                    Target::Existing(record) => record.id,
                    Target::Account(id) => id,
                    Target::New(_) => panic!("nothing is new"),
                };
                prop_assert!(holders.len() > 1 && holders.iter().all(|holder| holder.account == Some(account)));
            }
            (None, RecordReason::SharedNobody) => prop_assert!(holders.len() > 1),
            (None, _) => prop_assert!(holders.is_empty()),
            other => prop_assert!(false, "{other:?}"),
        }

        // The plan reports what was found.
        let world = World { directory: without_tasks(world.directory), ..world };
        let planned = plan(&text, &world).unwrap();
        if crate::whole::text(&planned, "action") == "create" {
            let count = (holders.len() > 1).then(|| json!(holders.len()));
            let notice = planned["notices"].as_array().unwrap().iter().find(|notice| notice["rule"] == "REC-9");
            prop_assert_eq!(notice.map(|notice| &notice["count"]), count.as_ref());
            prop_assert_eq!(planned["because"].get("holders"), count.as_ref());
        }
    }

    #[test]
    fn an_agent_in_the_map_needs_no_address(world in worlds::world(), user in 0_usize..5) {
        let agent = " Zoe@Example.com";
        let settings = with(&world.settings, &json!({"agents": {agent: id("005", user)}}));
        let mut world = World { settings, directory: without_tasks(world.directory), ..world };
        let read = world.webhook.to_string();
        let Some(call) = Webhook::from_json(&read).ok().and_then(|webhook| webhook.call) else { return Ok(()) };
        let email = call.user.and_then(|user| user.email).unwrap_or_default();
        let planned = plan(&read, &world);
        if email.trim().eq_ignore_ascii_case(agent.trim()) {
            for user in world.directory["users"].as_array_mut().unwrap() {
                user["email"] = json!("somebody@example.com");
            }
            prop_assert_eq!(&planned, &plan(&read, &world), "the addresses of users do not count");
            let planned = planned.unwrap();
            if planned["because"]["owner"] == "OWN-1" {
                prop_assert_eq!(&planned["task"]["OwnerId"], &json!(id("005", user)));
            }
            if let Some(change) = planned.get("owner_change") {
                prop_assert_eq!(&change["owner"], &json!(id("005", user)));
            }
        }
    }

    #[test]
    fn priority_and_record_type_are_never_updated(world in worlds::world(), later in generate::call(), edits in worlds::fields()) {
        let mut settings = world.settings;
        settings["extra_fields"]["Priority"] = json!("High[ {kind}{user_email}]");
        settings["extra_fields"]["RecordTypeId"] = json!(id("012", 1));
        let world = World { settings, directory: without_tasks(world.directory), ..world };
        let Some(created) = plan(&world.webhook.to_string(), &world) else { return Ok(()) };
        let has_none = |fields: &Value| fields.get("Priority").is_none() && fields.get("RecordTypeId").is_none();
        prop_assert!(has_none(&json!(wrote(&world))));
        let Some(mut after) = carried_out(&created, &world, true) else { return Ok(()) };
        prop_assert_eq!(&created["task"]["RecordTypeId"], &json!(id("012", 1)));
        prop_assert!(text(&created["task"], "Priority").starts_with("High"));
        prop_assert!(text(&created["task"], "Priority").encode_utf16().count() <= 20);
        let mut later = later;
        let Some(call) = after.directory["tasks"][0].get("call") else { return Ok(()) };
        later["id"] = call.clone();
        after.webhook = later;
        for (name, value) in edits {
            after.directory["tasks"][0]["fields"][name] = value;
        }
        let updated = plan(&after.webhook.to_string(), &after).unwrap();
        prop_assert!(updated.get("task").is_none_or(has_none), "{:#}", updated);
        prop_assert!(has_none(&json!(wrote(&after))));
    }
}
