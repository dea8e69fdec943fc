//! Fuzzes a page of calls.

#![no_main]

use aircall_salesforce::aircall::CallPage;
use aircall_salesforce_fuzz::{judge_call, judge_error};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    match CallPage::from_slice(body) {
        Ok(page) => {
            for call in page.calls.iter().take(2) {
                match call {
                    Ok(call) => judge_call(call, body.len()),
                    Err(error) => judge_error(error),
                }
            }
        }
        Err(error) => judge_error(&error),
    }
});
