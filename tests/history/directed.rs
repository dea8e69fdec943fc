//! What is refused, what is stored, and single webhooks.

use aircall_salesforce::aircall::Timestamp;
use aircall_salesforce::history::NotAbsorbed;
use aircall_salesforce::{CallHistory, Directory, Settings, Webhook, plan, plan_webhook};
use serde_json::{Value, json};

use crate::golden_cases::cases;
use crate::{absorb, history, stored};

fn webhook(event: &str, timestamp: i64, more: &Value) -> Value {
    let mut data = json!({"id": 7, "direction": "inbound", "started_at": 1_772_457_500});
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"event": event, "timestamp": timestamp, "data": data})
}

/// HIST-9
#[test]
fn another_call_is_refused_and_changes_nothing() {
    let mut known = history(&webhook("call.created", 1_772_457_500, &json!({})));
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
fn another_resource_is_refused_and_changes_nothing() {
    let mut known = history(&webhook("call.created", 1_772_457_500, &json!({})));
    let before = known.clone();
    let other = Webhook::from_json(r#"{"resource": "user", "event": "user.created", "data": {"id": 7}}"#).unwrap();
    assert_eq!(known.absorb(&other), Err(NotAbsorbed::NotACall));
    assert_eq!(CallHistory::new(&other), Err(NotAbsorbed::NotACall));
    assert_eq!(known, before);
    assert_eq!(NotAbsorbed::NotACall.to_string(), "the webhook is not about a call");
    assert_eq!(NotAbsorbed::OtherCall.to_string(), "the webhook is about another call");
}

/// HIST-10: what a store holds, word for word; it must not change within a version.
#[test]
fn a_history_is_stored_as_this() {
    let tagged = json!({"direction": "outbound", "answered_at": 1_772_457_505,
        "user": {"id": 1, "name": "Ada Moreau", "email": "ada.moreau@example.com"},
        "comments": [{"id": "9", "content": "Paid.", "posted_at": 1_772_457_508}],
        "tags": [{"id": 3, "name": "VIP", "tagged_by": {"id": 1}, "tagged_at": 1_772_457_509}]});
    let history = history(&webhook("call.tagged", 1_772_457_510, &tagged));
    let as_of = json!({"at": 1_772_457_510, "step": 18});
    let told = |value: Value| json!({"as_of": as_of, "value": value});
    let ada = json!({"id": "1", "parts": {"name": "Ada Moreau", "email": "ada.moreau@example.com"}});
    let by_id_alone = json!({"id": "1", "parts": {}});
    let wanted = json!({
        "version": 1, "call": 7, "direction": told(json!("outbound")), "started_at": told(json!(1_772_457_500)),
        "answered_at": told(json!(1_772_457_505)), "ended_at": null, "duration": null, "status": null, "missed_call_reason": null,
        "missed_call_reason_though_answered": null, "raw_digits": null, "agent": told(ada), "rings_at": null, "line": null,
        "contact": null, "teams": null, "participants": null,
        "notes": {"by_id": {"9": {"content": told(json!("Paid.")), "posted_at": told(json!(1_772_457_508)), "posted_by": null}}, "without_id": []},
        "tags": {
            "newest": {"as_of": as_of, "tags": [{"tag": {"id": "3", "parts": {"name": "VIP"}}, "tagged_at": 1_772_457_509, "tagged_by": by_id_alone}]},
            "taggers": {"3": {"1772457509": told(by_id_alone.clone())}}},
        "transferred_by": null, "transferred_to": null, "hands": {"held": {"1": as_of}, "took_over": []},
        "asset": null, "recording": null, "recording_short_url": null, "voicemail": null, "voicemail_short_url": null,
        "people": {"1": {"name": told(json!("Ada Moreau")), "email": told(json!("ada.moreau@example.com"))}}, "lines": {}, "contacts": {}
    });
    assert_eq!(serde_json::to_value(&history).unwrap(), wanted);
    assert_eq!(stored(&history), history);
}

#[track_caller]
fn refuses(change: impl Fn(&mut Value), message: &str) {
    let mut json = serde_json::to_value(history(&webhook("call.created", 1_772_457_500, &json!({})))).unwrap();
    change(&mut json);
    assert_eq!(CallHistory::from_json(&json.to_string()).unwrap_err().message(), message);
}

/// HIST-10
#[test]
fn what_is_no_stored_history_is_refused() {
    refuses(|json| json["version"] = json!(2), "`version`: a history of another version than 1");
    refuses(|json| json["call"] = json!("Ada"), "`call`: a text where a whole number was expected");
    refuses(
        |json| json["started_at"]["value"] = json!(1_772_457_500_000_i64),
        "`started_at.value`: a time lies between 1700-01-01 and 4000-12-31",
    );
    refuses(|json| drop(json.as_object_mut().unwrap().remove("direction")), "missing field `direction`");
    assert!(CallHistory::from_json("{\"version\": 1, \"secret\": \"Ada\"}").is_err());
    assert!(CallHistory::from_json("").is_err());
}

/// HIST-3: the caller says when a REST answer was fetched.
#[test]
fn a_rest_answer_counts_as_of_the_time_it_is_given() {
    let tag = json!([{"id": 1, "name": "VIP", "tagged_at": 1_772_457_560}]);
    let tagged = webhook("call.tagged", 1_772_457_560, &json!({"ended_at": 1_772_457_540, "tags": tag}));
    let rest = json!({"call": {"id": 7, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_540, "tags": []}}).to_string();
    let mut rest = Webhook::from_json(&rest).unwrap();
    let mut undated = history(&tagged);
    undated.absorb(&rest).unwrap();
    assert_eq!(undated.call().tags.len(), 1);
    rest.timestamp = Some(Timestamp::new(1_772_457_561).unwrap());
    let mut dated = history(&tagged);
    assert!(dated.absorb(&rest).unwrap());
    assert_eq!(dated.call().tags.len(), 0);
}

/// A payload that says nothing of tags, of one that says that there are none, stays so.
#[test]
fn a_call_read_back_says_as_much_of_its_tags() {
    for (tags, are_told) in [(json!(null), false), (json!({}), false), (json!([]), true), (json!([{"id": 1}]), true)] {
        let text = webhook("call.ended", 1_772_457_600, &json!({"tags": tags})).to_string();
        let call = Webhook::from_json(&text).unwrap().call.unwrap();
        assert_eq!(call.tags.are_told(), are_told, "{tags}");
        let text = serde_json::to_string(&call).unwrap();
        let again = Webhook::from_json(&text).unwrap().call.unwrap();
        assert_eq!(again, call, "{tags}");
        assert_eq!(again.tags.are_told(), are_told, "{tags}");
    }
}

/// It grows with what was told, not with how often.
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
    let before = serde_json::to_string(&known).unwrap().len();
    (1..2_000).for_each(|second| assert!(absorb(&mut known, &event(second))));
    assert_eq!(serde_json::to_string(&known).unwrap().len(), before);
}

/// The golden cases of the mapping: absorbed alone, each webhook becomes what it becomes without a history.
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
        assert_eq!(
            plan(&history.call(), &directory, &settings),
            plan_webhook(&webhook, &directory, &settings),
            "{}",
            path.display()
        );
        assert_eq!(stored(&history), history, "{}", path.display());
        compared += 1;
    }
    assert!(compared > 600, "{compared}");
}
