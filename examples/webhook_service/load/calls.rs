//! Invents calls and their webhooks.

use serde_json::{Value, json};

/// The token of the webhooks.
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The earliest start of a call: 2 March 2026.
const FIRST_START: u64 = 1_772_457_500;
const FIRST_ID: u64 = 3_000_000_000;

/// The customers of the stand-in's company, one withheld number, and some unknown numbers.
///
/// The admin owns none of these records. A record that changes its owner would make the expected
/// Task depend on which call arrives first.
const NUMBERS: [&str; 7] = [
    "+33 1 99 00 12 34",
    "+49 30 23125 101",
    "+49 30 23125 100",
    "+1 212-555-0117",
    "anonymous",
    "+1 212-555-0199",
    "+33 1 99 00 77 77",
];
const AGENTS: [(u64, &str, &str); 3] = [
    (2, "Jonas Weber", "jonas.weber@example.com"),
    (3, "Claire Martin", "claire.martin@example.com"),
    (4, "Nobody Known", "nobody@example.com"),
];
const TAGS: [&str; 4] = ["VIP", "callback", "it's urgent", "Beschwerde"];

/// The webhooks in arrival order, and the same webhooks by call.
pub(crate) struct Stream {
    /// Every webhook twice, shuffled.
    pub(crate) webhooks: Vec<String>,
    /// The webhooks of each call, once and in order.
    pub(crate) by_call: Vec<Vec<String>>,
}

impl Stream {
    /// Creates `count` webhooks or a few more, duplicates included.
    pub(crate) fn new(seed: u64, count: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let (mut by_call, mut webhooks) = (Vec::new(), Vec::new());
        while webhooks.len() < count {
            let id = FIRST_ID + by_call.len() as u64;
            let events = events(id, &mut random);
            webhooks.extend(events.iter().chain(&events).cloned());
            by_call.push(events);
        }
        random.shuffle(&mut webhooks);
        Self { webhooks, by_call }
    }

    pub(crate) fn calls(&self) -> usize {
        self.by_call.len()
    }
}

/// Creates the webhooks of one call: it rings, an agent may answer, it ends, and tags and notes
/// follow.
///
/// No call is transferred. The owner of a Task is set once (UPD-2), so the expected owner of a
/// transferred call would depend on which webhook arrives first.
fn events(id: u64, random: &mut fastrand::Rng) -> Vec<String> {
    let began = FIRST_START + random.u64(..86_400);
    let is_inbound = random.bool();
    let answered = random.u8(..10) < 7;
    let talked = random.u64(1..900);
    let (agent, name, email) = AGENTS[random.usize(..AGENTS.len())];
    let agent = json!({"id": agent, "name": name, "email": email});
    let mut call = json!({
        "id": id, "direction": if is_inbound { "inbound" } else { "outbound" }, "status": "initial",
        "started_at": began, "answered_at": null, "ended_at": null, "duration": 0,
        "raw_digits": NUMBERS[random.usize(..NUMBERS.len())],
        "number": {"id": 397_375, "name": "Support", "digits": "+49 30 23125000", "country": "DE", "time_zone": "Europe/Berlin"},
        "comments": [], "tags": [], "teams": [],
    });
    if !is_inbound {
        call["user"] = agent.clone();
    }
    let mut webhooks = Vec::new();
    let mut push = |event: &str, at: u64, call: &Value| {
        let webhook = json!({"resource": "call", "event": event, "timestamp": at, "token": TOKEN, "data": call});
        webhooks.push(webhook.to_string());
    };
    push("call.created", began, &call);
    let end = if answered {
        call["answered_at"] = json!(began + 9);
        call["status"] = json!("answered");
        call["user"] = agent.clone();
        push("call.answered", began + 9, &call);
        began + 9 + talked
    } else {
        began + 30
    };
    call["ended_at"] = json!(end);
    call["status"] = json!("done");
    push("call.hungup", end, &call);
    if !answered && is_inbound && random.bool() {
        call["voicemail"] = json!(format!("https://example.com/{id}.mp3?X-Amz-Expires=600"));
        call["asset"] = json!(format!("https://assets.example.com/calls/{id}/voicemail"));
        push("call.voicemail_left", end + 33, &call);
    }
    push("call.ended", end + 30, &call);
    if random.bool() {
        let count = random.usize(1..3);
        let tags: Vec<_> = (0..count)
            .map(|n| json!({"id": n, "name": TAGS[(n + random.usize(..2)) % TAGS.len()], "tagged_at": end + 40, "tagged_by": agent}))
            .collect();
        call["tags"] = json!(tags);
        push("call.tagged", end + 40, &call);
    }
    if random.bool() {
        let content = format!("Note of call {id}.\nSecond line with \"quotes\" & more.");
        call["comments"] = json!([{"id": id, "content": content, "posted_at": end + 50, "posted_by": agent}]);
        push("call.commented", end + 50, &call);
    }
    webhooks
}
