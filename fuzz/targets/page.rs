//! Fuzzes a page of calls.

#![no_main]

use aircall_salesforce::{Call, read_json};
use aircall_salesforce_fuzz::{judge_call, judge_error};
use libfuzzer_sys::fuzz_target;

#[derive(serde::Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    calls: Vec<Call<'a>>,
}

fuzz_target!(|body: &[u8]| {
    match read_json::<Page>(body) {
        Ok(page) => page.calls.iter().take(2).for_each(|call| judge_call(call, body.len())),
        Err(error) => judge_error(&error),
    }
});
