//! Generates settings, directories and whole worlds as JSON.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::generate::{call_id, email, id, note, number, object, text, webhook, wild};

/// The complete input of a plan.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) webhook: Value,
    pub(crate) settings: Value,
    pub(crate) directory: Value,
}

/// Generates a template with literal text and placeholders. The leads distinguish a note's heading
/// from the beginning of a link's line.
fn template(lead: &'static str, placeholders: &'static [&'static str]) -> BoxedStrategy<String> {
    let literal = text().prop_map(|text| literal(&text));
    let part = prop_oneof![literal, select(placeholders).prop_map(str::to_owned)];
    vec(part, 0..4).prop_map(move |parts| format!("{lead}{}", parts.concat())).boxed()
}

/// Escapes a text as a template.
pub(crate) fn literal(text: &str) -> String {
    text.chars()
        .flat_map(|character| std::iter::repeat_n(character, 1 + usize::from("{}[]".contains(character))))
        .collect()
}

fn wording() -> BoxedStrategy<Value> {
    let subject = || weighted(0.3, template("•", &["{record}", "{number}", "{user}", "[ by {user}]"]));
    let subjects = (subject(), subject(), subject(), subject(), subject(), subject(), subject()).prop_map(
        |(answered, unanswered, inbound, missed, voicemail, outbound_conference, inbound_conference)| {
            let some = |text: Option<String>| text.map(Value::from);
            object([
                ("outbound_answered", some(answered)),
                ("outbound_unanswered", some(unanswered)),
                ("inbound_answered", some(inbound)),
                ("missed", some(missed)),
                ("voicemail", some(voicemail)),
                ("outbound_conference", some(outbound_conference)),
                ("inbound_conference", some(inbound_conference)),
            ])
        },
    );
    let linked = || weighted(0.3, template("• ", &["{link}"]).prop_map(|text| Value::from(text + "{link}")));
    let plain = || weighted(0.3, text().prop_map(|text| Value::from(format!("•{text}"))));
    let own = (
        language(),
        subjects,
        linked(),
        linked(),
        weighted(0.3, template("§§ note ", &["{agent}"])),
        (plain(), plain(), plain(), plain()),
    )
        .prop_map(|(base, subjects, voicemail, recording, note, (connected, not_connected, company, unknown))| {
            object([
                ("base", Some(json!(base))),
                ("subject", Some(subjects)),
                ("voicemail_link", voicemail),
                ("recording_link", recording),
                ("note", note.map(Value::from)),
                ("connected", connected),
                ("not_connected", not_connected),
                ("unknown_company", company),
                ("unknown", unknown),
            ])
        });
    prop_oneof![2 => language().prop_map(Value::from), 1 => own].boxed()
}

fn language() -> impl Strategy<Value = &'static str> {
    select(&["en", "de", "fr", "es"][..])
}

/// The index of the user who installed the integration.
const ADMIN: usize = 0;

/// Generates readable settings.
pub(crate) fn settings() -> BoxedStrategy<Value> {
    let action = || select(&["completed", "completed", "in_progress", "do_nothing"][..]);
    let workflow = (action(), action(), action(), action(), action()).prop_map(
        |(answered, unanswered, inbound, missed, voicemail)| {
            json!({"outbound_answered": answered, "outbound_unanswered": unanswered, "inbound_answered": inbound,
                   "missed": missed, "voicemail": voicemail})
        },
    );
    let order = select(vec![
        json!(["Contact", "Lead", "Account", "PersonAccount"]),
        json!(["Lead", "Contact"]),
        json!(["PersonAccount", "Account", "Contact"]),
        json!(["Account"]),
    ]);
    let unknown = select(&["do_nothing", "create_contact", "create_lead", "create_account"][..]);
    let relate = select(&["nothing", "case", "case_or_create", "opportunity"][..]);
    let owner =
        prop_oneof![Just(Value::Null), (0_usize..4).prop_map(|n| json!(id("005", n))), Just(json!(id("00G", 0)))];
    let choices = (workflow, order, unknown, relate, owner, wording());
    let status = select(&["Completed", "Erledigt", "In Progress"][..]);
    let long_status = prop_oneof![8 => status.prop_map(str::to_owned), 1 => Just("😀".repeat(127) + "x")];
    let field = select(vec![json!("CallObject"), json!("Call_Id__c"), Value::Null]);
    let own = select(vec![json!([]), json!(["+33199001234"]), json!(["+12125550123", "+493023125000"])]);
    let package = vec((select(PACKAGE_KEYS), any::<bool>()), 0..4).prop_map(|changes| -> Value {
        let name = |key: &str, renamed| if renamed { json!(format!("My_{key}__c")) } else { Value::Null };
        changes.into_iter().map(|(key, renamed)| (key.to_owned(), name(key, renamed))).collect()
    });
    let flags = any::<[bool; 6]>();
    (choices, flags, long_status, field, own, package).prop_map(|(choices, flags, status, field, own, package)| {
        let (workflow, order, unknown, relate, owner, wording) = choices;
        let [marker, direct, characters, write_type, outside, edition] = flags;
        let pick = |flag, yes, no| if flag { yes } else { no };
        json!({
            "admin": id("005", ADMIN), "workflow": workflow, "record_order": order, "unknown_number": unknown, "relate_to": relate,
            "unmatched_owner": owner, "wording": wording, "own_numbers": own, "package_fields": package,
            "call_id_field": field, "write_type": write_type, "status": {"completed": status},
            "disposition_order": pick(marker, "marker_first", "tags_first"),
            "recording_link": pick(direct, "direct", "asset"),
            "count": pick(characters, "characters", "salesforce"),
            "outside_business_hours": pick(outside, "do_nothing", "log"),
            "edition": pick(edition, "2025", "2023"),
        })
    }).boxed()
}

const PACKAGE_KEYS: &[&str] =
    &["waiting_time", "answered_by", "country", "call_recording", "has_connected", "phone_number"];

const FIELDS: &[&str] = &[
    "Subject",
    "Description",
    "CallDisposition",
    "CallDurationInSeconds",
    "Status",
    "CallObject",
    "aircall__Waiting_Time__c",
    "aircall__Has_connected__c",
    "aircall__Country__c",
];

/// Generates the fields of a Task, as written or as edited by people.
pub(crate) fn fields() -> BoxedStrategy<Map<String, Value>> {
    let value = prop_oneof![3 => note().prop_map(Value::from), 1 => (-5_i64..500).prop_map(Value::from), 1 => wild()];
    let who = select(vec![Value::Null, json!(id("003", 0)), json!(id("00Q", 1)), json!(id("003", 99))]);
    let what = select(vec![Value::Null, json!(id("001", 2)), json!(id("500", 0))]);
    (vec((select(FIELDS), value), 0..5), weighted(0.5, (who, what)))
        .prop_map(|(values, links)| {
            let links = links.into_iter().flat_map(|(who, what)| [("WhoId", who), ("WhatId", what)]);
            values.into_iter().chain(links).map(|(name, value)| (name.to_owned(), value)).collect()
        })
        .boxed()
}

/// Generates a readable directory in which every id is unique.
pub(crate) fn directory() -> BoxedStrategy<Value> {
    let types = &[("Contact", "003"), ("Lead", "00Q"), ("Account", "001"), ("PersonAccount", "001")][..];
    let owner = prop_oneof![
        3 => (0_usize..5).prop_map(|n| json!(id("005", n))),
        3 => Just(json!(id("005", ADMIN))),
        1 => Just(Value::Null),
        1 => Just(json!(id("00G", 0))),
    ];
    let record = (select(types), text(), owner, vec(number(), 0..3));
    let created = select(&["2025-01-01T08:00:00Z", "2026-03-01T00:00:00.000+0000", "1999-12-31T23:59:59Z"][..]);
    let user = (email(), created, any::<bool>());
    let related = (0_usize..2, any::<bool>());
    let task = weighted(0.3, (call_id(), weighted(0.7, fields()), weighted(0.3, fields())));
    (vec(record, 0..5), vec(user, 0..4), vec(related.clone(), 0..3), vec(related, 0..3), task).prop_map(
        |(records, users, cases, opportunities, task)| {
            let records = records.into_iter().enumerate().map(|(n, ((kind, prefix), name, owner, phones))| {
                json!({"type": kind, "id": id(prefix, n), "name": name, "owner": owner, "phones": phones})
            });
            let users = users.into_iter().enumerate().map(|(n, (email, created, active))| {
                json!({"id": id("005", n), "email": email, "created_at": created, "active": active})
            });
            let related = |prefix: &'static str| {
                move |(n, (contact, open))| json!({"id": id(prefix, n), "contact": id("003", contact), "open": open})
            };
            let task = task.map(|(call, fields, wrote)| {
                object([
                    ("id", Some(json!(id("00T", 0)))),
                    ("call", Some(json!(call))),
                    ("fields", fields.map(Value::from)),
                    ("wrote", wrote.map(Value::from)),
                ])
            });
            json!({
                "records": records.collect::<Value>(),
                "users": users.collect::<Value>(),
                "cases": cases.into_iter().enumerate().map(related("500")).collect::<Value>(),
                "opportunities": opportunities.into_iter().enumerate().map(related("006")).collect::<Value>(),
                "tasks": Value::from_iter(task),
            })
        },
    ).boxed()
}

/// Generates worlds. In half of them the lookups succeed: a record has the caller's number, and the
/// agent is a user.
pub(crate) fn world() -> BoxedStrategy<World> {
    (webhook(), settings(), directory(), any::<bool>())
        .prop_map(|(webhook, settings, directory, is_known)| {
            let mut world = World { webhook, settings, directory };
            if is_known {
                make_known(&mut world);
            }
            world
        })
        .boxed()
}

fn make_known(World { webhook, settings, directory }: &mut World) {
    let key = ["data", "call"].into_iter().find(|key| webhook.get(key).is_some());
    let call = match key {
        Some(key) => &mut webhook[key],
        None => webhook,
    };
    if !call.is_object() {
        return;
    }
    call["raw_digits"] = json!("+33 1 99 00 12 34");
    call["user"] = json!({"id": 1, "name": "Zoé Moreau", "email": "zoe@example.com"});
    settings["own_numbers"] = json!([]);
    if let Some(record) = directory["records"].get_mut(0) {
        record["phones"] = json!(["01 99 00 12 34", "+33199001234"]);
    }
    for list in ["cases", "opportunities"] {
        if let Some(related) = directory[list].get_mut(0) {
            related["contact"] = json!(id("003", 0));
        }
    }
    if let Some(user) = directory["users"].as_array_mut().and_then(|users| users.last_mut()) {
        user["email"] = json!("zoe@example.com");
    }
}
