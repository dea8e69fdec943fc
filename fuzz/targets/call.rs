//! Fuzzes the texts of a call, separated by `U+001E`, so that a mutation of one text leaves the
//! others unchanged.

#![no_main]

use aircall_salesforce::Webhook;
use aircall_salesforce_fuzz::judge_call;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|body: &str| {
    let mut texts = body.split('\u{1e}');
    let [outbound, answered, ended] =
        std::array::from_fn(|_| texts.next().and_then(|text| text.trim().parse::<u32>().ok()));
    let mut next = || texts.next().map_or(Value::Null, Value::from);
    let mut call = json!({
        "id": 1, "direction": if outbound.is_some() { "outbound" } else { "inbound" }, "started_at": 1_772_457_500,
        "answered_at": answered, "ended_at": ended, "raw_digits": next(), "missed_call_reason": next(),
        "number": {"name": next(), "digits": next(), "country": next(), "time_zone": next()},
        "user": {"id": 1, "name": next(), "email": next()},
        "contact": {"first_name": next(), "last_name": next(), "company_name": next()},
        "transferred_to": {"id": next(), "name": next()},
        "asset": next(), "recording": next(), "voicemail": next(),
    });
    let rest: Vec<_> = texts.collect();
    let pairs = || rest.chunks(2).filter_map(|pair| Some((pair.first()?, pair.get(1)?)));
    call["tags"] = pairs().map(|(name, by)| json!({"name": name, "tagged_by": {"id": by}})).collect();
    call["comments"] = pairs().map(|(content, by)| json!({"content": content, "posted_by": {"name": by}})).collect();
    call["participants"] = pairs().map(|(kind, _)| json!({"type": kind})).collect();
    let call = call.to_string();
    match Webhook::from_json(&call) {
        Ok(webhook) => judge_call(&webhook.call.expect("a call"), body.len()),
        Err(error) => panic!("{error}"),
    }
});
