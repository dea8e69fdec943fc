//! Fuzzes the texts of a message, separated by `U+001E`, so that a mutation of one text leaves the
//! others unchanged.

#![no_main]

use aircall_salesforce::Webhook;
use aircall_salesforce_fuzz::{judge_error, judge_message};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|body: &str| {
    let mut texts = body.split('\u{1e}');
    let mut next = || texts.next().map_or(Value::Null, Value::from);
    let mut webhook = json!({
        "resource": "message", "event": next(), "timestamp": next(),
        "data": {
            "id": next(), "direction": next(), "status": next(), "channel": next(), "body": next(),
            "external_number": next(), "raw_digits": next(), "sent_at": next(), "created_at": next(),
            "number": {"id": next(), "name": next(), "digits": next(), "country": next(), "time_zone": next()},
            "user": {"id": 1, "name": next(), "email": next()},
            "contact": {"first_name": next(), "last_name": next(), "company_name": next()},
        }
    });
    webhook["data"]["media_details"] = texts.map(|name| json!({"file_name": name})).collect();
    let webhook = webhook.to_string();
    match Webhook::from_json(&webhook) {
        Ok(webhook) => webhook.message.iter().for_each(|message| judge_message(message, body.len())),
        Err(error) => judge_error(&error),
    }
});
