//! Fuzzes a webhook about a call, a message or an insight, a REST response or a bare call.

#![no_main]

use aircall_salesforce::{CallHistory, Webhook};
use aircall_salesforce_fuzz::{judge_call, judge_error, judge_message};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    match Webhook::from_slice(body) {
        Ok(webhook) => {
            if let Some(message) = &webhook.message {
                judge_message(message, body.len());
            }
            if let Some(call) = &webhook.call {
                judge_call(call, body.len());
            }
            if let Ok(mut history) = CallHistory::new(&webhook) {
                assert_eq!(history.call().is_some(), webhook.call.is_some(), "insights alone are no call");
                if let Some(call) = history.call() {
                    judge_call(&call, body.len());
                }
                assert!(!history.absorb(&webhook).expect("the same call"), "nothing new");
                let stored = serde_json::to_string(&history).expect("it serialises");
                assert_eq!(CallHistory::from_json(&stored).as_ref(), Ok(&history));
            }
        }
        Err(error) => judge_error(&error),
    }
});
