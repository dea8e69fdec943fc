//! Mutates a few calls of the corpus: odd shapes, long and hostile texts, unknown numbers and
//! zones.

use serde_json::{Value, json};

use super::rng::Rng;
use super::{Draft, SENTENCES, person, user};

/// Texts that often cause errors: control characters, marks, clusters of several characters,
/// unusual white space.
const TEXTS: [&str; 22] = [
    "",
    " ",
    "\u{a0}\u{2003}",
    "\u{feff}",
    "\u{200b}",
    "\0\u{1}\u{7f}\u{85}",
    "\ttabbed\tand\r\nbroken\rlines\n",
    " outer blanks ",
    "\u{2028}separated\u{2029}",
    "e\u{301}\u{301}\u{323}",
    "👩‍👩‍👧‍👦👨🏽‍🚀",
    "🇩🇪🇫🇷🇪",
    "क्षत्रिय नमस्ते",
    "각\u{1100}\u{1161}",
    "\u{202e}right to left\u{202c}",
    "'single' and \"double\"",
    "\\' \\\\ \\\"",
    "@{record.id} {record} [x] {{y}} $& %s",
    "null",
    "<b>&amp;</b>",
    "a\u{8}b\u{9b}c",
    "ﷺ ÷ ﬁ İi ß",
];

const NUMBERS: [&str; 34] = [
    "",
    " ",
    "Anonymous",
    "ANONYMOUS",
    " anonymous ",
    "unknown",
    "112",
    "+49 112",
    "*31#",
    "0",
    "+",
    "++49 30 23125001",
    "00493023125001",
    "011 44 20 7946 0001",
    "0049 (0)30 23125-001",
    "493023125001",
    "01 99 00 12 34",
    "030 23125123",
    "(212) 555-0123",
    "+1 1 212-555-0123",
    "+46 08-465 004 02",
    "+33 (0)1 99 00 12 34",
    "+4930",
    "+493023125001234567",
    "+999 123 456 789",
    "+800 1234 5678",
    "+883 5100 0000 0000",
    "tel:+1-212-555-0123;ext=7",
    "+1 212-555-0123 x42",
    "sip:agent@example.com",
    "+1 800 FLOWERS",
    "+４９ ３０ ２３１２５００１",
    "+٤٩ ٣٠ ٢٣١٢٥٠٠١",
    "+7 812 123-45-67",
];

const ZONES: [&str; 14] = [
    "",
    " ",
    "Europe/Atlantis",
    "europe/berlin",
    "US/Pacific",
    "Asia/Calcutta",
    "Eastern Time (US & Canada)",
    "Etc/UTC",
    "UTC",
    "GMT+1",
    "Etc/GMT-14",
    " Europe/Berlin ",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
];

/// Returns a value of an unexpected type.
fn shape(rng: &mut Rng) -> Value {
    rng.pick(&[
        json!(null),
        json!({}),
        json!([]),
        json!(""),
        json!("text"),
        json!(12),
        json!(false),
        json!([null, {}, "x", 7, []]),
    ])
    .clone()
}

fn text(rng: &mut Rng) -> String {
    let odd = *rng.pick(&TEXTS);
    match rng.below(4) {
        0 => odd.to_owned(),
        1 => format!("{odd}Ada{odd}"),
        2 => format!("{}{odd}", person(rng).1),
        _ => odd.repeat(1 + rng.below(12)),
    }
}

/// Returns a text near a limit in UTF-16 units, made of single characters or of clusters.
fn long(rng: &mut Rng, limit: usize) -> String {
    let unit = *rng.pick(&["a", "ä", "👍", "👩‍👩‍👧‍👦", "e\u{301}", "🇩🇪", "x y ", "क्ष", "a\n", "'"]);
    let units = unit.encode_utf16().count();
    let about = limit.saturating_sub(60) + rng.below(120);
    format!("{}{}", &"abcdefg"[..rng.below(7)], unit.repeat(about / units + 1))
}

fn whole_time(rng: &mut Rng, seconds: i64) -> Value {
    match rng.below(4) {
        0 => json!(seconds.to_string()),
        form => json!(super::responses::iso(seconds, form)),
    }
}

pub(super) fn mutate(rng: &mut Rng, draft: &mut Draft) {
    let envelope = ["data", "call"].into_iter().find(|key| draft.webhook.get(key).is_some());
    let data = match envelope {
        Some(key) => &mut draft.webhook[key],
        None => &mut draft.webhook,
    };
    let started = data["started_at"].as_i64().unwrap_or_default();
    match rng.below(24) {
        0 => notes(rng, data),
        1 => {
            let text = text(rng);
            match rng.below(8) {
                0 => *entry(data, "user", "name") = json!(text),
                1 => *entry(data, "number", "name") = json!(text),
                2 => data["missed_call_reason"] = json!(text),
                3 => data["raw_digits"] = json!(text),
                4 => data["asset"] = json!(text),
                5 => data["transferred_to"] = json!({"id": 5, "name": text}),
                6 => {
                    data["comments"] =
                        json!([{"id": 1, "content": text, "posted_at": 5, "posted_by": {"name": self::text(rng)}}])
                }
                _ => data["tags"] = json!([{"name": text}, {"name": self::text(rng)}]),
            }
        }
        2 => *entry(data, "number", "time_zone") = json!(rng.pick(&ZONES)),
        3 | 4 => data["raw_digits"] = json!(rng.pick(&NUMBERS)),
        5 => {
            let key = *rng.pick(&["e164_digits", "digits"]);
            *entry(data, "number", key) = json!(rng.pick(&NUMBERS));
            if key == "digits" {
                *entry(data, "number", "e164_digits") = json!(null);
            }
        }
        6 => {
            let keys = [
                "user",
                "number",
                "contact",
                "transferred_to",
                "tags",
                "comments",
                "participants",
                "raw_digits",
                "missed_call_reason",
                "asset",
                "recording",
                "voicemail",
                "voicemail_short_url",
                "recording_short_url",
                "teams",
                "cost",
            ];
            data[*rng.pick(&keys)] = shape(rng);
        }
        7 => {
            let key = *rng.pick(&["name", "digits", "e164_digits", "country", "time_zone", "messages"]);
            *entry(data, "number", key) = shape(rng);
        }
        8 => {
            let key = *rng.pick(&["id", "name", "email"]);
            *entry(data, "user", key) = shape(rng);
        }
        9 => *entry(data, "number", "name") = json!(long(rng, 200)),
        10 => *entry(data, "user", "name") = json!(long(rng, 255)),
        11 => {
            data["tags"] =
                (0..rng.below(60)).map(|tag| json!({"id": tag, "name": format!("{}{tag}", text(rng))})).collect()
        }
        12 => data["missed_call_reason"] = json!(long(rng, 190)),
        13 => {
            let far =
                *rng.pick(&[0, 4_102_444_800, 5_680_281_600, 64_092_210_700, -8_520_337_500]) + rng.below(1000) as i64;
            data["started_at"] = json!(far);
        }
        14 => {
            data["asset"] = json!(format!("https://assets.example.com/{}", "a".repeat(200 + rng.below(60))));
            data["recording_short_url"] = json!(null);
        }
        15 => {
            for key in ["started_at", "answered_at", "ended_at"] {
                if let Some(seconds) = data[key].as_i64() {
                    data[key] = whole_time(rng, seconds);
                }
            }
            data["id"] = json!(data["id"].to_string());
        }
        16 => {
            let by = *rng.pick(&[-86_400, -1, 99_999_998, 99_999_999, 100_000_000, 2_000_000_000]);
            data["ended_at"] = json!(started + by);
        }
        17 => {
            let key = *rng.pick(&["answered_at", "ended_at", "started_at", "id", "direction"]);
            data[key] = if rng.chance(50) { shape(rng) } else { json!(started * 1000) };
        }
        18 => {
            let second = (data["user"]["id"].as_u64().unwrap_or(5), "Second Agent".to_owned());
            data["transferred_to"] = user(&second);
            *entry(data, "transferred_to", "id") = json!(second.0.to_string());
            data["tags"] = json!([
                {"name": "one", "tagged_by": {"id": second.0}}, {"name": "two", "tagged_by": {"id": "7"}}, {"name": "three", "tagged_by": {}},
                null, {}, {"name": "four"}, {"name": null}, "five",
            ]);
        }
        19 => {
            let (first, last) = (long(rng, 40), long(rng, 80));
            data["contact"] = match rng.below(4) {
                0 => json!({"first_name": first, "last_name": last, "company_name": long(rng, 255)}),
                1 => json!({"first_name": text(rng), "last_name": text(rng), "company_name": text(rng)}),
                2 => json!({"first_name": first}),
                _ => json!({"last_name": text(rng)}),
            };
        }
        20 => {
            for record in list(draft, "records") {
                record["name"] = json!(if rng.chance(50) { text(rng) } else { long(rng, 220) });
            }
        }
        21 => {
            for task in list(draft, "tasks") {
                let key = *rng.pick(&["Subject", "CallDisposition", "aircall__Country__c", "CallDurationInSeconds"]);
                *entry(task, "fields", key) = if rng.chance(50) { json!(text(rng)) } else { json!(long(rng, 255)) };
            }
        }
        22 if envelope == Some("data") => {
            draft.webhook["resource"] =
                json!(rng.pick(&["number", "user", "contact", "call", "conversation_intelligence"]));
        }
        _ => {
            let data = data.take();
            draft.webhook = if rng.chance(50) { json!({"call": data}) } else { data };
        }
    }
}

/// Returns a mutable reference to a key of an inner object, and replaces any other value by an
/// empty object first.
fn entry<'a>(data: &'a mut Value, object: &str, key: &str) -> &'a mut Value {
    if !data[object].is_object() {
        data[object] = json!({});
    }
    &mut data[object][key]
}

fn list<'a>(draft: &'a mut Draft, key: &str) -> impl Iterator<Item = &'a mut Value> {
    draft.directory.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten()
}

fn notes(rng: &mut Rng, data: &mut Value) {
    data["comments"] = match rng.below(3) {
        0 => json!([{"id": 1, "content": long(rng, 31_900), "posted_at": 5, "posted_by": null}]),
        1 => {
            let times = [
                json!(5),
                json!(null),
                json!("yesterday"),
                json!("2022-03-04T10:29:46Z"),
                json!("6"),
                json!(1_646_389_786_000_i64),
            ];
            (0..5)
                .map(|_| {
                    let id = if rng.chance(50) { json!(rng.below(12)) } else { json!(rng.below(12).to_string()) };
                    json!({"id": id, "content": rng.pick(&SENTENCES), "posted_at": rng.pick(&times), "posted_by": {"name": text(rng)}})
                })
                .collect()
        }
        _ => (0..3).map(|id| json!({"id": id, "content": long(rng, 14_000), "posted_at": id})).collect(),
    };
}
