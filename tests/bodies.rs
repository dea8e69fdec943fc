//! Tests that `write_json` writes the same bytes as serde.

use std::borrow::Cow;

use aircall_salesforce::salesforce::{FieldName, FieldValue, TaskUpdate};
use aircall_salesforce::{Action, Directory, Settings, Webhook, plan_webhook};
use chrono::NaiveDate;

#[track_caller]
fn writes(task: &TaskUpdate<'_>, json: &str) {
    // The buffer is not empty: `write_json` appends.
    let mut out = b"before ".to_vec();
    task.write_json(&mut out);
    assert_eq!(String::from_utf8(out).unwrap(), format!("before {json}"));
    assert_eq!(serde_json::to_string(task).unwrap(), json);
}

fn name(name: &str) -> FieldName<'_> {
    FieldName::new(name).unwrap()
}

fn subject(text: &str) -> TaskUpdate<'_> {
    TaskUpdate::new(vec![("Subject", Some(FieldValue::Text(Cow::Borrowed(text))))]).unwrap()
}

#[test]
fn every_kind_of_value_is_written() {
    writes(&TaskUpdate::default(), "{}");
    let changes = vec![
        ("Subject", Some(FieldValue::Text(Cow::Borrowed("Call")))),
        ("CallDurationInSeconds", Some(FieldValue::Number(15))),
        ("Description", None),
        ("A__c", Some(FieldValue::Text(Cow::Borrowed("a")))),
        ("B__c", Some(FieldValue::Number(-1))),
        ("C__c", Some(FieldValue::Flag(true))),
        ("D__c", None),
    ];
    writes(
        &TaskUpdate::new(changes).unwrap(),
        r#"{"Subject":"Call","CallDurationInSeconds":15,"Description":null,"A__c":"a","B__c":-1,"C__c":true,"D__c":null}"#,
    );
}

#[test]
fn a_year_beyond_four_digits_has_a_sign() {
    let webhook = r#"{"id": 7, "direction": "inbound", "started_at": 1773964800, "ended_at": 1773964890}"#;
    let (webhook, directory) = (Webhook::from_json(webhook).unwrap(), Directory::default());
    let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap();
    let Action::Create(mut create) = plan_webhook(&webhook, &directory, &settings).action else {
        panic!("the call has no Task yet");
    };
    for (year, month, day, text) in [
        (1700, 1, 2, "1700-01-02"),
        (4000, 12, 31, "4000-12-31"),
        (0, 10, 20, "0000-10-20"),
        (-1, 2, 3, "-0001-02-03"),
        (9999, 8, 9, "9999-08-09"),
        (10_000, 11, 30, "+10000-11-30"),
    ] {
        create.task.activity_date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let mut out = Vec::new();
        create.task.write_json(&mut out);
        assert_eq!(out, serde_json::to_vec(&create.task).unwrap(), "{text}");
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(json["ActivityDate"], text);
    }
}

#[test]
fn a_name_that_would_have_to_be_escaped_is_none() {
    assert_eq!(name("CallObject").as_str(), "CallObject");
    for no_name in ["", "__c", "Priority", "a\"__c", "a\n__c", "é__c", "a__x"] {
        assert_eq!(FieldName::new(no_name), None, "{no_name:?}");
    }
    for no_name in ["a\"__c", "a\n__c", "é__c"] {
        assert_eq!(TaskUpdate::new(vec![(no_name, None)]), None, "{no_name:?}");
    }
}

#[test]
fn signs_are_escaped() {
    writes(&subject("a \"b\" \\ c"), r#"{"Subject":"a \"b\" \\ c"}"#);
    writes(&subject("\n\t\r\u{8}\u{c}"), r#"{"Subject":"\n\t\r\b\f"}"#);
    writes(&subject("\0\u{1f}"), r#"{"Subject":"\u0000\u001f"}"#);
    writes(&subject(" !/\u{7f}é😀\u{2028}"), "{\"Subject\":\" !/\u{7f}é😀\u{2028}\"}");
}

#[test]
fn the_position_of_a_character_does_not_matter() {
    for character in (0..=0x100).filter_map(char::from_u32) {
        for before in 0..70 {
            for after in [0, 1, 40] {
                let text = format!("{}{character}{}", "x".repeat(before), "x".repeat(after));
                let task = subject(&text);
                let mut out = Vec::new();
                task.write_json(&mut out);
                assert_eq!(out, serde_json::to_vec(&task).unwrap(), "{character:?} at {before}");
            }
        }
    }
}
