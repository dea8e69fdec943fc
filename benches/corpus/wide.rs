//! Widens a case: the settings that few companies use, records that share a number, phone fields
//! with several numbers, what Aircall's AI says, and the shapes of exports.
//!
//! The benchmarks measure the plain cases, so that their figures stay comparable; the peers map
//! both.

use serde_json::{Value, json};

use super::call::TAGS;
use super::responses::{admin, prefix, salesforce_id, user_id};
use super::rng::Rng;
use super::{COMPANIES, Draft, LAST, SENTENCES, Scene, e164_of, email, number, person};

/// The id of the company's number in every webhook.
const LINE: u64 = 397_375;

pub(super) fn widen(rng: &mut Rng, scene: &Scene, draft: &mut Draft) {
    settings(rng, scene, &mut draft.settings);
    directory(rng, scene, &mut draft.directory);
    webhook(rng, scene, &mut draft.webhook["data"]);
}

fn settings(rng: &mut Rng, scene: &Scene, settings: &mut Value) {
    let line = scene.line.2;
    if rng.chance(30) {
        settings["exclude"] = exclude(rng, scene);
    }
    if rng.chance(10) {
        let lines =
            [json!([line]), json!([LINE]), json!([LINE.to_string(), "+493023125000"]), json!(["+493023125000", 7])];
        settings["only_lines"] = rng.pick(&lines).clone();
    }
    if rng.chance(15) {
        settings["log_at"] = json!("ended");
    }
    if rng.chance(60) {
        settings["shared_number"] = some_of(rng, &["agents_own", "account", "nobody", "first"]);
    }
    if rng.chance(10) {
        settings["duplicates"] = json!("save_anyway");
    }
    if rng.chance(25) {
        settings["agents"] = json!({(email(scene.agent.0).to_uppercase()): user_id(456 + rng.below(40) as u64)});
    }
    if rng.chance(30) {
        settings["activity_date"] = json!("line");
    }
    if rng.chance(40) {
        settings["insights"] = some_of(rng, &["summary", "topics", "action_items", "sentiment"]);
    }
    if rng.chance(10) {
        settings["own_numbers"] = json!([format!("{}*", beginning(rng, scene)), line]);
    }
    if rng.chance(40) {
        settings["extra_fields"] = extra_fields(rng);
    }
}

fn exclude(rng: &mut Rng, scene: &Scene) -> Value {
    let mut exclude = json!({});
    if rng.chance(15) {
        exclude["lines"] = rng.pick(&[json!([LINE]), json!([scene.line.2]), json!(["+431234567890", "12"])]).clone();
    }
    if rng.chance(30) {
        exclude["numbers"] = json!([format!("{}*", beginning(rng, scene)), "+12125550123"]);
    }
    if rng.chance(30) {
        exclude["tags"] = json!([format!(" {}", rng.pick(&TAGS)), "vip"]);
    }
    if rng.chance(40) {
        exclude["shorter_than"] = json!(rng.pick(&[0, 1, 30, 300]));
    }
    if rng.chance(30) {
        exclude["own_numbers"] = json!(rng.chance(80));
    }
    exclude
}

/// Returns the first digits of the caller's number, or of another number.
fn beginning(rng: &mut Rng, scene: &Scene) -> String {
    let number = if rng.chance(30) { e164_of(&scene.number.0) } else { e164_of(&number(rng).0) };
    number.chars().take(6 + rng.below(3)).collect()
}

fn some_of(rng: &mut Rng, of: &[&str]) -> Value {
    let mut left = of.to_vec();
    let count = rng.below(of.len() + 1);
    (0..count).map(|_| left.remove(rng.below(left.len()))).collect()
}

fn extra_fields(rng: &mut Rng) -> Value {
    const TEMPLATES: [&str; 10] = [
        "{caller}[ = {caller_e164}] to {line_e164}",
        "[{country}, ]{direction}, {kind}",
        "[Tags: {tags}][ Teams: {teams}]",
        "{missed_reason}",
        "[{contact} of {company}]",
        "{call_id}/{duration}",
        "{date} {hour} h {time_zone}",
        "{user} <{user_email}>",
        "{{literal}} [[{record}]] via {number}",
        "[{user}: ]{record}",
    ];
    let mut fields = json!({"Source__c": "Aircall", "Weight__c": 2.5, "Automatic__c": true});
    for template in 0..1 + rng.below(4) {
        fields[format!("Text_{template}__c")] = json!(rng.pick(&TEMPLATES));
    }
    if rng.chance(30) {
        fields["Priority"] = json!(rng.pick(&["High", "{kind}"]));
    }
    if rng.chance(30) {
        fields["RecordTypeId"] = json!(salesforce_id("012", 12));
    }
    fields
}

fn directory(rng: &mut Rng, scene: &Scene, directory: &mut Value) {
    if rng.chance(30) {
        switchboard(rng, scene, directory);
    }
    for record in entries(directory, "records") {
        for phone in record["phones"].as_array_mut().into_iter().flatten() {
            if rng.chance(30) {
                *phone = json!(several_numbers(rng, phone.as_str().unwrap_or_default()));
            }
        }
        if rng.chance(3) {
            record["duplicate"] = json!(true);
        }
    }
    for user in entries(directory, "users") {
        if rng.chance(10) {
            user["standard"] = json!(rng.chance(30));
        }
        if rng.chance(15) {
            user["email"] = json!(format!("{}.invalid", user["email"].as_str().unwrap_or_default().trim()));
        }
    }
    // The task's fields may come from an export that spells their names in another case.
    for task in entries(directory, "tasks") {
        if rng.chance(10) {
            let fields = task["fields"].as_object().into_iter().flatten();
            let lower: serde_json::Map<String, Value> =
                fields.map(|(name, value)| (name.to_lowercase(), value.clone())).collect();
            if !lower.is_empty() {
                task["fields"] = lower.into();
            }
        }
    }
}

/// Adds the people of a company, who all have the caller's number.
fn switchboard(rng: &mut Rng, scene: &Scene, directory: &mut Value) {
    let account = salesforce_id(prefix("Account"), rng.below(90_000));
    let records = directory["records"].as_array_mut();
    let Some(records) = records else { return };
    for _ in 0..2 + rng.below(3) {
        let another = user_id(456 + rng.below(40) as u64);
        let mut contact = json!({
            "type": "Contact", "id": salesforce_id("003", rng.below(90_000)), "name": person(rng).1,
            "owner": rng.pick(&[user_id(scene.agent.0), another, admin()]), "phones": [scene.number.0],
        });
        if rng.chance(85) {
            contact["account"] = json!(account);
        }
        records.push(contact);
    }
    if rng.chance(60) {
        let kind = *rng.pick(&["Account", "Account", "Account", "PersonAccount"]);
        records.push(json!({
            "type": kind, "id": account, "name": rng.pick(&COMPANIES), "owner": rng.pick(&[admin(), user_id(470)]),
            "phones": ["+49 30 23125998"],
        }));
    }
}

/// Writes a number into a phone field that has more than the number.
fn several_numbers(rng: &mut Rng, phone: &str) -> String {
    let (other, national) = number(rng);
    match rng.below(10) {
        0 => format!("{phone} (mobile)"),
        1 => format!("{other} / {phone}"),
        2 => format!("Tel. {phone}; Fax {national}"),
        3 => format!("{national}, {phone}"),
        4 => format!("{other}{}", if phone.starts_with('+') { phone.to_owned() } else { format!("|{phone}") }),
        5 => format!("office: {phone}\r\nhome: {other}"),
        6 => format!("{} {phone}", rng.pick(&LAST)),
        7 => format!("{phone}/-12"),
        8 => format!("{phone} & {national}"),
        _ => format!("{national} {phone}"),
    }
}

fn webhook(rng: &mut Rng, scene: &Scene, data: &mut Value) {
    if rng.chance(30) {
        data["insights"] = insights(rng);
    }
    if rng.chance(5) {
        let digits =
            ["266696687", "+1 737-874-2833", "12562533", "+86282452253", "0000000", "+49 000000", "+33 0 00 00 00 00"];
        data["raw_digits"] = json!(rng.pick(&digits));
    }
    if rng.chance(3) {
        data["direction"] = json!(if scene.inbound { "Inbound" } else { "OUTBOUND" });
    }
    if rng.chance(5) {
        for key in ["started_at", "answered_at", "ended_at"] {
            data[key] = match data[key].as_i64() {
                Some(seconds) if rng.chance(50) => json!(seconds as f64),
                Some(seconds) => json!(format!("{seconds}.0")),
                None => rng.pick(&[json!(0), json!("0"), json!(0.0), json!("")]).clone(),
            };
        }
    }
    if rng.chance(5) {
        data["tags"] = json!([rng.pick(&TAGS), {"name": rng.pick(&TAGS)}]);
    }
    if rng.chance(6) {
        // A warehouse's export stores objects and lists as text.
        for key in ["user", "number", "contact", "tags", "comments", "teams", "transferred_to", "participants"] {
            if data.get(key).is_some() {
                data[key] = json!(data[key].to_string());
            }
        }
    }
}

fn insights(rng: &mut Rng) -> Value {
    let sentences = |rng: &mut Rng| -> Vec<&str> { (0..1 + rng.below(3)).map(|_| *rng.pick(&SENTENCES)).collect() };
    let summary = sentences(rng).join("\n");
    let moods: Vec<&str> = (0..rng.below(4)).map(|_| *rng.pick(&["POSITIVE", "NEUTRAL", "NEGATIVE", " "])).collect();
    json!([
        {"kind": "summary", "texts": [summary]}, {"kind": "topics", "texts": ["Offer", rng.pick(&LAST), ""]},
        {"kind": "action_items", "texts": sentences(rng)}, {"kind": "sentiment", "texts": moods},
    ])
}

fn entries<'a>(value: &'a mut Value, key: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten()
}
