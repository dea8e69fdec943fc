//! Tests single rules: what is rejected, and what is stored.

use aircall_salesforce::aircall::Timestamp;
use aircall_salesforce::history::NotAbsorbed;
use aircall_salesforce::{Call, CallHistory, Directory, Settings, Webhook, plan, plan_webhook};
use serde_json::{Value, json};

use crate::golden_cases::cases;
use crate::{absorb, history, history_of, is_list, stored};

fn webhook(event: &str, timestamp: i64, more: &Value) -> Value {
    let mut data = json!({"id": 7, "direction": "inbound", "started_at": 1_772_457_500});
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"event": event, "timestamp": timestamp, "data": data})
}

fn created() -> CallHistory {
    history(&webhook("call.created", 1_772_457_500, &json!({})))
}

/// HIST-2: the order of the events, from the rule.
#[test]
fn within_a_second_the_later_event_is_the_newer() {
    let events = [
        "call.created",
        "call.ringing_on_agent",
        "call.agent_declined",
        "call.ivr_option_selected",
        "call.answered",
        "call.hold",
        "call.unhold",
        "call.transferred",
        "call.external_transferred",
        "call.unsuccessful_transfer",
        "call.hungup",
        "call.ended",
        "call.comm_assets_generated",
        "call.voicemail_left",
        "call.assigned",
        "call.archived",
        "call.commented",
        "call.untagged",
        "call.tagged",
        "call.of_tomorrow",
    ];
    // The numbers fall while the events advance, so that the greater value cannot decide.
    let snapshot = |event: &str, number: &str| webhook(event, 1_772_457_550, &json!({"raw_digits": number}));
    for pair in events.windows(2) {
        let (earlier, later) = (snapshot(pair[0], "2"), snapshot(pair[1], "1"));
        for order in [[&earlier, &later], [&later, &earlier]] {
            assert_eq!(history_of(order).call().unwrap().raw_digits.as_deref(), Some("1"), "{pair:?}");
        }
    }
}

/// HIST-9
#[test]
fn another_call_is_rejected_and_changes_nothing() {
    let mut known = created();
    let before = known.clone();
    let other = webhook("call.ended", 1_772_457_600, &json!({"id": 8, "ended_at": 1_772_457_590})).to_string();
    let other = Webhook::from_json(&other).unwrap();
    assert_eq!(known.absorb(&other), Err(NotAbsorbed::OtherCall));
    assert_eq!(known.merge(CallHistory::new(&other).unwrap()), Err(NotAbsorbed::OtherCall));
    assert_eq!(known, before);
    assert_eq!(known.call_id(), 7);
}

/// HIST-9
#[test]
fn another_resource_is_rejected_and_changes_nothing() {
    let mut known = created();
    let before = known.clone();
    let other = Webhook::from_json(r#"{"resource": "user", "event": "user.created", "data": {"id": 7}}"#).unwrap();
    assert_eq!(known.absorb(&other), Err(NotAbsorbed::NotACall));
    assert_eq!(CallHistory::new(&other), Err(NotAbsorbed::NotACall));
    assert_eq!(known, before);
    assert_eq!(NotAbsorbed::NotACall.to_string(), "the webhook is not about a call");
    assert_eq!(NotAbsorbed::OtherCall.to_string(), "the webhook is about another call");
}

fn summary(call: u64, text: &str) -> Value {
    json!({"resource": "conversation_intelligence", "event": "summary.created", "timestamp": 1_772_457_640,
        "data": {"id": "1", "call_id": call.to_string(), "content": text}})
}

/// AI-1, HIST-9
#[test]
fn an_insight_of_another_call_is_rejected_and_changes_nothing() {
    let mut known = created();
    let before = known.clone();
    let other = summary(8, "An offer.").to_string();
    assert_eq!(known.absorb(&Webhook::from_json(&other).unwrap()), Err(NotAbsorbed::OtherCall));
    assert_eq!(known, before);
}

/// AI-1
#[test]
fn an_insight_is_absorbed_once() {
    let mut known = created();
    assert!(absorb(&mut known, &summary(7, "An offer.")));
    assert!(!absorb(&mut known, &summary(7, "An offer.")));
    // Without a text there is nothing new.
    assert!(!absorb(&mut known, &summary(7, "")));
}

/// AI-1: a summary for a call that never comes.
#[test]
fn a_history_of_insights_has_no_call() {
    let known = history(&summary(7, "An offer."));
    assert_eq!((known.call_id(), known.call()), (7, None));
    assert_eq!(stored(&known), known);
}

/// AI-1: a message belongs to no call.
#[test]
fn a_message_is_rejected() {
    let message = r#"{"event": "message.sent", "data": {"id": "7", "sent_at": 1772457500}}"#;
    let message = Webhook::from_json(message).unwrap();
    assert!(message.message.is_some());
    assert_eq!(created().absorb(&message), Err(NotAbsorbed::NotACall));
}

/// AI-2: a call that was written and read again has the same plan.
#[test]
fn the_insights_of_a_call_are_written_with_it() {
    let item = |id: &str, text: &str| {
        json!({"event": "action_item.created", "timestamp": 1_772_457_641,
        "data": {"id": id, "call_id": 7, "content": text}})
    };
    let ended = webhook("call.ended", 1_772_457_600, &json!({"ended_at": 1_772_457_590}));
    let known = history_of([&ended, &summary(7, "An offer."), &item("1", "Call"), &item("2", "Write")]);
    let call = known.call().unwrap();
    let written = serde_json::to_string(&call).unwrap();
    let again: Call<'_> = serde_json::from_str(&written).unwrap();
    assert_eq!(again, call);
    let settings = r#"{"admin": "005000000000001AAA", "insights": ["action_items", "summary"]}"#;
    let (settings, directory) = (Settings::from_json(settings).unwrap(), Directory::default());
    let plan = serde_json::to_value(plan(&again, &directory, &settings)).unwrap();
    assert_eq!(plan["task"]["Description"], "Action items:\n- Call\n- Write\n\nAI summary:\nAn offer.");
}

/// HIST-10: the stored form of insights. A history without them is stored as before.
#[test]
fn insights_are_stored_as_this() {
    let item = json!({"event": "action_item.created", "timestamp": 1_772_457_641,
        "data": {"id": 9, "call_id": 7, "created_at": 1_772_457_640_500_u64, "content": ["Call", "Write"]}});
    let known = history_of([&summary(7, "An offer."), &item]);
    let as_of = |second: u64| json!({"at": second, "step": 255});
    let wanted = json!({
        "newest": {"summary": {"as_of": as_of(1_772_457_640), "value": ["An offer."]}},
        "action_items": {"9": {
            "as_of": as_of(1_772_457_641), "value": {"created_at": 1_772_457_640, "texts": ["Call", "Write"]}
        }}
    });
    assert_eq!(serde_json::to_value(&known).unwrap()["insights"], wanted);
    assert_eq!(serde_json::to_value(created()).unwrap().get("insights"), None);
}

/// HIST-10: the exact stored form, which must not change within a version.
#[test]
fn a_history_is_stored_as_this() {
    let tagged = json!({"direction": "outbound", "answered_at": 1_772_457_505,
        "user": {"id": 1, "name": "Ada Moreau", "email": "ada.moreau@example.com"},
        "comments": [{"id": "9", "content": "Paid.", "posted_at": 1_772_457_508}],
        "tags": [{"id": 3, "name": "VIP", "tagged_by": {"id": 1}, "tagged_at": 1_772_457_509}]});
    let history = history(&webhook("call.tagged", 1_772_457_510, &tagged));
    let as_of = json!({"at": 1_772_457_510, "step": 18});
    let dated = |value: Value| json!({"as_of": as_of, "value": value});
    let ada = json!({"id": "1", "attributes": {"name": "Ada Moreau", "email": "ada.moreau@example.com"}});
    let by_id_alone = json!({"id": "1", "attributes": {}});
    let wanted = json!({
        "version": 2, "call": 7, "direction": dated(json!("outbound")), "started_at": dated(json!(1_772_457_500)),
        "answered_at": dated(json!(1_772_457_505)), "ended_at": null,
        "missed_call_reason": null, "missed_call_reason_though_answered": null, "raw_digits": null,
        "agent": dated(ada), "rings_at": null, "number": null, "contact": null, "participants": null,
        "notes": {
            "by_id": {"9": {
                "content": dated(json!("Paid.")), "posted_at": dated(json!(1_772_457_508)), "posted_by": null
            }},
            "without_id": []
        },
        "tags": {
            "newest": {"as_of": as_of, "tags": [{
                "tag": {"id": "3", "attributes": {"name": "VIP"}}, "tagged_at": 1_772_457_509, "tagged_by": by_id_alone
            }]},
            "taggers": {"3": {"1772457509": dated(by_id_alone.clone())}}
        },
        "transferred_by": null, "transferred_to": null, "handovers": {"held": {"1": as_of}, "took_over": []},
        "asset": null, "recording": null, "recording_short_url": null, "voicemail": null,
        "voicemail_short_url": null,
        "people": {"1": {"name": dated(json!("Ada Moreau")), "email": dated(json!("ada.moreau@example.com"))}},
        "numbers": {}, "contacts": {}
    });
    assert_eq!(serde_json::to_value(&history).unwrap(), wanted);
    assert_eq!(stored(&history), history);
}

/// HIST-10: a history that an earlier version of the library stored, with a value in
/// every field.
#[test]
fn a_stored_history_of_version_2_opens() {
    let case: Value = serde_json::from_str(include_str!("version_2.json")).unwrap();
    let opened = CallHistory::from_json(&case["stored"].to_string()).unwrap();
    assert_eq!(opened, history_of(case["webhooks"].as_array().unwrap()));
    assert_eq!(serde_json::to_value(&opened).unwrap(), case["stored"]);
    let call = serde_json::to_value(opened.call().unwrap()).unwrap();
    let absent: Vec<_> = call.as_object().unwrap().iter().filter(|(_, value)| value.is_null()).collect();
    assert!(absent.is_empty(), "the case covers every field of a call: {absent:?}");
}

#[track_caller]
fn rejects(change: impl Fn(&mut Value), message: &str) {
    let mut json = serde_json::to_value(created()).unwrap();
    change(&mut json);
    assert_eq!(CallHistory::from_json(&json.to_string()).unwrap_err().message(), message);
}

/// HIST-10
#[test]
fn what_is_no_stored_history_is_rejected() {
    rejects(|json| json["version"] = json!(1), "`version`: a history of version 1 where version 2 was expected");
    rejects(|json| json["call"] = json!("Ada"), "`call`: a text where a whole number was expected");
    rejects(
        |json| json["started_at"]["value"] = json!(1_772_457_500_000_i64),
        "`started_at.value`: a time lies between 1700-01-01 and 4000-12-31",
    );
    rejects(|json| drop(json.as_object_mut().unwrap().remove("direction")), "missing field `direction`");
    assert!(CallHistory::from_json("{\"version\": 2, \"secret\": \"Ada\"}").is_err());
    assert!(CallHistory::from_json("").is_err());
}

/// A history may know a call only by its id.
#[test]
fn without_a_snapshot_of_the_call_there_is_no_call() {
    for field in ["direction", "started_at"] {
        let mut json = serde_json::to_value(created()).unwrap();
        json[field] = Value::Null;
        let mut known = CallHistory::from_json(&json.to_string()).unwrap();
        assert_eq!(known.call(), None, "{field}");
        known.merge(created()).unwrap();
        assert_eq!(known, created(), "{field}");
    }
}

/// HIST-3: the caller states when a REST response was fetched.
#[test]
fn a_rest_response_counts_as_of_the_time_that_the_caller_sets() {
    let tag = json!([{"id": 1, "name": "VIP", "tagged_at": 1_772_457_560}]);
    let tagged = webhook("call.tagged", 1_772_457_560, &json!({"ended_at": 1_772_457_540, "tags": tag}));
    let rest = json!({"call": {
        "id": 7, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_540, "tags": []
    }});
    let rest = rest.to_string();
    let mut rest = Webhook::from_json(&rest).unwrap();
    let mut undated = history(&tagged);
    undated.absorb(&rest).unwrap();
    assert_eq!(undated.call().unwrap().tags.len(), 1);
    rest.timestamp = Some(Timestamp::new(1_772_457_561).unwrap());
    let mut dated = history(&tagged);
    assert!(dated.absorb(&rest).unwrap());
    assert_eq!(dated.call().unwrap().tags.len(), 0);
}

/// A call that is written and read back still shows whether the payload contained a list of tags.
#[test]
fn an_absent_list_of_tags_stays_absent() {
    for (tags, expected) in [(json!(null), false), (json!({}), false), (json!([]), true), (json!([{"id": 1}]), true)] {
        let text = webhook("call.ended", 1_772_457_600, &json!({"tags": tags})).to_string();
        let call = Webhook::from_json(&text).unwrap().call.unwrap();
        assert_eq!(is_list(&call.tags), expected, "{tags}");
        let text = serde_json::to_string(&call).unwrap();
        let again = Webhook::from_json(&text).unwrap().call.unwrap();
        assert_eq!(again, call, "{tags}");
        assert_eq!(is_list(&again.tags), expected, "{tags}");
    }
}

fn size(history: &CallHistory) -> usize {
    serde_json::to_string(history).unwrap().len()
}

/// A history grows with the call, not with the number of webhooks.
#[test]
fn a_history_does_not_grow_with_the_number_of_webhooks() {
    let event = |second: i64| {
        let note = json!([{"id": 1, "content": format!("{second:06}"), "posted_at": 1_772_457_501}]);
        webhook(
            "call.commented",
            1_772_457_500 + second,
            &json!({"recording": format!("https://example.com/{second:06}"), "comments": note, "tags": []}),
        )
    };
    let mut known = history(&event(0));
    let before = size(&known);
    (1..2_000).for_each(|second| assert!(absorb(&mut known, &event(second))));
    assert_eq!(size(&known), before);
    (0..1_000).for_each(|_| assert!(!absorb(&mut known, &event(1_999))));
    assert_eq!(size(&known), before);
}

/// Events that alternate for hours leave no trace of each.
#[test]
fn a_history_does_not_grow_with_hold_and_unhold() {
    let person = json!({"id": 1, "name": "Ada Moreau"});
    let event = |second: i64| {
        let name = if second % 2 == 0 { "call.hold" } else { "call.unhold" };
        webhook(name, 1_772_457_510 + second, &json!({"answered_at": 1_772_457_505, "user": person}))
    };
    let mut known = history_of([&event(0), &event(1)]);
    let before = size(&known);
    (2..2_000).for_each(|second| assert!(absorb(&mut known, &event(second))));
    assert_eq!(size(&known), before);
}

/// LOG-9: a tag that is not logged after a hand-over (HIST-8) still excludes the call.
#[test]
fn a_tag_of_an_earlier_agent_excludes_the_call() {
    let tags = json!([{"id": 3, "name": "Internal", "tagged_by": {"id": 1}}]);
    let held_by = |id: u64| json!({"answered_at": 1_772_457_505, "user": {"id": id}, "tags": tags});
    let mut ended = held_by(2);
    ended["ended_at"] = json!(1_772_457_590);
    let known = history_of([
        &webhook("call.answered", 1_772_457_505, &held_by(1)),
        &webhook("call.ended", 1_772_457_590, &ended),
    ]);
    let call = known.call().unwrap();
    assert!(call.tags.is_empty());
    let written = serde_json::to_string(&call).unwrap();
    let directory = Directory::default();
    for (tag, skip) in [("Internal", json!("excluded")), ("External", Value::Null)] {
        let settings = json!({"admin": "005000000000001AAA", "exclude": {"tags": [tag]}});
        let settings = Settings::from_json(&settings.to_string()).unwrap();
        assert_eq!(serde_json::to_value(plan(&call, &directory, &settings)).unwrap()["skip"], skip);
        let again: Call<'_> = serde_json::from_str(&written).unwrap();
        assert_eq!(serde_json::to_value(plan(&again, &directory, &settings)).unwrap()["skip"], skip);
    }
}

/// The webhooks of the golden cases: a history of one webhook gives the same plan as the webhook.
#[test]
fn a_webhook_alone_is_planned_as_it_is() {
    let mut compared = 0;
    for (path, case) in cases() {
        let settings = Settings::from_json(&case.settings.to_string()).unwrap();
        let directory = case.directory.map(|directory| Directory::from_json(&directory.to_string()).unwrap());
        let directory = directory.unwrap_or_default();
        let text = case.webhook.to_string();
        let webhook = Webhook::from_json(&text).unwrap();
        let Ok(history) = CallHistory::new(&webhook) else { continue };
        // Insights alone are no call, and the insights of a call come from its history.
        if case.rules.iter().any(|rule| rule.starts_with("AI-")) {
            continue;
        }
        assert_eq!(
            plan(&history.call().unwrap(), &directory, &settings),
            plan_webhook(&webhook, &directory, &settings),
            "{}",
            path.display()
        );
        assert_eq!(stored(&history), history, "{}", path.display());
        compared += 1;
    }
    assert!(compared > 600, "{compared}");
}
