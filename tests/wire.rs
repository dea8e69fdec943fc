//! Tests Aircall's payloads in every known form. The fixtures are modelled on real payloads. Their
//! people, numbers and links are invented.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use aircall_salesforce::aircall::{AircallId, CallPage};
use aircall_salesforce::{Call, CallHistory, Directory, Settings, Webhook, plan_webhook};
use serde_json::{Map, Value, json};

fn settings() -> Settings {
    Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap()
}

#[track_caller]
fn plan(payload: &str) -> Value {
    let webhook = Webhook::from_json(payload).unwrap();
    serde_json::to_value(plan_webhook(&webhook, &Directory::default(), &settings())).unwrap()
}

#[track_caller]
fn read(payload: &str) -> Call<'_> {
    Webhook::from_json(payload).unwrap().call.unwrap()
}

/// Returns an answered, ended and transferred call with a value in almost every field.
fn full() -> Map<String, Value> {
    let call = json!({
        "id": 3_049_915_377_u64,
        "direct_link": "https://api.example.com/v1/calls/3049915377",
        "call_uuid": "CA00000000000000000000000000000001",
        "direction": "inbound",
        "status": "done",
        "missed_call_reason": "short_abandoned",
        "started_at": 1_772_457_500,
        "answered_at": 1_772_457_510,
        "ended_at": 1_772_457_540,
        "duration": 40,
        "cost": "0.0",
        "hangup_cause": null,
        "raw_digits": "+1 212-555-0123",
        "user": {"id": 1, "name": "Anna Beispiel", "email": "anna@example.com"},
        "number": {
            "id": 3, "name": "Support Berlin", "digits": "+49 30 23125000", "e164_digits": "+493023125000",
            "country": "DE", "time_zone": "Europe/Berlin"
        },
        "contact": {"id": 4, "first_name": "Carla", "last_name": "Ejemplo", "company_name": "Ejemplo SA"},
        "assigned_to": {"id": 1, "name": "Anna Beispiel"},
        "teams": [{"id": 5, "name": "Support"}],
        "comments": [{
            "id": 6, "content": "First", "posted_at": 1_772_457_520, "posted_by": {"id": 1, "name": "Anna Beispiel"}
        }],
        "tags": [{"id": 7, "name": "VIP", "tagged_by": {"id": 1}, "tagged_at": 1_772_457_521}],
        "participants": [{"type": "user", "id": "1"}, {"type": "external", "phone_number": "+1 212-555-0123"}],
        "transferred_by": {"id": 1, "name": "Anna Beispiel"},
        "transferred_to": {"id": 2, "name": "Ben Muster"},
        "asset": "https://assets.example.com/calls/1/recording",
        "recording": "https://recordings.example.com/1.mp3",
        "recording_short_url": "https://short-urls.example.com/v1/1",
        "voicemail": null,
        "voicemail_short_url": null,
        "archived": false
    });
    let Value::Object(call) = call else { unreachable!() };
    call
}

/// Returns the full call with another value at a path. Points separate the keys of the path.
fn with(path: &str, value: Value) -> String {
    let mut call = Value::Object(full());
    let (parent, key) = path.rsplit_once('.').unwrap_or(("", path));
    let pointer = if parent.is_empty() { String::new() } else { format!("/{}", parent.replace('.', "/")) };
    match call.pointer_mut(&pointer).unwrap() {
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        object => object[key] = value,
    }
    call.to_string()
}

fn without(keys: &[&str]) -> String {
    let mut call = full();
    call.retain(|key, _| !keys.contains(&key.as_str()));
    Value::Object(call).to_string()
}

/// Returns values that say nothing in a field whose value is a text, an object or a list.
fn absent_values() -> [Value; 6] {
    [json!(null), json!({}), json!([]), json!(""), json!("  "), json!([null, {}])]
}

/// Returns the fields of the LOG-8 notices of a plan.
fn unusable(plan: &Value) -> Vec<&str> {
    let notices = plan["notices"].as_array().unwrap().iter();
    notices.filter(|notice| notice["rule"] == "LOG-8").map(|notice| notice["field"].as_str().unwrap()).collect()
}

// Fixtures

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> String {
    fs::read_to_string(fixtures().join(name).with_extension("json")).unwrap()
}

#[track_caller]
fn has(name: &str, what: &str, got: &Value, wanted: &Value) {
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            wanted.iter().for_each(|(key, wanted)| {
                has(name, &format!("{what}.{key}"), got.get(key).unwrap_or(&Value::Null), wanted);
            });
        }
        _ => assert_eq!(got, wanted, "{name}: {what}"),
    }
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn expected() -> Vec<(&'static str, Value)> {
    vec![
        ("webhook_call_created_outbound", json!({"action": "skip", "skip": "not_yet"})),
        ("webhook_call_created_outbound_empty_people", json!({"action": "skip", "skip": "not_yet"})),
        ("webhook_contact_created", json!({"action": "skip", "skip": "not_a_call"})),
        ("webhook_integration_deleted", json!({"action": "skip", "skip": "not_a_call"})),
        (
            "webhook_call_answered_inbound",
            json!({
                "action": "create",
                "because": {"kind": "inbound_answered"},
                "task": {
                    "Subject": "Inbound call from +1 212-555-0123 on Support Berlin",
                    "CallDisposition": "['aircall', 'inbound', 'answered_call', '493023125000']",
                    "CallDurationInSeconds": null,
                    "aircall__Waiting_Time__c": 15,
                    "aircall__Answered_by__c": "Anna Beispiel",
                    "aircall__Timezone__c": "Europe/Berlin",
                    "aircall__Hour_of_the_day__c": "14"
                },
                "notices": []
            }),
        ),
        (
            "webhook_call_hungup_inbound_missed",
            json!({
                "action": "create",
                "because": {"kind": "missed"},
                "task": {
                    "Subject": "Missed call from +1 212-555-0123 on Support Berlin",
                    "CallDisposition":
                        "['aircall', 'inbound', 'unanswered_call', '493023125000', 'agents_did_not_answer']",
                    "CallDurationInSeconds": 0,
                    "aircall__Waiting_Time__c": null,
                    "aircall__Answered_by__c": null,
                    "Description": null
                }
            }),
        ),
        (
            "webhook_call_ended_inbound_voicemail",
            json!({
                "action": "create",
                "because": {"kind": "voicemail"},
                "task": {
                    "Subject": "Voicemail from +1 212-555-0123 on Support Berlin",
                    "Description": "Find voicemail here: https://assets.example.com/calls/3049915304/voicemail",
                    "aircall__Call_Recording__c": "https://assets.example.com/calls/3049915304/voicemail"
                },
                "notices": []
            }),
        ),
        (
            "webhook_call_ended_outbound_answered",
            json!({
                "action": "create",
                "because": {"kind": "outbound_answered"},
                "task": {
                    "Subject": "Outbound answered call to +1 212-555-0123 with Sales London",
                    "CallDurationInSeconds": 20,
                    "Description": "Find the recording here: https://assets.example.com/calls/3049915305/recording",
                    "aircall__Waiting_Time__c": 0,
                    "aircall__Country__c": "United States",
                    "aircall__Hour_of_the_day__c": "13",
                    "aircall__Connection_status__c": null,
                    "aircall__Has_connected__c": false
                },
                "notices": []
            }),
        ),
        (
            "webhook_call_ended_conference",
            json!({
                "action": "create",
                "because": {"kind": "outbound_conference"},
                "task": {
                    "Subject": "Outbound conference call to +1 212-555-0123 with Sales London",
                    "CallDisposition": "['Conference', 'aircall', 'outbound', 'answered_call', '442079460958']"
                }
            }),
        ),
        (
            "webhook_call_tagged_after_failed_transfer",
            json!({
                "action": "create",
                "because": {"kind": "inbound_answered"},
                "task": {
                    "Subject": "Inbound call from +44 20 7946 0123 on Support Berlin",
                    "CallDisposition": "['Assess_Eng_Lvl', 'aircall', 'inbound', 'answered_call', '493023125000']",
                    "aircall__Answered_by__c": "Anna Beispiel",
                    "aircall__Transferred_to__c": "Ben Muster",
                    "aircall__Country__c": "United Kingdom"
                }
            }),
        ),
        (
            "webhook_call_ended_after_transfer",
            json!({
                "action": "create",
                "task": {
                    "CallDisposition":
                        "['VIP', 'Callback Request', 'aircall', 'inbound', 'answered_call', '493023125000']",
                    "Description": "Find the recording here: https://short-urls.example.com/v1/7c9e6679\n\n\
                                    Anna Beispiel added a new comment:\nAsked about the invoice.\nWill call back.",
                    "aircall__Answered_by__c": "Ben Muster",
                    "aircall__Transferred_to__c": "Ben Muster"
                }
            }),
        ),
        (
            "webhook_call_external_transferred",
            json!({
                "action": "create",
                "because": {"kind": "inbound_answered"},
                "task": {"aircall__Answered_by__c": "Anna Beispiel", "aircall__Transferred_to__c": null}
            }),
        ),
        (
            "webhook_call_ended_queue_callback",
            json!({
                "action": "create",
                "because": {"kind": "missed", "record": "no_number", "owner": "OWN-7"},
                "task": {
                    "Subject": "Missed call from Unknown on Support Berlin",
                    "CallDisposition":
                        "['Callback Request', 'aircall', 'inbound', 'unanswered_call', '493023125000']",
                    "aircall__Country__c": null
                }
            }),
        ),
        (
            "rest_call_outbound_answered",
            json!({
                "action": "create",
                "task": {
                    "Subject": "Outbound answered call to +1 212-555-0123 with French Office",
                    "CallDurationInSeconds": 5,
                    "Description": "Johanna Beispiel added a new comment:\nPlease call back this customer!",
                    "aircall__Phone_number__c": "33199000001"
                }
            }),
        ),
        (
            "rest_call_note_by_api_tag_created_at",
            json!({
                "action": "create",
                "task": {
                    "CallDisposition": "['VIP', 'aircall', 'outbound', 'answered_call', '33199000001']",
                    "Description": "Aircall added a new comment:\nNote posted through the Public API\nsecond line"
                }
            }),
        ),
        (
            "bare_call_inbound_missed",
            json!({
                "action": "create",
                "because": {"kind": "missed"},
                "task": {
                    "Subject": "Missed call from +1 212-555-0123 on French Office",
                    "CallDisposition":
                        "['aircall', 'inbound', 'unanswered_call', '33199000001', 'short_abandoned']"
                }
            }),
        ),
    ]
}

#[test]
fn every_fixture_gives_its_plan() {
    for (name, wanted) in expected() {
        has(name, "plan", &plan(&fixture(name)), &wanted);
    }
}

#[test]
fn every_fixture_has_an_expectation() {
    let files = fs::read_dir(fixtures()).unwrap().map(|file| file.unwrap().path());
    let files: BTreeSet<_> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let mut names: BTreeSet<_> = expected().iter().map(|(name, _)| (*name).to_owned()).collect();
    // A page of calls is rejected: tests/errors.rs tests the message.
    names.insert("rest_calls_page".to_owned());
    assert_eq!(files, names);
}

#[test]
fn the_presigned_url_is_as_long_as_real_ones() {
    let text = fixture("webhook_call_ended_inbound_voicemail");
    let call = read(&text);
    assert!((1_500..1_700).contains(&call.voicemail.as_ref().unwrap().len()));
    assert!(call.voicemail.unwrap().contains("HMAC-SHA256&X-Amz-Credential="), "`\\u0026` is `&`");
}

#[test]
fn every_fixture_reads_back_from_what_it_is_written_as() {
    for (name, _) in expected() {
        let text = fixture(name);
        if let Some(call) = Webhook::from_json(&text).unwrap().call {
            let again = serde_json::to_string(&call).unwrap();
            assert_eq!(read(&again), call, "{name}");
            assert_eq!(plan(&again), plan(&text), "{name}");
        }
    }
}

// Envelopes

#[test]
fn three_envelopes_hold_the_same_call() {
    let call = Value::Object(full());
    let bare = call.to_string();
    let rest = json!({"call": call}).to_string();
    let webhook =
        json!({"resource": "call", "event": "call.ended", "timestamp": 1, "token": "t", "data": call}).to_string();
    assert_eq!(read(&bare), read(&rest));
    assert_eq!(read(&bare), read(&webhook));
}

#[test]
fn an_envelope_needs_neither_resource_nor_token() {
    let bare = Value::Object(full()).to_string();
    for envelope in [json!({"event": "call.ended"}), json!({"resource": "call"}), json!({}), json!({"resource": null})]
    {
        let mut envelope = envelope;
        envelope["data"] = Value::Object(full());
        assert_eq!(read(&envelope.to_string()), read(&bare), "{envelope}");
    }
}

#[test]
fn the_envelope_is_kept() {
    let text = r#"{"resource": "call", "event": "call.ended", "timestamp": "1772457540", "token": "secret", "data":
        {"id": 1, "direction": "inbound", "started_at": 1772457500}}"#;
    let webhook = Webhook::from_json(text).unwrap();
    assert_eq!(webhook.resource.as_deref(), Some("call"));
    assert_eq!(webhook.event.as_deref().unwrap(), "call.ended");
    assert_eq!(webhook.timestamp.unwrap().seconds(), 1_772_457_540);
    assert_eq!(webhook.token.as_ref().unwrap().as_str(), "secret");
    assert!(!format!("{webhook:?}").contains("secret"), "a secret has no place in a log");
}

#[test]
fn a_broken_envelope_field_costs_nothing_else() {
    for nothing in absent_values() {
        let envelope =
            json!({"resource": "call", "event": nothing, "timestamp": nothing, "token": nothing, "data": full()});
        assert_eq!(read(&envelope.to_string()), read(&Value::Object(full()).to_string()), "{nothing}");
    }
}

#[track_caller]
fn is_no_call(envelope: &Value) {
    let text = envelope.to_string();
    let webhook = Webhook::from_json(&text).unwrap();
    assert_eq!(webhook.call, None);
    assert_eq!(plan(&text), json!({"action": "skip", "skip": "not_a_call", "because": {}, "notices": []}));
}

#[test]
fn other_resources_are_no_call_whatever_their_data() {
    for resource in ["user", "number", "contact", "message", "integration", "conversation_intelligence", "of tomorrow"]
    {
        for data in [json!(null), json!([]), json!("text"), json!({"id": "x"}), Value::Object(full())] {
            is_no_call(&json!({"resource": resource, "event": "thing.done", "data": data}));
            // `integration.deleted` sends `data` first: it is read before its resource is known.
            is_no_call(&json!({"data": data, "event": "thing.done", "resource": resource}));
        }
        is_no_call(&json!({"resource": resource, "event": "thing.done"}));
    }
    is_no_call(&json!({"event": "transcription.created", "data": {"id": 1, "call_id": 2}}));
}

#[test]
fn known_and_unknown_events_read_as_they_came() {
    let events = [
        "call.created",
        "call.ringing_on_agent",
        "call.agent_declined",
        "call.answered",
        "call.transferred",
        "call.external_transferred",
        "call.unsuccessful_transfer",
        "call.hungup",
        "call.ended",
        "call.hold",
        "call.unhold",
        "call.ivr_option_selected",
        "call.comm_assets_generated",
        "call.voicemail_left",
        "call.assigned",
        "call.archived",
        "call.tagged",
        "call.untagged",
        "call.commented",
        "call.of_tomorrow",
        "call.missed",
    ];
    for event in events {
        let text = json!({"event": event, "data": full()}).to_string();
        let webhook = Webhook::from_json(&text).unwrap();
        assert_eq!(webhook.event.unwrap(), event);
        assert!(webhook.call.is_some());
    }
}

// Absence

#[test]
fn an_absent_person_is_null_or_an_empty_object_or_no_key() {
    for slot in ["user", "number", "contact", "assigned_to", "transferred_by", "transferred_to"] {
        let absent = without(&[slot]);
        for nothing in absent_values() {
            let text = with(slot, nothing.clone());
            assert_eq!(read(&text), read(&absent), "{slot}: {nothing}");
            assert_eq!(plan(&text), plan(&absent), "{slot}: {nothing}");
        }
    }
}

#[test]
fn an_absent_list_is_null_or_empty_or_no_key() {
    for list in ["comments", "tags", "participants"] {
        let absent = without(&[list]);
        for nothing in absent_values() {
            assert_eq!(read(&with(list, nothing.clone())), read(&absent), "{list}: {nothing}");
        }
    }
}

#[test]
fn an_absent_author_or_tagger_is_the_same_in_every_way() {
    for nothing in absent_values() {
        let note = with("comments.0.posted_by", nothing.clone());
        assert_eq!(read(&note).comments[0].posted_by, None);
        assert_eq!(
            plan(&note)["task"]["Description"],
            "Find the recording here: https://assets.example.com/calls/1/recording\n\nAircall added a new comment:\nFirst"
        );
        assert_eq!(read(&with("tags.0.tagged_by", nothing)).tags[0].tagged_by, None);
    }
}

#[test]
fn list_entries_that_are_nothing_are_passed_over() {
    let text = with("tags", json!([null, {}, {"name": "A"}, [], "", "tag", 7, true, {"name": "B"}, [{"name": "C"}]]));
    let names: Vec<_> = read(&text).tags.iter().map(|tag| tag.name.as_deref().unwrap().to_owned()).collect();
    assert_eq!(names, ["A", "tag", "B"]);
    let text = with("comments", json!([null, {}, {"content": "A"}, [], 7, "B"]));
    assert_eq!(read(&text).comments.len(), 1);
    let text = with("participants", json!([{}, {"id": 1}, null]));
    assert_eq!(read(&text).participants.len(), 1);
}

#[test]
fn empty_participants_make_no_conference() {
    let two = json!([null, {"type": "user", "id": 1}, {}, {"type": "external"}, null, {}]);
    assert_eq!(plan(&with("participants", two))["because"]["kind"], "inbound_answered");
    let three = json!([{"type": "user", "id": 1}, {"type": "external"}, {"type": "contact", "id": "2"}]);
    assert_eq!(plan(&with("participants", three))["because"]["kind"], "inbound_conference");
}

// Fields

#[test]
fn ids_are_numbers_or_text() {
    let ids = [json!(3_049_915_377_u64), json!("3049915377"), json!(" 3049915377 ")];
    for id in ids {
        assert_eq!(read(&with("id", id.clone())).id, 3_049_915_377);
        assert_eq!(
            read(&with("user.id", id.clone())).user.unwrap().id,
            Some(AircallId::from(Cow::Borrowed("3049915377"))),
            "{id}"
        );
    }
    for (id, largest) in [(json!(u64::MAX), u64::MAX), (json!("9223372036854775808"), 1 << 63), (json!(0), 0)] {
        assert_eq!(read(&with("id", id)).id, largest);
    }
    let odd = with("user.id", json!("user-7"));
    assert_eq!(read(&odd).user.unwrap().id, Some(AircallId::from(Cow::Borrowed("user-7"))));
}

#[test]
fn a_transfer_is_seen_whether_ids_are_numbers_or_text() {
    for (user, target, tags) in [
        (json!(2), json!("2"), "[\'aircall\'"),
        (json!("2"), json!(2), "[\'aircall\'"),
        (json!("1"), json!(2), "[\'VIP\'"),
        (json!(null), json!(null), "[\'VIP\'"),
        (json!(""), json!(""), "[\'VIP\'"),
    ] {
        let mut call = full();
        call["user"]["id"] = user;
        call["transferred_to"]["id"] = target;
        // User 1 set the only tag.
        let disposition = plan(&Value::Object(call).to_string())["task"]["CallDisposition"].clone();
        assert!(disposition.as_str().unwrap().starts_with(tags), "{disposition}");
    }
}

#[test]
fn the_provider_s_id_may_have_either_name_and_any_shape() {
    let plain = without(&["call_uuid"]);
    for value in [json!("CA00000000000000000000000000000001"), json!(null), json!(7), json!([[]])] {
        for name in ["sid", "call_uuid"] {
            let mut call = full();
            call.remove("call_uuid");
            call.insert(name.to_owned(), value.clone());
            assert_eq!(read(&Value::Object(call).to_string()), read(&plain), "{name}: {value}");
        }
    }
}

#[test]
fn participants_have_two_names() {
    let three = json!([{"type": "user"}, {"type": "external"}, {"type": "contact"}]);
    for other in [None, Some(json!(null)), Some(json!([])), Some(json!({})), Some(json!([{}, null]))] {
        for (name, empty) in [("participants", "conference_participants"), ("conference_participants", "participants")]
        {
            for first in [true, false] {
                let mut call = full();
                call.remove("participants");
                let mut keys = vec![(name, three.clone())];
                keys.extend(other.clone().map(|other| (empty, other)));
                if first {
                    keys.reverse();
                }
                call.extend(keys.into_iter().map(|(key, value)| (key.to_owned(), value)));
                let text = Value::Object(call).to_string();
                assert_eq!(read(&text).participants.len(), 3, "{name}, {other:?}, {first}");
            }
        }
    }
}

#[test]
fn a_tag_s_time_has_two_names() {
    for name in ["tagged_at", "created_at"] {
        for empty in [None, Some("tagged_at"), Some("created_at")] {
            let mut tag = json!({"name": "VIP"});
            if let Some(empty) = empty {
                tag[empty] = json!(null);
            }
            tag[name] = json!(1_772_457_521);
            let text = with("tags", json!([tag]));
            assert_eq!(read(&text).tags[0].tagged_at.unwrap().seconds(), 1_772_457_521, "{name}, {empty:?}");
        }
    }
}

/// Returns every spelling of the second 2026-03-02T13:18:20Z.
fn spellings() -> Vec<Value> {
    vec![
        json!(1_772_457_500),
        json!("1772457500"),
        json!(" 1772457500\n"),
        json!("2026-03-02T13:18:20Z"),
        json!("2026-03-02T13:18:20.000Z"),
        json!("2026-03-02T13:18:20.999Z"),
        json!("2026-03-02T13:18:20+00:00"),
        json!("2026-03-02T13:18:20+0000"),
        json!("2026-03-02T13:18:20.000+0000"),
        json!("2026-03-02T14:18:20+01:00"),
        json!("2026-03-02T08:48:20.5-0430"),
        json!(" 2026-03-02T13:18:20Z "),
        json!(1_772_457_500.0),
        json!("1772457500.0"),
        json!(" 1772457500.000 "),
        json!("1.7724575E9"),
        json!("2026-03-02 13:18:20 UTC"),
        json!("2026-03-02 13:18:20.25 UTC"),
        json!("2026-03-02T13:18:20UTC"),
        json!("2026-03-02 13:18:20Z"),
        json!("2026-03-02 14:18:20+01:00"),
        json!("2026-03-02 13:18:20+00"),
        json!("2026-03-02 08:48:20 -0430"),
        json!("2026-03-02 13:18:20.123456+00:00"),
    ]
}

#[test]
fn a_time_reads_the_same_in_every_spelling() {
    for time in spellings() {
        for field in ["started_at", "answered_at", "ended_at"] {
            let text = with(field, time.clone());
            let call = read(&text);
            let read = match field {
                "started_at" => Some(call.started_at),
                "answered_at" => call.answered_at,
                _ => call.ended_at,
            };
            assert_eq!(read.unwrap().seconds(), 1_772_457_500, "{field}: {time}");
        }
        let text = with("comments.0.posted_at", time.clone());
        assert_eq!(read(&text).comments[0].posted_at.unwrap().seconds(), 1_772_457_500, "posted_at: {time}");
        let text = with("tags.0.tagged_at", time.clone());
        assert_eq!(read(&text).tags[0].tagged_at.unwrap().seconds(), 1_772_457_500, "tagged_at: {time}");
        let envelope = json!({"event": "call.ended", "timestamp": time, "data": full()}).to_string();
        assert_eq!(Webhook::from_json(&envelope).unwrap().timestamp.unwrap().seconds(), 1_772_457_500);
    }
}

#[test]
fn times_before_1970_count_down() {
    assert_eq!(read(&with("started_at", json!(-1))).started_at.seconds(), -1);
    assert_eq!(read(&with("started_at", json!("-1"))).started_at.seconds(), -1);
    assert_eq!(read(&with("started_at", json!("1969-12-31T23:59:59.5Z"))).started_at.seconds(), -1);
}

#[test]
fn an_empty_time_is_no_time() {
    for field in ["answered_at", "ended_at"] {
        for nothing in [json!(null), json!(""), json!(0), json!(0.0), json!(-0.0), json!("0"), json!("0.0")] {
            assert_eq!(read(&with(field, nothing.clone())), read(&without(&[field])), "{field}: {nothing}");
        }
    }
}

#[test]
fn the_time_of_a_note_that_cannot_be_read_costs_its_place_only() {
    for time in [json!("yesterday"), json!(1_772_457_520_000_u64), json!({}), json!("9999-12-31T23:59:59Z")] {
        let late = json!([{"content": "B", "posted_at": 1_772_457_520}, {"content": "A", "posted_at": time}]);
        let text = plan(&with("comments", late))["task"]["Description"].as_str().unwrap().to_owned();
        assert!(text.ends_with("Aircall added a new comment:\nA\n\nAircall added a new comment:\nB"), "{text}");
    }
}

#[test]
fn escapes_in_texts_and_keys_are_read() {
    let text = r#"{"\u0069d": "\u0037", "direction": "in\u0062ound", "started_at": "2026-03-02T13\u003a18:20Z",
        "ended_at": 1772457540, "ass\u0065t": "https://example.com/?a=1\u0026b=2\u003c\u003e", "raw_digits": "\u002b1 212-555-0123",
        "user": {"n\u0061me": "J\u00f6rg \ud83d\ude00 \"Beispiel\""}}"#;
    let call = read(text);
    assert_eq!(call.id, 7);
    assert_eq!(call.asset.as_deref(), Some("https://example.com/?a=1&b=2<>"));
    assert_eq!(call.raw_digits.as_deref(), Some("+1 212-555-0123"));
    assert_eq!(call.user.as_ref().unwrap().name.as_deref(), Some("Jörg 😀 \"Beispiel\""));
}

#[test]
fn unknown_values_of_lists_that_may_grow_are_kept() {
    for reason in ["out_of_opening_hours", "agents_did_not_answer", "Short_Abandoned"] {
        assert_eq!(read(&with("missed_call_reason", json!(reason))).missed_call_reason.unwrap(), reason);
    }
    let text = with("missed_call_reason", json!("abandoned"));
    assert_eq!(read(&text).missed_call_reason.unwrap(), "abandoned");
    let disposition = "['VIP', 'aircall', 'inbound', 'answered_call', '493023125000', 'abandoned']";
    assert_eq!(plan(&text)["task"]["CallDisposition"], disposition);
    let text = with("participants", json!([{"type": "robot"}]));
    assert_eq!(read(&text).participants[0].participant_type.as_deref().unwrap(), "robot");
}

#[test]
fn unknown_keys_change_nothing() {
    let mut strange = full();
    for object in ["user", "number", "contact", "transferred_to"] {
        strange[object]["of tomorrow"] = json!({"id": [{}], "name": null});
    }
    for list in ["tags", "comments", "teams", "participants"] {
        strange[list][0]["of tomorrow"] = json!([1, [2, {"three": 3}]]);
    }
    strange.insert("ai_voice_agents".to_owned(), json!([{"agent_id": 1}]));
    strange.insert("automatic_callback_call_id".to_owned(), json!(780_836_754));
    strange.insert(String::new(), json!(""));
    assert_eq!(read(&Value::Object(strange).to_string()), read(&Value::Object(full()).to_string()));
}

#[test]
fn the_order_of_keys_does_not_matter() {
    let reversed: Map<String, Value> = full().into_iter().rev().collect();
    assert_eq!(read(&Value::Object(reversed).to_string()), read(&Value::Object(full()).to_string()));
}

#[test]
fn the_last_value_of_a_duplicate_key_counts() {
    let call =
        |more: &str| format!(r#"{{"id": 1, "direction": "inbound", "started_at": 1772457500, "id": 2, {more}}}"#);
    assert_eq!(read(&call(r#""a": 1"#)).id, 2);
    let text = call(r#""user": {"name": "A", "id": 1}, "user": {"name": "B", "name": "C"}"#);
    let user = read(&text).user.unwrap();
    assert_eq!((user.name.as_deref(), user.id), (Some("C"), None));
    assert_eq!(read(&call(r#""user": {"name": "A"}, "user": null"#)).user, None);
    assert_eq!(read(&call(r#""answered_at": "x", "answered_at": null"#)).answered_at, None);
    let envelope = format!(r#"{{"event": "call.ended", "data": 7, "data": {}}}"#, call(r#""a": 1"#));
    assert_eq!(read(&envelope).id, 2);
}

#[test]
fn cost_and_duration_are_not_read() {
    for value in [json!("0.0"), json!("2.34"), json!(2.34), json!(0), json!(-1), json!("x"), json!({}), json!(null)] {
        for key in ["cost", "duration"] {
            assert_eq!(read(&with(key, value.clone())), read(&Value::Object(full()).to_string()));
        }
    }
}

// Wrong shapes

/// Returns the keys in which two plans differ, of the Task and of the plan.
fn differing(one: &Value, other: &Value) -> BTreeSet<String> {
    let keys = |plan: &Value, key: &str| match &plan[key] {
        Value::Object(map) => map.keys().cloned().collect(),
        _ => Vec::new(),
    };
    let mut found = BTreeSet::new();
    for part in ["task", "because"] {
        let all = keys(one, part).into_iter().chain(keys(other, part));
        found.extend(all.filter(|key| one[part].get(key) != other[part].get(key)));
    }
    let parts = ["action", "new_record", "new_case", "owner_change", "notices"];
    found.extend(parts.into_iter().filter(|part| one.get(part) != other.get(part)).map(str::to_owned));
    found
}

#[test]
fn a_wrong_shape_costs_only_what_depends_on_it() {
    let line: &[&str] = &[
        "Subject",
        "CallDisposition",
        "aircall__Phone_number__c",
        "aircall__Timezone__c",
        "aircall__Hour_of_the_day__c",
    ];
    let party: &[&str] = &["Subject", "aircall__Country__c", "record", "notices"];
    let media: &[&str] = &["Description", "aircall__Call_Recording__c"];
    let cases: [(&str, &[&str]); 34] = [
        ("direct_link", &[]),
        ("call_uuid", &[]),
        ("status", &[]),
        ("duration", &[]),
        ("cost", &[]),
        ("hangup_cause", &[]),
        ("archived", &[]),
        ("assigned_to", &[]),
        ("contact", &[]),
        ("teams", &[]),
        ("transferred_by", &[]),
        ("participants", &[]),
        ("recording", &[]),
        ("recording_short_url", &[]),
        ("voicemail", &[]),
        ("voicemail_short_url", &[]),
        ("number.id", &[]),
        ("number.country", &[]),
        ("user.id", &[]),
        ("user.email", &[]),
        ("tags.0.id", &[]),
        ("tags.0.tagged_at", &[]),
        ("comments.0.id", &[]),
        ("missed_call_reason", &["CallDisposition"]),
        ("raw_digits", party),
        ("user", &["aircall__Answered_by__c"]),
        ("user.name", &["aircall__Answered_by__c"]),
        ("number", line),
        ("number.name", &["Subject"]),
        ("number.time_zone", &["aircall__Timezone__c", "aircall__Hour_of_the_day__c"]),
        ("comments", &["Description"]),
        ("tags", &["CallDisposition"]),
        ("transferred_to", &["aircall__Transferred_to__c"]),
        ("asset", media),
    ];
    let whole = plan(&Value::Object(full()).to_string());
    assert_eq!(whole["notices"], json!([]));
    let shapes = [json!(null), json!({}), json!([]), json!(""), json!(7.5), json!(-1), json!(true), json!([[[{}]]])];
    for (field, depends) in cases {
        let depends: BTreeSet<_> = depends.iter().map(|field| (*field).to_owned()).collect();
        for shape in &shapes {
            let mut found = plan(&with(field, shape.clone()));
            found["notices"].as_array_mut().unwrap().retain(|notice| notice["rule"] != "LOG-8");
            assert_eq!(differing(&whole, &found), depends, "{field}: {shape}");
        }
    }
}

/// A place that the rules read: its JSON pointer in [`full`], the path in its notice, what belongs
/// there.
const PLACES: [(&str, &str, Kind); 44] = [
    ("/raw_digits", "raw_digits", Kind::Text),
    ("/missed_call_reason", "missed_call_reason", Kind::Text),
    ("/recording", "recording", Kind::Text),
    ("/voicemail", "voicemail", Kind::Text),
    ("/recording_short_url", "recording_short_url", Kind::Text),
    ("/voicemail_short_url", "voicemail_short_url", Kind::Text),
    ("/asset", "asset", Kind::Text),
    ("/user", "user", Kind::Object),
    ("/user/id", "user.id", Kind::Id),
    ("/user/name", "user.name", Kind::Text),
    ("/user/email", "user.email", Kind::Text),
    ("/transferred_to", "transferred_to", Kind::Object),
    ("/transferred_to/id", "transferred_to.id", Kind::Id),
    ("/transferred_to/name", "transferred_to.name", Kind::Text),
    ("/transferred_to/email", "transferred_to.email", Kind::Text),
    ("/number", "number", Kind::Object),
    ("/number/id", "number.id", Kind::Id),
    ("/number/name", "number.name", Kind::Text),
    ("/number/digits", "number.digits", Kind::Text),
    ("/number/e164_digits", "number.e164_digits", Kind::Text),
    ("/number/country", "number.country", Kind::Text),
    ("/number/time_zone", "number.time_zone", Kind::Text),
    ("/contact", "contact", Kind::Object),
    ("/contact/first_name", "contact.first_name", Kind::Text),
    ("/contact/last_name", "contact.last_name", Kind::Text),
    ("/contact/company_name", "contact.company_name", Kind::Text),
    ("/tags", "tags", Kind::List),
    ("/tags/0/name", "tags.name", Kind::Text),
    ("/tags/0/tagged_by", "tags.tagged_by", Kind::Object),
    ("/tags/0/tagged_by/id", "tags.tagged_by.id", Kind::Id),
    ("/comments", "comments", Kind::List),
    ("/comments/0", "comments", Kind::Object),
    ("/comments/0/id", "comments.id", Kind::Id),
    ("/comments/0/content", "comments.content", Kind::Text),
    ("/comments/0/posted_at", "comments.posted_at", Kind::Time),
    ("/comments/0/posted_by", "comments.posted_by", Kind::Object),
    ("/comments/0/posted_by/name", "comments.posted_by.name", Kind::Text),
    ("/participants", "participants", Kind::List),
    ("/participants/0/type", "participants.type", Kind::Text),
    ("/participants/1", "participants", Kind::Object),
    ("/teams", "teams", Kind::List),
    ("/teams/0", "teams", Kind::Object),
    ("/teams/0/name", "teams.name", Kind::Text),
    // No rule reads it.
    ("/transferred_by", "", Kind::Object),
];

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Id,
    Time,
    Object,
    List,
}

impl Kind {
    fn wrong_shapes(self) -> Vec<Value> {
        let more = match self {
            Self::Text => vec![json!(7), json!(-1.5)],
            Self::Id => vec![json!(-7), json!(7.5), json!(7.0)],
            Self::Time => vec![json!("soon"), json!(1.5), json!(1_772_457_520_000_u64), json!("1772457520000.0")],
            Self::Object => vec![json!("Ann"), json!(7), json!("[1, 2]"), json!("{\"id\": 7"), json!("7")],
            Self::List => vec![json!("Ann"), json!(7), json!({"id": 7}), json!("{\"id\": 7}"), json!("[{\"id\": 7}")],
        };
        // A list in place of a list has entries of wrong shapes: the place is the same.
        let mut shapes = vec![json!(true), json!([[1]]), json!([7])];
        if !matches!(self, Self::List) {
            shapes.push(json!({"of tomorrow": null}));
        }
        // An object in place of an object is of the right shape.
        shapes.retain(|shape| !matches!(self, Self::Object) || !shape.is_object());
        shapes.extend(more);
        shapes
    }
}

/// Returns a call with an unusable value at each of the places that it has, and the paths of these
/// values. With `nothing`, the values are empty instead, and no path is returned.
fn with_unusable(places: &[(usize, usize)], nothing: bool) -> (Value, BTreeSet<&'static str>) {
    let (mut call, mut paths) = (Value::Object(full()), BTreeSet::new());
    let empty = [json!(null), json!(""), json!([]), json!({}), json!([null, "", {}, []])];
    for (place, shape) in places {
        let (pointer, path, kind) = PLACES[*place];
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let shapes = if nothing { empty.to_vec() } else { kind.wrong_shapes() };
        let shape = shapes[shape % shapes.len()].clone();
        match call.pointer_mut(parent) {
            Some(Value::Object(object)) if key.parse::<usize>().is_err() => drop(object.insert(key.to_owned(), shape)),
            // A list of a wrong shape has no entries of the original call, so these are skipped.
            Some(Value::Array(list)) => match key.parse().ok().and_then(|key: usize| list.get_mut(key)) {
                Some(entry) if entry.is_object() => *entry = shape,
                _ => continue,
            },
            _ => continue,
        }
        if !nothing && !path.is_empty() {
            paths.insert(path);
        }
    }
    (call, paths)
}

proptest::proptest! {
    /// Whatever is of a wrong shape, the call is read, and the plan has a notice of each path.
    #[test]
    fn every_unusable_value_has_a_notice(
        // The order matters: a value that was replaced has no parts any more.
        places in proptest::collection::btree_map(0..PLACES.len(), 0_usize..12, 0..12),
        nothing in proptest::bool::weighted(0.2),
    ) {
        let places: Vec<_> = places.into_iter().collect();
        let (call, paths) = with_unusable(&places, nothing);
        let text = call.to_string();
        let planned = plan(&text);
        proptest::prop_assert_eq!(unusable(&planned).into_iter().collect::<BTreeSet<_>>(), paths.clone(), "{}", text);
        proptest::prop_assert_eq!(unusable(&planned).len(), paths.len(), "one notice a path");

        // The call that is written and read back, and the history's, have the same notices.
        let read_first = read(&text);
        let written = serde_json::to_string(&read_first).unwrap();
        proptest::prop_assert_eq!(&read(&written), &read_first);
        proptest::prop_assert_eq!(&plan(&written)["notices"], &planned["notices"]);
        let history = CallHistory::new(&Webhook::from_json(&text).unwrap()).unwrap();
        let stored = CallHistory::from_json(&serde_json::to_string(&history).unwrap()).unwrap();
        proptest::prop_assert_eq!(&stored, &history);
        let of_history = serde_json::to_string(&stored.call().unwrap()).unwrap();
        let of_history = plan(&of_history);
        proptest::prop_assert_eq!(unusable(&of_history), unusable(&planned));
    }

    /// The JSON of objects and lists as text, at any depth, is the same call.
    #[test]
    fn json_as_text_is_the_same_call(chosen in proptest::collection::vec(proptest::bool::ANY, 16)) {
        let mut call = Value::Object(full());
        let mut chosen = chosen.into_iter();
        for path in [
            "/tags/0/tagged_by", "/tags/0", "/tags", "/comments/0/posted_by", "/comments/0", "/comments",
            "/participants/1", "/participants", "/teams/0", "/teams", "/user", "/number", "/contact", "/transferred_by",
            "/transferred_to",
        ] {
            if chosen.next().unwrap() {
                let part = call.pointer_mut(path).unwrap();
                *part = json!(format!(" {part}\n"));
            }
        }
        let (text, plain) = (call.to_string(), Value::Object(full()).to_string());
        proptest::prop_assert_eq!(read(&text), read(&plain), "{}", text);
    }
}

#[test]
fn a_notice_names_the_shape_and_not_the_value() {
    let message = |path, value| plan(&with(path, value))["notices"][0]["message"].clone();
    assert_eq!(message("user", json!("Ann")), "a text where an object was expected, so it was ignored");
    assert_eq!(
        message("comments.0.posted_at", json!(1_772_457_520_000_u64)),
        "a time out of range where a time between 1700-01-01 and 4000-12-31 was expected, so it was ignored"
    );
    assert_eq!(
        message("tags", json!("VIP")),
        "a text where a list of objects or names was expected, so it was ignored"
    );
}

#[test]
fn what_one_webhook_has_unusable_stays_known_in_any_order() {
    let webhook = |timestamp: u64, key: &str, value: Value| {
        let mut call = full();
        call.insert(key.to_owned(), value);
        json!({"event": "call.ended", "timestamp": timestamp, "data": call}).to_string()
    };
    let texts = [
        webhook(1_772_457_570, "user", json!("Ann")),
        webhook(1_772_457_571, "teams", json!(7)),
        webhook(1_772_457_572, "user", json!([1])),
        webhook(1_772_457_573, "archived", json!(true)),
    ];
    let of = |order: [usize; 4]| {
        let mut history = CallHistory::new(&Webhook::from_json(&texts[order[0]]).unwrap()).unwrap();
        for index in order {
            history.absorb(&Webhook::from_json(&texts[index]).unwrap()).unwrap();
        }
        history
    };
    let history = of([0, 1, 2, 3]);
    assert_eq!(history, of([3, 2, 1, 0]));
    assert_eq!(history, of([1, 3, 0, 2]));
    let call = serde_json::to_string(&history.call().unwrap()).unwrap();
    assert_eq!(unusable(&plan(&call)), ["user", "teams"]);
    assert_eq!(read(&call).user.unwrap().id, Some(AircallId::from(Cow::Borrowed("1"))), "the usable value counts");
}

#[test]
fn a_stored_history_without_the_newer_keys_is_read() {
    let text = without(&["teams"]);
    let history = CallHistory::new(&Webhook::from_json(&text).unwrap()).unwrap();
    let stored = serde_json::to_value(&history).unwrap();
    assert!(stored.get("unusable").is_none() && stored.get("teams").is_none());
    assert_eq!(CallHistory::from_json(&stored.to_string()).unwrap(), history);
}

#[test]
fn a_text_among_the_tags_is_a_name_unless_it_is_an_object() {
    let text = with("tags", json!(["VIP", "null", "{}", "[ ]", " ", "[urgent]", "{x}", "7", "{\"name\": \"Sales\"}"]));
    let names: Vec<_> = read(&text).tags.iter().map(|tag| tag.name.as_deref().unwrap().to_owned()).collect();
    assert_eq!(names, ["VIP", "[urgent]", "{x}", "7", "Sales"]);
    assert!(unusable(&plan(&text)).is_empty());
}

#[test]
fn only_the_json_of_the_right_kind_is_read_from_text() {
    let json_of_text = json!(json!("{\"id\": 1}").to_string());
    for other in [json!("[{\"id\": 1}]"), json!("{\"id\": 1} {}"), json!("{\"name\": \"\\ud83d\"}"), json_of_text] {
        let text = with("user", other);
        assert_eq!(read(&text).user, None, "{text}");
        assert_eq!(unusable(&plan(&text)), ["user"], "{text}");
    }
    // A text that breaks off leaves nothing of itself behind.
    assert_eq!(unusable(&plan(&with("comments", json!("[{\"id\": true}, {\"id\": ")))), ["comments"]);
}

#[test]
fn deep_and_long_json_in_text_costs_no_more_than_its_length() {
    let deep = "[".repeat(100_000);
    let closed = format!("{deep}{}", "]".repeat(100_000));
    for path in ["tags", "tags.0.tagged_by", "comments.0.posted_by", "user", "user.name", "teams"] {
        for text in [&deep, &closed] {
            read(&with(path, json!(text)));
        }
    }
    let mut nested = String::from("{\"id\": 1}");
    for _ in 0..16 {
        nested = json!([nested, "x"]).to_string();
    }
    read(&with("comments", json!(nested)));
    let many = with("tags", json!(vec![json!([1]); 200_000]));
    assert_eq!(unusable(&plan(&many)), ["tags"]);
}

#[test]
fn a_page_gives_one_result_a_call() {
    let page = r#"{"calls": [{"id": "812", "direction": "outbound", "started_at": 1772457500, "number": {}}, null, {},
        {"id": 813, "direction": "inbound", "started_at": null},
        {"id": 814, "direction": "inbound", "started_at": 1772457600, "tags": null, "user": "\ud83d"}, 7,
        {"id": 815, "direction": "inbound", "started_at": 1772457600, "tags": null}],
        "meta": {"count": 7, "total": 2234, "current_page": 1, "per_page": 20,
        "next_page_link": "https://api.example.com/v1/calls?page=2\u0026per_page=20", "previous_page_link": null}}"#;
    let page = CallPage::from_slice(page.as_bytes()).unwrap();
    let ids: Vec<_> = page.calls.iter().map(|call| call.as_ref().ok().map(|call| call.id)).collect();
    assert_eq!(ids, [Some(812), None, None, None, Some(815)]);
    assert_eq!(page.next_page_link.as_deref(), Some("https://api.example.com/v1/calls?page=2&per_page=20"));
    assert_eq!(page.total, Some(2234));
}

#[test]
fn a_page_may_be_empty_or_the_last() {
    for meta in ["", r#", "meta": {"next_page_link": null}"#, r#", "meta": {}"#, r#", "meta": 7"#] {
        let text = format!("{{\"calls\": []{meta}}}");
        let page = CallPage::from_slice(text.as_bytes()).unwrap();
        assert_eq!((page.calls.len(), page.next_page_link, page.total), (0, None, None));
    }
    let text = fixture("rest_calls_page");
    assert!(CallPage::from_slice(text.as_bytes()).unwrap().calls.iter().all(Result::is_ok));
}
