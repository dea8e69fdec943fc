//! Generates settings, directories and whole worlds as JSON.

use aircall_salesforce::Webhook;
use aircall_salesforce::wording::Template;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
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

/// Generates a template with any placeholder of a Subject, in and outside of optional parts.
fn subject_template() -> BoxedStrategy<String> {
    let placeholder = || select(Template::SUBJECT);
    let part = prop_oneof![
        2 => text().prop_map(|text| literal(&text)),
        3 => placeholder().prop_map(|name| format!("{{{name}}}")),
        2 => placeholder().prop_map(|name| format!("[ by {{{name}}}]")),
    ];
    // A template that is blank itself is refused.
    vec(part, 1..5).prop_map(|parts| parts.concat() + "[{company}]").boxed()
}

/// Escapes a text as a template.
pub(crate) fn literal(text: &str) -> String {
    text.chars()
        .flat_map(|character| std::iter::repeat_n(character, 1 + usize::from("{}[]".contains(character))))
        .collect()
}

fn wording() -> BoxedStrategy<Value> {
    let subject = || weighted(0.3, subject_template());
    let messages = (subject(), weighted(0.3, Just("{channel}: [{record}]{tags}{call_id}".to_owned())));
    let subjects = (subject(), subject(), subject(), subject(), subject(), subject(), subject(), messages).prop_map(
        |(answered, unanswered, inbound, missed, voicemail, outbound_conference, inbound_conference, messages)| {
            let (sent, received) = messages;
            let some = |text: Option<String>| text.map(Value::from);
            object([
                ("outbound_answered", some(answered)),
                ("outbound_unanswered", some(unanswered)),
                ("inbound_answered", some(inbound)),
                ("missed", some(missed)),
                ("voicemail", some(voicemail)),
                ("outbound_conference", some(outbound_conference)),
                ("inbound_conference", some(inbound_conference)),
                ("message_sent", some(sent)),
                ("message_received", some(received)),
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
        (plain(), plain(), plain(), plain(), plain()),
    )
        .prop_map(|(base, subjects, voicemail, recording, note, plain)| {
            let (connected, not_connected, company, unknown, summary) = plain;
            object([
                ("ai_summary", summary),
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

/// The address of the agent of a known call.
const AGENT: &str = "zoe@example.com";

/// Generates the settings `exclude` and `only_lines`, which have no line in common (LIMIT-6).
fn exclusions() -> BoxedStrategy<(Value, Value)> {
    let lines = [json!(1), json!("2"), json!("+33199001234"), json!("+493023125000")];
    let lines = vec(0_u8..6, lines.len()).prop_map(move |places| {
        let of = |wanted| -> Vec<Value> {
            lines.iter().zip(&places).filter(|(_, place)| **place == wanted).map(|(line, _)| line.clone()).collect()
        };
        (of(0), of(1))
    });
    let numbers = select(vec![json!([]), json!(["+33199001234"]), json!(["+1*", "+4930*"]), json!(["+3319900*"])]);
    let tags = select(vec![json!([]), json!([]), json!([" VIP "]), json!(["VIP", "it's \"quoted\"", ""])]);
    let short = select(&[0, 0, 0, 5, 300, u32::MAX][..]);
    (lines, numbers, tags, short, any::<bool>())
        .prop_map(|((excluded, only), numbers, tags, short, own)| {
            let exclude =
                json!({"lines": excluded, "numbers": numbers, "tags": tags, "shorter_than": short, "own_numbers": own});
            (exclude, if only.is_empty() { Value::Null } else { json!(only) })
        })
        .boxed()
}

/// Generates fields of the company's own, with every kind of value.
fn extra_fields() -> BoxedStrategy<Value> {
    let number = prop_oneof![
        (-5_i64..500).prop_map(Value::from),
        (-999_999_999_999_999_999_i64..=999_999_999_999_999_999).prop_map(Value::from),
        select(&[0.1, -0.0, 20.0, -1234.56, 1e-7, 123_456_789.012_345][..]).prop_map(Value::from),
    ];
    let value = prop_oneof![
        3 => subject_template().prop_map(Value::from),
        1 => Just(json!("[{missed_reason}{user_email}]")),
        1 => number,
        1 => any::<bool>().prop_map(Value::from),
    ];
    let own = vec((select(EXTRA_FIELDS), value), 0..4);
    let record_type = weighted(0.3, (0_usize..3).prop_map(|n| json!(id("012", n))));
    (own, weighted(0.3, subject_template()), record_type)
        .prop_map(|(own, priority, record_type)| {
            let standard = [("Priority", priority.map(Value::from)), ("RecordTypeId", record_type)];
            let standard = standard.into_iter().filter_map(|(name, value)| Some((name, value?)));
            own.into_iter().chain(standard).map(|(name, value)| (name.to_owned(), value)).collect()
        })
        .boxed()
}

/// Generates the settings that choose calls, records, owners and fields of the company's own.
fn chosen() -> BoxedStrategy<Value> {
    let shared = subsequence(vec!["agents_own", "account", "nobody", "first"], 0..=4).prop_shuffle();
    let user = || (0_usize..5).prop_map(|n| json!(id("005", n)));
    let agents = prop_oneof![
        4 => Just(json!({})),
        1 => user().prop_map(|user| json!({AGENT: user})),
        1 => (user(), user()).prop_map(|(zoe, jonas)| json!({" ZOE@example.com": zoe, "jonas@example.com": jonas})),
    ];
    let log_at = select(&["answered", "answered", "answered", "ended"][..]);
    let date = select(&["utc", "line"][..]);
    let extra = weighted(0.5, extra_fields());
    let messages = select(&["completed", "completed", "in_progress", "do_nothing"][..]);
    let message_type = select(&["Call", "SMS"][..]);
    let insights = subsequence(vec!["summary", "topics", "action_items", "sentiment"], 0..=4).prop_shuffle();
    let edition_2025 = (messages, message_type, insights);
    (weighted(0.3, exclusions()), shared, agents, log_at, date, extra, edition_2025)
        .prop_map(|(exclusions, shared, agents, log_at, date, extra, (messages, message_type, insights))| {
            let (exclude, only_lines) = exclusions.unwrap_or_else(|| (json!({}), Value::Null));
            json!({
                "exclude": exclude, "only_lines": only_lines, "shared_number": shared, "agents": agents, "log_at": log_at,
                "activity_date": date, "extra_fields": extra.unwrap_or_else(|| json!({})),
                "messages": messages, "message_type": message_type, "insights": insights,
            })
        })
        .boxed()
}

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
    // A type that is created must be one that is looked for (LIMIT-6).
    let order = (order, any::<proptest::sample::Index>()).prop_map(|(order, pick)| {
        let types = [("Contact", "create_contact"), ("Lead", "create_lead"), ("Account", "create_account")];
        let created = types.into_iter().filter(|(name, _)| order.as_array().unwrap().contains(&json!(name)));
        let unknown: Vec<_> = std::iter::once("do_nothing").chain(created.map(|(_, word)| word)).collect();
        let unknown = *pick.get(&unknown);
        (order, unknown)
    });
    let relate = select(&["nothing", "case", "case_or_create", "opportunity"][..]);
    let owner =
        prop_oneof![Just(Value::Null), (0_usize..4).prop_map(|n| json!(id("005", n))), Just(json!(id("00G", 0)))];
    let choices = (workflow, order, relate, owner, wording());
    let status = select(&["Completed", "Erledigt", "In Progress"][..]);
    let long_status = prop_oneof![8 => status.prop_map(str::to_owned), 1 => Just("😀".repeat(127) + "x")];
    let field = select(vec![json!("CallObject"), json!("Call_Id__c"), Value::Null]);
    let own = select(vec![json!([]), json!(["+33199001234"]), json!(["+1*", "+493023125000"])]);
    let package = vec((select(PACKAGE_KEYS), any::<bool>()), 0..4).prop_map(|changes| -> Value {
        let name = |key: &str, renamed| if renamed { json!(format!("My_{key}__c")) } else { Value::Null };
        changes.into_iter().map(|(key, renamed)| (key.to_owned(), name(key, renamed))).collect()
    });
    let flags = any::<[bool; 6]>();
    let rest = (long_status, field, own, package, chosen());
    (choices, flags, rest).prop_map(|(choices, flags, (status, field, own, package, chosen))| {
        let (workflow, (order, unknown), relate, owner, wording) = choices;
        let [marker, direct, characters, write_type, outside, edition] = flags;
        let pick = |flag, yes, no| if flag { yes } else { no };
        let mut settings = json!({
            "admin": id("005", ADMIN), "workflow": workflow, "record_order": order, "unknown_number": unknown, "relate_to": relate,
            "unmatched_owner": owner, "wording": wording, "own_numbers": own, "package_fields": package,
            "call_id_field": field, "write_type": write_type, "status": {"completed": status},
            "disposition_order": pick(marker, "marker_first", "tags_first"),
            "recording_link": pick(direct, "direct", "asset"),
            "count": pick(characters, "characters", "salesforce"),
            "outside_business_hours": pick(outside, "do_nothing", "log"),
            "edition": pick(edition, "2025", "2023"),
        });
        settings.as_object_mut().unwrap().extend(chosen.as_object().unwrap().clone());
        settings
    }).boxed()
}

const PACKAGE_KEYS: &[&str] = &[
    "waiting_time",
    "answered_by",
    "country",
    "call_recording",
    "has_connected",
    "phone_number",
    "sms_direction",
    "number_name",
];

/// The custom fields of FIELD-5.
pub(crate) const EXTRA_FIELDS: &[&str] = &["Team__c", "Caller__c", "Score__c"];

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
    "Priority",
];

/// Generates the fields of a Task, as written or as edited by people.
pub(crate) fn fields() -> BoxedStrategy<Map<String, Value>> {
    let value = prop_oneof![3 => note().prop_map(Value::from), 1 => (-5_i64..500).prop_map(Value::from), 1 => wild()];
    let who = select(vec![Value::Null, json!(id("003", 0)), json!(id("00Q", 1)), json!(id("003", 99))]);
    let what = select(vec![Value::Null, json!(id("001", 2)), json!(id("500", 0))]);
    let extra = weighted(0.3, vec((select(EXTRA_FIELDS), text().prop_map(Value::from)), 1..4));
    (vec((select(FIELDS), value), 0..5), extra, weighted(0.5, (who, what)))
        .prop_map(|(values, extra, links)| {
            let values = values.into_iter().chain(extra.into_iter().flatten());
            let links = links.into_iter().flat_map(|(who, what)| [("WhoId", who), ("WhatId", what)]);
            values.chain(links).map(|(name, value)| (name.to_owned(), value)).collect()
        })
        .boxed()
}

/// Generates a readable directory in which every id is unique.
pub(crate) fn directory() -> BoxedStrategy<Value> {
    // Only Contacts have cases and opportunities, so they are as frequent as two other types.
    let contact = ("Contact", "003");
    let types = vec![contact, contact, ("Lead", "00Q"), ("Account", "001"), ("PersonAccount", "001")];
    let owner = prop_oneof![
        3 => (0_usize..5).prop_map(|n| json!(id("005", n))),
        3 => Just(json!(id("005", ADMIN))),
        1 => Just(Value::Null),
        1 => Just(json!(id("00G", 0))),
    ];
    // One of these Accounts is among the records now and then, the other never.
    let account = prop_oneof![Just(Value::Null), select(vec![json!(id("001", 2)), json!(id("001", 88))])];
    let record = (select(types), text(), owner, account, vec(number(), 0..3));
    let created = select(&["2025-01-01T08:00:00Z", "2026-03-01T00:00:00.000+0000", "1999-12-31T23:59:59Z"][..]);
    let user = (email(), created, any::<bool>(), prop::bool::weighted(0.8));
    let related = (0_usize..2, any::<bool>());
    let task = weighted(0.3, (call_id(), weighted(0.7, fields()), weighted(0.3, fields())));
    (vec(record, 0..5), vec(user, 0..4), vec(related.clone(), 0..3), vec(related, 0..3), task).prop_map(
        |(records, users, cases, opportunities, task)| {
            let records = records.into_iter().enumerate().map(|(n, ((kind, prefix), name, owner, account, phones))| {
                let account = if kind == "Contact" { account } else { Value::Null };
                json!({"type": kind, "id": id(prefix, n), "name": name, "owner": owner, "account": account, "phones": phones})
            });
            let users = users.into_iter().enumerate().map(|(n, (email, created, active, standard))| {
                json!({"id": id("005", n), "email": email, "created_at": created, "active": active, "standard": standard})
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
/// agent is a user. In half of these another record of the type has the number, too.
pub(crate) fn world() -> BoxedStrategy<World> {
    (webhook(), settings(), directory(), any::<[bool; 4]>())
        .prop_map(|(webhook, settings, directory, [is_known, is_shared, agent_owns, is_colleague])| {
            let mut world = World { webhook, settings, directory };
            if is_known {
                make_known(&mut world);
                if is_shared {
                    make_shared(&mut world, agent_owns, is_colleague);
                }
            }
            world
        })
        .boxed()
}

/// Adds a record with the number of the first one. The agent's user owns it, or both are people of
/// one Account.
fn make_shared(World { directory, .. }: &mut World, agent_owns: bool, is_colleague: bool) {
    let Some(mut other) = directory["records"].get(0).cloned() else { return };
    other["id"] = json!(id(&other["id"].as_str().unwrap()[..3], 50));
    if let Some(user) = directory["users"].as_array().and_then(|users| users.last()).filter(|_| agent_owns) {
        other["owner"] = user["id"].clone();
    }
    if !is_colleague {
        other["account"] = Value::Null;
    }
    directory["records"].as_array_mut().unwrap().push(other);
}

/// Returns the key of the Task in a directory, and its value; `None` if the webhook has none.
pub(crate) fn task_key(webhook: &Value) -> Option<(&'static str, Value)> {
    let webhook = webhook.to_string();
    let webhook = Webhook::from_json(&webhook).ok()?;
    let message = || webhook.message.as_ref().map(|message| ("message", json!(message.id)));
    webhook.call.as_ref().map(|call| ("call", json!(call.id))).or_else(message)
}

/// Makes a Task of a directory that of another call or message.
pub(crate) fn set_key(task: &mut Value, key: &str, id: Value) {
    let task = task.as_object_mut().unwrap();
    task.retain(|name, _| !["call", "message"].contains(&name.as_str()));
    task.insert(key.to_owned(), id);
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
    for key in ["raw_digits", "external_number"] {
        call[key] = json!("+33 1 99 00 12 34");
    }
    call["user"] = json!({"id": 1, "name": "Zoé Moreau", "email": AGENT});
    settings["own_numbers"] = json!([]);
    if let (Some((key, id)), Some(task)) = (task_key(webhook), directory["tasks"].get_mut(0)) {
        set_key(task, key, id);
    }
    if let Some(record) = directory["records"].get_mut(0) {
        record["phones"] = json!(["01 99 00 12 34", "+33199001234"]);
    }
    for list in ["cases", "opportunities"] {
        if let Some(related) = directory[list].get_mut(0) {
            related["contact"] = json!(id("003", 0));
        }
    }
    if let Some(user) = directory["users"].as_array_mut().and_then(|users| users.last_mut()) {
        user["email"] = json!(AGENT);
    }
}
