//! Fuzzes the parser of CallDisposition with any text, and the renderer with the text's lines as
//! tags.

#![no_main]

use aircall_salesforce::aircall::Direction;
use aircall_salesforce::rules::disposition::{Elements, disposition, parse, render};
use aircall_salesforce::salesforce::text::{LINE_LIMIT, LengthUnit};
use aircall_salesforce::settings::DispositionOrder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match parse(text) {
        Ok(list) => assert_eq!(parse(&render(list.iter().map(String::as_str))).as_ref(), Ok(&list)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let tags: Vec<_> = text.lines().collect();
    assert_eq!(parse(&render(tags.iter().copied())).expect("a rendered list can be parsed"), tags);
    for order in [DispositionOrder::TagsFirst, DispositionOrder::MarkerFirst] {
        let (answered, line) = (text.len() > 100, None);
        let elements =
            Elements { direction: Direction::Inbound, answered, line, missed_call_reason: tags.last().copied(), order };
        let list = disposition(tags.iter().copied(), &elements);
        assert!(LengthUnit::Salesforce.measure(&list.text) <= LINE_LIMIT);
        assert!(parse(&list.text).expect("a written list can be parsed").contains(&"aircall".to_owned()));
    }
});
