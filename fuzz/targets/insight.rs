//! Fuzzes what Aircall's AI says of a call: any order of the webhooks gives the same call.
//!
//! `U+001E` separates the parts of the input: pairs of an event with its time, and a content.

#![no_main]

use aircall_salesforce::{CallHistory, Webhook};
use aircall_salesforce_fuzz::judge_call;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const CALL: &str = r#"{"resource": "call", "event": "call.ended", "timestamp": 1772457600, "data": {"id": 7,
    "direction": "inbound", "started_at": 1772457500, "answered_at": 1772457510, "ended_at": 1772457590,
    "raw_digits": "+33 1 99 00 12 34", "comments": [{"id": 1, "content": "A note"}]}}"#;

fuzz_target!(|body: &str| {
    let parts: Vec<_> = body.split('\u{1e}').take(12).collect();
    let insights = parts.chunks(2).map(|pair| {
        let (event, time) = pair[0].split_once(' ').unwrap_or((pair[0], ""));
        let content = pair.get(1).copied().unwrap_or_default();
        // Content of any shape, or a text.
        let content = serde_json::from_str(content).unwrap_or_else(|_| Value::from(content));
        let participants = json!([{"participant_type": "external", "value": content}]);
        json!({
            "resource": "conversation_intelligence", "event": event, "timestamp": time,
            "data": {"id": time, "call_id": 7, "created_at": time, "content": content, "participants": participants}
        })
        .to_string()
    });
    let bodies: Vec<_> = insights.chain([CALL.to_owned()]).collect();
    let history = |bodies: &mut dyn Iterator<Item = &String>| {
        let mut known: Option<CallHistory> = None;
        for body in bodies {
            let webhook = Webhook::from_json(body).expect("an insight has no errors");
            let Ok(next) = CallHistory::new(&webhook) else { continue };
            match &mut known {
                Some(known) => drop(known.merge(next).expect("the same call")),
                None => known = Some(next),
            }
        }
        known.expect("a call")
    };
    let known = history(&mut bodies.iter());
    assert_eq!(known, history(&mut bodies.iter().rev()));
    assert_eq!(known, history(&mut bodies.iter().chain(&bodies)));
    let stored = serde_json::to_string(&known).expect("it serialises");
    assert_eq!(CallHistory::from_json(&stored).as_ref(), Ok(&known));
    judge_call(&known.call().expect("a call"), body.len());
});
