//! Fuzzes the directory.

#![no_main]

use aircall_salesforce::{Directory, Webhook, read_json};
use aircall_salesforce_fuzz::{calls, judge, judge_error, world};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match read_json::<Directory>(bytes) {
        Ok(directory) => {
            for (which, call) in calls().enumerate() {
                let webhook = Webhook::from_json(&call).expect("a call");
                judge(&webhook.call.expect("a call"), &directory, &world(which).settings);
            }
        }
        Err(error) => judge_error(&error),
    }
});
