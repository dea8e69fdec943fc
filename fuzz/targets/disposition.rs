//! Fuzzes the parser of CallDisposition with any text, and the renderer with the text's lines as
//! tags.

#![no_main]

use aircall_salesforce::rules::disposition::{disposition, parse, render};
use aircall_salesforce::salesforce::text::{LINE_LIMIT, LengthUnit};
use aircall_salesforce::settings::DispositionOrder;
use aircall_salesforce::{Facts, Settings, Webhook};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    match parse(text) {
        Ok(list) => assert_eq!(parse(&render(list.iter().map(String::as_str))).as_ref(), Ok(&list)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let tags: Vec<_> = text.lines().collect();
    assert_eq!(parse(&render(tags.iter().copied())).expect("what was rendered"), tags);
    let names: Vec<_> = tags.iter().map(|tag| json!({"name": tag})).collect();
    let call = json!({"id": 1, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_600,
        "answered_at": (text.len() > 100).then_some(1_772_457_510), "tags": names, "missed_call_reason": tags.last()});
    let call = call.to_string();
    let webhook = Webhook::from_json(&call).expect("a call");
    let call = webhook.call.expect("a call");
    let facts = Facts::new(&call).expect("an ended call");
    let mut settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).expect("settings");
    for order in [DispositionOrder::TagsFirst, DispositionOrder::MarkerFirst] {
        settings.disposition_order = order;
        let list = disposition(&facts, &settings, &mut Vec::new()).expect("a call");
        assert!(LengthUnit::Salesforce.measure(&list) <= LINE_LIMIT);
        assert!(parse(&list).expect("what was written").contains(&"aircall".to_owned()));
    }
});
