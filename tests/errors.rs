//! Pins error texts: they name the problem, the place and the expected form. They never contain a
//! value of a payload or directory.

#[path = "support/objects.rs"]
mod objects;

use std::fs;
use std::path::{Path, PathBuf};

use aircall_salesforce::aircall::CallPage;
use aircall_salesforce::wording::Template;
use aircall_salesforce::{Directory, ReadError, Settings, Webhook, plan_webhook, read_json};
use objects::with;
use serde::de::{self, Deserialize, Deserializer};
use serde_json::{Value, json};

/// A name and a number that must never appear in an error or notice.
const NAME: &str = "Zebulon";
const NUMBER: u64 = 12_125_550_199;

const ADMIN: &str = "005000000000001AAA";

#[track_caller]
fn of_webhook(body: impl AsRef<[u8]>) -> ReadError {
    Webhook::from_slice(body.as_ref()).map(drop).unwrap_err()
}

#[track_caller]
fn of_settings(text: &str) -> ReadError {
    Settings::from_json(text).map(drop).unwrap_err()
}

#[track_caller]
fn of_directory(text: &str) -> ReadError {
    Directory::from_json(text).map(drop).unwrap_err()
}

#[track_caller]
fn webhook(body: impl AsRef<[u8]>, message: &str) {
    assert_eq!(of_webhook(body).message(), message);
}

/// Compares the whole text, place included.
#[track_caller]
fn is(error: &ReadError, text: &str) {
    assert_eq!(error.to_string(), text);
}

/// Returns settings with one setting on line 3, before `admin`.
fn setting(key: &str, value: &str) -> String {
    format!("{{\n\n  \"{key}\": {value},\n  \"admin\": \"{ADMIN}\"\n}}\n")
}

#[track_caller]
fn settings(key: &str, value: &str, text: &str) {
    is(&of_settings(&setting(key, value)), text);
}

/// Checks the error about a Subject's template. The text before the template ends in column 36.
#[track_caller]
fn template(text: &str, message: &str) {
    let json = format!("{{\"subject\": {{\"missed\": {}, \"voicemail\": \"V\"}}}}", Value::from(text));
    let column = 36 + Value::from(text).to_string().len();
    settings("wording", &json, &format!("`wording.subject.missed`: {message} at line 3 column {column}"));
}

/// Returns a bare call with one key a line: `id` on line 2, `direction` on line 3, and so on.
fn call(key: &str, value: Option<&str>) -> String {
    let keys = ["id", "direction", "started_at", "answered_at", "ended_at"];
    let values = ["1", "\"inbound\"", "1772457500", "1772457510", "1772457540"];
    let pairs = keys.iter().zip(values).map(|(name, usual)| (*name, if *name == key { value } else { Some(usual) }));
    let lines: Vec<_> = pairs.filter_map(|(name, value)| Some(format!("  \"{name}\": {}", value?))).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

#[track_caller]
fn unreadable(key: &str, value: &str, found: &str, expected: &str) {
    webhook(call(key, Some(value)), &format!("`{key}` is {found} where {expected} was expected"));
}

const AN_ID: &str = "a whole number from 0 to 18446744073709551615, or the same as text";
const A_DIRECTION: &str = "`inbound` or `outbound`";
const A_TIME: &str = "UNIX seconds or an ISO 8601 time between 1700-01-01 and 4000-12-31";
const NO_CALL: &str = "no call here: expected a webhook (`event`, `data`), a REST response (`call`) or a call (`id`, `direction`, `started_at`)";

// Webhooks: text that is not JSON

#[test]
fn what_is_no_json_says_where() {
    is(&of_webhook(""), "not JSON: EOF while parsing a value at line 1 column 0");
    is(&of_webhook("\n\n"), "not JSON: EOF while parsing a value at line 3 column 0");
    is(&of_webhook("{\"data\":\n  {\"id\": 1"), "not JSON: EOF while parsing an object at line 2 column 10");
    is(&of_webhook("<!doctype html>\n<title>502</title>"), "not JSON: expected value at line 1 column 1");
    is(&of_webhook("{\n  \"id\": 1,\n}"), "not JSON: trailing comma at line 3 column 1");
    is(&of_webhook("event=call.ended"), "not JSON: expected value at line 1 column 1");
}

#[test]
fn what_is_no_text_says_where() {
    is(&of_webhook(b"\x89PNG\r\n\x1a\n\0"), "not JSON: the text is not UTF-8 at line 1 column 1");
    is(&of_webhook(b"{\n \"name\": \"J\xf6rg\"}"), "not JSON: the text is not UTF-8 at line 2 column 12");
    is(&of_webhook(b"\n\n\xff"), "not JSON: the text is not UTF-8 at line 3 column 1");
    is(&of_webhook(b"{\0}"), "not JSON: key must be a string at line 1 column 2");
    is(
        &read_json::<Settings>(b"{\n \"admin\": \"J\xf6rg\"}").unwrap_err(),
        "not JSON: the text is not UTF-8 at line 2 column 13",
    );
}

#[test]
fn half_a_surrogate_pair_is_no_text() {
    let error = of_webhook(call("id", Some("\"\\ud83d\"")));
    assert!(error.message().starts_with("not JSON: "), "{error}");
    assert_eq!(error.line(), 2);
}

// Webhooks: JSON without a call

#[test]
fn json_that_is_no_object_is_named_by_its_shape() {
    let expected = "where a webhook, a REST response or a call was expected";
    for (json, shape) in
        [("[]", "a list"), ("\"call\"", "a text"), ("42", "a number"), ("null", "null"), ("true", "true or false")]
    {
        webhook(json, &format!("{shape} {expected}"));
    }
}

#[test]
fn an_object_that_is_no_call_says_what_would_be_one() {
    webhook("{}", NO_CALL);
    webhook(r#"{"error": null, "message": 7}"#, NO_CALL);
}

#[test]
fn an_error_response_of_aircall_is_named_as_one() {
    for response in [
        r#"{"error": "Not found", "troubleshoot": "Check the id"}"#,
        r#"{"message": "Forbidden"}"#,
        r#"{"error": "Bad Request", "data": null, "message": "10,000 items at most", "troubleshoot": "Narrow the dates"}"#,
    ] {
        let error = "an error answer of Aircall (`error`, `message`, `troubleshoot`) where";
        webhook(response, &format!("{error} a call was expected"));
        let of_page = CallPage::from_slice(response.as_bytes()).unwrap_err();
        assert_eq!(of_page.message(), format!("{error} a page of calls was expected"));
    }
    // A webhook is no response of the API.
    webhook(r#"{"event": "call.ended", "message": "x"}"#, "`data` is missing, expected a call");
}

#[test]
fn what_is_no_page_of_calls_is_named() {
    for (text, message) in [
        ("[]", "a list where a page of calls (`calls`) was expected"),
        ("null", "null where a page of calls (`calls`) was expected"),
        ("{}", "no page of calls here: expected `calls`"),
        (r#"{"calls": null}"#, "no page of calls here: expected `calls`"),
        (r#"{"call": {"id": 1}}"#, "no page of calls here: expected `calls`"),
        (r#"{"calls": {"id": 1}}"#, "`calls` is no list, expected a list of calls"),
    ] {
        assert_eq!(CallPage::from_slice(text.as_bytes()).unwrap_err().message(), message, "{text}");
    }
    assert!(CallPage::from_slice(br#"{"calls": [1}"#).unwrap_err().message().starts_with("not JSON: "));
}

#[test]
fn the_errors_of_a_page_s_calls_have_their_place_in_the_page() {
    let page = "{\"calls\": [{\"id\": 1}, 7,\n null, {\"id\": []}, {\n\"id\": 2}]}";
    let errors: Vec<_> =
        CallPage::from_slice(page.as_bytes()).unwrap().calls.into_iter().map(Result::unwrap_err).collect();
    let places: Vec<_> = errors.iter().map(|error| (error.line(), error.column())).collect();
    // The ends of the values that are wrong.
    assert_eq!(places, [(1, 20), (1, 23), (2, 16), (3, 8)]);
    let messages: Vec<_> = errors.iter().map(|error| error.message().to_owned()).collect();
    assert_eq!(messages[0], format!("`calls[0]`: `direction` is missing, expected {A_DIRECTION}"));
    assert_eq!(messages[1], "`calls[1]`: a number where a call was expected");
    assert_eq!(messages[2], format!("`calls[3]`: `id` is a list where {AN_ID} was expected"));
}

#[test]
fn a_page_of_calls_is_named() {
    let page = fs::read_to_string(fixtures().join("rest_calls_page.json")).unwrap();
    webhook(page, "a page of calls (`calls`) where one call was expected");
}

#[test]
fn an_envelope_without_a_call_names_the_key() {
    webhook(r#"{"event": "call.ended"}"#, "`data` is missing, expected a call");
    webhook(r#"{"resource": "call"}"#, "`data` is missing, expected a call");
    webhook(r#"{"event": "call.ended", "data": [1]}"#, "`data` is a list where a call was expected");
    webhook(r#"{"event": "call.ended", "data": "x"}"#, "`data` is a text where a call was expected");
    webhook(r#"{"call": true}"#, "`call` is true or false where a call was expected");
    webhook(r#"{"event": "call.ended", "data": {}}"#, &format!("`id` is missing, expected {AN_ID}"));
}

// Webhooks: fields

#[test]
fn what_a_call_must_have_is_named() {
    for (key, expected) in [("id", AN_ID), ("direction", A_DIRECTION), ("started_at", A_TIME)] {
        for absent in [None, Some("null"), Some("\"\"")] {
            webhook(call(key, absent), &format!("`{key}` is missing, expected {expected}"));
        }
    }
}

#[test]
fn an_id_that_cannot_be_read_is_named() {
    for (value, found) in [
        ("\"x\"", "a text"),
        ("\"+1\"", "a text"),
        ("\"1e3\"", "a text"),
        ("\"18446744073709551616\"", "a text"),
        ("-1", "a number"),
        ("1.5", "a number"),
        ("18446744073709551616", "a number"),
        ("{}", "an object"),
        ("[]", "a list"),
        ("false", "true or false"),
    ] {
        unreadable("id", value, found, AN_ID);
    }
}

#[test]
fn an_id_of_64_bits_is_read() {
    for (id, read) in [("9223372036854775808", 1 << 63), ("18446744073709551615", u64::MAX)] {
        let text = call("id", Some(id));
        assert_eq!(Webhook::from_json(&text).unwrap().call.unwrap().id, read);
    }
}

#[test]
fn a_direction_that_cannot_be_read_is_named() {
    for (value, found) in
        [("\"sideways\"", "a text"), ("\"in bound\"", "a text"), ("1", "a number"), ("{}", "an object")]
    {
        unreadable("direction", value, found, A_DIRECTION);
    }
}

#[test]
fn a_time_that_cannot_be_read_is_named() {
    for key in ["started_at", "answered_at", "ended_at"] {
        for (value, found) in [
            ("\"yesterday\"", "a text"),
            ("\"2026-03-02\"", "a text"),
            ("\"2026-03-02T13:18:20\"", "a text"),
            ("\"2026-02-30T13:18:20Z\"", "a text"),
            ("1772457500.5", "a number"),
            ("1e-9", "a number"),
            ("\"1772457500.5\"", "a text"),
            ("\"inf\"", "a text"),
            ("{}", "an object"),
            ("[]", "a list"),
            ("true", "true or false"),
        ] {
            unreadable(key, value, found, A_TIME);
        }
    }
}

#[test]
fn a_time_out_of_range_is_named() {
    for key in ["started_at", "answered_at", "ended_at"] {
        for value in [
            "1772457500000",
            "\"1772457500000\"",
            "\"9999-12-31T23:59:59Z\"",
            "253402300799",
            "64092211200",
            "\"4001-01-01T00:00:00Z\"",
            "-8520336001",
            "1e30",
            "\"1772457500000.0\"",
            "\"1699-12-31T23:59:59Z\"",
            "9223372036854775808",
            "\"99999999999999999999\"",
            "\"4000-12-31T23:59:59-00:01\"",
        ] {
            webhook(call(key, Some(value)), &format!("`{key}` is out of range, expected {A_TIME}"));
        }
        for value in ["64092211199", "\"4000-12-31T23:59:59Z\"", "-8520336000", "\"1700-01-01T00:00:00Z\""] {
            Webhook::from_json(&call(key, Some(value))).unwrap();
        }
    }
}

#[test]
fn a_lone_sign_is_no_number() {
    unreadable("started_at", "\"-\"", "a text", A_TIME);
}

#[test]
fn the_first_field_that_is_wrong_is_named() {
    webhook(r#"{"call": {"direction": 7, "started_at": {}}}"#, &format!("`id` is missing, expected {AN_ID}"));
}

#[test]
fn an_error_in_a_payload_has_a_line() {
    for text in ["[\n]", "{\n}", "{\n\"calls\": []}", "{\n\"event\": \"call.ended\"\n}", "{\n\"call\": {}\n}"] {
        let error = of_webhook(text);
        assert!((1..=text.lines().count()).contains(&error.line()), "{text:?}: {error}");
    }
}

#[test]
fn an_error_in_a_payload_has_the_line_of_its_field() {
    for (key, line) in [("id", 2), ("direction", 3), ("started_at", 4), ("answered_at", 5), ("ended_at", 6)] {
        let error = of_webhook(call(key, Some("\"x\"")));
        assert_eq!(error.line(), line, "{error}");
        assert!(error.column() > 2, "{error}");
    }
}

// Settings

#[test]
fn settings_that_are_no_json_say_where() {
    is(&of_settings(""), "not JSON: EOF while parsing a value at line 1 column 0");
    is(&of_settings("{\n  \"admin\": 'x'\n}"), "`admin`: not JSON: expected value at line 2 column 12");
    is(&of_settings(&(setting("count", "\"characters\"") + "x")), "not JSON: trailing characters at line 6 column 1");
    is(&of_settings("7"), "a number where an object was expected at line 1 column 1");
}

#[test]
fn an_error_is_one_line_that_can_be_read_whatever_the_key() {
    let key = "line\u{2028}turned\u{202e}round";
    let message = of_settings(&setting(key, "1")).message().to_owned();
    assert!(message.starts_with("`line\u{fffd}turned\u{fffd}round`: unknown field"), "{message}");
    let message = of_settings(&setting(&"é".repeat(100_000), "1")).message().to_owned();
    assert_eq!(message.chars().count(), 1_001);
    assert!(message.ends_with("é…"), "{message}");
}

#[test]
fn the_error_of_an_agent_does_not_repeat_the_address() {
    let at = |value: &str| of_settings(&setting("agents", value)).message().to_owned();
    assert_eq!(at(r#"{"a.secret@example.com": 5}"#), "`agents`: a number where a Salesforce id was expected");
    assert_eq!(
        at(r#"{"a.secret@example.com": "003000000000001AAA"}"#),
        "`agents`: an id of another object where User (`005…`) was expected"
    );
}

#[test]
fn an_unknown_setting_is_named_with_those_there_are() {
    let all = "`admin`, `workflow`, `outside_business_hours`, `record_order`, `unknown_number`, `duplicates`, `relate_to`, \
               `unmatched_owner`, `own_numbers`, `exclude`, `only_lines`, `log_at`, `shared_number`, `agents`, `activity_date`, `extra_fields`, `disposition_order`, `recording_link`, `count`, `write_type`, \
               `messages`, `message_type`, `insights`, `status`, `wording`, `edition`, `package_fields`, `call_id_field`";
    settings(
        "wordnig",
        "\"de\"",
        &format!("`wordnig`: unknown field `wordnig`, expected one of {all} at line 3 column 11"),
    );
    settings(
        "workflow",
        "{\"mised\": \"completed\"}",
        "`workflow.mised`: unknown field `mised`, expected one of `outbound_answered`, `outbound_unanswered`, \
         `inbound_answered`, `missed`, `voicemail` at line 3 column 22",
    );
    settings(
        "wording",
        "{\"subjetc\": {}}",
        "`wording.subjetc`: unknown field `subjetc`, expected one of `base`, `subject`, `voicemail_link`, `recording_link`, \
         `note`, `connected`, `not_connected`, `unknown_company`, `unknown`, `ai_summary`, `topics`, `action_items`, `sentiment` at line 3 column 23",
    );
    settings(
        "wording",
        "{\"subject\": {\"mised\": \"x\"}}",
        "`wording.subject.mised`: unknown field `mised`, expected one of `outbound_answered`, `outbound_unanswered`, \
         `inbound_answered`, `missed`, `voicemail`, `outbound_conference`, `inbound_conference`, `message_sent`, \
         `message_received` at line 3 column 33",
    );
    settings(
        "status",
        "{\"complete\": \"Done\"}",
        "`status.complete`: unknown field `complete`, expected `completed` or `in_progress` at line 3 column 23",
    );
    settings(
        "package_fields",
        "{\"land\": null}",
        "`package_fields.land`: unknown field `land`, expected one of `waiting_time`, `answered_by`, `phone_number`, \
         `country`, `call_recording`, `transferred_to`, `time_zone`, `hour_of_the_day`, `connection_status`, \
         `has_connected`, \
         `sms_direction`, `number_name` at line 3 column 27",
    );
}

#[test]
fn a_duplicate_setting_is_named() {
    let error = of_settings(&setting("admin", &format!("\"{ADMIN}\"")));
    is(&error, "duplicate field `admin` at line 4 column 9");
}

#[test]
fn a_missing_admin_is_named() {
    is(&of_settings("{\n  \"count\": \"characters\"\n}"), "missing field `admin` at line 3 column 1");
}

#[test]
fn an_unknown_value_is_named_with_those_there_are() {
    for (key, expected) in [
        ("wording", "`en`, `de`, `fr` or `es`"),
        ("edition", "`2023` or `2025`"),
        ("outside_business_hours", "`log` or `do_nothing`"),
        ("unknown_number", "`do_nothing`, `create_contact`, `create_lead` or `create_account`"),
        ("relate_to", "`nothing`, `case`, `case_or_create` or `opportunity`"),
        ("disposition_order", "`tags_first` or `marker_first`"),
        ("recording_link", "`asset` or `direct`"),
        ("count", "`salesforce` or `characters`"),
    ] {
        let column = key.len() + 9;
        let text = format!("`{key}`: a text where {expected} was expected at line 3 column {column}");
        settings(key, "\"x\"", &text);
    }
    settings(
        "workflow",
        "{\"missed\": \"done\"}",
        "`workflow.missed`: a text where `completed`, `in_progress` or `do_nothing` was expected at line 3 column 31",
    );
    settings(
        "record_order",
        "[\"Contact\", \"Kontakt\"]",
        "`record_order[1]`: a text where `Contact`, `Lead`, `Account` or `PersonAccount` was expected at line 3 column 39",
    );
    settings(
        "record_order",
        "[\"Lead\", \"Contact\", \"Lead\"]",
        "`record_order`: an element is listed twice at line 3 column 45",
    );
}

#[test]
fn a_setting_of_another_shape_is_named() {
    settings(
        "wording",
        "7",
        "`wording`: a number where `en`, `de`, `fr`, `es` or an object of texts was expected at line 3 column 14",
    );
    settings("workflow", "null", "`workflow`: null where an object was expected at line 3 column 18");
    settings("write_type", "\"yes\"", "`write_type`: a text where true or false was expected at line 3 column 21");
    settings(
        "call_id_field",
        "7",
        "`call_id_field`: a number where a field's API name was expected at line 3 column 20",
    );
    settings("own_numbers", "\"+12125550100\"", "`own_numbers`: a text where a list was expected at line 3 column 31");
}

#[test]
fn a_number_where_a_word_was_expected_is_still_json() {
    for (key, value, expected) in [
        ("edition", "2023", "2023"),
        ("relate_to", "null", "nothing"),
        ("count", "[]", "salesforce"),
        ("wording", "{\"base\": 7}", "de"),
    ] {
        let error = of_settings(&setting(key, value));
        assert!(!error.message().contains("not JSON"), "{error}");
        assert!(error.message().contains(expected), "{error}");
    }
}

#[test]
fn a_list_is_no_object_of_settings() {
    for (key, value) in [
        ("workflow", "[]"),
        ("workflow", "[\"do_nothing\"]"),
        ("status", "[]"),
        ("status", "[\"Done\", \"Open\"]"),
        ("package_fields", "[]"),
        ("package_fields", "[null]"),
        ("wording", "{\"subject\": []}"),
        ("count", "{\"characters\": null}"),
    ] {
        assert!(Settings::from_json(&setting(key, value)).is_err(), "{key}: {value}");
    }
    assert!(Settings::from_json(&format!("[\"{ADMIN}\"]")).is_err());
}

#[test]
fn a_wrong_id_says_why() {
    for (id, why, column) in [
        ("\"005\"", "an id has 15 or 18 characters, this has 3", 16),
        ("\"\"", "an id has 15 or 18 characters, this has 0", 13),
        ("\"0050000000000010\"", "an id has 15 or 18 characters, this has 16", 29),
        ("\"005-000-000-001\"", "an id consists of letters and digits only", 28),
        ("\"005000000000001AAB\"", "the last three characters of an id fit the rest, these do not", 31),
        ("\"003000000000001AAA\"", "an id of another object where User (`005…`) was expected", 31),
        ("\"003000000000001\"", "an id of another object where User (`005…`) was expected", 28),
        ("7", "a number where a Salesforce id was expected", 12),
        ("null", "null where a Salesforce id was expected", 15),
    ] {
        let error = of_settings(&format!("{{\n\n  \"admin\": {id},\n  \"count\": \"characters\"\n}}"));
        is(&error, &format!("`admin`: {why} at line 3 column {column}"));
    }
    settings(
        "unmatched_owner",
        "\"001000000000001AAA\"",
        "`unmatched_owner`: an id of another object where User (`005…`) or Group (`00G…`) was expected at line 3 column 41",
    );
}

#[test]
fn a_bad_template_says_where_and_what_there_is() {
    let known: Vec<_> = Template::SUBJECT.iter().map(|name| format!("`{{{name}}}`")).collect();
    let known = known.join(", ");
    assert!(known.starts_with("`{record}`, `{number}`, `{user}`, `{caller}`, "));
    let rest = format!("a placeholder is {known}");
    template("To {recrod}", &format!("unknown placeholder at character 4, expected {known}"));
    template("Für {}", &format!("unknown placeholder at character 5, expected {known}"));
    template("{ record }", &format!("unknown placeholder at character 1, expected {known}"));
    template("To {record", &format!("`{{` at character 4 is not closed; {rest}, `{{{{` is the sign itself"));
    template("Für record}", &format!("`}}` at character 11 is not opened; {rest}, `}}}}` is the sign itself"));
    template("{{record}", &format!("`}}` at character 9 is not opened; {rest}, `}}}}` is the sign itself"));
    template("{re{cord}}", &format!("`{{` at character 1 is not closed; {rest}, `{{{{` is the sign itself"));
    template("a [b [c] d]", &format!("`[` at character 6 is inside another; {rest}, `[[` is the sign itself"));
    template("a [b", &format!("`[` at character 3 is not closed; {rest}, `[[` is the sign itself"));
    template("a b]", &format!("`]` at character 4 is not opened; {rest}, `]]` is the sign itself"));
    template("😀 [{user}]]", &format!("`[` at character 3 is not closed; {rest}, `[[` is the sign itself"));
    template("", "a text must not be empty");
    template("  ", "a text must not be empty");
}

#[test]
fn every_text_of_a_wording_is_checked() {
    for (texts, message) in [
        (
            "{\"voicemail_link\": \"here\", \"base\": \"en\"}",
            "`wording.voicemail_link`: the text lacks `{link}` at line 3 column 38",
        ),
        (
            "{\"recording_link\": \"{{link}}\", \"base\": \"en\"}",
            "`wording.recording_link`: the text lacks `{link}` at line 3 column 42",
        ),
        (
            "{\"recording_link\": \"{lnk}\", \"base\": \"en\"}",
            "`wording.recording_link`: unknown placeholder at character 1, expected `{link}` at line 3 column 39",
        ),
        (
            "{\"note\": \"{link}\", \"base\": \"en\"}",
            "`wording.note`: unknown placeholder at character 1, expected `{agent}` at line 3 column 30",
        ),
        (
            "{\"connected\": \" \", \"base\": \"en\"}",
            "`wording.connected`: a text must not be empty at line 3 column 30",
        ),
        (
            "{\"not_connected\": \"\", \"base\": \"en\"}",
            "`wording.not_connected`: a text must not be empty at line 3 column 33",
        ),
        (
            "{\"unknown_company\": \"\\t\", \"base\": \"en\"}",
            "`wording.unknown_company`: a text must not be empty at line 3 column 37",
        ),
        (
            "{\"unknown\": \"\\u0007\", \"base\": \"en\"}",
            "`wording.unknown`: a text must not be empty at line 3 column 33",
        ),
        (
            "{\"unknown\": 7, \"base\": \"en\"}",
            "`wording.unknown`: a number where a text was expected at line 3 column 26",
        ),
        (
            "{\"base\": \"it\"}",
            "`wording.base`: a text where `en`, `de`, `fr` or `es` was expected at line 3 column 26",
        ),
    ] {
        settings("wording", texts, message);
    }
}

#[test]
fn a_status_is_a_text_that_salesforce_keeps() {
    let rule = "a picklist value is a text without control characters and outer blanks, and not empty";
    settings(
        "status",
        "{\"completed\": \"\", \"in_progress\": \"Open\"}",
        &format!("`status.completed`: {rule} at line 3 column 28"),
    );
    settings(
        "status",
        "{\"completed\": \" Done\", \"in_progress\": \"Open\"}",
        &format!("`status.completed`: {rule} at line 3 column 33"),
    );
    settings(
        "status",
        "{\"in_progress\": \"a\\nb\", \"completed\": \"Done\"}",
        &format!("`status.in_progress`: {rule} at line 3 column 34"),
    );
    let json = |length| format!("{{\"completed\": \"{}\", \"in_progress\": \"Open\"}}", "x".repeat(length));
    settings(
        "status",
        &json(256),
        "`status.completed`: a picklist value has at most 255 characters at line 3 column 284",
    );
    Settings::from_json(&setting("status", &json(255))).unwrap();
}

#[test]
fn a_setting_of_messages_and_insights_is_checked() {
    settings(
        "message_type",
        "\" SMS\"",
        "`message_type`: a picklist value is a text without control characters and outer blanks, and not empty at line 3 \
         column 24",
    );
    settings(
        "messages",
        "\"yes\"",
        "`messages`: a text where `completed`, `in_progress` or `do_nothing` was expected at line 3 column 19",
    );
    settings("insights", "[\"summary\", \"summary\"]", "`insights`: an element is listed twice at line 3 column 36");
    settings(
        "insights",
        "[\"mood\"]",
        "`insights[0]`: a text where `summary`, `topics`, `action_items` or `sentiment` was expected at line 3 column 21",
    );
    let error = of_settings(&setting("wording", "{\"subject\": {\"missed\": \"{channel}\"}}"));
    assert!(error.message().starts_with("`wording.subject.missed`: unknown placeholder at character 1"), "{error}");
    Settings::from_json(&setting("wording", "{\"subject\": {\"message_sent\": \"{channel}\"}}")).unwrap();
}

#[test]
fn an_own_number_is_e164() {
    for (number, message, column) in [
        ("+1 212-555-0100", "an E.164 number is `+` and digits only", 35),
        ("12125550100", "an E.164 number is `+` and digits only", 31),
        ("", "an E.164 number is `+` and digits only", 20),
        ("+", "a number has 2 to 17 digits after the calling code", 21),
        ("+1", "a number has 2 to 17 digits after the calling code", 22),
        ("+12", "a number has 2 to 17 digits after the calling code", 23),
        ("+1234567890123456789", "a number has 2 to 17 digits after the calling code", 40),
        ("+999123456", "the number begins with no known calling code", 30),
    ] {
        settings(
            "own_numbers",
            &format!("[\"{number}\"]"),
            &format!("`own_numbers[0]`: {message} at line 3 column {column}"),
        );
    }
    settings(
        "own_numbers",
        "[\"+12125550100\", 7]",
        "`own_numbers[1]`: a number where a phone number in E.164, or `+`, digits and `*` was expected at line 3 column 35",
    );
}

#[test]
fn a_field_name_that_cannot_be_is_named() {
    let no_api_name = "is not the API name of a custom field: letters, digits and underscores, ending in `__c`";
    for (key, value, message) in [
        ("call_id_field", "\"Subject\"", "`Subject` is a standard field of Task".to_owned()),
        ("call_id_field", "\"callobject\"", "`callobject` is a standard field of Task".to_owned()),
        ("call_id_field", "\"Aircall Id__c\"", format!("`Aircall Id__c` {no_api_name}")),
        ("call_id_field", "\"AircallId\"", format!("`AircallId` {no_api_name}")),
        ("call_id_field", "\"__c\"", format!("`__c` {no_api_name}")),
        ("call_id_field", "\"\"", format!("`` {no_api_name}")),
        ("call_id_field", "\"aircall__COUNTRY__c\"", "two settings name the field `aircall__COUNTRY__c`".to_owned()),
        ("package_fields", "{\"country\": \"WhatId\"}", "`WhatId` is a standard field of Task".to_owned()),
        ("package_fields", "{\"country\": \"1a__c\"}", format!("`1a__c` {no_api_name}")),
        (
            "package_fields",
            "{\"country\": \"aircall__Answered_by__c\"}",
            "two settings name the field `aircall__Answered_by__c`".to_owned(),
        ),
    ] {
        let error = of_settings(&setting(key, value));
        assert!(error.message().ends_with(&message), "{error}");
        assert!(error.message().starts_with(&format!("`{key}")) || message.starts_with("two settings"), "{error}");
    }
}

#[test]
fn a_field_name_that_cannot_be_has_a_line() {
    for (key, value) in [("call_id_field", "\"Subject\""), ("package_fields", "{\"country\": \"Land\"}")] {
        let error = of_settings(&setting(key, value));
        assert!((3..=4).contains(&error.line()), "{error}");
    }
}

#[test]
fn an_error_in_the_last_value_of_an_object_has_its_line() {
    for (text, line) in [
        ("{\n  \"admin\":\n    \"003000000000001AAA\"\n\n}", 3),
        ("{\n  \"wording\": {\n    \"note\": \"{x}\"\n  },\n  \"admin\": \"005000000000001AAA\"\n}", 3),
        ("{\n  \"wording\": {\n    \"unknown\": \"\"\n  },\n  \"admin\": \"005000000000001AAA\"\n}", 3),
        ("{\n  \"status\": {\n    \"completed\": \"\"\n  },\n  \"admin\": \"005000000000001AAA\"\n}", 3),
        ("{\n  \"admin\": \"005000000000001AAA\",\n  \"record_order\": [\"Lead\", \"Lead\"]\n}", 3),
        ("{\n  \"admin\": \"005000000000001AAA\",\n  \"unmatched_owner\": \"003000000000001AAA\"\n}", 3),
    ] {
        let error = of_settings(text);
        assert_eq!(error.line(), line, "{error}");
    }
    let error =
        of_directory("{\"cases\": [{\n\"id\": \"500000000000001AAA\",\n\"contact\": \"005000000000001AAA\"\n}]}");
    assert_eq!(error.line(), 3, "{error}");
}

#[test]
fn an_error_is_one_line() {
    for (key, value) in [("a\\nb", "1"), ("call_id_field", "\"a\\nb__c\"")] {
        let error = of_settings(&setting(key, value)).to_string();
        assert_eq!(error.lines().count(), 1, "{error:?}");
    }
}

// Directory

/// Returns a directory with one element, with one key on each line from line 4.
fn directory(list: &str, key: &str, value: &str) -> String {
    let element: &[(&str, &str)] = match list {
        "records" => &[
            ("type", "\"Contact\""),
            ("id", "\"003000000000001AAA\""),
            ("name", "\"Ada\""),
            ("owner", "\"005000000000001AAA\""),
            ("phones", "[]"),
        ],
        "users" => &[
            ("id", "\"005000000000001AAA\""),
            ("email", "\"a@example.com\""),
            ("created_at", "\"2025-01-01T08:00:00Z\""),
            ("active", "true"),
        ],
        "cases" => &[("id", "\"500000000000001AAA\""), ("contact", "\"003000000000001AAA\""), ("open", "true")],
        "opportunities" => &[("id", "\"006000000000001AAA\""), ("contact", "\"003000000000001AAA\""), ("open", "true")],
        _ => &[("id", "\"00T000000000001EAA\""), ("call", "1"), ("fields", "{}"), ("wrote", "{}"), ("sent", "{}")],
    };
    let mut lines: Vec<_> = element
        .iter()
        .map(|(name, usual)| format!("    \"{name}\": {}", if *name == key { value } else { usual }))
        .collect();
    if !element.iter().any(|(name, _)| *name == key) {
        lines.push(format!("    \"{key}\": {value}"));
    }
    format!("{{\n  \"{list}\": [\n    {{\n{}\n    }}\n  ]\n}}", lines.join(",\n"))
}

const KEYS: [(&str, &[&str]); 5] = [
    ("records", &["type", "id", "name", "owner", "phones"]),
    ("users", &["id", "email", "created_at", "active"]),
    ("cases", &["id", "contact", "open"]),
    ("opportunities", &["id", "contact", "open"]),
    ("tasks", &["id", "call", "fields", "wrote", "sent"]),
];

#[track_caller]
fn in_directory(list: &str, key: &str, value: &str, text: &str) {
    is(&of_directory(&directory(list, key, value)), &format!("`{list}[0].{key}`: {text}"));
}

#[test]
fn a_directory_of_the_test_is_one() {
    for (list, keys) in KEYS {
        Directory::from_json(&directory(list, "-", "1").replace(",\n    \"-\": 1", "")).unwrap();
        assert!(!keys.is_empty());
    }
}

#[test]
fn an_unknown_key_of_a_directory_is_named() {
    is(
        &of_directory("{\n  \"recrods\": []\n}"),
        "`recrods`: unknown field `recrods`, expected one of `records`, `users`, `cases`, `opportunities`, `tasks` at line 2 column 11",
    );
    in_directory(
        "records",
        "fone",
        "1",
        "unknown field `fone`, expected one of `type`, `id`, `name`, `owner`, `account`, `phones`, `duplicate` at line 9 column 10",
    );
    in_directory(
        "users",
        "mail",
        "1",
        "unknown field `mail`, expected one of `id`, `email`, `created_at`, `active`, `standard` at line 8 column 10",
    );
    in_directory(
        "cases",
        "closed",
        "1",
        "unknown field `closed`, expected one of `id`, `contact`, `open` at line 7 column 12",
    );
    in_directory(
        "opportunities",
        "amount",
        "1",
        "unknown field `amount`, expected one of `id`, `contact`, `open` at line 7 column 12",
    );
    in_directory(
        "tasks",
        "read",
        "1",
        "unknown field `read`, expected one of `id`, `fields`, `wrote`, `sent`, `call`, `message` at line 9 column 10",
    );
}

#[test]
fn a_missing_key_of_a_directory_is_named() {
    is(&of_directory("{\"records\": [\n{}]}"), "`records[0]`: missing field `type` at line 2 column 2");
    is(&of_directory("{\"users\": [\n{}]}"), "`users[0]`: missing field `id` at line 2 column 2");
    is(
        &of_directory("{\"tasks\": [{\"id\": \"00T000000000001EAA\"}]}"),
        "`tasks[0]`: missing field `call` or `message` at line 1 column 40",
    );
}

#[test]
fn a_task_is_of_a_call_or_of_a_message() {
    let both = r#"{"tasks": [{"id": "00T000000000001EAA", "call": 1, "message": "x"}]}"#;
    is(&of_directory(both), "`tasks[0]`: a Task has one of `call` and `message`, not both at line 1 column 67");
    let empty = r#"{"tasks": [{"id": "00T000000000001EAA", "message": ""}]}"#;
    is(&of_directory(empty), "`tasks[0].message`: an empty text where a message's id was expected at line 1 column 53");
    let number = r#"{"tasks": [{"id": "00T000000000001EAA", "message": 7}]}"#;
    is(&of_directory(number), "`tasks[0].message`: a number where a message's id was expected at line 1 column 52");
    Directory::from_json(r#"{"tasks": [{"id": "00T000000000001EAA", "message": "7"}]}"#).unwrap();
}

#[test]
fn an_id_of_another_object_is_named() {
    let case = "\"500000000000001AAA\"";
    for (list, key, expected, line, column) in [
        ("records", "owner", "User (`005…`) or Group (`00G…`)", 7, 33),
        ("cases", "contact", "Contact (`003…`)", 5, 35),
        ("opportunities", "id", "Opportunity (`006…`)", 4, 30),
        ("tasks", "id", "Task (`00T…`)", 4, 30),
        ("users", "id", "User (`005…`)", 4, 30),
    ] {
        let error = of_directory(&directory(list, key, case));
        assert_eq!((error.line(), error.column()), (line, column), "{error}");
        assert!(error.message().starts_with(&format!("`{list}[0].{key}`: ")), "{error}");
        assert!(
            error.message().ends_with(&format!("an id of another object where {expected} was expected")),
            "{error}"
        );
    }
}

#[test]
fn a_record_s_id_of_another_object_is_named() {
    let error = of_directory(&directory("records", "id", "\"00Q000000000001EAA\""));
    let expected = "`records[0]`: `id`: an id of another object where Contact (`003…`) was expected";
    assert_eq!(error.message(), expected);
}

#[test]
fn a_time_of_a_directory_says_what_it_should_be() {
    let unreadable = "a text that cannot be read, expected an ISO 8601 time with an offset at line 6 column";
    in_directory("users", "created_at", "\"2025-01-01\"", &format!("{unreadable} 30"));
    in_directory("users", "created_at", "\"2025-01-01T08:00:00\"", &format!("{unreadable} 39"));
    in_directory("users", "created_at", "\"\"", &format!("{unreadable} 20"));
    let range = "a time lies between 1700-01-01 and 4000-12-31 at line 6 column";
    in_directory("users", "created_at", "\"9999-12-31T23:59:59Z\"", &format!("{range} 40"));
    in_directory("users", "created_at", "1735718400000", &format!("{range} 31"));
    in_directory(
        "users",
        "created_at",
        "null",
        "null where an ISO 8601 time with an offset, or UNIX seconds was expected at line 6 column 22",
    );
}

#[test]
fn a_call_s_id_is_a_number_or_the_same_as_text() {
    for value in ["\"x\"", "\"\"", "\"-1\"", "\"18446744073709551616\""] {
        let column = 11 + value.len() + 1;
        in_directory(
            "tasks",
            "call",
            value,
            &format!("a text that is no number, expected a call's id at line 5 column {column}"),
        );
    }
    in_directory("tasks", "call", "-1", "a number where a call's id was expected at line 5 column 14");
    in_directory("tasks", "call", "null", "null where a call's id was expected at line 5 column 16");
    for value in ["1", "\"1\"", "18446744073709551615"] {
        Directory::from_json(&directory("tasks", "call", value)).unwrap();
    }
}

#[test]
fn lists_of_a_directory_are_lists() {
    is(&of_directory("7"), "a number where an object was expected at line 1 column 1");
    is(&of_directory("{\"records\": null}"), "`records`: null where a list was expected at line 1 column 16");
    is(&of_directory("{\"users\": [null]}"), "`users[0]`: null where an object was expected at line 1 column 15");
    is(&of_directory("{\"records\": [7]}"), "`records[0]`: a number where an object was expected at line 1 column 14");
}

#[test]
fn a_list_is_no_directory_and_no_record() {
    for text in [
        "[]",
        "[[], []]",
        "{\"records\": [[\"Contact\", \"003000000000001AAA\", \"Ada\"]]}",
        "{\"users\": [[\"005000000000001AAA\", \"a@example.com\", \"2025-01-01T08:00:00Z\"]]}",
    ] {
        assert!(Directory::from_json(text).is_err(), "{text}");
    }
}

// Nobody's name or number in an error

/// Returns the name and the number in every shape that a value can have. The longer names are as
/// long as ids.
fn sentinels() -> Vec<String> {
    vec![
        format!("\"{NAME}\""),
        format!("\"{NAME} {NUMBER}\""),
        format!("\"{NAME}{NUMBER}\""),
        format!("\"{NAME}{NUMBER}\\\"; expected , expected \\u0000\""),
        NUMBER.to_string(),
        format!("-{NUMBER}"),
        format!("{NUMBER}.5"),
        format!("[\"{NAME}\", {NUMBER}]"),
        format!("{{\"key\": \"{NAME}\"}}"),
        format!("\"+{NUMBER}\""),
        format!("\"{NUMBER}{NUMBER}\""),
        // These are not JSON: the error comes from the parser.
        format!("\"{NAME}"),
        format!("\"{NAME}\\q\""),
        format!("{NUMBER}x"),
        NAME.to_owned(),
    ]
}

#[track_caller]
fn contains_no_value(error: &ReadError) {
    let text = format!("{error} {error:?}");
    assert!(!text.contains(NAME) && !text.contains(&NUMBER.to_string()), "{text}");
}

#[test]
fn no_error_about_a_payload_holds_a_value_of_it() {
    for sentinel in sentinels() {
        for key in ["id", "direction", "started_at", "answered_at", "ended_at"] {
            if let Err(error) = Webhook::from_json(&call(key, Some(&sentinel))) {
                contains_no_value(&error);
            }
        }
        for text in [
            sentinel.clone(),
            format!("{{\"event\": \"call.ended\", \"data\": {sentinel}}}"),
            format!("{{\"call\": {sentinel}}}"),
            format!("{{\"call\": {{\"raw_digits\": {sentinel}, \"user\": {sentinel}}}}}"),
            format!("{{\"error\": {sentinel}}}"),
            format!("{{\"calls\": [{sentinel}]}}"),
        ] {
            if let Err(error) = Webhook::from_json(&text) {
                contains_no_value(&error);
            }
        }
    }
}

#[test]
fn no_error_about_a_truncated_payload_holds_a_value_of_it() {
    for file in fs::read_dir(fixtures()).unwrap() {
        let mut payload: Value = serde_json::from_slice(&fs::read(file.unwrap().path()).unwrap()).unwrap();
        replace_texts(&mut payload);
        let text = serde_json::to_string_pretty(&payload).unwrap();
        for end in 0..text.len() {
            contains_no_value(&of_webhook(&text[..end]));
        }
    }
}

/// Replaces every text by the name, except the texts that decide what the payload is.
fn replace_texts(value: &mut Value) {
    match value {
        Value::String(text) if !["call", "inbound", "outbound", "call.ended"].contains(&text.as_str()) => {
            *text = format!("{NAME} {NUMBER}");
        }
        Value::Array(list) => list.iter_mut().for_each(replace_texts),
        Value::Object(map) => map.values_mut().for_each(replace_texts),
        _ => {}
    }
}

fn ids_and_types() -> [&'static str; 5] {
    ["type", "id", "owner", "contact", "-"]
}

#[test]
fn no_error_about_a_directory_holds_a_value_of_it() {
    for (list, keys) in KEYS {
        for key in keys.iter().filter(|key| !ids_and_types().contains(key)) {
            for sentinel in sentinels() {
                if let Err(error) = Directory::from_json(&directory(list, key, &sentinel)) {
                    contains_no_value(&error);
                }
            }
        }
    }
}

#[test]
fn no_error_about_a_record_s_type_holds_it() {
    for sentinel in sentinels() {
        contains_no_value(&of_directory(&directory("records", "type", &sentinel)));
    }
}

#[test]
fn no_error_about_an_id_of_a_directory_holds_it() {
    for (list, keys) in KEYS {
        for key in keys.iter().filter(|key| ["id", "owner", "contact"].contains(key)) {
            for sentinel in sentinels() {
                contains_no_value(&of_directory(&directory(list, key, &sentinel)));
            }
        }
    }
}

/// A caller's own type, which fails with a message of its own or of serde's.
struct Failing;

impl<'de> Deserialize<'de> for Failing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(match text.strip_prefix("variant ") {
            Some(variant) => de::Error::unknown_variant(variant, &["a", "b"]),
            None => de::Error::custom(text),
        })
    }
}

#[derive(Debug, serde::Deserialize)]
enum Choice {
    #[serde(rename = "a")]
    A,
}

#[derive(serde::Deserialize)]
struct Own {
    #[serde(rename = "failing")]
    _failing: Option<Failing>,
    #[serde(rename = "choice")]
    _choice: Option<Choice>,
    #[serde(rename = "short")]
    _short: Option<[u8; 2]>,
    #[serde(rename = "small")]
    _small: Option<u8>,
}

#[test]
fn a_message_of_unknown_origin_is_replaced() {
    let own = |key: &str, value: &str| {
        let text = format!("{{\"{key}\": {value}}}");
        let error = read_json::<Own>(text.as_bytes()).map(drop).unwrap_err();
        assert!(error.line() == 1 && error.column() > 1, "{error:?}");
        error.message().to_owned()
    };
    for text in [NAME.to_owned(), format!("{NAME} is not {NUMBER}"), format!("variant {NAME}")] {
        assert_eq!(own("failing", &format!("\"{text}\"")), "`failing`: a value that cannot be read");
    }
    assert_eq!(own("choice", &format!("\"{NAME}\"")), "`choice`: a value that cannot be read");
    assert_eq!(own("short", "[1]"), "`short`: a value that cannot be read");
    assert_eq!(own("small", &NUMBER.to_string()), "`small`: a number where a whole number was expected");
    assert_eq!(
        own("small", &format!("\"{NAME}, expected {NAME}\"")),
        "`small`: a text where a whole number was expected"
    );
}

#[test]
fn a_message_of_the_library_is_not_replaced_in_a_format_of_a_caller() {
    #[derive(Debug, serde::Deserialize)]
    struct Whole {
        #[serde(rename = "settings")]
        _settings: Vec<Settings>,
    }
    let text = "{\"settings\": [{\"admin\": \"005\"}]}";
    let error = read_json::<Whole>(text.as_bytes()).unwrap_err();
    is(&error, "`settings[0].admin`: an id has 15 or 18 characters, this has 3 at line 1 column 29");
    is(&read_json::<Whole>(b"[[]]").unwrap_err(), "a list where an object was expected at line 1 column 0");
}

// Notices

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Checks that a call with these values has this one notice. The directory contains one record.
#[track_caller]
fn notice(call: &Value, settings: &Value, record: Option<&str>, wanted: &Value) {
    let whole = json!({
        "id": 1, "direction": "inbound", "started_at": 1_772_457_500, "ended_at": 1_772_457_540,
        "raw_digits": "+1 212-555-0123", "number": {"name": "Support", "digits": "+49 30 23125000", "country": "DE"}
    });
    let (whole, all) = (with(whole, call.clone()), with(json!({"admin": ADMIN}), settings.clone()));
    let record = record.map(|id| json!({"type": if id.starts_with("00Q") { "Lead" } else { "Account" }, "id": id, "name": "Ada", "phones": ["+12125550123"]}));
    let directory = Directory::from_json(&json!({"records": record.as_slice()}).to_string()).unwrap();
    let (text, settings) = (whole.to_string(), Settings::from_json(&all.to_string()).unwrap());
    let webhook = Webhook::from_json(&text).unwrap();
    let plan = serde_json::to_value(plan_webhook(&webhook, &directory, &settings)).unwrap();
    assert_eq!(plan["notices"], json!([wanted]));
}

fn long(length: usize) -> String {
    "x".repeat(length)
}

#[test]
fn a_cut_text_is_noticed() {
    // "Missed call from +1 212-555-0123 on " has 36 characters.
    let call = json!({"number": {"name": long(220)}});
    let cut = json!({"rule": "LIMIT-1", "field": "Subject", "message": "cut to fit 255 characters", "dropped": 1});
    notice(&call, &json!({}), None, &cut);
    let contact = json!({"contact": {"first_name": "A", "last_name": long(90)}});
    let create = json!({"unknown_number": "create_contact"});
    let cut =
        json!({"rule": "LIMIT-1", "field": "Contact.LastName", "message": "cut to fit 80 characters", "dropped": 10});
    notice(&contact, &create, None, &cut);
    let contact = json!({"contact": {"first_name": long(41), "last_name": "B"}});
    let cut =
        json!({"rule": "LIMIT-1", "field": "Contact.FirstName", "message": "cut to fit 40 characters", "dropped": 1});
    notice(&contact, &create, None, &cut);
}

#[test]
fn dropped_tags_are_noticed() {
    let tags =
        |lengths: &[usize]| json!({"tags": lengths.iter().map(|n| json!({"name": long(*n)})).collect::<Vec<_>>()});
    let dropped = |message: &str, dropped: usize| json!({"rule": "DISP-6", "field": "CallDisposition", "message": message, "dropped": dropped});
    notice(&tags(&[1, 250, 2]), &json!({}), None, &dropped("2 tags were left out to fit 255 characters", 2));
    notice(&tags(&[1, 250]), &json!({}), None, &dropped("1 tag was left out to fit 255 characters", 1));
    let mut call = tags(&[1, 2]);
    call["missed_call_reason"] = json!(long(250));
    notice(&call, &json!({}), None, &dropped("2 tags and the missed reason were left out to fit 255 characters", 3));
}

#[test]
fn a_cut_description_is_noticed() {
    let call = json!({"comments": [{"content": long(32_000)}]});
    // "Aircall added a new comment:" and a line break that counts two.
    let cut =
        json!({"rule": "DESC-5", "field": "Description", "message": "cut to fit 32000 characters", "dropped": 30});
    notice(&call, &json!({}), None, &cut);
}

#[test]
fn a_link_that_expires_or_does_not_fit_is_noticed() {
    let expires = json!({
        "rule": "PKG-5", "field": "aircall__Call_Recording__c",
        "message": "the link expires within hours; Aircall gave no other"
    });
    notice(&json!({"recording": "https://example.com/1.mp3"}), &json!({}), None, &expires);
    let too_long = json!({
        "rule": "PKG-5", "field": "aircall__Call_Recording__c",
        "message": "the link is longer than the field and was left out of it"
    });
    notice(&json!({"asset": long(256)}), &json!({}), None, &too_long);
}

#[test]
fn an_unknown_time_zone_is_noticed() {
    let unknown = json!({
        "rule": "PKG-8", "field": "aircall__Hour_of_the_day__c",
        "message": "the time zone of the company's number is not in the IANA database, so the hour is not known"
    });
    notice(&json!({"number": {"time_zone": "Mars/Olympus_Mons"}}), &json!({}), None, &unknown);
}

#[test]
fn a_duration_out_of_range_is_noticed() {
    let range = json!({
        "rule": "FIELD-3", "field": "CallDurationInSeconds",
        "message": "the time stamps give a duration that is out of range; the nearest one was taken"
    });
    notice(&json!({"answered_at": 1_772_457_541}), &json!({}), None, &range);
}

#[test]
fn a_relation_that_cannot_be_is_noticed() {
    let refused = json!({
        "rule": "REC-5", "field": "WhatId", "message": "a case or opportunity can only be given to a contact's call"
    });
    notice(&json!({}), &json!({"relate_to": "case"}), Some("00Q000000000001EAA"), &refused);
    notice(&json!({}), &json!({"relate_to": "opportunity"}), Some("001000000000001AAA"), &refused);
}

#[test]
fn a_number_that_leads_nowhere_is_noticed() {
    let none = json!({
        "rule": "REC-7", "field": "WhoId", "message": "the number is withheld or no phone number, so the call is logged on no record"
    });
    notice(&json!({"raw_digits": "anonymous"}), &json!({}), None, &none);
    let own = json!({
        "rule": "REC-8", "field": "WhoId", "message": "the number is one of the company's own, so the call is logged on no record"
    });
    notice(&json!({}), &json!({"own_numbers": ["+12125550123"]}), None, &own);
}

/// Maps calls in which everything is cut, dropped or not understood. Every text of the payload and
/// directory contains the name.
#[test]
fn no_notice_holds_a_text_of_the_payload_or_directory() {
    let name = |length: usize| NAME.repeat(length / NAME.len() + 1);
    let mut seen = Vec::new();
    for (digits, unknown) in
        [("+1 212-555-0199", "create_lead"), (NAME, "create_account"), ("+1 212-555-0188", "create_contact")]
    {
        let call = json!({
            "id": NUMBER, "direction": "inbound", "status": NAME, "missed_call_reason": name(250),
            "started_at": 1_772_457_500, "answered_at": 1_772_457_541, "ended_at": 1_772_457_540,
            "raw_digits": digits, "recording": format!("https://example.com/{}", name(40_000)),
            "user": {"id": NAME, "name": name(300), "email": NAME}, "transferred_to": {"name": name(300)},
            "number": {"name": name(300), "digits": NAME, "country": NAME, "time_zone": name(300)},
            "contact": {"first_name": name(100), "last_name": name(100), "company_name": name(300)},
            "comments": [{"content": name(40_000), "posted_by": {"name": name(300)}}],
            "tags": [{"name": name(300)}, {"name": NAME}, [NAME]], "teams": NAME, "asset": {NAME: NAME}
        });
        let settings = json!({
            "admin": ADMIN, "unknown_number": unknown, "relate_to": "case", "own_numbers": ["+12125550188"]
        });
        let directory = directory("tasks", "fields", &format!("{{\"Subject\": \"{NAME}\"}}"));
        let (text, settings) = (call.to_string(), Settings::from_json(&settings.to_string()).unwrap());
        let webhook = Webhook::from_json(&text).unwrap();
        let directory = Directory::from_json(&directory).unwrap();
        let plan = plan_webhook(&webhook, &directory, &settings);
        let notices = format!("{} {:?}", serde_json::to_string(&plan.notices).unwrap(), plan.notices);
        assert!(!notices.contains(NAME) && !notices.contains(&NUMBER.to_string()), "{notices}");
        seen.extend(plan.notices.iter().map(|notice| notice.rule));
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, ["DESC-5", "DISP-6", "FIELD-3", "LIMIT-1", "LOG-8", "PKG-5", "PKG-8", "REC-5", "REC-7", "REC-8"]);
}
