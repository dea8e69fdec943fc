//! Tests single rules.

use aircall_salesforce::aircall::Call;
use aircall_salesforce::phone::{self, Region};
use aircall_salesforce::rules::record::find;
use aircall_salesforce::rules::{description, fields, owner, package, recording};
use aircall_salesforce::salesforce::FieldValue;
use aircall_salesforce::salesforce::text::LengthUnit;
use aircall_salesforce::settings::PackageField;
use aircall_salesforce::{Directory, E164, Facts, Settings};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::config;
use crate::generate;
use crate::worlds;

/// The length of `Task.Description` (LIMIT-1).
const DESCRIPTION_LIMIT: usize = 32_000;

fn read(call: &str) -> Call<'_> {
    serde_json::from_str(call).unwrap()
}

fn settings(settings: &Value) -> Settings {
    Settings::from_json(&settings.to_string()).unwrap()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_description_fits_and_begins_with_the_link(call in generate::call(), json in worlds::settings()) {
        let (text, mut settings) = (call.to_string(), settings(&json));
        // Insights come after the notes, so a call without notes would have them right after the
        // link.
        settings.insights.clear();
        let call = read(&text);
        let mut without_notes = call.clone();
        without_notes.comments.clear();
        if let (Some(facts), Some(without_notes)) = (Facts::new(&call), Facts::new(&without_notes)) {
            let link = recording::link(&facts, &settings);
            for count in [LengthUnit::Salesforce, LengthUnit::Characters] {
                settings.count = count;
                let whole = description::description(&facts, &settings, &mut Vec::new()).unwrap_or_default();
                prop_assert!(count.measure(&whole) <= DESCRIPTION_LIMIT);
                let mut notices = Vec::new();
                let alone = description::description(&without_notes, &settings, &mut notices).unwrap_or_default();
                prop_assert!(whole.starts_with(&alone));
                if let (Some(link), []) = (&link, &*notices) {
                    prop_assert!(alone.contains(&*link.url), "the link is never cut");
                }
            }
        }
    }

    #[test]
    fn an_owner_is_always_decided(call in generate::call(), json in worlds::settings(), directory in worlds::directory()) {
        let (text, settings) = (call.to_string(), settings(&json));
        let call = read(&text);
        let directory = Directory::from_json(&directory.to_string()).unwrap();
        let Some(facts) = Facts::new(&call) else { return Ok(()) };
        let target = find(&facts, &directory, &settings).target;
        let decided = owner::owner(&facts, target, &directory, &settings);
        prop_assert_eq!(decided.id.is_none(), target.is_none());
        prop_assert_eq!(decided.reason == owner::OwnerReason::NoRecord, target.is_none());
        if let Some(change) = owner::hand_over(&facts, target, &directory, &settings) {
            prop_assert_ne!(change.owner, settings.admin);
        }
    }

    #[test]
    fn times_and_hours_are_in_range(call in generate::call()) {
        let (text, settings) = (call.to_string(), settings(&json!({"admin": "005000000000001AAA"})));
        let call = read(&text);
        let Some(facts) = Facts::new(&call) else { return Ok(()) };
        let fields = package::package_fields(&facts, &settings, &mut Vec::new());
        let field = |field| fields.iter().find(|(name, _)| Some(*name) == settings.field_names.package(field));
        let value = |of| field(of).and_then(|(_, value)| value.as_ref());
        match value(PackageField::WaitingTime) {
            None => {}
            Some(FieldValue::Number(seconds)) => prop_assert!(*seconds >= 0),
            other => prop_assert!(false, "{other:?}"),
        }
        match value(PackageField::HourOfTheDay) {
            None => {}
            Some(FieldValue::Text(hour)) => prop_assert!(hour.parse::<u8>().is_ok_and(|hour| hour < 24)),
            other => prop_assert!(false, "{other:?}"),
        }
        if let Some(seconds) = fields::call_duration(&facts, &mut Vec::new()) {
            prop_assert!(seconds <= 99_999_999);
            prop_assert!(call.answered_at.is_some() || seconds == 0);
        }
    }

    #[test]
    fn any_text_can_be_parsed_as_a_number(text in generate::text(), dialled in "[+0-9 ()./;ext-]{0,24}", home in proptest::sample::select(&["DE", "US", "IT"][..])) {
        for text in [text, dialled] {
            for home in [None, Region::new(home)] {
                if let Some(number) = phone::parse(&text, home) {
                    let e164 = number.e164;
                    prop_assert_eq!(e164.as_str().parse::<E164>().unwrap(), e164);
                    // The result may be shorter: each parse removes one of several trunk prefixes,
                    // as in libphonenumber.
                    let again = phone::parse(e164.as_str(), None).map(|number| number.e164);
                    prop_assert!(again.is_some_and(|again| again.as_str().len() <= e164.as_str().len()));
                }
            }
        }
    }
}
