//! Tests single rules.

use aircall_salesforce::aircall::Call;
use aircall_salesforce::phone::{self, Region};
use aircall_salesforce::rules::record::{Match, Target, find};
use aircall_salesforce::rules::{description, fields, owner, package, recording};
use aircall_salesforce::salesforce::text::{DESCRIPTION_LIMIT, LengthUnit};
use aircall_salesforce::{Directory, E164, Facts, Settings};
use proptest::prelude::*;
use serde_json::Value;

use crate::config;
use crate::generate;
use crate::worlds;

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
        let (text, settings) = (call.to_string(), settings(&json));
        let call = read(&text);
        if let Some(kind) = Facts::new(&call).kind {
            let link = recording::link(&call, kind, settings.recording_link);
            for count in [LengthUnit::Salesforce, LengthUnit::Characters] {
                let description = description::description(kind, link.as_ref(), &call.comments, &settings.wording, count);
                prop_assert!(count.measure(&description.text) <= DESCRIPTION_LIMIT);
                let alone = description::description(kind, link.as_ref(), &[], &settings.wording, count);
                prop_assert!(description.text.starts_with(&alone.text));
                if let (Some(link), 0) = (&link, alone.dropped) {
                    prop_assert!(alone.text.contains(&*link.url), "the link is never cut");
                }
            }
        }
    }

    #[test]
    fn an_owner_is_always_decided(call in generate::call(), json in worlds::settings(), directory in worlds::directory()) {
        let (text, settings) = (call.to_string(), settings(&json));
        let call = read(&text);
        let directory = Directory::from_json(&directory.to_string()).unwrap();
        let facts = Facts::new(&call);
        let target = match find(&facts, &directory, &settings) {
            Match::Found(record) => Some(Target::Existing(record)),
            Match::Unknown(_) | Match::Unusable(_) => None,
        };
        let decided = owner::owner(&facts, target, &directory, &settings);
        prop_assert_eq!(decided.id.is_none(), target.is_none());
        prop_assert_eq!(decided.rule == owner::OwnerReason::NoRecord, target.is_none());
        if let Some(change) = owner::hand_over(&facts, target, &directory, &settings) {
            prop_assert_ne!(change.owner, settings.admin);
        }
    }

    #[test]
    fn times_and_hours_are_in_range(call in generate::call()) {
        let text = call.to_string();
        let call = read(&text);
        prop_assert!(package::waiting_time(&call).is_none_or(|seconds| seconds >= 0));
        let hour = package::hour_of_the_day(&call).ok().flatten();
        prop_assert!(hour.is_none_or(|hour| hour.parse::<u8>().is_ok_and(|hour| hour < 24)));
        if let Some(duration) = fields::call_duration(&call) {
            prop_assert!(duration.seconds <= 99_999_999);
            prop_assert!(call.answered_at.is_some() || duration.seconds == 0);
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
