//! Fuzzes two spellings of a number, one a line, after the two letters of a region. Checks that a
//! record with one spelling is found by the other, and that the index agrees with `is_in`.

#![no_main]

use aircall_salesforce::lookup::NumberNeed;
use aircall_salesforce::phone::{self, Region};
use aircall_salesforce::{Directory, E164, Lookup};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|body: &str| {
    let (home, texts) = body.split_at_checked(2).unwrap_or_default();
    let (home, (dialled, stored)) = (Region::new(home), texts.split_once('\n').unwrap_or((texts, texts)));
    let numbers = [dialled, stored].map(|text| phone::parse(text, home));
    for number in numbers.into_iter().flatten() {
        let text = number.e164.as_str();
        assert_eq!(text.parse::<E164>(), Ok(number.e164));
        // Each parse removes one of several trunk prefixes, as in libphonenumber.
        let again = phone::parse(text, None).expect("an E.164 number can be parsed");
        assert!(text.len() >= again.e164.as_str().len() && text.get(..2) == again.e164.as_str().get(..2));
        assert_eq!(phone::parse(text, home), Some(again), "in every region");
    }
    // Impossible numbers are never looked up (REC-7).
    if let [Some(dialled), found] = numbers
        && dialled.possible
    {
        let record = json!({"type": "Contact", "id": "003000000000001AAA", "name": "Ada", "phones": [stored]});
        let directory = Directory::from_json(&json!({"records": [record]}).to_string()).expect("a directory");
        let need = NumberNeed::new(dialled, home);
        let records = directory.records_by_phone(need);
        assert_eq!(!records.is_empty(), need.is_in(stored), "the index finds what a field contains");
        let is_same = found.is_some_and(|found| found.e164 == dialled.e164);
        assert!(!is_same || !records.is_empty(), "found by any spelling");
    }
});
