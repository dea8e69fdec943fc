//! Generates Salesforce's responses: records with and without the caller's number, users, cases,
//! opportunities and logged Tasks.

use serde_json::{Value, json};

use super::rng::Rng;
use super::{COMPANIES, Scene, e164_of, email, number, person};

/// Returns a well-formed id: 15 characters from the prefix and the number, and three check
/// characters.
pub(super) fn salesforce_id(prefix: &str, number: usize) -> String {
    const CHECK_CHARACTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let tail = if number % 3 == 0 { "xY" } else { "0" };
    let id = format!("{prefix}{number:0width$}{tail}", width = 12 - tail.len());
    let check = id.as_bytes().chunks(5).map(|part| {
        let set = part.iter().enumerate().filter(|(_, character)| character.is_ascii_uppercase());
        char::from(CHECK_CHARACTERS[set.map(|(index, _)| 1_usize << index).sum::<usize>()])
    });
    let check: String = check.collect();
    id + &check
}

pub(super) fn admin() -> String {
    salesforce_id("005", 1)
}

/// Returns the id of the Salesforce user for an Aircall user.
pub(super) fn user_id(agent: u64) -> String {
    salesforce_id("005", agent as usize)
}

pub(super) fn prefix(kind: &str) -> &'static str {
    match kind {
        "Contact" => "003",
        "Lead" => "00Q",
        _ => "001",
    }
}

/// Writes a number as people write it into a record.
fn spelled(rng: &mut Rng, international: &str, national: &str) -> String {
    let e164 = e164_of(international);
    match rng.below(10) {
        0..=2 => e164,
        3 | 4 => international.to_owned(),
        5 => international.replace([' ', '-'], "."),
        6 => format!("tel:{}", international.replace(' ', "-")),
        7 => format!("{international} ext. 12"),
        8 => national.to_owned(),
        _ => international
            .replacen(' ', " (0) ", 1)
            .replace(" (0) ", " (")
            .replacen(' ', ") ", 2)
            .replacen(") (", " (", 1),
    }
}

pub(super) fn directory(rng: &mut Rng, scene: &Scene) -> Value {
    let (mut records, mut cases, mut opportunities) = (Vec::new(), Vec::new(), Vec::new());
    let hits = if rng.chance(60) { 1 + rng.below(3) } else { 0 };
    for index in 0..hits + rng.below(3) {
        let kind = *rng.pick(&["Contact", "Contact", "Contact", "Lead", "Lead", "Account", "Account", "PersonAccount"]);
        let (international, national) = if index < hits { scene.number.clone() } else { number(rng) };
        let id = salesforce_id(prefix(kind), rng.below(90_000));
        let owner = match rng.below(10) {
            0 => Value::Null,
            1..=3 => json!(admin()),
            _ => json!(user_id(456 + rng.below(40) as u64)),
        };
        let name = if prefix(kind) == "001" { (*rng.pick(&COMPANIES)).to_owned() } else { person(rng).1 };
        let mut phones = vec![json!(spelled(rng, &international, &national))];
        if rng.chance(30) {
            phones.insert(0, json!("+49 30 23125999"));
        }
        if kind == "Contact" {
            for (list, prefix) in [(&mut cases, "500"), (&mut opportunities, "006")] {
                for _ in 0..rng.below(3) {
                    let related = salesforce_id(prefix, rng.below(90_000));
                    list.push(json!({"id": related, "contact": id, "open": rng.chance(60)}));
                }
            }
        }
        records.push(json!({"type": kind, "id": id, "name": name, "owner": owner, "phones": phones}));
    }
    let mut directory = json!({"records": records, "users": users(rng, scene)});
    if !cases.is_empty() || rng.chance(20) {
        directory["cases"] = cases.into();
    }
    if !opportunities.is_empty() {
        directory["opportunities"] = opportunities.into();
    }
    if rng.chance(10) {
        directory["tasks"] = json!([task(rng, scene, &directory)]);
    }
    directory
}

fn users(rng: &mut Rng, scene: &Scene) -> Value {
    let mut users = Vec::new();
    for (id, _) in [Some(&scene.agent), scene.second.as_ref()].into_iter().flatten() {
        if rng.chance(20) {
            continue;
        }
        let created = match rng.below(12) {
            0 => scene.started - 86_400,
            1 => scene.started - 86_399 + rng.below(40) as i64,
            2 => scene.started - 3_600,
            _ => 1_500_000_000 + rng.below(70_000_000) as i64,
        };
        let address = match rng.below(6) {
            0 => email(*id).to_uppercase(),
            1 => format!(" {}", email(*id)),
            _ => email(*id),
        };
        users.push(json!({"id": user_id(*id), "email": address, "created_at": iso(created, rng.below(3)), "active": !rng.chance(8)}));
    }
    for _ in 0..rng.below(3) {
        let id = 456 + rng.below(40) as u64;
        let mut user = json!({"id": user_id(id), "email": email(id), "created_at": "2019-06-01T08:00:00.000+0000"});
        if rng.chance(15) {
            user["active"] = json!(false);
        }
        if users.iter().all(|known| known["id"] != user["id"]) {
            users.push(user);
        }
    }
    if rng.chance(10) {
        let agent = scene.agent.0;
        users.insert(0, json!({"id": admin(), "email": email(agent), "created_at": "2018-01-01T00:00:00Z", "active": !rng.chance(30)}));
    }
    users.into()
}

/// Formats a time as Salesforce and other systems write it.
pub(super) fn iso(seconds: i64, form: usize) -> String {
    // Converts days to a date by the 400-year cycle of the proleptic Gregorian calendar.
    let (days, rest) = (seconds.div_euclid(86_400) + 719_468, seconds.rem_euclid(86_400));
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + era * 400 + i64::from(month <= 2);
    let end = ["Z", ".000+0000", "+00:00"][form % 3];
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{end}", rest / 3600, rest / 60 % 60, rest % 60)
}

fn task(rng: &mut Rng, scene: &Scene, directory: &Value) -> Value {
    let mut task = json!({"id": salesforce_id("00T", rng.below(90_000)), "call": scene.id});
    if rng.chance(20) {
        task["call"] = json!(scene.id.to_string());
    }
    if rng.chance(30) {
        return task;
    }
    let mut fields = json!({
        "Subject": "Missed call from Unknown on Support Berlin", "Status": *rng.pick(&["Completed", "In Progress", "Offen", "Fertig"]),
        "CallDurationInSeconds": rng.below(2), "CallDisposition": "['aircall', 'inbound']", "aircall__Timezone__c": scene.line.4,
        "aircall__Waiting_Time__c": 0.0, "aircall__Has_connected__c": rng.chance(50), "aircall__Phone_number__c": &scene.line.2[1..],
    });
    // The Task has no Description: `peers/run.py` edits the Descriptions of Tasks that the library
    // made.
    if rng.chance(40) {
        fields["aircall__Transferred_to__c"] = json!("Somebody Else");
    }
    let on = &directory["records"][0];
    match rng.below(8) {
        0 => {}
        1 => (fields["WhoId"], fields["WhatId"]) = (Value::Null, Value::Null),
        2 => fields["WhoId"] = json!(salesforce_id("003", 99_999)),
        3 => (fields["WhoId"], fields["WhatId"]) = (Value::Null, json!(salesforce_id("500", 7))),
        _ if on.is_null() => {}
        _ if prefix(on["type"].as_str().unwrap()) == "001" => {
            (fields["WhoId"], fields["WhatId"]) = (Value::Null, on["id"].clone());
        }
        _ => (fields["WhoId"], fields["WhatId"]) = (on["id"].clone(), Value::Null),
    }
    task["fields"] = fields;
    task
}
