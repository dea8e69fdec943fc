//! Tests pure functions with tables of cases, where golden cases reach them only through a whole
//! plan.

#[path = "support/objects.rs"]
mod objects;
#[path = "support/regions.rs"]
mod regions;

use std::borrow::Cow;

use aircall_salesforce::aircall::{Direction, Timestamp};
use aircall_salesforce::phone::Region;
use aircall_salesforce::rules::disposition::{parse, render};
use aircall_salesforce::rules::{fields, package, recording};
use aircall_salesforce::salesforce::text::{self, LINE_LIMIT};
use aircall_salesforce::salesforce::{FieldValue, Object};
use aircall_salesforce::settings::{PackageField, RecordingLink, WorkflowAction};
use aircall_salesforce::wording::{Edition, Language, Template, Wording};
use aircall_salesforce::{Call, Directory, E164, Facts, Id, Kind, Settings, Webhook, plan};
use objects::with;
use regions::regions;
use serde_json::{Value, json};

// CallDisposition

#[track_caller]
fn renders(elements: &[&str], text: &str) {
    assert_eq!(render(elements.iter().copied()), text);
    assert_eq!(parse(text).unwrap(), elements);
}

#[test]
fn a_list_is_quoted_as_python_quotes_it() {
    renders(&[], "[]");
    renders(&[""], "['']");
    renders(&["a", "b"], "['a', 'b']");
    renders(&["it's"], r#"["it's"]"#);
    renders(&[r#"say "hi""#], r#"['say "hi"']"#);
    renders(&[r#"it's "hi""#], r#"['it\'s "hi"']"#);
    renders(&[r"\"], r"['\\']");
    renders(&[r"\'"], r#"["\\'"]"#);
    renders(&[r#"\""#], r#"['\\"']"#);
    renders(&[r#"\'""#], r#"['\\\'"']"#);
    renders(&["', '", "]", "[", ","], r#"["', '", ']', '[', ',']"#);
    renders(&["a\\n"], r"['a\\n']");
    renders(&["Ärger", "😀", "\u{202e}abc"], "['Ärger', '😀', '\u{202e}abc']");
    renders(&[" a ", "  "], "[' a ', '  ']");
    renders(
        &["General_Inquiries", "aircall", "inbound", "answered_call", "18882406923", "no_available_agent"],
        "['General_Inquiries', 'aircall', 'inbound', 'answered_call', '18882406923', 'no_available_agent']",
    );
}

#[test]
fn every_short_text_reads_back() {
    let signs = ["'", "\"", "\\", ",", " ", "]", "[", "n", "😀", "\n"];
    let mut texts = vec![String::new()];
    for length in 0..4 {
        let longest = texts.iter().filter(|text| text.chars().count() == length).cloned().collect::<Vec<_>>();
        texts.extend(longest.iter().flat_map(|text| signs.iter().map(move |sign| format!("{text}{sign}"))));
    }
    assert_eq!(texts.len(), 11_111);
    for text in &texts {
        assert_eq!(parse(&render([text.as_str()])).unwrap(), [text.as_str()]);
    }
    let short: Vec<_> = texts.iter().filter(|text| text.chars().count() < 3).collect();
    for one in &short {
        for other in &short {
            let pair = [one.as_str(), other.as_str()];
            assert_eq!(parse(&render(pair)).unwrap(), pair);
        }
    }
}

#[test]
fn a_list_reads_with_any_blanks_and_a_last_comma() {
    assert_eq!(parse(" [ 'a' ,\n\"b\" , ] ").unwrap(), ["a", "b"]);
    assert_eq!(parse("[ ]").unwrap(), Vec::<String>::new());
}

#[track_caller]
fn is_no_list(text: &str, expected: &'static str, place: usize) {
    let error = parse(text).unwrap_err();
    assert_eq!(error.to_string(), format!("{expected} expected at character {place}"), "{text}");
}

#[test]
fn what_is_no_list_says_where() {
    is_no_list("", "`[`", 1);
    is_no_list("VIP", "`[`", 1);
    is_no_list("(‘a’)", "`[`", 1);
    is_no_list("[", "`'`, `\"` or `]`", 2);
    is_no_list("[a]", "`'`, `\"` or `]`", 2);
    is_no_list("[,]", "`'`, `\"` or `]`", 2);
    is_no_list("['a', b]", "`'`, `\"` or `]`", 7);
    is_no_list("['ä' 'b']", "`,` or `]`", 6);
    is_no_list("['a'", "`,` or `]`", 5);
    is_no_list("['a']x", "the end", 6);
    for (text, place) in [("['a", 2), ("['a', \"b']", 7), (r"['a\']", 2), (r"['a\", 2), ("['", 2)] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.to_string(), format!("an element that is not closed at character {place}"), "{text}");
    }
}

// Templates

#[track_caller]
fn fills(text_of_template: &str, user: Option<&str>, text: &str) {
    let template = Template::new(text_of_template.to_owned(), Template::SUBJECT).unwrap();
    let mut out = String::from(">");
    template.render(&mut out, "Unknown", |name| match name {
        "record" => Some("R".into()),
        "number" => Some("N".into()),
        _ => user.map(Into::into),
    });
    assert_eq!(out, format!(">{text}"), "{text_of_template}");
}

#[test]
fn a_template_is_filled_in() {
    fills("plain", None, "plain");
    fills("{record}{number}{user}", Some("U"), "RNU");
    fills("{record} {user}", None, "R Unknown");
    fills("a[ by {user}]b", Some("U"), "a by Ub");
    fills("a[ by {user}]b", None, "ab");
    fills("[{user} on ]{number}", None, "N");
    fills("[{record} and {user}]", None, "");
    fills("[{user} and {record}]", None, "");
    fills("[{user}][{record}][{user}]", None, "R");
    fills("[always]", None, "always");
    fills("[]", None, "");
    fills("{record}[ {user}] {user}", None, "R Unknown");
}

#[test]
fn doubled_signs_are_the_signs() {
    fills("{{record}}", None, "{record}");
    fills("{{{record}}}", None, "{R}");
    fills("[[{record}]]", None, "[R]");
    fills("}}{{]][[", None, "}{][");
    fills("[{{ {user} }}]", None, "");
    fills("[{{ {user} }}]", Some("U"), "{ U }");
    fills("a[{user} ]] b]c", None, "ac");
    fills("a[{user} ]] b]c", Some("U"), "aU ] bc");
}

#[test]
fn what_is_filled_in_is_no_template() {
    fills("{user}", Some("{record}"), "{record}");
    fills("[{user}]", Some("]} [[{{ {number}"), "]} [[{{ {number}");
    fills("[{user}!]", Some(""), "!");
}

#[test]
fn the_edition_changes_english_texts_only() {
    for language in [Language::De, Language::Fr, Language::Es] {
        assert_eq!(Wording::new(language, Edition::Of2023), Wording::new(language, Edition::Of2025));
    }
    let (old, new) = (Wording::new(Language::En, Edition::Of2023), Wording::new(Language::En, Edition::Of2025));
    assert_ne!(old, new);
    assert_eq!(Wording::default(), old);
}

// Ids

/// The real ids of Salesforce's that the sources name.
const REAL: [&str; 5] =
    ["0015w000029KTYHAA4", "00Qd000000aaSv2EAE", "00TUJ00000disvz2AA", "0038Z00003aegKpQAI", "005gL000001qXQjQAM"];

#[test]
fn real_ids_have_the_right_checksum() {
    let objects = [Object::Account, Object::Lead, Object::Task, Object::Contact, Object::User];
    for (text, object) in REAL.into_iter().zip(objects) {
        let id: Id = text.parse().unwrap();
        assert_eq!((id.as_str(), id.object()), (text, Some(object)));
        assert_eq!(text[..15].parse::<Id>().unwrap(), id, "the 15 characters alone are the same id");
        assert_eq!((id.to_string(), format!("{id:?}")), (text.to_owned(), format!("Id({text})")));
    }
}

#[test]
fn the_false_id_has_not() {
    let error = "00TgL0000045XYZQAM".parse::<Id>().unwrap_err();
    assert_eq!(error.to_string(), "the last three characters of an id fit the rest, these do not");
}

#[test]
fn every_changed_case_is_noticed() {
    for text in REAL {
        for place in text.char_indices().filter(|(_, c)| c.is_ascii_alphabetic()).map(|(place, _)| place) {
            let mut other = text.to_owned().into_bytes();
            other[place] ^= 0x20;
            let other = String::from_utf8(other).unwrap();
            assert!(other.parse::<Id>().is_err(), "{other}");
        }
    }
}

#[test]
fn a_checksum_is_five_bits_of_case_thrice() {
    for (short, checksum) in [
        ("000000000000000", "AAA"),
        ("AAAAAAAAAAAAAAA", "555"),
        ("aaaaaaaaaaaaaaa", "AAA"),
        ("A00000A00000A00", "BCE"),
        ("000A00000A00000", "IQA"),
        ("00A0000A0000A00", "EEE"),
        ("AA000AAA00AAAA0", "DHP"),
        ("0000Z0000ZZZZZZ", "QQ5"),
    ] {
        assert_eq!(short.parse::<Id>().unwrap().as_str(), format!("{short}{checksum}"));
    }
}

#[test]
fn an_id_has_15_or_18_letters_and_digits() {
    for length in (0..40).filter(|length| ![15, 18].contains(length)) {
        let error = "0".repeat(length).parse::<Id>().unwrap_err();
        assert_eq!(error.to_string(), format!("an id has 15 or 18 characters, this has {length}"));
    }
    for text in ["00500000000000 ", "00500000000000-", "0050000000000é", "005000000000001AA\u{41}\u{301}", "🇩🇪🇩🇪"]
    {
        let error = text.parse::<Id>().unwrap_err();
        assert_eq!(error.to_string(), "an id consists of letters and digits only", "{text}");
    }
}

#[test]
fn objects_are_recognised_by_prefix() {
    let prefixes = ["003", "00Q", "001", "005", "00G", "500", "006", "00T"];
    for (object, prefix) in Object::ALL.into_iter().zip(prefixes) {
        assert_eq!(object.prefix(), prefix);
        let id: Id = format!("{prefix}000000000001").parse().unwrap();
        assert_eq!(id.object(), Some(object));
        // A directory accepts the id of a Task only from a Task.
        let task = format!(r#"{{"tasks": [{{"id": "{id}", "call": 1}}]}}"#);
        assert_eq!(Directory::from_json(&task).is_ok(), object == Object::Task, "{object:?}");
    }
    assert_eq!("a00000000000001".parse::<Id>().unwrap().object(), None);
    assert_eq!("00q000000000001".parse::<Id>().unwrap().object(), None, "a prefix has its case");
}

// Countries

const LANGUAGES: [Language; 4] = [Language::De, Language::En, Language::Fr, Language::Es];

#[test]
fn every_region_has_a_name_in_every_language() {
    assert_eq!(regions().count(), 245);
    for language in LANGUAGES {
        let wording = Wording::new(language, Edition::Of2023);
        let mut names: Vec<_> = regions().map(|region| (wording.country(region).unwrap(), region)).collect();
        for (name, region) in &names {
            assert!(!name.is_empty() && name.trim() == *name && name.len() < LINE_LIMIT, "{region}: {name:?}");
            assert_ne!(*name, region.as_str());
            assert!(!name.chars().any(char::is_control), "{region}: {name:?}");
        }
        names.sort_unstable();
        let same: Vec<_> = names.windows(2).filter(|pair| pair[0].0 == pair[1].0).collect();
        assert_eq!(same, Vec::<&[(&str, Region)]>::new(), "{language:?}");
    }
}

#[track_caller]
fn is_called(region: &str, names: [&str; 4]) {
    let region = Region::new(region).unwrap();
    let found = LANGUAGES.map(|language| Wording::new(language, Edition::Of2023).country(region).unwrap());
    assert_eq!(found, names);
}

#[test]
fn countries_have_cldr_s_names() {
    is_called("US", ["Vereinigte Staaten", "United States", "États-Unis", "Estados Unidos"]);
    is_called("DE", ["Deutschland", "Germany", "Allemagne", "Alemania"]);
    is_called("GB", ["Vereinigtes Königreich", "United Kingdom", "Royaume-Uni", "Reino Unido"]);
    is_called("CZ", ["Tschechien", "Czechia", "Tchéquie", "Chequia"]);
    is_called("CH", ["Schweiz", "Switzerland", "Suisse", "Suiza"]);
}

#[test]
fn three_countries_have_short_names() {
    is_called("HK", ["Hongkong", "Hong Kong", "Hong Kong", "Hong Kong"]);
    is_called("MO", ["Macau", "Macao", "Macao", "Macao"]);
    is_called("PS", ["Palästina", "Palestine", "Palestine", "Palestina"]);
}

#[test]
fn regions_that_iso_3166_lacks_have_names() {
    is_called("XK", ["Kosovo", "Kosovo", "Kosovo", "Kosovo"]);
    is_called("TA", ["Tristan da Cunha", "Tristan da Cunha", "Tristan da Cunha", "Tristán de Acuña"]);
    is_called("AC", ["Ascension", "Ascension Island", "Île de l’Ascension", "Isla de la Ascensión"]);
}

#[test]
fn a_region_is_two_letters_that_are_one() {
    for code in ["", "D", "DEU", "001", "ZZ", "AQ", "ÄÖ", "d ", "??"] {
        assert_eq!(Region::new(code), None, "{code}");
    }
    assert_eq!(Region::new("de"), Region::new("DE"));
}

// Facts of a call

/// Returns a call with these keys and those that a call must have.
fn text(keys: Value) -> String {
    with(json!({"id": 1, "direction": "inbound", "started_at": 0}), keys).to_string()
}

#[track_caller]
fn call(text: &str) -> Call<'_> {
    Webhook::from_json(text).unwrap().call.unwrap()
}

fn settings(keys: Value) -> Settings {
    Settings::from_json(&with(json!({"admin": "005000000000001AAA"}), keys).to_string()).unwrap()
}

/// Returns a package field of an ended call, and the rules that gave notice.
#[track_caller]
fn package_field(field: PackageField, keys: Value) -> (Option<FieldValue<'static>>, Vec<&'static str>) {
    let (text, settings) = (text(keys), settings(json!({})));
    let call = call(&text);
    let mut notices = Vec::new();
    let fields = package::package_fields(&Facts::new(&call).unwrap(), &settings, &mut notices);
    let (_, value) = fields.into_iter().find(|(name, _)| settings.field_names.package(field) == Some(*name)).unwrap();
    let value = value.map(|value| match value {
        FieldValue::Text(text) => FieldValue::Text(text.into_owned().into()),
        FieldValue::Number(number) => FieldValue::Number(number),
        FieldValue::Decimal(number) => FieldValue::Decimal(number),
        FieldValue::Flag(flag) => FieldValue::Flag(flag),
    });
    (value, notices.iter().map(|notice| notice.rule).collect())
}

#[track_caller]
fn hour(time: &str, zone: &str, wanted: &'static str) {
    let keys = json!({"started_at": time, "ended_at": time, "number": {"time_zone": zone}});
    let hour = (Some(FieldValue::Text(wanted.into())), Vec::new());
    assert_eq!(package_field(PackageField::HourOfTheDay, keys), hour, "{time} in {zone}");
}

#[test]
fn the_hour_is_the_line_s_on_both_sides_of_every_clock_change() {
    hour("2026-03-29T00:59:59Z", "Europe/Berlin", "1");
    hour("2026-03-29T01:00:00Z", "Europe/Berlin", "3");
    hour("2026-10-25T00:59:59Z", "Europe/Berlin", "2");
    hour("2026-10-25T01:00:00Z", "Europe/Berlin", "2");
    hour("2026-10-25T02:00:00Z", "Europe/Berlin", "3");
    hour("2026-03-08T06:59:59Z", "America/New_York", "1");
    hour("2026-03-08T07:00:00Z", "America/New_York", "3");
    hour("2026-11-01T05:59:59Z", "America/New_York", "1");
    hour("2026-11-01T06:00:00Z", "America/New_York", "1");
    hour("2026-11-01T07:00:00Z", "America/New_York", "2");
    // Half an hour back: 01:59:59 is followed by 01:30:00.
    hour("2026-04-04T14:59:59Z", "Australia/Lord_Howe", "1");
    hour("2026-04-04T15:00:00Z", "Australia/Lord_Howe", "1");
    hour("2026-04-04T15:30:00Z", "Australia/Lord_Howe", "2");
}

#[test]
fn the_hour_goes_from_0_to_23() {
    hour("2026-03-02T18:29:59Z", "Asia/Kolkata", "23");
    hour("2026-03-02T18:30:00Z", "Asia/Kolkata", "0");
    hour("2026-03-02T18:14:59Z", "Asia/Kathmandu", "23");
    hour("2026-03-02T23:59:59Z", "Etc/UTC", "23");
    hour("2026-03-03T00:00:00Z", "UTC", "0");
    hour("2026-03-03T09:59:59Z", "Pacific/Kiritimati", "23");
    hour("2026-03-03T10:00:00Z", "Pacific/Kiritimati", "0");
    hour("2026-07-01T07:00:00Z", "US/Pacific", "0");
    hour("1700-01-01T00:00:00Z", "Etc/UTC", "0");
    hour("4000-12-31T23:59:59Z", "Europe/Paris", "0");
}

#[test]
fn a_zone_is_a_name_of_the_database_or_unknown() {
    for zone in
        ["Eastern Time (US & Canada)", "europe/berlin", "Berlin", "+01:00", "Europe/Berlin/x", "Mars/Olympus", "\u{7}"]
    {
        let keys = json!({"ended_at": 1, "number": {"time_zone": zone}});
        assert_eq!(package_field(PackageField::HourOfTheDay, keys), (None, vec!["PKG-8"]), "{zone}");
    }
    for line in [json!(null), json!({}), json!({"time_zone": ""}), json!({"time_zone": null}), json!({"time_zone": 7})]
    {
        let keys = json!({"ended_at": 1, "number": line});
        assert_eq!(package_field(PackageField::HourOfTheDay, keys), (None, Vec::new()));
    }
}

#[test]
fn a_duration_is_kept_within_eight_digits() {
    for (answered, ended, seconds, changed) in [
        (json!(10), json!(10), 0, false),
        (json!(10), json!(70), 60, false),
        (json!(10), json!(9), 0, true),
        (json!(1), json!(100_000_000), 99_999_999, false),
        (json!(1), json!(100_000_001), 99_999_999, true),
        (json!(null), json!(70), 0, false),
        (json!(-10), json!(10), 20, false),
        (json!(-8_520_336_000_i64), json!(64_092_211_199_i64), 99_999_999, true),
    ] {
        let text = text(json!({"answered_at": answered, "ended_at": ended, "duration": 7}));
        let call = call(&text);
        let mut notices = Vec::new();
        let duration = fields::call_duration(&Facts::new(&call).unwrap(), &mut notices);
        let rules: Vec<_> = notices.iter().map(|notice| notice.rule).collect();
        let wanted = if changed { vec!["FIELD-3"] } else { Vec::new() };
        assert_eq!((duration, rules), (Some(seconds), wanted), "{answered} to {ended}");
    }
    let text = text(json!({"answered_at": 1, "duration": 7}));
    let call = call(&text);
    let mut notices = Vec::new();
    assert_eq!(fields::call_duration(&Facts::new(&call).unwrap(), &mut notices), None);
    assert_eq!(notices, Vec::new());
}

#[test]
fn a_date_is_utc_s_on_both_sides_of_midnight() {
    for (time, date) in [
        (json!(-1), "1969-12-31"),
        (json!(0), "1970-01-01"),
        (json!("2024-02-29T23:59:59Z"), "2024-02-29"),
        (json!("2024-03-01T00:59:59+01:00"), "2024-02-29"),
        (json!("1700-01-01T00:00:00Z"), "1700-01-01"),
        (json!("4000-12-31T23:59:59Z"), "4000-12-31"),
    ] {
        let text = text(json!({"started_at": time, "ended_at": 1, "number": {"time_zone": "Pacific/Kiritimati"}}));
        let (call, settings) = (call(&text), settings(json!({})));
        assert_eq!(fields::activity_date(&Facts::new(&call).unwrap(), &settings).to_string(), date);
    }
}

#[test]
fn a_wait_is_never_below_0() {
    for (direction, answered, wait) in [
        ("inbound", json!(15), Some(15)),
        ("inbound", json!(10), Some(10)),
        ("inbound", json!(-1), Some(0)),
        ("inbound", json!(null), None),
        ("outbound", json!(15), Some(0)),
        ("outbound", json!(null), Some(0)),
    ] {
        let keys = json!({"direction": direction, "answered_at": answered, "ended_at": 20});
        let (found, notices) = package_field(PackageField::WaitingTime, keys);
        assert_eq!((found, notices), (wait.map(FieldValue::Number), Vec::new()), "{direction} {answered}");
    }
}

#[track_caller]
fn kind(keys: &Value, wanted: Option<Kind>) {
    assert_eq!(Kind::from_call(&call(&text(keys.clone()))), wanted, "{keys}");
}

#[test]
fn a_kind_follows_from_direction_answer_voicemail_and_participants() {
    let user = || json!({"type": "user"});
    let external = || json!({"type": "external"});
    let contact = || json!({"type": "contact"});
    let conference =
        [json!([user(), user(), external()]), json!([external(), contact()]), json!([user(), user(), user()])];
    let plain = [json!([]), json!([user(), external()]), json!([external()]), json!([user(), user()])];
    for participants in conference {
        kind(&json!({"answered_at": 1, "participants": participants}), Some(Kind::InboundConference));
        kind(
            &json!({"direction": "outbound", "answered_at": 1, "participants": participants}),
            Some(Kind::OutboundConference),
        );
        kind(&json!({"ended_at": 1, "participants": participants}), Some(Kind::Missed));
        kind(
            &json!({"direction": "outbound", "ended_at": 1, "participants": participants}),
            Some(Kind::OutboundUnanswered),
        );
    }
    for participants in plain {
        kind(&json!({"answered_at": 1, "participants": participants}), Some(Kind::InboundAnswered));
        kind(
            &json!({"direction": "outbound", "answered_at": 1, "participants": participants}),
            Some(Kind::OutboundAnswered),
        );
    }
    for voicemail in ["voicemail", "voicemail_short_url"] {
        kind(&json!({"ended_at": 1, voicemail: "https://example.com"}), Some(Kind::Voicemail));
        kind(&json!({"answered_at": 1, voicemail: "https://example.com"}), Some(Kind::InboundAnswered));
        kind(
            &json!({"direction": "outbound", "ended_at": 1, voicemail: "https://example.com"}),
            Some(Kind::OutboundUnanswered),
        );
        kind(&json!({voicemail: "https://example.com"}), None);
        kind(&json!({"ended_at": 1, voicemail: ""}), Some(Kind::Missed));
    }
    kind(
        &json!({"ended_at": 1, "asset": "https://example.com", "recording": "https://example.com"}),
        Some(Kind::Missed),
    );
    kind(&json!({"status": "answered", "user": {"id": 1}}), None);
}

#[test]
fn a_conference_has_the_workflow_of_its_direction() {
    let mut settings = settings(json!({}));
    settings.workflow.outbound_answered = WorkflowAction::DoNothing;
    settings.workflow.inbound_answered = WorkflowAction::InProgress;
    assert_eq!(settings.action(Kind::OutboundConference), WorkflowAction::DoNothing);
    assert_eq!(settings.action(Kind::InboundConference), WorkflowAction::InProgress);
    assert_eq!(settings.action(Kind::Voicemail), WorkflowAction::Completed);
}

/// Every set of links, both kinds, both preferences: the first of the order that is there.
#[test]
fn a_link_is_the_first_there_is() {
    for there in 0..8 {
        for (kind, short, direct) in [
            (Kind::Voicemail, "voicemail_short_url", "voicemail"),
            (Kind::InboundAnswered, "recording_short_url", "recording"),
            (Kind::Missed, "recording_short_url", "recording"),
            (Kind::OutboundConference, "recording_short_url", "recording"),
        ] {
            let all = ["asset", short, direct];
            let mut keys = json!({});
            for (bit, name) in all.iter().enumerate() {
                keys[*name] = if there >> bit & 1 == 1 { json!(name) } else { json!(" ") };
            }
            // The links of the other sort are never taken.
            let others = if kind == Kind::Voicemail {
                ["recording_short_url", "recording"]
            } else {
                ["voicemail_short_url", "voicemail"]
            };
            for other in others {
                keys[other] = json!("wrong");
            }
            keys["ended_at"] = json!(1);
            let text = text(keys);
            let call = call(&text);
            let mut facts = Facts::new(&call).unwrap();
            facts.kind = kind;
            let mut settings = settings(json!({}));
            for (preference, order) in [(RecordingLink::Asset, [0, 1, 2]), (RecordingLink::Direct, [2, 1, 0])] {
                let wanted = order.into_iter().find(|bit| there >> bit & 1 == 1).map(|bit| all[bit]);
                settings.recording_link = preference;
                let link = recording::link(&facts, &settings);
                assert_eq!(link.as_ref().map(|link| &*link.url), wanted);
                let expires = preference == RecordingLink::Asset && there == 0b100;
                assert_eq!(link.is_some_and(|link| link.is_last_resort), expires, "{there:b} {kind:?} {preference:?}");
            }
        }
    }
}

#[test]
fn a_number_reads_and_writes_as_json() {
    let number: E164 = serde_json::from_str("\"+12125550123\"").unwrap();
    assert_eq!(number.to_string(), "+12125550123");
    assert_eq!(serde_json::to_string(&number).unwrap(), "\"+12125550123\"");
    assert_eq!(format!("{number:>14}|{number:<14}|"), "  +12125550123|+12125550123  |");
}

#[test]
fn times_lie_between_1700_and_4000() {
    for seconds in [-8_520_336_000, -1, 0, 64_092_211_199] {
        assert_eq!(Timestamp::new(seconds).unwrap().seconds(), seconds);
    }
    for seconds in [i64::MIN, -8_520_336_001, 64_092_211_200, i64::MAX] {
        assert_eq!(Timestamp::new(seconds), None);
    }
    assert_eq!(Timestamp::new(-8_520_336_000).unwrap().date_time().to_rfc3339(), "1700-01-01T00:00:00+00:00");
    assert_eq!(Timestamp::new(64_092_211_199).unwrap().date_time().to_rfc3339(), "4000-12-31T23:59:59+00:00");
}

#[test]
fn a_direction_is_aircall_s_word() {
    assert_eq!([Direction::Inbound, Direction::Outbound].map(Direction::as_str), ["inbound", "outbound"]);
}

// Texts

#[track_caller]
fn cleans(text: &str, area: &str, line: &str) {
    assert_eq!(text::text_area(text), area, "{text:?}");
    assert_eq!(text::line(text), line, "{text:?}");
}

#[test]
fn texts_are_cleaned_of_what_salesforce_does_not_keep() {
    cleans("plain", "plain", "plain");
    cleans("", "", "");
    cleans(" \t\n\u{a0}\u{2003}\u{3000} ", "", "");
    cleans("\0\u{1}\u{1f}\u{7f}\u{80}\u{9f}", "", "");
    cleans("a\0b\u{7}c\u{7f}d\u{85}e\u{9f}f", "abcdef", "abcdef");
    cleans(" a \n", "a", "a");
    cleans("a\tb\nc", "a\tb\nc", "a b c");
    cleans("a\r\nb\rc\n\rd\r\r\ne", "a\nb\nc\n\nd\n\ne", "a b c  d  e");
    cleans("\u{7} a \u{7}", "a", "a");
    cleans("\0\n a", "a", "a");
    cleans("a\u{b}\u{c}b", "ab", "ab");
    // Marks and signs without a shape are no control characters; they stay.
    cleans("\u{200f}a\u{202e}\u{feff}\u{ad}", "\u{200f}a\u{202e}\u{feff}\u{ad}", "\u{200f}a\u{202e}\u{feff}\u{ad}");
    cleans("a\u{2028}b\u{2029}c", "a\u{2028}b\u{2029}c", "a\u{2028}b\u{2029}c");
}

#[test]
fn what_is_clean_is_not_copied() {
    // "¡" begins with the byte that half of the control characters beyond ASCII begin with.
    for text in ["", "plain", "Jörg 😀", "¡Hola!", " outer blanks "] {
        for clean in [text::line, text::text_area] {
            assert!(matches!(clean(text), Cow::Borrowed(_)), "{text}");
        }
    }
    assert!(matches!(text::text_area("¡Hola,\n\tJörg!"), Cow::Borrowed(_)));
}

// Updates

/// Returns the plan for a call, answered at 10, whose Task is logged.
#[track_caller]
fn update(keys: &Value, fields: Option<Value>, settings: &Settings) -> Value {
    let text = text(with(json!({"answered_at": 10, "ended_at": 25}), keys.clone()));
    let mut task = json!({"id": "00T000000000001EAA", "call": 1});
    if let Some(fields) = fields {
        task["fields"] = fields;
    }
    let directory = Directory::from_json(&json!({"tasks": [task]}).to_string()).unwrap();
    serde_json::to_value(plan(&call(&text), &directory, settings)).unwrap()
}

/// Returns whether an update leaves a field as it is, because the field says what the call says.
#[track_caller]
fn is_same(field: &str, present: &Value, keys: &Value) -> bool {
    let plan = update(keys, Some(json!({field: present})), &settings(json!({})));
    assert_eq!(plan["action"], "update", "other fields are missing in the Task");
    plan["task"].get(field).is_none()
}

fn is_same_agent(present: &Value, name: &str) -> bool {
    is_same("aircall__Answered_by__c", present, &json!({"user": {"name": name}}))
}

/// Compares a Description with a note of Aircall's own.
fn is_same_note(present: &str, note: &str) -> bool {
    let present = json!(format!("Aircall added a new comment:\r\n{present}"));
    is_same("Description", &present, &json!({"comments": [{"id": 1, "content": note}]}))
}

#[test]
fn a_present_value_is_the_same_after_cleaning_and_cutting() {
    let x = |length| "x".repeat(length);
    assert!(is_same_agent(&json!(" a\n\u{7}b "), "a b"));
    assert!(is_same_agent(&json!(x(300)), &x(255)));
    for other in [json!("ab"), json!(null), json!(true), json!([]), json!({})] {
        assert!(!is_same_agent(&other, "a b"), "{other}");
    }
    assert!(is_same_note("a\r\nb\r\n", "a\nb"));
    // The heading counts 28, its line break 2.
    assert!(is_same_note(&x(31_970), &x(31_971)));
    assert!(!is_same_note("a b", "a\nb"));
}

#[test]
fn a_number_is_the_same_as_the_text_that_reads_as_it() {
    assert!(is_same_agent(&json!(15), "15") && is_same_agent(&json!(15), "15.0"));
    assert!(!is_same_agent(&json!(15), "15,0") && !is_same_agent(&json!(15), "+15"));
    for (present, same) in [
        (json!(15), true),
        (json!(15.0), true),
        (json!("15"), true),
        (json!(" 15.0 "), true),
        (json!(15.5), false),
        (json!("fifteen"), false),
        (json!(null), false),
        (json!(true), false),
    ] {
        assert_eq!(is_same("CallDurationInSeconds", &present, &json!({})), same, "{present}");
    }
}

#[test]
fn a_checkbox_is_the_same_as_itself_and_the_text_that_reads_as_it() {
    for (present, flag, same) in [
        (json!(true), true, true),
        (json!(false), false, true),
        (json!(true), false, false),
        (json!(false), true, false),
        (json!("true"), true, true),
        (json!("false"), true, false),
        (json!("True"), true, false),
        (json!(1), true, false),
    ] {
        // The checkbox says whether an agent answered an inbound call.
        let keys = if flag { json!({}) } else { json!({"answered_at": null}) };
        assert_eq!(is_same("aircall__Has_connected__c", &present, &keys), same, "{present} {flag}");
    }
}

#[test]
fn a_task_whose_fields_were_not_fetched_is_not_known() {
    let keys = || json!({"comments": [{"id": 1, "content": "Rang."}]});
    let unknown = update(&keys(), None, &settings(json!({})));
    assert_eq!(unknown["task"].get("Description"), None);
    assert_eq!(unknown["notices"][0]["rule"], "DESC-7");
    let known = update(&keys(), Some(json!({})), &settings(json!({})));
    assert_eq!(known["task"]["Description"], "Aircall added a new comment:\nRang.");
    assert_eq!(known["notices"], json!([]));
}

#[test]
fn a_present_field_is_found_in_whatever_case_a_setting_spells_its_name() {
    let settings =
        settings(json!({"call_id_field": "call_id__c", "package_fields": {"answered_by": "answered_by__c"}}));
    let fields = json!({"Call_Id__c": "aircall:1", "ANSWERED_BY__C": "Jonas Ekdal"});
    let same = update(&json!({"user": {"name": "Jonas Ekdal"}}), Some(fields.clone()), &settings);
    assert_eq!((same["task"].get("call_id__c"), same["task"].get("answered_by__c")), (None, None));
    let cleared = update(&json!({}), Some(fields), &settings);
    assert_eq!(cleared["task"].get("answered_by__c"), Some(&Value::Null));
}
