//! Invents calls and their webhooks.

use std::time::Duration;

use serde_json::{Value, json};

use crate::org;

/// The token of the webhooks.
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The earliest start of a call: 2 March 2026.
const FIRST_START: u64 = 1_772_457_500;
const FIRST_ID: u64 = 3_000_000_000;

/// How many times faster than life the webhooks of an ordered stream arrive.
const COMPRESSION: u32 = 20;
/// The longest time between a webhook of an ordered stream and its repetition.
const REPETITION: Duration = Duration::from_secs(1);

/// The callers of the demonstration's company that are not customers of the load test: contacts
/// with and without a case, an account, a lead, and a withheld number.
const COMPANY: [&str; 6] =
    ["+33 1 99 00 12 34", "+49 30 23125 101", "+49 30 23125 100", "+1 212-555-0117", "+1 212-555-0142", "anonymous"];
/// The agents, and the Salesforce user of each.
const AGENTS: [(u64, &str, &str, Option<&str>); 3] = [
    (2, "Jonas Weber", "jonas.weber@example.com", Some(org::JONAS)),
    (3, "Claire Martin", "claire.martin@example.com", Some(org::CLAIRE)),
    (4, "Nobody Known", "nobody@example.com", None),
];
const TAGS: [&str; 4] = ["VIP", "callback", "it's urgent", "Beschwerde"];

/// A call, with what the judge needs to check its Task.
pub(crate) struct Call {
    pub(crate) number: String,
    /// The user to whom this call hands over a record of the admin (OWN-10).
    pub(crate) heir: Option<&'static str>,
    /// The webhooks in order, and how long after the call's start each is sent.
    pub(crate) webhooks: Vec<(Duration, String)>,
}

/// One delivery of a webhook.
#[derive(Clone, Copy)]
pub(crate) struct Delivery {
    /// The time since the start of the run.
    pub(crate) due: Duration,
    /// The index of the call.
    pub(crate) call: usize,
    /// The index of the call's webhook.
    pub(crate) webhook: usize,
}

/// Calls, and the deliveries of their webhooks: every webhook twice.
pub(crate) struct Stream {
    pub(crate) calls: Vec<Call>,
    pub(crate) deliveries: Vec<Delivery>,
}

impl Stream {
    /// Creates `rate` deliveries a second for a run of `seconds`, or a few more.
    ///
    /// Shuffled, the webhooks of all calls arrive in any order. Ordered, the calls start one after
    /// the other, and the webhooks of each arrive in their order, [`COMPRESSION`] times faster than
    /// in life. The last ones follow after the end of the run.
    pub(crate) fn new(seed: u64, rate: u32, seconds: u32, is_ordered: bool) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let count = rate * seconds;
        let (mut calls, mut deliveries) = (Vec::new(), Vec::new());
        let mut created = 0;
        while created < count {
            let call = Call::new(FIRST_ID + calls.len() as u64, &mut random);
            let start = Duration::from_secs(created.into()) / rate;
            for (webhook, (after, _)) in call.webhooks.iter().enumerate() {
                let due = start + *after / COMPRESSION;
                let again = due + REPETITION.mul_f64(random.f64());
                created += 2;
                deliveries.extend([due, again].map(|due| Delivery { due, call: calls.len(), webhook }));
            }
            calls.push(call);
        }
        if is_ordered {
            deliveries.sort_by_key(|delivery| delivery.due);
        } else {
            random.shuffle(&mut deliveries);
            for (place, delivery) in (0..).zip(&mut deliveries) {
                delivery.due = Duration::from_secs(place) / rate;
            }
        }
        Self { calls, deliveries }
    }
}

/// Returns a caller's number: eight of ten are customers, and one of ten has no record.
fn number(random: &mut fastrand::Rng) -> String {
    match random.u8(..10) {
        0 => COMPANY[random.usize(..COMPANY.len())].to_owned(),
        1 => org::unknown_number(random.u32(..org::UNKNOWN_NUMBERS)),
        _ => org::number(random.u32(..org::CUSTOMERS)),
    }
}

impl Call {
    /// Creates a call: it rings, an agent may answer, it ends, and tags and notes follow.
    ///
    /// No call is transferred. The owner of a Task is set once (UPD-2), so the expected owner of a
    /// transferred call would depend on which webhook arrives first.
    fn new(id: u64, random: &mut fastrand::Rng) -> Self {
        let began = FIRST_START + random.u64(..86_400);
        let is_inbound = random.bool();
        let answered = random.u8(..10) < 7;
        let talked = random.u64(1..900);
        let (agent, name, email, user) = AGENTS[random.usize(..AGENTS.len())];
        let agent = json!({"id": agent, "name": name, "email": email});
        let number = number(random);
        let mut call = json!({
            "id": id, "direction": if is_inbound { "inbound" } else { "outbound" }, "status": "initial",
            "started_at": began, "answered_at": null, "ended_at": null, "duration": 0,
            "raw_digits": number,
            "number": {"id": 397_375, "name": "Support", "digits": "+49 30 23125000", "country": "DE", "time_zone": "Europe/Berlin"},
            "comments": [], "tags": [], "teams": [],
        });
        if !is_inbound {
            call["user"] = agent.clone();
        }
        let mut webhooks = Vec::new();
        let mut push = |event: &str, at: u64, call: &Value| {
            let webhook = json!({"resource": "call", "event": event, "timestamp": at, "token": TOKEN, "data": call});
            webhooks.push((Duration::from_secs(at - began), webhook.to_string()));
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
        push("call.ended", end + 30, &call);
        if !answered && is_inbound && random.bool() {
            call["voicemail"] = json!(format!("https://example.com/{id}.mp3?X-Amz-Expires=600"));
            call["asset"] = json!(format!("https://assets.example.com/calls/{id}/voicemail"));
            push("call.voicemail_left", end + 33, &call);
        }
        if random.bool() {
            let count = random.usize(1..3);
            let tags = (0..count).map(|n| {
                let name = TAGS[(n + random.usize(..2)) % TAGS.len()];
                json!({"id": n, "name": name, "tagged_at": end + 40, "tagged_by": agent})
            });
            call["tags"] = tags.collect();
            push("call.tagged", end + 40, &call);
        }
        if random.bool() {
            let content = format!("Note of call {id}.\nSecond line with \"quotes\" & more.");
            call["comments"] = json!([{"id": id, "content": content, "posted_at": end + 50, "posted_by": agent}]);
            push("call.commented", end + 50, &call);
        }
        let heir = user.filter(|_| answered || !is_inbound);
        Self { number, heir, webhooks }
    }
}
