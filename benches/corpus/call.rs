//! Generates the webhook of a call in the form of Aircall's.

use serde_json::{Value, json};

use super::rng::Rng;
use super::{COMPANIES, FIRST, LAST, SENTENCES, Scene, e164_of, number, user};

pub(super) const TAGS: [&str; 14] = [
    "General_Inquiries",
    "VIP",
    "Callback Request",
    "Assess_Eng_Lvl",
    "Follow Up",
    "Sales",
    "Customer's complaint",
    "5\" screen",
    "Rückruf",
    "It's \"urgent\"",
    "Réclamation",
    "Path C:\\calls",
    "Conference",
    "Billing, overdue",
];
const REASONS: [&str; 8] = [
    "out_of_opening_hours",
    "no_available_agent",
    "abandoned_in_ivr",
    "abandoned_in_classic",
    "short_abandoned",
    "agents_did_not_answer",
    "agents_did_not_answer",
    "abandoned",
];

pub(super) fn webhook(rng: &mut Rng, scene: &Scene) -> Value {
    let Scene { id, started, .. } = *scene;
    let answered = scene.answered.then(|| started + rng.below(40) as i64);
    let ended = answered.unwrap_or(started) + rng.below(if scene.answered { 1800 } else { 45 }) as i64;
    let ended = if scene.running && (scene.answered || rng.chance(25)) { None } else { Some(ended) };
    let event = match (ended, answered) {
        (None, None) => "call.created",
        (None, Some(_)) => "call.answered",
        _ => *rng.pick(&["call.ended", "call.ended", "call.ended", "call.tagged", "call.commented", "call.hungup"]),
    };
    let shown = if scene.withheld { "anonymous" } else { &scene.number.0 };
    let reason = (!scene.answered && (scene.inbound || rng.chance(5))).then(|| *rng.pick(&REASONS));
    let mut data = json!({
        "id": id, "direct_link": format!("https://api.aircall.io/v1/calls/{id}"),
        "direction": if scene.inbound { "inbound" } else { "outbound" },
        "call_uuid": format!("CA{:016x}{:016x}", rng.next(), rng.next()),
        "status": if ended.is_some() { "done" } else if answered.is_some() { "answered" } else { "initial" },
        "missed_call_reason": reason, "started_at": started, "answered_at": answered, "ended_at": ended,
        "duration": ended.map_or(0, |ended| ended - started), "cost": "0.0", "hangup_cause": null,
        "voicemail": null, "recording": null, "asset": null, "raw_digits": shown,
    });
    media(rng, scene, &mut data);
    let (name, digits, e164, country, zone) = scene.line;
    if (scene.answered || !scene.inbound) && !rng.chance(3) {
        data["user"] = user(&scene.agent);
    }
    data["number"] = json!({
        "id": 397_375, "direct_link": "https://api.aircall.io/v1/numbers/397375", "name": name, "digits": digits, "country": country,
        "time_zone": zone, "open": true, "availability_status": "custom", "is_ivr": rng.chance(20), "live_recording_activated": false,
        "messages": messages(rng),
    });
    if rng.chance(70) {
        data["number"]["e164_digits"] = json!(e164);
    }
    data["archived"] = json!(false);
    data["teams"] = if scene.inbound && rng.chance(30) { teams(rng) } else { json!([]) };
    data["comments"] = comments(rng, scene, ended.unwrap_or(started));
    data["tags"] = tags(rng, scene, ended.unwrap_or(started));
    if rng.chance(40) && !scene.withheld {
        data["contact"] = contact(rng, &e164_of(data["raw_digits"].as_str().unwrap_or_default()));
    }
    transfer(rng, scene, &mut data);
    if scene.conference {
        data["participants"] = participants(rng, scene, &data);
    }
    json!({
        "resource": "call", "event": event, "timestamp": ended.unwrap_or(started) + 30, "token": "0123456789abcdef0123456789abcdef",
        "data": data,
    })
}

/// Adds a recording or voicemail: a presigned URL, a short URL, a page, in the combinations that
/// occur.
fn media(rng: &mut Rng, scene: &Scene, data: &mut Value) {
    let id = scene.id;
    let (what, chance) = match (scene.voicemail, scene.answered) {
        (true, _) => ("voicemail", 100),
        (_, true) => ("recording", 25),
        _ => return,
    };
    if !rng.chance(chance) {
        return;
    }
    // A voicemail needs at least one of the two URLs.
    let presigned_too = rng.chance(50);
    if presigned_too {
        let secret: String = (0..60).map(|_| format!("{:016x}", rng.next())).collect();
        data[what] = json!(format!(
            "https://media.example.com/companies/196488/recordings/call-{id}-{what}.mp3?X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=EXAMPLE&X-Amz-Date=20220304T102946Z&X-Amz-Expires=600&X-Amz-Security-Token={secret}&X-Amz-Signature={id:064x}"
        ));
    }
    if !presigned_too || rng.chance(40) {
        data[format!("{what}_short_url")] = json!(format!("https://short-urls.example.com/v1/{:016x}", rng.next()));
    }
    if rng.chance(75) {
        data["asset"] = json!(format!("https://assets.example.com/calls/{id}/{what}"));
    }
}

fn messages(rng: &mut Rng) -> Value {
    let mut messages = json!({});
    for key in ["welcome", "waiting", "ivr", "voicemail", "closed", "callback_later"] {
        messages[key] = json!(format!(
            "https://media-web.example.com/tracks/tts/languages/de/voices/Vicki/{:016x}{:016x}{:08x}.mp3",
            rng.next(),
            rng.next(),
            rng.next() as u32
        ));
    }
    messages
}

fn teams(rng: &mut Rng) -> Value {
    let id = rng.below(90);
    json!([{
        "id": id, "name": format!("Team {id}"), "direct_link": format!("https://api.aircall.io/v1/teams/{id}"),
        "created_at": "2020-01-02T11:41:01.000Z",
    }])
}

fn comments(rng: &mut Rng, scene: &Scene, after: i64) -> Value {
    let count = [0, 0, 0, 0, 1, 1, 2, 3][rng.below(8)];
    let comment = |_| {
        let text: Vec<&str> = (0..=rng.below(5)).map(|_| *rng.pick(&SENTENCES)).collect();
        let author = match rng.below(10) {
            0 => Value::Null,
            1 | 2 => user(scene.second.as_ref().unwrap_or(&scene.agent)),
            _ => user(&scene.agent),
        };
        json!({
            "id": 700 + rng.below(90), "content": text.join(*rng.pick(&[" ", "\n", "\r\n"])), "posted_at": after + rng.below(90) as i64,
            "posted_by": author,
        })
    };
    (0..count).map(comment).collect()
}

fn tags(rng: &mut Rng, scene: &Scene, after: i64) -> Value {
    let count = [0, 0, 0, 1, 1, 2, 3, 4][rng.below(8)];
    let tag = |_| {
        let tagger = match rng.below(10) {
            0 => json!({}),
            1 | 2 => user(scene.second.as_ref().unwrap_or(&scene.agent)),
            _ => user(&scene.agent),
        };
        let id = rng.below(TAGS.len());
        json!({"id": id, "name": TAGS[id], "tagged_by": tagger, "tagged_at": after + rng.below(90) as i64})
    };
    (0..count).map(tag).collect()
}

fn contact(rng: &mut Rng, number: &str) -> Value {
    let id = rng.below(9000);
    let first = rng.chance(85).then(|| *rng.pick(&FIRST));
    let last = rng.chance(85).then(|| *rng.pick(&LAST));
    json!({
        "id": id, "direct_link": format!("https://api.aircall.io/v1/contacts/{id}"), "first_name": first, "last_name": last,
        "company_name": rng.chance(50).then(|| *rng.pick(&COMPANIES)), "information": "", "is_shared": true,
        "phone_numbers": [{"id": id * 2, "label": "Work", "value": number}],
        "emails": [{"id": id * 3, "label": "Work", "value": format!("contact.{id}@example.com")}],
        "created_at": 1_577_836_800, "updated_at": 1_577_836_900,
    })
}

/// Adds a transfer. A third of the transfers fail, so that the first agent remains the call's user.
fn transfer(rng: &mut Rng, scene: &Scene, data: &mut Value) {
    let Some(second) = &scene.second else { return };
    if !scene.answered || scene.conference {
        return;
    }
    data["transferred_by"] = user(&scene.agent);
    data["transferred_to"] = user(second);
    match rng.below(10) {
        0 => {
            data.as_object_mut().unwrap().remove("transferred_to");
            data["external_transferred_to"] = json!("+33 1 99 00 55 55");
        }
        1..=6 => data["user"] = user(second),
        _ => {}
    }
}

fn participants(rng: &mut Rng, scene: &Scene, data: &Value) -> Value {
    let (id, name) = &scene.agent;
    let (other, _) = number(rng);
    let mut all = vec![
        json!({"id": id.to_string(), "type": "user", "name": name}),
        json!({"type": "external", "phone_number": data["raw_digits"]}),
        json!({"id": 710, "type": "contact", "name": "Nathan Example", "phone_number": other}),
    ];
    if rng.chance(30) {
        all.remove(0);
    }
    all.into()
}
