//! Fuzzes the settings.

#![no_main]

use aircall_salesforce::{Settings, Webhook, read_json};
use aircall_salesforce_fuzz::{calls, judge, judge_error, world};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match read_json::<Settings>(bytes) {
        Ok(settings) => {
            for call in calls() {
                let webhook = Webhook::from_json(&call).expect("a call");
                judge(&webhook.call.expect("a call"), &world(0).directory, &settings);
            }
        }
        Err(error) => judge_error(&error),
    }
});
