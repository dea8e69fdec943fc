//! Tests the cleaning, shortening, rendering and parsing of texts.

use std::borrow::Cow;

use aircall_salesforce::rules::disposition::{self, disposition};
use aircall_salesforce::salesforce::Id;
use aircall_salesforce::salesforce::text::{self, LengthUnit};
use aircall_salesforce::settings::DispositionOrder;
use aircall_salesforce::wording::Template;
use aircall_salesforce::{Call, Facts, Settings};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use unicode_segmentation::UnicodeSegmentation;

use crate::config;
use crate::generate;
use crate::worlds;

fn count() -> impl Strategy<Value = LengthUnit> {
    proptest::sample::select(&[LengthUnit::Salesforce, LengthUnit::Characters][..])
}

fn is_clean(text: &str, kept: &[char]) -> bool {
    text.trim() == text && !text.chars().any(|character| character.is_control() && !kept.contains(&character))
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|character| character.is_whitespace() || character.is_control())
}

/// Returns a text as DESC-6 cleans the part of a line: breaks and tabs become blanks, other control
/// characters vanish.
fn inline(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\t'], "\n");
    text.replace('\n', " ").chars().filter(|character| !character.is_control()).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_disposition_is_read_back(elements in vec(generate::text(), 0..8)) {
        let text = disposition::render(elements.iter().map(String::as_str));
        prop_assert_eq!(disposition::parse(&text).unwrap(), elements);
    }

    #[test]
    fn parsing_a_disposition_never_panics(text in generate::text(), list in vec(generate::text(), 0..4)) {
        let _ = disposition::parse(&text);
        let _ = disposition::parse(&format!("[{}]", list.join(",")));
    }

    #[test]
    fn a_disposition_fits_and_holds_the_first_tags(
        tags in vec(generate::text(), 0..30),
        reason in proptest::option::of(generate::text()),
        answered: bool,
        marker_first: bool,
        line in proptest::option::of(Just("+493023125000")),
    ) {
        let names: Vec<_> = tags.iter().map(|tag| json!({"name": tag})).collect();
        let call = json!({
            "id": 1, "direction": "inbound", "started_at": 0, "ended_at": 2, "answered_at": answered.then_some(1),
            "number": {"e164_digits": line}, "tags": names, "missed_call_reason": reason,
        })
        .to_string();
        let call: Call<'_> = serde_json::from_str(&call).unwrap();
        let mut settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap();
        settings.disposition_order =
            if marker_first { DispositionOrder::MarkerFirst } else { DispositionOrder::TagsFirst };
        let mut notices = Vec::new();
        let list = disposition(&Facts::new(&call).unwrap(), &settings, &mut notices).unwrap();
        prop_assert!(LengthUnit::Salesforce.measure(&list) <= text::LINE_LIMIT);
        prop_assert!(is_clean(&list, &[]));

        let mut written = tags.iter().filter(|tag| !is_blank(tag)).map(|tag| inline(tag));
        let fixed = 3 + usize::from(line.is_some());
        let reason = reason.as_deref().filter(|reason| !is_blank(reason)).map(inline);
        let read = disposition::parse(&list).unwrap();
        // The reason is dropped after every tag, so only the fixed elements are left without it.
        let has_reason = reason.is_some() && read.len() > fixed;
        if has_reason {
            prop_assert_eq!(read.last().map(String::as_str), reason.as_deref());
        }
        let kept = read.len() - fixed - usize::from(has_reason);
        let first = usize::from(marker_first);
        prop_assert_eq!(read.iter().position(|element| element == "aircall").map(|_| ()), Some(()));
        prop_assert_eq!(&read[first..first + kept], written.by_ref().take(kept).collect::<Vec<_>>());
        let dropped = written.count() + usize::from(reason.is_some() && !has_reason);
        prop_assert_eq!(dropped, notices.iter().filter_map(|notice| notice.dropped).sum::<usize>());
    }

    #[test]
    fn a_cut_text_is_the_longest_prefix_of_whole_graphemes(raw in generate::note(), limit in 0_usize..600, count in count()) {
        let whole = raw.trim();
        let cut = count.clip(whole, limit);
        prop_assert!(count.measure(cut) <= limit);
        prop_assert!(whole.starts_with(cut));
        prop_assert_eq!(cut == whole, count.measure(whole) <= limit);
        if cut != whole {
            let mut longest = 0;
            for (start, grapheme) in whole.grapheme_indices(true) {
                let end = start + grapheme.len();
                if count.measure(&whole[..end]) > limit {
                    break;
                }
                longest = end;
            }
            prop_assert_eq!(cut, whole[..longest].trim());
        }
    }

    /// A limit of many thousand units: the fast paths for short texts decide here.
    #[test]
    fn a_text_is_cut_only_over_its_limit(raw in generate::note(), limit in 0_usize..70_000, count in count()) {
        let whole = raw.trim();
        prop_assert_eq!(count.clip(whole, limit) == whole, count.measure(whole) <= limit);
    }

    #[test]
    fn cleaning_is_idempotent(raw in generate::note()) {
        type Clean = fn(&str) -> Cow<'_, str>;
        let both: [(Clean, &[char]); 2] = [(|text| text::line(text), &[]), (|text| text::text_area(text), &['\n', '\t'])];
        for (clean, kept) in both {
            let once = clean(&raw).into_owned();
            prop_assert!(is_clean(&once, kept));
            prop_assert_eq!(&*clean(&once), &*once);
            prop_assert_eq!(once.is_empty(), is_blank(&raw));
        }
    }

    #[test]
    fn an_id_is_the_same_in_both_lengths(short in "[0-9A-Za-z]{15}", at in 0_usize..15) {
        let id: Id = short.parse().unwrap();
        prop_assert_eq!(id.as_str().len(), 18);
        prop_assert!(id.as_str().starts_with(&short));
        prop_assert_eq!(id.as_str().parse::<Id>().unwrap(), id);

        let mut bytes = id.as_str().as_bytes().to_vec();
        bytes[at] ^= if bytes[at].is_ascii_alphabetic() { b' ' } else { 0 };
        let other = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(other.parse::<Id>().is_ok(), other == id.as_str(), "a lost case is noticed");
    }

    #[test]
    fn parsing_an_id_never_panics(text in generate::text(), ascii in "[ -~]{14,19}") {
        for text in [text, ascii] {
            if let Ok(id) = text.parse::<Id>() {
                prop_assert!(id.as_str().starts_with(&text[..15]));
            }
        }
    }

    #[test]
    fn a_template_renders_escaped_characters(text in generate::text()) {
        let text = format!("•{text}");
        let template = Template::new(worlds::literal(&text), Template::SUBJECT).unwrap();
        let mut out = String::new();
        template.render(&mut out, "unknown", |_| None);
        prop_assert_eq!(out, text);
    }

    #[test]
    fn inserted_values_are_not_templates(value in generate::text()) {
        let template = Template::new("a {record}[ b {record}] c {user}{teams}[ d {user}]", Template::SUBJECT).unwrap();
        let mut out = String::new();
        template.render(&mut out, "unknown", |name| (name == "record").then_some(value.as_str().into()));
        prop_assert_eq!(out, format!("a {value} b {value} c unknown"));
    }

    #[test]
    fn parsing_a_template_never_panics(text in generate::text(), signs in "[]\\[{}a]{0,12}") {
        for text in [text, signs] {
            if let Ok(template) = Template::new(text, Template::SUBJECT) {
                template.render(&mut String::new(), "", |_| None);
            }
        }
    }
}
