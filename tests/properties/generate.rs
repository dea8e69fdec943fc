//! Generates texts and calls as the JSON that callers supply: mostly ordinary, often strange,
//! sometimes arbitrary.
//!
//! The pools of ids, numbers and addresses are small, so that lookups often succeed.

use aircall_salesforce::salesforce::Id;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Returns the id of the `n`th record of an object.
pub(crate) fn id(prefix: &str, n: usize) -> String {
    format!("{prefix}{n:012}").parse::<Id>().unwrap().to_string()
}

const ORDINARY: &[&str] =
    &["Zoé Moreau", "Jonas Weber", "Support Berlin", "VIP", "Asked about the invoice.", "Moreau SARL"];

/// Texts that have caused errors in this or other programs.
const NASTY: &[&str] = &[
    "",
    " ",
    "\u{a0}\u{3000}",
    "\r\n",
    "\t\0\u{7f}\u{85}",
    "  outer blanks  ",
    "two\nlines",
    "three\r\rlines\r\n",
    "it's \"quoted\"",
    "back\\slash\\",
    "'",
    "\"",
    "\\",
    "', 'aircall', '",
    "[{record}] {{x}} ]]",
    "$& $1 \\1",
    "@{record.id}",
    "#N/A",
    "null",
    "e\u{301}\u{301}\u{301}",
    "👩‍👩‍👧‍👦🇩🇪🇫🇷",
    "\u{202e}right to left",
    "\u{feff}\u{200b}",
    "\u{301}",
    "Jonas Weber added a new comment:",
    "Jonas Weber added a new comment:\n\nFind the recording here: https://example.com/1",
    "Find the recording here: https://example.com/1",
];

/// The pieces of long texts.
const PIECES: &[&str] = &["x", "ä", "😀", "\n", "a\n\n", "e\u{301}", "👩‍👧", "🇩🇪", "'", "\\", " ", "\u{301}", "word "];

fn repeated(times: impl Strategy<Value = usize> + 'static) -> BoxedStrategy<String> {
    (text_piece(), select(PIECES), times).prop_map(|(head, piece, times)| head + &piece.repeat(times)).boxed()
}

fn text_piece() -> BoxedStrategy<String> {
    prop_oneof![
        select(ORDINARY).prop_map(str::to_owned),
        select(NASTY).prop_map(str::to_owned),
        vec(any::<char>(), 0..12).prop_map(String::from_iter),
    ]
    .boxed()
}

/// Generates a text for any field.
pub(crate) fn text() -> BoxedStrategy<String> {
    prop_oneof![
        6 => select(ORDINARY).prop_map(str::to_owned),
        3 => text_piece(),
        1 => vec(text_piece(), 1..6).prop_map(|pieces| pieces.concat()),
        1 => repeated(0_usize..300),
    ]
    .boxed()
}

/// Generates a text for a note, sometimes longer than Description.
pub(crate) fn note() -> BoxedStrategy<String> {
    prop_oneof![60 => text(), 1 => repeated(300_usize..2000), 1 => repeated(15_000_usize..33_000)].boxed()
}

/// Generates arbitrary JSON.
pub(crate) fn wild() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((select(CALL_KEYS), inner), 0..4)
                .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
    .boxed()
}

const CALL_KEYS: &[&str] = &[
    "id",
    "direction",
    "started_at",
    "answered_at",
    "ended_at",
    "missed_call_reason",
    "raw_digits",
    "user",
    "number",
    "contact",
    "comments",
    "tags",
    "participants",
    "conference_participants",
    "transferred_to",
    "transferred_by",
    "teams",
    "asset",
    "recording",
    "voicemail",
    "voicemail_short_url",
    "recording_short_url",
    "name",
    "email",
    "data",
    "an unknown key",
];

/// Builds an object from the keys that have a value.
pub(crate) fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

pub(crate) fn maybe<S: Strategy<Value: Into<Value>>>(value: S) -> impl Strategy<Value = Option<Value>> {
    weighted(0.8, value).prop_map(|value| value.map(Into::into))
}

pub(crate) fn email() -> impl Strategy<Value = String> {
    let emails = &[
        "zoe@example.com",
        "zoe@example.com",
        "ZOE@example.com ",
        "zoe@example.com.invalid",
        "jonas@example.com",
        "o'hara@example.com",
    ];
    select(&emails[..]).prop_map(str::to_owned)
}

pub(crate) fn number() -> BoxedStrategy<String> {
    let one = &["+33 1 99 00 12 34", "+33199001234", "+33 (0)1 99 00 12 34"][..];
    let others = &[
        "01 99 00 12 34",
        "+1 212-555-0123",
        "(212) 555-0123",
        "+49 30 23125000",
        "030 23125000",
        "+44 20 7946 0123",
        "anonymous",
        "ANONYMOUS",
        "112",
        "+",
        "+800 1234 5678",
    ][..];
    prop_oneof![
        8 => select(one).prop_map(str::to_owned),
        4 => select(others).prop_map(str::to_owned),
        1 => "\\+?[0-9 ()-]{0,20}",
        1 => text(),
    ]
    .boxed()
}

fn person() -> BoxedStrategy<Value> {
    prop_oneof![
        8 => (maybe(0_u64..4), maybe(text()), maybe(email()))
            .prop_map(|(id, name, email)| object([("id", id), ("name", name), ("email", email)])),
        1 => Just(json!({})),
        1 => Just(Value::Null),
    ]
    .boxed()
}

fn line() -> BoxedStrategy<Value> {
    let country = select(&["DE", "FR", "US", "GB", "de", "", "XX"][..]).prop_map(str::to_owned);
    let zones = &["Europe/Berlin", "US/Pacific", "Etc/UTC", " Europe/Paris ", "Mars/Olympus", "", "Asia/Kathmandu"][..];
    let zone = prop_oneof![9 => select(zones).prop_map(str::to_owned), 1 => text()];
    (maybe(0_u64..4), maybe(text()), maybe(number()), maybe(number()), maybe(country), maybe(zone))
        .prop_map(|(id, name, digits, e164, country, zone)| {
            object([
                ("id", id),
                ("name", name),
                ("digits", digits),
                ("e164_digits", e164),
                ("country", country),
                ("time_zone", zone),
            ])
        })
        .boxed()
}

fn contact() -> BoxedStrategy<Value> {
    (maybe(text()), maybe(text()), maybe(text()))
        .prop_map(|(first, last, company)| {
            object([("first_name", first), ("last_name", last), ("company_name", company)])
        })
        .boxed()
}

fn seconds() -> impl Strategy<Value = i64> {
    prop_oneof![9 => 1_772_300_000_i64..1_772_600_000, 1 => -8_520_336_000_i64..=64_092_211_199]
}

fn comment() -> BoxedStrategy<Value> {
    (maybe(0_u64..9), maybe(note()), maybe(seconds()), maybe(person()))
        .prop_map(|(id, content, at, by)| {
            object([("id", id), ("content", content), ("posted_at", at), ("posted_by", by)])
        })
        .boxed()
}

fn tag() -> BoxedStrategy<Value> {
    (maybe(text()), maybe(person())).prop_map(|(name, by)| object([("name", name), ("tagged_by", by)])).boxed()
}

fn team() -> impl Strategy<Value = Value> {
    maybe(text()).prop_map(|name| object([("name", name)]))
}

fn participant() -> impl Strategy<Value = Value> {
    maybe(select(&["user", "contact", "external", "alien"][..])).prop_map(|kind| object([("type", kind)]))
}

fn link() -> BoxedStrategy<String> {
    prop_oneof![
        40 => Just("https://example.com/calls/1/recording".to_owned()),
        4 => (200_usize..2000).prop_map(|length| format!("https://example.com/{}", "a".repeat(length))),
        1 => (32_000_usize..33_000).prop_map(|length| "a".repeat(length)),
        2 => text(),
    ]
    .boxed()
}

/// Writes a time in one of the accepted spellings.
fn spelled(seconds: i64, spelling: u8) -> Value {
    match spelling {
        0 => json!(seconds.to_string()),
        1 => chrono::DateTime::from_timestamp(seconds, 0).map(|time| time.to_rfc3339()).into(),
        _ => json!(seconds),
    }
}

/// Generates a call's id from a small pool.
pub(crate) fn call_id() -> impl Strategy<Value = u64> {
    select(&[780_836_754, 3_049_915_377, u64::MAX][..])
}

/// Generates a readable call.
pub(crate) fn call() -> BoxedStrategy<Value> {
    let core = (call_id(), any::<bool>(), select(&["inbound", "outbound"][..]));
    let times = (seconds(), weighted(0.5, -5_i64..400), weighted(0.85, -5_i64..4000), 0_u8..8);
    let reasons = &["no_available_agent", "out_of_opening_hours", "abandoned", "'", ""][..];
    let reason = prop_oneof![9 => select(reasons).prop_map(str::to_owned), 1 => repeated(0_usize..250)];
    let people = (maybe(person()), maybe(line()), maybe(contact()), maybe(person()), weighted(0.3, person()));
    let lists = (vec(comment(), 0..4), vec(tag(), 0..5), vec(participant(), 0..4), vec(team(), 0..3));
    let texts = (maybe(number()), weighted(0.3, reason));
    let links = [link(), link(), link(), link(), link()].map(|link| weighted(0.3, link));
    (core, times, people, lists, texts, links, weighted(0.3, insights()))
        .prop_map(|(core, times, people, lists, texts, links, insights)| {
            let (id, id_as_text, direction) = core;
            let (started, answered, ended, spelling) = times;
            let (user, line, contact, transferred_to, transferred_by) = people;
            let (comments, tags, participants, teams) = lists;
            let (raw_digits, reason) = texts;
            let [asset, recording, recording_short, voicemail, voicemail_short] =
                links.map(|link| link.map(Value::from));
            // No time may be later than 4000-12-31.
            let at =
                |offset: Option<i64>| offset.map(|offset| spelled((started + offset).min(64_092_211_199), spelling));
            let mut call = object([
                ("id", Some(if id_as_text { json!(id.to_string()) } else { json!(id) })),
                ("direction", Some(json!(direction))),
                ("started_at", Some(spelled(started.max(-8_520_335_000), spelling))),
                ("answered_at", at(answered).filter(|_| started > -8_520_335_000)),
                ("ended_at", at(ended).filter(|_| started > -8_520_335_000)),
                ("missed_call_reason", reason.map(Value::from)),
                ("raw_digits", raw_digits),
                ("user", user),
                ("number", line),
                ("contact", contact),
                ("transferred_to", transferred_to),
                ("transferred_by", transferred_by),
                ("comments", Some(json!(comments))),
                ("tags", Some(json!(tags))),
                ("participants", Some(json!(participants))),
                ("asset", asset),
                ("recording", recording),
            ]);
            call["insights"] = json!(insights);
            call["teams"] = json!(teams);
            call["recording_short_url"] = json!(recording_short);
            call["voicemail"] = json!(voicemail);
            call["voicemail_short_url"] = json!(voicemail_short);
            call
        })
        .boxed()
}

/// Generates what a history has of Aircall's AI.
fn insights() -> BoxedStrategy<Value> {
    let kind = select(&["summary", "topics", "action_items", "sentiment"][..]);
    let insight = (kind, vec(note(), 0..3)).prop_map(|(kind, texts)| json!({"kind": kind, "texts": texts}));
    vec(insight, 0..4).prop_map(Value::from).boxed()
}

/// Generates a message's id from a small pool.
pub(crate) fn message_id() -> impl Strategy<Value = &'static str> {
    select(&["SM123", "0b7f2c1e-4f0d-4c6e-9b57-3d2a6f1c8e01", "780836754", "' OR \\"][..])
}

/// Generates a readable message.
pub(crate) fn message() -> BoxedStrategy<Value> {
    let media = maybe(text()).prop_map(|name| object([("file_name", name)]));
    let texts = (maybe(note()), weighted(0.3, select(&["whatsapp", "WhatsApp", "rcs"][..])), vec(media, 0..3));
    let people = (maybe(person()), maybe(line()), maybe(contact()), maybe(number()), maybe(number()));
    let times = (seconds(), 0_u8..8, weighted(0.3, seconds()));
    let direction = weighted(0.5, select(&["inbound", "outbound"][..]));
    (message_id(), texts, people, times, direction)
        .prop_map(|(id, (body, channel, media), people, (sent_at, spelling, created_at), direction)| {
            let (user, line, contact, external, raw_digits) = people;
            object([
                ("id", Some(json!(id))),
                ("direction", direction.map(Value::from)),
                ("channel", channel.map(Value::from)),
                ("body", body),
                ("external_number", external),
                ("raw_digits", raw_digits),
                // No time is 0: that is none.
                ("sent_at", Some(spelled(sent_at.max(1), spelling))),
                ("created_at", created_at.map(|seconds| json!(i128::from(seconds) * 1_000))),
                ("number", line),
                ("user", user),
                ("contact", contact),
                ("media_details", Some(json!(media))),
            ])
        })
        .boxed()
}

/// Generates a webhook about a message.
fn message_webhook() -> BoxedStrategy<Value> {
    let wild_message = (message(), vec((select(MESSAGE_KEYS), wild()), 1..4)).prop_map(|(mut message, changes)| {
        for (key, value) in changes {
            message[key] = value;
        }
        message
    });
    let event = prop_oneof![
        4 => Just("message.sent"),
        4 => Just("message.received"),
        1 => select(&["message.status_updated", "group_message.sent", "message.deleted"][..]),
    ];
    (prop_oneof![5 => message(), 1 => wild_message], event)
        .prop_map(
            |(data, event)| json!({"resource": "message", "event": event, "timestamp": 1_772_457_555, "data": data}),
        )
        .boxed()
}

const MESSAGE_KEYS: &[&str] = &[
    "id",
    "direction",
    "status",
    "channel",
    "body",
    "external_number",
    "raw_digits",
    "sent_at",
    "created_at",
    "user",
    "number",
    "contact",
    "media_details",
];

/// Generates a call in which some values are arbitrary.
fn wild_call() -> BoxedStrategy<Value> {
    (call(), vec((select(CALL_KEYS), wild()), 1..4))
        .prop_map(|(mut call, changes)| {
            for (key, value) in changes {
                call[key] = value;
            }
            call
        })
        .boxed()
}

/// Generates a call in one of its envelopes, or a webhook about a message.
pub(crate) fn webhook() -> BoxedStrategy<Value> {
    let call = prop_oneof![5 => call(), 1 => wild_call()];
    let call = (call, 0_u8..8, wild()).prop_map(|(call, envelope, token)| match envelope {
        0 => call,
        1 => json!({ "call": call }),
        2 if token.is_null() => json!({"resource": "user", "event": "user.created", "data": call}),
        2 => json!({"event": "call.tagged", "data": call, "token": token, "timestamp": token}),
        _ => json!({"resource": "call", "event": "call.ended", "timestamp": 1_772_457_555, "token": "t", "data": call}),
    });
    prop_oneof![3 => call, 1 => message_webhook()].boxed()
}
