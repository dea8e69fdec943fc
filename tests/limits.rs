//! Tests limits at both edges and in every unit of length, and input of excessive size.

#[path = "support/objects.rs"]
mod objects;

use aircall_salesforce::rules::disposition::parse;
use aircall_salesforce::salesforce::Object;
use aircall_salesforce::salesforce::fields::{self, FieldType};
use aircall_salesforce::salesforce::text::{self, LINE_LIMIT, LengthUnit};
use aircall_salesforce::{Directory, Settings, Webhook, plan_webhook};
use objects::with;
use serde_json::{Map, Value, json};

const FLAG: &str = "🇩🇪";
const FAMILY: &str = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
const SYLLABLE: &str = "\u{1112}\u{1161}\u{11ab}";

/// Returns a missed call without an agent; `keys` replace its own.
fn call(keys: Value) -> Value {
    let call = json!({
        "id": 1, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_540,
        "raw_digits": "+1 212-555-0123", "number": {"name": "N", "digits": "+49 30 23125000", "country": "DE"}
    });
    with(call, keys)
}

#[track_caller]
fn plan(call: &Value, settings: Value) -> Value {
    plan_with(call, settings, &json!({}))
}

#[track_caller]
fn plan_with(call: &Value, settings: Value, directory: &Value) -> Value {
    let settings = with(json!({"admin": "005000000000001AAA"}), settings);
    let settings = Settings::from_json(&settings.to_string()).unwrap();
    let directory = Directory::from_json(&directory.to_string()).unwrap();
    let text = call.to_string();
    let webhook = Webhook::from_json(&text).unwrap();
    serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap()
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn x(length: usize) -> String {
    "x".repeat(length)
}

#[track_caller]
fn str(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Returns a grapheme of 301 characters, which no cut may divide.
fn zalgo() -> String {
    format!("a{}", "\u{301}".repeat(300))
}

// clip, by itself

#[track_caller]
fn clips(count: LengthUnit, limit: usize, text: &str, kept: &str) {
    assert_eq!(count.clip(text, limit), kept, "{text:?}");
}

#[test]
fn the_limits_are_salesforce_s() {
    assert_eq!(LINE_LIMIT, 255);
    let limit = |object, name| fields::find(object, name).unwrap().field_type;
    assert_eq!(limit(Object::Task, "Description"), FieldType::Area(Some(32_000)));
    for object in [Object::Contact, Object::Lead] {
        assert_eq!(limit(object, "LastName"), FieldType::Line(Some(80)));
        assert_eq!(limit(object, "FirstName"), FieldType::Line(Some(40)));
    }
    for object in [Object::Contact, Object::Lead, Object::Account] {
        assert_eq!(limit(object, "Phone"), FieldType::Line(Some(40)));
    }
    assert_eq!(limit(Object::Lead, "Company"), FieldType::Line(Some(255)));
    assert_eq!(limit(Object::Account, "Name"), FieldType::Line(Some(255)));
}

#[test]
fn a_text_at_its_limit_stays_and_one_over_is_cut() {
    for count in [LengthUnit::Salesforce, LengthUnit::Characters] {
        clips(count, 5, "", "");
        clips(count, 5, "abcd", "abcd");
        clips(count, 5, "abcde", "abcde");
        clips(count, 5, "abcdef", "abcde");
        clips(count, 0, "a", "");
        clips(count, 1, "ab", "a");
    }
}

#[test]
fn a_character_beyond_the_basic_plane_counts_two() {
    clips(LengthUnit::Salesforce, 4, "😀😀", "😀😀");
    clips(LengthUnit::Salesforce, 3, "😀😀", "😀");
    clips(LengthUnit::Salesforce, 1, "😀", "");
    clips(LengthUnit::Characters, 2, "😀😀", "😀😀");
    clips(LengthUnit::Characters, 1, "😀😀", "😀");
    // Characters of the basic plane: two or three bytes, one unit.
    clips(LengthUnit::Salesforce, 3, "äж€", "äж€");
    clips(LengthUnit::Salesforce, 2, "äж€", "äж");
    assert_eq!(LengthUnit::Salesforce.measure("äж€"), 3);
}

#[test]
fn a_line_break_counts_two() {
    clips(LengthUnit::Salesforce, 4, "a\nb", "a\nb");
    clips(LengthUnit::Salesforce, 3, "a\nb", "a");
    clips(LengthUnit::Salesforce, 2, "a\nb", "a");
    clips(LengthUnit::Characters, 3, "a\nb", "a\nb");
    clips(LengthUnit::Characters, 2, "a\nb", "a");
    clips(LengthUnit::Salesforce, 1, "\n", "");
    assert_eq!(LengthUnit::Salesforce.measure("a\n😀"), 5);
    assert_eq!(LengthUnit::Characters.measure("a\n😀"), 3);
    // Few bytes and many units: line breaks.
    assert_eq!(LengthUnit::Salesforce.measure("a\n\n\nb"), 8);
}

#[test]
fn a_cut_text_is_trimmed() {
    clips(LengthUnit::Salesforce, 3, "ab cd", "ab");
    clips(LengthUnit::Salesforce, 4, "ab \u{2003}\u{a0}cd", "ab");
    clips(LengthUnit::Salesforce, 6, "ab\n\ncd", "ab");
}

#[test]
fn a_grapheme_is_cut_nowhere() {
    for (cluster, size) in [
        (FLAG, 4),
        (FAMILY, 11),
        (SYLLABLE, 3),
        ("e\u{301}", 2),
        ("a\u{300}\u{301}\u{302}", 4),
        ("👍🏽", 4),
        ("❤\u{fe0f}", 2),
        ("1\u{fe0f}\u{20e3}", 3),
        ("न\u{93f}", 2),
    ] {
        assert_eq!(LengthUnit::Salesforce.measure(cluster), size, "{cluster}");
        for limit in 0..=size {
            let kept = if limit == size { cluster } else { "" };
            clips(LengthUnit::Salesforce, limit, cluster, kept);
            clips(LengthUnit::Salesforce, limit + 1, &format!("a{cluster}b"), &format!("a{kept}"));
        }
        // Only whole graphemes are kept.
        let text = cluster.repeat(20);
        for limit in 0..20 * size {
            clips(LengthUnit::Salesforce, limit, &text, &cluster.repeat(limit / size));
        }
    }
}

#[test]
fn carriage_return_and_line_feed_are_one_but_never_stay() {
    assert_eq!(text::text_area("a\r\nb\rc"), "a\nb\nc");
    assert_eq!(text::line("a\r\nb\rc\td"), "a b c d");
}

#[test]
fn a_first_grapheme_longer_than_the_limit_leaves_nothing() {
    let zalgo = zalgo();
    clips(LengthUnit::Salesforce, 255, &zalgo, "");
    clips(LengthUnit::Salesforce, 255, &format!("b{zalgo}"), "b");
    clips(LengthUnit::Salesforce, 301, &zalgo, &zalgo);
}

// The fields

/// The length of "Missed call from +1 212-555-0123 on ": 36 characters precede the number's name.
const BEFORE_THE_LINE: usize = 36;

#[track_caller]
fn subject(name: &str, kept: &str, dropped: usize) {
    let plan = plan(&call(json!({"number": {"name": name}})), json!({}));
    let subject = str(&plan["task"]["Subject"]);
    assert_eq!(subject, format!("Missed call from +1 212-555-0123 on {kept}").trim_end());
    assert!(units(subject) <= 255);
    let cut =
        json!([{"rule": "LIMIT-1", "field": "Subject", "message": "cut to fit 255 characters", "dropped": dropped}]);
    assert_eq!(plan["notices"], if dropped == 0 { json!([]) } else { cut });
}

#[test]
fn subject_holds_255() {
    let room = 255 - BEFORE_THE_LINE;
    subject(&x(room), &x(room), 0);
    subject(&x(room + 1), &x(room), 1);
    subject(&format!("{}😀", x(room - 2)), &format!("{}😀", x(room - 2)), 0);
    subject(&format!("{}😀", x(room - 1)), &x(room - 1), 1);
    subject(&format!("{}{FLAG}", x(room - 4)), &format!("{}{FLAG}", x(room - 4)), 0);
    subject(&format!("{}{FLAG}", x(room - 3)), &x(room - 3), 2);
    subject(&format!("{}{FAMILY}", x(room - 10)), &x(room - 10), 7);
    subject(&format!("{}{SYLLABLE}", x(room - 2)), &x(room - 2), 3);
    subject(&format!("{} {}", x(room - 1), x(3)), &x(room - 1), 4);
    // The name is one grapheme that does not fit; the blank before the name is trimmed too.
    let zalgo = zalgo();
    subject(&zalgo, "", 302);
}

#[test]
fn a_subject_has_no_outer_blanks() {
    let plan = plan(&call(json!({"number": {"name": "Support "}})), json!({}));
    assert_eq!(plan["task"]["Subject"], "Missed call from +1 212-555-0123 on Support");
}

#[test]
fn a_subject_of_which_nothing_fits_is_left_out() {
    let zalgo = zalgo();
    let plan = plan(&call(json!({"number": {"name": zalgo}})), json!({"wording": {"subject": {"missed": "{number}"}}}));
    assert_eq!(plan["task"].get("Subject"), None);
    assert_eq!(plan["notices"][0]["dropped"], 301);
}

#[test]
fn every_package_text_holds_255() {
    for (field, keys) in [
        ("aircall__Answered_by__c", |name: String| json!({"answered_at": 1_772_457_510, "user": {"name": name}})),
        ("aircall__Transferred_to__c", |name: String| json!({"transferred_to": {"name": name}})),
        ("aircall__Timezone__c", |name: String| json!({"number": {"name": "N", "time_zone": name}})),
    ] as [(&str, fn(String) -> Value); 3]
    {
        for (length, kept, notices) in [(255, 255, 0), (256, 255, 1)] {
            let plan = plan(&call(keys(x(length))), json!({"package_fields": {"hour_of_the_day": null}}));
            assert_eq!(plan["task"][field], x(kept), "{field}");
            assert_eq!(plan["notices"].as_array().unwrap().len(), notices, "{field}");
        }
    }
}

#[test]
fn the_wording_s_own_texts_are_cut_too() {
    let settings =
        json!({"wording": {"not_connected": x(256), "unknown_company": x(256)}, "unknown_number": "create_lead"});
    let plan = plan(&call(json!({})), settings);
    assert_eq!(plan["task"]["aircall__Connection_status__c"], x(255));
    assert_eq!(plan["new_record"]["fields"]["Company"], x(255));
    let fields: Vec<_> = plan["notices"].as_array().unwrap().iter().map(|notice| str(&notice["field"])).collect();
    assert_eq!(fields, ["Lead.Company", "aircall__Connection_status__c"]);
}

#[test]
fn a_recording_link_is_whole_or_not_there() {
    for (length, there) in [(255, true), (256, false)] {
        let plan = plan(&call(json!({"asset": x(length)})), json!({}));
        assert_eq!(plan["task"].get("aircall__Call_Recording__c"), there.then(|| json!(x(length))).as_ref());
        assert_eq!(plan["task"]["Description"], format!("Find the recording here: {}", x(length)));
        assert_eq!(plan["notices"].as_array().unwrap().len(), usize::from(!there));
    }
}

/// Returns the names of a new record and the number of notices.
#[track_caller]
fn names(kind: &str, contact: &Value, wanted: &[(&str, String)], notices: usize) {
    let plan = plan(&call(json!({"contact": contact})), json!({"unknown_number": kind}));
    for (field, value) in wanted {
        assert_eq!(plan["new_record"]["fields"][field], *value, "{kind}: {field}");
    }
    assert_eq!(plan["notices"].as_array().unwrap().len(), notices, "{}", plan["notices"]);
}

#[test]
fn names_of_new_records_hold_what_salesforce_holds() {
    for kind in ["create_contact", "create_lead"] {
        names(kind, &json!({"first_name": x(40), "last_name": x(80)}), &[("FirstName", x(40)), ("LastName", x(80))], 0);
        names(kind, &json!({"first_name": x(41), "last_name": x(80)}), &[("FirstName", x(40)), ("LastName", x(80))], 1);
        names(kind, &json!({"first_name": x(40), "last_name": x(81)}), &[("FirstName", x(40)), ("LastName", x(80))], 1);
        // A single name becomes the last name.
        names(kind, &json!({"first_name": x(81)}), &[("LastName", x(80))], 1);
        let emoji = format!("{}😀", x(79));
        names(kind, &json!({"last_name": emoji}), &[("LastName", x(79))], 1);
    }
    names("create_account", &json!({"company_name": x(255)}), &[("Name", x(255))], 1);
    names("create_account", &json!({"company_name": x(256)}), &[("Name", x(255))], 2);
    // First name, blank and last name have 256 characters. The Subject is cut as well.
    let full = json!({"first_name": x(100), "last_name": x(155)});
    names("create_account", &full, &[("Name", format!("{} {}", x(100), x(154)))], 2);
}

#[test]
fn a_required_name_of_which_nothing_fits_is_the_number() {
    let zalgo = zalgo();
    names("create_contact", &json!({"last_name": zalgo}), &[("LastName", "+1 212-555-0123".to_owned())], 1);
    names("create_account", &json!({"company_name": zalgo}), &[("Name", "+1 212-555-0123".to_owned())], 1);
}

#[test]
fn a_phone_field_holds_every_number_that_is_possible() {
    let plan = plan(&call(json!({})), json!({"unknown_number": "create_contact"}));
    assert!(str(&plan["new_record"]["fields"]["Phone"]).len() <= 40);
}

#[test]
fn a_new_case_s_subject_is_the_task_s() {
    let directory = json!({"records": [{"type": "Contact", "id": "003000000000001AAA", "name": "Ada", "phones": ["+12125550123"]}]});
    let plan =
        plan_with(&call(json!({"number": {"name": x(300)}})), json!({"relate_to": "case_or_create"}), &directory);
    assert_eq!(units(str(&plan["new_case"]["fields"]["Subject"])), 255);
    assert_eq!(plan["new_case"]["fields"]["Subject"], plan["task"]["Subject"]);
}

// CallDisposition

/// `['', 'aircall', 'inbound', 'unanswered_call', '493023125000']`: 61 characters surround a first
/// tag.
const AROUND_A_TAG: usize = 61;

#[track_caller]
fn disposition(tags: &[String], reason: Option<&str>, elements: &[&str], dropped: usize) -> usize {
    let tags: Vec<_> = tags.iter().map(|name| json!({"name": name})).collect();
    let mut call = call(json!({"tags": tags, "missed_call_reason": reason}));
    call["number"] = json!({"name": "N", "digits": "+49 30 23125000"});
    let plan = plan(&call, json!({}));
    let text = str(&plan["task"]["CallDisposition"]);
    assert_eq!(parse(text).unwrap(), elements);
    assert!(units(text) <= 255, "{text}");
    let count = plan["notices"].as_array().unwrap().first().map_or(json!(0), |notice| notice["dropped"].clone());
    assert_eq!(count, dropped);
    units(text)
}

#[test]
fn call_disposition_holds_255() {
    let fixed = ["aircall", "inbound", "unanswered_call", "493023125000"];
    let with = |tag: &'static str| -> Vec<&str> { [tag].into_iter().chain(fixed).collect() };
    let room = 255 - AROUND_A_TAG;
    let (fits, over) = (x(room).leak(), x(room + 1));
    assert_eq!(disposition(&[fits.to_owned()], None, &with(fits), 0), 255);
    assert_eq!(disposition(&[over], None, &fixed, 1), 57);
    // Escapes count: a quote of each kind, then a backslash.
    let (fits, over) = (format!("'\"{}", x(room - 3)).leak(), format!("'\"{}", x(room - 2)));
    assert_eq!(disposition(&[fits.to_owned()], None, &with(fits), 0), 255);
    disposition(&[over], None, &fixed, 1);
    let (fits, over) = ("\\".repeat(room / 2).leak(), "\\".repeat(room / 2 + 1));
    assert_eq!(disposition(&[fits.to_owned()], None, &with(fits), 0), 255);
    disposition(&[over], None, &fixed, 1);
    let (fits, over) = ("😀".repeat(room / 2).leak(), "😀".repeat(room / 2 + 1));
    assert_eq!(disposition(&[fits.to_owned()], None, &with(fits), 0), 255);
    disposition(&[over], None, &fixed, 1);
}

#[test]
fn tags_go_from_the_last_one_and_then_the_reason() {
    let fixed = ["aircall", "inbound", "unanswered_call", "493023125000"];
    // A later tag that would fit is dropped with the tags before it.
    disposition(&["A".to_owned(), x(250), "B".to_owned()], None, &["A", fixed[0], fixed[1], fixed[2], fixed[3]], 2);
    // `, 'reason'` can have 255 - 57 = 198 characters, so the reason can have 194.
    let reason = x(194);
    assert_eq!(disposition(&[], Some(&reason), &[fixed[0], fixed[1], fixed[2], fixed[3], &reason], 0), 255);
    disposition(&["A".to_owned()], Some(&reason), &[fixed[0], fixed[1], fixed[2], fixed[3], &reason], 1);
    disposition(&["A".to_owned()], Some(&x(195)), &fixed, 2);
}

// Description

/// The length of "Aircall added a new comment:", 28 characters, and a line break.
const HEADING: usize = 28;

#[track_caller]
fn description(content: &str, count: &str, kept: &str, dropped: usize) {
    let plan = plan(&call(json!({"comments": [{"content": content}]})), json!({"count": count}));
    let text = str(&plan["task"]["Description"]);
    assert_eq!(text.strip_prefix("Aircall added a new comment:\n").unwrap_or_default(), kept);
    let cut = json!([{"rule": "DESC-5", "field": "Description", "message": "cut to fit 32000 characters", "dropped": dropped}]);
    assert_eq!(plan["notices"], if dropped == 0 { json!([]) } else { cut });
}

#[test]
fn description_holds_32_000_as_salesforce_counts() {
    let room = 32_000 - HEADING - 2;
    description(&x(room), "salesforce", &x(room), 0);
    description(&x(room + 1), "salesforce", &x(room), 1);
    description(&"😀".repeat(room / 2), "salesforce", &"😀".repeat(room / 2), 0);
    description(&"😀".repeat(room / 2 + 1), "salesforce", &"😀".repeat(room / 2), 1);
    // A line break and a letter have three units.
    let lines = |n: usize| "a\n".repeat(n) + "b";
    assert_eq!(room, 3 * 10_656 + 2);
    let (fits, over) = (lines(10_656) + "c", lines(10_656) + "cd");
    description(&fits, "salesforce", &fits, 0);
    description(&over, "salesforce", &fits, 1);
    // The line break fits and the letter after it does not: the line break is trimmed.
    description(&format!("{}\nb", x(room - 2)), "salesforce", &x(room - 2), 2);
    description(&format!("{}\nb", x(room - 1)), "salesforce", &x(room - 1), 2);
}

#[test]
fn description_holds_32_000_characters() {
    let room = 32_000 - HEADING - 1;
    description(&x(room), "characters", &x(room), 0);
    description(&x(room + 1), "characters", &x(room), 1);
    description(&"😀".repeat(room), "characters", &"😀".repeat(room), 0);
    description(&"😀".repeat(room + 1), "characters", &"😀".repeat(room), 1);
    let lines = "a\n".repeat(room / 2) + "b";
    description(&lines, "characters", &lines, 0);
}

#[test]
fn description_is_cut_between_graphemes() {
    let room = 32_000 - HEADING - 2;
    for (cluster, size) in [(FLAG, 4), (FAMILY, 11), (SYLLABLE, 3), ("e\u{301}", 2)] {
        for over in 1..size {
            let before = x(room - size + over);
            description(&format!("{before}{cluster}"), "salesforce", &before, cluster.chars().count());
        }
        let before = x(room - size);
        description(&format!("{before}{cluster}"), "salesforce", &format!("{before}{cluster}"), 0);
    }
    // Only the heading of a note that is one grapheme is kept; its line break is trimmed and counts
    // as dropped.
    description(&format!("a{}", "\u{301}".repeat(32_000)), "salesforce", "", 32_002);
}

#[test]
fn a_link_whose_block_is_too_long_is_left_out() {
    // "Find the recording here: " has 25 characters.
    let room = 32_000 - 25;
    for (length, there) in [(room, true), (room + 1, false)] {
        let plan = plan(&call(json!({"asset": x(length)})), json!({}));
        assert_eq!(plan["task"].get("Description").is_some(), there);
    }
}

// Excessive input

/// Asserts that every text of a plan is within its limit.
#[track_caller]
fn within_limits(plan: &Value, count: LengthUnit) {
    let check = |object: &Value, limits: &[(&str, usize)]| {
        for (field, value) in object.as_object().unwrap_or(&Map::new()) {
            let Some(text) = value.as_str() else { continue };
            let limit = limits.iter().find(|(name, _)| name == field).map_or(255, |(_, limit)| *limit);
            let length = if field == "Description" { count.measure(text) } else { units(text) };
            assert!(length <= limit, "{field} has {length}");
            assert!(!text.is_empty() && text == text.trim(), "{field}: {text:.40}");
            let breaks = field == "Description";
            let bad = text.chars().find(|c| c.is_control() && !(breaks && matches!(c, '\n' | '\t')));
            assert_eq!(bad, None, "{field}");
        }
    };
    check(&plan["task"], &[("Description", 32_000)]);
    check(&plan["new_record"]["fields"], &[("LastName", 80), ("FirstName", 40), ("Phone", 40)]);
    check(&plan["new_case"]["fields"], &[]);
    for part in [&plan["task"], &plan["new_record"]["fields"]] {
        for field in ["Priority", "CreatedById", "LastModifiedById", "RecordTypeId"] {
            assert_eq!(part.get(field), None);
        }
    }
    assert_ne!(plan["task"]["CallDisposition"], Value::Null);
    parse(str(&plan["task"]["CallDisposition"])).unwrap();
}

/// Returns the JSON of a call with one more key, without a second copy of a large value.
fn with_raw(key: &str, value: &str) -> String {
    let call = call(json!({})).to_string();
    format!("{}, \"{key}\": {value}}}", call.strip_suffix('}').unwrap())
}

#[track_caller]
fn plan_of(text: &str) -> Value {
    let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#).unwrap();
    let webhook = Webhook::from_json(text).unwrap();
    serde_json::to_value(plan_webhook(&webhook, &Directory::default(), &settings)).unwrap()
}

#[test]
fn a_note_of_50_mb_is_cut() {
    let times = 50_000_000 / 10;
    let text = with_raw("comments", &format!("[{{\"content\": \"{}\"}}]", "Note 😀 ".repeat(times)));
    let plan = plan_of(&text);
    within_limits(&plan, LengthUnit::Salesforce);
    // The heading has 30 units. The other 31,970 are 3,996 times eight and two: whole notes, then
    // "No".
    let kept = format!("Aircall added a new comment:\n{}No", "Note 😀 ".repeat(3_996));
    assert!(plan["task"]["Description"] == kept);
    // The note's last blank is trimmed and does not count.
    assert_eq!(plan["notices"][0]["dropped"], times * 7 - 1 - (3_996 * 7 + 2));
}

#[test]
fn a_note_that_is_one_grapheme_of_a_megabyte_is_cut() {
    for content in ["\u{301}".repeat(1_000_000), FLAG.repeat(300_000), format!("a{}", "\u{200d}👩".repeat(300_000))] {
        let text = with_raw("comments", &format!("[{{\"content\": \"{content}\"}}]"));
        within_limits(&plan_of(&text), LengthUnit::Salesforce);
    }
}

fn list(element: impl Fn(u32) -> String) -> String {
    format!("[{}]", (0..100_000).map(element).collect::<Vec<_>>().join(","))
}

#[test]
fn a_hundred_thousand_tags_are_read() {
    let plan = plan_of(&with_raw("tags", &list(|n| format!("{{\"id\": {n}, \"name\": \"Tag {n}\"}}"))));
    within_limits(&plan, LengthUnit::Salesforce);
    // 57 characters are there without tags. "'Tag 0', " has nine, ten times; "'Tag 10', " has ten,
    // ten times: 247.
    let elements = parse(str(&plan["task"]["CallDisposition"])).unwrap();
    assert_eq!(elements.len() - 4, 20);
    assert_eq!(plan["notices"][0]["dropped"], 100_000 - 20);
}

#[test]
fn a_hundred_thousand_notes_and_participants_are_read() {
    let notes = list(|n| format!("{{\"content\": \"{n}\", \"posted_at\": {}}}", 2_000_000_000 - n));
    let plan = plan_of(&with_raw("comments", &notes));
    within_limits(&plan, LengthUnit::Salesforce);
    let description = str(&plan["task"]["Description"]);
    assert!(description.starts_with("Aircall added a new comment:\n99999\n\nAircall added a new comment:\n99998\n"));
    let people = list(|n| format!("{{\"type\": \"external\", \"id\": \"{n}\"}}"));
    within_limits(&plan_of(&with_raw("participants", &people)), LengthUnit::Salesforce);
}

fn nested(open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(10_000), close.repeat(10_000))
}

#[test]
fn deep_nesting_is_skipped_everywhere() {
    let wanted = plan(&call(json!({})), json!({}));
    for deep in [nested("[", "", "]"), nested("{\"a\":", "1", "}"), nested("[{\"id\":", "[]", "}]")] {
        for key in [
            "of tomorrow",
            "user",
            "contact",
            "tags",
            "comments",
            "teams",
            "participants",
            "duration",
            "status",
            "asset",
            "missed_call_reason",
            "transferred_to",
        ] {
            // An object with an unreadable id only is read as a person or thing without a name.
            let mut found = plan_of(&with_raw(key, &deep));
            for notice in found["notices"].as_array().into_iter().flatten() {
                assert!(notice["rule"] == "LOG-8" && str(&notice["field"]).starts_with(key), "{notice}");
            }
            found["notices"] = wanted["notices"].clone();
            assert_eq!(found, wanted, "{key}");
        }
        for key in ["id", "direction", "started_at", "answered_at"] {
            let error = Webhook::from_json(&with_raw(key, &deep)).unwrap_err();
            assert!(error.message().starts_with(&format!("`{key}` is ")), "{error}");
        }
        assert!(Webhook::from_json(&deep).is_err());
        assert!(Webhook::from_json(&format!("{{\"event\": \"call.ended\", \"data\": {deep}}}")).is_err());
        assert!(Settings::from_json(&format!("{{\"admin\": {deep}}}")).is_err());
        assert!(Settings::from_json(&format!("{{\"a\": {deep}}}")).is_err());
        assert!(Directory::from_json(&format!("{{\"records\": {deep}}}")).is_err());
        let fields =
            format!("{{\"tasks\": [{{\"id\": \"00T000000000001EAA\", \"call\": 1, \"fields\": {{\"a\": {deep}}}}}]}}");
        assert!(Directory::from_json(&fields).is_err());
    }
}

/// Quotes, control characters, emoji, direction marks, and the syntax of templates and composite
/// requests.
const NASTY: [&str; 14] = [
    "'",
    "\"",
    "\\",
    "\0",
    "\u{1b}[2J",
    "\u{7f}\u{85}\u{9f}",
    "\r\n\t",
    "\u{202e}\u{2067}\u{200f}",
    "👩\u{200d}👩\u{200d}👧🇩🇪",
    "{record}[{user}]}}",
    "@{record.id}",
    "\u{feff}\u{200b}",
    "e\u{301}\u{302}",
    "\u{2028}#N/A=cmd|",
];

#[test]
fn texts_full_of_odd_characters_give_a_plan_within_limits() {
    for piece in NASTY.iter().copied().chain([NASTY.concat().as_str()]) {
        for times in [1, 10, 200, 2_000] {
            // The longest texts are for Description; the concatenation is long enough with fewer
            // repeats.
            if piece.len() > 50 && times > 300 {
                continue;
            }
            let text = piece.repeat(times);
            let person = json!({"id": text, "name": text, "email": text});
            let call = json!({
                "id": 1, "direction": "inbound", "status": text, "missed_call_reason": text, "hangup_cause": text,
                "started_at": 1_772_457_500, "answered_at": 1_772_457_510, "ended_at": 1_772_457_540,
                "raw_digits": "+1 212-555-0123", "user": person, "transferred_to": person, "transferred_by": person,
                "number": {"id": text, "name": text, "digits": text, "country": text, "time_zone": text},
                "contact": {"first_name": text, "last_name": text, "company_name": text},
                "comments": [{"id": text, "content": text, "posted_by": person}, {"content": "a", "posted_by": person}],
                "tags": [{"id": text, "name": text, "tagged_by": person}, {"name": text}],
                "participants": [{"type": text, "id": text, "name": text}],
                "asset": text, "recording": text, "recording_short_url": text, "voicemail": text
            });
            for (unknown, wording, count) in [
                ("create_lead", "de", "salesforce"),
                ("create_account", "fr", "characters"),
                ("create_contact", "es", "salesforce"),
            ] {
                let settings = json!({
                    "unknown_number": unknown, "wording": wording, "count": count, "relate_to": "case_or_create",
                    "call_id_field": "CallObject"
                });
                let count = if count == "salesforce" { LengthUnit::Salesforce } else { LengthUnit::Characters };
                let plan = plan(&call, settings);
                assert_eq!(plan["action"], "create");
                within_limits(&plan, count);
                let mut digits = call.clone();
                digits["raw_digits"] = json!(text);
                digits["answered_at"] = json!(null);
                within_limits(&self::plan(&digits, json!({"unknown_number": unknown})), LengthUnit::Salesforce);
            }
        }
    }
}

#[test]
fn a_directory_s_names_are_cut_and_cleaned_too() {
    for piece in NASTY {
        let name = piece.repeat(300);
        let directory = json!({
            "records": [{"type": "Lead", "id": "00Q000000000001EAA", "name": name, "phones": [name, "+12125550123"]}],
            "users": [{"id": "005000000000002AAA", "email": name, "created_at": "2025-01-01T08:00:00Z"}]
        });
        within_limits(
            &plan_with(&call(json!({"user": {"email": name}})), json!({}), &directory),
            LengthUnit::Salesforce,
        );
    }
}

#[test]
fn a_task_that_holds_a_cut_text_is_unchanged() {
    let call = call(json!({
        "number": {"name": x(300), "time_zone": x(300)}, "comments": [{"content": "Note\n".repeat(10_000)}],
        "tags": [{"name": "A"}, {"name": x(300)}]
    }));
    let task = plan(&call, json!({}))["task"].clone();
    let tasks = json!({"tasks": [{"id": "00T000000000001EAA", "call": 1, "fields": task}]});
    assert_eq!(plan_with(&call, json!({}), &tasks)["action"], "unchanged");
}
